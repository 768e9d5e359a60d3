"""Organisations, read: the tree of an administrator's reach, and one of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.organisations.models import Organisation, OrganisationKind
from app.reference_data.models import Region
from app.scope import scope

MOST = 2000  # a province with every township station has fewer; one page shows the whole tree


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件 of the tree."""

    word: str | None = None
    kind: OrganisationKind | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of the tree: the row, and how far it is indented."""

    row: Any
    depth: int


def tree(actor: Actor, filters: Filters) -> list[Branch]:
    """机构 of the actor's reach, each below its parent, siblings by code; what does not match is left out."""
    chosen = scope(
        sa.select(
            Organisation.id, Organisation.code, Organisation.name, Organisation.kind, Organisation.level,
            Organisation.parent_id, Organisation.path, Organisation.enabled_on, Organisation.phone, Organisation.active,
            Region.name.label("region_name"),
        ).join(Region, Region.id == Organisation.region_id, isouter=True),
        Organisation,
        actor,
    )
    rows = session().execute(chosen.order_by(Organisation.code).limit(MOST)).all()
    return [branch for branch in _in_order(rows) if _matches(branch.row, filters)]


def _in_order(rows: Sequence[Any]) -> list[Branch]:
    children: dict[int | None, list[Any]] = {}
    known = {row.id for row in rows}
    for row in rows:
        children.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    found: list[Branch] = []
    waiting = [Branch(row, 0) for row in reversed(children.get(None, []))]
    while waiting:
        branch = waiting.pop()
        found.append(branch)
        waiting += [Branch(row, branch.depth + 1) for row in reversed(children.get(branch.row.id, []))]
    return found


def _matches(row: Any, filters: Filters) -> bool:
    if filters.word and filters.word not in row.name and filters.word.upper() not in row.code.upper():
        return False
    if filters.kind is not None and row.kind is not filters.kind:
        return False
    return filters.active is None or row.active is filters.active


def people(organisation_ids: Sequence[int]) -> Mapping[int, int]:
    """How many accounts in use each organisation has."""
    counted = sa.select(User.org_id, sa.func.count()).where(User.org_id.in_(organisation_ids), User.active.is_(True))
    return {org_id: count for org_id, count in session().execute(counted.group_by(User.org_id))}


def organisation(actor: Actor, org_id: int) -> Organisation | None:
    """One organisation of the actor's reach."""
    return session().scalars(scope(sa.select(Organisation).where(Organisation.id == org_id), Organisation, actor)).first()


def name_of(org_id: int | None) -> str | None:
    return session().scalar(sa.select(Organisation.name).where(Organisation.id == org_id)) if org_id else None


def region(region_id: int | None) -> Region | None:
    return session().get(Region, region_id) if region_id else None
