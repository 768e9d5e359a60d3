"""Working days: the days of a real notice, counted by hand."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from app.domain.working_days import DayKind, WorkingDays


def run(first: str, days: int, name: str) -> dict[date, str]:
    start = date.fromisoformat(first)
    return {start + timedelta(n): name for n in range(days)}


HOLIDAYS = {
    **run("2024-02-10", 8, "春节"),
    **run("2025-01-01", 1, "元旦"),
    **run("2025-01-28", 8, "春节"),
    **run("2025-04-04", 3, "清明节"),
    **run("2025-05-01", 5, "劳动节"),
    **run("2025-10-01", 8, "国庆节、中秋节"),
    **run("2026-01-01", 3, "元旦"),
}
MAKEUPS = {
    date(2024, 2, 18): "春节",
    date(2025, 1, 26): "春节",
    date(2025, 2, 8): "春节",
    date(2025, 4, 27): "劳动节",
    date(2025, 9, 28): "国庆节、中秋节",
    date(2025, 10, 11): "国庆节、中秋节",
    date(2026, 1, 4): "元旦",
}
CALENDAR = WorkingDays(HOLIDAYS, MAKEUPS, {2024, 2025, 2026})


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 9, 30), True),  # an ordinary Tuesday
        (date(2025, 9, 27), False),  # an ordinary Saturday
        (date(2025, 9, 28), True),  # 调休上班 Sunday
        (date(2025, 10, 1), False),  # 国庆节 on a Wednesday
        (date(2025, 10, 5), False),  # the Sunday inside 国庆节
        (date(2025, 10, 8), False),  # the eighth day
        (date(2025, 10, 9), True),  # first day after
        (date(2025, 10, 11), True),  # 调休上班 Saturday
        (date(2027, 1, 1), False),  # no notice yet: 元旦 by statute
        (date(2027, 1, 4), True),  # no notice yet: an ordinary Monday
        (date(2031, 5, 2), False),  # no notice yet: second day of 劳动节 since 2025
        (date(2025, 5, 6), True),  # in a confirmed year only the notice counts
    ],
)
def test_working_day(day, worked):
    assert CALENDAR.is_working_day(day) is worked


def test_statute_is_not_guessed_into_a_confirmed_year():
    assert WorkingDays({}, {}, {2025}).is_working_day(date(2025, 10, 1))
    assert not WorkingDays({}, {}, set()).is_working_day(date(2025, 10, 1))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2025, 9, 30), 7, date(2025, 10, 16)),  # across 国庆节, 10-11 counted; start not counted (民法典 201)
        (date(2025, 9, 26), 5, date(2025, 10, 10)),  # both: 09-28 counted, eight days off
        (date(2025, 10, 3), 2, date(2025, 10, 10)),  # starts inside the holiday
        (date(2025, 1, 24), 6, date(2025, 2, 8)),  # ends on a make-up Saturday
        (date(2025, 12, 29), 7, date(2026, 1, 8)),  # year change, 01-04 is worked
        (date(2026, 12, 29), 7, date(2027, 1, 8)),  # year change into a year without a notice
        (date(2024, 2, 27), 3, date(2024, 3, 1)),  # Feb 29 counts
        (date(2025, 3, 3), 0, date(2025, 3, 3)),  # nothing to count
    ],
)
def test_end_of_a_period(start, count, end):
    assert CALENDAR.add_working_days(start, count) == end
    assert CALENDAR.working_days_between(start, end) == count


def test_negative_count_is_refused():
    with pytest.raises(ValueError, match="不能为负数"):
        CALENDAR.add_working_days(date(2025, 3, 3), -1)


def test_days_between_are_negative_backwards():
    assert CALENDAR.working_days_between(date(2025, 10, 10), date(2025, 9, 30)) == -2
    assert CALENDAR.working_days_between(date(2025, 10, 1), date(2025, 10, 8)) == 0


@pytest.mark.parametrize(
    ("day", "next_day"),
    [
        (date(2025, 10, 1), date(2025, 10, 9)),  # a rest day moves on
        (date(2025, 10, 9), date(2025, 10, 9)),  # a worked day stays
        (date(2025, 9, 27), date(2025, 9, 28)),  # Saturday before a worked Sunday
    ],
)
def test_next_working_day(day, next_day):
    assert CALENDAR.next_working_day(day) == next_day


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (date(2025, 1, 1), date(2026, 12, 31), ()),
        (date(2026, 12, 31), date(2027, 1, 1), (2027,)),  # one touched year is enough
        (date(2026, 5, 1), date(2028, 1, 1), (2027, 2028)),
        (date(2023, 12, 31), date(2024, 1, 1), (2023,)),  # before the table begins
    ],
)
def test_provisional_years(first, last, years):
    assert CALENDAR.provisional_years(first, last) == years
    assert CALENDAR.provisional(first, last) is bool(years)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        # N1: which holidays were skipped, for how many days, and which make-up days counted, in order of time
        (date(2025, 9, 30), date(2025, 10, 16), ("国庆节、中秋节 8 天不计", "10-11 调休计入")),
        (date(2025, 9, 26), date(2025, 10, 10), ("09-28 调休计入", "国庆节、中秋节 8 天不计")),
        (date(2025, 10, 6), date(2025, 10, 9), ("国庆节、中秋节 2 天不计",)),  # the starting day was not counted anyway
        (date(2025, 3, 3), date(2025, 3, 17), ()),  # weekends need no words
        (date(2026, 12, 29), date(2027, 1, 8), ("元旦 1 天不计",)),
        (date(2025, 1, 1), date(2025, 2, 5), ("01-26 调休计入", "春节 8 天不计")),
    ],
)
def test_reasons(start, end, words):
    assert CALENDAR.describe(start, end) == words


def test_neighbouring_holidays_are_told_as_one():
    named = {date(2023, 9, 29): "中秋节", date(2023, 9, 30): "国庆节", date(2023, 10, 1): "国庆节"}
    assert WorkingDays(named, {}, {2023}).describe(date(2023, 9, 28), date(2023, 10, 2)) == ("中秋节、国庆节 3 天不计",)


@dataclass
class Notice:
    day: date
    kind: DayKind
    name: str


def test_calendar_from_rows_of_any_kind():
    rows = [Notice(date(2025, 10, 1), DayKind.OFF, "国庆节"), Notice(date(2025, 10, 11), DayKind.MAKEUP, "国庆节")]
    calendar = WorkingDays.of(rows, {2025})
    assert calendar.holiday(date(2025, 10, 1)) == "国庆节"
    assert calendar.makeup(date(2025, 10, 11)) == "国庆节"
    assert not calendar.is_working_day(date(2025, 10, 1))
    assert calendar.is_working_day(date(2025, 10, 11))
