"""The blueprint that the modules of pages hang their routes on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("exports", __name__, url_prefix="/returns")
