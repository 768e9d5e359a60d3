"""全年预测 of the volumes of a plan, or of one figure against a number typed in: pace, speed, range, and what is needed from now on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from app.comparisons.questions import Question
from app.comparisons.tables import Cell, Column, Opens, Row, Table, measured, number, rounded, told
from app.domain.comparison import Comparator
from app.domain.figures import half_up
from app.domain.indicators import Figure, Kind, Light, Part, Period
from app.domain.progress import Elapsed
from app.domain.working_days import WorkingDays
from app.domain.year_end import YearEnd, batches_for, day_reached, light, year_end
from app.errors import NotLikeThis
from app.indicators import queries
from app.indicators.counts import count_by
from app.indicators.figures import divided
from app.indicators.frames import Frame
from app.indicators.groups import By
from app.indicators.models import Plan
from app.indicators.residents import residents
from app.indicators.working_time import elapsed
from app.reference.planning_rules import INDICATOR_PACE, light_rule
from app.reference_data.books import calendar

VOLUMES = (Kind.COUNT, Kind.PER_THOUSAND)
LAST = (12, 31)


@dataclass(frozen=True)
class Forecast:
    """One volume. ``pace`` is 时序进度 in batches."""

    question: Question
    figure: Figure
    goal_words: str
    found: YearEnd
    pace: Fraction | None
    light: Light
    reached_on: date | None
    months: dict[int, tuple[int, int]]


@dataclass(frozen=True)
class Forecasts:
    lines: Sequence[Forecast]
    table: Table


def volume(question: Question) -> bool:
    """Whether the figure is a volume of batches whose target is to be reached, not stayed below."""
    return isinstance(question.formula.numerator, Part) and question.formula.kind in VOLUMES


def volumes(plan: Plan, frame: Frame) -> list[Question]:
    """The volumes of a plan that are counted from batches and have a floor to reach."""
    found = []
    for one in queries.indicators(plan, frame.as_of):
        question = Question(f"{plan.code}:{one.row.no}", one.formula, one.conditions, one)
        if volume(question) and not one.target(frame.period.year).target.comparator.ceiling:
            found.append(question)
    if not found:
        raise NotLikeThis(f"“{plan.name}”没有由抽检批次计算的数量指标，请另选规划，或不选规划按抽检批次数预测", field="plan")
    return found


def forecasts(frame: Frame, questions: Sequence[Question], target: str = "") -> Forecasts:
    """Every question over the frame's year, counted in one pass; a volume of another kind is refused by name."""
    for one in questions:
        if not volume(one):
            raise NotLikeThis(f"“{one.name}”不是抽检数量指标，不能按时序预测；请选择批次数或每千人批次", field="figure")
    year = frame.over(Period(frame.period.year))
    run, days = elapsed(calendar(), year.period.year, frame.today), calendar()
    counts = count_by(year, [part for one in questions for part in one.asked.parts], By.MONTH)
    people = residents(year) if any(one.formula.kind is Kind.PER_THOUSAND for one in questions) else None
    lines = []
    for one in questions:
        months = {key: n for key, n in counts[one.asked.parts[0]].items() if isinstance(key, int)}
        figure = divided(one.asked, {part: sum(counts[part].values()) for part in one.asked.parts}, people)
        lines.append(_forecast(one, figure, months, run, year, days, target))
    return Forecasts(lines, _table(year, lines))


def _forecast(
    question: Question, figure: Figure, counted: dict[int, int], run: Elapsed, frame: Frame, days: WorkingDays, target: str
) -> Forecast:
    year = frame.period.year
    gone = {month: pair for month, pair in run.months.items() if date(year, month, 1) <= frame.today}
    months = {month: (counted.get(year * 100 + month, 0), pair[0]) for month, pair in gone.items()}
    passed, total = (sum(pair[at] for pair in run.months.values()) for at in (0, 1))
    goal, words = _goal(question, year, figure, target)
    found = year_end(figure.numerator or 0, passed, total, goal, months)
    within = light_rule(INDICATOR_PACE, min(frame.today, date(year, *LAST))).amber_within
    pace, shown = light(found, within)
    return Forecast(question, figure, words, found, pace, shown, day_reached(found, coming(days, frame)), months)


def coming(days: WorkingDays, frame: Frame) -> list[date]:
    """Working days of the year after today."""
    at, last, found = frame.today, date(frame.period.year, *LAST), []
    at = max(at, date(frame.period.year, 1, 1) - timedelta(days=1))
    while at < last:
        at += timedelta(days=1)
        if days.is_working_day(at):
            found.append(at)
    return found


def _goal(question: Question, year: int, figure: Figure, written: str) -> tuple[int | None, str]:
    """The target as a number of batches, and as it is written."""
    per_thousand = question.formula.kind is Kind.PER_THOUSAND
    people = figure.denominator if per_thousand else None
    choice = question.target(year)
    if written:
        value, label, strictly = _typed(written), f"≥{written}（自定）", False
    elif choice is None or choice.target.comparator.ceiling:
        return None, "—"
    else:
        value, label, strictly = choice.target.value, choice.label, choice.target.comparator is Comparator.ABOVE
    if per_thousand and people is None:
        return None, f"{label}（缺少常住人口）"
    return batches_for(Fraction(value), people, strictly), label


def _typed(written: str) -> Decimal:
    try:
        value = Decimal(written)
    except ArithmeticError:
        raise NotLikeThis(f"目标“{written[:20]}”不是数字，请填写如 4200 或 5.28", field="target") from None
    if not value.is_finite() or not 0 <= value <= 10**9:
        raise NotLikeThis("目标应为不小于 0 的数字，请重新填写", field="target")
    return value


def _table(frame: Frame, lines: Sequence[Forecast]) -> Table:
    columns = [
        Column("name", "指标"), Column("value", "目前", "number"), Column("done", "完成批次", "integer"), Column("target", "年度目标"),
        Column("goal", "折合批次", "integer"), Column("pace", "时序进度应达", "number"), Column("light", "灯号"),
        Column("speed", "每工作日", "number"), Column("expected", "到年底约", "number"), Column("low", "按最慢月份", "number"),
        Column("high", "按最快月份", "number"),
        Column("reached_on", "预计达到日期"), Column("needed", "今后每工作日需", "number"),
    ]  # fmt: skip
    run = lines[0].found if lines else None
    notes = [
        f"到 {min(frame.today, frame.period.last)} 已过 {run.elapsed} 个工作日，全年 {run.total} 个。" if run else "",
        "到年底约＝已完成＋每工作日平均完成×剩余工作日（目前速度）；范围按已过工作日不少于5天的月份中最慢和最快的速度计算，只有一个这样的月份时不给出。",
        "灯号以完成批次与时序进度（年度目标×已过工作日÷全年工作日）相比，界限见基础数据；报告日期在统计期内的才算完成。",
    ]
    return Table(f"全年预测　{frame.area.name}　{frame.period.year}年", columns, [_row(one) for one in lines], [n for n in notes if n])


def _row(one: Forecast) -> Row:
    found = one.found
    opens = Opens("records", {"figure": one.question.code, "side": "numerator", "span": None, "to_date": None})
    cells: list[Cell] = [told(one.question.name), measured(one.figure), number(found.done, opens), told(one.goal_words), number(found.goal)]
    cells += [rounded("—" if one.pace is None else half_up(one.pace, 1)), told(None if one.light is Light.NONE else one.light.value)]
    cells += [rounded(found.text(found.speed, 2)), *(rounded(found.text(end)) for end in (found.expected, found.low, found.high))]
    return Row((*cells, told(reached(one)), rounded(found.text(found.needed, 2))))


def reached(one: Forecast) -> str:
    if one.found.goal is None:
        return "—"
    if not one.found.missing:
        return "已达到"
    return str(one.reached_on) if one.reached_on else "本年内达不到"
