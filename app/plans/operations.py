"""抽检计划, changed: created, edited, sent for approval, decided, issued, amended, closed, voided. Never committed here."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import history
from app.db import session
from app.domain.actors import Actor
from app.domain.numbering import CannotNumber, compose
from app.domain.permissions import Permission, permits
from app.domain.quotas import PLAN
from app.domain.samples import Level, Purpose
from app.domain.workflow import PlanStep
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.plans import issuing, queries, quota_saving
from app.plans.models import PlanQuota, SamplingPlan
from app.plans.naming import Ground
from app.reference_data.books import region_book

FIXED = "计划下达后不能再改年度、级别、检验目的和区域：请作为新的计划编制"
SUFFIX = re.compile(r"[A-Z]{0,4}")


@dataclass(frozen=True, slots=True)
class Header:
    """What the form of a plan says."""

    year: int
    name: str
    level: Level
    purpose: Purpose
    region_id: int
    total: int
    special: bool = False
    parent_id: int | None = None
    number_prefix: str | None = None
    number_unit: str | None = None
    number_suffix: str | None = None
    note: str | None = None


KEPT = tuple(one.name for one in fields(Header) if one.name != "total")
IDENTITY = ("year", "level", "purpose", "region_id")


def create(header: Header, actor: Actor, at: datetime) -> SamplingPlan:
    """新建计划 as a draft of the actor's organisation."""
    if not permits(actor, Permission.PLAN_CREATE):
        raise NotAllowed("您没有编制抽检计划的权限，如确需办理请联系科室负责人")
    header = _checked(header, actor)
    _refuse_same_name(actor.org_id, header)
    plan = SamplingPlan(
        org_id=actor.org_id, total=header.total, edition=0, created_at=at, created_by_id=actor.user_id,
        **{name: getattr(header, name) for name in KEPT},
    )  # fmt: skip
    history.advance(plan, PlanStep.DRAFT, actor, changes={"total": (None, header.total)})
    session().add(
        PlanQuota(
            org_id=plan.org_id, plan_id=plan.id, cell=PLAN.key, batches=header.total, recorded_at=at, recorded_by_id=actor.user_id
        )
    )
    session().flush()
    return plan


def edit(plan: SamplingPlan, header: Header, actor: Actor, at: datetime, reason: str | None, *, seen: int | None = None) -> None:
    """修改计划信息; a changed total goes the way of every quota."""
    quota_saving.lock(plan, seen)
    header = _checked(header, actor)
    _refuse_same_name(plan.org_id, header, plan.id)
    if plan.issued_at is not None and any(getattr(plan, name) != getattr(header, name) for name in IDENTITY):
        raise NotLikeThis(FIXED)
    changes: dict[str, tuple[Any, Any]] = {
        name: (getattr(plan, name), getattr(header, name)) for name in KEPT if getattr(plan, name) != getattr(header, name)
    }
    if header.region_id != plan.region_id:
        _refuse_outside(plan, header.region_id)
    if not changes and header.total == plan.total:
        raise NotLikeThis("计划内容没有变化，无需保存")
    for name in changes:
        setattr(plan, name, getattr(header, name))
    if header.total != plan.total:
        changes |= quota_saving.change_total(plan, header.total, actor, at, reason)
    history.advance(plan, PlanStep.EDIT, actor, comment=reason, changes={name: tuple(map(_plain, pair)) for name, pair in changes.items()})  # type: ignore[misc]


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)


def _checked(header: Header, actor: Actor) -> Header:
    """Raises NotLikeThis at the field of what cannot be numbered or decomposed."""
    if header.number_suffix and not SUFFIX.fullmatch(header.number_suffix):
        raise NotLikeThis("编号后缀应为不超过 4 个大写字母", field="number_suffix")
    if header.number_prefix or header.number_unit:
        code = region_book().code(header.region_id)[:6]
        try:
            compose(header.number_prefix or "", header.year, code, header.number_unit or "", 1)
        except CannotNumber as fault:
            words = str(fault)
            raise NotLikeThis(words, field="number_prefix" if "前缀" in words else "number_unit") from fault
    elif header.number_suffix:
        raise NotLikeThis("填写了编号后缀，请同时填写编号前缀和抽样单位代码", field="number_prefix")
    if header.parent_id is not None:
        above = queries.plan(actor, header.parent_id)  # within reach: a number typed by hand tells nothing of others
        if above is None or above.year != header.year or above.issued_at is None:
            raise NotLikeThis("上级计划应为同一年度已下达的计划", field="parent")
    return header


def _refuse_same_name(org_id: int, header: Header, except_id: int | None = None) -> None:
    found = session().scalar(
        sa.select(SamplingPlan.id).where(
            SamplingPlan.org_id == org_id, SamplingPlan.year == header.year, SamplingPlan.name == header.name
        )
    )
    if found is not None and found != except_id:
        raise NotLikeThis(f"本单位 {header.year} 年已有名为“{header.name[:40]}”的计划，请换一个名称", field="name")


def _refuse_outside(plan: SamplingPlan, region_id: int) -> None:
    """The quotas of a draft must still lie inside its new area."""
    inside = Ground(region_id)
    outside = [cell for cell in queries.quotas_by_cell(plan.id) if not inside.holds_region(cell.region_id)]
    if outside:
        raise NotLikeThis(f"有 {len(outside)} 格批次分配到了新区域之外，请先在批次表中清空这些格", field="area")


# ---------------------------------------------------------------- approval

def submit(plan: SamplingPlan, actor: Actor, at: datetime, comment: str | None, *, seen: int | None = None) -> None:
    """提交审核."""
    quota_saving.lock(plan, seen)
    if plan.total <= 0:
        raise NotLikeThis("计划总批次为 0，请填写后再提交审核")
    issuing.refuse_beyond_parent(plan)
    history.advance(plan, PlanStep.SUBMIT, actor, comment=comment)
    plan.submitted_at, plan.submitted_by_id = at, actor.user_id
    plan.approved_at = plan.approved_by_id = None  # of the edition before


def recall(plan: SamplingPlan, actor: Actor, *, seen: int | None = None) -> None:
    """撤回送审."""
    quota_saving.lock(plan, seen)
    history.advance(plan, PlanStep.RECALL, actor)


def send_back(plan: SamplingPlan, actor: Actor, comment: str | None, *, seen: int | None = None) -> None:
    """退回, with the reason."""
    quota_saving.lock(plan, seen)
    history.advance(plan, PlanStep.RETURN, actor, comment=comment)


def approve(plan: SamplingPlan, actor: Actor, at: datetime, comment: str | None, *, seen: int | None = None) -> None:
    """审核通过, by another person."""
    quota_saving.lock(plan, seen)
    history.advance(plan, PlanStep.APPROVE, actor, comment=comment)
    plan.approved_at, plan.approved_by_id = at, actor.user_id


def amend(plan: SamplingPlan, actor: Actor, comment: str | None, *, seen: int | None = None) -> None:
    """调整计划: what was issued stays in force until it is issued anew."""
    quota_saving.lock(plan, seen)
    history.advance(plan, PlanStep.AMEND, actor, comment=comment)


def close(plan: SamplingPlan, actor: Actor, comment: str | None, *, seen: int | None = None) -> None:
    """结束计划."""
    quota_saving.lock(plan, seen)
    history.advance(plan, PlanStep.CLOSE, actor, comment=comment)


def void(plan: SamplingPlan, actor: Actor, comment: str | None, *, seen: int | None = None) -> None:
    """作废草稿."""
    quota_saving.lock(plan, seen)
    if plan.issued_at is not None:
        raise NotAllowedNow("已下达过的计划不能作废：请重新下达后结束该计划")
    history.advance(plan, PlanStep.VOID, actor, comment=comment)
