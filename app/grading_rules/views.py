"""Pages of 风险分级规则: rule sets as dated data, and trying one out."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("grading_rules", __name__, url_prefix="/grading-rules")
