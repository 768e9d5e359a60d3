"""The figures of a frame: counted here, divided and rounded by `app.domain.indicators` alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

import sqlalchemy as sa

from app.db import session
from app.domain.indicators import (
    FORMULAS,
    CasePart,
    Condition,
    Coverage,
    Field,
    Figure,
    Formula,
    Kind,
    Part,
    PopulationChoice,
    Selection,
    TallyPart,
    balance,
    category_coverage,
    compute,
    selection,
)
from app.domain.plans import NO_VALUE
from app.indicators import cases, coverage, tallies
from app.indicators.counts import count, count_by, waiting
from app.indicators.frames import Frame
from app.indicators.groups import By
from app.indicators.residents import residents
from app.indicators.selections import fact_clause
from app.indicators.working_time import elapsed
from app.progress.planned_months import planned_months
from app.reference_data.books import calendar
from app.reference_data.models import FoodCategory
from app.sampling.models import BatchFact

KIND_LEVEL = 3
"""品种 is the third level of the national classification (大类/亚类/品种/细类)."""


BY_KIND = "category_coverage"


@dataclass(frozen=True)
class Asked:
    """A definition: a formula under a filter."""

    formula: Formula
    conditions: tuple[Condition, ...] = ()

    @cached_property
    def sides(self) -> tuple[Selection | None, Selection | None, Selection | None]:
        """Numerator, denominator and what stands beside, where they count batches; a heat map asks for them cell by cell."""
        top, under, beside = (self.chosen(part) for part in (self.formula.numerator, self.formula.denominator, self.formula.beside))
        return top, under, beside

    def chosen(self, part: Part | CasePart | TallyPart | None) -> Selection | None:
        return selection(part, self.conditions) if isinstance(part, Part) else None

    @property
    def parts(self) -> list[Selection]:
        """What has to be counted batch by batch."""
        return [one for one in self.sides if one is not None]

    @property
    def covers(self) -> bool:
        """Whether the figure counts 品种 or enterprises, each once."""
        return self.by_kind or self.of_enterprises

    @property
    def by_kind(self) -> bool:
        return self.formula.code == BY_KIND

    @property
    def of_enterprises(self) -> bool:
        return self.formula.code in coverage.COVERED


@dataclass(frozen=True, slots=True)
class Answer:
    """A figure with what the page shows beside it. ``pending`` is what a rate still awaits."""

    figure: Figure
    population: PopulationChoice | None = None
    missing: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()
    pending: int = 0


def figure(frame: Frame, formula: Formula, conditions: Sequence[Condition] = ()) -> Figure:
    """One figure."""
    asked = Asked(formula, tuple(conditions))
    return answers(frame, [asked])[asked].figure


def answers(frame: Frame, questions: Iterable[Asked]) -> dict[Asked, Answer]:
    """Many figures in one pass over each table."""
    questions = list(dict.fromkeys(questions))
    return {
        **_counted(frame, questions), **_disposals(frame, questions), **_tallies(frame, questions),
        **_of_register(frame, questions), **_others(frame, questions),
    }  # fmt: skip


def counts_batches(formula: Formula) -> bool:
    return isinstance(formula.numerator, Part) and formula.kind is not Kind.BALANCE


def divisible(formula: Formula) -> bool:
    """Whether the figure has parts and months; 品种覆盖率 and 均衡度 are about the whole."""
    return counts_batches(formula) or isinstance(formula.numerator, (CasePart, TallyPart))


def _counted(frame: Frame, questions: Sequence[Asked]) -> dict[Asked, Answer]:
    wanted = [one for one in questions if counts_batches(one.formula)]
    if not wanted:
        return {}
    numbers = count(frame, (part for one in wanted for part in one.parts))
    rates = {one: judged for one in wanted if one.formula.beside and (judged := one.sides[1])}
    awaited = waiting(frame, rates.values())
    people = residents(frame) if any(one.formula.kind is Kind.PER_THOUSAND for one in wanted) else None
    return {
        one: Answer(
            divided(one, numbers, people),
            people if one.formula.kind is Kind.PER_THOUSAND else None,
            pending=_undecided(one, numbers) + awaited[rates[one]] if one in rates else 0,
        )
        for one in wanted
    }


def divided(asked: Asked, numbers: Mapping[Selection, int], people: PopulationChoice | None) -> Figure:
    """The figure of these counts."""
    formula = asked.formula
    top, under, _ = asked.sides
    assert top is not None
    if formula.kind is not Kind.PER_THOUSAND:
        return compute(formula, numbers[top], numbers[under] if under else None, _undecided(asked, numbers))
    if people is None:
        return compute(formula, numbers[top], None, note="缺少该区域的常住人口，请在基础数据中补录后再看")
    return compute(formula, numbers[top], people.residents, note=people.label)


def _undecided(asked: Asked, numbers: Mapping[Selection, int]) -> int:
    beside = asked.sides[2]
    return numbers[beside] if beside else 0


def _disposals(frame: Frame, questions: Sequence[Asked]) -> dict[Asked, Answer]:
    wanted = [one for one in questions if isinstance(one.formula.numerator, CasePart)]
    due = cases.due_batches(frame) if wanted else []
    found = {}
    for one in wanted:
        batches = cases.matching(due, one.conditions)
        found[one] = Answer(disposed(one.formula, batches, frame), pending=cases.still_to_fall_due(batches, frame))
    return found


def disposed(formula: Formula, batches: Sequence[cases.DueBatch], frame: Frame) -> Figure:
    """A disposal rate over batches that already match the filter."""

    def number(part: Part | CasePart | TallyPart | None) -> int:
        assert isinstance(part, CasePart)
        return len(cases.counted(batches, part, frame))

    return compute(formula, number(formula.numerator), number(formula.denominator))


def _tallies(frame: Frame, questions: Sequence[Asked]) -> dict[Asked, Answer]:
    """Rates over records; several filters of one formula share its records."""
    wanted = [one for one in questions if isinstance(one.formula.numerator, TallyPart)]
    every = {formula.code: tallies.rows(frame, formula) for formula in dict.fromkeys(one.formula for one in wanted)}
    found = {}
    for one in wanted:
        records = tallies.matching(every[one.formula.code], one.conditions)
        found[one] = Answer(tallies.tallied(one.formula, records, frame), pending=tallies.still_to_come(records, frame))
    return found


def _of_register(frame: Frame, questions: Sequence[Asked]) -> dict[Asked, Answer]:
    """Rates over the register. A filter on what the register does not hold is not counted."""
    wanted = [one for one in questions if one.of_enterprises]
    known = [one for one in wanted if coverage.countable(one.formula.code, one.conditions)]
    numbers = coverage.counted(frame, [(one.formula.code, one.conditions) for one in known])
    found = {one: Answer(compute(one.formula, *pair)) for one, pair in zip(known, numbers, strict=True)}
    unknown = {one: Answer(replace(NO_VALUE, note=coverage.uncountable(one.formula.code))) for one in wanted if one not in found}
    return {**found, **unknown}


def _others(frame: Frame, questions: Sequence[Asked]) -> dict[Asked, Answer]:
    found = {}
    for one in questions:
        if one.of_enterprises:
            continue
        if one.covers:
            found[one] = _covered(frame, one)
        elif one.formula.kind is Kind.BALANCE:
            found[one] = Answer(_balanced(frame, one))
        elif one.formula.kind is Kind.REPORTED:
            found[one] = Answer(NO_VALUE)
    return found


# ---------------------------------------------------------------- coverage


def _covered(frame: Frame, asked: Asked) -> Answer:
    planned, sampled = coverage_paths(frame, asked)
    found: Coverage = category_coverage(planned, sampled)
    missing = set(found.missing)
    return Answer(
        found.figure, missing=found.missing, covered=tuple(one for one in planned if one not in missing)
    )


def coverage_paths(frame: Frame, asked: Asked) -> tuple[list[str], set[str]]:
    """品种 of the plan, by path, and those with a completed batch."""
    domains = [condition.allowed for condition in asked.conditions if condition.field is Field.DOMAIN]
    valid = sa.or_(FoodCategory.valid_to.is_(None), FoodCategory.valid_to >= frame.period.first)
    planned = sa.select(FoodCategory.path).where(FoodCategory.level == KIND_LEVEL, valid)
    for allowed in domains:
        planned = planned.where(sa.type_coerce(FoodCategory.domain, sa.String).in_(allowed))
    completed = selection(Part.COMPLETED, asked.conditions)
    where = [*frame.facts(), fact_clause(completed)]
    sampled = sa.select(FoodCategory.path).join(BatchFact, BatchFact.category_id == FoodCategory.id).where(*where)
    paths = (path.split("/") for path in session().scalars(sampled.distinct()))
    reached = {"/".join(path[:KIND_LEVEL]) for path in paths if len(path) >= KIND_LEVEL}
    return list(session().scalars(planned.order_by(FoodCategory.path))), reached


# ---------------------------------------------------------------- balance


def _balanced(frame: Frame, asked: Asked) -> Figure:
    """均衡度 over the months that have begun: by the months of the area's plan in force, as far as they have run; without
    a plan by month, evenly over the working days."""
    completed = selection(Part.COMPLETED, asked.conditions)
    days = calendar()
    year = frame.period.year
    begun = [month for month in frame.period.months if date(year, month, 1) <= frame.today]
    run = elapsed(days, year, frame.today)
    months = planned_months(frame, asked.conditions, run)
    plan = {
        year * 100 + month: months[month] * run.month(month) if months else Fraction(run.months[month][0]) for month in begun
    }
    batches = {key: n for key, n in count_by(frame, [completed], By.MONTH)[completed].items() if isinstance(key, int)}
    return balance(FORMULAS["balance"], batches, plan)
