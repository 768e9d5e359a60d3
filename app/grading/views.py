"""Pages of 风险分级: score sheets, grades, events and the yearly run."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("grading", __name__, url_prefix="/grading")
