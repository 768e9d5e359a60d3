"""Reader of the plan templates (plans/): regional five-year plans as data, so that the next plan is only more rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Final, Protocol, TypeVar

from app.reference.problems import CellFault, Row, read_rows, refuse

HERE: Final = Path(__file__).parent / "plans"
COMPARATORS: Final = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}
REPORTED: Final = "reported"  # no formula: the figure is reported with its document

PLAN_COLUMNS: Final = ("code", "name", "region_code", "from_year", "to_year", "source")
INDICATOR_COLUMNS: Final = (
    *("plan", "no", "group", "name", "unit", "base_year", "base", "base_written", "target_year", "target"),
    *("op", "period", "nature", "formula", "filter", "source"),
)
YEARLY_COLUMNS: Final = ("plan", "no", "year", "target", "op", "meaning", "source")
TEXT_COLUMNS: Final = ("plan", "where", "name", "unit", "target_year", "target", "op", "formula", "filter")
FACT_COLUMNS: Final = ("plan", "period", "what", "numerator", "denominator", "rate_percent", "note")


class TargetPeriod(StrEnum):
    """What span the target is for: each year, the plan's end, or summed over the plan."""

    ANNUAL = "annual"
    END = "end"
    CUMULATIVE = "cumulative"


class Nature(StrEnum):
    """指标属性."""

    BINDING = "约束性"
    EXPECTED = "预期性"


class YearlyMeaning(StrEnum):
    """What a yearly figure says: 武隆 6 and 8 are additions of the year, rows of the base year are no targets."""

    LEVEL = "水平"
    ADDED = "当年新增"
    BASE = "基期值"


@dataclass(frozen=True, slots=True)
class PlanTemplate:
    """One plan (规划)."""

    code: str
    name: str
    region_code: str
    from_year: int
    to_year: int
    source: str


@dataclass(frozen=True, slots=True)
class IndicatorTemplate:
    """One row of a plan's indicator table (指标表)."""

    plan: str
    no: str
    group: str
    name: str
    unit: str
    base_year: int | None
    base: Decimal | None
    base_written: str  # as printed: 武隆 12 has “>98”
    target_year: int
    target: Decimal
    op: str  # ≥ > ≤ <
    period: TargetPeriod
    nature: Nature
    formula: str
    filter: str
    source: str


@dataclass(frozen=True, slots=True)
class YearlyTarget:
    """A target of one year (年度分解). It may differ from the indicator table: both are kept, each with its source."""

    plan: str
    no: str
    year: int
    target: Decimal
    op: str
    meaning: YearlyMeaning
    source: str


@dataclass(frozen=True, slots=True)
class TextTarget:
    """A target stated in the plan's text only, numbered T1, T2 … within its plan."""

    plan: str
    no: str
    where: str
    name: str
    unit: str
    target_year: int
    target: Decimal
    op: str
    formula: str
    filter: str


@dataclass(frozen=True, slots=True)
class ReportedFact:
    """A figure the plan reports about the years before it; a check value."""

    plan: str
    period: str
    what: str
    numerator: Decimal | None
    denominator: Decimal | None
    rate_percent: Decimal | None
    note: str


@dataclass(frozen=True, slots=True)
class PlanTemplates:
    """All the plans of one folder, checked against each other."""

    plans: tuple[PlanTemplate, ...]
    indicators: tuple[IndicatorTemplate, ...]
    yearly_targets: tuple[YearlyTarget, ...]
    text_targets: tuple[TextTarget, ...]
    facts: tuple[ReportedFact, ...]


class OfPlan(Protocol):
    """A row that belongs to a plan."""

    @property
    def plan(self) -> str: ...


Entry = TypeVar("Entry")


def read_plan_templates(folder: Path = HERE) -> PlanTemplates:
    """The plan templates of a folder; the shipped ones are for 2021–2025."""
    plans = read_rows(folder / "plans.csv", PLAN_COLUMNS, _plan)
    indicators = read_rows(folder / "indicators.csv", INDICATOR_COLUMNS, _indicator)
    yearly = read_rows(folder / "yearly_targets.csv", YEARLY_COLUMNS, _yearly)
    texts = read_rows(folder / "text_targets.csv", TEXT_COLUMNS, _text)
    facts = read_rows(folder / "facts.csv", FACT_COLUMNS, _fact)
    known = {plan.code: plan for _, plan in plans}
    numbers = {(indicator.plan, indicator.no) for _, indicator in indicators}
    refuse(
        [
            *_repeated(plans, lambda plan: plan.code, "规划编号"),
            *_repeated(indicators, lambda row: (row.plan, row.no), "指标序号"),
            *_repeated(yearly, lambda row: (row.plan, row.no, row.year), "指标年度"),
            *_unknown_plans(known, chain(indicators, yearly, texts, facts)),
            *_outside_plan(known, indicators, yearly, texts),
            *(
                f"{row.place} 指标 {t.plan} {t.no} 不在 indicators.csv 中"
                for row, t in yearly
                if (t.plan, t.no) not in numbers
            ),
        ]
    )
    return PlanTemplates(
        tuple(plan for _, plan in plans),
        tuple(indicator for _, indicator in indicators),
        tuple(target for _, target in yearly),
        _numbered([target for _, target in texts]),
        tuple(fact for _, fact in facts),
    )


def _repeated(rows: Sequence[tuple[Row, Entry]], key: Callable[[Entry], Hashable], what: str) -> Iterator[str]:
    count = Counter(key(entry) for _, entry in rows)
    for row, entry in rows:
        if count[key(entry)] > 1:
            yield f"{row.place} {what}重复：{key(entry)}"


def _unknown_plans(known: Mapping[str, PlanTemplate], rows: Iterable[tuple[Row, OfPlan]]) -> Iterator[str]:
    for row, entry in rows:
        if entry.plan not in known:
            yield f"{row.place} 规划 {entry.plan} 不在 plans.csv 中"


def _outside_plan(
    known: Mapping[str, PlanTemplate],
    indicators: Iterable[tuple[Row, IndicatorTemplate]],
    yearly: Iterable[tuple[Row, YearlyTarget]],
    texts: Iterable[tuple[Row, TextTarget]],
) -> Iterator[str]:
    """A target lies within the plan's years, a base figure before them."""
    dated = [(row, entry.plan, entry.target_year, False) for row, entry in indicators]
    dated += [(row, entry.plan, entry.target_year, False) for row, entry in texts]
    dated += [(row, entry.plan, entry.year, entry.meaning is YearlyMeaning.BASE) for row, entry in yearly]
    for row, code, year, is_base in dated:
        plan = known.get(code)
        if plan is None:
            continue
        if is_base and year >= plan.from_year:
            yield f"{row.place} 基期值的年份 {year} 应早于规划起始年 {plan.from_year}"
        if not is_base and not plan.from_year <= year <= plan.to_year:
            yield f"{row.place} 目标年份 {year} 不在规划期 {plan.from_year}—{plan.to_year} 内"


def _numbered(targets: Iterable[TextTarget]) -> tuple[TextTarget, ...]:
    """T1, T2 … within each plan, in the order of the file."""
    seen: Counter[str] = Counter()
    numbered = []
    for target in targets:
        seen[target.plan] += 1
        numbered.append(replace(target, no=f"T{seen[target.plan]}"))
    return tuple(numbered)


def _plan(row: Row) -> PlanTemplate:
    from_year, to_year = row.year("from_year"), row.year("to_year")
    if to_year < from_year:
        raise CellFault(f"规划结束年 {to_year} 早于起始年 {from_year}")
    code, name, region_code = row.text("code"), row.text("name"), row.text("region_code")
    return PlanTemplate(code, name, region_code, from_year, to_year, row.text("source"))


def _indicator(row: Row) -> IndicatorTemplate:
    base_year, base = row.optional_whole("base_year"), row.optional_number("base")
    if base is not None and base_year is None:
        raise CellFault("填写了基期值，请补填基期年份“base_year”")
    return IndicatorTemplate(
        plan=row.text("plan"),
        no=row.text("no"),
        group=row.text("group"),
        name=row.text("name"),
        unit=row.text("unit"),
        base_year=base_year,
        base=base,
        base_written=row.optional("base_written"),
        target_year=row.year("target_year"),
        target=row.number("target"),
        op=COMPARATORS[row.choice("op", COMPARATORS)],
        period=row.word("period", TargetPeriod),
        nature=row.word("nature", Nature),
        formula=row.text("formula"),
        filter=row.optional("filter"),
        source=row.text("source"),
    )


def _yearly(row: Row) -> YearlyTarget:
    op, meaning = COMPARATORS[row.choice("op", COMPARATORS)], row.word("meaning", YearlyMeaning)
    plan, no, year = row.text("plan"), row.text("no"), row.year("year")
    return YearlyTarget(plan, no, year, row.number("target"), op, meaning, row.text("source"))


def _text(row: Row) -> TextTarget:
    return TextTarget(
        plan=row.text("plan"),
        no="",
        where=row.text("where"),
        name=row.text("name"),
        unit=row.text("unit"),
        target_year=row.year("target_year"),
        target=row.number("target"),
        op=COMPARATORS[row.choice("op", COMPARATORS)],
        formula=row.text("formula"),
        filter=row.optional("filter"),
    )


def _fact(row: Row) -> ReportedFact:
    return ReportedFact(
        plan=row.text("plan"),
        period=row.text("period"),
        what=row.text("what"),
        numerator=row.optional_number("numerator"),
        denominator=row.optional_number("denominator"),
        rate_percent=row.optional_number("rate_percent"),
        note=row.optional("note"),
    )
