"""What the pages of plans need beside the plan: colours, words, what may be done now, where plans may be made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.authorize import can
from app.domain import workflow
from app.domain.actors import Actor
from app.domain.workflow import PlanState, PlanStep
from app.indicators.frames import area_by_code
from app.labels import label
from app.planning import queries as planning
from app.plans.models import SamplingPlan
from app.plans.quota_saving import REST
from app.reference_data.books import region_book
from app.trail import TrailEntry

TONES = {
    PlanState.DRAFT: "neutral", PlanState.SUBMITTED: "yellow", PlanState.APPROVED: "blue", PlanState.ISSUED: "green",
    PlanState.AMENDING: "yellow", PlanState.CLOSED: "neutral", PlanState.VOIDED: "neutral",
}  # fmt: skip


def state_words(plan: SamplingPlan) -> str:
    """A draft that was sent back or recalled is being reworked; only what was issued is 调整中."""
    return "退回修改" if plan.state is PlanState.AMENDING and plan.issued_at is None else label(plan.state)


def steps(plan: SamplingPlan) -> set[str]:
    """The steps this reader may take now."""
    found = ((step, workflow.arrow(plan.__tablename__, plan.state, step)) for step in PlanStep)
    taken = {step.value for step, arrow in found if arrow is not None and can(arrow.permission, plan)}
    return taken - {PlanStep.VOID.value} if plan.issued_at is not None else taken


def told(entries: Sequence[TrailEntry]) -> list[TrailEntry]:
    """The history with its cells as people read them: 2月 before 10月, and what was left out last."""
    return [replace(entry, changes=sorted(entry.changes, key=lambda one: _in_order(one.field))) for entry in entries]


LAST = 10**9  # words after numbers


def _in_order(field: str) -> tuple[bool, list[tuple[int, str]]]:
    return field == REST, [(int(part), "") if part.isdecimal() else (LAST, part) for part in re.findall(r"[0-9]+|[^0-9]+", field)]


def editable(plan: SamplingPlan) -> bool:
    return PlanStep.EDIT.value in steps(plan)


def areas(actor: Actor) -> list[tuple[str, str]]:
    """Areas a plan may cover, by code."""
    return [(one.code, f"{one.name}（{one.code}）") for one in planning.areas(actor)]


def area_id(code: str) -> int:
    return area_by_code(region_book(), code).id


def number_rule(plan: SamplingPlan) -> str | None:
    """编号规则 in words."""
    if not plan.number_prefix:
        return None
    year, code = f"{plan.year % 100:02d}", region_book().code(plan.region_id)[:6]
    return f"{plan.number_prefix}{year}{code}{plan.number_unit or ''}＋4位流水号{plan.number_suffix or ''}"


def years(year: int, today_year: int) -> Sequence[int]:
    return sorted({year, *range(today_year - 4, today_year + 2)}, reverse=True)
