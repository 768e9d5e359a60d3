"""分配批次: a total distributed in proportion to weights, so that the parts add up to it exactly.

Largest remainder (最大余数法): each part first gets its minimum, what is left is shared in proportion, whole batches first,
and the batches still left go one by one to the largest remainders; of equal remainders to the greater weight, then to the part
that stands first.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


class Basis(StrEnum):
    """分配依据."""

    POPULATION = "常住人口"
    ENTERPRISES = "在营企业数"
    LAST_YEAR = "上年完成批次"
    EVEN = "平均分配"
    GIVEN = "自定权重"


METHOD = (
    "最大余数法：每格先得最低批次，其余按权重比例取整，剩余批次依次给余数最大的格；余数相同的先给权重大的，再按列表顺序。"
    "各格之和等于分配总数"
)


class CannotAllocate(ValueError):
    """The total does not go round, or there is nothing to go by; the message says what to do."""


def allocate(total: int, weights: Mapping[K, int | Fraction], minimum: int = 0) -> dict[K, int]:
    """The whole total, distributed."""
    _check(total, weights, minimum)
    left = total - minimum * len(weights)
    whole = sum((Fraction(weight) for weight in weights.values()), Fraction())
    shares = {key: left * Fraction(weight) / whole for key, weight in weights.items()}
    found = {key: minimum + int(share) for key, share in shares.items()}
    order = {key: at for at, key in enumerate(weights)}
    by_remainder = sorted(weights, key=lambda key: (-(shares[key] - int(shares[key])), -Fraction(weights[key]), order[key]))
    for key in by_remainder[: total - sum(found.values())]:
        found[key] += 1
    return found


def _check(total: int, weights: Mapping[K, int | Fraction], minimum: int) -> None:
    if total < 0 or minimum < 0:
        raise CannotAllocate("分配总数和最低批次不能为负数")
    if not weights:
        raise CannotAllocate("没有可分配的格，请先选择要分配到的类别或地区")
    if any(weight < 0 for weight in weights.values()):
        raise CannotAllocate("权重不能为负数，请改为 0 或正数")
    if not any(weights.values()):
        raise CannotAllocate("所选依据在各格都是 0，无法按比例分配：请改选其他分配依据，或填写自定权重")
    needed = minimum * len(weights)
    if needed > total:
        raise CannotAllocate(f"{len(weights)} 格各至少 {minimum} 批次，共需 {needed} 批次，超过分配总数 {total}：请增加总数或降低最低批次")


def strata(
    total: int, categories: Mapping[int, int | Fraction], links: Mapping[str, int | Fraction], places: Mapping[str, int | Fraction]
) -> dict[tuple[int, str, str], int]:
    """评价性抽检 by strata (category × link × 城乡): the weight of a stratum is the product of its three, one batch at least."""
    weights = {
        (category, link, place): Fraction(one) * Fraction(two) * Fraction(three)
        for category, one in categories.items()
        for link, two in links.items()
        for place, three in places.items()
        if one and two and three
    }
    return allocate(total, weights, minimum=1)
