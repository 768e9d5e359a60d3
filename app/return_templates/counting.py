"""The figures that a form's cells take: every question once, a whole period in one pass, each with the records behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import sqlalchemy as sa

from app.db import session
from app.domain.figures import Figure, difference, growth
from app.domain.indicators import FORMULAS, UNCLASSIFIED, Kind, Period, compute, describe, parse_filter, reported
from app.domain.plans import NO_VALUE, TASK_COMPLETION, completion
from app.domain.return_mapping import check_group, check_side
from app.domain.return_specs import (
    AREA,
    LABORATORY,
    BadSpec,
    CompletionSpec,
    DifferenceSpec,
    FigureOf,
    FigureSpec,
    Form,
    GrowthSpec,
    Side,
    Spec,
    TaskSpec,
    When,
)
from app.domain.samples import Level, Purpose
from app.errors import NotLikeThis
from app.exports.figures import counted as food
from app.exports.queries import plan_of
from app.indicators import queries as plans
from app.indicators import records
from app.indicators.breakdowns import breakdown
from app.indicators.figures import Answer, Asked, answers
from app.indicators.frames import Area, Frame, moment
from app.indicators.groups import NAMES, By, Groups
from app.indicators.queries import Planned, as_written
from app.indicators.records import Slice
from app.planning.models import SamplingTask
from app.return_templates import laboratories
from app.scope import scope
from app.spreadsheet_cells import CellValue

SIDES = {records.Side.NUMERATOR: "分子", records.Side.DENOMINATOR: "分母", records.Side.BESIDE: "未判定"}
OF_SIDE = {Side.NUMERATOR: records.Side.NUMERATOR, Side.DENOMINATOR: records.Side.DENOMINATOR, Side.UNDECIDED: records.Side.BESIDE}


@dataclass(frozen=True, slots=True)
class CellSource:
    """数据来源 of a cell: which definition over what, and the numbers of the records counted, sorted."""

    definition: str
    version: int
    filter: str
    period: str
    side: str
    numbers: list[str]


@dataclass(frozen=True, slots=True)
class Question:
    """A figure as it is counted: the definition, over an area and a period, of one part where asked."""

    asked: Asked
    area: Area
    period: Period
    group: Slice | None = None
    planned: Planned | None = None
    laboratory: str = ""


class Counter:
    """Answers of one frame, each counted once."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._answers: dict[tuple[Area, Period], dict[Asked, Answer]] = {}
        self._parts: dict[tuple[Area, Period, Asked, By], dict[str, Figure]] = {}
        self._numbers: dict[tuple[Question, records.Side], list[str]] = {}
        self._planned: dict[tuple[str, str], Planned] = {}
        self._questions: dict[FigureOf, Question] = {}

    # ------------------------------------------------------------ the cells

    def prepare(self, specs: Iterable[Spec]) -> None:
        """Count what these cells ask, all questions of a period together. Raises NotLikeThis, naming what cannot be counted."""
        wanted: dict[tuple[Area, Period], list[Asked]] = {}
        for of in (of for spec in specs for of in figures_of(spec)):
            question = self.question(of)
            if question.group is None and not question.laboratory and question.asked.formula.kind is not Kind.REPORTED:
                wanted.setdefault((question.area, question.period), []).append(question.asked)
        for (area, period), asked in wanted.items():
            self._answers[area, period] = answers(self.frame.within(area).over(period), asked)

    def value(self, spec: Spec) -> tuple[CellValue, list[CellSource]]:
        """What stands in the cell, and what it was counted from."""
        if isinstance(spec, TaskSpec):
            task = self.task(spec.level, spec.purpose)
            return ("—" if task is None else task), [self._source_of_task(spec)]
        figure, sources = self._figure_of(spec)
        if isinstance(spec, FigureSpec) and spec.of.side is not Side.VALUE:
            return _count(figure, spec.of.side), sources
        return shown(figure, getattr(spec, "form", Form.NUMBER)), sources

    def _figure_of(self, spec: Spec) -> tuple[Figure, list[CellSource]]:
        if isinstance(spec, FigureSpec):
            return self.figure(spec.of), self.sources(spec.of)
        if isinstance(spec, (DifferenceSpec, GrowthSpec)):
            other = spec.minus if isinstance(spec, DifferenceSpec) else spec.against
            made = difference if isinstance(spec, DifferenceSpec) else growth
            return made(self._sided(spec.of), self._sided(other)), [*self.sources(spec.of), *self.sources(other)]
        assert isinstance(spec, CompletionSpec)
        of = _batches(spec)
        task, done = self.task(spec.level, spec.purpose), self.figure(of).numerator or 0
        figure = completion(task, done) if task else NO_VALUE
        named = TASK_COMPLETION.code
        return figure, [replace(one, definition=named) for one in self.sources(of)] + [self._source_of_task(spec)]

    def _sided(self, of: FigureOf) -> Figure:
        """The figure, or one of its counts as a figure: 分母 minus 分子 of 合格率 is 不合格批次."""
        figure = self.figure(of)
        if of.side is Side.VALUE:
            return figure
        count = _count(figure, of.side)
        return compute(FORMULAS["batch_count"], count) if isinstance(count, int) else NO_VALUE

    # ------------------------------------------------------------ figures

    def question(self, of: FigureOf) -> Question:
        if of not in self._questions:
            self._questions[of] = self._question(of)
        return self._questions[of]

    def _question(self, of: FigureOf) -> Question:
        planned = self._indicator(of) if of.no else None
        asked = Asked(planned.formula, planned.conditions) if planned else Asked(FORMULAS[of.formula], parse_filter(of.filter))
        period, area = span(self.frame.period, of.when), self.frame.area
        if of.group is None:
            return Question(asked, area, period, planned=planned)
        if of.group.by == LABORATORY:
            laboratories.check(of.group.key)
            return Question(asked, area, period, planned=planned, laboratory=of.group.key)
        by = by_named(of.group.by)
        key = _key(Groups(self.frame.over(period), by), of.group.key)
        if of.group.by == AREA and key != UNCLASSIFIED:
            child = next(one for one in area.children if one.code == key)
            return Question(asked, child, period, planned=planned)
        return Question(asked, area, period, Slice(by, key), planned)

    def _indicator(self, of: FigureOf) -> Planned:
        if (of.plan, of.no) not in self._planned:
            plan = plans.plan_by_code(self.frame.actor, of.plan) if of.plan else plan_of(self.frame.area.id)
            if plan is None:
                raise NotLikeThis("还没有装载任何规划，请先装载规划，或改取公式")
            planned = plans.indicator_by_number(plan, of.no, self.frame.as_of)
            try:
                check_side(planned.formula, of.side)
                check_group(planned.formula, of.group)
            except BadSpec as fault:
                raise NotLikeThis(str(fault)) from None
            self._planned[of.plan, of.no] = planned
        return self._planned[of.plan, of.no]

    def figure(self, of: FigureOf) -> Figure:
        question = self.question(of)
        if question.planned is not None and question.asked.formula.kind is Kind.REPORTED:
            return self._reported(question, question.planned)
        if question.group is not None:
            return self._part(question, question.group)
        if question.laboratory:
            return laboratories.figure(self._frame(question), question.asked, question.laboratory)
        key = question.area, question.period
        if question.asked not in self._answers.get(key, {}):
            found = answers(self._frame(question), [question.asked])
            self._answers[key] = {**self._answers.get(key, {}), **found}
        return self._answers[key][question.asked].figure

    def _frame(self, question: Question) -> Frame:
        return self.frame.within(question.area).over(question.period)

    def _reported(self, question: Question, planned: Planned) -> Figure:
        value = plans.reported_values(self._frame(question), planned.plan).get(planned.row.no)
        return reported(as_written(value.value), planned.row.unit or "") if value is not None else NO_VALUE

    def _part(self, question: Question, group: Slice) -> Figure:
        key = question.area, question.period, question.asked, group.by
        if key not in self._parts:
            shares = breakdown(self._frame(question), question.asked, group.by)
            self._parts[key] = {share.key: share.figure for share in shares if share.key is not None}
        found = self._parts[key].get(group.key)
        return found if found is not None else compute(question.asked.formula, 0, 0 if question.asked.formula.denominator else None)

    # ------------------------------------------------------------ records

    def sources(self, of: FigureOf) -> list[CellSource]:
        """The lists behind a figure: those of both counts of a value, of one count that count's alone."""
        question, formula = self.question(of), self.question(of).asked.formula
        sides = [OF_SIDE[of.side]] if of.side in OF_SIDE else [records.Side.NUMERATOR, records.Side.DENOMINATOR]
        version = question.planned.row.definition_version if question.planned else formula.version
        told = formula.code, version, describe(question.asked.conditions), question.period.label
        if formula.kind in (Kind.REPORTED, Kind.BALANCE):
            return [CellSource(*told, "填报" if formula.kind is Kind.REPORTED else "数值", [])]
        covers = question.asked.covers
        counted = [one for one in sides if covers or records.part_of(formula, one) is not None]
        return [CellSource(*told, SIDES[side], self.numbers(question, side)) for side in counted]

    def numbers(self, question: Question, side: records.Side) -> list[str]:
        key = question, side
        if key not in self._numbers:
            frame, asked = self._frame(question), question.asked
            if asked.covers:
                found = records.records(frame, asked.formula, asked.conditions)
                self._numbers[question, records.Side.NUMERATOR] = found.numerator
                self._numbers[question, records.Side.DENOMINATOR] = found.denominator
                self._numbers.setdefault(key, [])
            elif question.laboratory:
                self._numbers[key] = laboratories.numbers(frame, asked, side, question.laboratory)
            else:
                self._numbers[key] = sorted(records.numbers(frame, asked, side, question.group))
        return self._numbers[key]

    # ------------------------------------------------------------ tasks

    def task(self, level: str, purpose: str) -> int | None:
        """年度任务数 of the area and the year, as known at the moment; None where none is set."""
        frame = self.frame
        statement = sa.select(SamplingTask.batches).where(
            SamplingTask.region_id == frame.area.id, SamplingTask.year == frame.period.year, *moment(SamplingTask, frame.as_of)
        )
        if level:
            statement = statement.where(SamplingTask.level == Level(level))
        if purpose:
            statement = statement.where(SamplingTask.purpose == Purpose(purpose))
        found = session().scalars(scope(statement, SamplingTask, frame.actor)).all()
        return sum(found) if found else None

    def _source_of_task(self, spec: TaskSpec | CompletionSpec) -> CellSource:
        conditions = food(Level(spec.level) if spec.level else None, Purpose(spec.purpose) if spec.purpose else None)
        return CellSource("sampling_task", 1, describe(conditions), f"{self.frame.period.year}年", "任务数", [])


def figures_of(spec: Spec) -> Sequence[FigureOf]:
    """The figures that a cell needs."""
    if isinstance(spec, FigureSpec):
        return [spec.of]
    if isinstance(spec, DifferenceSpec):
        return [spec.of, spec.minus]
    if isinstance(spec, GrowthSpec):
        return [spec.of, spec.against]
    return [_batches(spec)] if isinstance(spec, CompletionSpec) else []


def _batches(spec: CompletionSpec) -> FigureOf:
    from app.domain.indicators import write_filter

    conditions = food(Level(spec.level) if spec.level else None, Purpose(spec.purpose) if spec.purpose else None)
    return FigureOf("batch_count", write_filter(conditions), when=spec.when)


def span(period: Period, when: When) -> Period:
    """The period of a figure in a return over ``period``."""
    return {
        When.THIS: period, When.TO_DATE: period.to_date, When.YEAR: Period(period.year), When.YEAR_BEFORE: period.year_before,
        When.TO_DATE_BEFORE: period.to_date.year_before,
    }[when]  # fmt: skip


def by_named(word: str) -> By:
    found = next((by for by, name in NAMES.items() if name == word), None)
    if found is None:
        raise NotLikeThis(f"不能按“{word}”分组，可用：{'、'.join(NAMES.values())}")
    return found


def _key(groups: Groups, written: str) -> str:
    """The group of a name: 糕点, 流通, 某某镇 or its 区划代码."""
    if written in groups.keys:
        return written
    found = next((key for key in groups.keys if groups.label(key) == written), None)
    if found is None:
        known = "、".join(groups.label(key) for key in groups.keys[:40])
        raise NotLikeThis(f"{NAMES[groups.by]}中没有“{written[:30]}”，可用：{known}")
    return found


def _count(figure: Figure, side: Side) -> CellValue:
    found = {Side.NUMERATOR: figure.numerator, Side.DENOMINATOR: figure.denominator, Side.UNDECIDED: figure.undecided}[side]
    return found if found is not None else "—"


def shown(figure: Figure, form: Form) -> CellValue:
    """The figure as it stands in a cell: the number displayed with its decimals, or —."""
    if figure.value is None:
        return figure.display
    if form is Form.TEXT:
        return figure.shown
    number = Decimal(figure.display)
    if form is Form.FRACTION:
        return number.scaleb(-2)
    return number if figure.places else int(number)


__all__ = ["CellSource", "Counter", "Question", "figures_of", "shown", "span"]
