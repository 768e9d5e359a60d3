"""The sheets of a newer national export against ours (抽样单三方对照).

Only sheets that such an export registered are compared: what it said of them is known, as the value before anybody corrected it
or, where ours was kept or theirs taken since, as the conflict that was recorded then. A sheet registered here stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.chain import plain
from app.db import session
from app.domain.reconcile import Difference
from app.domain.workflow import SampleState, SampleStep
from app.history import HistoryEntry
from app.results.known import KnownSample, parts
from app.results.models import ImportBatch, ImportConflict
from app.sampling.columns import AS_WRITTEN, title
from app.sampling.correcting import RESOLVED
from app.sampling.models import Sample
from app.sampling.search import FOUND_BY, search_text_of
from app.sampling.sheet_draft import SheetDraft

SHEET = "抽样单"
NO_REPORT = "/"
FIELDS = (
    *(name for name in AS_WRITTEN if name not in ("laboratory", "samplers")), "category_written", "sampled_region_written",
    "producer_region_written", "sampled_credit_code", "purpose", "link", "area_type", "made_on", "sampled_on", "quantity",
)  # fmt: skip
STAYS = ("org_id", "laboratory_org_id")  # another bureau's or laboratory's sheet is nothing that a file makes of it
COLUMNS = tuple(dict.fromkeys((*FIELDS, *FOUND_BY, *(name for name in RESOLVED if name not in STAYS))))
TITLES: Mapping[str, str] = {title(name): name for name in FIELDS}
LIVE = (SampleState.REGISTERED, SampleState.REPORTED)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A stored sheet, and what the last export said of it."""

    columns: Mapping[str, Any]
    base: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a sheet takes over from the file: values by column, with those of before."""

    changes: Mapping[str, tuple[Any, Any]]
    told: Sequence[Difference]

    @property
    def values(self) -> dict[str, Any]:
        return {name: after for name, (_, after) in self.changes.items()}


def as_text(name: str, value: Any) -> str:
    """A value as it is compared; a quantity is the same with however many zeros."""
    written = plain(value)
    if name == "quantity" and written not in (None, ""):
        return f"{Decimal(str(written)).normalize():f}"
    return "" if written is None else str(written)


def texts_of(values: Any) -> dict[str, str]:
    """The compared fields of a sheet or a draft."""
    read = values.get if isinstance(values, Mapping) else lambda name: getattr(values, name)
    return {name: as_text(name, read(name)) for name in FIELDS}


def amendment(sample: KnownSample, sheet: Sheet, draft: SheetDraft, taken: Sequence[Difference]) -> Amendment:
    """The columns that follow from the fields that are taken, with what those texts were resolved to."""
    fields = {one.field for one in taken}
    also = [name for name, texts in RESOLVED.items() if name not in STAYS and not fields.isdisjoint(texts)]
    changes = {
        name: (sheet.columns[name], getattr(draft, name))
        for name in (*sorted(fields), *also)
        if sheet.columns[name] != getattr(draft, name)
    }
    if changes:
        after = {**sheet.columns, **{name: value for name, (_, value) in changes.items()}}
        changes["search_text"] = (sheet.columns["search_text"], search_text_of({name: after[name] for name in FOUND_BY}))
    return Amendment(changes, taken)


def amended(sample: KnownSample, found: Amendment) -> KnownSample:
    """The sample as it will be: its results are judged by that."""
    return replace(sample, **{name: value for name, value in found.values.items() if name in KnownSample.__slots__})


# ---------------------------------------------------------------- what is stored


def sheets_of(samples: Iterable[KnownSample], layout: str) -> dict[int, Sheet]:
    """The sheets among these samples that an import of this layout registered."""
    found: dict[int, Sheet] = {}
    table = Sample.__table__
    columns = [table.c[name] for name in ("id", "search_text", *COLUMNS) if name != "id"]
    for part in parts(sample.id for sample in samples if sample.import_batch_id is not None and sample.state in LIVE):
        statement = (
            sa.select(table.c.id, *columns)
            .join(ImportBatch, ImportBatch.id == Sample.import_batch_id)
            .where(Sample.id.in_(part), ImportBatch.kind == "results", ImportBatch.layout == layout)
        )
        rows = session().execute(statement).mappings().all()
        before, said = _before_corrections(part), _said_since(part, layout)
        for row in rows:
            base = {**texts_of(row), **before.get(row["id"], {}), **said.get(row["id"], {})}
            found[row["id"]] = Sheet(dict(row), base)
    return found


def _before_corrections(ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """The values that corrections have replaced since the sheet was registered, or revived with another file."""
    found: dict[int, dict[str, str]] = {}
    statement = sa.select(HistoryEntry.subject_id, HistoryEntry.step, HistoryEntry.changes).where(
        HistoryEntry.subject_kind == Sample.__tablename__,
        HistoryEntry.subject_id.in_(ids),
        HistoryEntry.step.in_((SampleStep.CORRECT.value, SampleStep.REVIVE.value)),
    )
    for sample_id, step, changes in session().execute(statement.order_by(HistoryEntry.seq)):
        if step == SampleStep.REVIVE.value:
            found.pop(sample_id, None)
            continue
        first = found.setdefault(sample_id, {})
        for key, (before, _) in json.loads(changes or "{}").items():
            name = TITLES.get(key, key)
            if name in FIELDS:
                first.setdefault(name, as_text(name, before))
    return found


def _said_since(ids: Sequence[int], layout: str) -> dict[int, dict[str, str]]:
    """What later files said of the sheets, where that was not what stood there."""
    found: dict[int, dict[str, str]] = {}
    statement = (
        sa.select(ImportConflict.sample_id, ImportConflict.field, ImportConflict.theirs)
        .join(ImportBatch, ImportBatch.id == ImportConflict.import_batch_id)
        .where(
            ImportConflict.sample_id.in_(ids),
            ImportConflict.item == SHEET,
            ImportConflict.choice.is_not(None),
            ImportBatch.layout == layout,
            ImportBatch.confirmed_at.is_not(None),
            ImportBatch.undone_at.is_(None),
        )
    )
    for sample_id, field, theirs in session().execute(statement.order_by(ImportBatch.confirmed_at, ImportConflict.id)):
        found.setdefault(sample_id, {})[field] = theirs or ""
    return found
