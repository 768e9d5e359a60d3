"""A plan's quotas along one axis: what is divided twice is counted once."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.assignments import Trees
from app.domain.progress import Axis, Elapsed, due, monthly_plan
from app.domain.quota_axes import along, by_month
from app.domain.quotas import Cell
from app.domain.samples import Link

# categories: 1 over 11 and 12; 2. regions: 7 over 71 and 72.
UP = {11: [11, 1], 12: [12, 1], 71: [71, 7], 72: [72, 7]}
TREES = Trees(lambda number: UP.get(number, [number]), lambda number: UP.get(number, [number]))
TOP = {1: "meat", 11: "meat", 12: "meat", 2: "milk"}


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({Cell(): 100}, {}),  # not divided
        ({Cell(category_id=1): 60, Cell(category_id=2): 10}, {"meat": 60, "milk": 10}),
        ({Cell(category_id=1): 60, Cell(category_id=11): 25}, {"meat": 60}),  # the finer lies in the coarser
        ({Cell(category_id=11): 25, Cell(category_id=12): 5}, {"meat": 30}),  # only the finer are given
        ({Cell(category_id=1): 60, Cell(category_id=1, link=Link.CATERING): 20}, {"meat": 60}),
        ({Cell(category_id=1, month=1): 6, Cell(category_id=1, month=2): 7}, {"meat": 13}),
        ({Cell(category_id=1, month=1): 6, Cell(category_id=1, region_id=71): 4}, {"meat": 6}),  # two divisions of the same
        ({Cell(category_id=1, month=1): 6, Cell(category_id=2, region_id=71): 4}, {"meat": 6, "milk": 4}),
        ({Cell(category_id=11, month=1): 6, Cell(category_id=1, region_id=71): 4}, {"meat": 6}),  # two divisions of the same: one of them
        ({Cell(category_id=11, month=1): 6, Cell(category_id=12, region_id=71): 4}, {"meat": 10}),
        ({Cell(category_id=9): 5}, {}),  # of no group
    ],
)
def test_along_categories(cells: dict[Cell, int], found: dict[str, int]) -> None:
    assert along(Axis.CATEGORY, cells.items(), TOP.get, TREES) == found


def test_months_of_the_cells() -> None:
    cells = {Cell(month=1): 10, Cell(category_id=1, month=1): 6, Cell(category_id=1, month=2): 3, Cell(category_id=2): 9}
    assert by_month(cells.items(), TREES) == {1: 10, 2: 3}


def test_thousands_of_cells_in_two_divisions_are_read_quickly() -> None:
    cells: dict[Cell, int] = {Cell(category_id=c, month=m): 1 for c in range(100, 500) for m in range(1, 13)}
    cells |= {Cell(category_id=c, region_id=r): 1 for c in range(100, 500) for r in range(1000, 1010)}
    found = along(Axis.CATEGORY, cells.items(), str, TREES)
    assert len(found) == 400
    assert set(found.values()) <= {10, 12}


YEAR = Elapsed({1: (20, 20), 2: (5, 20), **{month: (0, 20) for month in range(3, 13)}})


@pytest.mark.parametrize(
    ("quota", "months", "otherwise", "expected"),
    [
        (100, {1: 40, 2: 60}, None, 55),  # 40 + 60 × 5/20
        (240, {}, None, 25),  # 240 × 25/240
        (280, {1: 40}, None, 65),  # 40 + 240 × 25/240
        (60, {}, 0.5, 30),  # follows the plan
        (0, {}, None, 0),
        (30, {1: 40}, None, 40),  # months beyond the quota leave no rest
    ],
)
def test_pace(quota: int, months: dict[int, int], otherwise: Any, expected: int) -> None:
    from fractions import Fraction

    assert due(quota, months, YEAR, None if otherwise is None else Fraction(otherwise)) == expected


def test_the_months_of_a_plan_add_up_to_it() -> None:
    months = monthly_plan(280, {1: 40}, YEAR)
    assert (months[1], months[2], sum(months.values())) == (60, 20, 280)
