"""RETEST_PAUSES_DISPOSAL: the days of an accepted retest do not count for 完成核查处置, where the office's rules say so.

The pause is open while the retest runs, so that nobody is shown as late meanwhile, and is ended by the step that ends the retest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from flask import current_app

from app.db import session
from app.disposal.clocks import DONE
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.case_states import ClockChangeState
from app.legal_clocks import changes
from app.legal_clocks.models import ClockChange, LegalClock
from app.retests.models import Retest

CASE = DisposalCase.__tablename__


def stand_still(retest: Retest, on: date, actor: Actor, at: datetime) -> None:
    """受理之日起 the clocks of the sample's cases stand still: of those that run and are not over."""
    if not current_app.config["RETEST_PAUSES_DISPOSAL"]:
        return
    for clock in _clocks(retest, actor):
        if clock.started_on <= on <= clock.due_on:
            changes.pause_meanwhile(
                clock, on, retest.number, f"复检受理（{retest.number}）", retest.asked_by_id, actor, at
            )


def go_on(retest: Retest, on: date, actor: Actor, reason: str) -> None:
    """The retest is over on this day, which counts again. What the setting says now does not matter: a pause that began ends."""
    for change in _pauses(retest):
        changes.end_meanwhile(change, on, actor, f"复检结束（{retest.number}）：{reason}")


def _clocks(retest: Retest, actor: Actor) -> Sequence[LegalClock]:
    return session().scalars(
        sa.select(LegalClock).where(
            LegalClock.subject_kind == CASE, LegalClock.sample_id == retest.sample_id, LegalClock.code == DONE,
            LegalClock.done_on.is_(None), LegalClock.cancelled_at.is_(None), LegalClock.org_id.in_(actor.reach),
        ).order_by(LegalClock.id)
    ).all()  # fmt: skip


def _pauses(retest: Retest) -> Sequence[ClockChange]:
    return session().scalars(
        sa.select(ClockChange)
        .join(LegalClock, LegalClock.id == ClockChange.clock_id)
        .where(
            LegalClock.sample_id == retest.sample_id, ClockChange.document_no == retest.number,
            ClockChange.state == ClockChangeState.APPROVED, ClockChange.to_on.is_(None),
        ).order_by(ClockChange.id)
    ).all()  # fmt: skip
