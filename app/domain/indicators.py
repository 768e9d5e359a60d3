"""The figures of the plans: the entry that screens, lists, charts, workbooks and the API ask. Nobody else divides.

`recount` is the slow, plain reading of every definition over batches, against which summaries are checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.case_parts import BatchDisposal, CasePart, CaseTerm, disposals, in_case_part
from app.domain.comparison import Comparator, attained, rounding_hides, rounding_note
from app.domain.fact_filters import (
    FACT_COLUMNS,
    LABELS,
    UNCLASSIFIED,
    BadFilter,
    Condition,
    FactRow,
    Field,
    describe,
    group_of,
    matches,
    parse_filter,
    write_filter,
)
from app.domain.fact_parts import PARTS, Part, PartDefinition, Selection, in_part, numbers_in, selection, selects
from app.domain.figures import (
    ABSENT,
    DateBasis,
    Figure,
    Formula,
    Kind,
    Source,
    balance,
    compute,
    half_up,
    provenance_hash,
    reported,
)
from app.domain.formulas import FORMULAS
from app.domain.intervals import SMALL, Interval, Trust, is_small, trust, wilson
from app.domain.pace import AMBER_WITHIN, Light, ceiling_light, expected, rate_light, volume_light
from app.domain.periods import Period
from app.domain.population import PopulationChoice, choose_population, sum_children
from app.domain.tally_parts import Tallied, TallyPart, in_tally, total
from app.domain.targets import Meaning, Target, TargetChoice, target_for
from app.domain.what_if import WhatIf, overturned, what_if


def recount(
    formula: Formula,
    facts: Iterable[FactRow],
    period: Period,
    conditions: Iterable[Condition] = (),
    residents: int | None = None,
) -> Figure:
    """Count batch by batch, by report date; the facts are of one area and one moment (one version per batch)."""
    conditions = tuple(conditions)
    formula.check(conditions)
    inside = [fact for fact in facts if period.contains(fact.reported_on)]

    def count(part: Part | CasePart | TallyPart | None) -> int | None:
        return len(numbers_in(inside, part, conditions)) if isinstance(part, Part) else None

    numerator = count(formula.numerator)
    if numerator is None:
        raise ValueError(f"“{formula.name}”不由抽检批次逐批计数，请改用它自己的统计方法")
    denominator = residents if formula.kind is Kind.PER_THOUSAND else count(formula.denominator)
    return compute(formula, numerator, denominator, count(formula.beside) or 0)


def recount_disposal(formula: Formula, batches: Iterable[BatchDisposal], period: Period) -> Figure:
    """A disposal rate, batch by batch; the caller passes the nonconforming batches of the area and filter."""
    batches = list(batches)

    def count(part: Part | CasePart | TallyPart | None) -> int:
        if not isinstance(part, CasePart):
            raise ValueError(f"“{formula.name}”不按处置案件计数，请改用它自己的统计方法")
        return sum(in_case_part(batch, part, period.first, period.last) for batch in batches)

    return compute(formula, count(formula.numerator), count(formula.denominator))


def recount_tally(formula: Formula, records: Iterable[Tallied], period: Period) -> Figure:
    """A rate over records (整改、移送、全过程记录), one by one; the caller passes those of the area, the filter and the moment."""
    records = list(records)

    def count(part: Part | CasePart | TallyPart | None) -> int:
        if not isinstance(part, TallyPart):
            raise ValueError(f"“{formula.name}”不按记录逐件计数，请改用它自己的统计方法")
        return total((one for one in records if in_tally(one, part, period.first, period.last)), part)

    return compute(formula, count(formula.numerator), count(formula.denominator) if formula.denominator else None)


@dataclass(frozen=True)
class Coverage:
    """A coverage rate with what it lacks."""

    figure: Figure
    missing: tuple[str, ...]


def category_coverage(planned: Iterable[str], sampled: Iterable[str]) -> Coverage:
    """品种覆盖率: categories of the plan with a completed batch; others sampled beyond the plan do not count."""
    wanted = list(dict.fromkeys(planned))
    found = set(sampled)
    missing = tuple(category for category in wanted if category not in found)
    return Coverage(compute(FORMULAS["category_coverage"], len(wanted) - len(missing), len(wanted)), missing)


__all__ = [
    "ABSENT",
    "AMBER_WITHIN",
    "FACT_COLUMNS",
    "FORMULAS",
    "LABELS",
    "PARTS",
    "SMALL",
    "UNCLASSIFIED",
    "BadFilter",
    "BatchDisposal",
    "CasePart",
    "CaseTerm",
    "Comparator",
    "Condition",
    "Coverage",
    "DateBasis",
    "FactRow",
    "Field",
    "Figure",
    "Formula",
    "Interval",
    "Kind",
    "Light",
    "Meaning",
    "Part",
    "PartDefinition",
    "Period",
    "PopulationChoice",
    "Selection",
    "Source",
    "Tallied",
    "TallyPart",
    "Target",
    "TargetChoice",
    "Trust",
    "WhatIf",
    "attained",
    "balance",
    "category_coverage",
    "ceiling_light",
    "choose_population",
    "compute",
    "describe",
    "disposals",
    "expected",
    "group_of",
    "half_up",
    "in_case_part",
    "in_part",
    "in_tally",
    "is_small",
    "matches",
    "numbers_in",
    "overturned",
    "parse_filter",
    "provenance_hash",
    "rate_light",
    "recount",
    "recount_disposal",
    "recount_tally",
    "reported",
    "rounding_hides",
    "rounding_note",
    "selection",
    "selects",
    "sum_children",
    "target_for",
    "total",
    "trust",
    "volume_light",
    "what_if",
    "wilson",
    "write_filter",
]
