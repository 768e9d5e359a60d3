"""Pages of 复检."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("retests", __name__, url_prefix="/retests")
