"""Pages of rapid tests (快检记录)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("rapid_tests", __name__, url_prefix="/rapid-tests")
