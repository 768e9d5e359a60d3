"""下一步抽什么: what a plan still needs, told by its quotas, and where one more batch would count.

Quotas of the same coordinates that differ only by month are one line: what earlier months owe may be caught up, what later months
hold is not taken ahead. A batch counts towards every line that holds it, so that the finer cells bind before the coarser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.domain.quotas import Cell
from app.domain.samples import AreaType, Link

Up = Callable[[int], Sequence[int]]  # from an id to itself and every id above it
LAST_MONTH = 12


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a batch counts: its food, place, link and 城乡; None is not known."""

    category_id: int | None = None
    region_id: int | None = None
    link: Link | None = None
    area_type: AreaType | None = None


@dataclass(frozen=True, slots=True)
class Trees:
    """From a category or region up."""

    categories: Up
    regions: Up

    def cells(self, spot: Spot) -> Iterator[Cell]:
        """Every cell (no month) that holds the spot, coarse ones included."""
        categories = (None, *self.categories(spot.category_id)) if spot.category_id is not None else (None,)
        regions = (None, *self.regions(spot.region_id)) if spot.region_id is not None else (None,)
        for category in categories:
            for region in regions:
                for link in {None, spot.link}:
                    for area_type in {None, spot.area_type}:
                        yield Cell(category, region, link, None, area_type)

    def fineness(self, cell: Cell) -> int:
        """How far the cell is divided: one step per axis, and one more per level of the two trees."""
        category = len(self.categories(cell.category_id)) if cell.category_id is not None else 0
        region = len(self.regions(cell.region_id)) if cell.region_id is not None else 0
        return category + region + (cell.link is not None) + (cell.area_type is not None)

    def pattern(self, cell: Cell) -> tuple[int, int, bool, bool]:
        """Which axes are divided, and down to which level: cells of one pattern never overlap."""
        return (
            len(self.categories(cell.category_id)) if cell.category_id is not None else 0,
            len(self.regions(cell.region_id)) if cell.region_id is not None else 0,
            cell.link is not None,
            cell.area_type is not None,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """计划线: the quotas of one set of coordinates, and the batches already sampled or given out there this year."""

    plan_id: int
    cell: Cell
    whole: int | None  # the quota not divided by month
    months: tuple[tuple[int, int], ...] = ()
    taken: int = 0

    @property
    def planned(self) -> int:
        return self.whole if self.whole is not None else sum(batches for _, batches in self.months)

    @property
    def remaining(self) -> int:
        """Batches still owed by the end of the year."""
        return max(self.planned - self.taken, 0)

    def planned_by(self, month: int) -> int:
        """Batches that may have been sampled by the end of the month; what no month holds may be sampled at any time."""
        if not self.months:
            return self.planned
        undivided = max(self.planned - sum(batches for _, batches in self.months), 0)
        return min(self.planned, undivided + sum(batches for one, batches in self.months if one <= month))

    def open_by(self, month: int) -> int:
        """余量 up to the end of the month, arrears included."""
        return max(self.planned_by(month) - self.taken, 0)

    def owed_before(self, month: int) -> int:
        """欠量: batches that the months before should have brought; None of them where the line has no months."""
        if not self.months:
            return 0
        return max(sum(batches for one, batches in self.months if one < month) - self.taken, 0)


@dataclass(frozen=True, slots=True)
class Book:
    """The lines of one plan by their coordinates."""

    plan_id: int
    lines: Mapping[Cell, Line]
    trees: Trees
    within: Trees  # the same trees, less what no line names: most cells around a spot are nobody's
    ranks: Mapping[Cell, int]  # the finest first
    known: dict[Spot, list[Line]] = field(default_factory=dict, compare=False, repr=False)  # what was looked up before

    def holding(self, spot: Spot) -> list[Line]:
        """The lines that the spot counts towards, the finest first."""
        found = self.known.get(spot)
        if found is None:
            cells = [cell for cell in self.within.cells(spot) if cell in self.lines]
            found = self.known[spot] = [self.lines[cell] for cell in sorted(cells, key=self.ranks.__getitem__)]
        return found


def book_of(
    plan_id: int, total: int, quotas: Iterable[tuple[Cell, int]], taken: Iterable[tuple[Spot, int]], trees: Trees
) -> Book:
    """The lines of a plan; its total is the line that holds everything, unless a quota says so itself."""
    whole: dict[Cell, int] = {}
    months: dict[Cell, list[tuple[int, int]]] = {}
    for cell, batches in quotas:
        coordinates = replace(cell, month=None)
        if cell.month is None:
            whole[coordinates] = batches
        else:
            months.setdefault(coordinates, []).append((cell.month, batches))
    whole.setdefault(Cell(), total)
    counts = _counts({*whole, *months}, taken, _named([*whole, *months], trees))
    lines = {
        cell: Line(plan_id, cell, whole.get(cell), tuple(sorted(months.get(cell, ()))), counts.get(cell, 0))
        for cell in sorted({*whole, *months}, key=lambda one: one.key)
    }
    finest = sorted(lines, key=lambda cell: (-trees.fineness(cell), cell.key))
    return Book(plan_id, lines, trees, _named(lines, trees), {cell: rank for rank, cell in enumerate(finest)})


def _named(cells: Iterable[Cell], trees: Trees) -> Trees:
    """The trees less the ids that no cell names."""
    categories = {cell.category_id for cell in cells}
    regions = {cell.region_id for cell in cells}
    return Trees(
        lambda one: [above for above in trees.categories(one) if above in categories],
        lambda one: [above for above in trees.regions(one) if above in regions],
    )


def _counts(cells: set[Cell], taken: Iterable[tuple[Spot, int]], trees: Trees) -> dict[Cell, int]:
    found: dict[Cell, int] = {}
    for spot, number in taken:
        for cell in trees.cells(spot):
            if cell in cells:
                found[cell] = found.get(cell, 0) + number
    return found


@dataclass(frozen=True, slots=True)
class Reserve:
    """What a coarse line keeps for its finer ones: of the batches outside those cells no more than ``most`` may be taken."""

    line: Line
    finer: frozenset[Cell]
    most: int


def reserves(book: Book) -> list[Reserve]:
    """For every line and every way it is divided further: its remainder less that of the parts.

    Without this a batch outside the parts would use up what the parts still need.
    """
    inside: dict[tuple[Cell, tuple[int, int, bool, bool]], list[Line]] = {}
    for line in book.lines.values():
        spot = Spot(line.cell.category_id, line.cell.region_id, line.cell.link, line.cell.area_type)
        for cell in book.trees.cells(spot):
            if cell != line.cell and cell in book.lines:
                inside.setdefault((cell, book.trees.pattern(line.cell)), []).append(line)
    return [
        Reserve(
            book.lines[cell],
            frozenset(line.cell for line in parts),
            max(book.lines[cell].remaining - sum(line.remaining for line in parts), 0),
        )
        for (cell, _), parts in sorted(inside.items(), key=lambda item: (item[0][0].key, item[0][1]))
    ]
