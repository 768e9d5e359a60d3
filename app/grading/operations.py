"""风险等级, changed: scored, proposed, confirmed by another, put in the place of the former one. Never commits, never sees a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.db import session
from app.domain.actors import Actor
from app.domain.risk_basis import Score
from app.domain.supervision_kinds import Grade, GradeCause
from app.domain.supervision_states import GradeState, GradeStep
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.errors import NotAllowedNow, NotLikeThis
from app.grading import consequences, queries, recounting, replacing
from app.grading.evidence import Evidence, gather
from app.grading.grading import Manual, counted_values, facts_kept, manual_of, point_rows, scored
from app.grading.models import RiskGrade, RiskPoint
from app.grading.ruling import ruled_for
from app.grading_rules.queries import InForce
from app.labels import label

NUMBERED = "风险〔{}〕{}号"
TWICE = "刚刚已经建立评分表，没有重复建立：请在该企业的等级记录中查看"
NO_RULES = "没有适用于“{}”的已施行分级规则：请先在“分级规则”中施行一版"
WANTING = "还缺少必须填报的静态要素（{}），不能得出等级：请补录后重新评分"
MOVED = "送审后情况有变化：现在重新评分的等级为{}，送审时为{}。请退回，由经办人重新评分后再审核"
REASONED = {GradeCause.MANUAL: "人工调整", GradeCause.CORRECTION: "更正"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks to be scored: of which kind, for which year, why; a grade that people decide on (人工调整)."""

    kind: str
    year: int
    cause: GradeCause
    reason: str = ""
    grade: Grade | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """What one enterprise's score rests on and is."""

    evidence: Evidence
    ruled: InForce
    score: Score


def count(enterprise: Enterprise, kind: str, year: int, cause: GradeCause, to_on: date, as_of: datetime | None = None) -> Counted:
    """The score of an enterprise now: records from the first day of the year before the grade's year on.

    Raises NotLikeThis when the enterprise is not of this kind, NotAllowedNow when no rules are in force.
    """
    evidence = gather([enterprise.id], kind, date(year - 1, 1, 1), to_on, as_of).get(enterprise.id)
    if evidence is None:
        raise NotLikeThis(f"该企业没有登记为“{kind[:20]}”：请先在企业档案中更正企业类型", field="kind")
    if cause is GradeCause.NEW:
        evidence.inspections = []  # 新开办: by the static points alone
    ruled = ruled_for(enterprise.org_id, kind, to_on, evidence.subkinds)
    if ruled is None:
        raise NotAllowedNow(NO_RULES.format(kind))
    return Counted(evidence, ruled, scored(evidence, ruled.rules, year))


# ---------------------------------------------------------------- score

def score(enterprise: Enterprise, asked: Asked, actor: Actor, at: datetime, *, key: str | None = None) -> RiskGrade:
    """评分: a draft with every line, counted by the rules in force from what is on record now."""
    enterprise = queries.locked(enterprise.id)
    _refuse_unfit(enterprise, asked, at)
    counted = count(enterprise, asked.kind, asked.year, asked.cause, clock.office_time(at).date())
    manual = _manual(asked, counted.score)
    facts = facts_kept(counted.score, counted.evidence.from_on, counted.evidence.to_on, manual)
    year = clock.office_time(at).year
    serial = counters.take(enterprise.org_id, "risk_grade", year)[0]
    made = RiskGrade(
        org_id=enterprise.org_id, number=NUMBERED.format(year, serial), enterprise_id=enterprise.id, kind=asked.kind, year=asked.year,
        cause=asked.cause, reason=asked.reason, created_at=at, submission_key=key, **counted_values(counted.score, counted.ruled, facts),
    )  # fmt: skip
    try:
        history.advance(made, GradeStep.SCORE, actor, comment=f"{enterprise.name}（{asked.kind}）：{told(made)}")
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    _write_points(made, counted.score)
    return made


def _refuse_unfit(enterprise: Enterprise, asked: Asked, at: datetime) -> None:
    if enterprise.status in (EnterpriseStatus.CLOSED, EnterpriseStatus.MERGED):
        raise NotAllowedNow(f"该企业状态为“{enterprise.status.value}”，不再评定风险等级")
    today = clock.office_time(at)
    if not today.year - 1 <= asked.year <= today.year + 1:
        raise NotLikeThis(f"评定年度应为 {today.year - 1} 至 {today.year + 1} 年，请核对", field="year")
    going = queries.open_of(enterprise.id, asked.kind)
    if going is not None:
        raise NotAllowedNow(f"该企业（{asked.kind}）已有未办结的评分表 {going.number}，请先办结或作废，不重复建立")
    standing = queries.current(enterprise.id, asked.kind)
    if asked.cause is GradeCause.NEW and standing is not None:
        raise NotLikeThis(f"该企业已有现行等级（{standing.number}），不属于新办评定：请选择年度评定、人工调整或更正", field="cause")
    if asked.cause in REASONED and standing is None:
        raise NotLikeThis(f"该企业还没有现行等级，不能{REASONED[asked.cause]}：请选择新办评定或年度评定", field="cause")
    if asked.cause in REASONED and not asked.reason.strip():
        raise NotLikeThis(f"请填写{REASONED[asked.cause]}的理由", field="reason")


def _manual(asked: Asked, score: Score) -> Manual | None:
    if asked.cause is not GradeCause.MANUAL:
        return None
    if asked.grade is None:
        raise NotLikeThis("请选择调整后的等级", field="grade")
    if not asked.document.strip():
        raise NotLikeThis("请填写人工调整所依据的文件，如会议纪要、批示的文号", field="document")
    if score.grade is asked.grade:
        raise NotLikeThis(f"评分得出的等级就是 {asked.grade.value} 级，不需要人工调整：请按年度评定或更正办理", field="grade")
    return Manual(asked.grade, asked.document.strip())


def rescore(grade: RiskGrade, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """重新评分: the draft counted again from what is on record now, by the rules in force now."""
    counted = _counted_now(grade, clock.office_time(at).date())
    facts = facts_kept(counted.score, counted.evidence.from_on, counted.evidence.to_on, manual_of(grade.facts))
    values = counted_values(counted.score, counted.ruled, facts)
    changes = {name: (_plain(getattr(grade, name)), _plain(values[name])) for name in ("total", "suggested", "steps", "grade")}
    history.advance(grade, GradeStep.RESCORE, actor, seen=seen, changes=changes)
    for name, value in values.items():
        setattr(grade, name, value)
    session().execute(sa.delete(RiskPoint).where(RiskPoint.grade_id == grade.id))
    _write_points(grade, counted.score)


def _counted_now(grade: RiskGrade, to_on: date) -> Counted:
    return count(queries.locked(grade.enterprise_id), grade.kind, grade.year, grade.cause, to_on)


def _write_points(grade: RiskGrade, score: Score) -> None:
    session().add_all(RiskPoint(**row) for row in point_rows(grade.id, grade.org_id, score))
    session().flush()


def told(grade: RiskGrade) -> str:
    """总分、建议等级和等级 in a sentence."""
    if grade.grade is None:
        return "尚不能得出等级"
    suggested = f"总分 {grade.total:f}，按分值为 {grade.suggested.value} 级，" if grade.suggested and grade.total is not None else ""
    return f"{suggested}评定为 {grade.grade.value} 级"


# ---------------------------------------------------------------- propose, return

def propose(grade: RiskGrade, actor: Actor, *, seen: int | None = None) -> None:
    """提交审核."""
    _refuse_gradeless(grade)
    history.advance(grade, GradeStep.PROPOSE, actor, seen=seen, comment=told(grade))
    grade.proposed_by_id = actor.user_id


def recall(grade: RiskGrade, actor: Actor, *, seen: int | None = None) -> None:
    """撤回送审."""
    history.advance(grade, GradeStep.RECALL, actor, seen=seen)


def give_back(grade: RiskGrade, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    """退回, with the reason."""
    history.advance(grade, GradeStep.RETURN, actor, seen=seen, comment=comment)


def _refuse_gradeless(grade: RiskGrade) -> None:
    if grade.state in (GradeState.DRAFT, GradeState.PROPOSED) and grade.grade is None:
        lacking = "、".join(scored_lack(grade)) or "静态要素"
        raise NotAllowedNow(WANTING.format(lacking))


def scored_lack(grade: RiskGrade) -> tuple[str, ...]:
    """The facts without which this sheet has no grade."""
    counted = recounting.again(grade)
    return () if counted is None else counted.wanting


# ---------------------------------------------------------------- confirm, void

def confirm(
    grade: RiskGrade, actor: Actor, at: datetime, effective_from: date, *, comment: str | None = None, seen: int | None = None
) -> None:
    """确认等级, by another person; the grade in force gives way to it in the same transaction."""
    if grade.state is GradeState.PROPOSED:
        _refuse_gradeless(grade)
        _refuse_moved(grade, at)
        if effective_from.year != grade.year:
            raise NotLikeThis(f"生效日期应在评定年度（{grade.year} 年）内，请核对", field="effective_from")
    queries.locked(grade.enterprise_id)
    former = replacing.give_way(grade, effective_from, actor, seen=seen, step=GradeStep.CONFIRM)
    principal = history.advance(grade, GradeStep.CONFIRM, actor, seen=seen, comment=comment or told(grade))
    grade.decided_by_id, grade.decided_at, grade.opinion = actor.user_id, at, comment
    grade.effective_from, grade.former_id = effective_from, former.id if former is not None else None
    if principal is not None:
        grade.opinion = f"{comment or ''}（{actor.name}受{principal.name}委托）"[:500]
    consequences.grades_changed([(grade.enterprise_id, grade.kind)], actor, at)


def _refuse_moved(grade: RiskGrade, at: datetime) -> None:
    """A sheet that would be another now must not undo what has happened since (a failed sample that raised the grade)."""
    now, kept = _counted_now(grade, clock.office_time(at).date()), recounting.again(grade)
    before = grade.grade if kept is None else kept.grade
    if now.score.grade is not before:
        raise NotAllowedNow(MOVED.format(*(f" {one.value} 级" if one else "“不能得出”" for one in (now.score.grade, before))))


def void(grade: RiskGrade, state: GradeState, actor: Actor, reason: str, *, seen: int | None = None) -> None:
    """作废 a draft, or a grade in force (``state``): then the one before it is in force again."""
    if grade.state is not state:
        what = "还没有送审的评分表" if state is GradeState.DRAFT else "现行等级"
        raise NotAllowedNow(f"只有{what}可以这样作废，当前状态为“{label(grade.state)}”，请刷新页面后再操作")
    history.advance(grade, GradeStep.VOID, actor, seen=seen, comment=reason)
    if state is GradeState.CONFIRMED:
        replacing.step_back(grade, actor, reason)
        consequences.grades_changed([(grade.enterprise_id, grade.kind)], actor, clock.now())


def _plain(value: object) -> object:
    return value.value if isinstance(value, Grade) else value
