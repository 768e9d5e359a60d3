"""A file of quotas, read and compared with the plan, but not yet written (计划批次导入预览).

Runs before the write transaction; confirming reads the stored file again and comes through here a second time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from app import files
from app.domain.quota_rows import TITLES, QuotaRow, QuotaTable, parse_quotas
from app.domain.quotas import Cell
from app.domain.written import Fault
from app.errors import NotLikeThis
from app.plans import queries
from app.plans.models import SamplingPlan
from app.plans.naming import ground
from app.plans.quota_saving import faults_of
from app.sampling.imports import Action
from app.spreadsheets import UnreadableFile, Workbook, read_workbook

SHOWN = ("category", "region", "link", "month", "area_type", "batches")
TONES = {Action.NEW: "green", Action.CHANGED: "blue", Action.UNCHANGED: "neutral", Action.REFUSED: "red"}
MOST_ROWS = 500
LONGEST_CELL = 120


def read(sha256: str, filename: str) -> Workbook:
    """The stored file, parsed in a child process. Raises NotLikeThis when it cannot be read at all."""
    try:
        return read_workbook(files.path_of(sha256), filename)
    except UnreadableFile as fault:
        raise NotLikeThis(str(fault), field="file") from fault


@dataclass(frozen=True, slots=True)
class PlannedQuota:
    """One row, and what confirming does with it."""

    row: QuotaRow
    before: int | None
    action: Action


@dataclass(frozen=True, slots=True)
class QuotaPlan:
    """The whole preview of one file."""

    table: QuotaTable
    rows: list[PlannedQuota]

    @property
    def counts(self) -> Counter[Action]:
        return Counter(one.action for one in self.rows)

    @property
    def faults(self) -> list[Fault]:
        return [*self.table.read.faults, *(fault for one in self.rows for fault in one.row.faults)]

    @property
    def says_nothing_new(self) -> bool:
        return bool(self.rows) and not self.faults and self.counts[Action.UNCHANGED] == len(self.rows)

    @property
    def writes(self) -> int:
        return self.counts[Action.NEW] + self.counts[Action.CHANGED]

    @property
    def seen(self) -> dict[Cell, int | None]:
        """What the preview has found in the cells; whoever changes one meanwhile is not overwritten."""
        return {one.row.cell: one.before for one in self.rows if one.row.cell is not None}

    @property
    def wanted(self) -> dict[Cell, int | None]:
        """What confirming writes."""
        return {
            one.row.cell: one.row.batches for one in self.rows if one.row.cell is not None and one.action in (Action.NEW, Action.CHANGED)
        }


def prepare(plan: SamplingPlan, sha256: str, filename: str) -> QuotaPlan:
    """Read the stored file and see what becomes of each of its rows."""
    land = ground(plan)
    table = parse_quotas(read(sha256, filename).sheets, land.category_meant, land.region_meant)
    current = queries.quotas_by_cell(plan.id)
    sound = {row.cell: row.batches for row in table.rows if row.cell is not None and not row.faults}
    refused = faults_of({cell: number for cell, number in sound.items() if current.get(cell) != number}, current, land)
    for row in table.rows:
        if row.cell is not None and not row.faults:
            for sentence in refused.get(row.cell, ()):
                row.refuse("batches", sentence)
    return QuotaPlan(table, [_planned(row, current) for row in table.rows])


def _planned(row: QuotaRow, current: dict[Cell, int]) -> PlannedQuota:
    before = current.get(row.cell) if row.cell is not None else None
    if row.faults or row.cell is None:
        return PlannedQuota(row, before, Action.REFUSED)
    if before == row.batches:
        return PlannedQuota(row, before, Action.UNCHANGED)
    return PlannedQuota(row, before, Action.NEW if before is None else Action.CHANGED)


# ---------------------------------------------------------------- as kept with the batch

def preview(plan: QuotaPlan) -> dict[str, Any]:
    """Every refused row with its faults, then changed ones, then as many others as a page takes."""
    urgent = {Action.REFUSED: 0, Action.CHANGED: 1, Action.NEW: 2}
    ordered = sorted(plan.rows, key=lambda one: urgent.get(one.action, 3))
    most = max(MOST_ROWS, plan.counts[Action.REFUSED])
    return {
        "columns": [TITLES[name] for name in SHOWN],
        "rows": sorted((_shown(one) for one in ordered[:most]), key=lambda row: row["line"]),
        "cut": max(len(plan.rows) - most, 0),
        "faults": [fault.message for fault in plan.table.read.faults],
        "remarks": list(plan.table.read.remarks),
    }


def _shown(one: PlannedQuota) -> dict[str, Any]:
    fields, titles = dict(one.row.read.fields), one.row.read.titles
    fields.setdefault("category", "/".join(fields[name] for name in fields if name.startswith("category_")))
    by_column: dict[str, list[str]] = {}
    for fault in one.row.faults:
        by_column.setdefault(fault.column, []).append(fault.message)
    cells = [[short(fields.get(name, "")), "；".join(by_column.pop(titles[name], [])) or None] for name in SHOWN]
    told = [f"{column}：{message}" for column, messages in by_column.items() for message in messages]
    if one.action is Action.CHANGED:
        told.append(f"{one.before} → {'取消' if one.row.batches is None else one.row.batches}")
    return {"line": one.row.read.line, "state": one.action.value, "tone": TONES[one.action], "cells": cells, "faults": told}


def short(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…（共 {len(text)} 字）"
