"""期限规则: a new version of a rule, in force from its day. 规划目标: another value of a plan's indicator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app import clock, history
from app.db import session
from app.domain.actors import Actor
from app.domain.deadline_rules import Unit
from app.domain.reference_acts import ChangeAct
from app.domain.samples import Confidence
from app.errors import NotFound, NotLikeThis
from app.indicators.models import Plan, PlanIndicator, YearlyTarget
from app.reference_changes import gauges
from app.reference_changes.handling import Handler, Line, Told, Values, day, handles, word
from app.reference_data import books
from app.reference_data.amendments import supersede, version_after
from app.reference_data.models import DeadlineRuleRow


def rule_row(values: Values) -> DeadlineRuleRow:
    found = session().get(DeadlineRuleRow, int(values["subject"]))
    if found is None:
        raise NotFound("没有找到这条期限规则，请从时限规则列表重新进入")
    return found


@handles(ChangeAct.DEADLINE)
class DeadlineChange(Handler):
    """期限规则新版本: how many of which unit, by which article."""

    moves_clocks = True

    def gauge(self, values: Values) -> Mapping[str, Any]:
        return {"clocks": gauges.clocks()}

    def told(self, values: Values) -> Told:
        row, begins = rule_row(values), day(values, "valid_from")
        if begins is None:
            raise NotLikeThis("请填写施行日期", field="valid_from")
        if row.valid_to is not None and row.valid_to < begins:
            raise NotLikeThis(f"该版本只到 {row.valid_to}，请在 {begins} 有效的版本上提出", field="valid_from")
        term = f"{values['amount']} {Unit(values['unit']).value}"
        lines = [
            Line("期限", f"{row.amount} {row.unit}", term), Line("依据条款", row.article, word(values, "article")),
            Line("施行日期", str(row.valid_from), str(begins)),
        ]  # fmt: skip
        if (row.amount, row.unit, row.article) == (int(values["amount"]), values["unit"], word(values, "article")):
            raise NotLikeThis("期限、单位和条款都没有变化", field="amount")
        return Told(f"{row.name}：{term}，自 {begins} 起"[:200], row.code, begins, lines)

    def base(self, values: Values) -> Any:
        row = rule_row(values)
        rows = session().scalars(
            sa.select(DeadlineRuleRow.id)
            .where(DeadlineRuleRow.code == row.code, DeadlineRuleRow.superseded_at.is_(None))
            .order_by(DeadlineRuleRow.id)
        )
        return [row.id, list(rows)]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        row, begins = rule_row(values), day(values, "valid_from")
        assert begins is not None
        changed = {
            "amount": int(values["amount"]), "unit": values["unit"], "article": word(values, "article"), "note": word(values, "note"),
            "source": word(values, "source"), "confidence": Confidence(values["confidence"]), "valid_from": begins,
        }  # fmt: skip
        made = version_after(row, begins - timedelta(days=1), changed, clock.now())
        changes = {"期限": (f"{row.amount} {row.unit}", f"{made.amount} {made.unit}"), "施行日期": (row.valid_from, begins)}
        history.record("deadline_rule", made.id, "add_version", actor, org_id=actor.org_id, name=row.name, changes=changes)


FINAL, YEARLY = "规划期末目标", "年度目标"
PLACES = Decimal("0.0000000001")


def plan_of(values: Values) -> Plan:
    found = session().get(Plan, int(values["subject"]))
    if found is None:
        raise NotFound("没有找到这个规划，请从规划列表重新进入")
    return found


@handles(ChangeAct.TARGET)
class TargetChange(Handler):
    """规划目标 of one indicator: of the plan's end, or of one year."""

    def gauge(self, values: Values) -> Mapping[str, Any]:
        plan, now = plan_of(values), gauges.this_year()
        years = {now} if values["scope"] == FINAL else {int(values["year"])}
        return {"figures": gauges.figures(None, {min(year, now) for year in years}, plan.id)}

    def _indicator(self, values: Values) -> PlanIndicator:
        found = session().scalars(
            sa.select(PlanIndicator).where(
                PlanIndicator.plan_id == int(values["subject"]), PlanIndicator.no == values["no"], PlanIndicator.superseded_at.is_(None)
            )
        ).first()
        if found is None:
            raise NotLikeThis("规划中没有这个指标，请从列表中选择", field="no")
        return found

    def _yearly(self, values: Values) -> list[YearlyTarget]:
        return list(
            session().scalars(
                sa.select(YearlyTarget)
                .where(
                    YearlyTarget.plan_id == int(values["subject"]), YearlyTarget.no == values["no"],
                    YearlyTarget.year == int(values["year"]), YearlyTarget.meaning != "基期值", YearlyTarget.superseded_at.is_(None),
                )
                .order_by(YearlyTarget.id)
            )
        )  # fmt: skip

    def told(self, values: Values) -> Told:
        plan, row = plan_of(values), self._indicator(values)
        after = f"{values['op']}{values['target']}"
        if values["scope"] == FINAL:
            before, when = f"{row.op}{books.as_written(row.target, None)}", f"{row.target_year} 年（期末）"
        else:
            if not values.get("year"):
                raise NotLikeThis("请填写哪一年的目标", field="year")
            found = self._yearly(values)
            before = "、".join(f"{one.op}{books.as_written(one.target, None)}" for one in found)
            when = f"{values['year']} 年"
        if before == after:
            raise NotLikeThis(f"{when}的目标现在就是 {after}，没有变化", field="target")
        name = f"{plan.code} {row.no} {when}"
        lines = [Line(f"{when}目标", before or None, after), Line("来源", row.source, word(values, "source"))]
        return Told(f"{plan.name} 第 {row.no} 项 {row.name}：{when} {after}"[:200], name[:200], None, lines)

    def base(self, values: Values) -> Any:
        found = [] if values["scope"] == FINAL else [row.id for row in self._yearly(values)]
        return [self._indicator(values).id, found]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        now, row = clock.now(), self._indicator(values)
        said = {"target": Decimal(str(values["target"])).quantize(PLACES), "op": values["op"], "source": word(values, "source")}
        if values["scope"] == FINAL:
            made = version_after(row, None, {**said, "definition_version": row.definition_version + 1}, now)
            before = f"{row.op}{row.target}"
        else:
            known = self._yearly(values)
            for one in known:
                supersede(one, now)
            meaning = known[-1].meaning if known else "水平"
            made = YearlyTarget(
                plan_id=row.plan_id, no=row.no, year=int(values["year"]), meaning=meaning, shipped=False, recorded_at=now,
                superseded_at=None, **said,
            )  # fmt: skip
            session().add(made)
            session().flush()
            before = "、".join(f"{one.op}{one.target}" for one in known)
        changes = {values["scope"]: (before or None, f"{made.op}{made.target}"), "来源": (row.source, said["source"])}
        kind = made.__tablename__
        history.record(kind, made.id, "add_version", actor, org_id=actor.org_id, name=f"{row.no} {row.name}"[:200], changes=changes)
