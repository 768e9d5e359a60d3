"""快检异议的四小时 (《食品安全法》第八十八条): until when the party may object, and how that stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app import clock
from app.domain import deadlines
from app.domain.sampling_kinds import RapidResult
from app.rapid_tests.models import RapidTest
from app.reference_data.books import calendar, deadline_rule

CODE = "QUICK_RETEST"


@dataclass(frozen=True, slots=True)
class ObjectionClock:
    """The clock in words: a light with a word, the moment, the reasons."""

    word: str
    tone: str
    until: datetime | None
    why: tuple[str, ...]


def clock_of(test: RapidTest, now: datetime) -> ObjectionClock | None:
    """The clock of a positive test; None where nobody has anything to object to."""
    if test.result is not RapidResult.POSITIVE:
        return None
    if test.told_at is None:
        return ObjectionClock("尚未告知", "red", None, ("被抽查人收到结果后四小时内可以申请复检，请及时告知并登记告知时间",))
    told = clock.office_time(test.told_at).replace(tzinfo=None)
    found = deadlines.due(deadline_rule(CODE, told.date()), told, calendar())
    if test.objection:
        return ObjectionClock("已提出异议", "yellow", found.due_at, found.why)
    over = found.due_at is not None and clock.office_time(now).replace(tzinfo=None) > found.due_at
    return ObjectionClock("期限已满" if over else "期限内", "grey" if over else "yellow", found.due_at, found.why)
