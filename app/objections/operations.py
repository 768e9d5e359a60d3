"""异议, changed: registered, corrected, accepted or declined, looked into, concluded, told. Never commits, never sees a request.

Whoever registers an application neither accepts nor concludes it; whoever looked into it does not conclude it either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.db import session
from app.domain import objections as rules
from app.domain.actors import Actor
from app.domain.case_kinds import ObjectionEffect, ObjectionKind, ObjectionOutcome, Side
from app.domain.samples import Supervision
from app.domain.workflow import ObjectionState, ObjectionStep, SampleState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.objections import effects, queries, timing
from app.objections.effects import Verdicts
from app.objections.models import Objection
from app.sampling.models import Sample

KIND = Objection.__tablename__
STEP = ObjectionStep
TWICE = "这件异议刚刚已经登记，没有重复登记：请在异议列表中查看"
ONLY_ONCE = "补正材料只能一次性告知，本异议已于 {} 告知过：材料仍不符合要求的，请作不予受理决定"
EDITED = ("kind", "side", "applicant", "contact", "applied_on", "received_on", "window_from", "content", "evidence")
CONCLUDED_BY_RECORDER = "登记核查情况与作出审核结论不得为同一人，请由另一名审核人办理"


@dataclass(frozen=True, slots=True)
class Application:
    """异议申请, as it came in. ``window_from`` is the receipt of the notice, where no 送达回证 says it."""

    kind: ObjectionKind
    side: Side
    applicant: str
    applied_on: date
    received_on: date
    content: str
    contact: str | None = None
    evidence: str | None = None
    window_from: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """审核结论; ``items`` are the result rows that are judged 合格 from now on."""

    outcome: ObjectionOutcome
    effect: ObjectionEffect
    text: str
    items: Verdicts = ()


def _today(at: datetime) -> date:
    return clock.office_time(at).date()


def _fault(found: tuple[str, str] | None) -> None:
    if found is not None:
        raise NotLikeThis(found[1], field=found[0])


# ---------------------------------------------------------------- 申请

def refuse_unfit(sample: Sample, kind: ObjectionKind) -> None:
    """Is there anything about this sample that an objection of this kind could be about?"""
    if sample.state not in (SampleState.REGISTERED, SampleState.REPORTED):
        raise NotAllowedNow(f"样品“{sample.number}”没有抽取或已作废，不登记异议")
    if kind is not ObjectionKind.SAMPLING and sample.supervision is not Supervision.FAIL:
        raise NotLikeThis(f"样品“{sample.number}”的监督抽检结论不是不合格，只能登记抽样过程异议", field="kind")


def apply(sample: Sample, written: Application, actor: Actor, at: datetime, *, key: str | None = None) -> Objection:
    """登记异议申请. ``key`` is the page's own: a second sending of the same page registers nothing more."""
    refuse_unfit(sample, written.kind)
    office = queries.receiver(sample, written.kind)
    if office.id not in actor.reach:
        raise NotLikeThis(f"{written.kind.value}应当向{office.name}提出，请告知申请人，或将材料转送该局登记", field="kind")
    queries.lock_sample(sample)
    day = _checked(sample, written, at)
    if (other := queries.running_like(sample.id, written.kind, written.applicant.strip())) is not None:
        raise NotAllowedNow(f"{written.applicant}对该样品的{written.kind.value}正在办理（{other}），请在该件上办理，不要重复登记")
    year = _today(at).year
    made = Objection(
        org_id=office.id, sample_id=sample.id, sample=sample, number=f"异议〔{year}〕{counters.take(office.id, KIND, year)[0]}号",
        asked_by_id=actor.user_id, asked_at=at, submission_key=key, **_columns(written, day),
    )  # fmt: skip
    said = f"{written.kind.value}，{written.applicant}：{written.content}"[:500]
    changes = {name: (None, getattr(made, name)) for name in ("side", "applied_on", "received_on", "window_from", "evidence")}
    try:
        history.advance(made, STEP.APPLY, actor, comment=said, changes=changes)
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    timing.received(made, actor)
    return made


def _checked(sample: Sample, written: Application, at: datetime) -> date | None:
    """The day that sets the window off. Raises NotLikeThis for what cannot be true."""
    for name, title in (("applicant", "申请人"), ("content", "异议内容")):
        if not getattr(written, name).strip():
            raise NotLikeThis(f"请填写{title}", field=name)
    day, proven = timing.begun(written.kind, written.side, sample, written.window_from)
    if written.window_from is not None and proven and written.window_from != day:
        source = "抽样过程异议自抽样日期起算" if written.kind is ObjectionKind.SAMPLING else "送达回证登记的送达日期"
        raise NotLikeThis(f"{source}为 {day}，与填写的不同：此栏请留空，登记有误的请先更正登记", field="window_from")
    said = None if proven and written.kind is not ObjectionKind.SAMPLING else day
    _fault(rules.filing_fault(written.kind, written.applied_on, written.received_on, said, _today(at)))
    return day


def _columns(written: Application, day: date | None) -> dict[str, Any]:
    columns = {name: getattr(written, name) for name in EDITED} | {"window_from": day}
    return {name: (value.strip() or None) if isinstance(value, str) else value for name, value in columns.items()} | {
        "kind": written.kind, "side": written.side,
    }


def edit(objection: Objection, written: Application, actor: Actor, at: datetime, *, seen: int | None = None) -> bool:
    """修改申请登记, before anybody has decided about it. Returns False when nothing differs."""
    refuse_unfit(objection.sample, written.kind)
    if queries.receiver(objection.sample, written.kind).id != objection.org_id:
        raise NotLikeThis("改为该类别后受理部门不同：请撤回本件，由该部门重新登记", field="kind")
    columns = _columns(written, _checked(objection.sample, written, at))
    changes = {name: (getattr(objection, name), value) for name, value in columns.items() if getattr(objection, name) != value}
    if not changes and (seen is None or seen == objection.version):
        return False
    history.advance(objection, STEP.EDIT, actor, seen=seen, changes=changes)
    for name, value in columns.items():
        setattr(objection, name, value)
    timing.received_again(objection, actor)
    return True


def withdraw(objection: Objection, actor: Actor, reason: str, *, seen: int | None = None) -> None:
    """申请人撤回, until it is concluded: its clocks go with it."""
    history.advance(objection, STEP.WITHDRAW, actor, comment=reason, seen=seen)
    session().flush()  # whoever concludes it at the same moment is told now
    timing.gone(objection, actor, f"申请人撤回异议：{reason.strip()}")


# ---------------------------------------------------------------- 补正

def ask_correction(
    objection: Objection, actor: Actor, at: datetime, *, wanting: str, asked_on: date, due_on: date, seen: int | None = None
) -> None:
    """一次性补正告知 (办法 38), and never a second time."""
    if objection.correction_asked_on is not None:
        raise NotAllowedNow(ONLY_ONCE.format(objection.correction_asked_on))
    _fault(rules.step_fault("asked_on", "告知日期", asked_on, objection.received_on, "收到异议申请的日期", _today(at)))
    if due_on <= asked_on:
        raise NotLikeThis(f"补正期限应晚于告知日期（{asked_on}），请核对", field="due_on")
    changes = {"correction_due_on": (None, due_on)}
    history.advance(objection, STEP.ASK_CORRECTION, actor, comment=wanting, seen=seen, changes=changes)
    objection.correction, objection.correction_asked_on, objection.correction_due_on = wanting.strip(), asked_on, due_on
    timing.correction_asked(objection, asked_on, actor)


def supplement(objection: Objection, actor: Actor, at: datetime, *, on: date, evidence: str, seen: int | None = None) -> None:
    """登记补正材料: the five days for the decision on acceptance begin with it."""
    asked_on = objection.correction_asked_on or objection.received_on
    _fault(rules.step_fault("supplemented_on", "收到补正材料的日期", on, asked_on, "告知补正的日期", _today(at)))
    changes = {"evidence": (objection.evidence, evidence.strip() or None)}
    history.advance(objection, STEP.SUPPLEMENT, actor, comment=f"{on} 收到补正材料", seen=seen, changes=changes)
    objection.supplemented_on, objection.evidence = on, evidence.strip() or None
    timing.supplemented(objection, on, actor)


# ---------------------------------------------------------------- 受理

def hindrances(objection: Objection) -> list[str]:
    """Why it may not be accepted as it is."""
    found = rules.obstacles(objection.side, timing.window_of(objection))
    return found + rules.defects(objection.kind, objection.side, objection.evidence)


def grounds(objection: Objection) -> list[str]:
    """Why it may be declined: what cannot be supplied, or what was not supplied when it was asked for."""
    found = rules.obstacles(objection.side, timing.window_of(objection))
    wanting = rules.defects(objection.kind, objection.side, objection.evidence) if objection.correction_asked_on else []
    if objection.state is ObjectionState.CORRECTING:
        wanting = [f"期满（{objection.correction_due_on}）未补正：{objection.correction}"]
    return found + wanting


def accept(objection: Objection, actor: Actor, at: datetime, *, on: date, seen: int | None = None) -> bool:
    """受理, by somebody else than who registered it. A second click of the same page changes nothing and returns False."""
    if _clicked_again(objection, ObjectionState.ACCEPTED, objection.accepted_by_id, actor, seen):
        return False
    begun, _ = timing.begun(objection.kind, objection.side, objection.sample, objection.window_from)
    changes = {"window_from": (objection.window_from, begun), "accepted_on": (None, on)}
    with session().no_autoflush:  # one change, so that a second click knows it by its version
        history.advance(objection, STEP.ACCEPT, actor, seen=seen, changes=changes)
        _refuse_unfit_for_acceptance(objection, on, _today(at))
        objection.window_from, objection.accepted_on, objection.accepted_by_id = begun, on, actor.user_id
    session().flush()
    timing.accepted(objection, on, actor)
    return True


def _refuse_unfit_for_acceptance(objection: Objection, on: date, today: date) -> None:
    if found := rules.obstacles(objection.side, timing.window_of(objection)):
        raise NotAllowedNow(f"不能受理：{'；'.join(found)}。请作不予受理决定")
    if found := rules.defects(objection.kind, objection.side, objection.evidence):
        then = "补正后仍不符合要求，请作不予受理决定" if objection.correction_asked_on else "请先一次性告知补正"
        raise NotAllowedNow(f"材料不符合要求：{'；'.join(found)}。{then}")
    since = objection.supplemented_on or objection.received_on
    _fault(rules.step_fault("accepted_on", "受理日期", on, since, "收到材料的日期", today))


def _clicked_again(objection: Objection, state: ObjectionState, by: int | None, actor: Actor, seen: int | None) -> bool:
    return objection.state is state and seen == objection.version - 1 and by is not None and by == actor.user_id


def decline(objection: Objection, actor: Actor, at: datetime, *, reason: str, seen: int | None = None) -> None:
    """不予受理, with written reasons. An application that waits for its correction is not declined before the time for it is over."""
    today = _today(at)
    waiting = objection.state is ObjectionState.CORRECTING and objection.correction_due_on is not None
    if waiting and objection.correction_due_on is not None and today <= objection.correction_due_on:
        raise NotAllowedNow(f"补正期限到 {objection.correction_due_on}，期满仍未补正的才能不予受理；申请人不再补正的，可登记撤回")
    history.advance(objection, STEP.DECLINE, actor, comment=reason, seen=seen)
    objection.refusal, objection.decided_on, objection.decided_by_id = reason.strip()[:1000], today, actor.user_id
    session().flush()
    timing.ended(objection, rules.ACCEPT, today, "已决定不予受理", actor)


# ---------------------------------------------------------------- 审核

def record(objection: Objection, actor: Actor, *, investigation: str, seen: int | None = None) -> bool:
    """登记核查情况. Returns False when nothing differs."""
    text = investigation.strip()
    if not text:
        raise NotLikeThis("请填写核查情况", field="investigation")
    if text == objection.investigation and (seen is None or seen == objection.version):
        return False
    history.advance(objection, STEP.RECORD, actor, seen=seen, changes={"investigation": (objection.investigation, text)})
    objection.investigation = text
    return True


def decide(objection: Objection, decision: Decision, actor: Actor, at: datetime, *, seen: int | None = None) -> bool:
    """作出审核结论; what it changes is changed in the same transaction. A second click of the same page returns False."""
    if _clicked_again(objection, ObjectionState.DECIDED, objection.decided_by_id, actor, seen):
        return False
    changes = {
        "outcome": (None, decision.outcome.value), "effect": (None, decision.effect.value),
        "改判合格的项目": (None, effects.named(objection, decision.items)),
    }  # fmt: skip
    with session().no_autoflush:  # state and outcome are one change: the table holds that one is never without the other
        history.advance(objection, STEP.DECIDE, actor, comment=decision.text, seen=seen, changes=changes)
        _refuse_unready(objection, decision, actor)
        objection.outcome, objection.effect, objection.decision = decision.outcome, decision.effect, decision.text.strip()
        objection.decided_on, objection.decided_by_id = _today(at), actor.user_id
    session().flush()  # whoever concludes or withdraws it at the same moment is told now
    timing.ended(objection, rules.DECIDE[objection.kind], _today(at), f"审核结论：{decision.outcome.value}", actor)
    effects.apply(objection, decision.effect, decision.items, actor, at)
    return True


def _refuse_unready(objection: Objection, decision: Decision, actor: Actor) -> None:
    if not (objection.investigation or "").strip():
        raise NotAllowedNow("请先登记核查情况，再作出审核结论")
    if looked_into_by(objection, actor):
        raise NotAllowed(CONCLUDED_BY_RECORDER)
    fault = rules.effect_fault(
        objection.kind, decision.outcome, decision.effect, items=len(decision.items),
        producer_named=effects.producer_named(objection.sample),
    )  # fmt: skip
    if fault is not None:
        raise NotLikeThis(fault, field="effect")


def looked_into_by(objection: Objection, actor: Actor) -> bool:
    """Has this person recorded 核查情况?"""
    entries = history.entries_of(KIND, objection.id)
    return actor.user_id is not None and any(one.step == STEP.RECORD.value and one.actor_id == actor.user_id for one in entries)


def tell(objection: Objection, actor: Actor, at: datetime, *, on: date, comment: str | None = None, seen: int | None = None) -> None:
    """通知审核结论."""
    decided_on = objection.decided_on or objection.received_on
    _fault(rules.step_fault("told_on", "通知日期", on, decided_on, "作出结论的日期", _today(at)))
    history.advance(objection, STEP.TELL, actor, comment=comment, seen=seen, changes={"told_on": (None, on)})
    objection.told_on = on
