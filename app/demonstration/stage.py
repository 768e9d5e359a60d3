"""A day of the demonstration lived as one person, and the cases that nobody has touched since that day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app import clock
from app.authorize import act_as
from app.chain import HistoryEntry
from app.custody.models import BackupSample
from app.db import session, transaction
from app.demonstration.county import County
from app.disposal import queries as cases
from app.disposal.models import DisposalCase
from app.domain.actors import Actor, Role
from app.domain.disposal import CaseMode
from app.domain.samples import ItemClass, Supervision, Verdict
from app.domain.states import BackupState, CaseState, SampleState
from app.messages import operations as messages
from app.reference_data.books import calendar
from app.results.models import ResultReport, ResultRow
from app.sampling.models import Sample


@dataclass(frozen=True, slots=True)
class Found:
    """A nonconforming sample that may have a course of its own."""

    sample_id: int
    cases: tuple[Any, ...]  # rows: id, state, party name ...
    microbial: bool
    kept: bool  # the backup sample is at its laboratory


@dataclass
class Stage:
    """The office with its people, and which samples have been used."""

    county: County
    today: date
    people: dict[Role, list[Actor]]
    found: list[Found] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def back(self, number: int) -> date:
        """The day so many working days ago."""
        day = self.today
        while number:
            day -= timedelta(days=1)
            number -= calendar().is_working_day(day)
        return day

    def person(self, role: Role, place: int = 0) -> Actor:
        people = self.people[role]
        return people[place % len(people)]

    def handler_of(self, case: DisposalCase) -> Actor:
        return next((one for one in self.people[Role.HANDLER] if one.user_id == case.handler_id), self.people[Role.HANDLER][0])

    @contextmanager
    def on(self, day: date, who: Actor) -> Iterator[datetime]:
        """One transaction of this person on that day."""
        with clock.rehearsing(day):
            act_as(who)
            with transaction():
                yield clock.now()

    def quiet(self, since: date) -> list[Found]:
        """What nobody has touched since that day and no other course uses, the newest first."""
        return [
            one
            for one in self.found
            if one.sample_id not in self.used and all(clock.office_time(row.touched).date() <= since for row in one.cases)
        ]

    def take(self, one: Found) -> Found:
        self.used.add(one.sample_id)
        return one

    def case(self, case_id: int) -> DisposalCase:
        """As a page of a handler fetches it."""
        session().flush()
        session().expire_all()
        found = cases.case(self.people[Role.HANDLER][0], case_id)
        assert found is not None
        return found

    def sample(self, sample_id: int) -> Sample:
        session().flush()
        session().expire_all()
        return session().scalars(sa.select(Sample).where(Sample.id == sample_id).options(selectinload(Sample.cases))).one()


def samples_of(bureau_id: int, today: date) -> list[Found]:
    """Nonconforming samples of the county's own bureau with its cases, the newest first."""
    touched = sa.select(sa.func.max(HistoryEntry.at)).where(
        HistoryEntry.subject_kind == DisposalCase.__tablename__, HistoryEntry.subject_id == DisposalCase.id
    )
    rows = session().execute(
        sa.select(
            DisposalCase.id, DisposalCase.sample_id, DisposalCase.state, DisposalCase.party, DisposalCase.party_name,
            DisposalCase.enterprise_id, DisposalCase.received_on, Sample.producer_name, Sample.expires_on,
            touched.scalar_subquery().label("touched"),
        )
        .join(Sample, Sample.id == DisposalCase.sample_id)
        .where(
            DisposalCase.org_id == bureau_id, DisposalCase.mode == CaseMode.DISPOSE, DisposalCase.state != CaseState.CANCELLED,
            Sample.state == SampleState.REPORTED, Sample.supervision == Supervision.FAIL,
        )
        .order_by(DisposalCase.received_on.desc(), DisposalCase.sample_id.desc(), DisposalCase.id)
    ).all()  # fmt: skip
    by_sample: dict[int, list[Any]] = {}
    for row in rows:
        if row.expires_on is None or row.expires_on > today:
            by_sample.setdefault(row.sample_id, []).append(row)
    microbial, kept = _microbial(by_sample), _kept(by_sample)
    return [Found(key, tuple(found), key in microbial, key in kept) for key, found in by_sample.items()]


def _microbial(sample_ids: Any) -> set[int]:
    wanted = sa.select(ResultRow.sample_id).join(ResultReport).where(
        ResultRow.sample_id.in_(list(sample_ids)), ResultReport.superseded_at.is_(None), ResultRow.verdict == Verdict.FAIL,
        ResultRow.item_class == ItemClass.MICROBE,
    )
    return set(session().scalars(wanted))


def _kept(sample_ids: Any) -> set[int]:
    kept = (BackupSample.sample_id.in_(list(sample_ids)), BackupSample.state == BackupState.KEPT)
    return set(session().scalars(sa.select(BackupSample.sample_id).where(*kept)))


TOLD_DAYS = 45


def inboxes_told() -> int:
    """The inboxes, as if the worker had run: the last weeks of the history."""
    made, before = 0, -1
    while True:
        with transaction():
            cursor = messages.locked_cursor(clock.now(), TOLD_DAYS)
            if cursor.seq == before:
                return made
            before = cursor.seq
            made += messages.collect(clock.now())
