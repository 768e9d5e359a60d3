"""A file of published lists, read, linked and compared with what is kept (外部公示导入预览); nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app import uploads
from app.announcements import queries
from app.announcements.matching import Links, Matcher, Named
from app.announcements.queries import Kept
from app.domain.actors import Actor
from app.domain.announcement_columns import TITLES
from app.domain.announcement_rows import ListedRow
from app.domain.announcements import ListTable, parse, period
from app.domain.result_kinds import ListKind
from app.domain.written import Fault
from app.enterprises.imports import read
from app.reference_data.books import category_book
from app.results.models import ImportBatch
from app.sampling.imports import Action

LAYOUT = "announcements"
MOST_ROWS = 200
LONGEST_CELL = 120
BEFORE, AFTER = ("number", "product", "items"), ("producer", "sampled", "noticed_on")  # of these, what the file has
READ = ["判读", "关联"]
RAW = ("item", "result", "unit", "limit")
TONES = {Action.NEW: "green", Action.UNCHANGED: "neutral", Action.REFUSED: "red"}
REVIVED = "恢复"


@dataclass(slots=True)
class Planned:
    """One row of the file, and what confirming does with it."""

    row: ListedRow
    links: Links = field(default_factory=Links)
    category_id: int | None = None
    kept: Kept | None = None

    @property
    def action(self) -> Action:
        if self.row.refused:
            return Action.REFUSED
        return Action.UNCHANGED if self.kept is not None and not self.kept.voided else Action.NEW

    @property
    def revives(self) -> bool:
        return self.kept is not None and self.kept.voided


@dataclass(slots=True)
class Plan:
    """The whole preview of one file."""

    table: ListTable
    rows: list[Planned] = field(default_factory=list)

    @property
    def counts(self) -> Counter[Action]:
        return Counter(row.action for row in self.rows)

    @property
    def faults(self) -> list[Fault]:
        return [*self.table.faults, *(fault for planned in self.rows for fault in planned.row.faults)]

    @property
    def says_nothing_new(self) -> bool:
        return bool(self.rows) and not self.table.faults and self.counts[Action.UNCHANGED] == len(self.rows)

    @property
    def unread(self) -> int:
        return sum(planned.row.unread for planned in self.rows)

    @property
    def linked(self) -> int:
        return sum(planned.links.any for planned in self.of(Action.NEW))

    @property
    def kinds(self) -> Counter[ListKind]:
        return Counter(planned.row.kind for planned in self.rows if not planned.row.refused)

    def of(self, action: Action) -> list[Planned]:
        return [row for row in self.rows if row.action is action]


def prepare(actor: Actor, sha256: str, filename: str) -> Plan:
    """Read the stored file and plan what becomes of each of its rows."""
    return plan_of(actor, parse(read(sha256, filename).sheets))


def plan_of(actor: Actor, table: ListTable) -> Plan:
    """Compare a parsed file with the findings, enterprises and samples as this actor knows them."""
    plan = Plan(table, [Planned(row) for row in table.rows])
    sound = [planned for planned in plan.rows if not planned.row.refused]
    named = [named_of(planned.row) for planned in sound]
    matcher, book = Matcher(actor, named), category_book()
    for planned, names in zip(sound, named, strict=True):
        planned.links = matcher.links(names)
        found = book.resolve(planned.row.texts.get("category"))
        planned.category_id = found.id if found else None
    know(actor.org_id, plan)
    return plan


def named_of(row: ListedRow) -> Named:
    return Named(*(row.texts.get(name, "") for name in ("producer", "sampled", "number", "producer_code", "sampled_code")))


def know(org_id: int, plan: Plan) -> None:
    """Which rows are kept already; asked again when confirming, inside the transaction."""
    kept = queries.kept(org_id, sorted({planned.row.sha256 for planned in plan.rows if not planned.row.refused}))
    for planned in plan.rows:
        planned.kept = kept.get((planned.row.sha256, planned.row.ordinal))


# ---------------------------------------------------------------- as kept with the batch

def preview(plan: Plan) -> dict[str, Any]:
    """What the preview page shows: refused rows, then rows with something to look at, then as many others as a page takes."""
    days, shown = period(plan.table.rows), _columns(plan)
    return {
        "columns": [TITLES.get(name, name) for name in shown],
        "rows": sorted((_shown(planned, shown) for planned in sorted(plan.rows, key=_urgency)[:MOST_ROWS]), key=lambda row: row["line"]),
        "cut": max(len(plan.rows) - MOST_ROWS, 0),
        "faults": [fault.message for fault in plan.table.faults],
        "remarks": list(plan.table.remarks[:20]),
        "unread": plan.unread, "linked": plan.linked, "revived": sum(planned.revives for planned in plan.rows),
        "kinds": {kind.value: count for kind, count in plan.kinds.items()},
        "period": [day.isoformat() for day in days] if days else None,
    }  # fmt: skip


def _urgency(planned: Planned) -> int:
    row = planned.row
    tests = (row.refused, bool(row.unread), bool(row.faults), row.kind is ListKind.FAIL, planned.links.any)
    return next((place for place, holds in enumerate(tests) if holds), len(tests))


def _columns(plan: Plan) -> list[str]:
    present = {name for planned in plan.rows for name in planned.row.titles}
    before, after = ([name for name in names if name in present or (name == "items" and "item" in present)] for names in (BEFORE, AFTER))
    return [*before, *READ, *after]


def _shown(planned: Planned, shown: Sequence[str]) -> dict[str, Any]:
    row = planned.row
    by_column: dict[str, list[str]] = {}
    for fault in row.faults:
        by_column.setdefault(fault.column, []).append(fault.message)
    cells: list[list[str | None]] = []
    read = dict(zip(READ, ("；".join(item_words(item.as_kept) for item in row.items), planned.links.note or ""), strict=True))
    for name in shown:
        told = [message for title in _titles(row, name) for message in by_column.pop(title, [])] if name not in read else []
        cells.append([short(read.get(name) or written(row, name)), "；".join(told) or None])
    state = REVIVED if planned.action is Action.NEW and planned.revives else planned.action.value
    others = [f"{column}：{message}" for column, messages in by_column.items() for message in messages]
    return {"line": row.line, "state": state, "tone": TONES[planned.action], "cells": cells, "faults": others}


def _titles(row: ListedRow, name: str) -> Sequence[str]:
    names = (name, *RAW) if name == "items" else (name,)
    return [row.titles.get(one, TITLES[one]) for one in names]


def written(row: ListedRow, name: str) -> str:
    """The cell as written; of items in columns of their own all of them."""
    names = RAW if name == "items" and "items" not in row.titles else (name,)  # 判读 and 关联 are in no file
    texts = (row.cells.get(row.titles[one], "") for one in names if one in row.titles)
    return " ".join(" ".join(text.split()) for text in texts if text.strip())


def item_words(item: Mapping[str, Any]) -> str:
    """铅 0.5 mg/kg（标准值 ≤0.2 mg/kg）：判为不合格项."""
    result = " ".join(part for part in (item["result"], item["unit"]) if part)
    limit = f"（标准值 {item['limit']}）" if item["limit"] else ""
    return f"{item['item']} {result}{limit}：{item['outcome']}"


def short(text: str, longest: int = LONGEST_CELL) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…（共 {len(text)} 字）"


def preview_of(batch: ImportBatch) -> dict[str, Any]:
    """The kept preview, complete whatever version of the program wrote it."""
    empty: dict[str, Any] = {"unread": 0, "linked": 0, "revived": 0, "kinds": {}, "period": None}
    return empty | uploads.preview_of(batch)
