"""Changing the reference data: loading the shipped files, and what unknown words mean.

What the office enters itself (a new version of a limit, a population, a notice on holidays) is in ``amendments``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app import clock, history
from app.checklists.models import Checklist, ChecklistItem
from app.db import insert_many, session
from app.domain.actors import Actor
from app.domain.limits import normalise_item
from app.errors import NotAllowedNow, NotLikeThis
from app.exemptions.models import CapRule
from app.indicators.models import Plan, PlanFact, PlanIndicator, YearlyTarget
from app.organisations.models import Organisation
from app.reference.food_files import folded
from app.reference_data import books, shipped, standing
from app.reference_data.checks import NAMES
from app.reference_data.editions import add_missing, add_nodes, merge
from app.reference_data.models import (
    CalendarYear,
    CategoryAlias,
    CodeValue,
    DeadlineRuleRow,
    FoodCategory,
    FoodLimit,
    ItemAlias,
    Population,
    Region,
    TestItem,
    UnknownWord,
    WorkDay,
)
from app.reference_data.naming import category_key, region_key
from app.reference_data.standing import WordKind

NOBODY_NEAR: Mapping[str, str | None] = MappingProxyType({})
SPELLING: Mapping[str, Callable[[str], str]] = {
    "category": category_key,
    "region": region_key,
    "item": normalise_item,
    "laboratory": folded,
}
LONGEST_WORD = 400


def load_reference(actor: Actor, folder: Path = shipped.FOLDER) -> dict[str, int]:
    """Load the shipped files; rows added by table. Loading the same files again adds nothing."""
    files = shipped.read(folder)
    now = clock.now()
    parts = (
        _load_places(files, now), _load_foods(files, now), _load_clocks(files, now), _load_plans(files, now),
        _load_checklists(files, now),
    )  # fmt: skip
    added = {model: count for part in parts for model, count in part.items()}
    if any(added.values()):
        changes = {NAMES[model]: (None, count) for model, count in added.items() if count}
        history.record("reference", None, "load", actor, org_id=actor.org_id, name="基础数据", changes=changes)
    return {model.__tablename__: count for model, count in added.items()}


def _load_places(files: shipped.Files, now: datetime) -> dict[Any, int]:
    regions = add_nodes(Region, "code", _nodes(Region, "code"), shipped.regions(files, now))
    return {Region: regions, Population: merge(Population, shipped.population(files, _ids(Region)), now)}


def _load_foods(files: shipped.Files, now: datetime) -> dict[Any, int]:
    categories = add_nodes(FoodCategory, "path", _nodes(FoodCategory, "path"), shipped.categories(files, now))
    return {
        FoodCategory: categories,
        CategoryAlias: add_missing(CategoryAlias, ["written"], shipped.aliases(files.foods.category_aliases, "path")),
        TestItem: add_missing(TestItem, ["name"], shipped.items(files)),
        ItemAlias: add_missing(ItemAlias, ["written"], shipped.aliases(files.foods.item_aliases, "name")),
        FoodLimit: merge(FoodLimit, shipped.limits(files), now),
        CodeValue: add_missing(CodeValue, ["list_name", "value"], shipped.codes(files)),
    }


def _load_clocks(files: shipped.Files, now: datetime) -> dict[Any, int]:
    return {
        WorkDay: merge(WorkDay, shipped.work_days(files), now),
        CalendarYear: merge(CalendarYear, shipped.years(files), now),
        DeadlineRuleRow: merge(DeadlineRuleRow, shipped.rules(files), now),
        CapRule: merge(CapRule, shipped.caps(files), now),
    }


def _load_checklists(files: shipped.Files, now: datetime) -> dict[Any, int]:
    """Editions that the table lacks, with their items; one that is there is never changed, inspections rest on it."""
    known = set(_editions())
    added = add_missing(Checklist, ["code", "edition"], [{**row, "shipped": True} for row in shipped.checklists(files, now)])
    news = {key: number for key, number in _editions().items() if key not in known}
    return {Checklist: added, ChecklistItem: insert_many(ChecklistItem.__table__, shipped.checklist_items(files, news))}  # type: ignore[arg-type]


def _editions() -> dict[tuple[str, str], int]:
    found = session().execute(sa.select(Checklist.code, Checklist.edition, Checklist.id))
    return {(code, edition): number for code, edition, number in found}


def _load_plans(files: shipped.Files, now: datetime) -> dict[Any, int]:
    plans = add_missing(Plan, ["code"], shipped.plans(files, _ids(Region), now))
    ids = _ids(Plan)
    return {
        Plan: plans,
        PlanIndicator: merge(PlanIndicator, shipped.plan_indicators(files, ids), now),
        YearlyTarget: merge(YearlyTarget, shipped.yearly_targets(files, ids), now),
        PlanFact: add_missing(PlanFact, ["plan_id", "period", "what"], shipped.plan_facts(files, ids)),
    }


def _ids(model: type[Any]) -> dict[str, int]:
    found = session().execute(sa.select(model.code, model.id))
    return {code: number for code, number in found}


def _nodes(model: type[Any], name: str) -> dict[str, Any]:
    """The nodes of a tree by their name or code."""
    return {row[name]: row for row in session().execute(sa.select(model.__table__)).mappings()}


def note_unknown(kind: str, written: str, nearest: str | None = None) -> None:
    """Count one more occurrence of a word nobody has explained yet (未识别名称)."""
    note_unknown_many(kind, {written: 1}, {written: nearest})


def note_unknown_many(
    kind: str, counts: Mapping[str, int], nearest: Mapping[str, str | None] = NOBODY_NEAR
) -> None:
    """Count the unknown words of an import: one row per word, however many sheets carry it.

    ``kind`` is category (a path), region, item or laboratory; ``nearest`` is what stands in for the word meanwhile.
    """
    rows: dict[str, dict[str, Any]] = {}
    for word, count in counts.items():
        written = SPELLING[kind](word)[:LONGEST_WORD]
        if not written:
            continue
        row = rows.setdefault(
            written,
            {"kind": kind, "written": written, "nearest": None, "occurrences": 0, "first_seen_at": clock.now()},
        )
        row["occurrences"] += count
        row["nearest"] = row["nearest"] or (nearest.get(word) or "")[:LONGEST_WORD] or None
    if rows:
        session().connection().execute(_counting(), [rows[written] for written in sorted(rows)])


def _counting() -> Any:
    """Two imports may meet the same word at the same time: the database adds, not we."""
    dialect = postgresql if session().get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(UnknownWord)
    table, new = UnknownWord.__table__.c, statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["kind", "written"],
        set_={
            "occurrences": table.occurrences + new.occurrences,
            "nearest": sa.func.coalesce(new.nearest, table.nearest),
        },
    )


def map_word(word: UnknownWord, target: str | None, actor: Actor, seen: str | None = None) -> None:
    """Decide what a word means, or take the decision back with an empty target; the books honour it from now on.

    ``seen`` is the meaning that the page showed: somebody else's decision is not overwritten unseen.
    """
    if (seen or "").strip() != (word.mapped_to or ""):
        raise NotAllowedNow("该名称刚被他人对照过，请刷新页面核对后再操作")
    before, after = word.mapped_to, meaning(word.kind, target)
    if after == before:
        raise NotLikeThis("对照结果没有变化，未保存", field="target")
    word.mapped_to, word.decided_by_id, word.decided_at = after, actor.user_id, clock.now()
    history.record(
        "unknown_word", word.id, "map", actor, org_id=actor.org_id, name=word.written, changes={"对照为": (before, after)}
    )


def meaning(kind: str, target: str | None) -> str | None:
    """The target in its official spelling: a category's path, a region's code, an item's name, a laboratory's code."""
    written = (target or "").strip()
    if not written:
        return None
    found = {"category": _category, "region": _region, "item": _item, "laboratory": _laboratory}[kind](written)
    if found is None:
        raise NotLikeThis(f"没有找到“{written[:60]}”，请从列表中选择", field="target")
    gone = _ended(kind, found)
    if gone is not None:
        raise NotLikeThis(gone.remedy, field="target")
    return found


def _ended(kind: str, found: str) -> standing.Ended | None:
    """Why the official spelling may not be chosen any more."""
    if kind == "item":
        return standing.item_ended(found)
    if kind == "category":
        category = books.category_book().by_path(found)
        return standing.ended(WordKind.CATEGORY, category.id if category else None)
    if kind == "region":
        return standing.ended(WordKind.REGION, books.region_book().id(found))
    return standing.ended(WordKind.LABORATORY, session().scalar(sa.select(Organisation.id).where(Organisation.code == found)))


def _category(written: str) -> str | None:
    found = books.category_book().by_path(written)
    return found.path if found else None


def _region(written: str) -> str | None:
    book = books.region_book()
    found, exact = book.resolve(written.split(" ")[0])
    return book.code(found) if found is not None and exact else None


def _item(written: str) -> str | None:
    found = books.item_book().resolve(written)
    return found.name if found.known else None


def _laboratory(written: str) -> str | None:
    found = books.laboratory_id(written)
    if found is None:
        return None
    return session().scalar(sa.select(Organisation.code).where(Organisation.id == found))
