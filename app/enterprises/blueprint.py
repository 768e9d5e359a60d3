"""The blueprint of the register, whose pages stand in several modules."""

from __future__ import annotations

from flask import Blueprint

from app import upload_limits

bp = Blueprint("enterprises", __name__, url_prefix="/enterprises")
bp.record_once(lambda state: upload_limits.init_app(state.app))  # type: ignore[arg-type]
