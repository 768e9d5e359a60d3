"""抽样任务单的规则: how many batches of a plan a task may still take, what is wrong with its dates, and its light.

A quota of the plan is a ceiling for every task that lies wholly in its cell. Where no cell holds the whole task (it is coarser
than the grid, or lies across it), the cells it touches together are the ceiling.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.deadlines import DeadlineLight, light
from app.domain.quotas import Cell
from app.domain.samples import Link
from app.domain.working_days import WorkingDays

TEAM = 2  # 《食品安全抽样检验管理办法》第十四条: no fewer than two samplers
MOST_BATCHES = 9_999

Above = Callable[[int], Collection[int]]  # from an id to itself and every id above it


class Progress(StrEnum):
    """任务进展."""

    UNDER_WAY = "进行中"
    FULL = "已抽满"
    OVERDUE = "已超期"
    OVER = "已办结"


@dataclass(frozen=True, slots=True)
class Extent:
    """What a task, or a sheet without a task, is about: a food, a place, a link and the months it falls in."""

    category_id: int | None
    region_id: int | None
    link: Link | None
    months: frozenset[int]


@dataclass(frozen=True, slots=True)
class Trees:
    """The trees of categories and of regions."""

    categories: Above
    regions: Above


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The tightest quota above a task: its cells, what is planned there, and what has been given out or sampled already."""

    cells: tuple[Cell, ...]
    planned: int
    taken: int

    @property
    def remaining(self) -> int:
        return max(self.planned - self.taken, 0)


def months_of(start: date, end: date) -> frozenset[int]:
    """The months of one year that a period touches."""
    return frozenset(range(start.month, end.month + 1))


def _within(upper: int | None, lower: int | None, above: Above) -> bool:
    """The axis of a cell holds the whole axis of what is asked about."""
    return upper is None or (lower is not None and upper in above(lower))


def _touches(one: int | None, other: int | None, above: Above) -> bool:
    return one is None or other is None or one in above(other) or other in above(one)


def holds(cell: Cell, extent: Extent, trees: Trees) -> bool:
    """Everything of the extent lies in the cell. No task says 城市 or 乡村, so a cell of one of them holds none whole."""
    return (
        cell.area_type is None
        and _within(cell.category_id, extent.category_id, trees.categories)
        and _within(cell.region_id, extent.region_id, trees.regions)
        and (cell.link is None or cell.link is extent.link)
        and (cell.month is None or extent.months == {cell.month})
    )


def touches(cell: Cell, extent: Extent, trees: Trees) -> bool:
    """Something of the extent may lie in the cell."""
    return (
        _touches(cell.category_id, extent.category_id, trees.categories)
        and _touches(cell.region_id, extent.region_id, trees.regions)
        and (cell.link is None or extent.link is None or cell.link is extent.link)
        and (cell.month is None or cell.month in extent.months)
    )


def _lies_in(extent: Extent, around: Extent, trees: Trees) -> bool:
    return (
        _within(around.category_id, extent.category_id, trees.categories)
        and _within(around.region_id, extent.region_id, trees.regions)
        and (around.link is None or around.link is extent.link)
        and extent.months <= around.months
    )


def _inside(cell: Cell, other: Cell, trees: Trees) -> bool:
    """The cell is a part of another one."""
    return (
        cell != other
        and _within(other.category_id, cell.category_id, trees.categories)
        and _within(other.region_id, cell.region_id, trees.regions)
        and other.link in (None, cell.link)
        and other.month in (None, cell.month)
        and other.area_type in (None, cell.area_type)
    )


def tightest(
    extent: Extent,
    total: int,
    quotas: Sequence[tuple[Cell, int]],
    taken: Sequence[tuple[Extent, int]],
    trees: Trees,
) -> Ceiling:
    """The ceiling with the least room; the plan's total is one of them, the cell of all axes undivided."""
    whole = Cell()
    found = [(cell, batches) for cell, batches in quotas if cell != whole and holds(cell, extent, trees)]
    ceilings = [Ceiling((whole,), total, sum(batches for _, batches in taken))]
    for cell, batches in found:
        ceilings.append(Ceiling((cell,), batches, sum(n for other, n in taken if holds(cell, other, trees))))
    if not found and any(cell != whole for cell, _ in quotas):
        ceilings.append(_of_touched(extent, quotas, taken, trees))
    return min(ceilings, key=lambda ceiling: ceiling.remaining)


def _of_touched(
    extent: Extent, quotas: Iterable[tuple[Cell, int]], taken: Iterable[tuple[Extent, int]], trees: Trees
) -> Ceiling:
    """The outermost cells that the extent touches, together; none at all where the plan has no such food or place."""
    touched = [(cell, n) for cell, n in quotas if cell != Cell() and touches(cell, extent, trees)]
    outer = [(cell, n) for cell, n in touched if not any(_inside(cell, other, trees) for other, _ in touched)]
    used = sum(n for other, n in taken if _lies_in(other, extent, trees))
    return Ceiling(tuple(cell for cell, _ in outer), sum(n for _, n in outer), used)


# ---------------------------------------------------------------- dates, progress

def date_fault(start: date, end: date, today: date, year: int | None, kept_start: date | None = None) -> tuple[str, str] | None:
    """The field and the sentence of what is wrong with the dates; ``kept_start`` is the day on record, which may be past."""
    if end < start:
        return "to_on", f"完成日期 {end} 早于开始日期 {start}，请核对起止日期"
    if start < today and start != kept_start:
        return "from_on", f"开始日期 {start} 已经过去，请填写今天（{today}）或以后的日期"
    if end < today:
        return "to_on", f"完成日期 {end} 已经过去，请填写今天（{today}）或以后的日期"
    if year is not None and start.year != year:
        return "from_on", f"开始日期 {start} 不在计划年度 {year} 年内，请改到该年度，或不选计划"
    if year is not None and end.year != year:
        return "to_on", f"完成日期 {end} 不在计划年度 {year} 年内，请改到该年度，或不选计划"
    if year is None and start.year != end.year:
        return "to_on", "任务不得跨年度，请按年度分别下达"
    return None


def progress(done: int, batches: int, end: date, today: date, live: bool) -> Progress:
    """Where a task stands; a full one is never overdue, whether or not it has been closed."""
    if not live:
        return Progress.OVER
    if done >= batches:
        return Progress.FULL
    return Progress.OVERDUE if today > end else Progress.UNDER_WAY


def task_light(
    start: date, end: date, today: date, stands: Progress, calendar: WorkingDays
) -> DeadlineLight | None:
    """The light of a task by working days; none once nothing is left to do."""
    if stands in (Progress.OVER, Progress.FULL):
        return None
    return light(min(start, today), end, today, calendar)
