"""A plan's quotas read along one axis (按一个维度读取计划批次), each batch counted once.

A plan may be divided several ways at once: 肉制品 100, of which 流通 60, and beside that 城关镇 30. Along an axis the coarsest
cells that name it are taken first, and a cell that overlaps one already taken is a division of the same batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any

from app.domain.assignments import Trees
from app.domain.progress import Axis
from app.domain.quotas import Cell

FIELDS = {
    Axis.CATEGORY: "category_id", Axis.AREA: "region_id", Axis.LINK: "link", Axis.MONTH: "month", Axis.AREA_TYPE: "area_type",
}  # fmt: skip
Quotas = Iterable[tuple[Cell, int]]
Signature = tuple[Axis, ...]
Key = tuple[Any, ...]


def coordinate(cell: Cell, axis: Axis) -> Any:
    """Where the cell lies on the axis; None where it is not divided."""
    return getattr(cell, FIELDS[axis])


def along(axis: Axis, quotas: Quotas, group_of: Callable[[Any], str | None], trees: Trees) -> dict[str, int]:
    """Batches of each group of the axis. What is not divided along it is in no group."""
    found: dict[str, int] = {}
    for group, batches in _once(axis, quotas, group_of, trees):
        found[group] = found.get(group, 0) + batches
    return found


def _once(
    axis: Axis, quotas: Quotas, group_of: Callable[[Any], str | None], trees: Trees
) -> Iterator[tuple[str, int]]:
    taken = Taken(trees)
    for cell, batches in sorted(quotas, key=lambda one: _coarse_first(one[0], trees)):
        at = coordinate(cell, axis)
        group = group_of(at) if at is not None else None
        if group is not None and not taken.overlaps(cell):
            taken.add(cell)
            yield group, batches


def inside(axis: Axis, quotas: Quotas, group: str, group_of: Callable[[Any], str | None]) -> list[tuple[Cell, int]]:
    """The quotas that lie wholly in a group."""
    return [(cell, n) for cell, n in quotas if (at := coordinate(cell, axis)) is not None and group_of(at) == group]


def by_month(quotas: Quotas, trees: Trees) -> dict[int, int]:
    """计划月份: batches of each month, of what is divided by month."""
    found = along(Axis.MONTH, quotas, str, trees)
    return {int(month): batches for month, batches in sorted(found.items(), key=lambda one: int(one[0]))}


def _coarse_first(cell: Cell, trees: Trees) -> tuple[int, int, str]:
    depth = sum(len(_up(cell, axis, trees)) for axis in (Axis.CATEGORY, Axis.AREA) if coordinate(cell, axis) is not None)
    return len(_signature(cell)), depth, cell.key


def _signature(cell: Cell) -> Signature:
    return tuple(axis for axis in FIELDS if coordinate(cell, axis) is not None)


def _up(cell: Cell, axis: Axis, trees: Trees) -> set[Any]:
    """The coordinate and everything above it; of an axis without a tree, itself."""
    at = coordinate(cell, axis)
    if axis is Axis.CATEGORY:
        return {*trees.categories(at)}
    return {*trees.regions(at)} if axis is Axis.AREA else {at}


class Taken:
    """Cells that have been counted. Two cells overlap when on every axis that both divide, one lies in the other."""

    def __init__(self, trees: Trees) -> None:
        self._trees = trees
        self._cells: dict[Signature, list[Cell]] = {}
        self._keys: dict[tuple[Signature, Signature], tuple[int, set[Key]]] = {}

    def add(self, cell: Cell) -> None:
        self._cells.setdefault(_signature(cell), []).append(cell)

    def overlaps(self, cell: Cell) -> bool:
        mine = _signature(cell)
        for theirs in self._cells:
            common = tuple(axis for axis in mine if axis in theirs)
            known = self._indexed(theirs, common)
            if any(key in known for key in product(*(self._asked(cell, axis) for axis in common))):
                return True
        return False

    def _indexed(self, theirs: Signature, common: Signature) -> set[Key]:
        done, keys = self._keys.get((theirs, common), (0, set()))
        cells = self._cells[theirs]
        for cell in cells[done:]:
            keys.update(product(*(self._held(cell, axis) for axis in common)))
        self._keys[theirs, common] = len(cells), keys
        return keys

    def _held(self, cell: Cell, axis: Axis) -> list[tuple[str, Any]]:
        at = coordinate(cell, axis)
        return [("at", at), *(("over", above) for above in _up(cell, axis, self._trees) if above != at)]

    def _asked(self, cell: Cell, axis: Axis) -> list[tuple[str, Any]]:
        """It lies in a cell taken (which is at or above it), or a cell taken lies in it (it is over that cell)."""
        return [*(("at", above) for above in _up(cell, axis, self._trees)), ("over", coordinate(cell, axis))]
