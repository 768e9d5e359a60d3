"""After the draw: inspections arranged, results recorded enterprise by enterprise, a member who must step back replaced.

Each is a step of the programme; several people record at once, so what is compared is the enterprise's own row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app import clock, history
from app.checklists import queries as checklists
from app.db import session
from app.domain import random_inspections as rules
from app.domain.actors import Actor
from app.domain.supervision_kinds import InspectionNature, RandomOutcome
from app.domain.supervision_states import ProgrammeState, ProgrammeStep
from app.enterprises.models import Enterprise
from app.errors import NotAllowedNow, NotFound, NotLikeThis
from app.inspections import operations as inspections
from app.random_inspections import queries, teams
from app.random_inspections.models import RandomFinding, RandomMember, RandomProgramme, RandomTarget
from app.random_inspections.wanted import wanted_of

NOT_THERE = "该任务没有抽中所选的检查对象，请刷新页面核对"
AT_ONCE = 500  # inspections arranged in one transaction


@dataclass(frozen=True, slots=True)
class Result:
    """抽查结果 of one enterprise, with those of the departments that take part."""

    outcome: RandomOutcome
    inspected_on: date
    note: str | None = None
    findings: Mapping[str, tuple[RandomOutcome, str | None]] | None = None


def _begin(programme: RandomProgramme) -> None:
    """Two people record at once: the second waits, and sees what the first has written."""
    session().refresh(programme, ["state", "version"], with_for_update=True)
    if programme.state is not ProgrammeState.DRAWN:
        raise NotAllowedNow("只有已抽取、还没有检查完毕的任务可以登记，请刷新页面核对")


def _target(programme: RandomProgramme, target_id: int) -> RandomTarget:
    found = queries.target(programme.id, target_id)
    if found is None:
        raise NotFound(NOT_THERE)
    return found


def record(
    programme: RandomProgramme, target_id: int, result: Result, actor: Actor, at: datetime, *, known: str | None = None
) -> bool:
    """登记抽查结果. ``known`` is the result the page showed. Returns False when it says what is on record already."""
    _begin(programme)
    target = _target(programme, target_id)
    before = queries.findings([target.id]).get(target.id, [])
    if same(target, before, result):
        return False
    if known is not None and known != shown(target):
        raise NotAllowedNow(f"{target.enterprise.name}的抽查结果刚被他人登记为“{shown(target)}”，请核对后再登记")
    _write(programme, target, before, result, actor, at)
    return True


def _write(
    programme: RandomProgramme, target: RandomTarget, before: Sequence[RandomFinding], result: Result, actor: Actor, at: datetime
) -> None:
    _refuse_day(programme, result.inspected_on, clock.office_time(at).date())
    _refuse_strangers(programme, result)
    name = target.enterprise.name
    said = f"第 {target.drawn_rank} 户 {name}：{result.outcome.value}"
    changes = {
        "outcome": (target.outcome.value if target.outcome else None, result.outcome.value),
        "inspected_on": (target.inspected_on, result.inspected_on), "note": (target.outcome_note, result.note),
    }  # fmt: skip
    history.advance(programme, ProgrammeStep.RECORD, actor, comment=said, changes=changes)
    target.outcome, target.inspected_on, target.outcome_note = result.outcome, result.inspected_on, result.note
    target.recorded_at, target.recorded_by_id = at, actor.user_id
    _record_findings(target, before, result, actor, at)


def shown(target: RandomTarget) -> str:
    """The result in one word, as a page carries it."""
    return target.outcome.value if target.outcome else "未登记"


def same(target: RandomTarget, before: Sequence[RandomFinding], result: Result) -> bool:
    kept = {row.department: (row.outcome, row.note) for row in before}
    told = {**kept, **(result.findings or {})}
    return (target.outcome, target.inspected_on, target.outcome_note, kept) == (
        result.outcome, result.inspected_on, result.note or None, told,
    )  # fmt: skip


def _refuse_day(programme: RandomProgramme, on: date, today: date) -> None:
    if on > today:
        raise NotLikeThis(f"检查日期不能晚于今天（{today}），请核对", field="inspected_on")
    drawing = queries.drawing_of(programme.enterprise_drawing_id)
    drawn_on = clock.office_time(drawing.drawn_at).date() if drawing is not None and drawing.drawn_at else None
    if drawn_on is not None and on < drawn_on:
        raise NotLikeThis(f"检查日期不能早于抽取日期（{drawn_on}），请核对", field="inspected_on")


def _refuse_strangers(programme: RandomProgramme, result: Result) -> None:
    departments = {partner.department for partner in programme.partners}
    strangers = [name for name in result.findings or {} if name not in departments]
    if strangers:
        raise NotLikeThis(f"“{strangers[0][:40]}”不是本任务的联合部门（{'、'.join(sorted(departments)) or '本任务没有联合部门'}）")


def _record_findings(
    target: RandomTarget, before: Sequence[RandomFinding], result: Result, actor: Actor, at: datetime
) -> None:
    rows = {row.department: row for row in before}
    for department, (outcome, note) in (result.findings or {}).items():
        row = rows.get(department)
        if row is None:
            row = RandomFinding(org_id=target.org_id, target_id=target.id, department=department)
            session().add(row)
        row.outcome, row.note, row.recorded_at, row.recorded_by_id = outcome, note, at, actor.user_id


# ---------------------------------------------------------------- inspections

@dataclass(frozen=True, slots=True)
class Arranged:
    """What came of arranging: how many inspections, and which enterprises have none, with the reason."""

    made: int
    left: Sequence[tuple[str, str]]
    more: int = 0


def arrange(programme: RandomProgramme, actor: Actor, at: datetime) -> Arranged:
    """安排检查 for every enterprise that has no inspection yet, a few hundred at once; the first two of its team lead them."""
    _begin(programme)
    waiting = session().scalars(
        sa.select(RandomTarget)
        .where(RandomTarget.programme_id == programme.id, RandomTarget.inspection_id.is_(None), RandomTarget.outcome.is_(None))
        .options(
            selectinload(RandomTarget.enterprise).selectinload(Enterprise.kinds),
            selectinload(RandomTarget.team).joinedload(RandomMember.inspector),
        )
        .order_by(RandomTarget.drawn_rank)
    ).all()
    day = max(programme.from_on, clock.office_time(at).date())
    covered, kinds = set(checklists.kinds_covered(day)), wanted_of(programme.filters).kinds
    made, left = 0, []
    for target in waiting[:AT_ONCE]:
        why = _arranged(target, covered, kinds, day, actor, at)
        made += why is None
        left += [(target.enterprise.name, why)] if why is not None else []
    if made:
        history.advance(programme, ProgrammeStep.RECORD, actor, comment=f"安排检查 {made} 户")
    return Arranged(made, left, max(len(waiting) - AT_ONCE, 0))


def _arranged(target: RandomTarget, covered: set[str], kinds: Sequence[str], day: date, actor: Actor, at: datetime) -> str | None:
    """Why there is no inspection; None when it was made."""
    enterprise = target.enterprise
    if enterprise.status in inspections.NOT_INSPECTED:
        return f"企业状态为“{enterprise.status.value}”"
    fitting = [one.kind for one in enterprise.kinds if one.kind in covered and (not kinds or one.kind in kinds)]
    if not fitting:
        return "没有适用的检查要点表，请直接登记抽查结果"
    sitting = [member.inspector for member in target.team if member.replaced_why is None]
    users = [one.user_id for one in sitting if one.user_id is not None and one.department is None]
    lead, second = (*users, None, None)[:2]
    others = "、".join(one.name for one in sitting if one.user_id not in (lead, second) or one.user_id is None)
    made = inspections.plan(
        enterprise, fitting[0], InspectionNature.RANDOM, actor, at, planned_on=day, lead_id=lead, second_id=second,
        others=others[:300] or None, key=f"random:{target.id}", asked=True,
    )  # fmt: skip
    target.inspection_id = made.id
    return None


def take_results(programme: RandomProgramme, actor: Actor, at: datetime) -> int:
    """The results that finished inspections propose, for enterprises that have none yet. Returns how many."""
    _begin(programme)
    finished = queries.finished_inspections(programme.id)
    taken = 0
    for target in queries.every_target(programme.id):
        found = finished.get(target.id)
        if found is None or target.outcome is not None or found.inspected_on is None:
            continue
        outcome = rules.proposed_outcome(found.result, found.measure)
        result = Result(outcome, found.inspected_on, f"依检查记录 {found.number}：{found.result.value}")
        _write(programme, target, (), result, actor, at)
        taken += 1
    return taken


# ---------------------------------------------------------------- 回避

def step_back(programme: RandomProgramme, target_id: int, inspector_id: int, reason: str, actor: Actor, at: datetime) -> str:
    """回避 after the draw: the next in the order drawn takes the place; who stepped back stays with the reason. Who it is."""
    _begin(programme)
    target = _target(programme, target_id)
    if not reason.strip():
        raise NotLikeThis("请填写回避理由", field="reason")
    member = next((one for one in target.team if one.inspector_id == inspector_id and one.replaced_why is None), None)
    if member is None:
        raise NotAllowedNow("该人员不在检查组中，或已经回避，请刷新页面核对")
    following = teams.substitute_for(programme, target, member, clock.office_time(at).date())
    if following is None:
        raise NotAllowedNow("抽取名单中没有可以递补的检查人员：请作废本任务、补充检查人员名录后重新冻结名单")
    added = RandomMember(org_id=target.org_id, inspector_id=following, ordinal=len(target.team) + 1)
    member.replaced_why = f"回避：{reason.strip()}"
    target.team.append(added)
    session().flush()
    name: Any = queries.inspector_name(following)
    said = f"第 {target.drawn_rank} 户 {target.enterprise.name}：{member.inspector.name}回避，由{name}递补"
    changes = {"team": (member.inspector.name, name), "reason": (None, reason)}
    history.advance(programme, ProgrammeStep.RECORD, actor, comment=said, changes=changes)
    return str(name)
