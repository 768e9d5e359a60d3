"""双随机抽查覆盖率: who was drawn and inspected in a year, and who was in the register on the last day of the year before.

An enterprise counts once however often it was drawn; records merged into another count as that one. In the register on a day is
whoever was recorded by then, or holds a licence issued by then (a bureau that began to keep its register here in the middle of a year
had its enterprises before), unless it was 注销 on that day; the status of the day is today's, undone by the later entries of the
history. Every result counts as inspected: to find nobody at the registered place is a result too (国发〔2019〕5号).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from app import clock
from app.chain import HistoryEntry
from app.db import session
from app.domain import random_inspections as rules
from app.domain.actors import Actor
from app.domain.supervision_states import ProgrammeState, ProgrammeStep
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseLicence, EnterpriseStatus
from app.enterprises.past import merged_since, owner_at, statuses_at
from app.random_inspections.models import RandomProgramme, RandomTarget
from app.scope import scope

GONE = (EnterpriseStatus.CLOSED.value, EnterpriseStatus.MERGED.value)
PART = 500


@dataclass(frozen=True, slots=True)
class Area:
    """Which enterprises are counted; None and empty are no condition."""

    regions: Collection[int] | None = None
    kinds: Sequence[str] = ()
    subkinds: Sequence[str] = ()
    area_types: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """The two lists, as ids in the order of the register."""

    inspected: Sequence[int]
    registered: Sequence[int]

    @property
    def ratio(self) -> Fraction | None:
        return rules.coverage(len(self.inspected), len(self.registered))


def coverage(actor: Actor, area: Area, year: int, as_of: datetime | None = None) -> Coverage:
    """As known at the moment; now where none is given."""
    return Coverage(inspected(actor, area, year, as_of), registered(actor, area, date(year - 1, 12, 31)))


def inspected(actor: Actor, area: Area, year: int, as_of: datetime | None = None) -> list[int]:
    """Ids of distinct enterprises drawn by a programme that stands, with a result of the year."""
    drawn = drawn_and_inspected(date(year, 1, 1), date(year, 12, 31), as_of)
    statement = scope(sa.select(Enterprise.id), Enterprise, actor).where(Enterprise.id.in_(drawn), *_conditions(area))
    return list(session().scalars(statement.order_by(Enterprise.id)))


def drawn_and_inspected(first: date, last: date, as_of: datetime | None = None) -> sa.Select[Any]:
    """Ids of enterprises (of a merged record the one it went into) with a result in these days, once for each draw."""
    survivor: Any = sa.func.coalesce(Enterprise.merged_into_id, Enterprise.id)
    if as_of is not None:
        survivor = sa.case((Enterprise.id.in_(merged_since(as_of)), Enterprise.id), else_=survivor)
    drawn = (
        sa.select(survivor)
        .select_from(RandomTarget)
        .join(RandomProgramme, RandomProgramme.id == RandomTarget.programme_id)
        .join(Enterprise, Enterprise.id == owner_at(RandomTarget.enterprise_id, as_of))
        .where(RandomTarget.outcome.is_not(None), RandomTarget.inspected_on.between(first, last))
    )
    stands = RandomProgramme.state != ProgrammeState.VOIDED
    if as_of is None:
        return drawn.where(stands)
    later = sa.select(HistoryEntry.subject_id).where(
        HistoryEntry.subject_kind == RandomProgramme.__tablename__, HistoryEntry.step == ProgrammeStep.VOID.value, HistoryEntry.at > as_of
    )
    return drawn.where(RandomTarget.recorded_at <= as_of, sa.or_(stands, RandomProgramme.id.in_(later)))


def _conditions(area: Area) -> list[Any]:
    found: list[Any] = [] if area.regions is None else [Enterprise.region_id.in_(sorted(area.regions))]
    for names, column in ((area.kinds, EnterpriseKind.kind), (area.subkinds, EnterpriseKind.subkind)):
        found += [Enterprise.id.in_(sa.select(EnterpriseKind.enterprise_id).where(column.in_(names)))] if names else []
    return [*found, *([Enterprise.area_type.in_(area.area_types)] if area.area_types else [])]


def registered(actor: Actor, area: Area, day: date) -> list[int]:
    """Ids of the enterprises in the register at the end of the day."""
    statement = scope(sa.select(Enterprise.id), Enterprise, actor).where(*in_register(day), *_conditions(area))
    return list(session().scalars(statement.order_by(Enterprise.id)))


def in_register(day: date, as_of: datetime | None = None) -> list[Any]:
    """Conditions of having been in the register at the end of the day; a record merged since ``as_of`` was one of its own then."""
    moment = clock.end_of_day(day)
    own = Enterprise.merged_into_id.is_(None)
    licensed = sa.select(EnterpriseLicence.enterprise_id).where(EnterpriseLicence.issued_on <= day)
    then = statuses_at(moment)
    gone = [enterprise_id for enterprise_id, status in then.items() if status in GONE]
    back = [enterprise_id for enterprise_id, status in then.items() if status not in GONE]
    stood = sa.and_(sa.type_coerce(Enterprise.status, sa.String).not_in(GONE), Enterprise.id.not_in(gone))
    return [
        own if as_of is None else sa.or_(own, Enterprise.id.in_(merged_since(as_of))),
        sa.or_(Enterprise.created_at <= moment, Enterprise.id.in_(licensed)),
        sa.or_(stood, Enterprise.id.in_(back)),
    ]  # fmt: skip


# ---------------------------------------------------------------- the lists

@dataclass(frozen=True, slots=True)
class Line:
    """One enterprise of a list, with when it was inspected under 双随机 in the year."""

    id: int
    name: str
    credit_code: str | None
    status: str
    inspected_on: date | None
    programmes: str


def lines(ids: Sequence[int], year: int) -> list[Line]:
    """The enterprises in the order given."""
    rows: dict[int, Any] = {}
    times: dict[int, list[tuple[date, str]]] = {}
    for start in range(0, len(ids), PART):
        some = ids[start : start + PART]
        columns = (Enterprise.id, Enterprise.name, Enterprise.credit_code, Enterprise.status)
        rows |= {row.id: row for row in session().execute(sa.select(*columns).where(Enterprise.id.in_(some)))}
        for enterprise_id, seen in _times(some, year).items():
            times.setdefault(enterprise_id, []).extend(seen)
    found = [(rows[one], sorted(times.get(one, []))) for one in ids if one in rows]
    return [
        Line(row.id, row.name, row.credit_code, row.status.value, seen[-1][0] if seen else None, "、".join(number for _, number in seen))
        for row, seen in found
    ]


def _times(ids: Sequence[int], year: int) -> Mapping[int, list[tuple[date, str]]]:
    survivor = sa.func.coalesce(Enterprise.merged_into_id, Enterprise.id)
    statement = (
        sa.select(survivor, RandomTarget.inspected_on, RandomProgramme.number)
        .select_from(RandomTarget)
        .join(RandomProgramme, RandomProgramme.id == RandomTarget.programme_id)
        .join(Enterprise, Enterprise.id == RandomTarget.enterprise_id)
        .where(
            survivor.in_(ids), RandomProgramme.state != ProgrammeState.VOIDED, RandomTarget.outcome.is_not(None),
            RandomTarget.inspected_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )  # fmt: skip
    found: dict[int, list[tuple[date, str]]] = {}
    for enterprise_id, day, number in session().execute(statement):
        found.setdefault(enterprise_id, []).append((day, number))
    return found
