"""Does a mapping fit its form (对应关系核对): every cell is there to be filled, and none is filled twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.domain.cell_addresses import LAST_ROW, Cell, cell
from app.domain.return_specs import ListSpec
from app.return_templates.filling import MappedCell
from app.spreadsheet_filling import UnfitCell, check_cell
from app.spreadsheet_packages import Package

MOST_FAULTS = 20


def taken(one: MappedCell) -> Iterator[Cell]:
    """The cells that a mapping may fill."""
    at = cell(one.cell)
    if isinstance(one.spec, ListSpec):
        yield from (Cell(at.row + down, column) for down in range(one.spec.most) for column, _ in one.spec.columns)
    else:
        yield at


def fault(package: Package, one: MappedCell) -> str | None:
    """Why this mapping does not fit the form; None where it does."""
    if isinstance(one.spec, ListSpec) and cell(one.cell).row + one.spec.most - 1 > LAST_ROW:
        return f"{one.sheet}!{one.cell}（{one.name}）：列表超出了工作表的最后一行，请减少行数"
    try:
        for found in taken(one):
            check_cell(package, one.sheet, found)
    except UnfitCell as unfit:
        return f"{one.sheet}!{one.cell}（{one.name}）：{unfit}"
    return None


def faults(package: Package, cells: Sequence[MappedCell]) -> list[str]:
    """Everything that does not fit, each with its place."""
    found = [told for one in cells if (told := fault(package, one)) is not None]
    return [*found, *_twice(cells)][:MOST_FAULTS]


def _twice(cells: Iterable[MappedCell]) -> Iterator[str]:
    owners: dict[tuple[str, Cell], MappedCell] = {}
    for one in cells:
        for at in taken(one):
            other = owners.setdefault((one.sheet, at), one)
            if other is not one:
                yield f"{one.sheet}!{at}：“{other.name}”与“{one.name}”重叠，请移开或减少行数"
                break
