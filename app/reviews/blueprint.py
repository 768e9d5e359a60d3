"""The blueprint that the pages of submissions, of returned reports and of versions hang on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("reviews", __name__, url_prefix="/reviews")
