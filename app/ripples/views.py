"""Pages of 波及清单."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("ripples", __name__, url_prefix="/ripples")
