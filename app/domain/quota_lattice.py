"""Child quotas never exceed the parent (下级批次之和不超过上级).

The cells of a plan lie in a lattice: a cell divided along one of its axes has finer cells below it. What a cell needs is the
largest of its own number and, for every axis, the sum of what its direct children along that axis need. A cell whose finer
cells need more than its own number is overloaded. Sums along one axis are of cells that cannot overlap, so whatever is
refused is impossible in fact; on two axes whatever is impossible is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.quotas import Cell

Line = tuple[int | str, ...]
Place = tuple[Line, Line, Line, Line, Line]  # per axis the way from the top down to the coordinate; () is undivided
Namer = Callable[[Cell], str]


class Axis(StrEnum):
    """The axes of the grid, by the word of 按…分解."""

    CATEGORY = "分类"
    REGION = "区域"
    LINK = "环节"
    MONTH = "月"
    AREA_TYPE = "城乡"


AXES = tuple(Axis)


@dataclass(frozen=True, slots=True)
class Trees:
    """Ids from the top of the tree down to the id itself; the plan's own area is the top of the regions and not in the line."""

    categories: Callable[[int], tuple[int, ...]]
    regions: Callable[[int], tuple[int, ...]]

    def place(self, cell: Cell) -> Place:
        return (
            self.categories(cell.category_id) if cell.category_id is not None else (),
            self.regions(cell.region_id) if cell.region_id is not None else (),
            (cell.link.value,) if cell.link is not None else (),
            (cell.month,) if cell.month is not None else (),
            (cell.area_type.value,) if cell.area_type is not None else (),
        )


def parents(place: Place) -> Iterator[tuple[int, Place]]:
    """The cells directly above, with the axis along which they are divided into this one."""
    for axis, line in enumerate(place):
        if line:
            above: list[Line] = list(place)
            above[axis] = line[:-1]
            yield axis, (above[0], above[1], above[2], above[3], above[4])


def within(place: Place, above: Place) -> bool:
    """Does the cell lie in the other one, or is it the same?"""
    return all(line[: len(head)] == head for line, head in zip(place, above, strict=True))


class Lattice:
    """What every cell on the way from the plan's total down to its cells needs."""

    def __init__(self, quotas: Mapping[Cell, int], trees: Trees) -> None:
        self.own = {trees.place(cell): batches for cell, batches in quotas.items()}
        self._sums: dict[Place, list[int]] = {}
        for place in self._closure():
            need = self.need(place)
            for axis, above in parents(place):
                self._sums.setdefault(above, [0] * len(AXES))[axis] += need

    def _closure(self) -> list[Place]:
        """The cells and everything above them, finest first."""
        found, waiting = set(self.own), list(self.own)
        while waiting:
            for _, above in parents(waiting.pop()):
                if above not in found:
                    found.add(above)
                    waiting.append(above)
        return sorted(found, key=lambda place: -sum(map(len, place)))

    def need(self, place: Place) -> int:
        return max(self.own.get(place, 0), *self._sums.get(place, (0, 0)))

    def taken(self, place: Place, axis: Axis) -> int:
        """What the direct children along this axis need together."""
        sums = self._sums.get(place)
        return sums[AXES.index(axis)] if sums else 0

    def largest(self, place: Place) -> tuple[Axis, int]:
        """The axis along which most is distributed."""
        sums = self._sums.get(place, [0] * len(AXES))
        most = max(sums)
        return AXES[sums.index(most)], most


@dataclass(frozen=True, slots=True)
class Overload:
    """A cell whose finer cells take more than its own number, and the typed cells that are refused for it."""

    cell: Cell
    own: int
    axis: Axis
    taken: int  # distributed before the change
    more: int  # what the change would distribute beyond that; 0 where the cell itself was lowered
    at: tuple[Cell, ...]

    def sentence(self, name: Namer) -> str:
        if not self.more:
            return (
                f"“{name(self.cell)}”按{self.axis.value}已分解 {self.taken} 批，不能改为 {self.own} 批："
                f"请填写不少于 {self.taken} 的数，或先调减下级批次"
            )
        return (
            f"“{name(self.cell)}”计划 {self.own} 批，按{self.axis.value}分解已 {self.taken} 批，"
            f"还可分配 {max(self.own - self.taken, 0)} 批，不能再填 {self.more} 批"
        )


def overloads(before: Mapping[Cell, int], after: Mapping[Cell, int], trees: Trees) -> list[Overload]:
    """Why the change is refused; nothing where it is fine. Narrowest cells first."""
    was, now = Lattice(before, trees), Lattice(after, trees)
    raised = [
        (cell, trees.place(cell)) for cell, batches in after.items() if batches > before.get(cell, 0)
    ]
    found = []
    for cell, own in after.items():
        place = trees.place(cell)
        axis, taken = now.largest(place)
        if taken <= own:
            continue
        distributed, same = was.taken(place, axis), before.get(cell) == own
        if same and distributed == taken:  # it was so before, and this change does not make it worse
            continue
        if distributed > own and not same:
            found.append((place, Overload(cell, own, axis, taken, 0, (cell,))))
        else:
            found.append((place, Overload(cell, own, axis, distributed, taken - distributed, _raised_in(raised, place, cell))))
    return [one for _, one in sorted(found, key=lambda pair: -sum(map(len, pair[0])))]


def _raised_in(raised: Sequence[tuple[Cell, Place]], above: Place, cell: Cell) -> tuple[Cell, ...]:
    return tuple(one for one, place in raised if one != cell and within(place, above)) or (cell,)
