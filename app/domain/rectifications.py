"""责令改正: what an order asks for, its term, its extension and its re-check (回头看)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.deadlines import DeadlineLight, light
from app.domain.supervision_states import RectificationState
from app.domain.working_days import WorkingDays

LONGEST = 2000
OPEN = (RectificationState.ORDERED, RectificationState.REPORTED)  # the enterprise, or whoever re-checks, has still to act
STANDING = (*OPEN, RectificationState.FAILED)


@dataclass(frozen=True, slots=True)
class Failing:
    """An item that was not met."""

    number: str
    text: str
    note: str | None = None
    basis: str | None = None


def proposed(failing: Iterable[Failing]) -> str:
    """改正要求 as it is proposed, one line for each item; cut at what an order can hold."""
    lines = [
        f"{place}．{one.number} {one.text}：{one.note or '不符合要求'}，应予改正。" for place, one in enumerate(failing, 1)
    ]
    return "\n".join(lines)[:LONGEST]


def bases(failing: Iterable[Failing]) -> str:
    """The provisions that the checklist names for these items, each once."""
    return "；".join(dict.fromkeys(one.basis for one in failing if one.basis))[:500]


def order_fault(ordered_on: date, due_on: date, inspected_on: date, today: date, *, at_once: bool) -> tuple[str, str] | None:
    """What is wrong with the days of an order: (field, sentence)."""
    if not inspected_on <= ordered_on <= today:
        return "ordered_on", f"责令日期应在检查日期（{inspected_on}）与今天之间，请核对"
    if at_once and due_on != ordered_on:
        return "due_on", "责令立即改正的，改正期限为责令当日；需要另给期限的请选择限期改正"
    if due_on < ordered_on:
        return "due_on", f"改正期限不能早于责令日期（{ordered_on}），请核对"
    return None


def again_fault(ordered_on: date, due_on: date, rechecked_on: date, today: date) -> tuple[str, str] | None:
    """The same of an order that is given again after a re-check was not passed."""
    if not rechecked_on <= ordered_on <= today:
        return "ordered_on", f"再次责令的日期应在复查日期（{rechecked_on}）与今天之间，请核对"
    return ("due_on", f"改正期限不能早于责令日期（{ordered_on}），请核对") if due_on < ordered_on else None


def extension_fault(extended_to: date, due: date) -> str | None:
    """An extension ends later than the term that holds now."""
    return None if extended_to > due else f"延长后的期限应晚于现在的期限（{due}），请核对"


def report_fault(reported_on: date, ordered_on: date, today: date) -> str | None:
    if ordered_on <= reported_on <= today:
        return None
    return f"收到整改报告的日期应在责令日期（{ordered_on}）与今天之间，请核对"


def recheck_fault(rechecked_on: date, ordered_on: date, reported_on: date | None, today: date) -> str | None:
    first = reported_on or ordered_on
    if first <= rechecked_on <= today:
        return None
    return f"复查日期应在{'收到整改报告日期' if reported_on else '责令日期'}（{first}）与今天之间，请核对"


def overdue(state: RectificationState, due: date, today: date) -> bool:
    """逾期未改正: the enterprise has not reported by the end of its term, or a re-check is still owed after it."""
    return state in OPEN and due < today


def lamp(state: RectificationState, ordered_on: date, due: date, today: date, days: WorkingDays) -> DeadlineLight | None:
    """The light of an order that is still open."""
    return light(ordered_on, due, today, days) if state in OPEN else None
