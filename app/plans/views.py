"""Pages of the yearly sampling plans (抽检计划)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("plans", __name__, url_prefix="/plans")
