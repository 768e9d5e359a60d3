"""How many batches an area lacks to its target per thousand residents, by the indicator plan of the area."""

from __future__ import annotations

from datetime import date

from app.domain.actors import Actor
from app.domain.gaps_targets import lacking, lacking_words
from app.domain.indicators import FORMULAS, Period, Selection
from app.gaps import queries
from app.indicators.counts import waiting
from app.indicators.figures import Asked, answers
from app.indicators.frames import Frame, area
from app.indicators.queries import indicators
from app.plans.models import SamplingPlan
from app.reference_data.region_names import RegionBook

PER_THOUSAND = FORMULAS["batches_per_thousand"]


def short(actor: Actor, plan: SamplingPlan, regions: RegionBook, today: date) -> tuple[int, str]:
    """Batches to go and the sentence that says so; nought where the area has no such target or has met it.

    Batches sampled and still at the laboratory will count, so they are not asked for again.
    """
    ours = next((one for one in queries.indicator_plans() if one.region_id == plan.region_id), None)
    planned = next((one for one in indicators(ours) if one.formula is PER_THOUSAND), None) if ours else None
    if planned is None:
        return 0, ""
    frame = Frame(actor, area(regions, plan.region_id), Period(plan.year))
    asked = Asked(planned.formula, planned.conditions)
    found = answers(frame, [asked])[asked]
    target = planned.target(plan.year).target.value
    chosen: Selection | None = asked.chosen(planned.formula.numerator)
    on_their_way = waiting(frame, [chosen])[chosen] if chosen else 0
    number = lacking(found.figure, target, found.population, on_their_way)
    return number, lacking_words(frame.area.name, found.figure, target, number, on_their_way) if number else ""
