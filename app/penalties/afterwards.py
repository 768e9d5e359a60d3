"""行政处罚 after its decision: corrected, executed, closed, revoked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app import clock, history
from app.domain.actors import Actor
from app.domain.case_kinds import PenaltyOutcome
from app.domain.penalties import CORRECTABLE, TITLES, date_faults, needs_execution, paid_fault
from app.domain.workflow import PenaltyState, PenaltyStep
from app.errors import NotAllowedNow, NotLikeThis
from app.legal_clocks import operations as legal
from app.penalties import deciding, publishing, queries
from app.penalties.models import Penalty
from app.penalties.operations import refuse_received
from app.penalties.recording import record_of, refuse


def _dates(penalty: Penalty, **new: date | None) -> dict[str, date | None]:
    names = ("filed_on", "decided_on", "served_on", "executed_on", "closed_on")
    return {name: new[name] if name in new else getattr(penalty, name) for name in names}


def correct(
    penalty: Penalty, actor: Actor, written: Mapping[str, Any], reason: str, at: datetime, *, seen: int | None = None
) -> bool:
    """更正登记: a slip in the number, the day or the text. What was decided is not corrected but revoked and decided anew."""
    changes = {
        name: (getattr(penalty, name), written[name])
        for name in CORRECTABLE
        if name in written and written[name] != getattr(penalty, name)
    }
    if not changes and (seen is None or seen == penalty.version):
        return False
    refuse({name: f"{TITLES[name]}不能清空" for name, (before, after) in changes.items() if before and not after})
    if "decided_on" in changes:
        refuse(date_faults(_dates(penalty, decided_on=written["decided_on"]), clock.office_time(at).date()))
        refuse_received(penalty, written["decided_on"])
    if "decision_no" in changes:
        deciding.decision_number(penalty, written["decision_no"], written.get("decided_on") or _decided_on(penalty))
    history.advance(penalty, PenaltyStep.CORRECT, actor, comment=reason, seen=seen, changes=changes)
    for name, (_, value) in changes.items():
        setattr(penalty, name, value)
    deciding.fill_case(penalty, actor)
    deciding.keep_clocks(penalty, actor, reason)
    return True


def _decided_on(penalty: Penalty) -> date:
    assert penalty.decided_on is not None
    return penalty.decided_on


def execute(
    penalty: Penalty, actor: Actor, served_on: date, executed_on: date, paid: Decimal, words: str | None, at: datetime, *,
    seen: int | None = None,
) -> None:  # fmt: skip
    """登记执行: served, then paid and carried out; another sum than the total is said in words."""
    written = record_of(penalty)
    if penalty.state is PenaltyState.DECIDED and not needs_execution(written):
        raise NotAllowedNow("该决定没有需要缴纳或执行的内容，登记送达日期后直接结案即可")
    today = clock.office_time(at).date()
    refuse(date_faults(_dates(penalty, served_on=served_on, executed_on=executed_on), today) | paid_fault(paid, written.total, words))
    changes = {"served_on": (penalty.served_on, served_on), "executed_on": (None, executed_on), "paid": (None, paid)}
    history.advance(penalty, PenaltyStep.EXECUTE, actor, comment=words, seen=seen, changes=changes)
    penalty.served_on, penalty.executed_on, penalty.paid, penalty.execution = served_on, executed_on, paid, words


def close(
    penalty: Penalty, actor: Actor, closed_on: date, at: datetime, *, served_on: date | None = None, seen: int | None = None
) -> None:
    """结案. What is to be executed has been; what has only to be told has been served."""
    served = served_on or penalty.served_on
    if penalty.state is PenaltyState.DECIDED:
        if needs_execution(record_of(penalty)):
            raise NotAllowedNow("该决定有罚没、停产停业或吊销内容，请先登记执行情况，再结案")
        if served is None and penalty.outcome in (PenaltyOutcome.PUNISHED, PenaltyOutcome.EXEMPT):
            raise NotLikeThis("请填写决定书送达日期，再结案", field="served_on")
    refuse(date_faults(_dates(penalty, served_on=served, closed_on=closed_on), clock.office_time(at).date()))
    changes = {"closed_on": (None, closed_on), "served_on": (penalty.served_on, served)}
    history.advance(penalty, PenaltyStep.CLOSE, actor, seen=seen, changes=changes)
    penalty.closed_on, penalty.served_on = closed_on, served


def revoke(
    penalty: Penalty, actor: Actor, revoked_on: date, reason: str, at: datetime, *, seen: int | None = None
) -> None:
    """撤销: after a retest that passes, or what was filed or decided in error. Its publication is due for removal at once."""
    decided = penalty.decided_on is not None
    today = clock.office_time(at).date()
    if not (penalty.decided_on or penalty.filed_on) <= revoked_on <= today:
        since = penalty.decided_on or penalty.filed_on
        raise NotLikeThis(f"撤销日期应在 {since} 与今天之间，请核对", field="revoked_on")
    history.advance(
        penalty, PenaltyStep.REVOKE, actor, comment=reason, seen=seen, changes={"revoked_on": (None, revoked_on)}
    )
    penalty.revoked_on = revoked_on
    legal.cancel(penalty, actor, reason=f"处罚案件撤销：{reason}")
    if decided:
        deciding.empty_case(penalty, actor, revoked_on, reason.strip())
        publishing.hurry_removal(queries.standing_publications(penalty.id), revoked_on)
