"""Pages of 监督检查: records of inspections, their findings and publication."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("inspections", __name__, url_prefix="/inspections")
