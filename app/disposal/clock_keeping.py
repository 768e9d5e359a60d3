"""The clocks of a case as rows of 法定期限: started, stopped and cancelled as its record says, in one place.

Called after every change of a case. The due dates that a case carries for its lists are copies, written with the clock
(``legal_clocks.counting``), so that an approved extension is not lost when something else is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import sqlalchemy as sa

from app.db import session
from app.disposal import clocks, filing_clock
from app.disposal.clocks import Clock
from app.disposal.models import DisposalCase
from app.domain import deadlines
from app.domain.actors import Actor
from app.domain.disposal import CaseMode
from app.domain.transfers import NOTIFIES
from app.domain.workflow import CaseState, TransferState
from app.legal_clocks import operations as legal
from app.legal_clocks.models import LegalClock
from app.legal_clocks.operations import Wanted
from app.reference_data.books import calendar
from app.transfers.models import CaseTransfer

CONTROL = "DISP_CONTROL"
SERVE = "SERVE"
NOTIFY = "NOTIFY_ORIGIN"
PART = 500


def keep(cases: Iterable[DisposalCase], actor: Actor, reason: str | None = None) -> list[LegalClock]:
    """Make the clocks of these cases say what the cases say."""
    listed = list(cases)
    wanted: list[Wanted] = list(filing_clock.wanted(listed))
    told = _told_on([case.id for case in listed if case.mode is CaseMode.NOTIFY and case.state is not CaseState.CANCELLED])
    for case in listed:
        if case.state is CaseState.CANCELLED:
            legal.cancel(case, actor, reason=reason or "案件撤销")
        else:
            wanted += _wanted(case, told.get(case.id), reason)
    return legal.keep(wanted, actor) if wanted else []


def without_clocks(cases: Iterable[DisposalCase]) -> list[DisposalCase]:
    """Those that lack a clock which a case of their kind has: they are older than the table, or than that clock."""
    statement = sa.select(LegalClock.subject_id, LegalClock.code).where(
        LegalClock.subject_kind == DisposalCase.__tablename__, LegalClock.code.in_((clocks.DONE, SERVE, NOTIFY, filing_clock.FILE))
    )
    known = {(case_id, code) for case_id, code in session().execute(statement)}
    codes = {CaseMode.DISPOSE: (clocks.DONE, SERVE, filing_clock.FILE), CaseMode.NOTIFY: (clocks.DONE, NOTIFY)}
    return [case for case in cases if not {(case.id, code) for code in codes[case.mode]} <= known]


def serving(case: DisposalCase, today: date) -> list[Clock]:
    """送达检验结果 as it is shown beside the terms of the case; nothing for a case that serves nobody."""
    found = legal.clock_of(case, SERVE)
    if found is None:
        return []
    days = calendar()
    running = found.done_on is None and found.cancelled_at is None
    shown = running or found.done_on is not None
    light = deadlines.light(found.started_on, found.due_on, today, days, done_on=found.done_on) if shown else None
    left = deadlines.remaining_working_days(today, found.due_on, days) if running else None
    why = tuple(found.why.splitlines())
    return [Clock(SERVE, found.name, found.due_on, why, found.article, found.provisional, found.done_on, left, light)]


def _told_on(case_ids: Sequence[int]) -> dict[int, date]:
    """The first day on which the matter of a case was sent to another office."""
    found: dict[int, date] = {}
    for start in range(0, len(case_ids), PART):
        statement = sa.select(CaseTransfer.case_id, sa.func.min(CaseTransfer.sent_on)).where(
            CaseTransfer.case_id.in_(case_ids[start : start + PART]), CaseTransfer.kind.in_(sorted(NOTIFIES)),
            CaseTransfer.state != TransferState.VOIDED,
        )  # fmt: skip
        found |= {case_id: sent_on for case_id, sent_on in session().execute(statement.group_by(CaseTransfer.case_id))}
    return found


def _wanted(case: DisposalCase, told_on: date | None, reason: str | None) -> Iterator[Wanted]:
    named = "　".join(part for part in (case.number, case.party_name) if part)

    def clock(code: str, begun: date, done_on: date | None, note: str, event: str | None = None) -> Wanted:
        return Wanted(
            case, code, begun, case.sample_id, case.id, event, done_on=done_on, done_note=note, name=named, reason=reason
        )

    begun, event = clocks.disposal_begins(case.received_on, case.started_on)
    yield clock(clocks.START, case.received_on, case.started_on, "启动核查处置")
    yield clock(CONTROL, case.received_on, case.control_on, "产品控制")
    yield clock(clocks.DONE, begun, case.closed_on, "案件办结", event)
    if case.mode is CaseMode.DISPOSE:  # of a case that only notifies, the party is served by its own bureau
        yield clock(SERVE, case.received_on, case.served_on, "检验报告已送达")
    if case.mode is CaseMode.NOTIFY:
        yield clock(NOTIFY, case.received_on, told_on or case.notified_on, "通报标称生产者所在地")
