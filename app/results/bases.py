"""What the last import said (上次导入): the middle term between the records as they stand and a new file.

A report keeps its versions; the base is the one that the last import of the same layout wrote. Where that import kept a value
of ours, the version has ours, and the conflict that was recorded then has what the file said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.chain import plain
from app.db import session
from app.domain.reconcile import ITEM
from app.domain.result_import import COMPARED
from app.domain.result_kinds import Choice
from app.domain.workflow import BatchState
from app.results.known import KnownReport, KnownRow, parts, reports_by_id
from app.results.models import ImportBatch, ImportConflict, ResultReport

Row = dict[str, str]
KEPT = "导入后只有本系统改过"  # why ours stands where nobody had to decide
TAKEN = "只有文件改过"  # and theirs
BY_ITSELF = (KEPT, TAKEN)


@dataclass(slots=True)
class Base:
    """What an import said of one report: its rows by item, its own fields, and rows of which only the words are known."""

    rows: dict[str, Row] = field(default_factory=dict)
    header: Row = field(default_factory=dict)
    whole: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Last:
    """The last version of a report that an import wrote."""

    report_id: int
    batch_id: int
    confirmed_at: datetime


def fields_of(row: Any) -> Row:
    """A stored row or a row of a file, by the fields that are compared."""
    return {name: str(getattr(row, name) or "") for name in COMPARED}


def rows_of(rows: Iterable[KnownRow]) -> dict[str, Row]:
    return {row.item: fields_of(row) for row in rows}


def bases_of(layout: str, reports: Mapping[int, Sequence[KnownReport]], headers: Sequence[str]) -> dict[int, Base]:
    """By the id of a report in force, what the last import of this layout said of it, where that is not the report itself.

    A report that no import ever wrote has an empty base: nothing in it may be replaced unasked.
    """
    every = [report for some in reports.values() for report in some]
    if not every:
        return {}
    same, other = _last_imported(layout, reports)
    kept = _kept(layout, reports)
    origins, overlays = {}, {}
    for report in every:
        key = report.sample_id, report.report_no
        origins[report.id] = last = same.get(key) or other.get(key)
        overlays[report.id] = [row for row in kept.get(key, ()) if _still_says(row, last)]
    differing = [
        report.id for report in every if overlays[report.id] or getattr(origins[report.id], "report_id", 0) != report.id
    ]
    versions = reports_by_id({last.report_id for one in differing if (last := origins[one]) is not None})
    return {
        one: _base(versions.get(last.report_id) if (last := origins[one]) else None, overlays[one], headers)
        for one in differing
    }


def _still_says(row: Any, last: _Last | None) -> bool:
    """Was this kept by the import that wrote the last version, or by a later one that is still in force?"""
    if last is not None and row.import_batch_id == last.batch_id:
        return True
    return row.state is BatchState.CONFIRMED and (last is None or row.confirmed_at >= last.confirmed_at)


def _base(version: KnownReport | None, overlay: Sequence[Any], headers: Sequence[str]) -> Base:
    """The version that the import wrote, with what its file said where ours was kept."""
    base = Base()
    if version is not None:
        base.rows = rows_of(version.rows)
        base.header = {name: text_of(getattr(version, name)) for name in headers}
    for row in overlay:
        _say(base, row)
    return base


def _say(base: Base, row: Any) -> None:
    said = row.theirs or ""
    if row.field == ITEM:
        base.whole[row.item] = said
    elif row.item in base.rows:
        base.rows[row.item][row.field] = said
    else:
        base.header[row.field] = said


def text_of(value: Any) -> str:
    """A value as it is compared and kept with a conflict."""
    return "" if value is None else str(plain(value))


def _last_imported(layout: str, sample_ids: Iterable[int]) -> tuple[dict[tuple[int, str], _Last], ...]:
    """The last imported version of each report, of this layout and of any other; what an undoing took back counts no more."""
    same: dict[tuple[int, str], _Last] = {}
    other: dict[tuple[int, str], _Last] = {}
    for part in parts(sample_ids):
        statement = (
            sa.select(
                ResultReport.id, ResultReport.sample_id, ResultReport.report_no, ResultReport.import_batch_id,
                ImportBatch.layout, ImportBatch.confirmed_at,
            )
            .join(ImportBatch, ImportBatch.id == ResultReport.import_batch_id)
            .where(
                ResultReport.sample_id.in_(part),
                sa.func.coalesce(ResultReport.superseded_by_batch_id, 0) != ResultReport.import_batch_id,
            )
        )  # fmt: skip
        for row in session().execute(statement.order_by(ResultReport.version)):
            target = same if row.layout == layout else other
            target[row.sample_id, row.report_no] = _Last(row.id, row.import_batch_id, row.confirmed_at)
    return same, other


def _kept(layout: str, sample_ids: Iterable[int]) -> dict[tuple[int, str], list[Any]]:
    """What files of this layout said where ours was kept, oldest first."""
    found: dict[tuple[int, str], list[Any]] = {}
    for part in parts(sample_ids):
        statement = (
            sa.select(ImportConflict.__table__, ImportBatch.confirmed_at, ImportBatch.state)
            .join(ImportBatch, ImportBatch.id == ImportConflict.import_batch_id)
            .where(
                ImportConflict.sample_id.in_(part),
                ImportConflict.choice == Choice.OURS,
                ImportBatch.layout == layout,
                ImportBatch.confirmed_at.is_not(None),
            )
        )
        for row in session().execute(statement.order_by(ImportBatch.confirmed_at, ImportConflict.id)):
            found.setdefault((row.sample_id, row.report_no), []).append(row)
    return found


def decided(sample_ids: Iterable[int]) -> dict[tuple[Any, ...], Any]:
    """What people have decided about these samples: the same question is not asked again, in whatever file it comes."""
    found: dict[tuple[Any, ...], Any] = {}
    for part in parts(sample_ids):
        statement = (
            sa.select(ImportConflict.__table__)
            .join(ImportBatch, ImportBatch.id == ImportConflict.import_batch_id)
            .where(
                ImportConflict.sample_id.in_(part),
                ImportConflict.decided_at.is_not(None),
                ImportConflict.reason.not_in(BY_ITSELF),
                ImportBatch.state != BatchState.DISCARDED,
            )
        )
        for row in session().execute(statement.order_by(ImportConflict.id)):
            found[row.sample_id, row.report_no, row.item, row.field, row.ours or "", row.theirs or ""] = row
    return found
