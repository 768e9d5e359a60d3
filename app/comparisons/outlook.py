"""合格率推演: what the rate may still become before the period closes, what one overturned retest would change, and what is pending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.comparisons.questions import Question
from app.comparisons.tables import Cell, Column, Opens, Row, Table, measured, number, told, trust_cells
from app.db import session
from app.domain.comparison import Comparator, attained, rounding_note
from app.domain.figures import half_up
from app.domain.indicators import Figure, Part, Selection, WhatIf, overturned, selection, trust, what_if
from app.domain.intervals import METHOD
from app.domain.what_if import retests_to_meet
from app.errors import NotLikeThis
from app.indicators.counts import count, still_out, waiting
from app.indicators.frames import Frame
from app.indicators.selections import sample_clause
from app.sampling.models import Sample


@dataclass(frozen=True, slots=True)
class Goal:
    """What the rate is to reach, and where that is written."""

    value: Decimal
    comparator: Comparator
    label: str


@dataclass(frozen=True)
class Outlook:
    """``undecided`` are reported but 未判定, ``awaited`` still at the laboratory; together they are pending."""

    bounds: WhatIf
    overturned: Figure
    retests: int | None
    undecided: int
    awaited: int
    goal: Goal | None
    table: Table


def outlook(frame: Frame, question: Question, threshold: int, target: str = "") -> Outlook:
    if question.formula.numerator is not Part.PASSED:
        raise NotLikeThis(f"“{question.name}”不是合格率，不能推演；请选择抽检合格率或规划中的合格率指标", field="figure")
    asked = question.asked
    passed, judged, undecided = (_chosen(question, part) for part in (Part.PASSED, Part.JUDGED, Part.OPEN))
    numbers = count(frame, (passed, judged, undecided))
    awaited = waiting(frame, [judged])[judged]
    bounds = what_if(asked.formula, numbers[passed], numbers[judged], numbers[undecided] + awaited)
    one = overturned(asked.formula, numbers[passed], numbers[judged])
    goal = _goal(question, frame.period.year, target)
    needed = retests_to_meet(asked.formula, numbers[passed], numbers[judged], goal.comparator, goal.value) if goal else None
    found = Outlook(bounds, one, needed, numbers[undecided], awaited, goal, Table("", [], []))
    return Outlook(bounds, one, needed, numbers[undecided], awaited, goal, _table(frame, question, found, threshold))


def _chosen(question: Question, part: Part) -> Selection:
    return selection(part, question.conditions)


def _goal(question: Question, year: int, written: str) -> Goal | None:
    """The target of the plan, or one typed in."""
    choice = question.target(year)
    if written:
        try:
            value = Decimal(written)
        except ArithmeticError:
            raise NotLikeThis(f"目标“{written[:20]}”不是数字，请填写如 98 或 98.5（单位为%）", field="target") from None
        if not (value.is_finite() and 0 <= value <= 100):
            raise NotLikeThis("目标应在 0 至 100 之间（单位为%）", field="target")
        return Goal(value, Comparator.AT_LEAST, f"≥{value:f}%（自定）")
    return Goal(choice.target.value, choice.target.comparator, f"{choice.label}%") if choice else None


def _table(frame: Frame, question: Question, found: Outlook, threshold: int) -> Table:
    columns = [
        Column("case", "情形"), Column("numerator", "合格批次", "integer"), Column("denominator", "已判定批次", "integer"),
        Column("value", "合格率", "number"), Column("interval", "95%置信区间"), Column("mark", "样本量"), Column("met", "目标"),
    ]  # fmt: skip
    bounds = found.bounds
    rows = [
        _row("目前", bounds.now, found, threshold, listed=True),
        _row("待定批次全部不合格（下限）", bounds.lower, found, threshold),
        _row("待定批次全部合格（上限）", bounds.upper, found, threshold),
        _expected(found),
        _row("不合格的复检改判1批", found.overturned, found, threshold),
    ]
    notes = [bounds.sentence + "。", retest_words(found), f"{METHOD}。"]
    if frame.as_of is not None:
        notes.append("以往时点只计当时未判定的批次，当时还没有出报告的样品不能推知。")
    return Table(f"合格率推演：{question.title}　{frame.area.name}　{frame.period.label}", columns, rows, [one for one in notes if one])


def _row(name: str, figure: Figure, found: Outlook, threshold: int, listed: bool = False) -> Row:
    sides = ("numerator", "denominator")
    opens = [Opens("records", {"side": side}) if listed else None for side in sides]
    cells = [told(name), number(figure.numerator, opens[0]), number(figure.denominator, opens[1]), measured(figure)]
    return Row((*cells, *trust_cells(trust(figure, threshold)), _met(figure, found.goal)), whole=listed)


def _expected(found: Outlook) -> Row:
    """Expected = pending × rate so far: the rate stays, only the counts grow."""
    bounds, rest = found.bounds, (Cell(None, "—"), Cell(None, "—"))
    if bounds.expected_passes is None:
        return Row((told("待定批次按目前水平（预计）"), number(None), number(None), Cell(None, "—"), *rest, told(None)))
    passes = half_up(bounds.expected_passes + (bounds.now.numerator or 0), 1)
    judged = (bounds.now.denominator or 0) + bounds.pending
    cells = (told("待定批次按目前水平（预计）"), told(f"约 {passes}"), number(judged), measured(bounds.now))
    return Row((*cells, *rest, _met(bounds.now, found.goal)))


def _met(figure: Figure, goal: Goal | None) -> Cell:
    if goal is None:
        return told(None)
    met = attained(figure.value, goal.comparator, goal.value)
    note = rounding_note(figure, goal.comparator, goal.value)
    word = {True: "达到", False: "未达到", None: "—"}[met]
    return told(f"{word} {goal.label}{'（' + note + '）' if note else ''}" if met is not None else None)


def retest_words(found: Outlook) -> str:
    """What retests would have to bring before the target is met."""
    if found.goal is None:
        return ""
    if found.retests is None:
        return f"即使全部不合格批次复检改判为合格，目前的合格率也达不到目标 {found.goal.label}。"
    if not found.retests:
        return f"目前已达到目标 {found.goal.label}。"
    return f"目前离目标 {found.goal.label} 还差：不合格批次复检改判 {found.retests} 批后达到。"


# ---------------------------------------------------------------- what is pending

@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Any]
    count: int
    next: int | None
    first: bool


COLUMNS = (
    Sample.id, Sample.number, Sample.product_name, Sample.sampled_name, Sample.purpose, Sample.sampled_on, Sample.arrived_on,
    Sample.laboratory,
)  # fmt: skip


def pending(frame: Frame, question: Question, after: int, size: int) -> Page:
    """Samples still at the laboratory that the rate would count; the count is the one that the bounds add."""
    where = [*still_out(frame), sample_clause(_chosen(question, Part.JUDGED))]
    total = waiting(frame, [_chosen(question, Part.JUDGED)])[_chosen(question, Part.JUDGED)]
    if frame.as_of is not None:
        return Page([], 0, None, True)
    rows = session().execute(sa.select(*COLUMNS).where(*where, Sample.id > after).order_by(Sample.id).limit(size + 1)).all()
    return Page(rows[:size], total, rows[size - 1].id if len(rows) > size else None, after == 0)
