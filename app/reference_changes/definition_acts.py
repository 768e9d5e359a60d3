"""指标口径: by which method and filter an indicator of a plan is obtained. A new definition counts from its adoption on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app import clock
from app.db import session
from app.domain.actors import Actor
from app.domain.indicators import FORMULAS
from app.domain.reference_acts import ChangeAct
from app.errors import NotFound
from app.indicators import operations
from app.indicators import queries as indicators
from app.indicators.models import Plan, PlanIndicator
from app.indicators.queries import Planned
from app.reference_changes import gauges
from app.reference_changes.handling import Handler, Line, Told, Values, handles, word


def planned_of(values: Values) -> Planned:
    """The indicator as it stands now; ``subject`` is any version of it."""
    row = session().get(PlanIndicator, int(values["subject"]))
    if row is None:
        raise NotFound("没有找到这个指标，请从指标口径页重新进入")
    return indicators.indicator_by_number(session().get_one(Plan, row.plan_id), row.no)


@handles(ChangeAct.DEFINITION)
class DefinitionChange(Handler):
    """指标口径新版本."""

    def gauge(self, values: Values) -> Mapping[str, Any]:
        return {"figures": gauges.figures(None, {gauges.this_year()}, planned_of(values).plan.id)}

    def told(self, values: Values) -> Told:
        planned = planned_of(values)
        row, filter_text = planned.row, operations.checked_definition(planned, values["formula"], word(values, "filter") or "")
        before, after = FORMULAS[row.formula].name, FORMULAS[values["formula"]].name
        lines = [Line("计算方法", before, after), Line("筛选条件", row.filter, filter_text)]
        title = f"{planned.plan.name} 第 {row.no} 项 {row.name}：口径第 {row.definition_version + 1} 版"
        return Told(title[:200], f"{planned.plan.code} {row.no} 口径"[:200], None, lines)

    def base(self, values: Values) -> Any:
        return [planned_of(values).row.id]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        why = word(values, "source") or ""
        operations.define(planned_of(values), values["formula"], word(values, "filter") or "", why, actor, clock.now())

    def fates(self, values: Values) -> Sequence[str]:
        return ("自采用时起按新口径统计；此前时点的数值仍按原口径重现，已报送的报表不改变",)
