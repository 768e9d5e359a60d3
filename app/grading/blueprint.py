"""The blueprint that the modules of pages hang their routes on."""

from __future__ import annotations

from flask import Blueprint

from app import upload_limits

bp = Blueprint("grading", __name__, url_prefix="/grading")
bp.record_once(lambda state: upload_limits.init_app(state.app))  # type: ignore[arg-type]
