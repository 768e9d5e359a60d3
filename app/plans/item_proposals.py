"""检验项目 proposed for a category: from the limits in force, or copied from another plan or category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from app import clock
from app.db import session
from app.domain.actors import Actor
from app.domain.item_rows import Item
from app.domain.limits import Limit, Op
from app.domain.written import item_name
from app.plans import queries
from app.plans.item_saving import items_of
from app.plans.models import SamplingPlan
from app.reference_data.books import category_book, item_book, limit_book, region_book
from app.reference_data.models import FoodLimit
from app.reference_data.standing import item_ended

WORDS = {Op.NOT_DETECTABLE: "不得检出", Op.NOT_ALLOWED: "不得使用"}


def from_limits(plan: SamplingPlan, category_id: int) -> list[Item]:
    """The items that have a limit for this food, or for one above it, on the first day of the plan's year."""
    path, on = category_book().by_id(category_id).path, date(plan.year, 1, 1)
    parts = path.split("/")
    prefixes = ["/".join(parts[:length]) for length in range(len(parts), 0, -1)]
    written = session().scalars(
        sa.select(FoodLimit.item)
        .where(FoodLimit.superseded_at.is_(None), FoodLimit.category.in_(prefixes))
        .order_by(FoodLimit.item)
        .distinct()
    )
    book, codes = limit_book(), region_book().codes_up(plan.region_id)
    found = []
    for item in written:
        if item_ended(item, max(on, clock.today())) is not None:
            continue
        limit = book.in_force(item, path, codes, on)
        if limit is not None and limit.category in prefixes:
            found.append(replace(_item(item, limit), method=item_book().resolve(item).method))
    return found


def _item(item: str, limit: Limit) -> Item:
    if limit.op in WORDS:
        return Item(item, basis=limit.standard or None, max_text=WORDS[limit.op])
    if limit.op is Op.PLAN or (limit.maximum is None and limit.minimum is None):
        return Item(item, basis=limit.standard or None, max_text=limit.words()[:100] or None)
    return Item(
        item, basis=limit.standard or None, min_text=str(limit.minimum) if limit.minimum is not None else None,
        max_text=str(limit.maximum) if limit.maximum is not None else None, unit=limit.unit or None,
    )  # fmt: skip


def from_set(actor: Actor, plan_id: int, category_id: int) -> list[Item]:
    """The set of a category in a plan that the actor may read; nothing where there is none."""
    found = queries.plan(actor, plan_id)
    return items_of(queries.written_set(found.id, category_id)) if found is not None else []


def joined(items: Sequence[Item], more: Sequence[Item]) -> list[Item]:
    """What stands already, and after it what is new; nothing that was typed is replaced."""
    known = {(item_name(one.item).casefold(), one.item_kind) for one in items}
    return [*items, *(one for one in more if (item_name(one.item).casefold(), one.item_kind) not in known)]


def sources(actor: Actor, plan: SamplingPlan) -> list[tuple[str, str]]:
    """Sets that may be copied, as "plan:category" with their words: of this plan, and of others of this year and the last."""
    book = category_book()
    plans = [plan, *(one for year in (plan.year, plan.year - 1) for one in queries.plans(actor, year) if one.id != plan.id)]
    return [
        (f"{one.id}:{found.category_id}", f"{'本计划' if one.id == plan.id else one.title} · {book.by_id(found.category_id).path}")
        for one in plans
        for found in queries.item_sets(one.id)
    ]
