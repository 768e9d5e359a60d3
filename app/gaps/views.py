"""Pages of what to sample next (下一步抽什么)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("gaps", __name__, url_prefix="/gaps")
