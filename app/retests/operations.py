"""复检, changed: registered, decided by another person, withdrawn, terminated. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.domain.actors import Actor
from app.domain.case_kinds import Side
from app.domain.retests import ARTICLES, Ground, day_fault
from app.domain.samples import Supervision
from app.domain.workflow import RetestState, RetestStep, SampleState
from app.errors import NotAllowedNow, NotLikeThis
from app.retests import clocks, feasibility, pausing, queries
from app.retests.models import Retest, RetestItem
from app.sampling.models import Sample

KIND = Retest.__tablename__
TWICE = "这份复检申请刚刚已经登记，没有重复登记：请在复检列表中查看"
LONGEST_WHY = 300
WRITTEN = ("side", "applicant", "contact", "served_on", "applied_on", "received_on", "reason")


@dataclass(frozen=True, slots=True)
class Written:
    """An application as somebody wrote it down."""

    side: Side
    applicant: str
    contact: str | None
    served_on: date | None
    applied_on: date
    received_on: date
    reason: str
    items: Collection[str]


def refuse_unfit(sample: Sample) -> None:
    """Is there anything to be tested again?"""
    if sample.state is not SampleState.REPORTED or sample.supervision is not Supervision.FAIL:
        raise NotAllowedNow(f"样品“{sample.number}”的检验结论不是不合格，没有可以申请复检的项目")


def apply(sample: Sample, written: Written, actor: Actor, at: datetime, *, key: str | None = None) -> Retest:
    """登记复检申请, whatever may come of it: what was received is decided on in writing. ``key`` is the page's own."""
    refuse_unfit(sample)
    today = clock.office_time(at).date()
    _refuse_faults(sample, written, today)
    running = [one for one in queries.of_sample(sample.id) if one.side is written.side and one.state in queries.LIVE]
    if running:
        raise NotAllowedNow(f"{written.side.value}已有一件复检正在办理（{running[0].number}），不能重复登记")
    serial = counters.take(sample.org_id, KIND, written.received_on.year)[0]
    made = Retest(
        org_id=sample.org_id, sample_id=sample.id, number=f"复检〔{written.received_on.year}〕{serial}号", asked_by_id=actor.user_id,
        asked_at=at, submission_key=key, items=_items(sample, written.items), **{name: getattr(written, name) for name in WRITTEN},
    )  # fmt: skip
    changes: dict[str, tuple[Any, Any]] = {name: (None, getattr(written, name)) for name in WRITTEN}
    changes["items"] = (None, "、".join(item.item for item in made.items if item.wanted))
    try:
        history.advance(made, RetestStep.APPLY, actor, comment=f"{written.applicant}（{written.side.value}）", changes=changes)
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    made.sample = sample
    clocks.applied(made, actor)
    clocks.start(made, clocks.ACCEPT, made.received_on, actor)
    return made


def _refuse_faults(sample: Sample, written: Written, today: date) -> None:
    names = feasibility.named(queries.failing_rows(sample.id))
    if not written.items:
        raise NotLikeThis("请至少选择一个申请复检的项目", field="items")
    unknown = next((name for name in written.items if name not in names), None)
    if unknown is not None:
        raise NotLikeThis(f"“{unknown}”不在当前有效报告的不合格项目中，可选：{'、'.join(names)}", field="items")
    if written.applied_on > written.received_on:
        raise NotLikeThis(f"申请日期不能晚于收到申请材料日期（{written.received_on}），请核对", field="applied_on")
    if (fault := day_fault({}, "received_on", written.received_on, today)) is not None:
        raise NotLikeThis(fault, field="received_on")
    if sample.reported_on is not None and written.applied_on < sample.reported_on:
        raise NotLikeThis(f"申请日期早于检验报告日期（{sample.reported_on}），请核对", field="applied_on")
    if written.served_on is not None and written.served_on > today:
        raise NotLikeThis(f"收到检验结论日期不能晚于今天（{today}），请核对", field="served_on")


def _items(sample: Sample, wanted: Collection[str]) -> list[RetestItem]:
    """Every failing item in force, so that what was not asked for is seen as well."""
    return [
        RetestItem(
            org_id=sample.org_id, result_row_id=row.id, item=name, wanted=name in wanted, feasible=not feasibility.is_microbial(row),
            first_result=" ".join(part for part in (row.result_written, row.unit) if part)[:200] or None, limit_text=row.limit_text,
        )
        for name, row in feasibility.named(queries.failing_rows(sample.id)).items()
    ]  # fmt: skip


def edit(retest: Retest, written: Written, actor: Actor, at: datetime, *, seen: int | None = None) -> bool:
    """修改 what was registered, before it is decided. Returns False when nothing differs."""
    _refuse_faults(retest.sample, written, clock.office_time(at).date())
    changes: dict[str, tuple[Any, Any]] = {
        name: (getattr(retest, name), getattr(written, name)) for name in WRITTEN if getattr(retest, name) != getattr(written, name)
    }
    before, after = _wanted(retest), sorted(written.items)
    if before != after:
        changes["items"] = ("、".join(before), "、".join(after))
    if not changes and (seen is None or seen == retest.version):
        return False
    history.advance(retest, RetestStep.EDIT, actor, seen=seen, changes=changes)
    for name in WRITTEN:
        setattr(retest, name, getattr(written, name))
    for item in retest.items:
        item.wanted = item.item in written.items
    clocks.applied(retest, actor)
    clocks.start(retest, clocks.ACCEPT, retest.received_on, actor)
    return True


def _wanted(retest: Retest) -> list[str]:
    return sorted(item.item for item in retest.items if item.wanted)


# ---------------------------------------------------------------- decided by another person

def accept(retest: Retest, on: date, actor: Actor, at: datetime, comment: str | None, *, seen: int | None = None) -> None:
    """受理. What the law does not allow (第三十一条) is refused; what was shown is kept with the decision."""
    found = _decide(retest, on, at)
    if retest.state is RetestState.APPLIED and not found.feasible:
        raise NotLikeThis("不能受理：" + "；".join(each.sentence for each in found.refusals))
    changes = {"decided_on": (None, on)}
    history.advance(retest, RetestStep.ACCEPT, actor, comment=comment, seen=seen, changes=changes)
    _decided(retest, on, actor, comment, found.lines)
    by_name = {each.name: each for each in found.items}
    for item in retest.items:
        if (answer := by_name.get(item.item)) is not None:
            item.feasible, item.why = answer.feasible, (answer.why or "")[:LONGEST_WHY] or None
    clocks.stop(retest, clocks.ACCEPT, on, "受理", actor)
    clocks.start(retest, clocks.ORG, on, actor)
    pausing.stand_still(retest, on, actor, at)


def decline(
    retest: Retest, on: date, ground: Ground, actor: Actor, at: datetime, comment: str, *, seen: int | None = None
) -> None:
    """不予受理, with the ground of the law and the reason in writing."""
    found = _decide(retest, on, at)
    if not comment.strip():
        raise NotLikeThis("不予受理应当书面说明理由，请填写", field="comment")
    said = f"{ground.value}（{ARTICLES[ground]}）：{comment.strip()}"
    history.advance(retest, RetestStep.DECLINE, actor, comment=said, seen=seen, changes={"decided_on": (None, on)})
    _decided(retest, on, actor, said, found.lines)
    clocks.stop(retest, clocks.ACCEPT, on, "不予受理", actor)
    clocks.cancel(retest, actor, "不予受理")


def _decide(retest: Retest, on: date, at: datetime) -> Any:
    today = clock.office_time(at).date()
    refuse_day(retest, "decided_on", on, today)
    return feasibility.of_retest(retest, today)


def _decided(retest: Retest, on: date, actor: Actor, said: str | None, lines: list[str]) -> None:
    retest.decided_on, retest.decided_by_id, retest.decision = on, actor.user_id, (said or "").strip()[:1000] or None
    retest.feasibility = "\n".join(lines)


def refuse_day(retest: Retest, name: str, on: date, today: date) -> None:
    """A day that cannot be, said at its field. The dates of steps that are taken again do not count."""
    dates = {each: getattr(retest, each) for each in ("applied_on", *_before(retest.state)) if each != name}
    fault = day_fault(dates, name, on, today)
    if fault is not None:
        raise NotLikeThis(fault, field=name)


def _before(state: RetestState) -> tuple[str, ...]:
    """The dates that are on record when a retest stands in this state."""
    by_state = {
        RetestState.APPLIED: (), RetestState.ACCEPTED: ("decided_on",), RetestState.DESIGNATED: ("decided_on", "designated_on"),
        RetestState.HANDED: ("decided_on", "designated_on", "handed_on", "arrived_on"),
    }
    later = ("decided_on", "designated_on", "handed_on", "arrived_on", "concluded_on", "result_received_on", "told_on")
    return ("received_on", *by_state.get(state, later))


# ---------------------------------------------------------------- ended early

def withdraw(retest: Retest, on: date, actor: Actor, at: datetime, reason: str, *, seen: int | None = None) -> None:
    """申请人撤回."""
    _end(retest, RetestStep.WITHDRAW, on, actor, at, reason, seen)


def terminate(retest: Retest, on: date, actor: Actor, at: datetime, reason: str, *, seen: int | None = None) -> None:
    """终止: the backup sample is of no use, or the applicant does not pay in advance (条例 42). The first conclusion stands."""
    _end(retest, RetestStep.TERMINATE, on, actor, at, reason, seen)


def _end(retest: Retest, step: RetestStep, on: date, actor: Actor, at: datetime, reason: str, seen: int | None) -> None:
    refuse_ending_day(retest, on, clock.office_time(at).date())
    history.advance(retest, step, actor, comment=reason, seen=seen, changes={"ended_on": (None, on)})
    clocks.cancel(retest, actor, reason.strip())
    pausing.go_on(retest, on, actor, reason.strip())


def refuse_ending_day(retest: Retest, on: date, today: date) -> None:
    floor = max(day for name in _before(retest.state) if (day := getattr(retest, name)) is not None)
    if not floor <= on <= today:
        raise NotLikeThis(f"日期应在 {floor} 至今天（{today}）之间，请核对", field="ended_on")
