"""The records that another edition of a rule table would treat differently, as far as their reader may see them, with where each leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.assignments.models import SamplingAssignment
from app.authorize import permits
from app.db import session
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.enterprises.models import Enterprise
from app.plans.models import SamplingPlan
from app.reference_changes.models import ReferenceChange
from app.reference_changes.queries import PART, SHOWN, sees_business
from app.sampling.models import Sample
from app.scope import scope

# kind -> its table, its name, who may read it, the page of one and what that page calls the number
RECORDS: Mapping[str, tuple[Any, str, Permission, str, str]] = {
    "sample": (Sample, "number", Permission.SAMPLE_READ, "sampling.show", "sample_id"),
    "enterprise": (Enterprise, "name", Permission.ENTERPRISE_READ, "enterprises.show", "enterprise_id"),
    "plan": (SamplingPlan, "name", Permission.PLAN_READ, "plans.show", "plan_id"),
    "task": (SamplingAssignment, "number", Permission.ASSIGNMENT_READ, "assignments.show", "assignment_id"),
}


def rows(actor: Actor, change: ReferenceChange, effect: Mapping[str, Any], name: str = "moves") -> list[dict[str, Any]]:
    """The first of them; what is no record of anybody is for whoever sees the figures of the installation."""
    found = effect.get(name, {}).get("rows", [])
    business = sees_business(actor, change)
    known = {kind: _names(actor, kind, found) for kind in RECORDS}
    told = []
    for row in found:
        number = row["key"].partition("|")[0]
        if row["kind"] not in RECORDS:
            if business:
                told.append({**row, "link": _figure(row), "label": row["name"]})
        elif number in known[row["kind"]]:
            _, _, _, endpoint, argument = RECORDS[row["kind"]]
            label = "　".join(part for part in (known[row["kind"]][number], row["name"]) if part)
            told.append({**row, "link": (endpoint, {argument: int(number)}), "label": label})
    return told


def _figure(row: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The plan's table of that area and year, where every figure opens its records."""
    if row["kind"] != "indicator":
        return None
    code, _, area, year = row["key"].split("|")
    return "indicators.plan", {"code": code, "area": area, "year": int(year)}


def _names(actor: Actor, kind: str, found: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    model, name, permission, _, _ = RECORDS[kind]
    ids = sorted({int(row["key"].partition("|")[0]) for row in found if row["kind"] == kind})[: SHOWN * 10]
    names: dict[str, str] = {}
    for start in range(0, len(ids), PART):
        asked = scope(sa.select(model), model, actor).where(model.id.in_(ids[start : start + PART]))
        names |= {str(one.id): getattr(one, name) for one in session().scalars(asked) if permits(actor, permission, one)}
    return names
