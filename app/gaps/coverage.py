"""覆盖 (S14): licensed producers in operation and 品种 without a completed batch, by plan and area.

The figures are those of the indicators: nothing is divided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.actors import Actor
from app.domain.gaps_candidates import LICENSED
from app.domain.indicators import FORMULAS, Condition, Field, Figure, Period, category_coverage
from app.domain.samples import Domain
from app.gaps.reading import Books
from app.indicators import coverage, holdings
from app.indicators.figures import Asked, answers, coverage_paths
from app.indicators.frames import NATION, Area, Frame, area
from app.indicators.queries import own_region
from app.plans.models import SamplingPlan
from app.plans.queries import cell_of, quotas_in_force

PRODUCERS = Asked(
    FORMULAS["sampling_coverage"], (Condition(Field.PRODUCER_TYPE, (LICENSED,)), Condition(Field.STATUS, ("在产",)))
)
KINDS = Asked(
    FORMULAS["category_coverage"], (Condition(Field.DOMAIN, (Domain.FOOD.value, Domain.AGRICULTURAL.value)),)
)


@dataclass(frozen=True, slots=True)
class Covered:
    """Both coverages of an area in a year, with what is missing."""

    area: Area
    year: int
    plan: SamplingPlan | None
    producers: Figure
    missing_producers: Sequence[Any]  # rows of the register
    kinds: Figure
    missing_kinds: Sequence[str]  # paths
    held: bool

    @property
    def missing_by_root(self) -> list[tuple[str, list[str]]]:
        """By 大类, each 品种 with what stands between."""
        found: dict[str, list[str]] = {}
        for path in self.missing_kinds:
            root, _, rest = path.partition("/")
            found.setdefault(root, []).append(rest or root)
        return list(found.items())


def covered(actor: Actor, region_id: int, year: int, books: Books, plan: SamplingPlan | None = None) -> Covered:
    """The coverage of an area, its 品种 those of the plan or, without one, of the whole classification."""
    place = area(books.regions, region_id)
    frame = Frame(actor, place, Period(year))
    found = answers(frame, [PRODUCERS, KINDS])
    kinds, missing = found[KINDS].figure, found[KINDS].missing
    if plan is not None:
        named = [cell.category_id for cell in map(cell_of, quotas_in_force(plan)) if cell.category_id is not None]
        planned = [books.categories.by_id(one).path for one in books.kinds_below(named)]
        by_plan = category_coverage(sorted(planned), coverage_paths(frame, KINDS)[1])
        kinds, missing = by_plan.figure, by_plan.missing
    rows = coverage.enterprises(frame, PRODUCERS.formula.code, PRODUCERS.conditions)
    return Covered(
        place, year, plan, found[PRODUCERS].figure, [row for row in rows if not row.covered], kinds, missing,
        holdings.any_in(frame),
    )  # fmt: skip


def own_area(actor: Actor, books: Books, plan: SamplingPlan | None) -> int:
    """The area of the plan, else that of the reader's office, else the whole country."""
    if plan is not None:
        return plan.region_id
    own = own_region(actor)
    nation = books.regions.id(NATION)
    assert nation is not None
    return int(own.id) if own is not None else nation
