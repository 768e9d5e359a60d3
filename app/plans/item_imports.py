"""A file of item sets, read and compared with the plan, but not yet written: the rows of a category are its whole set."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from app.domain.item_rows import TITLES, Item, ItemRow, ItemTable, parse_items
from app.domain.written import Fault
from app.plans import queries
from app.plans.item_saving import items_of
from app.plans.models import SamplingPlan
from app.plans.naming import ground
from app.plans.quota_imports import MOST_ROWS, TONES, read, short
from app.sampling.imports import Action

SHOWN = ("category", "item", "item_kind", "required", "method", "basis", "min_text", "max_text", "unit")


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """The whole preview of one file; what is counted are its categories."""

    table: ItemTable
    actions: dict[int, Action]
    sets: dict[int, list[Item]]
    seen: dict[int, int | None]

    @property
    def counts(self) -> Counter[Action]:
        refused = sum(1 for row in self.table.rows if row.category_id is None)
        return Counter(self.actions.values()) + Counter({Action.REFUSED: refused})

    @property
    def rows(self) -> list[ItemRow]:
        return self.table.rows

    @property
    def faults(self) -> list[Fault]:
        return [*self.table.read.faults, *(fault for row in self.rows for fault in row.faults)]

    @property
    def writes(self) -> int:
        return self.counts[Action.NEW] + self.counts[Action.CHANGED]

    @property
    def says_nothing_new(self) -> bool:
        return bool(self.rows) and not self.faults and self.counts[Action.UNCHANGED] == len(self.actions)

    @property
    def wanted(self) -> dict[int, list[Item]]:
        """What confirming writes."""
        return {number: self.sets[number] for number, action in self.actions.items() if action in (Action.NEW, Action.CHANGED)}

    def action(self, row: ItemRow) -> Action:
        return self.actions.get(row.category_id or 0, Action.REFUSED)


def prepare(plan: SamplingPlan, sha256: str, filename: str) -> ItemPlan:
    """Read the stored file and see what becomes of each category's set."""
    table = parse_items(read(sha256, filename).sheets, ground(plan).category_meant)
    known = {one.category_id: one for one in queries.item_sets(plan.id)}
    sets: dict[int, list[Item]] = {}
    faulty: set[int] = set()
    for row in table.rows:
        if row.category_id is None:
            continue
        sets.setdefault(row.category_id, [])
        if row.item is not None:
            sets[row.category_id].append(row.item)
        if row.faults:
            faulty.add(row.category_id)
    actions = {
        number: _action(number in faulty, items_of(known.get(number)), items) for number, items in sets.items()
    }
    seen = {number: written.id if (written := queries.written_set(plan.id, number)) else None for number in sets}
    return ItemPlan(table, actions, sets, seen)


def _action(faulty: bool, before: list[Item], items: list[Item]) -> Action:
    if faulty:
        return Action.REFUSED
    if not before:
        return Action.NEW
    return Action.UNCHANGED if before == items else Action.CHANGED


def preview(plan: ItemPlan) -> dict[str, Any]:
    """Every refused row with its faults, then as many others as a page takes."""
    ordered = sorted(plan.rows, key=lambda row: (not row.faults, plan.action(row) is Action.UNCHANGED))
    most = max(MOST_ROWS, sum(1 for row in plan.rows if row.faults))
    return {
        "columns": [TITLES[name] for name in SHOWN],
        "rows": sorted((_shown(row, plan.action(row)) for row in ordered[:most]), key=lambda row: row["line"]),
        "cut": max(len(plan.rows) - most, 0),
        "faults": [fault.message for fault in plan.table.read.faults],
        "remarks": list(plan.table.read.remarks),
    }


def _shown(row: ItemRow, action: Action) -> dict[str, Any]:
    by_column: dict[str, list[str]] = {}
    for fault in row.faults:
        by_column.setdefault(fault.column, []).append(fault.message)
    titles = row.read.titles
    cells = [[short(row.read.fields.get(name, "")), "；".join(by_column.pop(titles[name], [])) or None] for name in SHOWN]
    told = [f"{column}：{message}" for column, messages in by_column.items() for message in messages]
    if action is Action.REFUSED and not row.faults:
        told.append("同一分类中有错误的行，整组不导入")
    return {"line": row.read.line, "state": action.value, "tone": TONES[action], "cells": cells, "faults": told}
