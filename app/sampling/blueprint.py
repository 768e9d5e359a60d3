"""The blueprint that the pages of samples hang on: those here, and those for typing a sheet in ``app.sheets``."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("sampling", __name__, url_prefix="/sampling")
