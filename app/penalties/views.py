"""Pages of 行政处罚."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("penalties", __name__, url_prefix="/penalties")
