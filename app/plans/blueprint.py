"""The blueprint of the plans' pages; its views are told apart by what they show."""

from __future__ import annotations

from flask import Blueprint, Flask, request

from app import upload_limits

bp = Blueprint("plans", __name__, url_prefix="/plans")
GRID_FIELDS = 60_000  # a plan of 800 categories by 30 townships, sent without a script
GRID_BYTES = 8 * 1024 * 1024
LARGE_FORMS = frozenset({"plans.save_grid"})


def _allow_large_forms() -> None:
    """Before anything reads the form: the grid has a field for every cell."""
    if request.endpoint in LARGE_FORMS:
        request.max_form_parts = GRID_FIELDS
        request.max_content_length = request.max_form_memory_size = GRID_BYTES


def _register(app: Flask) -> None:
    upload_limits.init_app(app)
    app.before_request_funcs.setdefault(None, []).insert(0, _allow_large_forms)


bp.record_once(lambda state: _register(state.app))  # type: ignore[arg-type]
