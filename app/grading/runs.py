"""年度评定, changed: previewed part by part, submitted, confirmed by another person or returned, discarded.

The preview is written in parts, each in a transaction of its own, and goes on where it stopped; nothing of it is in force.
Confirming is one transaction: all grades of the run take effect, or none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.db import insert_many, reserve_ids, session
from app.domain.actors import Actor
from app.domain.risk_moves import direction
from app.domain.supervision_kinds import GradeCause
from app.domain.supervision_states import GradeState, GradeStep, RiskRunState, RiskRunStep
from app.errors import NotAllowedNow, NotLikeThis
from app.grading import consequences
from app.grading import run_queries as queries
from app.grading.grading import grade_row, point_rows
from app.grading.judging import Judged, Rules, judged
from app.grading.models import RiskGrade, RiskPoint, RiskRun
from app.grading.operations import NO_RULES, NUMBERED
from app.grading.replacing import CHANGED
from app.grading.ruling import ruled_for
from app.history import Move

RUN_NUMBERED = "年度评定〔{}〕{}号"
LARGE = 2_000  # enterprises: more are graded outside the request
AT_ONCE = 2_000  # records moved at once
PREVIEW, CONFIRM = "risk_run_preview", "risk_run_confirm"  # kinds of background jobs
UNFINISHED = "预览还没有算完，请待算完后再提交；如已中断，请点“继续预览”"
STALE = "预览以后有 {} 家企业的现行等级已变动或登记了新的风险事件，不能按原预览确认：请退回，由经办人放弃后重新预览"
OTHER_RULES = "预览以后适用的分级规则已变动，不能按原预览确认：请退回，由经办人放弃后重新预览"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which enterprises are to be graded, for which year."""

    kind: str
    year: int
    region_id: int | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A grade as the bulk path of the history wants it."""

    id: int
    org_id: int
    number: str
    state: Any
    version: int
    __tablename__ = RiskGrade.__tablename__


def period(year: int, today: date) -> tuple[date, date]:
    """The records looked at: from the first day of the year before the grade's year, as for a single grade."""
    return date(year - 1, 1, 1), min(today, date(year, 12, 31))


# ---------------------------------------------------------------- preview

def prepare(wanted: Wanted, actor: Actor, at: datetime, *, key: str | None = None) -> RiskRun:
    """建立年度评定; its grades are then counted by ``advance_preview``."""
    today = clock.office_time(at).date()
    if not today.year - 1 <= wanted.year <= today.year + 1:
        raise NotLikeThis(f"评定年度应为 {today.year - 1} 至 {today.year + 1} 年，请核对", field="year")
    from_on, to_on = period(wanted.year, today)
    ruled = ruled_for(actor.org_id, wanted.kind, to_on)
    if ruled is None:
        raise NotAllowedNow(NO_RULES.format(wanted.kind[:20]))
    serial = counters.take(actor.org_id, "risk_run", today.year)[0]  # whoever comes second waits here and sees the first one's run
    going = queries.open_run(actor.org_id, wanted.year, wanted.kind)
    if going is not None:
        raise NotAllowedNow(f"已有未办结的{wanted.year}年度评定 {going.number}（{wanted.kind}），请先办结或放弃，不重复建立")
    expected = queries.how_many(actor, wanted.kind, wanted.region_id)
    if not expected:
        raise NotLikeThis("没有在产或停产的企业属于所选的企业类型和区域，请核对企业档案或更换条件", field="kind")
    made = RiskRun(
        org_id=actor.org_id, number=RUN_NUMBERED.format(today.year, serial), year=wanted.year, kind=wanted.kind,
        region_id=wanted.region_id, rule_code=ruled.rule_code, rule_set_id=ruled.set_id, rule_sha256=ruled.sha256, from_on=from_on,
        to_on=to_on, counts=_nothing(expected), proposed_by_id=actor.user_id, created_at=at, submission_key=key,
    )  # fmt: skip
    try:
        history.advance(made, RiskRunStep.PREVIEW, actor, comment=f"{wanted.year} 年度，{wanted.kind}，{expected} 家")
    except IntegrityError as error:
        raise NotAllowedNow("刚刚已经建立年度评定，没有重复建立：请在“年度评定”中查看") from error
    return made


def _nothing(expected: int) -> dict[str, Any]:
    return {
        "expected": expected, "seen": 0, "after": 0, "complete": False, "graded": 0, "uninspected": 0, "grades": {}, "moves": {},
        "unfit": {}, "rules": [], "job_id": None, "large": expected > LARGE,
    }  # fmt: skip


def preview_part(run_id: int, actor: Actor, at: datetime, rules: Rules) -> bool:
    """Count and write the next 500 enterprises; False when there are none left. The caller's transaction is one part."""
    run = queries.locked(run_id)
    if run.state is not RiskRunState.PREVIEWED or run.counts["complete"]:
        return False
    ids = queries.next_ids(actor, run.kind, run.region_id, run.counts["after"])
    counts = {**run.counts, "complete": not ids, "rules": _known(run.counts["rules"], rules.marks)}
    if ids:
        found = list(judged(ids, rules, run.year, (run.from_on, run.to_on)))
        _write(run, [one for one in found if one.unfit is None], actor, at)
        counts |= _counted(run.counts, found, len(ids), ids[-1])
        counts["rules"] = _known(run.counts["rules"], rules.marks)
    run.counts = counts
    return bool(ids)


def _known(before: Sequence[Sequence[Any]], now: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The rules used so far; those of a part counted under other rules stay beside the new ones and are found stale later."""
    return sorted(([*one] for one in {(org, tuple(sub), sha): 1 for org, sub, sha in (*before, *now)}), key=str)


def _counted(before: Mapping[str, Any], found: Sequence[Judged], seen: int, after: int) -> dict[str, Any]:
    graded = [one for one in found if one.unfit is None and one.score is not None and one.score.grade is not None]
    tallies: dict[str, Counter[str]] = {
        "grades": Counter(one.score.grade.value for one in graded),  # type: ignore[union-attr]
        "moves": Counter(direction(one.standing.grade if one.standing else None, one.score.grade).value for one in graded),  # type: ignore
        "unfit": Counter(one.unfit.name.lower() for one in found if one.unfit is not None),
    }
    summed = {name: dict(Counter(before[name]) + tally) for name, tally in tallies.items()}
    uninspected = sum(1 for one in graded if one.score is not None and one.score.static_only)
    return {
        **summed, "seen": before["seen"] + seen, "after": after, "graded": before["graded"] + len(graded),
        "uninspected": before["uninspected"] + uninspected,
    }  # fmt: skip


def _write(run: RiskRun, found: Sequence[Judged], actor: Actor, at: datetime) -> None:
    """The grades of a part as drafts with all their lines, in bulk."""
    session().flush()
    year, by_org = clock.office_time(at).year, Counter(one.evidence.org_id for one in found)
    serials = {org: iter(counters.take(org, "risk_grade", year, count)) for org, count in sorted(by_org.items())}
    ids = reserve_ids(RiskGrade.__table__, len(found))  # type: ignore[arg-type]
    rows, lines, told = [], [], []
    for grade_id, one in zip(ids, found, strict=True):
        assert one.score is not None and one.ruled is not None
        number, org_id = NUMBERED.format(year, next(serials[one.evidence.org_id])), one.evidence.org_id
        rows.append(
            grade_row(
                grade_id, number, one.evidence, one.score, one.ruled, year=run.year, cause=GradeCause.YEARLY, state=GradeState.DRAFT,
                at=at, run_id=run.id, former_id=one.standing.id if one.standing else None,
            )
        )  # fmt: skip
        lines += point_rows(grade_id, org_id, one.score)
        told.append((grade_id, org_id, number, GradeState.DRAFT.value))
    insert_many(RiskGrade.__table__, rows)  # type: ignore[arg-type]
    insert_many(RiskPoint.__table__, lines)  # type: ignore[arg-type]
    history.record_many(RiskGrade.__tablename__, GradeStep.SCORE.value, actor, told)


# ---------------------------------------------------------------- submit, return, discard

def submit(run: RiskRun, actor: Actor, comment: str | None = None, *, seen: int | None = None) -> None:
    """提交审核, with all its grades."""
    run = queries.locked(run.id)
    if run.state is RiskRunState.PREVIEWED:
        if not run.counts["complete"]:
            raise NotAllowedNow(UNFINISHED)
        if not queries.counted(run.id, GradeState.DRAFT):
            raise NotAllowedNow("没有一家企业能评定等级：请先补录静态要素，再放弃本次评定后重新预览")
    history.advance(run, RiskRunStep.SUBMIT, actor, seen=seen, comment=comment)
    run.proposed_by_id = actor.user_id
    _move(run, GradeState.DRAFT, GradeStep.PROPOSE, actor, None, proposed_by_id=actor.user_id)


def give_back(run: RiskRun, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    """退回, with the reason."""
    run = queries.locked(run.id)
    history.advance(run, RiskRunStep.RETURN, actor, seen=seen, comment=comment)
    _move(run, GradeState.PROPOSED, GradeStep.RETURN, actor, comment)


def discard(run: RiskRun, actor: Actor, comment: str | None = None, *, seen: int | None = None) -> None:
    """放弃: its grades are voided; nothing of them ever counted."""
    run = queries.locked(run.id)
    history.advance(run, RiskRunStep.DISCARD, actor, seen=seen, comment=comment)
    _move(run, GradeState.DRAFT, GradeStep.VOID, actor, f"放弃年度评定 {run.number}")


def _move(run: RiskRun, source: GradeState, step: GradeStep, actor: Actor, comment: str | None, **values: Any) -> int:
    """All grades of the run that are in a state, a few thousand at a time; the permission was asked for the run."""
    session().flush()
    after = moved = 0
    while rows := queries.to_move(run.id, source, after, AT_ONCE):
        moves = [Move(_subject(row)) for row in rows]
        history.advance_many(RiskGrade, step, actor, moves, comment=comment, values=values, asked=True, decided=True)
        after, moved = rows[-1].id, moved + len(rows)
    return moved


def _subject(row: Any) -> Subject:
    return Subject(row.id, row.org_id, row.number, row.state, row.version)


# ---------------------------------------------------------------- confirm

def confirm(
    run: RiskRun, actor: Actor, at: datetime, effective_from: date, comment: str | None = None, *, seen: int | None = None,
    said: Callable[[str], None] = lambda told: None,
) -> int:  # fmt: skip
    """确认, by another person: the grades in force give way to those of the run. Returns how many grades took effect."""
    run = queries.locked(run.id)
    if run.state is RiskRunState.SUBMITTED:
        refuse_unfit(run, effective_from)
    principal = history.advance(run, RiskRunStep.CONFIRM, actor, seen=seen, comment=comment)
    run.decided_by_id, run.decided_at = actor.user_id, at
    opinion = comment if principal is None else f"{comment or ''}（{actor.name}受{principal.name}委托）"
    said("正在替代现行等级")
    _replace(run, effective_from, actor)
    said("正在写入新等级")
    values = {"decided_by_id": actor.user_id, "decided_at": at, "opinion": (opinion or "")[:500] or None, "effective_from": effective_from}
    moved = _move(run, GradeState.PROPOSED, GradeStep.CONFIRM, actor, comment, **values)
    consequences.run_confirmed(run, actor, at)
    return moved


def refuse_unready(run: RiskRun, effective_from: date, *, seen: int | None, job: Any) -> None:
    """May the background begin to confirm it? What it would refuse is said at once."""
    if seen is not None and seen != run.version:
        raise NotAllowedNow(CHANGED)
    if job is not None and job.ended_at is None:
        raise NotAllowedNow("该年度评定正在后台办理，请等待完成，不需要再次提交")
    refuse_unfit(run, effective_from)


def refuse_unfit(run: RiskRun, effective_from: date) -> None:
    """May this run be confirmed as it was previewed? Raises NotLikeThis or NotAllowedNow."""
    if effective_from.year != run.year:
        raise NotLikeThis(f"生效日期应在评定年度（{run.year} 年）内，请核对", field="effective_from")
    for org_id, subkinds, digest in run.counts["rules"]:
        now = ruled_for(org_id, run.kind, run.to_on, subkinds)
        if (now.sha256 if now else None) != digest:
            raise NotAllowedNow(OTHER_RULES)
    stale = queries.moved_since(run)
    if stale:
        raise NotAllowedNow(STALE.format(stale))
    later = queries.begun_later(run, effective_from)
    if later:
        raise NotLikeThis(f"有 {later} 家企业的现行等级在该日以后才生效，请把生效日期改到其后", field="effective_from")


def _replace(run: RiskRun, effective_from: date, actor: Actor) -> None:
    """A former grade ends the day before, or on its own first day where both begin at once."""
    session().flush()
    after, before = 0, effective_from - timedelta(days=1)
    while rows := queries.to_replace(run.id, after, AT_ONCE):
        for ended in sorted({max(row.effective_from, before) for row in rows}):
            moves = [Move(_subject(row), {"effective_to": (None, ended)}) for row in rows if max(row.effective_from, before) == ended]
            history.advance_many(
                RiskGrade, GradeStep.REPLACE, actor, moves, comment=f"由 {run.number} 的新等级替代", values={"effective_to": ended},
                asked=True,
            )  # fmt: skip
        after = rows[-1].id
