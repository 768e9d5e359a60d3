"""Exemptions counted per month and kind (豁免统计): from caps, and 办结要件 exempted with the approval of their case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from app.db import session
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.disposal import exemptions as reasons
from app.domain.workflow import ExemptionState
from app.exemptions import queries
from app.exemptions.queries import Count
from app.scope import scope

CASES = "办结要件免除"


@dataclass(slots=True)
class CaseCount:
    """Cases that were closed in one month with elements exempted, and how often which element."""

    month: str
    cases: int = 0
    elements: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.elements.values())


@dataclass(frozen=True, slots=True)
class Part:
    """One number of 其中; ``query`` is that of the list with exactly these records, None where no list holds them alone."""

    before: str
    number: int
    after: str = ""
    query: Mapping[str, str] | None = None

    @property
    def words(self) -> str:
        return f"{self.before} {self.number}{self.after}"


@dataclass(frozen=True, slots=True)
class Line:
    """One month and kind, with the queries of the list that hold exactly these records and the approved among them."""

    month: str
    kind: str
    records: int
    approved: int
    parts: Sequence[Part]
    endpoint: str
    query: Mapping[str, str]
    of_approved: Mapping[str, str]

    @property
    def detail(self) -> str:
        return "，".join(one.words for one in self.parts)


def of_cases(actor: Actor, since: date) -> list[CaseCount]:
    """办结要件免除, by the month in which the case was closed, newest first."""
    statement = scope(sa.select(DisposalCase.closed_on, DisposalCase.exempted), DisposalCase, actor).where(
        DisposalCase.exempted_by_id.is_not(None), DisposalCase.closed_on >= since
    )
    found: dict[str, CaseCount] = {}
    for closed_on, exempted in session().execute(statement):
        count = found.setdefault(f"{closed_on:%Y-%m}", CaseCount(f"{closed_on:%Y-%m}"))
        count.cases += 1
        for element in reasons(exempted):
            count.elements[element.value] = count.elements.get(element.value, 0) + 1
    return sorted(found.values(), key=lambda each: each.month, reverse=True)


def lines(actor: Actor, since: date) -> list[Line]:
    """Every kind of exemption, newest month first."""
    names = queries.cap_names()
    found = [_of_cap(count, names) for count in queries.counts(actor, since)]
    found += [_of_case(count) for count in of_cases(actor, since)]
    return sorted(found, key=lambda line: (line.month, line.kind), reverse=True)


def _of_cap(count: Count, names: Mapping[str, str]) -> Line:
    query = {"month": count.month, "rule": count.code}
    approved, declined, revoked = (
        {**query, "state": one.value} for one in (ExemptionState.APPROVED, ExemptionState.DECLINED, ExemptionState.REVOKED)
    )
    parts = (Part("不予批准", count.declined, query=declined), Part("收回", count.revoked, query=revoked), Part("使用", count.used, " 批"))
    return Line(count.month, names.get(count.code, count.code), count.asked, count.approved, parts, "exemptions.index", query, approved)


def _of_case(count: CaseCount) -> Line:
    parts = [Part(element, number) for element, number in sorted(count.elements.items())]
    query = {"state": "all", "exempted": count.month}
    return Line(count.month, CASES, count.cases, count.cases, parts, "disposal.index", query, query)
