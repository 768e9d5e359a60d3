"""Cases, changed: opened and cancelled with their results (``opening``), claimed, recorded, submitted and decided by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app import clock, history
from app.db import session
from app.disposal import clock_keeping, clocks
from app.disposal.models import DisposalCase
from app.disposal.opening import cancel_for_samples, open_for_samples
from app.domain.actors import Actor
from app.domain.case_record import RECORDED, TITLES, CaseRecord, differences, faults
from app.domain.disposal import missing
from app.domain.workflow import CaseStep
from app.errors import NotAllowedNow, NotLikeThis
from app.legal_clocks import operations as legal_clocks
from app.legal_clocks.models import LegalClock

__all__ = [
    "FaultyRecord", "approve", "cancel_for_samples", "claim", "complete_clocks", "open_for_samples", "recall", "record", "record_of",
    "recount", "return_to_handler", "submit",
]  # fmt: skip

CENT = Decimal("0.01")


class FaultyRecord(NotLikeThis):
    """What was typed cannot be true; ``faults`` names every field with its sentence."""

    def __init__(self, found: Mapping[str, str]) -> None:
        super().__init__("；".join(found.values()))
        self.faults = found


def record_of(case: DisposalCase) -> CaseRecord:
    """What has been recorded so far."""
    values: dict[str, Any] = {name: getattr(case, name) for name in RECORDED}
    if case.penalty_amount is not None:
        values["penalty_amount"] = case.penalty_amount.quantize(CENT)
    return CaseRecord(**values)


def claim(case: DisposalCase, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """领取: the case is now this handler's. Taking it is starting it, unless another day is recorded later."""
    started_on = case.started_on or clock.office_time(at).date()
    changes = {"handler_id": (case.handler_id, actor.user_id), "started_on": (case.started_on, started_on)}
    history.advance(case, CaseStep.CLAIM, actor, seen=seen, changes=changes)
    case.handler_id, case.claimed_at, case.started_on = actor.user_id, at, started_on
    clock_keeping.keep([case], actor)


def record(
    case: DisposalCase, actor: Actor, written: CaseRecord, at: datetime, *, reason: str | None = None, seen: int | None = None
) -> bool:
    """登记办理情况, any part of it in any order. Returns False when nothing differs from what is already there.

    Raises FaultyRecord when something cannot be true, NotAllowedNow when somebody else saved first.
    """
    before = record_of(case)
    changes = differences(before, written)
    if not changes and (seen is None or seen == case.version):
        return False
    comment = _told(changes, reason)
    history.advance(case, CaseStep.RECORD, actor, seen=seen, comment=comment, changes=changes)
    _refuse_faults(case, written, at, bool((reason or "").strip()), "received_on" in changes)
    _set_columns(case, {name: getattr(written, name) for name in changes})
    clock_keeping.keep([case], actor, reason)
    return True


def _told(changes: Mapping[str, Any], reason: str | None) -> str:
    told = f"登记：{'、'.join(TITLES[name] for name in changes)}"
    return f"{told}；收到日期更正理由：{reason.strip()}" if "received_on" in changes and reason else told


def _refuse_faults(case: DisposalCase, written: CaseRecord, at: datetime, reasoned: bool, clock_moved: bool) -> None:
    sample = case.sample
    today = clock.office_time(at).date()
    found = faults(written, today, sampled_on=sample.sampled_on, reported_on=sample.reported_on)
    if clock_moved and not reasoned:
        found["reason"] = "更正收到不合格结论日期会改变办理期限，请填写更正理由"
    if found:
        raise FaultyRecord(found)


def _set_columns(case: DisposalCase, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(case, name, value)


def submit(case: DisposalCase, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """提交审核, once every element is done or exempted with a reason."""
    history.advance(case, CaseStep.SUBMIT, actor, seen=seen)
    _refuse_gaps(case, "提交审核")
    case.submitted_by_id, case.submitted_at = actor.user_id, at


def _refuse_gaps(case: DisposalCase, step: str) -> None:
    gaps = missing(case.mode, record_of(case))
    if gaps:
        raise NotAllowedNow(f"还不能{step}：{'；'.join(gap.sentence for gap in gaps)}。请补充登记，或填写免除理由后再办理")


def recall(case: DisposalCase, actor: Actor, *, seen: int | None = None) -> None:
    """撤回送审, by whoever submitted it, while nobody has decided."""
    history.advance(case, CaseStep.RECALL, actor, seen=seen)
    case.submitted_by_id = case.submitted_at = None


def approve(case: DisposalCase, actor: Actor, at: datetime, comment: str | None, *, seen: int | None = None) -> None:
    """审核通过: the case is closed. 经办与审核不得为同一人 is asked by the arrow and held by the table itself."""
    history.advance(case, CaseStep.APPROVE, actor, comment=comment, seen=seen)
    _refuse_gaps(case, "审核通过")
    case.approved_by_id, case.closed_at, case.closed_on = actor.user_id, at, clock.office_time(at).date()
    clock_keeping.keep([case], actor)


def return_to_handler(case: DisposalCase, actor: Actor, comment: str | None, *, seen: int | None = None) -> None:
    """退回经办人, with the reason."""
    history.advance(case, CaseStep.RETURN, actor, comment=comment, seen=seen)
    case.submitted_by_id = case.submitted_at = None


def recount(actor: Actor) -> list[DisposalCase]:
    """Ask the calendar again for every open case: a notice on holidays published since may move a 暂定 due date.

    Returns the cases whose terms have changed; each change is in its history.
    """
    complete_clocks(actor)
    moved = {found.subject_id for found in legal_clocks.recount(actor) if found.subject_kind == DisposalCase.__tablename__}
    return [case for case in _live() if case.id in moved]


def complete_clocks(actor: Actor) -> list[LegalClock]:
    """A case older than the table of legal clocks gets its clocks. Returns them."""
    known = clock_keeping.with_clocks()
    return clock_keeping.keep([case for case in _live() if case.id not in known], actor)


def _live() -> Sequence[DisposalCase]:
    return session().scalars(
        sa.select(DisposalCase).where(DisposalCase.state.in_(clocks.LIVE)).order_by(DisposalCase.id)
    ).all()
