"""Distributing a total: exact sums, minimums and ties worked out by hand."""

from __future__ import annotations

import random
from typing import Any

import pytest

from app.domain.allocation import CannotAllocate, allocate, strata


@pytest.mark.parametrize(
    ("total", "weights", "minimum", "found"),
    [
        (10, {"a": 1, "b": 1}, 0, {"a": 5, "b": 5}),
        (10, {"a": 1, "b": 1, "c": 1}, 0, {"a": 4, "b": 3, "c": 3}),  # all remainders equal: the first
        (10, {"a": 53, "b": 26, "c": 21}, 0, {"a": 5, "b": 3, "c": 2}),  # 5.3, 2.6, 2.1: the left one to .6
        (7, {"a": 1, "b": 3}, 0, {"a": 2, "b": 5}),  # 1.75, 5.25
        (1, {"a": 1, "b": 3}, 0, {"a": 0, "b": 1}),
        (2, {"a": 1, "b": 3}, 0, {"a": 0, "b": 2}),  # 0.5, 1.5: equal remainders, the greater weight
        (10, {"a": 99, "b": 1, "c": 0}, 1, {"a": 8, "b": 1, "c": 1}),  # 1 each, 7 shared: 6.93, 0.07, 0
        (0, {"a": 1}, 0, {"a": 0}),
        (3, {"a": 1, "b": 1, "c": 1}, 1, {"a": 1, "b": 1, "c": 1}),
    ],
)
def test_shares(total: int, weights: dict[str, int], minimum: int, found: dict[str, int]) -> None:
    assert allocate(total, weights, minimum) == found


def test_the_parts_always_add_up_and_are_within_one_of_their_share() -> None:
    draw = random.Random(3)
    for _ in range(200):
        weights = {str(at): draw.randint(0, 50) for at in range(draw.randint(1, 12))}
        if not any(weights.values()):
            continue
        total = draw.randint(0, 500)
        found = allocate(total, weights)
        assert sum(found.values()) == total
        whole = sum(weights.values())
        assert all(abs(found[key] * whole - total * weight) < whole for key, weight in weights.items())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((10, {}), "没有可分配的格"),
        ((10, {"a": 0, "b": 0}), "都是 0"),
        ((1, {"a": 1, "b": 1}, 1), "共需 2 批次"),
        ((-1, {"a": 1}), "不能为负数"),
        ((1, {"a": -1, "b": 3}), "权重不能为负数"),
    ],
)
def test_refuses_what_does_not_go_round(arguments: Any, sentence: str) -> None:
    with pytest.raises(CannotAllocate, match=sentence):
        allocate(*arguments)


def test_strata_by_food_link_and_place() -> None:
    # weights 6, 2, 3, 1 of 12 after one each: 16 shared as 8, 2.67, 4, 1.33
    found = strata(20, {1: 2, 2: 1}, {"流通": 3, "餐饮": 1}, {"城市": 1})
    assert found == {(1, "流通", "城市"): 9, (1, "餐饮", "城市"): 4, (2, "流通", "城市"): 5, (2, "餐饮", "城市"): 2}
    with pytest.raises(CannotAllocate, match="4 格各至少 1 批次"):
        strata(3, {1: 2, 2: 1}, {"流通": 3, "餐饮": 1}, {"城市": 1})
