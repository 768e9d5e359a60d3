"""A file of rapid tests, read, compared and confirmed (快检记录导入). Identical records are left alone; others are only added."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app import clock, history
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.rapid_tests import TITLES, RapidRow, RapidTable, parse
from app.domain.workflow import BatchStep
from app.domain.written import Fault
from app.enterprises.imports import read
from app.errors import NotAllowed, NotLikeThis
from app.rapid_tests import queries
from app.rapid_tests.details import Details, Reader, details_of, identity
from app.rapid_tests.operations import NOT_YOURS, record_many
from app.results.models import ImportBatch
from app.sampling.imports import Action

LAYOUT = "rapid_tests"
MOST_ROWS = 200
LONGEST_CELL = 120
SHOWN = ("tested_on", "sampled_name", "product_name", "item", "result", "reading", "reagent_batch", "testers")
TONES = {Action.NEW: "green", Action.UNCHANGED: "neutral", Action.REFUSED: "red"}
TWICE = "与第 {} 行内容完全相同：请只保留一行；确是两份样品的，请在备注中分别写明"
UNCHANGED = "文件中的快检记录都已登记，没有需要导入的内容，未作任何更改"
NOTHING_ELSE = "除有误的记录外没有需要导入的内容，未导入"


@dataclass(slots=True)
class Planned:
    """One record of the file, and what confirming does with it."""

    row: RapidRow
    details: Details | None
    faults: list[Fault]
    known: bool = False

    @property
    def action(self) -> Action:
        if self.faults or self.details is None:
            return Action.REFUSED
        return Action.UNCHANGED if self.known else Action.NEW


@dataclass(slots=True)
class Plan:
    """The whole preview of one file."""

    table: RapidTable
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


def prepare(actor: Actor, sha256: str, filename: str) -> Plan:
    """Read the stored file and plan what becomes of each of its rows."""
    table = parse(read(sha256, filename).sheets, clock.office_time(clock.now()).replace(tzinfo=None))
    reader = Reader(actor, {row.reading.texts["credit_code"].upper() for row in table.rows if "credit_code" in row.reading.texts})
    plan = Plan(table)
    for row in table.rows:
        details, faults = reader.details(row.reading)
        plan.rows.append(Planned(row, details, [row.fault(name, message) for name, message in faults]))
    _compare(actor, plan)
    return plan


def _compare(actor: Actor, plan: Plan) -> None:
    """Which rows are on record already, word for word, and which stand twice in the file."""
    days = sorted({planned.details.tested_on for planned in plan.rows if planned.details})
    known = {identity(details_of(one)) for one in queries.on_days(actor, days)}
    lines: dict[tuple[str, ...], int] = {}
    for planned in plan.rows:
        if planned.details is not None:
            key = identity(planned.details)
            planned.known = key in known
            if (first := lines.setdefault(key, planned.row.line)) != planned.row.line:
                planned.faults.append(planned.row.fault("product_name", TWICE.format(first)))


# ---------------------------------------------------------------- staged, confirmed, discarded

def stage(plan: Plan, actor: Actor, filename: str, sha256: str, at: datetime) -> ImportBatch:
    """Keep the preview until somebody confirms or discards it."""
    if not permits(actor, Permission.RAPID_RECORD):
        raise NotAllowed(NOT_YOURS)
    if not plan.rows and not plan.table.faults:
        raise NotLikeThis("表头下面没有记录：请填写后重新上传", field="file")
    batch = ImportBatch(
        org_id=actor.org_id, kind=queries.IMPORT, layout=LAYOUT, filename=filename[-200:], sha256=sha256, rows=len(plan.rows),
        samples=0, preview=preview(plan), created_at=at, created_by_id=actor.user_id,
    )  # fmt: skip
    _count(batch, plan)
    history.advance(batch, BatchStep.STAGE, actor)
    return batch


def _count(batch: ImportBatch, plan: Plan) -> None:
    counts = plan.counts
    batch.new_count, batch.unchanged_count, batch.refused_count = (
        counts[one] for one in (Action.NEW, Action.UNCHANGED, Action.REFUSED)
    )


def confirm(
    batch: ImportBatch, plan: Plan, actor: Actor, at: datetime, *, seen: int | None = None, skip_refused: bool = False
) -> None:
    """Record every acceptable row of a file that has just been read again.

    Raises NotLikeThis when some are refused and skipping them was not chosen, or when nothing would change.
    """
    refused = plan.counts[Action.REFUSED]
    if plan.table.faults:
        raise NotLikeThis(f"文件未能完整读取，不能导入：{plan.table.faults[0].message}")
    if refused and not skip_refused:
        raise NotLikeThis(f"有 {refused} 条存在错误，未导入任何内容。请修改文件后重新上传，或选择“跳过 {refused} 条”只导入其余记录")
    wanted = [planned.details for planned in plan.rows if planned.action is Action.NEW and planned.details is not None]
    if not wanted:
        raise NotLikeThis(NOTHING_ELSE if refused else UNCHANGED)
    history.advance(batch, BatchStep.CONFIRM, actor, seen=seen)
    batch.confirmed_at, batch.preview = at, preview(plan)
    _count(batch, plan)
    record_many(wanted, actor, at, f"导入文件：{batch.filename}")


def discard(batch: ImportBatch, actor: Actor, *, seen: int | None = None) -> None:
    """放弃: the preview is kept for the record and can no longer be confirmed."""
    history.advance(batch, BatchStep.DISCARD, actor, seen=seen)


# ---------------------------------------------------------------- as kept with the batch

def preview(plan: Plan) -> dict[str, Any]:
    """What the preview page shows: refused rows first of all, then as many others as a page takes."""
    ordered = sorted(plan.rows, key=lambda planned: planned.action is not Action.REFUSED)
    return {
        "columns": [TITLES[name] for name in SHOWN],
        "rows": sorted((_shown(planned) for planned in ordered[:MOST_ROWS]), key=lambda row: row["line"]),
        "cut": max(len(plan.rows) - MOST_ROWS, 0),
        "faults": [fault.message for fault in plan.table.faults],
        "remarks": list(plan.table.remarks),
    }


def _shown(planned: Planned) -> dict[str, Any]:
    by_column: dict[str, list[str]] = {}
    for fault in planned.faults:
        by_column.setdefault(fault.column, []).append(fault.message)
    texts, titles = planned.row.reading.texts, planned.row.titles
    cells = [
        [texts.get(name, "")[:LONGEST_CELL], "；".join(by_column.pop(titles.get(name, TITLES[name]), [])) or None] for name in SHOWN
    ]
    others = [f"{column}：{message}" for column, messages in by_column.items() for message in messages]
    return {
        "line": planned.row.line, "state": planned.action.value, "tone": TONES[planned.action], "cells": cells, "faults": others,
    }  # fmt: skip
