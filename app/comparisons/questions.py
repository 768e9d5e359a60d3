"""What a comparison is about: a formula or an indicator of a plan, under a filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.actors import Actor
from app.domain.indicators import (
    FORMULAS,
    LABELS,
    UNCLASSIFIED,
    BadFilter,
    Condition,
    Field,
    Formula,
    Kind,
    TargetChoice,
    describe,
    parse_filter,
)
from app.domain.samples import Domain, Level, Link, Purpose
from app.errors import NotLikeThis
from app.indicators import queries
from app.indicators.figures import Asked
from app.indicators.queries import Planned

FIGURE = "pass_rate"
COMPARABLE = tuple(code for code, formula in FORMULAS.items() if formula.kind is not Kind.REPORTED)
FILTERS: Mapping[str, tuple[Field, Sequence[str] | None]] = {
    "domain": (Field.DOMAIN, tuple(Domain)),
    "purpose": (Field.PURPOSE, tuple(Purpose)),
    "level": (Field.LEVEL, (*Level, UNCLASSIFIED)),
    "link": (Field.LINK, (*Link, UNCLASSIFIED)),
    "category": (Field.CATEGORY, None),
}
"""Names in addresses; the categories are those of the book."""


@dataclass(frozen=True)
class Question:
    """``code`` is how an address names the figure: pass_rate, or jizhou:13 for an indicator of a plan."""

    code: str
    formula: Formula
    conditions: tuple[Condition, ...]
    planned: Planned | None = None

    @property
    def asked(self) -> Asked:
        return Asked(self.formula, self.conditions)

    @property
    def name(self) -> str:
        return self.planned.row.name if self.planned else self.formula.name

    @property
    def title(self) -> str:
        """With its filter, for headings."""
        return f"{self.name}（{describe(self.conditions)}）" if self.conditions else self.name

    def target(self, year: int) -> TargetChoice | None:
        return self.planned.target(year) if self.planned else None

    def of(self, formula: Formula) -> Question:
        return Question(formula.code, formula, self.conditions)


def question(actor: Actor, code: str, filters: Mapping[str, str], written: str = "", as_of: datetime | None = None) -> Question:
    """Read a figure and its filter; refuses what cannot be counted with a sentence that says what to do."""
    planned = _planned(actor, code, as_of) if ":" in code else None
    formula = planned.formula if planned else FORMULAS.get(code)
    if formula is None:
        known = "、".join(COMPARABLE)
        raise NotLikeThis(f"没有代码为“{code[:40]}”的指标，可用：{known}，或“规划编号:序号”（如 jizhou:13）", field="figure")
    if formula.kind is Kind.REPORTED:
        name = planned.row.name if planned else formula.name
        raise NotLikeThis(f"“{name}”是填报指标，不由记录计算，没有可比较的数据", field="figure")
    conditions = (*(planned.conditions if planned else ()), *_chosen(filters), *_written(written))
    fields = [one.field for one in conditions]
    for one in fields:
        if fields.count(one) > 1:
            raise NotLikeThis(f"该指标已按{LABELS[one]}限定，请不要再选{LABELS[one]}", field="figure")
    try:
        formula.check(conditions)
    except BadFilter as fault:
        raise NotLikeThis(str(fault), field="figure") from fault
    return Question(code, formula, conditions, planned)


def _planned(actor: Actor, code: str, as_of: datetime | None) -> Planned:
    plan, _, no = code.partition(":")
    return queries.indicator_by_number(queries.plan_by_code(actor, plan), no, as_of)


def _chosen(filters: Mapping[str, str]) -> list[Condition]:
    found = []
    for name, value in filters.items():
        field, words = FILTERS[name]
        if words is not None and value not in {str(word) for word in words}:
            raise NotLikeThis(f"“{value[:40]}”不是{LABELS[field]}的取值，可用：{'、'.join(words)}", field=name)
        found.append(Condition(field, (value,)))
    return found


def _written(text: str) -> tuple[Condition, ...]:
    try:
        return parse_filter(text)
    except BadFilter as fault:
        raise NotLikeThis(str(fault), field="filter") from fault
