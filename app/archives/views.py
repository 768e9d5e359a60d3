"""Pages of 一户一档: the elements of an enterprise's archive."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from app.archives import showing

bp = Blueprint("archives", __name__, url_prefix="/archives")


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``archive_of_enterprise(enterprise)`` for the page of an enterprise."""
    return {"archive_of_enterprise": showing.summary}
