"""Pages of 消费提示和风险预警."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("risk_warnings", __name__, url_prefix="/warnings")
