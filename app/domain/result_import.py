"""What an uploaded result file would change (导入预览).

The sample is the unit: one faulty row refuses its whole sample, because half a report would give a wrong verdict. What is
compared is the text the laboratory wrote, so importing the same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, Protocol

from app.domain.national_export import WrittenSheet
from app.domain.result_headers import title_of
from app.domain.result_rows import WrittenRow, by_report, detect_layout
from app.domain.written import Fault

__all__ = ["COMPARED", "Action", "Change", "ImportPlan", "PlannedSample", "detect_layout", "plan_import"]

COMPARED: dict[str, str] = {
    "result": "检验结果",
    "unit": "结果单位",
    "verdict": "结果判定",
    "method": "检验依据",
    "basis": "判定依据",
    "min_limit": "最小允许限",
    "min_unit": "最小允许限单位",
    "max_limit": "最大允许限",
    "max_unit": "最大允许限单位",
    "lod": "方法检出限",
    "lod_unit": "检出限单位",
    "lod_kind": "检出限类型",
    "kind": "检验类型",
    "note": "说明",
}
ITEM = "检验项目"


class Action(StrEnum):
    """What importing would do to one sample."""

    NEW = "新增"
    CHANGED = "变更"
    UNCHANGED = "未变"
    REFUSED = "拒收"
    CONFLICT = "待裁定"


class KnownSample(Protocol):
    """A sample that is registered already."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> str: ...
    @property
    def voided(self) -> bool: ...


class KnownRow(Protocol):
    """A result row in force; beside `item` it has the fields of COMPARED as they were written."""

    @property
    def item(self) -> str: ...


class Change(NamedTuple):
    """One difference between the rows in force and the file."""

    item: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class PlannedSample:
    """One sample of the file and what becomes of it."""

    number: str
    action: Action
    rows: tuple[WrittenRow, ...]
    faults: tuple[Fault, ...]
    diff: tuple[Change, ...]
    sample_id: int | None
    sheet: WrittenSheet | None

    @property
    def creates(self) -> bool:
        """Whether the sampling sheet itself is new (national layout)."""
        return self.sample_id is None and self.action is not Action.REFUSED


@dataclass(frozen=True)
class ImportPlan:
    """The preview of one file."""

    samples: tuple[PlannedSample, ...]
    rows: int
    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]

    def count(self, action: Action) -> int:
        return sum(sample.action is action for sample in self.samples)

    @property
    def new(self) -> int:
        return self.count(Action.NEW)

    @property
    def changed(self) -> int:
        return self.count(Action.CHANGED)

    @property
    def unchanged(self) -> int:
        return self.count(Action.UNCHANGED)

    @property
    def refused(self) -> int:
        return self.count(Action.REFUSED)


_item_of_report = attrgetter("report_no", "item")
Existing = Mapping[tuple[str, str], Sequence[KnownRow]]


def plan_import(
    written: Sequence[WrittenRow],
    known: Mapping[str, KnownSample],
    existing: Existing,
    *,
    sheets: Mapping[str, WrittenSheet] | None = None,
    faults: Iterable[Fault] = (),
) -> ImportPlan:
    """Compare a file with what is in force; `sheets` are the sampling sheets of a national export, which may be new."""
    by_number: dict[str, list[WrittenRow]] = {}
    for number, together in groupby(written, attrgetter("number")):
        by_number.setdefault(number, []).extend(together)
    faults = list(faults)
    wanted = {fault.line for fault in faults}  # mostly none: a place is not kept for every row of a large file
    number_at = {(row.sheet, row.line): row.number for row in written if row.line in wanted} if wanted else {}
    faults_of: dict[str, list[Fault]] = {}
    of_the_file: list[Fault] = []
    for fault in faults:
        of_row = number_at.get((fault.sheet, fault.line))
        (of_the_file if of_row is None else faults_of.setdefault(of_row, [])).append(fault)
    samples = tuple(
        _planned(number, tuple(rows), known.get(number), existing, sheets, faults_of.get(number, []))
        for number, rows in by_number.items()
    )
    every = sorted((*of_the_file, *(fault for sample in samples for fault in sample.faults)), key=_place)
    errors, warnings = (tuple(fault for fault in every if fault.blocking is blocking) for blocking in (True, False))
    return ImportPlan(samples, len(written), errors, warnings)


def _place(fault: Fault) -> tuple[str, int]:
    return fault.sheet, fault.line


def _planned(
    number: str,
    rows: tuple[WrittenRow, ...],
    sample: KnownSample | None,
    existing: Existing,
    sheets: Mapping[str, WrittenSheet] | None,
    row_faults: Sequence[Fault],
) -> PlannedSample:
    sheet = sheets.get(number) if sheets is not None else None
    faults = [*row_faults, *(sheet.faults if sheet else ()), *_duplicates(rows)]
    if number:
        faults.extend(_standing(number, rows[0], sample, sheet))
    identity = None if sample is None else sample.id
    if any(fault.blocking for fault in faults):
        return PlannedSample(number, Action.REFUSED, rows, tuple(faults), (), identity, sheet)
    action, diff = _compared(number, rows, existing)
    return PlannedSample(number, action, rows, tuple(faults), diff, identity, sheet)


def _standing(number: str, row: WrittenRow, sample: KnownSample | None, sheet: WrittenSheet | None) -> list[Fault]:
    """Whether results may be attached to this number at all."""
    if sample is not None and sample.voided:
        message = f"抽样单 {number} 已作废：请核对编号，或先恢复该抽样单"
    elif sample is None and sheet is None:
        message = f"系统中没有抽样单 {number}：请核对编号，或先登记（导入）抽样单，再导入结果"
    else:
        return []
    return [Fault(row.line, title_of(row.headers, "number"), number, message, row.sheet)]


def _duplicates(rows: Sequence[WrittenRow]) -> list[Fault]:
    """The same item twice within one report; a number may have two reports."""
    if len(set(map(_item_of_report, rows))) == len(rows):
        return []
    first: dict[tuple[str, str], WrittenRow] = {}
    faults = []
    for row in rows:
        earlier = first.setdefault((row.report_no, row.item), row)
        if earlier is not row and row.item:
            message = f"同一报告里“{row.item}”与第 {earlier.line} 行重复：请只保留一行"
            faults.append(Fault(row.line, title_of(row.headers, "item"), row.item, message, row.sheet))
    return faults


def _compared(number: str, rows: Sequence[WrittenRow], existing: Existing) -> tuple[Action, tuple[Change, ...]]:
    """New, changed or unchanged; a report that the file does not mention stays as it is."""
    reports = by_report(rows)
    before = {report: existing.get((number, report), ()) for report in reports}
    if not any(before.values()):
        return Action.NEW, ()
    diff = [change for report, now in reports.items() for change in _differences(before[report], now)]
    return (Action.CHANGED, tuple(diff)) if diff else (Action.UNCHANGED, ())


def _differences(before: Sequence[KnownRow], now: Sequence[WrittenRow]) -> list[Change]:
    old = {row.item: row for row in before}
    changes = [Change(item, ITEM, item, "") for item in old.keys() - {row.item for row in now}]
    for row in now:
        known = old.get(row.item)
        if known is None:
            changes.append(Change(row.item, ITEM, "", row.item))
            continue
        for field, title in COMPARED.items():
            earlier, later = getattr(known, field) or "", getattr(row, field)
            if earlier != later:
                changes.append(Change(row.item, title, earlier, later))
    return sorted(changes, key=lambda change: (change.item, change.field)) if len(changes) > 1 else changes
