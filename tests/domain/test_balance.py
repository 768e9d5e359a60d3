"""均衡性: hand-computed figures, contributions and the month's number against trying every number."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from app.domain.balance import SAMPLING_BALANCE, meter, suggested
from app.domain.figures import balance


@pytest.mark.parametrize(
    ("batches", "plan", "display"),
    [
        ({"1": 5, "2": 5}, {"1": 10, "2": 10}, "1.00"),
        ({"1": 6, "2": 2}, {"1": 1, "2": 1}, "0.75"),  # 1 − ½(¼ + ¼)
        ({"1": 8}, {"1": 1, "2": 7}, "0.13"),  # exactly 0.125: half up
        ({"1": 4}, {"2": 4}, "0.00"),
        ({"1": 2, "未分类": 1}, {"1": 3}, "0.67"),  # 1 − ½(⅓ + ⅓)
        ({"1": 1, "2": 1}, {"1": Fraction(1, 2), "2": Fraction(1, 2)}, "1.00"),
        ({}, {"1": 4}, "—"),  # 0 ÷ 0
        ({"1": 4}, {}, "—"),
        ({"1": 0}, {"1": 0}, "—"),
    ],
)
def test_the_figure(batches: dict[str, int], plan: dict[str, int | Fraction], display: str) -> None:
    assert meter(batches, plan).figure.display == display


def test_contributions_say_how_many_over_and_under() -> None:
    found = meter({"1": 6, "2": 2}, {"1": 10, "2": 10, "3": 0}).contributions
    assert [(one.key, one.done, one.fair, one.words) for one in found] == [
        ("1", 6, 4, "偏多 2.0 批次"), ("2", 2, 4, "偏少 2.0 批次"), ("3", 0, 0, "与计划占比一致"),
    ]  # fmt: skip
    assert sum(one.gap for one in found) == 0


@pytest.mark.parametrize(
    ("batches", "plan", "month", "number"),
    [
        ({1: 8}, {1: 10, 2: 10}, 2, 8),  # as behind as January was
        ({1: 8, 2: 9}, {1: 10, 2: 10}, 2, 9),  # what is sampled stays sampled
        ({}, {1: 10, 2: 12}, 2, 12),  # nothing before: the plan's own number
        ({}, {1: 10}, 1, 10),
        ({1: 30}, {1: 10, 2: 20}, 2, 60),
        ({1: 5}, {1: 10, 2: 0}, 2, 0),
        ({1: 5}, {3: 7}, 2, None),  # the plan asks nothing yet
    ],
)
def test_the_number_for_the_month(batches: dict[int, int], plan: dict[int, int | Fraction], month: int, number: int | None) -> None:
    assert suggested(batches, plan, month) == number


def test_no_other_number_for_the_month_is_better() -> None:
    draw = random.Random(7)
    for _ in range(60):
        month = draw.randint(2, 6)
        batches = {at: draw.randint(0, 9) for at in range(1, month)} | {month: draw.randint(0, 3)}
        plan = {at: draw.randint(0, 9) for at in range(1, month + 1)}
        if not any(plan.values()) or not sum(batches[at] for at in range(1, month)) or plan[month] == sum(plan.values()):
            continue

        def after(number: int) -> Fraction:
            found = balance(SAMPLING_BALANCE, {**batches, month: number}, plan)  # noqa: B023
            assert found.value is not None
            return found.value

        number = suggested(batches, plan, month)
        assert number is not None
        best = max(range(batches[month], 400), key=lambda n: (after(n), -n))
        assert after(number) == after(best), (batches, plan)
        assert number >= batches[month]
