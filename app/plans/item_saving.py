"""检验项目组, changed: a changed set supersedes the one before; an emptied one holds no items and the category above speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime

import sqlalchemy as sa

from app import clock, history
from app.db import session
from app.domain.actors import Actor
from app.domain.item_rows import TITLES, Item, repeated
from app.domain.workflow import PlanStep
from app.errors import NotAllowedNow, NotLikeThis
from app.plans import queries, quota_saving
from app.plans.models import PlanItem, PlanItemSet, SamplingPlan
from app.reference_data import standing
from app.reference_data.books import category_book

MOST = 300
COLUMNS = ("item", "item_kind", "required", "method", "basis", "min_text", "max_text", "unit", "note")
Sets = Mapping[int, Sequence[Item]]


def items_of(found: PlanItemSet | None) -> list[Item]:
    """The items as plain values."""
    if found is None:
        return []
    return [Item(**{name: getattr(one, name) for name in COLUMNS}) for one in found.items]


def save_sets(
    plan: SamplingPlan, sets: Sets, actor: Actor, at: datetime, reason: str | None, *, seen: Mapping[int, int | None] | None = None
) -> int:
    """Write the sets of categories; ``seen`` are the ids of the versions the page showed. Returns how many were changed.

    Raises NotAllowedNow where somebody else has changed one meanwhile.
    """
    quota_saving.lock(plan)
    book, told = category_book(), {}
    for category_id, items in sets.items():
        _refuse_unlikely(items)
        before = queries.written_set(plan.id, category_id)
        if seen is not None and seen.get(category_id) != (before.id if before else None):
            raise NotAllowedNow("该分类的检验项目刚被他人修改，请核对下面已保存的项目后再保存；您填写的内容仍保留在表单中")
        known = items_of(before)
        if known == list(items):
            continue
        _refuse_retired(plan, category_id if before is None else None, {one.item for one in items} - {one.item for one in known})
        _write(plan, category_id, before, items, (actor, at, (reason or "").strip()[:300] or None))
        told[f"检验项目：{book.by_id(category_id).path}"] = (_words(known), _words(items))
    if told:
        history.advance(plan, PlanStep.EDIT, actor, comment=reason, changes=told)
    return len(told)


def _refuse_unlikely(items: Sequence[Item]) -> None:
    if len(items) > MOST:
        raise NotLikeThis(f"一个分类最多 {MOST} 个检验项目，现有 {len(items)} 个，请核对")
    twice = repeated(items)
    if twice:
        raise NotLikeThis(f"检验项目“{items[twice[0]].item[:40]}”重复：同一项目只保留一行")


def _refuse_retired(plan: SamplingPlan, category_id: int | None, new: Set[str]) -> None:
    """A set of a retired category is not begun, a retired item not added; what is there may stay."""
    day = max(clock.today(), date(plan.year, 1, 1))
    found = [standing.ended(standing.WordKind.CATEGORY, category_id, day), *(standing.item_ended(name, day) for name in sorted(new))]
    gone = next((one for one in found if one is not None), None)
    if gone is not None:
        raise NotLikeThis(gone.remedy)


def _write(
    plan: SamplingPlan, category_id: int, before: PlanItemSet | None, items: Sequence[Item], said: tuple[Actor, datetime, str | None]
) -> None:
    actor, at, reason = said
    if before is not None:
        before.superseded_at = at
        session().flush()
    made = PlanItemSet(
        org_id=plan.org_id, plan_id=plan.id, category_id=category_id, reason=reason, recorded_at=at, recorded_by_id=actor.user_id
    )
    session().add(made)
    session().flush()
    rows = [
        {"org_id": plan.org_id, "set_id": made.id, "ordinal": ordinal, **{name: getattr(one, name) for name in COLUMNS}}
        for ordinal, one in enumerate(items, 1)
    ]
    if rows:
        session().execute(sa.insert(PlanItem), rows)


def _words(items: Sequence[Item]) -> str | None:
    names = "、".join(one.item for one in items[:30])
    return f"{names}等 {len(items)} 项" if len(items) > 30 else names or None


def field_titles() -> Mapping[str, str]:
    return {name: title for name, title in TITLES.items() if name != "category"}
