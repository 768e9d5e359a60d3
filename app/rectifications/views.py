"""Pages of 责令改正: orders to rectify, their terms and re-checks."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("rectifications", __name__, url_prefix="/rectifications")
