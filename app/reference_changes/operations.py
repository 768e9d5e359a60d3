"""基础数据变更, proposed, adopted, refused and withdrawn. Never commits, never sees a request.

    propose(Wish(ChangeAct.POPULATION, values, reason, source), actor, at)

What moves figures, deadlines or verdicts waits for a second person; what only adds is carried out at once. Adopting writes the version,
counts the deadlines again and keeps what has moved, in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from app import clock, counters, history
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.reference_acts import ACTS, ChangeAct, needs_second_person
from app.domain.trust_states import ChangeState, ChangeStep
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.reference_changes import queries, registry
from app.reference_changes.effects import Effect, carried_out, foreseen
from app.reference_changes.handling import Told, Values, stamp
from app.reference_changes.models import ReferenceChange

COUNTER = "reference_change"
STALE = "提出之后，现行数据已被其他变更改动，不能再按原提案采用；请不予采用或撤回，由系统管理员按现行数据重新提出"
ALONE = "本单位已设定基础数据变更不需第二人复核（REFERENCE_SECOND_PERSON 为否）"


@dataclass(frozen=True, slots=True)
class Wish:
    """提出的变更: what, why, and by which document."""

    act: ChangeAct
    values: Values
    reason: str
    source: str
    submission_key: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A change before it is sent."""

    told: Told
    effect: Effect
    two_people: bool


def second_person() -> bool:
    return bool(current_app.config["REFERENCE_SECOND_PERSON"])


def shown(wish: Wish, actor: Actor) -> Shown:
    """What the change says and what it would move. Inside a transaction, in which nothing stays written."""
    _allowed(actor)
    told = registry.handler(wish.act).told(wish.values)
    return Shown(told, foreseen(wish.act, wish.values, actor), needs_second_person(wish.act, second_person()))


def _allowed(actor: Actor) -> None:
    if not permits(actor, Permission.CHANGE_PROPOSE, None):
        raise NotAllowed("基础数据变更由系统管理员提出，如确需变更请联系系统管理员")


def propose(wish: Wish, actor: Actor, at: datetime) -> ReferenceChange:
    """提出变更; where no second person is needed it takes effect at once.

    Raises NotAllowed, NotAllowedNow while another proposal about the same waits, NotLikeThis where it makes no change.
    """
    made = queries.of_form(wish.submission_key)
    if made is not None:
        return made
    if not wish.reason.strip():
        raise NotLikeThis("请填写变更理由", field="reason")
    if not wish.source.strip():
        raise NotLikeThis("请填写依据文件，如文号和名称", field="source")
    found = shown(wish, actor)
    kind = ACTS[wish.act].kind
    other = queries.waiting(kind, found.told.subject_key)
    if other is not None:
        raise NotAllowedNow(f"“{found.told.subject_key}”已有待复核的变更 {other.number}，请等它复核后再提出，或先撤回它")
    change = _row(wish, found, actor, at)
    changes = {line.label: (line.before, line.after) for line in found.told.lines}
    history.advance(change, ChangeStep.PROPOSE, actor, comment=wish.reason, changes=changes)
    if not found.two_people:
        why = ALONE if ACTS[wish.act].two_people else f"{ACTS[wish.act].why}，不需第二人复核"
        _adopt(change, None, why, at, actor)
    return change


def said(change: ReferenceChange) -> str:
    """What is told of a change that has just been proposed."""
    if change.state is ChangeState.ADOPTED:
        return f"已生效：{change.title}（{change.number}）"
    return f"已提出：{change.title}（{change.number}），待第二人复核后生效"


def _row(wish: Wish, found: Shown, actor: Actor, at: datetime) -> ReferenceChange:
    org_id, year = queries.in_charge(), clock.office_time(at).year
    return ReferenceChange(
        org_id=org_id, number=f"数变〔{year}〕{counters.take(org_id, COUNTER, year)[0]}号", kind=ACTS[wish.act].kind,
        subject_key=found.told.subject_key, title=found.told.title,
        payload={
            "act": wish.act.value, "values": dict(wish.values), "base": stamp(registry.handler(wish.act).base(wish.values)),
            "lines": [[line.label, line.before, line.after] for line in found.told.lines],
        },
        effect=found.effect, valid_from=found.told.valid_from, source=wish.source.strip()[:300], reason=wish.reason.strip()[:400],
        proposed_by_id=actor.user_id, proposed_at=at, submission_key=wish.submission_key,
    )  # fmt: skip


def decides(actor: Actor, change: ReferenceChange) -> bool:
    """May this person adopt or refuse this change? Security settings are the security administrator's, all else a reviewer's."""
    return permits(actor, Permission.SETTING_ADOPT, change) or permits(actor, Permission.CHANGE_ADOPT, change)


def _refuse_unless_decides(change: ReferenceChange, actor: Actor) -> None:
    if decides(actor, change):
        return
    who = "安全管理员" if change.of_security else "运行本系统的单位的审核人或局领导"
    raise NotAllowed(f"这项变更由{who}复核，且不得是提出人本人")


def adopt(change: ReferenceChange, actor: Actor, comment: str | None, at: datetime, *, seen: int | None = None) -> Effect:
    """复核采用. Returns what has moved."""
    if change.state is ChangeState.PROPOSED:
        _refuse_unless_decides(change, actor)
    return _adopt(change, actor.user_id, comment, at, actor, seen=seen)


def _adopt(
    change: ReferenceChange, decider_id: int | None, comment: str | None, at: datetime, actor: Actor, *, seen: int | None = None
) -> Effect:
    act, values = queries.act_of(change), change.payload["values"]
    history.advance(change, ChangeStep.ADOPT, actor, comment=comment, seen=seen, asked=True)
    if stamp(registry.handler(act).base(values)) != change.payload["base"]:
        raise NotAllowedNow(STALE)
    done = carried_out(act, values, actor, change.id)
    change.effect = {**change.effect, "done": done}
    change.decided_by_id, change.decided_at, change.opinion = decider_id, at, _short(comment)
    return done


def refuse(change: ReferenceChange, actor: Actor, comment: str | None, at: datetime, *, seen: int | None = None) -> None:
    """不予采用, with an opinion."""
    if change.state is ChangeState.PROPOSED:
        _refuse_unless_decides(change, actor)
    history.advance(change, ChangeStep.REFUSE, actor, comment=comment, seen=seen, asked=True)
    change.decided_by_id, change.decided_at, change.opinion = actor.user_id, at, _short(comment)


def withdraw(change: ReferenceChange, actor: Actor, comment: str | None, at: datetime, *, seen: int | None = None) -> None:
    """撤回, by whoever proposed it."""
    if change.state is ChangeState.PROPOSED and actor.user_id != change.proposed_by_id:
        raise NotAllowed("只有提出人可以撤回变更；不同意的由复核人不予采用")
    history.advance(change, ChangeStep.WITHDRAW, actor, comment=comment, seen=seen)
    change.decided_at, change.opinion = at, _short(comment)


def _short(comment: Any) -> str | None:
    return str(comment).strip()[:400] or None if comment else None
