"""延长和中止: asked with a document, decided by another person, counted over the same calendar, and told in both histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock as time
from app import history
from app.attachments import operations as attachments
from app.db import session
from app.domain.actors import Actor
from app.domain.case_kinds import ClockChangeKind
from app.domain.case_states import ClockChangeState, ClockChangeStep
from app.domain.deadline_rules import DeadlineRule, Standing, Unit, amount_in_words
from app.domain.deadlines import Pause
from app.errors import NotAllowedNow, NotLikeThis
from app.legal_clocks import counting, operations
from app.legal_clocks.models import ClockChange, LegalClock

ONE_DAY = timedelta(days=1)
Paper = tuple[str, bytes]  # the file's name and its bytes
OPEN = (ClockChangeState.ASKED, ClockChangeState.APPROVED)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: more time, or a time that does not count."""

    kind: ClockChangeKind
    document_no: str
    reason: str
    amount: int | None = None
    from_on: date | None = None
    to_on: date | None = None


def ask(
    clock: LegalClock, asked: Request, actor: Actor, at: datetime, *, paper: Paper | None = None, seen: int | None = None
) -> ClockChange:
    """申请, with the document as a file where there is one. Raises NotAllowedNow or NotLikeThis where it is not allowed."""
    if seen is not None and seen != clock.version:
        raise NotAllowedNow("该期限已被他人变更，请刷新页面核对后再操作；您填写的内容仍保留在表单中")
    _refuse_stopped(clock)
    if time.office_time(at).date() > clock.due_on:
        raise NotAllowedNow(f"期限已于 {clock.due_on} 届满，不能再延长或中止，请抓紧办结并说明超期原因")
    others = _open_changes(clock)
    if any(other.state is ClockChangeState.ASKED for other in others):
        raise NotAllowedNow("该期限已有一件申请待审批，请等审批后再申请")
    _refuse_unlawful(clock, asked, others)
    change = ClockChange(
        org_id=clock.org_id, clock_id=clock.id, kind=asked.kind, document_no=asked.document_no.strip(), reason=asked.reason.strip(),
        asked_by_id=actor.user_id, asked_at=at, due_before=clock.due_on,
        amount=asked.amount if asked.kind is ClockChangeKind.EXTENSION else None,
        from_on=asked.from_on if asked.kind is ClockChangeKind.PAUSE else None,
        to_on=asked.to_on if asked.kind is ClockChangeKind.PAUSE else None,
    )  # fmt: skip
    history.advance(change, ClockChangeStep.ASK, actor, comment=asked.reason)
    if paper is not None:
        change.attachment_id = attachments.save(actor, ClockChange.__tablename__, change.id, change.org_id, *paper, at).id
    _tell(clock, change, "ask", actor, asked.reason, {})
    return change


def approve(change: ClockChange, actor: Actor, comment: str, at: datetime, *, seen: int | None = None) -> None:
    """批准, by somebody else than who asked: the due date is counted again."""
    history.advance(change, ClockChangeStep.APPROVE, actor, comment=comment, seen=seen)
    change.decided_by_id, change.decided_at, change.decision = actor.user_id, at, comment.strip() or None
    clock = clock_of(change)
    _refuse_stopped(clock)
    asked = Request(change.kind, change.document_no, change.reason, change.amount, change.from_on, change.to_on)
    _refuse_unlawful(clock, asked, [other for other in _open_changes(clock) if other.id != change.id])
    _apply(clock, change, "approve", actor, comment)


def decline(change: ClockChange, actor: Actor, comment: str, at: datetime, *, seen: int | None = None) -> None:
    """不予批准: the due date stays."""
    history.advance(change, ClockChangeStep.DECLINE, actor, comment=comment, seen=seen)
    change.decided_by_id, change.decided_at, change.decision = actor.user_id, at, comment.strip()
    _tell(clock_of(change), change, "decline", actor, comment, {})


def resume(change: ClockChange, resumed_on: date, actor: Actor, comment: str, at: datetime, *, seen: int | None = None) -> None:
    """恢复计时 from this day on; the day before it is the last that does not count."""
    if change.kind is not ClockChangeKind.PAUSE or change.to_on is not None or change.from_on is None:
        raise NotAllowedNow("只有未定结束日期的中止可以恢复计时")
    if not change.from_on < resumed_on <= time.office_time(at).date():
        raise NotLikeThis(f"恢复日期应晚于中止开始日 {change.from_on}，且不晚于今天", field="resumed_on")
    history.advance(change, ClockChangeStep.RESUME, actor, comment=comment, seen=seen)
    clock = clock_of(change)
    _refuse_stopped(clock)
    change.to_on = resumed_on - ONE_DAY
    _apply(clock, change, "resume", actor, comment)


def void(change: ClockChange, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    """作废: a request taken back, or an approval that should not have been given; the due date is counted without it."""
    approved = change.state is ClockChangeState.APPROVED
    history.advance(change, ClockChangeStep.VOID, actor, comment=comment, seen=seen)
    clock = clock_of(change)
    if approved:
        _apply(clock, change, "void", actor, comment)
    else:
        _tell(clock, change, "void", actor, comment, {})


# ---------------------------------------------------------------- what another procedure brings with it

def pause_meanwhile(
    clock: LegalClock, from_on: date, document_no: str, reason: str, asked_by_id: int | None, actor: Actor, at: datetime
) -> ClockChange | None:
    """中止 that follows from a decision (of another procedure) which two persons have made: it is not decided a second time.

    None where a pause of the clock runs already.
    """
    asked = Request(ClockChangeKind.PAUSE, document_no, reason, None, from_on)
    if any(other.kind is ClockChangeKind.PAUSE and _overlap(other, asked) for other in _open_changes(clock)):
        return None
    change = ClockChange(
        org_id=clock.org_id, clock_id=clock.id, kind=asked.kind, document_no=document_no, reason=reason, asked_by_id=asked_by_id,
        asked_at=at, due_before=clock.due_on, from_on=from_on,
    )  # fmt: skip
    history.advance(change, ClockChangeStep.ASK, actor, comment=reason, asked=True)
    change.decided_by_id, change.decided_at, change.decision = actor.user_id, at, reason
    history.advance(change, ClockChangeStep.APPROVE, actor, comment=reason, asked=True)
    _apply(clock, change, "approve", actor, reason)
    return change


def end_meanwhile(change: ClockChange, ended_on: date, actor: Actor, reason: str) -> None:
    """The other procedure is over: the clock goes on from this day. One that began and ended on a day is as if it had not been."""
    assert change.from_on is not None
    clock = clock_of(change)
    step, word = (ClockChangeStep.RESUME, "resume") if change.from_on < ended_on else (ClockChangeStep.VOID, "void")
    history.advance(change, step, actor, comment=reason, asked=True)
    if step is ClockChangeStep.RESUME:
        change.to_on = ended_on - ONE_DAY
    if clock.done_on is None and clock.cancelled_at is None:
        _apply(clock, change, word, actor, reason)


def clock_of(change: ClockChange) -> LegalClock:
    return session().get_one(LegalClock, change.clock_id)


def words(change: ClockChange, unit: Unit) -> str:
    """延长 5 个工作日; 中止 2026-11-03 起，至恢复时止."""
    if change.kind is ClockChangeKind.EXTENSION:
        return f"延长 {amount_in_words(change.amount or 0, unit)}"
    return f"中止 {change.from_on} 至 {change.to_on}" if change.to_on else f"中止自 {change.from_on} 起，至恢复时止"


# ---------------------------------------------------------------- what the law allows

def _refuse_stopped(clock: LegalClock) -> None:
    if clock.done_on is not None:
        raise NotAllowedNow(f"该期限已于 {clock.done_on} 办结，不能再变更")
    if clock.cancelled_at is not None:
        raise NotAllowedNow("该期限已撤销，不能再变更")


def _open_changes(clock: LegalClock) -> Sequence[ClockChange]:
    return session().scalars(
        sa.select(ClockChange).where(ClockChange.clock_id == clock.id, ClockChange.state.in_(OPEN)).order_by(ClockChange.id)
    ).all()


def _refuse_unlawful(clock: LegalClock, asked: Request, others: Sequence[ClockChange]) -> None:
    rule = operations.rule_of(clock)
    if not asked.document_no.strip():
        raise NotLikeThis("请填写批准或通知文书的文号", field="document_no")
    if rule.unit is Unit.HOUR:
        raise NotAllowedNow(f"“{rule.name}”按小时计算，不能延长或中止（{rule.article}）")
    if asked.kind is ClockChangeKind.EXTENSION:
        _refuse_extension(clock, rule, asked, others)
    else:
        _refuse_pause(clock, rule, asked, others)


def _refuse_extension(clock: LegalClock, rule: DeadlineRule, asked: Request, others: Sequence[ClockChange]) -> None:
    if asked.amount is None or asked.amount < 1:
        raise NotLikeThis("请填写延长的数量，应为大于 0 的整数", field="amount")
    if rule.standing is Standing.STATUTORY and rule.extension is None and not rule.extension_note:
        raise NotAllowedNow(f"“{rule.name}”是法定期限，法规未规定延长（{rule.article}）")
    before = counting.extension_of(others)
    if rule.extension_final and rule.extension and before:
        raise NotAllowedNow(f"“{rule.name}”只能延长一次，已延长 {amount_in_words(before, rule.unit)}（{rule.article}）")
    counting.deadline(rule, clock.started_on, extend=before + asked.amount)  # the rule itself says how far


def _refuse_pause(clock: LegalClock, rule: DeadlineRule, asked: Request, others: Sequence[ClockChange]) -> None:
    if rule.extension_final and not rule.extension and not rule.pause_note:
        raise NotAllowedNow(f"“{rule.name}”不得中止：{rule.extension_note}（{rule.article}）")
    if asked.from_on is None or not clock.started_on <= asked.from_on <= clock.due_on:
        raise NotLikeThis(f"中止开始日应在起算日 {clock.started_on} 至到期日 {clock.due_on} 之间", field="from_on")
    if asked.to_on is not None and asked.to_on < asked.from_on:
        raise NotLikeThis("中止结束日早于开始日，请核对", field="to_on")
    for other in others:
        if other.kind is ClockChangeKind.PAUSE and _overlap(other, asked):
            raise NotLikeThis(f"与已有的中止（{other.from_on} 至 {other.to_on or '恢复时'}）重叠，请先恢复或作废", field="from_on")
    if asked.to_on is not None:
        counting.deadline(rule, clock.started_on, pauses=[Pause(asked.from_on, asked.to_on)])


def _overlap(other: ClockChange, asked: Request) -> bool:
    assert other.from_on is not None and asked.from_on is not None
    return other.from_on <= (asked.to_on or date.max) and asked.from_on <= (other.to_on or date.max)


# ---------------------------------------------------------------- counted and told

def _apply(clock: LegalClock, change: ClockChange, step: str, actor: Actor, comment: str) -> None:
    before = clock.due_on
    session().flush()  # the change is read with the others
    columns = operations.counted(clock, operations.approved_changes(clock))
    counting.put(clock, columns)
    change.due_after = clock.due_on
    if not sa.inspect(clock).modified:
        sa.orm.attributes.flag_modified(clock, "why")  # an open pause moves no date, but whoever looks at the old page must know
    _tell(clock, change, step, actor, comment, {"due_on": (before, clock.due_on)})


def _tell(
    clock: LegalClock, change: ClockChange, step: str, actor: Actor, comment: str, changes: dict[str, tuple[Any, Any]]
) -> None:
    said = f"{words(change, operations.rule_of(clock).unit)}（{change.document_no}）"
    said = f"{said}：{comment.strip()}" if comment.strip() else said
    history.record(
        LegalClock.__tablename__, clock.id, f"change_{step}", actor, org_id=clock.org_id, name=clock.number, comment=said,
        changes=changes,
    )  # fmt: skip
    operations.tell_case(clock, f"change_{step}", actor, said, changes)
