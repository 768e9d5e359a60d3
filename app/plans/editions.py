"""计划版本: what changed from one issued edition to the next, who changed it, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app import history
from app.domain.quotas import Cell
from app.domain.workflow import PlanStep
from app.plans import queries
from app.plans.models import PlanQuota, SamplingPlan
from app.plans.naming import Ground, ground

BEFORE_ALL = datetime.min  # noqa: DTZ901  moments are stored without a zone
AFTER_ALL = datetime.max  # noqa: DTZ901
MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell: its number in the edition before and in this one."""

    words: str
    before: int | None
    after: int | None
    at: datetime
    by: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Edition:
    """第 n 版; ``issued_at`` is None for what is written and not yet issued."""

    number: int
    issued_at: datetime | None
    issued_by: str | None
    comment: str | None
    total: int | None
    changes: Sequence[CellChange]
    cut: int  # changes not shown


def editions(plan: SamplingPlan) -> list[Edition]:
    """The editions, newest first; what is being changed comes before them."""
    issued = [entry for entry in history.entries_of(plan.__tablename__, plan.id) if entry.step == PlanStep.ISSUE.value]
    land, found, since = ground(plan), [], BEFORE_ALL
    former: dict[Cell, PlanQuota] = {}
    for number, entry in enumerate(issued, 1):
        rows = queries.quotas_at(plan.id, entry.at)
        changes = _changes(plan, (former, rows), (since, entry.at), land)
        total = rows[Cell()].batches if Cell() in rows else None
        found.append(Edition(number, entry.at, entry.actor_name, entry.comment, total, *_cut(changes)))
        former, since = rows, entry.at
    now = queries.quotas_at(plan.id, AFTER_ALL)
    pending = _changes(plan, (former, now), (since, AFTER_ALL), land)
    if pending:
        found.append(Edition(len(issued) + 1, None, None, None, plan.total, *_cut(pending)))
    return found[::-1]


def _cut(changes: list[CellChange]) -> tuple[list[CellChange], int]:
    return changes[:MOST_SHOWN], max(len(changes) - MOST_SHOWN, 0)


def _changes(
    plan: SamplingPlan, sides: tuple[dict[Cell, PlanQuota], dict[Cell, PlanQuota]], span: tuple[datetime, datetime], land: Ground
) -> list[CellChange]:
    before, after = sides
    cells = [cell for cell in before.keys() | after.keys() if _number(before.get(cell)) != _number(after.get(cell))]
    ended = queries.quotas_ended(plan.id, *span) if any(cell not in after for cell in cells) else {}
    authors = queries.people([*(row.recorded_by_id for row in after.values()), *(row.superseded_by_id for row in ended.values())])
    told = []
    for cell in sorted(cells, key=land.sort_key):
        row, gone = after.get(cell), ended.get(cell)
        at, by, reason = BEFORE_ALL, None, None
        if row is not None:
            at, by, reason = row.recorded_at, row.recorded_by_id, row.reason
        elif gone is not None and gone.superseded_at is not None:
            at, by, reason = gone.superseded_at, gone.superseded_by_id, gone.superseded_reason
        told.append(CellChange(land.words(cell), _number(before.get(cell)), _number(row), at, authors.get(by or 0, "命令行"), reason))
    return told


def _number(row: PlanQuota | None) -> int | None:
    return row.batches if row is not None else None
