"""Pages of 执法文书."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("official_documents", __name__)
