"""A file against what stands here and what the last import said (三方对照), before anything of it is planned.

The rows of the file go on as they are to be written: with our value where only we changed it, with the file's where only the
file did. Where both did, somebody decides; until then the sample waits and ours is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.headers import match_headers
from app.domain.reconcile import ITEM, Difference, Fate, differences
from app.domain.result_columns import RESULT_COLUMNS
from app.domain.result_import import COMPARED
from app.domain.result_kinds import Choice
from app.domain.result_rows import WrittenRow, WrittenTable
from app.results.bases import Base, bases_of, decided, fields_of, rows_of, text_of
from app.results.known import KnownReport, KnownRow, KnownSample
from app.results.report_headers import REPORT, TITLES, Header
from app.results.sheet_reconciling import NO_REPORT, SHEET, Amendment, amended, amendment, sheets_of, texts_of
from app.sampling.sheet_draft import SheetDraft

Key = tuple[str, str]  # 抽样编号, 报告书编号


@dataclass(frozen=True, slots=True)
class Found:
    """One difference of which the user is told, and what was decided about it."""

    sample: KnownSample
    report_no: str
    difference: Difference
    choice: Choice | None = None
    reason: str | None = None
    decided_at: datetime | None = None
    decided_by_id: int | None = None

    @property
    def open(self) -> bool:
        return self.difference.fate is Fate.CONFLICT and self.choice is None

    @property
    def takes_theirs(self) -> bool:
        return self.difference.fate is Fate.TAKEN or self.choice is Choice.THEIRS


class Reconciler:
    """Compares one file; reads what it needs at once, and nothing where no report was touched since its import."""

    def __init__(
        self,
        layout: str | None,
        known: Mapping[str, KnownSample],
        reports: Mapping[int, Sequence[KnownReport]],
    ) -> None:
        self.found: dict[str, list[Found]] = {}  # by 抽样编号
        self.amendments: dict[str, Amendment] = {}
        self._layout = layout or ""
        self._samples = {sample.id: sample for sample in known.values()}
        self._bases = bases_of(layout or "", reports, tuple(TITLES))
        touched = [one for some in reports.values() for one in some if one.id in self._bases]
        self._touched: dict[Key, KnownReport] = {
            (self._samples[report.sample_id].number, report.report_no): report for report in touched
        }
        self._decided = decided({report.sample_id for report in touched})

    def waits(self, number: str) -> bool:
        """Has somebody to decide about this sample first?"""
        return any(found.open for found in self.found.get(number, ()))

    def kept_and_open(self, numbers: Iterable[str]) -> list[Found]:
        """What is kept with the import: all but the rows and reports taken from the file, whose versions tell of it themselves."""
        every = (found for number in numbers for found in self.found.get(number, ()))
        return [found for found in every if found.difference.fate is not Fate.TAKEN or found.difference.item == SHEET]

    # ---------------------------------------------------------------- rows

    def merged(self, table: WrittenTable) -> WrittenTable:
        """The table with the rows that are to be written."""
        if not self._touched:
            return table
        groups: dict[Key, list[WrittenRow]] = {}
        for row in table.rows:
            if (row.number, row.report_no) in self._touched:
                groups.setdefault((row.number, row.report_no), []).append(row)
        faulty = {(fault.sheet, fault.line) for fault in table.faults if fault.blocking}
        for key, rows in groups.items():  # a report with a faulty row is refused as it is
            if faulty.isdisjoint((row.sheet, row.line) for row in rows):
                groups[key] = self._merged(self._touched[key], rows)
        return replace(table, rows=list(_in_order(table.rows, groups)))

    def _merged(self, report: KnownReport, rows: Sequence[WrittenRow]) -> list[WrittenRow]:
        base = self._bases[report.id]
        theirs = {row.item: fields_of(row) for row in rows}
        found = self._settled(report, differences(base.rows, rows_of(report.rows), theirs, base.whole))
        ours = [one.difference for one in found if not one.takes_theirs]
        whole = {one.item for one in ours if one.field == ITEM}
        values: dict[str, dict[str, str]] = {}
        for one in ours:
            if one.field != ITEM:
                values.setdefault(one.item, {})[one.field] = one.ours
        stay = [_with(row, values.get(row.item, {})) for row in rows if row.item not in whole]
        back = [_as_written(rows[0], row) for row in report.rows if row.item in whole and row.item not in theirs]
        return [*stay, *back]

    def _settled(self, report: KnownReport, found: Iterable[Difference]) -> list[Found]:
        sample = self._samples[report.sample_id]
        settled = [self._decision(Found(sample, report.report_no, one)) for one in found]
        self.found.setdefault(sample.number, []).extend(settled)
        return settled

    def _decision(self, found: Found) -> Found:
        one = found.difference
        if one.fate is not Fate.CONFLICT:
            return found
        earlier = self._decided.get((found.sample.id, found.report_no, one.item, one.field, one.ours, one.theirs))
        if earlier is None:
            return found
        return replace(
            found, choice=earlier.choice, reason=earlier.reason, decided_at=earlier.decided_at,
            decided_by_id=earlier.decided_by_id,
        )  # fmt: skip

    # ---------------------------------------------------------------- sheets

    def sheets(self, known: dict[str, KnownSample], drafts: Mapping[str, SheetDraft]) -> None:
        """What the sheets of registered samples take over from the file; ``known`` has them then as they will be."""
        stored = sheets_of((known[number] for number in drafts), self._layout)
        self._decided |= decided(stored)
        for number, draft in drafts.items():
            sample = known[number]
            if sample.id not in stored:
                continue
            sheet, theirs = stored[sample.id], {name: text for name, text in texts_of(draft).items() if text}
            if draft.org_id != sample.org_id:
                theirs.pop("sampled_region_written", None)
            found = differences({SHEET: sheet.base}, {SHEET: texts_of(sheet.columns)}, {SHEET: theirs})
            settled = [self._decision(Found(sample, NO_REPORT, one)) for one in found]
            self.found.setdefault(number, []).extend(settled)
            made = amendment(sample, sheet, draft, [one.difference for one in settled if one.takes_theirs])
            if made.changes:
                self.amendments[number] = made
                known[number] = amended(sample, made)

    # ---------------------------------------------------------------- the report's own fields

    def header(self, known: KnownReport | None, header: Header) -> Header:
        """The report's own fields as they are to be written."""
        if known is None or known.id not in self._bases:
            return header
        ours = {name: text_of(getattr(known, name)) for name in TITLES}
        theirs = {name: text_of(value) for name in TITLES if (value := getattr(header, name)) is not None}
        if header.laboratory_org_id is not None and header.laboratory_org_id == known.laboratory_org_id:
            theirs.pop("laboratory", None)
        base: Base = self._bases[known.id]
        found = self._settled(known, differences({REPORT: base.header}, {REPORT: ours}, {REPORT: theirs}))
        kept: dict[str, Any] = {
            one.difference.field: getattr(known, one.difference.field) for one in found if not one.takes_theirs
        }
        if "laboratory" in kept:
            kept["laboratory_org_id"] = known.laboratory_org_id
        return replace(header, **kept)


def _in_order(rows: Iterable[WrittenRow], groups: Mapping[Key, Sequence[WrittenRow]]) -> Iterator[WrittenRow]:
    """The rows of the file, each touched report where its first row stood."""
    told: set[Key] = set()
    for row in rows:
        key = row.number, row.report_no
        if key not in groups:
            yield row
        elif key not in told:
            told.add(key)
            yield from groups[key]


def _with(row: WrittenRow, values: Mapping[str, str]) -> WrittenRow:
    """The row with our values in it. Its cells stay those of the file, but for the verdict, which is kept as the cell has it."""
    if not values:
        return row
    changed: dict[str, Any] = dict(values)
    place = match_headers(row.headers, RESULT_COLUMNS).columns.get("verdict", len(row.cells))
    if "verdict" in values and place < len(row.cells):
        changed["cells"] = (*row.cells[:place], values["verdict"], *row.cells[place + 1 :])
    return row._replace(**changed)


def _as_written(beside: WrittenRow, row: KnownRow) -> WrittenRow:
    """A row of ours that the file does not have, as if it had been typed in."""
    empty = {name: "" for name in WrittenRow._fields if name not in ("line", "headers", "cells")}
    own = {"sheet": beside.sheet, "number": beside.number, "report_no": beside.report_no, "item": row.item}
    values = {name: getattr(row, name) for name in COMPARED}
    return WrittenRow(**{**empty, **own, **values}, line=0, headers=(), cells=())
