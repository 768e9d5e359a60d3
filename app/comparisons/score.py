"""考核得分: the target table of a plan for a year with weights, scored as the authority above adds it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.comparisons.tables import Cell, Column, Opens, Row, Table, told
from app.domain.scores import Points, Total, points, total
from app.indicators import tables
from app.indicators.frames import Frame
from app.indicators.models import Plan
from app.indicators.tables import Line
from app.reference.score_weights import Weight, weights_in_force


@dataclass(frozen=True)
class Scored:
    lines: Sequence[tuple[Line, Weight | None, Points]]
    total: Total
    table: Table

    @property
    def sources(self) -> list[str]:
        """Where the weights are written, each once."""
        return list(dict.fromkeys(f"{one.source}（{one.confidence}）" for _, one, _ in self.lines if one is not None))


def scored(plan: Plan, frame: Frame, weights: Mapping[str, Weight] | None = None) -> Scored:
    """Every indicator of the plan; the weights are those in force on the last day of the period, or today, unless others are tried."""
    if weights is None:
        weights = weights_in_force(plan.code, min(frame.today, frame.period.last))
    lines = [(line, weights.get(line.planned.row.no)) for line in tables.table(plan, frame)]
    found = [(line, weight, _points(line, weight)) for line, weight in lines]
    whole = total(one for _, _, one in found)
    return Scored(found, whole, _table(plan, frame, found, whole))


def _points(line: Line, weight: Weight | None) -> Points:
    target = line.assessed.target.target
    method = weight.method if weight else Weight.DEFAULT
    return points(weight.weight if weight else None, method, line.figure.value, target.comparator, target.value)


def _table(plan: Plan, frame: Frame, found: Sequence[tuple[Line, Weight | None, Points]], whole: Total) -> Table:
    columns = [
        Column("no", "序号"), Column("name", "指标"), Column("nature", "属性"), Column("value", "目前", "number"), Column("counts", "计数"),
        Column("target", "目标"), Column("met", "是否达标"), Column("weight", "分值", "number"), Column("points", "得分", "number"),
        Column("outcome", "计分说明"),
    ]  # fmt: skip
    rows = [_row(plan, *one) for one in found]
    nothing = [told(None)] * 4
    cells = [told("合计"), told(whole.words), *nothing, told(None), Cell(whole.weight, f"{whole.weight:f}")]
    rows.append(Row((*cells[:8], told(whole.earned_text, strong=True), told(f"得分率 {whole.share_text}（未计分的不在内）")), whole=True))
    notes = (
        "计分：达标得满分；未达标时“按比例”得分值×完成值÷目标值，“达标得分”不得分；上限类指标（事故数等）超过即不得分；没有数值的不计分，"
        "分值单列。是否达标按精确值判断。",
        "分值为基础数据（score_weights.csv），每行注明来源；请按上级当年考核办法核对。",
    )
    return Table(f"考核得分：{plan.name}　{frame.area.name}　{frame.period.label}", columns, rows, notes)


def _row(plan: Plan, line: Line, weight: Weight | None, one: Points) -> Row:
    planned, figure = line.planned, line.figure
    counted = "" if figure.numerator is None else f"{figure.numerator:,}" + (
        "" if figure.denominator is None else f" ÷ {figure.denominator:,}"
    )
    listed = Opens("indicator", {"code": plan.code, "no": planned.row.no}) if counted else None
    met = {True: "已达标", False: "未达标", None: "—"}[line.assessed.met]
    value = Cell(None if figure.value is None else figure.display, tables.written(figure), strong=True)
    worth = Cell(None, "—") if weight is None else Cell(weight.weight, f"{weight.weight:f}")
    cells = [told(planned.row.no), told(planned.row.name), told(planned.row.nature), value, told(counted or None, listed)]
    return Row((*cells, told(line.assessed.target.label), told(met), worth, told(one.shown, strong=True), told(one.outcome.value)))
