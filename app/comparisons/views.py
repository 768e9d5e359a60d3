"""Pages of 比较分析."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("comparisons", __name__, url_prefix="/comparisons")
