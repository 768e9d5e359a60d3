"""Sheets corrected by a newer export (按导入更正抽样单), and put back when that import is undone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app import history
from app.db import session
from app.domain.workflow import SampleStep
from app.history import HistoryEntry, Move
from app.results.known import KnownSample, parts
from app.results.models import ImportBatch
from app.results.moving import Origin
from app.results.outcomes import Outcome
from app.sampling.models import Sample

Amended = Mapping[str, tuple[Any, Any]]
BY_IMPORT = re.compile(r"按第 (?P<corrected>\d+) 次导入的文件更正|撤销第 \d+ 次导入")


def correct_reason(batch_id: int | None) -> str:
    """Why a sheet was corrected by an import; undoing it knows its own corrections by this."""
    return f"按第 {batch_id} 次导入的文件更正"


def amend(outcomes: Sequence[Outcome], origin: Origin) -> None:
    """Take over what these outcomes say of their sheets.

    Raises NotAllowedNow when one of them was changed since it was read.
    """
    moves = [
        Move(outcome.sample, dict(outcome.amendment.changes), outcome.amendment.values, follows=True)
        for outcome in outcomes
        if outcome.amendment is not None and outcome.amendment.changes
    ]
    history.advance_many(Sample, SampleStep.CORRECT, origin.actor, moves, comment=correct_reason(origin.batch_id))


def amended_by(batch: ImportBatch, ids: Iterable[int]) -> dict[int, Amended]:
    """The columns of sheets that this import has corrected since it was last confirmed, with their values before and after."""
    found: dict[int, Amended] = {}
    for part in parts(ids):
        statement = sa.select(HistoryEntry.subject_id, HistoryEntry.changes).where(
            HistoryEntry.subject_kind == Sample.__tablename__,
            HistoryEntry.subject_id.in_(part),
            HistoryEntry.step == SampleStep.CORRECT.value,
            HistoryEntry.comment == correct_reason(batch.id),
            HistoryEntry.at >= batch.confirmed_at,
        )
        for sample_id, changes in session().execute(statement.order_by(HistoryEntry.seq)):
            if sample_id is not None:
                told = json.loads(changes or "{}")
                found[sample_id] = {name: (_typed(name, old), _typed(name, new)) for name, (old, new) in told.items()}
    return found


def _typed(name: str, value: Any) -> Any:
    """A value of the history as its column has it."""
    kind = Sample.__table__.c[name].type
    if value is None:
        return None
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(kind, sa.Numeric) else value


def put_back(amended: Iterable[tuple[KnownSample, Amended]], origin: Origin) -> None:
    """The sheets as they were before the import; what we know of them follows."""
    moves = []
    for sample, columns in amended:
        if columns:
            values = {name: before for name, (before, _) in columns.items()}
            moves.append(Move(sample, {name: (new, old) for name, (old, new) in columns.items()}, values, follows=True))
            for name in values.keys() & set(KnownSample.__slots__):
                setattr(sample, name, values[name])
    history.advance_many(Sample, SampleStep.CORRECT, origin.actor, moves, comment=origin.reason)


def by_import(comment: str | None) -> int | None:
    """The import whose file corrected a sheet, by the reason in its history; 0 for one that was undone, None for a person."""
    found = BY_IMPORT.fullmatch(comment or "")
    return None if found is None else int(found["corrected"] or 0)
