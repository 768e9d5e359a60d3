"""检验时限: working days from receipt to report, whose term holds, what is counted apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from app.domain.turnaround import (
    BINS,
    DayCount,
    OpenStage,
    Tally,
    Timing,
    agreement_for,
    bin_name,
    bin_of,
    median,
    nearest_rank,
    open_stage,
    overlaps,
    timing,
)
from app.domain.working_days import WorkingDays

CALENDAR = WorkingDays({date(2026, 10, day): "国庆节" for day in range(1, 8)}, {date(2026, 10, 10): "国庆节"}, {2026})
SEPTEMBER = date(2026, 9, 30)


@dataclass(frozen=True)
class Agreement:
    id: int
    org_id: int
    working_days: int
    agricultural: bool | None = None
    valid_from: date = date(2026, 1, 1)
    valid_to: date | None = None
    laboratory_org_id: int = 9
    document_no: str = "合同"


@pytest.mark.parametrize(
    ("received", "reported", "term", "stands", "days"),
    [
        (date(2026, 9, 7), date(2026, 9, 7), 20, Timing.ON_TIME, 0),  # the same day is not late
        (date(2026, 9, 7), date(2026, 9, 21), 10, Timing.ON_TIME, 10),  # the last day is on time
        (date(2026, 9, 7), date(2026, 9, 22), 10, Timing.LATE, 11),
        (SEPTEMBER, date(2026, 10, 10), 3, Timing.ON_TIME, 3),  # 国庆节 not counted, the Saturday worked for it is
        (SEPTEMBER, date(2026, 10, 11), 3, Timing.ON_TIME, 3),  # a Sunday adds nothing
        (SEPTEMBER, date(2026, 10, 12), 3, Timing.LATE, 4),
        (None, date(2026, 9, 7), 20, Timing.UNKNOWN, None),
        (date(2026, 9, 8), date(2026, 9, 7), 20, Timing.WRONG, None),  # never minus one day
        (date(2026, 9, 7), date(2026, 9, 8), None, Timing.UNRULED, 1),
    ],
)
def test_how_a_report_stands(received, reported, term, stands, days):
    count = DayCount(CALENDAR, [date(2026, 9, 1), date(2026, 10, 31)])
    assert timing(received, reported, term, count) == (stands, days)


def test_days_counted_once_are_those_of_the_calendar():
    count = DayCount(CALENDAR, [date(2026, 9, 1), date(2026, 11, 30)])
    for start in range(1, 30, 3):
        for end in range(1, 30, 4):
            first, last = date(2026, 9, start), date(2026, 11, end)
            assert count.between(first, last) == CALENDAR.working_days_between(first, last)


AGREED = [
    Agreement(1, org_id=1, working_days=25),  # of the city
    Agreement(2, org_id=2, working_days=15),  # of the county
    Agreement(3, org_id=2, working_days=7, agricultural=True),
    Agreement(4, org_id=2, working_days=30, valid_from=date(2026, 10, 1), valid_to=date(2026, 10, 31)),
    Agreement(5, org_id=3, working_days=5),  # of a county beside
    Agreement(6, org_id=2, working_days=3, laboratory_org_id=8),  # with another laboratory
]


@pytest.mark.parametrize(
    ("bureaus", "agricultural", "received", "number"),
    [
        ([2, 1], False, date(2026, 9, 1), 2),  # the nearest bureau's
        ([2, 1], True, date(2026, 9, 1), 3),  # the one about this food
        ([2, 1], False, date(2026, 10, 31), 4),  # the newest
        ([2, 1], False, date(2026, 11, 1), 2),  # and it has ended
        ([1, 2], False, date(2026, 9, 1), 1),  # organised by the city: its own comes first
        ([4], False, date(2026, 9, 1), None),  # nobody of these has agreed anything
        ([2, 1], False, date(2025, 12, 31), None),  # received before it held
    ],
)
def test_whose_agreement_holds(bureaus, agricultural, received, number):
    found = agreement_for(AGREED, 9, bureaus, agricultural, received)
    assert (found.id if found else None) == number


def test_no_agreement_for_a_laboratory_unknown():
    assert agreement_for(AGREED, None, [2, 1], False, date(2026, 9, 1)) is None


@pytest.mark.parametrize(
    ("first", "last", "shared"),
    [
        (date(2026, 11, 1), None, False), (date(2026, 10, 31), None, True), (date(2026, 9, 1), date(2026, 9, 30), False),
        (date(2026, 9, 1), date(2026, 10, 1), True), (date(2026, 10, 5), date(2026, 10, 6), True),
    ],
)  # fmt: skip
def test_two_periods_share_a_day(first, last, shared):
    assert overlaps(AGREED[3], first, last) is shared


@pytest.mark.parametrize(
    ("left", "due", "stage"),
    [
        (0, date(2026, 11, 20), OpenStage.SOON),  # due today is not late
        (3, date(2026, 11, 25), OpenStage.SOON),
        (4, date(2026, 11, 26), OpenStage.RUNNING),
        (-1, date(2026, 11, 19), OpenStage.OVERDUE),
        (0, date(2026, 11, 19), OpenStage.OVERDUE),  # late by rest days only
    ],
)
def test_how_an_open_sample_stands(left, due, stage):
    assert open_stage(left, due, date(2026, 11, 20)) is stage


@pytest.mark.parametrize(
    ("days", "middle", "ninth"),
    [
        ([], None, None), ([4], 4, 4), ([1, 2], Decimal("1.5"), 2), ([1, 2, 3], 2, 3), (list(range(1, 11)), Decimal("5.5"), 9),
        ([0, 0, 30], 0, 30),
    ],
)  # fmt: skip
def test_median_and_ninth_decile(days, middle, ninth):
    counts = Counter(days)
    assert median(counts) == middle
    assert (nearest_rank(counts, 9, 10) if days else None) == ninth


def test_every_number_of_days_has_one_bar():
    assert [bin_of(days) for days in (0, 5, 6, 20, 21, 40, 41, 400)] == [0, 0, 1, 3, 4, 6, 7, 7]
    assert [last + 1 for _, last in BINS[:-1]] == [first for first, _ in BINS[1:]]
    assert bin_name(3) == "16–20" and bin_name(7) == "41以上"


def test_what_cannot_be_timed_is_counted_apart():
    tally = Tally()
    tally.add(Timing.ON_TIME, 20, 2)
    tally.add(Timing.LATE, 21, 1)
    tally.add(Timing.UNKNOWN, None, 5)
    tally.add(Timing.UNRULED, 30, 4)
    other = Tally()
    other.take(tally)
    assert (other.finished, other.timed, other.rate, other.median, other.ninth_decile) == (12, 3, Decimal("66.67"), Decimal(20), 21)
    assert other.bins == {(3, Timing.ON_TIME): 2, (4, Timing.LATE): 1}
    assert Tally().rate is None and Tally().median is None and Tally().ninth_decile is None
