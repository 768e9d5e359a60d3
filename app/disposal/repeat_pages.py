"""``case_repeats(case)`` and ``enterprise_repeats(enterprise)``: the hints of 屡次不合格 for any page that shows either."""

from __future__ import annotations

from typing import Any

from app import clock
from app.authorize import current_actor
from app.disposal import repeat_offenders
from app.disposal.pages import bp


@bp.app_context_processor
def hints() -> dict[str, Any]:
    return {
        "case_repeats": lambda case: repeat_offenders.of_case(current_actor(), case, clock.today()),
        "enterprise_repeats": lambda enterprise: repeat_offenders.of_enterprise(current_actor(), enterprise, clock.today()),
    }
