"""The blueprint of 监督检查, for its several modules of pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("inspections", __name__, url_prefix="/inspections")
