"""What the schedule of a year should be for many enterprises: read in a few statements for a part, counted by the domain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain import inspection_schedule as rules
from app.domain.actors import Actor
from app.domain.enterprises import NO_SUBKIND
from app.domain.inspection_frequency import SUPERVISED, Chosen, Frequency, chosen
from app.domain.inspection_schedule import Change, Made, Standing
from app.domain.supervision_kinds import Grade, InspectionResult
from app.domain.supervision_states import InspectionState
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.grading.in_force import InForce, grades_in_force
from app.inspections.models import Inspection
from app.organisations.models import Organisation
from app.reference_data.books import region_book
from app.schedules import frequencies
from app.schedules.models import InspectionDuty
from app.scope import scope

PART = 500
BY_RULE = "按规定取消："  # begins the reason where the schedule, not a person, cancelled a duty
Key = tuple[int, str]  # enterprise, 企业类型
Duty = InspectionDuty


@dataclass(frozen=True, slots=True)
class Wanted:
    """For whom the schedule of a year is made. ``from_on``: the day from which on whoever has none yet is due."""

    year: int
    from_on: date
    kind: str | None = None
    region_id: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has to change for one enterprise as one kind, and why it is inspected so often."""

    enterprise_id: int
    kind: str
    org_id: int
    station_id: int
    grade: InForce | None
    chosen: Chosen | None  # None: it is not inspected any more
    why_not: str
    change: Change
    live: int  # duties that stand
    next_ordinal: int


@dataclass(slots=True)
class _Read:
    """The records about some enterprises."""

    subkinds: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    grades: Mapping[Key, InForce] = field(default_factory=dict)
    duties: dict[Key, list[Any]] = field(default_factory=dict)
    made: dict[Key, list[Made]] = field(default_factory=dict)
    last: dict[Key, date] = field(default_factory=dict)


class Counting:
    """One run over enterprises; what the rule sets say is asked once for each kind."""

    def __init__(self, wanted: Wanted, today: date) -> None:
        self.wanted, self.today = wanted, today
        self.first = date(wanted.year, 1, 1)
        self.on = max(self.first, today) if wanted.year >= today.year else today  # whose grade counts
        self.counted, self.focus = frequencies.counted(), frequencies.focus_least()
        self.paths = dict(session().execute(sa.select(Organisation.id, Organisation.path)).tuples().all())
        self._known: dict[tuple[int, str, tuple[str, ...]], Mapping[Grade, Frequency]] = {}

    def outcomes(self, actor: Actor) -> Iterator[Outcome]:
        """Of every enterprise of the actor's reach, by id, a part at a time."""
        after = 0
        while rows := session().execute(scope(self._enterprises(Enterprise.id > after), Enterprise, actor)).all():
            yield from self._part(rows)
            after = rows[-1].id

    def of(self, enterprise_ids: Iterable[int]) -> Iterator[Outcome]:
        """Of these enterprises; the caller has asked who may change their duties, or follows a step that was permitted."""
        ids = sorted(set(enterprise_ids))
        for start in range(0, len(ids), PART):
            yield from self._part(session().execute(self._enterprises(Enterprise.id.in_(ids[start : start + PART]))).all())

    def _enterprises(self, where: Any) -> sa.Select[Any]:
        kinds = (self.wanted.kind,) if self.wanted.kind else SUPERVISED
        statement = sa.select(Enterprise.id, Enterprise.org_id, Enterprise.station_id, Enterprise.status).where(
            where, Enterprise.id.in_(sa.select(EnterpriseKind.enterprise_id).where(EnterpriseKind.kind.in_(kinds)))
        )
        if self.wanted.region_id is not None:
            statement = statement.where(Enterprise.region_id.in_(sorted(region_book().below(self.wanted.region_id))))
        return statement.order_by(Enterprise.id).limit(PART)

    def _part(self, rows: Sequence[Any]) -> Iterator[Outcome]:
        read = self._read([row.id for row in rows])
        for row in rows:
            for kind in SUPERVISED:
                if (row.id, kind) in read.subkinds:
                    yield self._outcome(row, kind, read)

    # ------------------------------------------------------------ reading

    def _read(self, ids: Sequence[int]) -> _Read:
        read = _Read(grades=grades_in_force(ids, self.on))
        kinds: dict[Key, list[str]] = {}
        supervised = (self.wanted.kind,) if self.wanted.kind else SUPERVISED
        for enterprise_id, kind, subkind in session().execute(
            sa.select(EnterpriseKind.enterprise_id, EnterpriseKind.kind, EnterpriseKind.subkind)
            .where(EnterpriseKind.enterprise_id.in_(ids), EnterpriseKind.kind.in_(supervised))
            .order_by(EnterpriseKind.id)
        ):
            kinds.setdefault((enterprise_id, kind), []).append(subkind)
        read.subkinds = {key: tuple(one for one in found if one != NO_SUBKIND) for key, found in kinds.items()}
        self._read_duties(read, ids)
        self._read_inspections(read, ids)
        return read

    def _read_duties(self, read: _Read, ids: Sequence[int]) -> None:
        statement = sa.select(
            Duty.id, Duty.enterprise_id, Duty.kind, Duty.ordinal, Duty.due_on, Duty.inspection_id, Duty.cancelled_at, Duty.cancel_why
        ).where(Duty.enterprise_id.in_(ids), Duty.year == self.wanted.year)
        for row in session().execute(statement.order_by(Duty.id)):
            read.duties.setdefault((row.enterprise_id, row.kind), []).append(row)

    def _read_inspections(self, read: _Read, ids: Sequence[int]) -> None:
        used = {row.inspection_id for rows in read.duties.values() for row in rows if row.cancelled_at is None}
        counts = counting_inspections(self.counted, ids)
        within = sa.select(Inspection.id, Inspection.enterprise_id, Inspection.kind, Inspection.inspected_on).where(
            *counts, Inspection.inspected_on.between(self.first, date(self.wanted.year, 12, 31))
        )
        for row in session().execute(within.order_by(Inspection.inspected_on, Inspection.id)):
            if row.id not in used:
                read.made.setdefault((row.enterprise_id, row.kind), []).append(Made(row.id, row.inspected_on))
        before = sa.select(Inspection.enterprise_id, Inspection.kind, sa.func.max(Inspection.inspected_on)).where(
            *counts, Inspection.inspected_on < self.first
        )
        for enterprise_id, kind, last_on in session().execute(before.group_by(Inspection.enterprise_id, Inspection.kind)):
            read.last[enterprise_id, kind] = last_on

    # ------------------------------------------------------------ counting

    def _outcome(self, row: Any, kind: str, read: _Read) -> Outcome:
        key = (row.id, kind)
        duties, grade = read.duties.get(key, []), read.grades.get(key)
        live = [one for one in duties if one.cancelled_at is None or not (one.cancel_why or "").startswith(BY_RULE)]
        standing = [Standing(one.id, one.due_on, one.inspection_id is not None or one.cancelled_at is not None) for one in live]
        outcome = partial(
            Outcome, row.id, kind, row.org_id, row.station_id or row.org_id, grade,
            live=sum(one.cancelled_at is None for one in duties), next_ordinal=max((one.ordinal for one in duties), default=0) + 1,
        )  # fmt: skip
        if row.status is not EnterpriseStatus.ACTIVE:
            return outcome(chosen=None, why_not=f"企业{row.status.value}", change=rules.change((), standing, (), date.min))
        found = self._chosen(row, kind, read.subkinds.get(key, ()), grade)
        from_on = max(self.wanted.from_on, self.today) if duties else self.wanted.from_on
        slots = rules.slots(self.wanted.year, found.frequency, read.last.get(key), from_on)
        return outcome(chosen=found, why_not="", change=rules.change(slots, standing, read.made.get(key, ()), from_on))

    def _chosen(self, row: Any, kind: str, subkinds: tuple[str, ...], grade: InForce | None) -> Chosen:
        asked = (row.org_id, kind, subkinds)
        if asked not in self._known:
            self._known[asked] = frequencies.by_grade(self.paths.get(row.org_id, "/"), kind, subkinds, self.on)
        return chosen(kind, subkinds, grade.grade if grade else None, self._known[asked], self.focus)


def counting_inspections(natures: Iterable[Any], ids: Sequence[int]) -> list[Any]:
    """Finished inspections that count: of these natures, and somebody was met there."""
    return [
        Inspection.enterprise_id.in_(ids), Inspection.state == InspectionState.FINISHED, Inspection.nature.in_(sorted(natures)),
        Inspection.result != InspectionResult.NOT_FOUND,
    ]  # fmt: skip
