"""公示核对: what was published, against what the record says now, column by column (公布的信息应当与记录一致).

Only batches whose record somebody has touched since are compared, unless all are asked for; the comparison itself is the composing of the
list anew. What differs names its cause and its remedy, and from when on it is late.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app import clock
from app.chain import HistoryEntry
from app.db import session
from app.domain import publications as rules
from app.domain.actors import Actor
from app.domain.publications import Cause, Difference, Remedy
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState
from app.domain.states import SampleState
from app.publications import queries
from app.publications.composing import Composed, compose
from app.publications.models import Publication, PublicationItem
from app.publications.standings import CORRECT, count
from app.sampling.models import BatchFact, Sample
from app.scope import scope

MOST = 3_000
Item = PublicationItem
COLUMNS = (
    Item.id, Item.sample_id, Item.sample_number, Item.ordinal, Item.content, Publication.id.label("publication_id"), Publication.org_id,
    Publication.number, Publication.announcement_no, Publication.kind, Publication.published_on,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deviation:
    """One published batch that is not what the record says."""

    item: Any
    remedy: Remedy
    cause: Cause
    differences: Sequence[Difference]
    since: date | None
    due_on: date | None
    due_why: str
    answer: Any  # the announcement about it that is being prepared
    now: Mapping[str, Any]

    def late(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today


def deviations(actor: Actor, *, whole: bool = False, sample_id: int | None = None, publication_id: int | None = None) -> list[Deviation]:
    """Of the actor's reach, the oldest change first."""
    found = [one for part in _parts(actor, whole, sample_id, publication_id) for one in _compared(part)]
    return sorted(found, key=lambda one: (one.since or date.max, one.item.id))


def _parts(actor: Actor, whole: bool, sample_id: int | None, publication_id: int | None) -> Iterator[Sequence[Any]]:
    """Published and standing items in pieces, the newest first; whatever is asked about one batch is asked whole."""
    statement = (
        sa.select(*COLUMNS)
        .join(Publication, Publication.id == Item.publication_id)
        .where(Publication.state == PublicationState.PUBLISHED, Publication.nature == PublicNature.FIRST, Item.withdrawn_at.is_(None))
    )
    statement = statement.where(Item.sample_id == sample_id) if sample_id is not None else statement
    statement = statement.where(Publication.id == publication_id) if publication_id is not None else statement
    if not whole and sample_id is None:
        statement = statement.where(_touched())
    narrowed = scope(statement, Publication, actor).order_by(Item.id.desc())
    last: int | None = None
    seen = 0
    while seen < MOST or whole:
        asked = narrowed.where(Item.id < last) if last is not None else narrowed
        rows = session().execute(asked.limit(500)).all()
        if not rows:
            return
        yield rows
        last, seen = rows[-1].id, seen + len(rows)


def _touched() -> Any:
    """Somebody has done something to the batch, or its facts have changed, since it was published."""
    published = Publication.published_at
    worked_on = sa.exists().where(
        HistoryEntry.subject_kind == Sample.__tablename__, HistoryEntry.subject_id == Item.sample_id, HistoryEntry.at > published
    )
    changed = sa.exists().where(
        BatchFact.sample_id == Item.sample_id, BatchFact.superseded_at.is_(None), BatchFact.recorded_at > published
    )
    return sa.or_(worked_on.correlate(Item, Publication), changed.correlate(Item, Publication))


def _compared(rows: Sequence[Any]) -> Iterator[Deviation]:
    later = queries.followers([row.id for row in rows])
    for kind in PublicList:
        for width in sorted({rules.width_of(row.content, kind) for row in rows if row.kind is kind}):
            mine = [row for row in rows if row.kind is kind and rules.width_of(row.content, kind) == width]
            composed = compose([row.sample_id for row in mine], kind, width)
            for row in mine:
                found = _deviation(row, composed[row.sample_id], later.get(row.id, ()))
                if found is not None:
                    yield found


def _deviation(row: Any, now: Composed, later: Sequence[Any]) -> Deviation | None:
    conclusion = now.row.supervision.value if now.row.supervision else "未出结论"
    gone = now.voided or now.row.state is not SampleState.REPORTED
    wrong = rules.remedy(row.kind, conclusion, gone)
    content = queries.in_force_content(row, later)
    changed = rules.differences(content, now.content)
    if wrong is not None:
        verdict = Difference("verdict", row.kind.value, "样品已作废或报告已撤回" if gone else conclusion)
        changed = [verdict, *(one for one in changed if one.name != "items")]
    elif not changed:
        return None
    remedy, cause = wrong or (Remedy.CORRECT, Cause.CORRECTED if now.counted else Cause.DISOWNED)
    since = clock.office_time(now.changed_at).date() if now.changed_at is not None else None
    start = max(one for one in (since, row.published_on) if one is not None)
    counted = count(CORRECT, start)
    return Deviation(
        row, remedy, cause, changed, start, counted.due if counted else None, "\n".join(counted.why) if counted else "",
        queries.in_preparation(later), now.content,
    )  # fmt: skip


def content_now(row: Any, published: Publication) -> dict[str, Any]:
    """What the list would say of this batch today."""
    composed = compose([row.sample_id], published.kind, rules.width_of(row.content, published.kind))
    return composed[row.sample_id].content
