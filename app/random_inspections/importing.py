"""检查人员名录导入: a file read and compared with the list, shown, then confirmed or discarded. Never commits."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from app import files, history
from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.inspector_rows import ALIASES, TITLES, InspectorRow, InspectorTable, parse_inspectors
from app.domain.workflow import BatchStep
from app.domain.written import Fault
from app.errors import NotLikeThis
from app.random_inspections import inspectors
from app.random_inspections.inspectors import Details
from app.random_inspections.models import Inspector
from app.results.models import ImportBatch
from app.sampling.imports import Action
from app.scope import below
from app.spreadsheet_templates import FaultySheet, TemplateColumn, errors_workbook, write_template
from app.spreadsheets import UnreadableFile, Workbook, read_workbook

TITLE = "检查人员名录"
VERSION = "inspectors-1"
MOST_ROWS = 200
UNCHANGED = "文件内容与检查人员名录完全一致，没有需要导入的内容，未作任何更改"
TONES = {Action.NEW: "green", Action.CHANGED: "blue", Action.UNCHANGED: "neutral", Action.REFUSED: "red"}
HELP = {
    "name": "按执法证填写", "certificate_no": "每人一个，不得重复；已在名录中的按证号修改",
    "department": "本部门人员留空；联合部门人员填写部门名称", "speciality": "没有的留空",
    "username": "本系统的用户名，抽中后自动成为检查记录的检查人员；没有的留空",
    "valid_from": "写成 2026-01-01 这样的日期；新登记的留空按导入当天", "valid_to": "长期有效的留空",
}  # fmt: skip
EXAMPLES = {
    "name": "张三", "certificate_no": "12022500001", "speciality": "食品生产", "valid_from": "2026-01-01", "valid_to": "2030-12-31",
}  # fmt: skip


@dataclass(slots=True)
class Planned:
    """One person of the file and what confirming does with him."""

    row: InspectorRow
    faults: list[Fault]
    known: Inspector | None = None
    wanted: Details | None = None

    @property
    def action(self) -> Action:
        if self.faults or self.wanted is None:
            return Action.REFUSED
        if self.known is None:
            return Action.NEW
        return Action.UNCHANGED if inspectors.details_of(self.known) == self.wanted else Action.CHANGED


@dataclass(slots=True)
class Plan:
    """The whole preview of one file."""

    table: InspectorTable
    rows: list[Planned] = field(default_factory=list)

    @property
    def counts(self) -> Counter[Action]:
        return Counter(row.action for row in self.rows)

    @property
    def faults(self) -> list[Fault]:
        return [*self.table.faults, *(fault for row in self.rows for fault in row.faults)]

    @property
    def says_nothing_new(self) -> bool:
        return bool(self.rows) and not self.table.faults and self.counts[Action.UNCHANGED] == len(self.rows)


def read(sha256: str, filename: str) -> Workbook:
    try:
        return read_workbook(files.path_of(sha256), filename)
    except UnreadableFile as fault:
        raise NotLikeThis(str(fault), field="file") from fault


def prepare(actor: Actor, sha256: str, filename: str, today: date) -> Plan:
    """Read the stored file and plan what becomes of each of its rows. Raises NotLikeThis when it cannot be read."""
    table = parse_inspectors(read(sha256, filename).sheets)
    if len(table.rows) > inspectors.COUNTED:
        raise NotLikeThis(f"名录超过 {inspectors.COUNTED} 行，请拆分成几个文件分别上传", field="file")
    known = {row.certificate_no: row for row in session().scalars(sa.select(Inspector).where(Inspector.org_id == actor.org_id))}
    users = {name: number for name, number in session().execute(sa.select(User.username, User.id).where(below(actor, User.org_id)))}
    return Plan(table, [_planned(row, known, users, today) for row in table.rows])


def _planned(row: InspectorRow, known: dict[str, Inspector], users: dict[str, int], today: date) -> Planned:
    found = Planned(row, list(row.faults), known.get(row.fields.get("certificate_no", "")))
    username = row.fields.get("username")
    if username is not None and username not in users:
        found.faults.append(row.fault("username", f"没有用户名为“{username[:30]}”的用户，或不在您的管辖范围内：请核对或留空"))
    if found.faults:
        return found
    said: dict[str, Any] = {name: row.fields[name] for name in ("name", "department", "speciality") if name in row.fields}
    said |= {"user_id": users[username]} if username is not None else {}
    said |= {name: day for name, day in (("valid_from", row.valid_from), ("valid_to", row.valid_to)) if day is not None}
    if found.known is not None:
        found.wanted = replace(inspectors.details_of(found.known), **said)
    else:
        found.wanted = Details(**{"valid_from": today, "certificate_no": row.fields["certificate_no"], **said})
    last = found.wanted.valid_to
    if last is not None and last < found.wanted.valid_from:
        found.faults.append(row.fault("valid_to", f"有效期止早于有效期起（{found.wanted.valid_from}）：请核对"))
    return found


def stage(plan: Plan, actor: Actor, filename: str, sha256: str, at: datetime) -> ImportBatch:
    """Keep the preview until somebody confirms or discards it."""
    if not plan.rows and not plan.table.faults:
        raise NotLikeThis("表头下面没有人员：请填写后重新上传", field="file")
    batch = ImportBatch(
        org_id=actor.org_id, kind=inspectors.IMPORT, layout=inspectors.IMPORT, filename=filename[-200:], sha256=sha256,
        rows=len(plan.rows), samples=0, preview=preview(plan), created_at=at, created_by_id=actor.user_id,
    )  # fmt: skip
    inspectors.ask_of(batch, actor)
    _count(batch, plan)
    history.advance(batch, BatchStep.STAGE, actor, asked=True)
    return batch


def _count(batch: ImportBatch, plan: Plan) -> None:
    counts = plan.counts
    batch.new_count, batch.changed_count = counts[Action.NEW], counts[Action.CHANGED]
    batch.unchanged_count, batch.refused_count = counts[Action.UNCHANGED], counts[Action.REFUSED]


def confirm(
    batch: ImportBatch, plan: Plan, actor: Actor, at: datetime, *, seen: int | None = None, skip_refused: bool = False
) -> None:
    """Write everybody acceptable of a file that has just been read and planned again."""
    inspectors.ask_of(batch, actor)
    refused, counts = plan.counts[Action.REFUSED], plan.counts
    if plan.table.faults:
        raise NotLikeThis(f"文件未能完整读取，不能导入：{plan.table.faults[0].message}")
    if refused and not skip_refused:
        raise NotLikeThis(f"有 {refused} 人存在错误，未导入任何内容。请修改文件后重新上传，或选择跳过有误的人员", field="skip_refused")
    if not counts[Action.NEW] and not counts[Action.CHANGED]:
        raise NotLikeThis("除有误的人员外没有需要导入的内容，未导入" if refused else UNCHANGED)
    history.advance(batch, BatchStep.CONFIRM, actor, seen=seen, asked=True)
    batch.confirmed_at, batch.preview = at, preview(plan)
    _count(batch, plan)
    comment = f"导入文件：{batch.filename}"
    for planned in plan.rows:
        assert planned.wanted is not None or planned.action is Action.REFUSED
        if planned.action is Action.NEW and planned.wanted is not None:
            inspectors.add(planned.wanted, actor, at, comment)
        elif planned.action is Action.CHANGED and planned.wanted is not None and planned.known is not None:
            inspectors.change(planned.known, planned.wanted, actor, comment=comment)


def discard(batch: ImportBatch, actor: Actor, *, seen: int | None = None) -> None:
    """放弃."""
    inspectors.ask_of(batch, actor)
    history.advance(batch, BatchStep.DISCARD, actor, seen=seen, asked=True)


# ---------------------------------------------------------------- shown

def preview(plan: Plan) -> dict[str, Any]:
    """What the preview page shows: refused rows first of all."""
    ordered = sorted(plan.rows, key=lambda planned: {Action.REFUSED: 0, Action.CHANGED: 1}.get(planned.action, 2))
    return {
        "columns": list(TITLES.values()),
        "rows": sorted((_shown(planned) for planned in ordered[:MOST_ROWS]), key=lambda row: row["line"]),
        "cut": max(len(plan.rows) - MOST_ROWS, 0),
        "faults": [fault.message for fault in plan.table.faults],
        "remarks": list(plan.table.remarks),
    }


def _shown(planned: Planned) -> dict[str, Any]:
    said: dict[str, list[str]] = {}
    for fault in planned.faults:
        said.setdefault(fault.column, []).append(fault.message)
    cells = [
        [planned.row.fields.get(name, "")[:120], "；".join(said.get(planned.row.titles.get(name, TITLES[name]), [])) or None]
        for name in ALIASES
    ]
    told = []
    if planned.action is Action.CHANGED and planned.known is not None and planned.wanted is not None:
        before, after = asdict(inspectors.details_of(planned.known)), asdict(planned.wanted)
        differs = [name for name in after if before[name] != after[name]]
        told = [f"{TITLES.get(name, '用户')}：{before[name] or '空'} → {after[name] or '空'}" for name in differs]
    return {
        "line": planned.row.line, "state": planned.action.value, "tone": TONES[planned.action], "cells": cells, "faults": told,
    }  # fmt: skip


def template() -> bytes:
    """导入模板."""
    columns = [
        TemplateColumn(title, name in ("name", "certificate_no"), HELP[name], (), EXAMPLES.get(name, "")) for name, title in TITLES.items()
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path, TITLE, columns, VERSION)
        return path.read_bytes()


def errors(actor: Actor, batch: ImportBatch, today: date) -> bytes:
    """错误反馈: the refused rows as uploaded, faults in red."""
    workbook, plan = read(batch.sha256, batch.filename), prepare(actor, batch.sha256, batch.filename, today)
    faults = [fault for planned in plan.rows for fault in planned.faults]
    places = {(fault.sheet, fault.line) for fault in faults}
    sheets = []
    for sheet in workbook.sheets:
        header = plan.table.header_lines.get(sheet.name)
        if header is not None:
            rows = [(line, cells) for line, cells in sheet.rows if line == header or (sheet.name, line) in places]
            sheets.append(FaultySheet(sheet.name, header, rows, [fault for fault in faults if fault.sheet == sheet.name]))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "errors.xlsx"
        errors_workbook(path, sheets)
        return path.read_bytes()
