"""失信名单 on other pages: the badge and the warning wherever a firm is shown or chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.authorize import can, current_actor
from app.domain.listings import EFFECTS, WARNING
from app.domain.permissions import Permission
from app.enterprises.models import Enterprise
from app.filters import format_date
from app.listings import queries


def panel(enterprise: Enterprise) -> dict[str, Any]:
    """Every entry of a firm, its warning while it is listed, and whether one may be proposed."""
    actor, listed = current_actor(), queries.standing([enterprise.id]).get(enterprise.id)
    return {
        "rows": queries.of_enterprise(actor, enterprise.id), "listed": listed, "warning": told(listed) if listed else None,
        "effects": EFFECTS, "may_propose": can(Permission.LISTING_PROPOSE, enterprise) and queries.open_of(enterprise.id) is None,
    }  # fmt: skip


def warnings(enterprise_ids: Any) -> Mapping[int, str]:
    """The sentence by firm, for those of these firms that are listed now."""
    listed = queries.standing(one for one in enterprise_ids if one is not None)
    return {enterprise_id: told(row) for enterprise_id, row in listed.items()}


def told(listed: Any) -> str:
    return WARNING.format(listed_on=format_date(listed.listed_on), ground=listed.ground.split("（")[0])
