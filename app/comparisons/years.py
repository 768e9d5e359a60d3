"""同比 and 环比 of any figure, and its months beside those of the year before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.comparisons.questions import Question
from app.comparisons.tables import Cell, Column, Opens, Row, Table, figure_cells, figure_columns, measured, told
from app.domain.changes import Change, change
from app.domain.indicators import Figure, Period
from app.domain.intervals import METHOD
from app.indicators import breakdowns
from app.indicators.breakdowns import Month
from app.indicators.figures import answers, divisible
from app.indicators.frames import Frame


@dataclass(frozen=True)
class Compared:
    """``against``: (名称, period, change); ``months`` of this year and of the one before, empty where the figure has none."""

    now: Figure
    against: list[tuple[str, Period, Change]]
    months: list[tuple[int, Month | None, Month | None]]
    table: Table
    monthly: Table | None


def compared(frame: Frame, question: Question, threshold: int) -> Compared:
    now = _figure(frame, question)
    against = [(name, period, change(now, _figure(frame.over(period), question))) for name, period in _others(frame.period)]
    months = _months(frame, question) if divisible(question.formula) else []
    return Compared(now, against, months, _table(frame, question, now, against, threshold), _monthly(frame, question, months))


def _figure(frame: Frame, question: Question) -> Figure:
    return answers(frame, [question.asked])[question.asked].figure


def _others(period: Period) -> list[tuple[str, Period]]:
    found = [("同比（上年同期）", period.year_before)]
    return found if period.before is None else [*found, ("环比（上一期）", period.before)]


def where_of(period: Period) -> dict[str, Any]:
    """What an address says of a period."""
    span = f"m{period.month}" if period.month else f"q{period.quarter}" if period.quarter else None
    return {"year": period.year, "span": span, "to_date": "1" if period.cumulative and span else None}


def _table(frame: Frame, question: Question, now: Figure, against: list[tuple[str, Period, Change]], threshold: int) -> Table:
    formula = question.formula
    columns = [Column("which", "比较"), Column("period", "统计期"), *figure_columns(formula)]
    columns += [Column("difference", "本期与之相差"), Column("growth", "增长率"), Column("words", "说明")]
    rows = [_row("本期", frame.period, question, now, threshold, None)]
    rows += [_row(name, period, question, one.before, threshold, one) for name, period, one in against]
    notes = [f"{METHOD}。"] if formula.unit == "%" else []
    if frame.period.first <= frame.today < frame.period.last:
        notes.append(f"本期尚未结束（统计到 {frame.today}），与之比较的是完整的一期；请改选已结束的月份或“从1月累计”后再比较。")
    return Table(f"{question.title}：同比环比　{frame.area.name}　{frame.period.label}", columns, rows, notes)


def _row(name: str, period: Period, question: Question, figure: Figure, threshold: int, found: Change | None) -> Row:
    cells = [told(name), told(period.label), *figure_cells(question.formula, figure, where_of(period), threshold)]
    if found is None:
        return Row((*cells, told(None), told(None), told(None)), whole=True)
    unit = f" {found.unit}" if found.difference is not None and found.unit else ""
    return Row((*cells, told(f"{found.difference_text}{unit}"), told(found.growth_text), told(found.words)))


def _months(frame: Frame, question: Question) -> list[tuple[int, Month | None, Month | None]]:
    year = frame.period.year
    ours, theirs = (
        {one.month: one for one in breakdowns.months(frame.over(Period(at)), question.asked, None)} for at in (year, year - 1)
    )
    return [(month, ours.get(month), theirs.get(month)) for month in range(1, 13) if month in ours or month in theirs]


def _monthly(frame: Frame, question: Question, months: list[tuple[int, Month | None, Month | None]]) -> Table | None:
    if not months:
        return None
    year = frame.period.year
    columns = [
        Column("month", "月份", "integer"), Column("now", f"{year}年", "number"), Column("before", f"{year - 1}年", "number"),
        Column("difference", "相差"), Column("growth", "增长率"), Column("to_date", f"{year}年1月起累计", "number"),
        Column("to_date_before", f"{year - 1}年1月起累计", "number"), Column("to_date_difference", "累计相差"),
    ]  # fmt: skip
    return Table(f"{question.title}：分月同比", columns, [_month(year, *one) for one in months])


def _month(year: int, month: int, now: Month | None, before: Month | None) -> Row:
    """A month that has not begun this year has last year's number only."""
    nothing = Cell(None, "—")
    cells = [Cell(month, f"{month}月")]
    cells += [_measured(one, at, month) if one else nothing for one, at in ((now, year), (before, year - 1))]
    both = change(now.figure, before.figure) if now and before else None
    running = change(now.to_date, before.to_date) if now and before else None
    cells += [told(both.difference_text if both else None), told(both.growth_text if both else None)]
    cells += [measured(one.to_date) if one else nothing for one in (now, before)]
    return Row((*cells, told(running.difference_text if running else None)))


def _measured(one: Month, year: int, month: int) -> Any:
    where = {"side": _side(one.figure), "year": year, "span": f"m{month}", "to_date": None}
    return measured(one.figure, Opens("records", where) if one.figure.value is not None else None)


def _side(figure: Figure) -> str:
    return "numerator" if figure.denominator is None or figure.unit.startswith("批次") else "denominator"
