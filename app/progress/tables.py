"""计划进度: every plan of the year with its light, and one plan by any axis, as pages and commands show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from app import clock
from app.assignments.rooms import trees
from app.domain.actors import Actor
from app.domain.assignments import Trees
from app.domain.fact_filters import UNCLASSIFIED
from app.domain.progress import QUOTA_AXES, Axis, Elapsed, Line, Tally, due, line, proportion, total
from app.domain.quota_axes import Quotas, along, by_month, inside
from app.domain.quotas import Cell
from app.plans import queries as plans
from app.plans.models import SamplingPlan
from app.progress import queries
from app.progress.groups import Groups, TreeGroups
from app.progress.pace import elapsed, threshold
from app.reference.planning_rules import LightRule
from app.reference_data.books import category_book, region_book

Cells = Sequence[tuple[Cell, int]]
WHOLE = "合计"
ALWAYS = (Axis.MONTH, Axis.LINK, Axis.AREA_TYPE)  # few parts: shown whether or not there is anything in them


@dataclass(frozen=True)
class Laid:
    """A plan as it is laid out: its total, its cells and its months."""

    plan: SamplingPlan
    total: int
    cells: Cells
    months: Mapping[int, int]
    elapsed: Elapsed
    rule: LightRule
    trees: Trees

    @property
    def expected(self) -> Fraction:
        return due(self.total, self.months, self.elapsed)

    def line(self, key: str, label: str, tally: Tally, quota: int | None, expected: Fraction | None, opens: bool = False) -> Line:
        return line(key, label, tally, quota, expected, self.rule.amber_within, self.elapsed.finished, opens)


@dataclass(frozen=True)
class Table:
    """One plan by one axis; ``node`` is the category or region whose parts are shown."""

    laid: Laid
    parts: Groups
    node: str | None
    lines: Sequence[Line]
    whole: Line
    way: Sequence[tuple[str | None, str]]  # from the top down to the node

    @property
    def planned(self) -> bool:
        return self.parts.axis in QUOTA_AXES

    @property
    def over(self) -> int:
        """What the parts still owe beyond the whole: what other parts have more than they were asked."""
        return max(sum(one.remaining or 0 for one in self.lines) - (self.whole.remaining or 0), 0) if self.planned else 0

    @property
    def unplaced(self) -> int:
        """Sheets that lie in none of the parts planned, so that those read lower than they are."""
        rest = next((one for one in self.lines if one.key == UNCLASSIFIED), None)
        asked = any(one.quota for one in self.lines if one.key != UNCLASSIFIED)
        return rest.tally.sampled if rest is not None and asked else 0


def lay_out(found: Sequence[SamplingPlan], today: date) -> list[Laid]:
    """Several plans at once."""
    cells, forest = queries.cells_in_force(found), trees()
    days = {year: (elapsed(year, today), threshold(year, today)) for year in {one.year for one in found}}
    return [
        Laid(one, _total(one, cells[one.id]), cells[one.id], by_month(cells[one.id], forest), *days[one.year], forest) for one in found
    ]


def _total(plan: SamplingPlan, cells: Cells) -> int:
    """计划总批次 as issued; while an issued plan is being changed its row already says the new number."""
    return next((batches for cell, batches in cells if cell == Cell()), plan.total)


def overview(actor: Actor, year: int) -> list[tuple[Laid, Line]]:
    """Every plan in force of the year."""
    found = plans.plans_in_force(actor, year)
    tallies = queries.tallies(actor, found)
    return [
        (laid, laid.line("", WHOLE, tallies[laid.plan.id], laid.total, laid.expected)) for laid in lay_out(found, clock.today())
    ]


def table(actor: Actor, plan: SamplingPlan, axis: Axis, node: str | None = None) -> Table:
    """One plan by one axis."""
    laid = lay_out([plan], clock.today())[0]
    parts = queries.parts_of(actor, plan, axis, node)
    tallies = queries.by_group(actor, plan, parts)
    reader = Reader(laid, parts)
    whole = reader.whole(total(tallies.values()))
    lines = [*reader.lines(tallies)]
    lines += reader.rest(tallies.get(UNCLASSIFIED, Tally()), whole, lines)
    return Table(laid, parts, node, lines, whole, _way(parts, plan))


class Reader:
    """Puts quotas and pace beside the counts of each part."""

    def __init__(self, laid: Laid, parts: Groups) -> None:
        self.laid, self.parts, self.trees = laid, parts, laid.trees
        self.planned = parts.axis in QUOTA_AXES
        self.quotas = along(parts.axis, laid.cells, parts.group_of, self.trees) if self.planned else {}
        self.share = proportion(laid.expected, laid.total)

    def whole(self, tally: Tally) -> Line:
        quota, cells = self._whole_quota()
        expected = self.laid.expected if quota == self.laid.total else self._due(quota, cells)
        return self.laid.line("", WHOLE, tally, quota, expected)

    def _whole_quota(self) -> tuple[int, Quotas]:
        parts = self.parts
        if not isinstance(parts, TreeGroups) or parts.node is None:
            return self.laid.total, self.laid.cells

        def within(number: Any) -> str | None:
            return WHOLE if number in parts.within else None

        found = along(parts.axis, self.laid.cells, within, self.trees)
        return found.get(WHOLE, 0), inside(parts.axis, self.laid.cells, WHOLE, within)

    def lines(self, tallies: Mapping[str, Tally]) -> Iterator[Line]:
        for key, label in self.parts.labels.items():
            quota = self.quotas.get(key)
            if quota is None and key not in tallies and self.parts.axis not in ALWAYS:
                continue
            cells = inside(self.parts.axis, self.laid.cells, key, self.parts.group_of) if quota else []
            expected = self._due(quota, cells) if quota else None
            yield self.laid.line(key, label, tallies.get(key, Tally()), quota, expected, self.parts.opens(key))

    def rest(self, tally: Tally, whole: Line, lines: Sequence[Line]) -> list[Line]:
        """未分类, with what the plan does not divide along this axis: the parts add up to the whole."""
        left = (whole.quota or 0) - sum(one.quota or 0 for one in lines) if self.planned else 0
        if tally == Tally() and left <= 0:
            return []
        due_left = (whole.expected or Fraction()) - sum((one.expected or Fraction() for one in lines), Fraction())
        return [self.laid.line(UNCLASSIFIED, self.parts.rest, tally, left if left > 0 else None, max(due_left, Fraction()))]

    def _due(self, quota: int, cells: Quotas) -> Fraction:
        return due(quota, by_month(cells, self.trees), self.laid.elapsed, self.share)


def _way(parts: Groups, plan: SamplingPlan) -> list[tuple[str | None, str]]:
    """The nodes above, from the whole plan down to the one shown."""
    if not isinstance(parts, TreeGroups):
        return []
    at, way = parts.node, []
    if parts.axis is Axis.CATEGORY:
        book = category_book()
        while at is not None:
            way.append((str(at), book.by_id(at).name))
            at = book.by_id(at).parent_id
    elif at is not None:
        regions = region_book()
        below = regions.below(plan.region_id)
        way = [(str(one), regions.name(one)) for one in regions.up(at) if one in below and one != plan.region_id]
    return [(None, "全部"), *reversed(way)]
