"""The pages of a plan's figures as workbooks: the very lines of the page, and a sheet that says what they are and who took them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from app import clock
from app.domain.indicators import Figure, Kind, half_up
from app.indicators.breakdowns import Month, Share
from app.indicators.difference_export import moment_words
from app.indicators.frames import Frame
from app.indicators.groups import NAMES, By
from app.indicators.models import Plan
from app.indicators.queries import Planned
from app.indicators.tables import Line, written
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_cells import Kind as CellKind
from app.spreadsheet_stream import TableSheet

INTEGER: CellKind = "integer"
COLUMNS = (
    Column("序号"), Column("分组"), Column("指标"), Column("单位"), Column("性质"), Column("基期"), Column("目标"), Column("当前值"),
    Column("分子", INTEGER), Column("分母", INTEGER), Column("未判定（另列）", INTEGER), Column("置信区间、样本量"), Column("达标"),
    Column("时序进度"), Column("应达"), Column("说明"), Column("口径"), Column("目标来源"), Column("人口年份"),
)  # fmt: skip
"""Values stand as the page shows them (四舍五入, 0÷0 为“—”), so that nobody rounds them a second time; counts are numbers."""


def asked_words(frame: Frame) -> str:
    """What was asked, for the history."""
    return f"{frame.area.name} {frame.period.label}" + (f" 截至 {moment_words(frame)}" if frame.as_of else "")


def plan_sheets(plan: Plan, frame: Frame, lines: Sequence[Line], at: datetime) -> list[TableSheet]:
    return [TableSheet("规划指标", COLUMNS, [_row(line) for line in lines]), about(plan.name, frame, at)]


def _row(line: Line) -> tuple[CellValue, ...]:
    row, figure, target = line.planned.row, line.figure, line.assessed.target
    trusted = line.trust
    interval = "；".join(word for word in (trusted.interval.display, trusted.mark if trusted.small else "") if word) if (
        trusted and trusted.interval) else None  # fmt: skip
    counted = line.planned.formula.kind is not Kind.REPORTED
    said = "；".join(word for word in (line.rounding, line.lacking, f"来源：{line.value.document}" if line.value else "") if word)
    return (
        row.no, row.group_name, row.name, row.unit, row.nature, line.planned.base, target.label, written(figure),
        figure.numerator if counted else None, figure.denominator if counted else None,
        figure.undecided if counted and line.planned.formula.beside else None, interval, line.met_label,
        line.light.value, line.due, said or None, line.definition, target.target.source,
        line.answer.population.label if line.answer.population else None,
    )  # fmt: skip


def share_sheets(planned: Planned, frame: Frame, by: By, shares: Sequence[Share], at: datetime) -> list[TableSheet]:
    """分组统计: the groups, then 合计."""
    columns = (Column(NAMES[by]), *_heads(planned))
    rows = [(share.label, *_counts(planned, share.figure)) for share in (*_parts(shares), *_whole(shares))]
    return [TableSheet("分组统计", columns, rows), about(_title(planned), frame, at, planned)]


def _parts(shares: Sequence[Share]) -> Iterable[Share]:
    return (one for one in shares if one.key is not None)


def _whole(shares: Sequence[Share]) -> Iterable[Share]:
    return (one for one in shares if one.key is None)


def month_sheets(planned: Planned, frame: Frame, months: Sequence[Month], at: datetime) -> list[TableSheet]:
    """分月: each month and what had come together by its end."""
    own, running = _heads(planned), [Column(f"累计{one.header}", one.kind) for one in _heads(planned)]
    columns = (Column("月份"), *own, Column("当月应完成"), *running, Column("累计应完成"))
    places = planned.formula.places
    rows = [
        (
            f"{one.month}月", *_counts(planned, one.figure), None if one.expected is None else half_up(one.expected, places),
            *_counts(planned, one.to_date), None if one.expected_to_date is None else half_up(one.expected_to_date, places),
        )
        for one in months
    ]  # fmt: skip
    return [TableSheet("分月", columns, rows), about(_title(planned), frame, at, planned)]


def _title(planned: Planned) -> str:
    return f"{planned.plan.name}：{planned.row.no} {planned.row.name}"


def _heads(planned: Planned) -> list[Column]:
    formula = planned.formula
    heads = [Column(str(formula.numerator), INTEGER)]
    if formula.kind is Kind.PER_THOUSAND:
        heads.append(Column("常住人口", INTEGER))
    elif formula.denominator is not None:
        heads.append(Column(str(formula.denominator), INTEGER))
    if formula.beside is not None:
        heads.append(Column(str(formula.beside), INTEGER))
    return [*heads, Column(f"数值（{planned.row.unit}）" if planned.row.unit and formula.unit != "%" else "数值")]


def _counts(planned: Planned, figure: Figure) -> tuple[CellValue, ...]:
    formula = planned.formula
    counts: list[int | Decimal | None] = [figure.numerator]
    if formula.kind is Kind.PER_THOUSAND or formula.denominator is not None:
        counts.append(figure.denominator)
    if formula.beside is not None:
        counts.append(figure.undecided)
    return (*counts, written(figure))


def about(
    title: str, frame: Frame, at: datetime, planned: Planned | None = None, counts: Sequence[tuple[CellValue, CellValue]] = ()
) -> TableSheet:  # fmt: skip
    """导出说明: what the workbook is, and who took it out when."""
    said: list[tuple[CellValue, CellValue]] = [
        ("内容", title), ("区域", frame.area.name), ("统计期", frame.period.label), ("截至时点", moment_words(frame)),
        ("统计范围", f"{frame.actor.name}所在单位及下级单位的记录"),
        *((("口径", planned.formula.definition), ("统计日期", planned.formula.basis.value)) if planned else ()),
        *counts, ("导出人", frame.actor.name), ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"),
    ]  # fmt: skip
    return TableSheet("导出说明", (Column("项目"), Column("内容")), said)
