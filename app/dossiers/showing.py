"""What the page of a case shows of its dossiers."""

from __future__ import annotations

from typing import Any

from app.authorize import can, current_actor
from app.disposal.models import DisposalCase
from app.domain.permissions import Permission
from app.dossiers import queries


def panel(case: DisposalCase) -> dict[str, Any]:
    return {
        "rows": queries.of_case(current_actor(), case.id), "making": can(Permission.DOSSIER_MAKE, case),
        "taking": can(Permission.PERSONAL_UNMASK, case),
    }  # fmt: skip
