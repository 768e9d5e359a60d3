"""Pages of 一户一档: the elements of an enterprise's archive."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("archives", __name__, url_prefix="/archives")
