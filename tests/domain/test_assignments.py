"""What a task may still take of a plan, on a small grid."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.assignments import (
    Extent,
    Progress,
    Trees,
    date_fault,
    months_of,
    progress,
    task_light,
    tightest,
)
from app.domain.deadlines import DeadlineLight
from app.domain.quotas import Cell
from app.domain.samples import AreaType, Link
from app.domain.working_days import WorkingDays

# categories 1 > 11 > 111, 1 > 12; regions 5 > 51, 5 > 52
CATEGORIES = {1: (1,), 11: (11, 1), 111: (111, 11, 1), 12: (12, 1)}
REGIONS = {5: (5,), 51: (51, 5), 52: (52, 5)}
TREES = Trees(CATEGORIES.__getitem__, REGIONS.__getitem__)
NOVEMBER = frozenset({11})


def extent(category: int | None = None, region: int | None = 51, link: Link | None = None, months: frozenset[int] = NOVEMBER) -> Extent:
    return Extent(category, region, link, months)


@pytest.mark.parametrize(
    ("task", "quotas", "taken", "planned", "used"),
    [
        # the plan's total where nothing else is said
        (extent(), [], [(extent(), 30)], 100, 30),
        # the nearest cell and every coarser one: the tightest of them counts
        (extent(111), [(Cell(1), 50), (Cell(11), 8)], [(extent(12), 45)], 50, 45),
        (extent(111), [(Cell(1), 50), (Cell(11), 8)], [(extent(111), 6), (extent(12), 10)], 8, 6),
        # a cell of another food, place, link or month is not ours
        (extent(111), [(Cell(12), 1), (Cell(1), 50)], [], 50, 0),
        (extent(111), [(Cell(1, 52), 1), (Cell(1), 50)], [], 50, 0),
        (extent(111, link=Link.CATERING), [(Cell(1, link=Link.CIRCULATION), 1), (Cell(1), 50)], [], 50, 0),
        (extent(111), [(Cell(1, month=12), 1), (Cell(1), 50)], [], 50, 0),
        # across two months no cell of one month holds it; both together do
        (extent(111, months=frozenset({11, 12})), [(Cell(11, month=11), 4), (Cell(11, month=12), 5)], [], 9, 0),
        (extent(111, months=frozenset({11, 12})), [(Cell(11, month=11), 4), (Cell(11, month=12), 5)], [(extent(111), 3)], 9, 3),
        # coarser than the grid: the outermost cells below it, each once
        (extent(1), [(Cell(11), 8), (Cell(111), 5), (Cell(12), 3)], [], 11, 0),
        # nothing of the kind in the plan
        (extent(12), [(Cell(11), 8)], [], 0, 0),
        # 城市 and 乡村 are not told by a task: both together
        (extent(11), [(Cell(11, area_type=AreaType.URBAN), 4), (Cell(11, area_type=AreaType.RURAL), 6)], [], 10, 0),
    ],
)
def test_the_tightest_ceiling(task, quotas, taken, planned, used):
    found = tightest(task, 100, quotas, taken, TREES)
    assert (found.planned, found.taken, found.remaining) == (planned, used, planned - used)


def test_nothing_less_than_nothing_is_left():
    assert tightest(extent(), 3, [], [(extent(), 9)], TREES).remaining == 0


TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("start", "end", "year", "kept", "field"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), 2026, None, None),  # today is not past
        (date(2026, 11, 21), date(2026, 11, 20), 2026, None, "to_on"),
        (date(2026, 11, 19), date(2026, 11, 25), 2026, None, "from_on"),
        (date(2026, 11, 2), date(2026, 11, 25), 2026, date(2026, 11, 2), None),  # begun already, only its end moves
        (date(2026, 11, 2), date(2026, 11, 19), 2026, date(2026, 11, 2), "to_on"),
        (date(2026, 12, 1), date(2027, 1, 2), 2026, None, "to_on"),
        (date(2027, 1, 2), date(2027, 1, 9), 2026, None, "from_on"),
        (date(2026, 12, 1), date(2027, 1, 2), None, None, "to_on"),
    ],
)
def test_dates(start, end, year, kept, field):
    fault = date_fault(start, end, TODAY, year, kept)
    assert (fault[0] if fault else None) == field


@pytest.mark.parametrize(
    ("done", "today", "live", "stands", "light"),
    [
        (0, date(2026, 11, 10), True, Progress.UNDER_WAY, DeadlineLight.GREEN),
        (0, date(2026, 11, 26), True, Progress.UNDER_WAY, DeadlineLight.AMBER),
        (4, date(2026, 11, 30), True, Progress.UNDER_WAY, DeadlineLight.AMBER),  # the last day is not late
        (4, date(2026, 12, 1), True, Progress.OVERDUE, DeadlineLight.RED),
        (5, date(2026, 12, 9), True, Progress.FULL, None),  # full is never late
        (0, date(2026, 12, 9), False, Progress.OVER, None),
    ],
)
def test_where_a_task_stands(done, today, live, stands, light):
    start, end, days = date(2026, 11, 2), date(2026, 11, 30), WorkingDays.of([], {2026})
    found = progress(done, 5, end, today, live)
    assert found is stands
    assert task_light(start, end, today, found, days) is light


def test_months():
    assert months_of(date(2026, 9, 30), date(2026, 11, 1)) == {9, 10, 11}
