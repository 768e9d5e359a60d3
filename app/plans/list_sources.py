"""年度计划 to be taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app import clock
from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever
from app.downloads.lists import ListSource, at_once, column, register, spoken
from app.plans import queries, showing
from app.plans.models import SamplingPlan
from app.reference_data.books import region_book


@dataclass(frozen=True, slots=True)
class Filters:
    """The year, or what waits for the reader's approval."""

    year: int
    waiting: bool


def _asked(asked: Mapping[str, Any]) -> Filters:
    year = str(asked.get("year", ""))
    known = year.isascii() and year.isdecimal() and len(year) == len("2026")
    return Filters(int(year) if known else clock.today().year, asked.get("waiting") == "1")


def _rows(actor: Actor, filters: Filters) -> Sequence[SamplingPlan]:
    if filters.waiting and may_ever(actor, Permission.PLAN_APPROVE):
        return queries.plans_to_approve(actor)
    return queries.plans(actor, filters.year)


def _prepared(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Any]:
    names, regions = queries.organisation_names(one.org_id for one in part), region_book()
    return [(one, names.get(one.org_id), regions.full_name(one.region_id)) for one in part]


def _of(title: str, name: str, kind: Any = "text") -> Any:
    return column(title, lambda taken: getattr(taken[0], name), kind)


register(
    ListSource(
        code="plans", title="年度抽检计划", unit="件", permission=Permission.PLAN_READ, endpoints=("plans.index",),
        asked=_asked, words=spoken(year="年度", waiting="待我批准"),
        prepare=_prepared,
        fields=(
            _of("年度", "year", "integer"), _of("计划名称", "name"), column("制定单位", 1), column("覆盖区域", 2),
            _of("组织级别", "level"),
            _of("检验目的", "purpose"), _of("专项", "special"), _of("计划批次", "total", "integer"),
            column("状态", lambda taken: showing.state_words(taken[0])), _of("版次", "edition", "integer"),
            _of("下达时间", "issued_at", "moment"),
        ),
        **at_once(_rows),
    ),
)  # fmt: skip
