"""Pages of 抽检结果公示."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("publications", __name__, url_prefix="/publications")
