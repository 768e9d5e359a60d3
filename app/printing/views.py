"""Pages of printed documents (文书打印), labels (标签) and their templates."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("printing", __name__, url_prefix="/printing")
