"""The check page of an upload (导入预览), as plain data kept with the batch: the user's own rows, every fault, every change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.domain.headers import normalise_header
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
    """JSON for the preview page."""
    faults = [*prepared.plan.errors, *prepared.plan.warnings]
    shown = _shown_rows(prepared)
    columns = _columns(prepared, [row for _, row in shown], faults)
    by_line = _by_line(faults)
    return {
        "columns": columns,
        "rows": [_row(outcome, row, columns, by_line.get((row.sheet, row.line), [])) for outcome, row in shown],
        "faults": [_fault(fault) for fault in faults[:SHOWN_FAULTS]],
        "fault_count": len(faults),
        "file_errors": [fault.message for fault in prepared.file_errors[:20]],
        "remarks": list(prepared.table.remarks[:50]),
        "lacks_date": prepared.lacks_date,
        **_changes(prepared),
        **_conclusions(prepared),
    }


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


def _columns(prepared: Prepared, rows: Sequence[WrittenRow], faults: Sequence[Fault]) -> list[str]:
    """The user's column names that are worth showing: those with anything in them, and those with a fault."""
    faulty = {normalise_header(fault.column) for fault in faults}
    wanted = {normalise_header(name) for name in NATIONAL_COLUMNS} if prepared.layout == "national" else None
    found: dict[str, None] = {}
    for row in rows:
        for header, cell in zip(row.headers, row.cells, strict=False):
            name = normalise_header(header)
            chosen = name in faulty or (present(cell) and (wanted is None or name in wanted))
            if name and chosen:
                found.setdefault(" ".join(header.split()))
    order = {" ".join(header.split()): place for row in rows[:1] for place, header in enumerate(row.headers)}
    return sorted(found, key=lambda header: (_lead(header), order.get(header, len(order))))


def _lead(header: str) -> int:
    name = normalise_header(header)
    return LEADING.index(name) if name in LEADING else len(LEADING)


def _by_line(faults: Sequence[Fault]) -> dict[tuple[str, int], list[Fault]]:
    found: dict[tuple[str, int], list[Fault]] = {}
    for fault in faults:
        found.setdefault((fault.sheet, fault.line), []).append(fault)
    return found


def _row(outcome: Outcome, row: WrittenRow, columns: Sequence[str], faults: Sequence[Fault]) -> dict[str, Any]:
    cells = {" ".join(header.split()): cell for header, cell in zip(row.headers, row.cells, strict=False)}
    messages: dict[str, str] = {}
    for fault in faults:
        messages[normalise_header(fault.column)] = fault.message
    shown = {normalise_header(column) for column in columns}
    return {
        "line": row.line,
        "state": outcome.action.value,
        "tone": TONES[outcome.action],
        "cells": [[_short(cells.get(column, "")), messages.get(normalise_header(column))] for column in columns],
        "faults": [fault.message for fault in faults if normalise_header(fault.column) not in shown],
        **_verdict(outcome, row),
    }


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CELL else f"{text[:SHOWN_CELL]}…"


def _verdict(outcome: Outcome, row: WrittenRow) -> dict[str, Any]:
    """The verdict in force of one row, what each side said, and what somebody must look at."""
    for settled in _settled(outcome):
        if settled.row is row:
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


def _settled(outcome: Outcome) -> Iterator[SettledRow]:
    for draft in outcome.drafts:
        yield from draft.rows


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
