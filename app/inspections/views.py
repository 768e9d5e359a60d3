"""Pages of 监督检查: records of inspections, their findings and publication."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from app.inspections import showing

bp = Blueprint("inspections", __name__, url_prefix="/inspections")


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``inspections_of_enterprise(enterprise)`` for the page of an enterprise."""
    return {"inspections_of_enterprise": showing.panel}
