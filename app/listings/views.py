"""Pages of 严重违法失信名单."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("listings", __name__, url_prefix="/listings")
