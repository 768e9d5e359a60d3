"""What the wall shows: the plan's key figures, months against the pace, rates by 大类, cases, inspections and warnings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.domain.actors import Actor
from app.domain.indicators import half_up
from app.indicators import breakdowns, queries, tables
from app.indicators.addresses import Here
from app.indicators.breakdowns import Month, Share
from app.indicators.figures import Asked
from app.indicators.frames import Frame
from app.indicators.groups import By
from app.indicators.models import Plan
from app.indicators.queries import Planned
from app.indicators.tables import Line
from app.reference_data.books import region_book

MOST = 8  # figures that can be read from across a room
TWICE = 2
CATEGORIES = 8
# In this order: how much was tested, how it came out, what was done about it, how the enterprises are looked after.
KEY = (
    "batches_per_thousand", "batch_count", "pass_rate", "disposal_rate", "disposal_on_time_rate", "category_coverage",
    "inspection_coverage", "grading_rate", "rectification_rate", "random_inspection_coverage", "inspection_disclosure_rate",
    "sampling_coverage", "filing_rate", "self_inspection_report_rate", "transfer_handling_rate", "enforcement_record_rate",
    "penalty_disclosure_rate", "problem_rate", "incident_count",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wall:
    """The figures of one plan. ``volume`` and ``rate`` are the lines whose months and groups are drawn."""

    lines: Sequence[Line]
    volume: Line | None
    months: Sequence[Month]
    rate: Line | None
    shares: Sequence[Share]
    rest: int  # figures of the plan that are not on the wall


def plan_of_reader(actor: Actor, plans: Sequence[Any]) -> str | None:
    """Code of the plan of the reader's place or of one around it; the first plan otherwise."""
    own = queries.own_region(actor)
    around = region_book().up(own.id) if own is not None else ()
    codes = {region_book().code(one) for one in around}
    return next((one.code for one in plans if one.region_code in codes), plans[0].code if plans else None)


def wall(plan: Plan, asked: Here) -> Wall:
    """One pass over each table for the figures; one more each for months and groups."""
    every = queries.indicators(plan, asked.frame.as_of)
    chosen = _chosen(every)
    found = tables.lines(chosen, asked.frame)
    volume = next((one for one in found if one.planned.formula.kind in tables.VOLUMES and one.divisible), None)
    rates = [one for one in found if one.planned.row.formula == "pass_rate"]
    rate = min(rates, key=lambda one: len(one.planned.conditions), default=None)  # the one about most batches
    held = asked.held
    return Wall(
        found, volume, _months(volume, asked.frame) if volume and held else [], rate,
        _shares(rate, asked.frame) if rate and held else [], len(every) - len(chosen),
    )  # fmt: skip


def _chosen(every: Sequence[Planned]) -> list[Planned]:
    """Figures that the program counts, in the order of ``KEY``; of one formula two at most while others have none."""
    computed = sorted((one for one in every if one.row.formula in KEY), key=lambda one: KEY.index(one.row.formula))
    seen = Counter[str]()
    first: list[Planned] = []
    more: list[Planned] = []
    for one in computed:
        seen[one.row.formula] += 1
        (first if seen[one.row.formula] <= TWICE else more).append(one)
    wanted = {id(one) for one in [*first, *more][:MOST]}
    return [one for one in computed if id(one) in wanted]


def _months(line: Line, frame: Frame) -> list[Month]:
    target = line.assessed.target.target
    paced = target.value if not target.comparator.ceiling else None
    return breakdowns.months(frame, Asked(line.planned.formula, line.planned.conditions), paced)


def _shares(line: Line, frame: Frame) -> list[Share]:
    """大类 with the most judged batches, then the whole."""
    found = breakdowns.breakdown(frame, Asked(line.planned.formula, line.planned.conditions), By.CATEGORY)
    groups = [one for one in found if one.key is not None and one.figure.denominator]
    groups.sort(key=lambda one: -(one.figure.denominator or 0))
    return [*groups[:CATEGORIES], *(one for one in found if one.key is None)]


def height(month: Month, line: Line) -> tuple[Decimal | None, Decimal | None]:
    """The month's own figure and what was due in it, as they are drawn."""
    figure, due = month.figure, month.expected
    shown = None if figure.value is None else Decimal(figure.display)
    return shown, None if due is None else Decimal(half_up(due, line.planned.formula.places))

