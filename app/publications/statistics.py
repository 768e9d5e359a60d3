"""抽检结果公示率: of the batches whose time for publishing ended in a year, how many were published within it.

Passes are counted by report date (some hundreds of days, whatever the number of batches), failures one by one: their time runs from
the day on which they became final.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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


def tally(actor: Actor, year: int, today: date) -> Tally:
    """Of the actor's own office."""
    due = on_time = late = 0
    for due_on, published_on, number in (*_passes(actor, year), *_failures(actor, year, today)):
        if due_on is None or due_on.year != year or (due_on >= today and published_on is None):
            continue
        due += number
        if published_on is not None:
            on_time, late = (on_time + number, late) if published_on <= due_on else (on_time, late + number)
    return Tally(year, due, on_time, late)


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
    out = _first_out(PublicList.PASSED).label("out")
    each = _ours(actor, year, Sample.reported_on, out).where(Sample.supervision == Supervision.PASS).subquery()
    rows = session().execute(sa.select(each.c.reported_on, each.c.out, sa.func.count()).group_by(each.c.reported_on, each.c.out)).all()
    due = {day: due_of(day, failing=False) for day in {row[0] for row in rows}}
    return [(due[day].due if due[day] else None, out, number) for day, out, number in rows]  # type: ignore[union-attr]


def _failures(actor: Actor, year: int, today: date) -> list[tuple[date | None, date | None, int]]:
    columns = (Sample.id, Sample.supervision, Sample.pending_items, Sample.reported_on, _first_out(PublicList.FAILED).label("out"))
    rows = session().execute(_ours(actor, year, *columns).where(Sample.supervision == Supervision.FAIL)).all()
    ready = readiness(rows, today)
    return [(ready[row.id].due_on, row.out, 1) for row in rows if ready[row.id].hold is None]
