"""四统一: which cells of two plans overlap, and which sheets may be duplicates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.assignments import Trees
from app.domain.overlap import Sampled, finest, meets, overlaps, sampled_twice
from app.domain.quotas import Cell
from app.domain.samples import AreaType, Link

UP = {11: [11, 1], 12: [12, 1], 71: [71, 7], 72: [72, 7]}
TREES = Trees(lambda number: UP.get(number, [number]), lambda number: UP.get(number, [number]))


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (Cell(category_id=1), Cell(category_id=1), True),
        (Cell(category_id=1), Cell(category_id=11), True),  # an ancestor holds its descendant
        (Cell(category_id=11), Cell(category_id=1), True),
        (Cell(category_id=11), Cell(category_id=12), False),
        (Cell(category_id=1), Cell(category_id=2), False),
        (Cell(), Cell(category_id=2), True),  # undivided holds all
        (Cell(region_id=7), Cell(region_id=71), True),
        (Cell(region_id=72), Cell(region_id=71), False),
        (Cell(month=1), Cell(month=1), True),
        (Cell(month=1), Cell(month=2), False),
        (Cell(month=1), Cell(category_id=1), True),
        (Cell(link=Link.CATERING), Cell(link=Link.ONLINE), False),
        (Cell(area_type=AreaType.URBAN), Cell(area_type=AreaType.RURAL), False),
        (Cell(category_id=1, month=1), Cell(category_id=11, month=2), False),
        (Cell(category_id=1, region_id=71, month=3), Cell(category_id=11, region_id=7), True),
    ],
)
def test_which_cells_meet(one: Cell, other: Cell, overlap: bool) -> None:
    assert meets(one, other, TREES) is overlap


def test_a_divided_cell_is_told_by_its_parts() -> None:
    cells = [(Cell(), 100), (Cell(category_id=1), 60), (Cell(category_id=11), 25), (Cell(category_id=2), 10)]
    assert finest(cells, TREES) == [(Cell(category_id=11), 25), (Cell(category_id=2), 10)]


def test_overlaps_side_by_side_with_their_sum() -> None:
    city = [(Cell(), 100), (Cell(category_id=1), 60), (Cell(category_id=2), 40)]
    county = [(Cell(), 30), (Cell(category_id=11, month=3), 12), (Cell(category_id=2, month=4), 0)]
    found = overlaps(city, county, TREES)
    assert [(one.one.category_id, one.one_batches, one.other_batches, one.together) for one in found] == [(1, 60, 12, 72)]


def test_what_both_plans_say_comes_first() -> None:
    """A link of its own meets every food; the same food in both plans is what people look for."""
    county = [(Cell(link=Link.CATERING), 90), (Cell(category_id=11), 5)]
    found = overlaps([(Cell(category_id=1), 20)], county, TREES)
    assert [one.other_batches for one in found] == [5, 90]


def sheet(number: int, plan: int, day: int, unit: str = "甲店", product: str = "酱牛肉", category: int | None = None) -> Sampled:
    return Sampled(number, f"P{number}", plan, unit, unit, product, category, date(2026, 3, 1) + timedelta(days=day))


def test_the_same_food_at_the_same_unit_within_the_days() -> None:
    sheets = [
        sheet(1, 1, 0), sheet(2, 2, 30), sheet(3, 2, 31), sheet(4, 2, 3, product="香肠"), sheet(5, 2, 4, unit="乙店"), sheet(6, 1, 1),
        sheet(7, 2, 2, product="午餐肉", category=5), sheet(8, 1, 9, unit="丙店", product="x", category=5),
    ]  # fmt: skip
    found = sampled_twice(sheets, 30)
    assert [(pair.one.number, pair.other.number, pair.days) for pair in found if pair.same_food] == [
        ("P2", "P6", 29), ("P1", "P2", 30), ("P3", "P6", 30),
    ]  # fmt: skip
    assert all({pair.one.plan, pair.other.plan} == {1, 2} for pair in found)
    assert not any("乙店" in (pair.one.unit, pair.other.unit) for pair in found)
