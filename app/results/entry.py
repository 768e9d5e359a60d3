"""A report typed in at the form (录入检验报告), put on the same path as a row of an uploaded file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.domain.actors import Actor
from app.domain.entry_rules import CELLS, Proposed, kept, unexplained
from app.domain.result_rows import WrittenRow, WrittenTable
from app.domain.written import FORMULA_ERRORS, Fault, item_name, present, sample_number
from app.errors import NotLikeThis
from app.results.known import KnownReport, KnownRow, reports_in_force
from app.results.outcomes import Outcome
from app.results.settling import SettledRow
from app.results.staging import Options, Prepared, prepare


@dataclass(frozen=True, slots=True)
class Entered:
    """What the form says of one report; each row maps the names of ``CELLS`` to what was typed."""

    report_no: str
    reported_on: date
    received_on: date | None
    laboratory_org_id: int | None
    rows: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, held against what is proposed for the sample."""

    entered: Entered
    held: Sequence[Proposed]  # required items that no other report has

    @property
    def demands(self) -> list[Fault]:
        """Required items that were neither tested nor explained."""
        return unexplained(self.entered.rows, self.held)


def completed(sample: Any, entered: Entered, proposed: Sequence[Proposed]) -> Typed:
    """What was typed, without optional items left blank, and with a line for every required item that was left out."""
    held = demanded(sample, entered.report_no, proposed)
    named = {item_name(row.get("item", "")) for row in entered.rows}
    left_out = [one.cells for one in held if item_name(one.item) not in named]
    return Typed(replace(entered, rows=[*kept(entered.rows, proposed), *left_out]), held)


def demanded(sample: Any, report_no: str, proposed: Sequence[Proposed]) -> list[Proposed]:
    """The required items that no other report of the sample has tested."""
    number = sample_number(report_no)
    others = [report for report in reports_in_force([sample.id]).get(sample.id, []) if report.report_no != number]
    tested = {item_name(row.item) for report in others for row in report.rows if row.result or row.note}
    return [one for one in proposed if one.required and item_name(one.item) not in tested]


def prepare_entry(actor: Actor, sample: Any, entered: Entered) -> Prepared:
    """Plan and judge what was typed, without writing anything."""
    report_no = sample_number(entered.report_no)
    known = known_rows(sample.id, report_no)
    rows, faults = [], []
    for line, cells in enumerate(entered.rows, 1):
        if not any(present(text) for text in cells.values()):
            continue
        row = _row(line, sample.number, report_no, cells, known)
        rows.append(row)
        faults += _faults(row)
    table = WrittenTable("lab", rows, faults=tuple(faults))
    options = Options("lab", entered.reported_on, entered.laboratory_org_id, entered.received_on)
    return prepare(actor, table, options, typed=True)


def report_in_force(sample_id: int, report_no: str) -> KnownReport | None:
    """The report of this number that is in force."""
    reports = reports_in_force([sample_id]).get(sample_id, [])
    return next((report for report in reports if report.report_no == report_no), None)


def known_rows(sample_id: int, report_no: str) -> Mapping[str, KnownRow]:
    """Rows in force of this report, by item."""
    report = report_in_force(sample_id, report_no)
    return {row.item: row for row in report.rows} if report else {}


def _row(line: int, number: str, report_no: str, cells: Mapping[str, str], known: Mapping[str, KnownRow]) -> WrittenRow:
    text = {name: present(cells.get(name, "")) for name in CELLS}
    item = item_name(text["item"])
    before = known.get(item)
    lod_unit, lod_kind = text["unit"] if text["lod"] else "", ""
    if before is not None and before.lod == text["lod"]:  # the form has no cells for these two: what is known stays
        lod_unit, lod_kind = before.lod_unit, before.lod_kind
    return WrittenRow(
        line=line, sheet="", number=number, report_no=report_no, item=item, result=text["result"], unit=text["unit"],
        verdict=text["verdict"], method=text["method"], basis=text["basis"], min_limit=text["min_limit"],
        min_unit=text["limit_unit"] if text["min_limit"] else "", max_limit=text["max_limit"],
        max_unit=text["limit_unit"] if text["max_limit"] else "", lod=text["lod"], lod_unit=lod_unit, lod_kind=lod_kind,
        kind=text["kind"], note=text["note"], product_name="", client="", supervision_note="", monitoring_note="",
        headers=(), cells=(),
    )  # fmt: skip


def _faults(row: WrittenRow) -> list[Fault]:
    found = []
    if not row.item:
        found.append(Fault(row.line, "检验项目", "", "检验项目为空：请填写项目名称"))
    for title, text in (("检验结果", row.result), ("最小允许限", row.min_limit), ("最大允许限", row.max_limit)):
        if text in FORMULA_ERRORS:
            found.append(Fault(row.line, title, text, f"内容是公式错误 {text}：请改成数值或文字"))
    return found


def cells_of(row: KnownRow) -> dict[str, str]:
    """A stored row as the form shows it."""
    cells = {name: getattr(row, name) for name in CELLS if name != "limit_unit"}
    return {**cells, "limit_unit": row.max_unit or row.min_unit}


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """What the preview says of one line of the grid."""

    fault: str | None = None
    row: SettledRow | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The preview: lines by their place in the grid, and what follows for the sample."""

    lines: Mapping[int, JudgedLine]
    faults: Sequence[str]
    outcome: Outcome | None


def judged(prepared: Prepared, demands: Sequence[Fault] = ()) -> Judged:
    """Verdicts and faults of what was typed, for the page; ``demands``, required items not tested, are told in their cells."""
    lines: dict[int, JudgedLine] = {}
    outcome = next(iter(prepared.outcomes), None)
    for draft in outcome.drafts if outcome else ():
        lines |= {row.row.line: JudgedLine(row=row) for row in draft.rows}
    of_rows = {row.line for one in prepared.outcomes for row in one.planned.rows}
    for fault in (*prepared.plan.errors, *prepared.plan.warnings):
        if fault.line in of_rows:
            lines[fault.line] = JudgedLine(fault=fault.message)
    return Judged(lines, [fault.message for fault in (*prepared.plan.errors, *demands)], outcome)


def previewed(actor: Actor, sample: Any, typed: Typed) -> Judged:
    """The verdict of every line that can be read, beside the faults of the others: one line half typed hides nothing."""
    told = judged(prepare_entry(actor, sample, typed.entered), typed.demands)
    wrong = {line for line, one in told.lines.items() if one.fault}
    if not wrong:
        return told
    rows = [{} if line in wrong else row for line, row in enumerate(typed.entered.rows, 1)]
    others = judged(prepare_entry(actor, sample, replace(typed.entered, rows=rows)))
    return Judged({**others.lines, **told.lines}, told.faults, None)


def to_write(prepared: Prepared, reason: str | None, demands: Sequence[Fault] = ()) -> Outcome | None:
    """The one outcome to write; None where all of it is in force already.

    Raises NotLikeThis when something typed cannot be, or when a correction lacks its reason.
    """
    if not prepared.outcomes:
        raise NotLikeThis("请至少填写一个检验项目", field="rows")
    if prepared.plan.errors or demands:
        told = "；".join(f"第 {fault.line} 行 {fault.message}" for fault in [*prepared.plan.errors, *demands][:10])
        raise NotLikeThis(told)
    outcome = next(iter(prepared.writable), None)
    if outcome and any(draft.replaces for draft in outcome.drafts) and not (reason or "").strip():
        raise NotLikeThis("该报告已有登记，更正须填写更正原因", field="reason")
    return outcome
