"""抽检结果公示率: of the batches whose time for publishing ended in a year, how many were published within it.

Passes are counted by report date (some hundreds of days, whatever the number of batches), failures one by one: their time runs from
the day on which they became final.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.figures import DateBasis, Figure, Formula, Kind, Source, compute
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState
from app.domain.samples import Supervision
from app.domain.states import SampleState
from app.publications import candidates
from app.publications.models import Publication, PublicationItem
from app.publications.standings import due_of, readiness
from app.sampling.models import Sample
from app.scope import scope

PART = 500
RATE = Formula(
    "result_publication_rate", "抽检结果按期公示率", Kind.RATIO_PERCENT, Source.FACTS, DateBasis.TERM_END, "%", 2,
    "公示期限在本年度届满的批次中，在期限内已公布的占比；未判定、待核和暂不公布的批次不计，风险监测不公布",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """How the batches of a year stand."""

    year: int
    due: int
    on_time: int
    late: int

    @property
    def missing(self) -> int:
        return self.due - self.on_time - self.late

    @property
    def rate(self) -> Figure:
        return compute(RATE, self.on_time, self.due)


class Kept(StrEnum):
    """How a batch kept its term; the value is the head of its list."""

    DUE = "公示期限届满"
    ON_TIME = "按期公布"
    LATE = "逾期公布"
    MISSING = "超期未公布"


LISTS: Mapping[str, Kept] = {"due": Kept.DUE, "on_time": Kept.ON_TIME, "late": Kept.LATE, "missing": Kept.MISSING}
"""By how addresses and commands name them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One batch that a number counts."""

    sample_id: int
    due_on: date
    published_on: date | None
    kept: Kept


def _kept(due_on: date | None, published_on: date | None, year: int, today: date) -> Kept | None:
    if due_on is None or due_on.year != year or (due_on >= today and published_on is None):
        return None
    if published_on is None:
        return Kept.MISSING
    return Kept.ON_TIME if published_on <= due_on else Kept.LATE


def tally(actor: Actor, year: int, today: date) -> Tally:
    """Of the actor's own office."""
    found: Counter[Kept] = Counter()
    for due_on, published_on, number in _passes(actor, year):
        if kept := _kept(due_on, published_on, year, today):
            found[kept] += number
    for _, due_on, published_on in _failures(actor, year, today):
        if kept := _kept(due_on, published_on, year, today):
            found[kept] += 1
    return Tally(year, found.total(), found[Kept.ON_TIME], found[Kept.LATE])


def lines(actor: Actor, year: int, today: date, which: Kept = Kept.DUE) -> list[Line]:
    """The batches behind a number of the tally, one by one, those that were due first on top."""
    passes = session().execute(_passed(actor, year, Sample.id)).all()
    due = _due_days(row.reported_on for row in passes)
    every = [*((row.id, due[row.reported_on], row.out) for row in passes), *_failures(actor, year, today)]
    found = [
        Line(number, due_on, out, kept)
        for number, due_on, out in every
        if due_on is not None and (kept := _kept(due_on, out, year, today)) and which in (Kept.DUE, kept)
    ]
    return sorted(found, key=lambda line: (line.due_on, line.sample_id))


def _first_out(kind: PublicList) -> Any:
    """The day on which a batch was first published as what it is; what was withdrawn is not published."""
    return (
        sa.select(sa.func.min(Publication.published_on))
        .join(PublicationItem, PublicationItem.publication_id == Publication.id)
        .where(
            PublicationItem.sample_id == Sample.id, PublicationItem.withdrawn_at.is_(None), Publication.kind == kind,
            Publication.nature == PublicNature.FIRST, Publication.state == PublicationState.PUBLISHED,
        )
        .correlate(Sample)
        .scalar_subquery()
    )  # fmt: skip


def _ours(actor: Actor, year: int, *columns: Any) -> sa.Select[Any]:
    first = max(date(year - 1, 7, 1), candidates.since(actor.org_id) or date.min)
    statement = sa.select(*columns).where(
        Sample.state == SampleState.REPORTED, Sample.reported_on >= first, Sample.reported_on <= date(year, 12, 31),
        Sample.purpose.in_(candidates.purposes()), candidates.organised_by(actor.org_id), Sample.pending_items == 0,
    )  # fmt: skip
    return scope(statement, Sample, actor)


def _passes(actor: Actor, year: int) -> list[tuple[date | None, date | None, int]]:
    each = _passed(actor, year).subquery()
    rows = session().execute(sa.select(each.c.reported_on, each.c.out, sa.func.count()).group_by(each.c.reported_on, each.c.out)).all()
    due = _due_days(row[0] for row in rows)
    return [(due[day], out, number) for day, out, number in rows]


def _passed(actor: Actor, year: int, *more: Any) -> sa.Select[Any]:
    out = _first_out(PublicList.PASSED).label("out")
    return _ours(actor, year, *more, Sample.reported_on, out).where(Sample.supervision == Supervision.PASS)


def _due_days(reported: Iterable[date]) -> dict[date, date | None]:
    found = {day: due_of(day, failing=False) for day in set(reported)}
    return {day: due.due if due else None for day, due in found.items()}


def _failures(actor: Actor, year: int, today: date) -> list[tuple[int, date | None, date | None]]:
    """Sample, due date and day of publication."""
    columns = (Sample.id, Sample.supervision, Sample.pending_items, Sample.reported_on, _first_out(PublicList.FAILED).label("out"))
    rows = session().execute(_ours(actor, year, *columns).where(Sample.supervision == Supervision.FAIL)).all()
    ready = readiness(rows, today)
    return [(row.id, ready[row.id].due_on, row.out) for row in rows if ready[row.id].hold is None]


def shown(found: list[Line]) -> list[tuple[Line, Any, Any]]:
    """Each with its sample and the list, published or on its way, in which it stands."""
    ids = [line.sample_id for line in found]
    columns = (Sample.id, Sample.number, Sample.product_name, Sample.sampled_name, Sample.producer_name, Sample.reported_on,
               Sample.supervision)  # fmt: skip
    samples: dict[int, Any] = {}
    lists: dict[int, Any] = {}
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        samples |= {row.id: row for row in session().execute(sa.select(*columns).where(Sample.id.in_(part)))}
        statement = (
            sa.select(PublicationItem.sample_id, Publication.id, Publication.number, Publication.state)
            .join(Publication, Publication.id == PublicationItem.publication_id)
            .where(
                PublicationItem.sample_id.in_(part), PublicationItem.withdrawn_at.is_(None), Publication.nature == PublicNature.FIRST,
                Publication.state.in_(candidates.LIVE),
            )
            .order_by(Publication.id)
        )  # fmt: skip
        lists |= {row.sample_id: row for row in session().execute(statement)}
    return [(line, samples[line.sample_id], lists.get(line.sample_id)) for line in found]
