"""What pages show of 移送、协查、通报: the panel of a case, and how one of them stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app import clock
from app.authorize import current_actor
from app.disposal.clocks import remaining_words
from app.disposal.models import DisposalCase
from app.domain import deadlines
from app.domain.deadlines import DeadlineLight
from app.domain.transfers import OPEN
from app.domain.workflow import CaseState, TransferState
from app.domain.working_days import WorkingDays
from app.reference_data.books import calendar
from app.transfers import queries

STATE_TONES = {
    TransferState.SENT: "yellow", TransferState.RECEIVED: "blue", TransferState.REPLIED: "green", TransferState.CLOSED: "green",
    TransferState.VOIDED: "neutral",
}  # fmt: skip
TONES = {DeadlineLight.GREEN: "green", DeadlineLight.AMBER: "yellow", DeadlineLight.RED: "red"}


@dataclass(frozen=True, slots=True)
class Standing:
    """How the answer stands today: the light is None where none is due."""

    light: DeadlineLight | None
    words: str

    @property
    def tone(self) -> str:
        return TONES[self.light] if self.light is not None else "grey"


def standing(row: Any, today: date, days: WorkingDays) -> Standing:
    """``row`` has state, sent_on, reply_due_on and replied_on."""
    due = row.reply_due_on
    if row.state is TransferState.VOIDED:
        return Standing(None, "已作废")
    if row.replied_on is not None:
        light = deadlines.light(row.sent_on, due, today, days, done_on=row.replied_on) if due is not None else None
        return Standing(light, f"已于 {row.replied_on} {'逾期' if light is DeadlineLight.RED else ''}回复")
    if due is None:
        return Standing(None, "不要求回复")
    if row.state not in OPEN:
        return Standing(None, "—")
    light = deadlines.light(row.sent_on, due, today, days)
    return Standing(light, remaining_words(deadlines.remaining_working_days(today, due, days), light))


def panel(case: DisposalCase) -> dict[str, Any]:
    """For ``transfers/_of_case.html``."""
    today, days = clock.today(), calendar()
    rows = queries.of_case(current_actor(), case.id)
    return {
        "case": case, "rows": [(row, standing(row, today, days)) for row in rows], "tones": STATE_TONES,
        "sendable": case.state is not CaseState.CANCELLED,
    }  # fmt: skip
