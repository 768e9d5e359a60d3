"""The seven clocks of a retest (办法第三十至三十五条): which step starts and which stops each of them."""

from __future__ import annotations

from datetime import date

from app.domain.actors import Actor
from app.domain.case_kinds import Side
from app.legal_clocks import operations as legal
from app.legal_clocks.operations import Wanted
from app.official_documents.queries import cases_of_party
from app.retests import queries
from app.retests.models import Retest

APPLY, ACCEPT, ORG, ORG_REFUSE = "RETEST_APPLY", "RETEST_ACCEPT", "RETEST_ORG", "RETEST_ORG_REFUSE"
TRANSFER, RESULT, TELL = "RETEST_TRANSFER", "RETEST_RESULT", "RETEST_TELL"


def start(retest: Retest, code: str, on: date, actor: Actor, event: str | None = None) -> None:
    side = retest.side if retest.side in (Side.SAMPLED, Side.PRODUCER) else Side.SAMPLED
    cases = cases_of_party(retest.sample_id, side, actor.reach)
    legal.start(
        retest, code, on, actor, sample_id=retest.sample_id, case_id=cases[0].id if cases else None, event=event,
        name=f"{retest.number}　{retest.applicant}",
    )  # fmt: skip


def stop(retest: Retest, code: str, on: date, note: str, actor: Actor) -> None:
    legal.stop(retest, code, on, note, actor)


def cancel(retest: Retest, actor: Actor, reason: str, code: str | None = None) -> None:
    legal.cancel(retest, actor, code, reason[:480])


def applied(retest: Retest, actor: Actor) -> None:
    """The party's own time to apply is over: it has applied. A corrected day of this application moves the stop with it."""
    note = f"已提出复检申请（{retest.number}）"
    for notice in queries.notices_delivered(retest.sample_id, retest.side):
        clock = legal.clock_of(notice, APPLY)
        if clock is None or clock.cancelled_at is not None or (clock.done_on is not None and clock.done_note != note):
            continue
        wanted = Wanted(notice, APPLY, clock.started_on, event=clock.start_event, done_on=retest.applied_on, done_note=note)
        legal.keep([wanted], actor)
