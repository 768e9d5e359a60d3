"""What each role is to be told at each address about each record: from the table of permissions alone, never from a view.

A record that the actor may not know of is not found (404), like one that is not there. Of one he may know of, what he may not
do is forbidden (403). A route about no single record asks whether the role may ever do it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.assignments.models import SamplingAssignment
from app.db import session
from app.domain.actors import BUREAU_STAFF, Actor, Role
from app.domain.permissions import Permission, may_ever, permits
from app.indicators.models import Plan
from app.sampling.models import Sample
from tests.security.kinds import Kind, Route
from tests.security.world import OWNERSHIPS, Manifest

MISSING = "not there"
NO_RECORD = "no record"
LOADED = {Sample: selectinload(Sample.cases), SamplingAssignment: selectinload(SamplingAssignment.members)}
OPEN = frozenset({Permission.PUBLIC, Permission.SIGNED_IN})


class Answer(StrEnum):
    """What somebody is told, and why."""

    ALLOWED = "allowed"
    NEVER = "403: the role may never do it"
    NOT_THIS = "403: the role may do it, but not with this record"
    OUT_OF_SCOPE = "404: not to be known of"
    VOIDED = "404: voided, found no more"
    MISSING = "404: not there"

    @property
    def statuses(self) -> frozenset[int] | None:
        """The only statuses it may have; None: any but a refusal or a fault."""
        if self is Answer.ALLOWED:
            return None
        return frozenset({int(self.value[:3])})


REFUSALS = tuple(answer for answer in Answer if answer is not Answer.ALLOWED)
Row = Any
Rows = Mapping[tuple[str, str], Row]  # (kind's name, ownership) -> the row; a shared kind's row under every ownership


def load(manifest: Manifest, kinds: Iterable[Kind], models: Mapping[str, type[Any]]) -> dict[tuple[str, str], Row]:
    """The rows that the kinds name; a kind without voided rows has none under 作废."""
    found: dict[tuple[str, str], Row] = {}
    for kind in {kind.name: kind for kind in kinds}.values():
        model = models[kind.name.split(":")[0]]
        for ownership in OWNERSHIPS:
            if kind.shared:
                found[kind.name, ownership] = shared(model)
            elif kind.name in manifest[ownership]:
                found[kind.name, ownership] = one(model, manifest[ownership][kind.name])
    return found


def one(model: type[Any], row_id: int) -> Row:
    options = [LOADED[model]] if model in LOADED else []
    return session().scalars(sa.select(model).where(model.id == row_id).options(*options)).one()


def shared(model: type[Any]) -> Row:
    statement = sa.select(model).order_by(model.id).limit(1)
    return session().scalars(statement.where(model.code != "p") if model is Plan else statement).one()


@dataclass(frozen=True)
class Table:
    """role -> (permission, kind's name, ownership) -> what is to be told."""

    told: Mapping[Role, Mapping[tuple[Any, str, str], Answer]]
    turns: dict[Any, Role | None] = field(default_factory=dict)  # whose turn it is, once it has been found

    def of(self, role: Role, route: Route, ownership: str) -> Answer | None:
        """None: the kind knows no such record."""
        return self.told[role].get((route.permission, route.kind.name + mark(route.kind) if route.kind else "", ownership))

    def asked(self, role: Role, route: Route) -> dict[str, Answer]:
        """The ownerships that this route is asked with, and what is to be told to each."""
        names = (*OWNERSHIPS, MISSING) if route.kind else (NO_RECORD,)
        return {name: answer for name in names if (answer := self.of(role, route, name)) is not None}

    def seen_by(self, route: Route, refusal: Answer) -> Role | None:
        """Whose turn it is to meet this refusal of this route through the whole application: spread over the roles.

        Of being let in: which of the bureau's own people.
        """
        key = (route.method, route.rule.rule, refusal)
        if key not in self.turns:
            among = BUREAU_STAFF if refusal is Answer.ALLOWED else Role
            roles = [role for role in Role if role in among and refusal in self.asked(role, route).values()]
            self.turns[key] = roles[zlib.crc32(repr(key).encode()) % len(roles)] if roles else None
        return self.turns[key]


def mark(kind: Kind) -> str:
    """Tells apart kinds that look at the same rows by different rules."""
    return f"/{kind.sees.__name__}/{kind.hides_voided}"


def told_to(actor: Actor, routes: Iterable[Route], rows: Rows) -> dict[tuple[Any, str, str], Answer]:
    found: dict[tuple[Any, str, str], Answer] = {}
    for route in routes:
        if route.kind is None:
            found[route.permission, "", NO_RECORD] = alone(actor, route.permission)
            continue
        name = route.kind.name + mark(route.kind)
        if (route.permission, name, MISSING) in found:
            continue
        found[route.permission, name, MISSING] = Answer.MISSING
        for ownership in OWNERSHIPS:
            if (row := rows.get((route.kind.name, ownership))) is not None:
                found[route.permission, name, ownership] = about(actor, route.permission, route.kind, row, ownership)
    return found


def alone(actor: Actor, permission: Permission) -> Answer:
    return Answer.ALLOWED if permission in OPEN or may_ever(actor, permission) else Answer.NEVER


def about(actor: Actor, permission: Permission, kind: Kind, row: Row, ownership: str) -> Answer:
    if not kind.sees(actor, row):
        return Answer.OUT_OF_SCOPE
    if ownership == "voided" and kind.hides_voided:
        return Answer.VOIDED
    if permits(actor, permission, kind.subject(row)):
        return Answer.ALLOWED
    return Answer.NOT_THIS if may_ever(actor, permission) else Answer.NEVER
