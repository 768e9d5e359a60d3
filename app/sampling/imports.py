"""A file of sampling sheets, read and compared with what is registered, but not yet written (抽样单导入预览).

Runs before the write transaction; confirming reads the stored file again and comes through here a second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app import clock, files
from app.db import session
from app.domain.actors import Actor
from app.domain.findings import Finding
from app.domain.masking import mask
from app.domain.permissions import Permission, permits
from app.domain.sheet_import import SheetRow, SheetTable, parse_sheet_json, parse_sheet_table
from app.domain.sheet_rules import date_faults
from app.domain.workflow import SampleState
from app.domain.written import Fault
from app.errors import NotLikeThis
from app.sampling import checking, correcting, personal
from app.sampling.columns import title
from app.sampling.creating import TAKEN, link_enterprises
from app.sampling.drafts import Drafter
from app.sampling.models import PersonalDatum, Sample
from app.sampling.sheet_draft import SheetDraft
from app.sampling.typing_in import FOREIGN
from app.spreadsheets import UnreadableFile, read_workbook

PART = 500
JSON, TABLE = "json", "table"
LAYOUTS = {JSON: "国家抽检系统抽样单", TABLE: "抽样单表格"}


class Action(StrEnum):
    """What confirming does with one sheet."""

    NEW = "新增"
    CHANGED = "更正"
    UNCHANGED = "未变"
    REFUSED = "有误"


@dataclass(slots=True)
class PlannedSheet:
    """One sheet of the file."""

    row: SheetRow
    draft: SheetDraft
    faults: list[Fault]
    sample: Sample | None = None  # registered already
    revive: bool = False  # voided with the import that made it; this file brings it back
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)  # imports are kept as they came: shown, never refused for

    def refuse(self, column: str, value: str, message: str) -> None:
        self.faults.append(Fault(self.row.line, column, value, message))

    @property
    def action(self) -> Action:
        if any(fault.blocking for fault in self.faults):
            return Action.REFUSED
        if self.sample is None or self.revive:
            return Action.NEW
        return Action.CHANGED if self.changes else Action.UNCHANGED


@dataclass(slots=True)
class Plan:
    """The whole preview of one file."""

    layout: str
    table: SheetTable
    sheets: list[PlannedSheet] = field(default_factory=list)

    @property
    def counts(self) -> Counter[Action]:
        return Counter(sheet.action for sheet in self.sheets)

    @property
    def faults(self) -> list[Fault]:
        return [*self.table.faults, *(fault for sheet in self.sheets for fault in sheet.faults)]

    @property
    def says_nothing_new(self) -> bool:
        """Is every sheet registered already, word for word?"""
        return bool(self.sheets) and not self.table.faults and self.counts[Action.UNCHANGED] == len(self.sheets)

    def of(self, action: Action) -> list[PlannedSheet]:
        return [sheet for sheet in self.sheets if sheet.action is action]


def undo_reason(batch_id: int) -> str:
    """Why a sheet was voided when its import was undone; the same file, imported again, knows it by this."""
    return f"撤销第 {batch_id} 次导入"


def read(sha256: str, filename: str) -> tuple[str, SheetTable]:
    """The stored file, parsed; a workbook in a child process.

    Raises NotLikeThis when it cannot be read at all.
    """
    path = files.path_of(sha256)
    if filename.lower().endswith(".json"):
        return JSON, parse_sheet_json(_text(path.read_bytes()))
    try:
        return TABLE, parse_sheet_table(read_workbook(path, filename).sheets)
    except UnreadableFile as fault:
        raise NotLikeThis(str(fault), field="file") from fault


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotLikeThis("文件编码无法识别：请将 JSON 文件另存为 UTF-8 编码后重新上传", field="file")


def prepare(actor: Actor, sha256: str, filename: str) -> Plan:
    """Read the file and plan what becomes of each of its sheets."""
    layout, table = read(sha256, filename)
    plan = Plan(layout, table)
    known = _known([row.number for row in table.rows if row.number])
    drafter, today = Drafter(actor), clock.today()
    for row in table.rows:
        draft, found = drafter.draft(row.fields, row.extra, row.line)
        told = {fault.message for fault in row.faults}
        faults = [*row.faults, *(fault for fault in found if fault.message not in told)]
        plan.sheets.append(PlannedSheet(row, draft, faults, known.get(row.number)))
    link_enterprises([sheet.draft for sheet in plan.sheets])
    people = _people([sheet.sample.id for sheet in plan.sheets if sheet.sample])
    for sheet in plan.sheets:
        _judge(sheet, drafter, today)
        if sheet.sample is not None:
            sheet.changes = _changes(sheet.sample, sheet.draft, people.get(sheet.sample.id, {}))
    told_of = checking.findings_of_drafts([sheet.draft for sheet in plan.sheets], actor, today)
    for sheet, findings in zip(plan.sheets, told_of, strict=True):
        said = {fault.message for fault in sheet.faults}
        sheet.findings = [finding for finding in findings if finding.message not in said]
    return plan


def _known(numbers: Sequence[str]) -> dict[str, Sample]:
    """Every sample with one of these numbers, in anybody's scope: the permission of each is asked below."""
    found: dict[str, Sample] = {}
    for start in range(0, len(numbers), PART):
        statement = sa.select(Sample).where(Sample.number.in_(numbers[start : start + PART]))
        for sample in session().scalars(statement.execution_options(populate_existing=True)):
            found[sample.number] = sample
    return found


def _people(sample_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for start in range(0, len(sample_ids), PART):
        statement = sa.select(PersonalDatum.subject_id, PersonalDatum.field, PersonalDatum.value).where(
            PersonalDatum.subject_kind == personal.KIND,
            PersonalDatum.subject_id.in_(sample_ids[start : start + PART]),
        )
        for sample_id, name, value in session().execute(statement):
            found.setdefault(sample_id, {})[name] = value
    return found


def _judge(sheet: PlannedSheet, drafter: Drafter, today: date) -> None:
    """What the file alone cannot tell: who may write this sheet, and whether the record can still be changed."""
    row, draft, sample = sheet.row, sheet.draft, sheet.sample
    for late in date_faults(None, draft.sampled_on, sample.reported_on if sample else None, today):
        sheet.refuse(title(late.field), row.fields.get(late.field, ""), late.message)
    if sample is not None:
        _judge_known(sheet, sample, drafter.actor)
    elif drafter.is_foreign(draft):
        sheet.refuse("被抽样单位所在地", row.fields.get("sampled_region", ""), FOREIGN)


def _judge_known(sheet: PlannedSheet, sample: Sample, actor: Actor) -> None:
    number = sheet.row.number
    if not permits(actor, Permission.SAMPLE_CORRECT, sample):
        sheet.sample = None  # says no more of it than of a number that is wrong
        sheet.refuse("抽样编号", number, TAKEN.format(number))
    elif sample.state is SampleState.VOIDED:
        sheet.revive = sample.import_batch_id is not None and sample.void_reason == undo_reason(sample.import_batch_id)
        if not sheet.revive:
            sheet.refuse("抽样编号", number, f"抽样单 {number} 已作废，不能再导入：如需恢复，请在样品页面办理")
    elif sample.state not in (SampleState.REGISTERED, SampleState.REPORTED):
        sheet.refuse("抽样编号", number, f"抽样单 {number} 已登记为拒检或未抽到样品，不能用导入更正")


def _changes(sample: Sample, draft: SheetDraft, people: Mapping[str, str]) -> dict[str, tuple[Any, Any]]:
    """A field diff as people read it. What the file leaves empty stays as it is."""
    columns = correcting.differences(sample, draft, blank=False)
    found = correcting.in_words(columns) | correcting.extra_differences(sample, draft)
    for name, value in draft.personal.items():
        if people.get(name) != value:
            found[title(name)] = (personal.masked(name, people[name]) if name in people else None, personal.masked(name, value))
    return found


# ---------------------------------------------------------------- as kept with the batch

SHOWN = ("number", "product_name", "sampled_name", "sampled_on", "link", "sampled_region")
TONES = {Action.NEW: "green", Action.CHANGED: "blue", Action.UNCHANGED: "neutral", Action.REFUSED: "red"}
MOST_ROWS = 200


def preview(plan: Plan) -> dict[str, Any]:
    """What the preview page shows: the faulty rows first of all, then as many of the others as a page takes."""
    ordered = [*plan.of(Action.REFUSED), *(sheet for sheet in plan.sheets if sheet.action is not Action.REFUSED)]
    rows = sorted((_shown(sheet) for sheet in ordered[:MOST_ROWS]), key=lambda row: row["line"])
    return {
        "columns": [title(name) for name in SHOWN],
        "rows": rows,
        "cut": max(len(plan.sheets) - MOST_ROWS, 0),
        "changes": _diffs(plan)[:MOST_ROWS],
        "faults": [mask(fault.message) for fault in plan.table.faults],
        "remarks": list(plan.table.remarks),
    }


def _shown(sheet: PlannedSheet) -> dict[str, Any]:
    by_column: dict[str, list[str]] = {}
    for fault in sheet.faults:
        by_column.setdefault(fault.column, []).append(mask(fault.message))
    cells = []
    for name in SHOWN:
        found = by_column.pop(title(name), []) + (by_column.pop(name, []) if name != title(name) else [])
        cells.append([sheet.row.fields.get(name, ""), "；".join(found) or None])
    others = [f"{column}：{message}" for column, messages in by_column.items() for message in messages]
    others += [f"提示 {finding.rule} {mask(finding.message)}" for finding in sheet.findings]
    state = "恢复" if sheet.action is Action.NEW and sheet.revive else sheet.action.value
    return {"line": sheet.row.line, "state": state, "tone": TONES[sheet.action], "cells": cells, "faults": others}


def _diffs(plan: Plan) -> list[list[str]]:
    """Number, field, what is registered, what the file says: one line per difference."""
    return [
        [sheet.row.number, name, _word(before), _word(after)]
        for sheet in plan.of(Action.CHANGED)
        for name, (before, after) in sheet.changes.items()
    ]


def _word(value: Any) -> str:
    if value is None or value == "":
        return "空"
    return mask(str(getattr(value, "value", value)))
