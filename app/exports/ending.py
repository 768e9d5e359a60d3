"""A return is approved, sealed and sent of complete data only: its period is over, and it was counted after that.

By the office's calendar day. A draft may be made and checked before; it says 本期未结束 wherever it is shown or printed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from app import clock
from app.domain.indicators import Period
from app.errors import NotAllowedNow
from app.exports.building import period_of

EARLY = "{period}尚未结束，报表最早可在 {day} 批准、封存；此前只能生成、审核草稿，本期结束后请重新生成"
INCOMPLETE = "报表的数据截至 {as_of}，当时{period}尚未结束，数据不完整；请{back}重新生成，再报批准、封存"
UNSENT = "报表封存时数据只到 {as_of}，{period}尚未结束，不能登记报送；请在 {day} 及以后制作更正报，报送更正报"


def earliest(period: Period) -> date:
    """The first day on which a return of the period can be approved and sealed."""
    return period.last + timedelta(days=1)


def _counted_on(found: Any) -> date:
    return clock.office_time(found.as_of).date()


def counted_early(found: Any) -> bool:
    """Its figures are those of a day on which the period still ran: 本期未结束."""
    return _counted_on(found) < earliest(period_of(found.period_kind, found.month))


def refuse_early(period: Period, at: datetime) -> None:
    if clock.office_time(at).date() < earliest(period):
        raise NotAllowedNow(EARLY.format(period=period.label, day=earliest(period)))


def refuse_incomplete(found: Any, at: datetime, back: str = "退回后") -> None:
    """Raises NotAllowedNow before the period is over, and for what was counted before it was."""
    period = period_of(found.period_kind, found.month)
    refuse_early(period, at)
    if counted_early(found):
        raise NotAllowedNow(INCOMPLETE.format(as_of=_counted_on(found), period=period.label, back=back))


def refuse_unsendable(found: Any) -> None:
    """Sealed by a release that did not ask: it is kept as it is, and what is sent is its correction."""
    if counted_early(found):
        period = period_of(found.period_kind, found.month)
        raise NotAllowedNow(UNSENT.format(as_of=_counted_on(found), period=period.label, day=earliest(period)))


def notice(found: Any) -> str | None:
    """What the pages of a return counted too early say."""
    if not counted_early(found):
        return None
    period = period_of(found.period_kind, found.month)
    if found.number:
        return f"本期未结束：数据截至 {_counted_on(found)}，封存时{period.label}尚未结束，数据不完整，请制作更正报。"
    if clock.today() < earliest(period):
        return f"本期未结束：数据截至 {_counted_on(found)}，只供核对。最早可在 {earliest(period)} 重新生成后批准、封存。"
    return f"本期未结束时生成：数据截至 {_counted_on(found)}，不完整。本期现已结束，请重新生成后再批准、封存。"
