"""The blueprint of 检验结果: several modules hang their pages on it."""

from __future__ import annotations

from flask import Blueprint

from app import upload_limits

bp = Blueprint("results", __name__)
bp.record_once(lambda state: upload_limits.init_app(state.app))  # type: ignore[arg-type]
