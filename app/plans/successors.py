"""Batches of a plan that name a retired 食品分类 or 行政区划, offered to be moved to what takes its place: row by row.

Only what is still planned moves, and only while the plan may be edited. Sheets, tasks, results and issued editions stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.actors import Actor
from app.domain.quotas import Cell
from app.errors import NotLikeThis
from app.plans import queries
from app.plans.models import SamplingPlan
from app.plans.naming import Ground, ground
from app.plans.quota_saving import faults_of, lock, save_quotas
from app.reference_data import standing
from app.reference_data.standing import WordKind

REASON = "名称停用，批次改到接替的名称"
NO_SUCCESSOR = "没有指定接替，请在批次表中改到在用的名称"


@dataclass(frozen=True, slots=True)
class Offer:
    """One row: what is planned for a retired name, and where it would go; ``refusal`` says why it cannot be moved from here."""

    cell: Cell
    words: str
    batches: int
    why: str
    target: Cell | None
    target_words: str | None
    refusal: str | None


def offers(plan: SamplingPlan) -> list[Offer]:
    """Every row that names what is retired for the plan, the wide ones first: a part fits only where its whole has gone."""
    if not standing.standings():
        return []
    land, current = ground(plan), queries.quotas_by_cell(plan.id)
    rows = sorted((cell for cell in current if land.retired(cell)), key=lambda cell: (cell.key.count("|"), land.sort_key(cell)))
    return [_offer(cell, current[cell], land) for cell in rows]


def _offer(cell: Cell, batches: int, land: Ground) -> Offer:
    category, region = _moved(WordKind.CATEGORY, cell.category_id, land), _moved(WordKind.REGION, cell.region_id, land)
    lost = (category is None) != (cell.category_id is None) or (region is None) != (cell.region_id is None)
    target = None if lost else replace(cell, category_id=category, region_id=region)
    refusal = NO_SUCCESSOR if target is None else land.complaint(target)
    named = land.words(target) if target is not None and refusal is None else None
    return Offer(cell, land.words(cell), batches, land.retired(cell) or "", target, named, refusal)


def _moved(kind: WordKind, number: int | None, land: Ground) -> int | None:
    """The name itself while it is in use, else what takes its place."""
    if number is None or standing.ended(kind, number, land.on) is None:
        return number
    return standing.successor_in_use(kind, number, land.on)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row."""

    offer: Offer
    refusal: str | None


def move(plan: SamplingPlan, keys: Collection[str], actor: Actor, at: datetime, *, seen: int | None = None) -> list[Outcome]:
    """Move the rows of these keys to what takes their place, added to what is planned there. Raises the refusals of editing the plan."""
    lock(plan, seen)
    land, current = ground(plan), queries.quotas_by_cell(plan.id)
    changes: dict[Cell, int | None] = {}
    outcomes: list[Outcome] = []
    for one in (one for one in offers(plan) if one.cell.key in keys):
        refusal = one.refusal
        if one.target is not None and refusal is None:
            there = changes[one.target] if one.target in changes else current.get(one.target)
            tried = {**changes, one.cell: None, one.target: (there or 0) + one.batches}
            refusal = _first(faults_of(tried, current, land).values())
            changes = changes if refusal else tried
        outcomes.append(Outcome(one, refusal))
    if not outcomes:
        raise NotLikeThis("请选择要改到接替名称的批次；没有可选的，说明计划中没有停用的名称")
    save_quotas(plan, changes, actor, at, REASON)
    return outcomes


def _first(faults: Collection[Sequence[str]]) -> str | None:
    return next((sentences[0] for sentences in faults), None)


def told(outcomes: Sequence[Outcome]) -> list[str]:
    """The outcome of each row in a sentence."""
    return [
        f"{one.offer.words} {one.offer.batches} 批：{f'未改，{one.refusal}' if one.refusal else f'已改到{one.offer.target_words}'}"
        for one in outcomes
    ]
