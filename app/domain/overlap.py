"""四统一: where two plans ask for the same, and what may have been sampled twice.

A cell that is not divided along an axis holds all of it, and a category or area holds everything below: such cells overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import date
from itertools import combinations, product

from app.domain.assignments import Above, Trees
from app.domain.quotas import Cell


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two cells that may be met by the same sample."""

    one: Cell
    other: Cell
    one_batches: int
    other_batches: int

    @property
    def together(self) -> int:
        return self.one_batches + self.other_batches


def overlaps(one: Iterable[tuple[Cell, int]], other: Iterable[tuple[Cell, int]], trees: Trees) -> list[Overlap]:
    """Every pair of the finest cells of both plans that overlap; the finest say most exactly what is asked.

    A cell that is divided further is told by its parts, and the plan's total by its cells.
    """
    first, second = finest(one, trees), finest(other, trees)
    found = [Overlap(a, b, n, m) for a, n in first for b, m in second if n and m and meets(a, b, trees)]
    return sorted(found, key=lambda pair: (-_shared(pair.one, pair.other), -pair.together, pair.one.key, pair.other.key))


def _shared(one: Cell, other: Cell) -> int:
    """Along how many axes both plans say what they ask; the more, the surer the same is asked twice."""
    return sum(None not in pair for pair in zip(astuple(one), astuple(other), strict=True))


def finest(cells: Iterable[tuple[Cell, int]], trees: Trees) -> list[tuple[Cell, int]]:
    """Cells in which no other cell of the plan lies."""
    known = list(cells)
    divided = {above for cell, _ in known for above in _around(cell, trees) if above != cell}
    return [(cell, n) for cell, n in known if cell not in divided]


def _around(cell: Cell, trees: Trees) -> Iterator[Cell]:
    """Every cell in which this one lies."""
    foods = [None, *trees.categories(cell.category_id)] if cell.category_id is not None else [None]
    places = [None, *trees.regions(cell.region_id)] if cell.region_id is not None else [None]
    plain = ({None, cell.link}, {None, cell.month}, {None, cell.area_type})
    return (Cell(*at) for at in product(foods, places, *plain))


def meets(one: Cell, other: Cell, trees: Trees) -> bool:
    return (
        _meet(one.category_id, other.category_id, trees.categories)
        and _meet(one.region_id, other.region_id, trees.regions)
        and (None in (one.link, other.link) or one.link is other.link)
        and (None in (one.month, other.month) or one.month == other.month)
        and (None in (one.area_type, other.area_type) or one.area_type is other.area_type)
    )


def _meet(one: int | None, other: int | None, above: Above) -> bool:
    if one is None or other is None:
        return True
    return one in above(other) or other in above(one)


# ---------------------------------------------------------------- sampled twice

SAME_DAYS = 30
"""Within a month: two samples of one food at one place are worth a look."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """A sheet of one of the plans; ``unit`` tells the sampled unit, ``food`` its product name or category."""

    id: int
    number: str
    plan: int
    unit: str
    unit_name: str
    product: str
    category_id: int | None
    on: date


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sheets of different plans at the same unit. ``same_food`` tells a possible duplicate."""

    one: Sampled
    other: Sampled

    @property
    def days(self) -> int:
        return abs((self.one.on - self.other.on).days)

    @property
    def same_food(self) -> bool:
        named = self.one.product == self.other.product
        return named or (self.one.category_id is not None and self.one.category_id == self.other.category_id)


def sampled_twice(sheets: Iterable[Sampled], days: int = SAME_DAYS) -> list[Pair]:
    """Pairs of different plans at one unit within so many days; possible duplicates first, then the nearest."""
    units: dict[str, list[Sampled]] = {}
    for sheet in sheets:
        units.setdefault(sheet.unit, []).append(sheet)
    found = [Pair(a, b) for same in units.values() for a, b in combinations(same, 2) if a.plan != b.plan]
    near = [pair for pair in found if pair.days <= days]
    return sorted(near, key=lambda pair: (not pair.same_food, pair.days, pair.one.number, pair.other.number))
