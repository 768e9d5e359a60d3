"""The check page of an upload (导入预览), as plain data kept with the batch: the user's own rows, every fault, every change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from app.domain.headers import Titles, normalise_header
from app.domain.result_columns import RESULT_COLUMNS
from app.domain.result_import import Action
from app.domain.result_rows import WrittenRow
from app.domain.samples import Verdict
from app.domain.written import Fault, present
from app.results.known import KnownReport
from app.results.outcomes import Outcome
from app.results.settling import SettledRow
from app.results.staging import Prepared, changes_of

SHOWN_ROWS = 200
SHOWN_FAULTS = 2_000
SHOWN_CHANGES = 500
SHOWN_CELL = 120
HEAD_CELL = 400
SHOWN_SHEETS = 10
TONES = {Action.REFUSED: "red", Action.CONFLICT: "yellow", Action.CHANGED: "yellow", Action.NEW: "green", Action.UNCHANGED: "neutral"}
ORDER = tuple(TONES)  # what needs looking at comes first
# whatever the order of the file, what was found in which sample stands where it is seen without scrolling
FOUND = ("number", "item", "result", "unit", "verdict")
LEADING = tuple(normalise_header(title) for name in FOUND for title in RESULT_COLUMNS[name])
# of the many columns of a national export, those that say which sample it is and what was found
NATIONAL_COLUMNS = (
    "抽样编号", "检验项目", "检验结果", "结果单位", "结果判定", "样品名称", "被抽样单位名称", "县(市、区)", "食品大类",
    "抽样时间", "报告书编号", "报告日期", "最小允许限", "最大允许限", "判定依据",
)  # fmt: skip


def preview_of(prepared: Prepared) -> dict[str, Any]:
    """JSON kept with the batch: counts, faults, the first rows. All the rows are in its pages."""
    faults = [*prepared.plan.errors, *prepared.plan.warnings]
    shown = _shown_rows(prepared)
    shape = Shape(prepared, [row for _, row in shown])
    return {
        "columns": shape.columns,
        "rows": [shape.row(outcome, row) for outcome, row in shown],
        "faults": [_fault(fault) for fault in faults[:SHOWN_FAULTS]],
        "fault_count": len(faults),
        "file_errors": [fault.message for fault in prepared.file_errors[:20]],
        "remarks": list(prepared.table.remarks[:50]),
        "lacks_date": prepared.lacks_date,
        "pages": prepared.pages,
        **_heads(prepared),
        **_changes(prepared),
        **_conclusions(prepared),
    }


def _heads(prepared: Prepared) -> dict[str, Any]:
    """The first rows of each sheet, for whoever says which column is which; nobody needs that for a national export."""
    if prepared.table.layout == "national" and not prepared.table.headers_unclear:
        return {"unclear": False, "heads": []}
    heads = [
        {"sheet": name, "rows": [[line, [cell[:HEAD_CELL] for cell in cells]] for line, cells in rows]}
        for name, rows in list(prepared.table.heads.items())[:SHOWN_SHEETS]
    ]
    return {"unclear": prepared.table.headers_unclear, "heads": heads}


def _changes(prepared: Prepared) -> dict[str, Any]:
    changes = changes_of(prepared)
    shown = [
        {"number": number, "item": change.item, "field": change.field, "before": change.before, "after": change.after}
        for number, change in changes[:SHOWN_CHANGES]
    ]
    return {"changes": shown, "change_count": len(changes)}


def _conclusions(prepared: Prepared) -> dict[str, Any]:
    return {
        "item_verdicts": {verdict.value: count for verdict, count in prepared.item_verdicts.items()},
        "conclusions": prepared.conclusions,
        "nonconforming_count": len(prepared.newly_nonconforming),
        "pending_items": sum(outcome.pending_items for outcome in prepared.writable),
    }


def _shown_rows(prepared: Prepared) -> list[tuple[Outcome, WrittenRow]]:
    found: list[tuple[Outcome, WrittenRow]] = []
    for action in ORDER:
        for outcome in prepared.outcomes:
            if outcome.action is action:
                found += [(outcome, row) for row in outcome.planned.rows]
            if len(found) >= SHOWN_ROWS:
                return found[:SHOWN_ROWS]
    return found


class Shape:
    """How the rows of one file are shown: the columns worth showing, and what stands in each of them."""

    def __init__(self, prepared: Prepared, rows: Iterable[WrittenRow]) -> None:
        faults = [*prepared.plan.errors, *prepared.plan.warnings]
        self._by_line = _by_line(faults)
        self._settled: tuple[Outcome | None, dict[int, SettledRow]] = (None, {})
        self._places: dict[tuple[str, ...], list[int]] = {}
        self.columns = _columns(prepared, rows, faults)
        self._names = [normalise_header(column) for column in self.columns]

    def row(self, outcome: Outcome, row: WrittenRow) -> dict[str, Any]:
        """One row as written, with its faults and its verdict."""
        places = self._places.get(row.headers)
        if places is None:
            at = {title: place for place, title in enumerate(_titles(row.headers))}
            places = self._places[row.headers] = [at.get(column, -1) for column in self.columns]
        texts = [_short(row.cells[place]) if 0 <= place < len(row.cells) else "" for place in places]
        faults = self._by_line.get((row.sheet, row.line), ())
        messages = {normalise_header(fault.column): fault.message for fault in faults}
        return {
            "line": row.line,
            "sheet": row.sheet,
            "state": outcome.action.value,
            "tone": TONES[outcome.action],
            "cells": [[text, messages.get(name) if messages else None] for text, name in zip(texts, self._names, strict=True)],
            "faults": [fault.message for fault in faults if normalise_header(fault.column) not in self._names],
            **_verdict(outcome, row, self._settled_of(outcome).get(id(row))),
        }

    def _settled_of(self, outcome: Outcome) -> dict[int, SettledRow]:
        if self._settled[0] is not outcome:
            self._settled = outcome, {id(one.row): one for draft in outcome.drafts for one in draft.rows}
        return self._settled[1]


def _columns(prepared: Prepared, rows: Iterable[WrittenRow], faults: Sequence[Fault]) -> list[str]:
    """The user's column names that are worth showing: those with anything in them, and those with a fault."""
    faulty = {normalise_header(fault.column) for fault in faults}
    wanted = {normalise_header(name) for name in NATIONAL_COLUMNS} if prepared.layout == "national" else None
    waiting: dict[tuple[str, ...], dict[int, str]] = {}
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        open_ = waiting.get(row.headers)
        if open_ is None:
            open_ = waiting[row.headers] = _worth(row.headers, wanted, faulty)
        for place in [place for place in open_ if place < len(row.cells)]:
            title = open_[place]
            if present(row.cells[place]) or normalise_header(title) in faulty:
                found.setdefault(title, (_lead(row.headers, place), place))
                del open_[place]
    return sorted(found, key=found.__getitem__)


def _worth(headers: tuple[str, ...], wanted: set[str] | None, faulty: set[str]) -> dict[int, str]:
    """The columns that may be shown, by their place."""
    names = {place: (title, normalise_header(title)) for place, title in enumerate(_titles(headers)) if title}
    return {place: title for place, (title, name) in names.items() if wanted is None or name in wanted or name in faulty}


def _titles(headers: tuple[str, ...]) -> list[str]:
    return [" ".join(header.split()) for header in headers]


def _lead(headers: tuple[str, ...], place: int) -> int:
    names = headers.names if isinstance(headers, Titles) else headers
    name = normalise_header(names[place])
    return LEADING.index(name) if name in LEADING else len(LEADING)


def _by_line(faults: Sequence[Fault]) -> dict[tuple[str, int], list[Fault]]:
    found: dict[tuple[str, int], list[Fault]] = {}
    for fault in faults:
        found.setdefault((fault.sheet, fault.line), []).append(fault)
    return found


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CELL else f"{text[:SHOWN_CELL]}…"


def _verdict(outcome: Outcome, row: WrittenRow, settled: SettledRow | None) -> dict[str, Any]:
    """The verdict in force of one row, what each side said, and what somebody must look at."""
    if settled is not None:
        found = settled.settled
        return {
            "verdict": found.verdict.value,
            "verdict_tone": verdict_tone(found.verdict, found.pending),
            "ours": found.ours.value,
            "lab": found.lab.value if found.lab else None,
            "pending": found.pending,
            "flags": list(found.flags),
            "reason": settled.reason,
        }
    known = next((known for report in outcome.unchanged for known in _rows_of(report, row)), None)
    verdict = known.standing.verdict if known else None
    return {
        "verdict": verdict.value if verdict else None,
        "verdict_tone": verdict_tone(verdict, known.standing.pending) if known and verdict else "neutral",
        "ours": None, "lab": None, "pending": bool(known and known.standing.pending), "flags": [], "reason": None,
    }  # fmt: skip


def _rows_of(report: KnownReport, row: WrittenRow) -> Iterator[Any]:
    if report.report_no == row.report_no:
        yield from (known for known in report.rows if known.item == row.item)


def verdict_tone(verdict: Verdict, pending: bool) -> str:
    """The look of a verdict; the word stands beside it always."""
    if pending:
        return "yellow"
    return {Verdict.PASS: "green", Verdict.FAIL: "red", Verdict.PROBLEM: "red"}.get(verdict, "neutral")


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "sheet": fault.sheet,
        "line": fault.line,
        "column": fault.column,
        "value": fault.value[:SHOWN_CELL],
        "message": fault.message,
        "blocking": fault.blocking,
    }
