"""From what was typed to drafts of tasks, and what a new task's page offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from app.assignments import queries
from app.assignments.draft import TaskDraft
from app.assignments.forms import CommonForm, LinesForm, TaskForm
from app.assignments.lines import Line
from app.db import session
from app.domain.actors import Actor
from app.domain.samples import Link
from app.errors import NotLikeThis
from app.organisations.models import Organisation
from app.plans.models import SamplingPlan
from app.reference_data.books import category_book, region_book
from app.reference_data.standing import WordKind, not_offered

NATION = "100000"
USUAL_DAYS = 13  # two weeks, the first day counted


def regions_offered(actor: Actor, *more: int | None) -> list[tuple[int, str]]:
    """The organisation's own region and the regions directly in it, with those that a link has named."""
    book = region_book()
    own = session().get(Organisation, actor.org_id)
    base = own.region_id if own and own.region_id else book.id(NATION)
    gone = not_offered(WordKind.REGION)
    found = [one for one in (*([base] if base else []), *(book.children(base) if base else ())) if one not in gone]
    found += [region_id for region_id in more if region_id is not None and region_id in book]
    inside = set(book.children(base)) if base else set()
    return [
        (region_id, book.name(region_id) if region_id in inside else book.full_name(region_id)) for region_id in dict.fromkeys(found)
    ]


def first_values(actor: Actor, asked: Mapping[str, int | None], link: Link | None, today: date) -> dict[str, Any]:
    """What the form of a new task says when a link has named some of it."""
    categories = category_book()
    category, enterprise_id = asked["category"], asked["enterprise"]
    enterprise = queries.enterprise(actor, enterprise_id) if enterprise_id else None
    region = asked["region"] or (enterprise.region_id if enterprise else None)
    end = min(today + timedelta(days=USUAL_DAYS), date(today.year, 12, 31))
    return {
        "plan_id": asked["plan"], "category": categories.by_id(category).path if category in categories and category else "",
        "link": link.value if link else "", "region_ids": [region] if region else [],
        "enterprise": (enterprise.credit_code or enterprise.name) if enterprise else "", "batches": asked["batches"] or 1,
        "from_on": today, "to_on": end, "laboratory_id": asked["laboratory"], "drawing_id": asked["drawing"],
    }  # fmt: skip


def drafts_typed(form: TaskForm, actor: Actor) -> list[TaskDraft]:
    """One draft for each region. Raises NotLikeThis for an enterprise that is not found."""
    usual = _common(form, actor, region_id=0, batches=form.batches.data)
    usual = replace(
        usual, category_id=form.category_id, link=form.chosen_link, enterprise_id=_enterprise_id(actor, form.enterprise.data)
    )
    if usual.enterprise_id and len(form.region_ids.data) > 1:
        raise NotLikeThis("指定抽样对象时只能选择一个抽样区域", field="region_ids")
    return [
        replace(usual, region_id=region_id, submission_key=f"{form.key.data}:{ordinal}")
        for ordinal, region_id in enumerate(form.region_ids.data)
    ]


def drafts_of_lines(form: LinesForm, lines: Sequence[Line], actor: Actor) -> list[TaskDraft]:
    """One draft for each line."""
    usual = _common(form, actor, region_id=0, batches=1)
    return [
        replace(
            usual, region_id=line.region_id, batches=line.batches, category_id=line.category_id, link=line.link,
            enterprise_id=line.enterprise_id, submission_key=f"{form.key.data}:{ordinal}",
        )
        for ordinal, line in enumerate(lines)
    ]  # fmt: skip


def _common(form: CommonForm, actor: Actor, *, region_id: int, batches: int) -> TaskDraft:
    return TaskDraft(
        region_id=region_id, batches=batches, from_on=form.from_on.data, to_on=form.to_on.data,
        laboratory_org_id=form.laboratory_id.data, member_ids=tuple(form.member_ids.data), plan=_plan(actor, form.plan_id.data),
        note=form.note.data or None, drawing_id=form.drawing_id.data or None, exceed_why=form.exceed_why.data or None,
    )  # fmt: skip


def _plan(actor: Actor, plan_id: int | None) -> SamplingPlan | None:
    if plan_id is None:
        return None
    found = queries.plan(actor, plan_id)
    if found is None:
        raise NotLikeThis("没有该计划，请从列表中选择", field="plan_id")
    return found


def _enterprise_id(actor: Actor, written: str | None) -> int | None:
    if not written:
        return None
    found = queries.enterprise_written(actor, written)
    if not found:
        raise NotLikeThis("企业档案中没有该企业：请填写完整的企业名称或 18 位统一社会信用代码，或留空", field="enterprise")
    if len(found) > 1:
        raise NotLikeThis("有几家企业同名，请改填 18 位统一社会信用代码", field="enterprise")
    return found[0].id
