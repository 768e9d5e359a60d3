"""Pages of the sampling assignments (抽样任务单)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("assignments", __name__, url_prefix="/assignments")
