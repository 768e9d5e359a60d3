"""样品标签: layouts, and how many labels go on which sheet. A label asked for is a label printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")
MOST_COPIES = 50  # of one kind for one sample
MOST_LABELS = 1_000  # at a time


class LabelLayout(StrEnum):
    """标签版式."""

    A4 = "A4 不干胶 3×8（70×37 mm）"
    ROLL = "标签卷 60×40 mm"

    @property
    def code(self) -> str:
        return self.name.lower()

    @property
    def per_page(self) -> int:
        """Labels on one sheet; a roll has one on each."""
        return 24 if self is LabelLayout.A4 else 1


class LabelSort(StrEnum):
    """样品种类 on a label."""

    TEST = "检样"
    BACKUP = "备样"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many labels of each sort for each sample, and where on a used sheet to begin (1 is the first place)."""

    test: int = 1
    backup: int = 1
    start: int = 1

    def total(self, samples: int) -> int:
        return samples * (self.test + self.backup)

    def sorts(self) -> Iterator[LabelSort]:
        """The sort of every label of one sample."""
        yield from [LabelSort.TEST] * self.test
        yield from [LabelSort.BACKUP] * self.backup


def refusal(wanted: Wanted, samples: int, layout: LabelLayout) -> str | None:
    """Why these labels cannot be made, or None."""
    if not (0 <= wanted.test <= MOST_COPIES and 0 <= wanted.backup <= MOST_COPIES):
        return f"每个样品的标签枚数应为 0 至 {MOST_COPIES} 的整数"
    if not wanted.test + wanted.backup:
        return "检样和备样的标签枚数不能都是 0"
    if not 1 <= wanted.start <= layout.per_page:
        return f"起始位置应为 1 至 {layout.per_page} 的整数"
    if (total := wanted.total(samples)) > MOST_LABELS:
        return f"一次最多打印 {MOST_LABELS} 枚标签，本次为 {total} 枚：请减少样品或枚数，分次打印"
    return None


def sheets(labels: Sequence[T], layout: LabelLayout, start: int = 1) -> list[list[T | None]]:
    """Labels laid out on sheets; None where a used sheet has no label left."""
    if layout is LabelLayout.ROLL:
        return [[label] for label in labels]
    places: list[T | None] = [None] * (start - 1) + list(labels)
    return [places[first : first + layout.per_page] for first in range(0, len(places), layout.per_page)]
