"""Tasks, changed: given to a team, accepted or declined, moved, given to others, finished, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app import clock, history
from app.accounts.models import User
from app.assignments import queries
from app.assignments.draft import (
    TaskDraft,
    check,
    check_can_open,
    check_dates,
    check_laboratory,
    check_room,
    deepest,
    team_of,
)
from app.assignments.models import AssignmentMember, SamplingAssignment
from app.counters import take
from app.db import session
from app.domain.actors import Actor
from app.domain.assignments import Extent
from app.domain.permissions import Permission, permits
from app.domain.workflow import AssignmentStep
from app.errors import NotAllowed, NotLikeThis
from app.organisations.models import Organisation
from app.plans.models import SamplingPlan

__all__ = ["TaskDraft", "accept", "assign", "assign_several", "cancel", "decline", "finish", "reassign", "reschedule"]

KIND = SamplingAssignment.__tablename__
MOST = 200  # tasks given out by one press


@dataclass(frozen=True, slots=True)
class _Checked:
    """A draft that may become a task."""

    draft: TaskDraft
    org_id: int
    team: Sequence[User]
    exceeds: str | None


def assign(draft: TaskDraft, actor: Actor, at: datetime) -> SamplingAssignment:
    """下达任务. Raises NotAllowed, NotFound, NotLikeThis (``draft.TooMany`` where the plan has not that much left)."""
    return assign_several([draft], actor, at)[0]


def assign_several(drafts: Sequence[TaskDraft], actor: Actor, at: datetime) -> list[SamplingAssignment]:
    """Several tasks at once, all of them or none; what the first takes of a plan the next has no more."""
    if not permits(actor, Permission.ASSIGNMENT_MAKE):
        raise NotAllowed("您没有下达抽样任务单的权限，如确需办理请联系科室负责人")
    if not 1 <= len(drafts) <= MOST:
        raise NotLikeThis(f"一次可以下达 1 至 {MOST} 个任务，请分次办理")
    today = clock.office_time(at).date()
    _lock_plans(drafts)
    given: dict[int, list[tuple[Extent, int]]] = {}
    checked = []
    for draft in drafts:
        check(draft, actor, today)
        check_laboratory(session().get(Organisation, draft.laboratory_org_id), draft.from_on)
        team = team_of(draft.member_ids, actor)
        organisation = deepest(team)
        check_can_open(team, organisation)
        earlier = given.setdefault(draft.plan.id, []) if draft.plan else []
        checked.append(_Checked(draft, organisation.id, team, check_room(draft, earlier)))
        earlier.append((draft.extent, draft.batches))
    made = {id(each): _write(each, actor, at) for each in sorted(checked, key=lambda each: each.org_id)}
    return [made[id(each)] for each in checked]


def _lock_plans(drafts: Sequence[TaskDraft]) -> None:
    """Two people give out the same remainder one after the other (SQLite's write lock does that by itself)."""
    ids = {draft.plan.id for draft in drafts if draft.plan}
    if ids:
        session().execute(
            sa.select(SamplingPlan.id).where(SamplingPlan.id.in_(ids)).order_by(SamplingPlan.id).with_for_update()
        ).all()


def _write(checked: _Checked, actor: Actor, at: datetime) -> SamplingAssignment:
    draft = checked.draft
    ordinal = take(checked.org_id, KIND, draft.from_on.year)[0]
    task = SamplingAssignment(
        org_id=checked.org_id, number=f"抽任〔{draft.from_on.year}〕{ordinal}号", plan_id=draft.plan.id if draft.plan else None,
        drawing_id=draft.drawing_id, category_id=draft.category_id, region_id=draft.region_id, link=draft.link,
        enterprise_id=draft.enterprise_id, batches=draft.batches, from_on=draft.from_on, to_on=draft.to_on,
        laboratory_org_id=draft.laboratory_org_id, note=draft.note, submission_key=draft.submission_key, created_at=at,
        created_by_id=actor.user_id, members=_members(checked.org_id, checked.team),
    )  # fmt: skip
    changes = {
        "batches": (None, draft.batches), "from_on": (None, draft.from_on), "to_on": (None, draft.to_on),
        "samplers": (None, _names(checked.team)),
    }  # fmt: skip
    history.advance(task, AssignmentStep.ASSIGN, actor, comment=checked.exceeds, changes=changes)
    return task


def _members(org_id: int, team: Sequence[User]) -> list[AssignmentMember]:
    return [AssignmentMember(org_id=org_id, user_id=user.id) for user in team]


def _names(team: Sequence[User]) -> str:
    return "、".join(user.name for user in team)


def accept(task: SamplingAssignment, actor: Actor, *, seen: int | None = None) -> None:
    """接受任务, by any of the team."""
    history.advance(task, AssignmentStep.ACCEPT, actor, seen=seen)


def decline(task: SamplingAssignment, actor: Actor, comment: str | None, *, seen: int | None = None) -> None:
    """退回任务 with the reason; whoever gave it out gives it to others or cancels it."""
    history.advance(task, AssignmentStep.DECLINE, actor, comment=comment, seen=seen)


def reschedule(
    task: SamplingAssignment, actor: Actor, dates: tuple[date, date], comment: str | None, at: datetime, *, seen: int | None = None
) -> None:
    """调整时间 with the reason; the old dates stay in the history."""
    start, end = dates
    if (start, end) == (task.from_on, task.to_on) and seen in (None, task.version):
        raise NotLikeThis("起止日期没有变化，请填写新的日期", field="to_on")
    plan = session().get(SamplingPlan, task.plan_id) if task.plan_id else None
    check_dates(start, end, clock.office_time(at).date(), plan, task.from_on)
    if start.year != task.from_on.year:
        raise NotLikeThis("任务单按年度编号，不得调整到其他年度；请取消后重新下达", field="from_on")
    changes = {"from_on": (task.from_on, start), "to_on": (task.to_on, end)}
    history.advance(task, AssignmentStep.RESCHEDULE, actor, comment=comment, seen=seen, changes=changes)
    task.from_on, task.to_on = start, end


def reassign(
    task: SamplingAssignment,
    actor: Actor,
    member_ids: tuple[int, ...],
    laboratory_org_id: int,
    comment: str | None,
    *,
    seen: int | None = None,
) -> None:
    """改派 to another team or laboratory, which accepts it anew. The number, and so the organisation, stay."""
    laboratory = session().get(Organisation, laboratory_org_id)
    check_laboratory(laboratory)
    team, organisation = team_of(member_ids, actor), session().get(Organisation, task.org_id)
    assert organisation is not None
    check_can_open(team, organisation)
    before = queries.people(tuple(task.member_ids))
    former = [before[member.user_id] for member in task.members]
    same = set(task.member_ids) == {user.id for user in team} and laboratory_org_id == task.laboratory_org_id
    if same and seen in (None, task.version):
        raise NotLikeThis("抽样人员和承检机构都没有变化，请选择改派的对象", field="member_ids")
    named = session().get(Organisation, task.laboratory_org_id) if task.laboratory_org_id else None
    changes = {
        "samplers": (_names(former), _names(team)),
        "laboratory": (named.name if named else None, laboratory.name if laboratory else None),
    }
    history.advance(task, AssignmentStep.REASSIGN, actor, comment=comment, seen=seen, changes=changes)
    kept = {member.user_id: member for member in task.members}
    task.members = [kept.get(user.id) or AssignmentMember(org_id=task.org_id, user_id=user.id) for user in team]
    task.laboratory_org_id = laboratory_org_id


def finish(task: SamplingAssignment, actor: Actor, comment: str | None, *, seen: int | None = None) -> None:
    """办结任务. With fewer batches than asked for it needs the reason."""
    done = queries.done([task.id]).get(task.id, 0)
    if done < task.batches and not (comment or "").strip():
        lacking = f"任务 {task.batches} 批，已登记 {done} 批，还差 {task.batches - done} 批"
        raise NotLikeThis(f"{lacking}：请继续抽样，或填写未完成的原因", field="comment")
    told = f"已登记 {done} 批，任务 {task.batches} 批"
    comment = f"{told}。{comment.strip()}" if comment else told
    history.advance(task, AssignmentStep.FINISH, actor, comment=comment, seen=seen)


def cancel(task: SamplingAssignment, actor: Actor, comment: str | None, *, seen: int | None = None) -> None:
    """取消任务 with the reason; its sheets stay, and the plan has its batches back."""
    history.advance(task, AssignmentStep.CANCEL, actor, comment=comment, seen=seen)
