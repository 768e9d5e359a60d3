"""许可证 and 登记信息 on the page of an enterprise."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from app import clock
from app.authorize import can
from app.domain.enterprises import licence_notice
from app.domain.permissions import Permission
from app.domain.product_categories import categories_words
from app.enterprises import licence_queries
from app.enterprises.details import masked
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.enterprises.stations import name_of

ENDED = (EnterpriseStatus.CLOSED, EnterpriseStatus.MERGED)


def licences(enterprise: Enterprise) -> dict[str, Any]:
    """``rows`` in hand with ``notices`` by id (tone, sentence), how many ``ended``, and where they are kept up (``page``)."""
    every, today = licence_queries.of_enterprise(enterprise.id), clock.today()
    rows = [row for row in every if row.ended_at is None]
    told = {} if enterprise.status in ENDED else {row.id: licence_notice(row.valid_to, today) for row in rows}
    known = "enterprises.licences_of" in current_app.view_functions
    return {
        "rows": rows, "ended": len(every) - len(rows), "notices": told,
        "may_edit": can(Permission.ENTERPRISE_CORRECT, enterprise) and enterprise.status is not EnterpriseStatus.MERGED,
        "page": url_for("enterprises.licences_of", enterprise_id=enterprise.id) if known else None,
    }  # fmt: skip


def register(enterprise: Enterprise) -> dict[str, Any]:
    """What the page says beyond the columns of old: ``station``, people masked, ``categories``; whether people may be shown whole."""
    people = {name: masked(name, getattr(enterprise, name)) for name in ("principal", "phone")}
    told = categories_words((each.scheme.value, each.code, each.name) for each in enterprise.categories)
    return {
        "station": name_of(enterprise.station_id), **people, "categories": told or None,
        "may_unmask": any(people.values()) and can(Permission.PERSONAL_UNMASK, enterprise),
    }  # fmt: skip
