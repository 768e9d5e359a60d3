"""风险事件 recorded from the records or by hand, and the grades that they move at once, each with a record of its own.

115号 lets an event move the grade of the next year; the office decided to raise at once and says so in the reason. A grade that
people set (人工调整) is left to people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.db import session
from app.domain import risk_events
from app.domain.actors import Actor
from app.domain.risk_basis import Event as Counting
from app.domain.risk_basis import Evidence, Score
from app.domain.risk_events import BY_HAND, Wanted
from app.domain.risk_moves import Direction, direction
from app.domain.risk_scoring import score_again, standing
from app.domain.risk_storage import read
from app.domain.supervision_kinds import GradeCause, RiskEventKind
from app.domain.supervision_states import GradeStep, RiskEventStep
from app.enterprises.models import Enterprise
from app.errors import NotAllowedNow, NotLikeThis
from app.grading import consequences, replacing
from app.grading import event_queries as queries
from app.grading.grading import counted_values, facts_kept, manual_of, point_rows
from app.grading.models import RiskEvent, RiskGrade, RiskPoint
from app.grading.ruling import ruled_for
from app.grading_rules.queries import InForce, rules_of

NUMBERED, GRADE_NUMBERED = "风险事件〔{}〕{}号", "风险〔{}〕{}号"
YEARS = 4  # how far back records are looked at
GONE = "所依据的记录已改判、撤销或作废"
TWICE = "刚刚已经登记该风险事件，没有重复登记：请在“风险事件”中查看"


# ---------------------------------------------------------------- from the records

def follow_samples(sample_ids: Sequence[int], actor: Actor, at: datetime) -> int:
    """The results of these samples have changed: of many samples only the few that matter are looked at."""
    session().flush()
    touched = queries.touched_by(sample_ids)
    return follow(touched, actor, at) if touched else 0


def follow(enterprise_ids: Iterable[int | None], actor: Actor, at: datetime) -> int:
    """What the records of these enterprises tell of is recorded, what they no longer tell of is voided; returns how many of both.

    The step of the record that it follows from was permitted; nothing is asked again.
    """
    session().flush()
    ids = sorted({one for one in enterprise_ids if one is not None})
    changed = 0
    for start in range(0, len(ids), queries.PART):
        changed += _follow(ids[start : start + queries.PART], actor, at)
    return changed


def _follow(ids: Sequence[int], actor: Actor, at: datetime) -> int:
    today = clock.office_time(at).date()
    wanted = list(queries.wanted(ids, date(today.year - 1, 1, 1), today))
    known = queries.recorded(ids, date(today.year - YEARS, 1, 1))
    told = {one.key for one in wanted}
    gone = [one for one in known if (one.enterprise_id, one.source_kind, one.source_id) not in told]
    fresh = risk_events.to_record(wanted, [(one.enterprise_id, one.source_kind or "", one.source_id or 0) for one in known])
    for event in gone:
        history.advance(event, RiskEventStep.VOID, actor, comment=GONE, asked=True)
        event.void_reason = GONE
    _record(fresh, actor, at, today)
    session().flush()
    moved = {one.enterprise_id for one in fresh} | {one.enterprise_id for one in gone}
    _regrade(moved, {one.id for one in gone}, actor, at)
    return len(fresh) + len(gone)


def _record(fresh: Sequence[Wanted], actor: Actor, at: datetime, today: date) -> None:
    owners = queries.owners({one.enterprise_id for one in fresh})
    for one in sorted(fresh, key=lambda one: owners[one.enterprise_id][0]):
        org_id, name, kind = owners[one.enterprise_id]
        serial = counters.take(org_id, "risk_event", today.year)[0]
        made = RiskEvent(
            org_id=org_id, number=NUMBERED.format(today.year, serial), enterprise_id=one.enterprise_id, kind=one.kind,
            occurred_on=one.occurred_on, steps=_usual(org_id, kind, today, one.kind), source_kind=one.source_kind,
            source_id=one.source_id, source=one.source[:300], automatic=True, recorded_at=at,
        )  # fmt: skip
        history.advance(made, RiskEventStep.RECORD, actor, comment=f"{name}：{one.source}"[:500], asked=True)


def _usual(org_id: int, kind: str, on: date, event: RiskEventKind) -> int:
    """The steps of such an event under the rules of the enterprise."""
    ruled = ruled_for(org_id, kind, on)
    rule = ruled.rules.by_event.get(event) if ruled is not None else None
    return rule.steps if rule is not None else 1


# ---------------------------------------------------------------- by hand

def record(
    enterprise: Enterprise, kind: RiskEventKind, occurred_on: date, steps: int, document: str, actor: Actor, at: datetime, *,
    key: str | None = None,
) -> RiskEvent:  # fmt: skip
    """登记 of what stands in no record of the program (质量奖、认证、不良影响 …), with its document."""
    today = clock.office_time(at).date()
    if kind not in BY_HAND:
        raise NotLikeThis(f"“{kind.value}”由程序按记录自动登记，不需要手工登记", field="kind")
    if occurred_on > today:
        raise NotLikeThis("发生日期不得晚于今天，请核对", field="occurred_on")
    if not document.strip():
        raise NotLikeThis("请填写依据文件的名称和文号", field="document")
    if not steps or not -1 <= steps <= 2:
        raise NotLikeThis("调整级数应为上调 1 级、2 级或下调 1 级", field="steps")
    year = today.year
    serial = counters.take(enterprise.org_id, "risk_event", year)[0]
    made = RiskEvent(
        org_id=enterprise.org_id, number=NUMBERED.format(year, serial), enterprise_id=enterprise.id, kind=kind, occurred_on=occurred_on,
        steps=steps, source=document.strip()[:300], automatic=False, recorded_at=at, proposed_by_id=actor.user_id, submission_key=key,
    )  # fmt: skip
    try:
        history.advance(made, RiskEventStep.RECORD, actor, asked_of=enterprise, comment=f"{enterprise.name}：{document}"[:500])
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    session().flush()
    _regrade({enterprise.id}, set(), actor, at)
    return made


def void(event: RiskEvent, actor: Actor, reason: str, at: datetime, *, seen: int | None = None) -> None:
    """作废 by a reviewer, of what was recorded by hand; what follows from a record goes when the record goes."""
    if event.automatic:
        raise NotAllowedNow("该事件由程序按记录自动登记：请在所依据的记录上更正或撤销，事件随之作废")
    history.advance(event, RiskEventStep.VOID, actor, comment=reason, seen=seen)
    event.void_reason = reason
    session().flush()
    _regrade({event.enterprise_id}, {event.id}, actor, at)


# ---------------------------------------------------------------- the grades

def _regrade(enterprise_ids: Iterable[int], voided: set[int], actor: Actor, at: datetime) -> None:
    moved: list[tuple[int, str]] = []
    for grade in queries.standing(enterprise_ids):
        held: RiskGrade | None = _taken_back(grade, voided, actor) if voided else grade
        raised = held is not None and _raised(held, actor, at)
        if raised or held is not grade:
            moved.append((grade.enterprise_id, grade.kind))
    if moved:
        session().flush()
        consequences.grades_changed(moved, actor, at)


def _taken_back(grade: RiskGrade, voided: set[int], actor: Actor) -> RiskGrade | None:
    """The grade that stood before the voided events raised it, however many times it was raised since."""
    held: RiskGrade | None = grade
    while held is not None and held.cause is GradeCause.EVENT and _rests_on(held, voided):
        reason = "据以调整等级的风险事件已作废"
        history.advance(held, GradeStep.VOID, actor, comment=reason, asked=True)
        held = replacing.step_back(held, actor, reason)
    return held


def _rests_on(grade: RiskGrade, voided: set[int]) -> bool:
    return any(
        one.evidence is not None and one.evidence.kind == "risk_event" and one.evidence.id in voided
        for one in read(grade.facts["basis"]).events
    )


def _raised(grade: RiskGrade, actor: Actor, at: datetime) -> bool:
    """A riskier grade takes the place of the one in force, counted from the same basis and the events since."""
    rules = rules_of(grade.rule_set_id, grade.rule_sha256)
    if rules is None or manual_of(grade.facts) is not None or grade.grade is None:
        return False
    basis = read(grade.facts["basis"])
    known = {(one.evidence.kind, one.evidence.id) for one in basis.events if one.evidence is not None}
    rows = [
        row for row in queries.events_of(grade.enterprise_id, date(grade.year - YEARS, 1, 1))
        if ("risk_event", row.id) not in known and (row.source_kind, row.source_id) not in known
    ]  # fmt: skip
    fresh = standing(rules, [_counting(row) for row in rows], grade.year)
    score = score_again(rules, replace(basis, events=(*basis.events, *fresh)))
    if score.grade is None or direction(grade.grade, score.grade) is not Direction.UP:
        return False
    causes = [row for row in rows if rules.by_event.get(row.kind) is not None and row.steps > 0]
    _write(grade, score, InForce(rules, grade.rule_set_id, grade.rule_sha256, grade.rule_code, ""), causes[-1], actor, at)
    return True


def _counting(row: RiskEvent) -> Counting:
    return Counting(
        row.kind, row.occurred_on, Evidence("risk_event", row.id, f"{row.kind.value}：{row.source}"[:300]), row.steps, not row.automatic
    )


def _write(former: RiskGrade, score: Score, ruled: InForce, event: RiskEvent, actor: Actor, at: datetime) -> None:
    today = clock.office_time(at).date()
    assert former.effective_from is not None and former.grade is not None and score.grade is not None
    begins = max(today, former.effective_from)
    kept = former.facts
    facts = facts_kept(score, date.fromisoformat(kept["from_on"]), date.fromisoformat(kept["to_on"]))
    serial = counters.take(former.org_id, "risk_grade", today.year)[0]
    reason = f"{event.kind.value}（{event.number}，{event.source}），当即由 {former.grade.value} 级调整为 {score.grade.value} 级"
    made = RiskGrade(
        org_id=former.org_id, number=GRADE_NUMBERED.format(today.year, serial), enterprise_id=former.enterprise_id, kind=former.kind,
        year=former.year, cause=GradeCause.EVENT, event_id=event.id, reason=reason[:500], effective_from=begins, created_at=at,
        **counted_values(score, ruled, facts),
    )  # fmt: skip
    replaced = replacing.give_way(made, begins, actor, step=GradeStep.RAISE)
    made.former_id = replaced.id if replaced is not None else None
    history.advance(made, GradeStep.RAISE, actor, comment=made.reason, asked=True)
    session().add_all(RiskPoint(**row) for row in point_rows(made.id, made.org_id, score))
    session().flush()
