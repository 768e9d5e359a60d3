"""The figures of every part of a whole: one pass over each table, whatever the number of parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.comparisons.parts import WAYS, Below, Parts, Plain
from app.comparisons.questions import Question
from app.db import session
from app.domain.indicators import UNCLASSIFIED, CasePart, Figure, Kind, Selection, TallyPart, compute
from app.errors import NotLikeThis
from app.indicators import breakdowns, cases, coverage, tallies
from app.indicators.figures import answers, counts_batches, disposed, divided, divisible
from app.indicators.frames import Frame, any_of, rows, sums
from app.indicators.groups import By
from app.indicators.residents import residents
from app.indicators.selections import fact_clause, summary_clause
from app.indicators.smallest import smallest, summarised
from app.sampling.models import BatchFact, Sample

WHOLE = "合计"
Numbers = dict[Selection, dict[Hashable, int]]


@dataclass(frozen=True, slots=True)
class PartFigure:
    """``key`` None is the whole, counted on its own."""

    key: str | None
    label: str
    figure: Figure


def comparable(question: Question, parts: Parts) -> None:
    """Refuse what has no parts that add up, or no such parts."""
    by = parts.by
    if question.asked.of_enterprises:
        if by != By.AREA.value:
            raise NotLikeThis(f"“{question.name}”按企业统计，只能按地区比较，请改用地区对比", field="by")
        if not coverage.countable(question.formula.code, question.conditions):
            raise NotLikeThis(f"“{question.name}”：{coverage.uncountable(question.formula.code)}", field="figure")
    elif not divisible(question.formula):
        raise NotLikeThis(f"“{question.name}”由全部记录一起得出，各部分不能相加，没有分组数据；可在“同比环比”中比较", field="figure")
    elif parts.joined and not counts_batches(question.formula):
        raise NotLikeThis(f"“{question.name}”所统计的案件、检查等记录没有{WAYS[by]}，请另选分组方式或指标", field="by")


def figures(frame: Frame, question: Question, parts: Parts) -> list[PartFigure]:
    """Every part that has records, 未分类 among them, then the whole."""
    comparable(question, parts)
    asked = question.asked
    if asked.of_enterprises:
        return _of_enterprises(frame, question, parts)
    if isinstance(asked.formula.numerator, (CasePart, TallyPart)):
        return _of_records(frame, question, parts)
    if isinstance(parts, Plain):
        return [PartFigure(one.key, one.label, one.figure) for one in breakdowns.breakdown(frame, asked, parts.groups.by)]
    counted = _parted(frame, asked.parts, parts)
    people = residents(frame) if asked.formula.kind is Kind.PER_THOUSAND else None
    found = [
        PartFigure(key, parts.label(key), divided(asked, {one: counted[one].get(key, 0) for one in asked.parts}, people))
        for key in parts.keys([str(key) for numbers in counted.values() for key in numbers])
    ]
    whole = {one: sum(numbers.values()) for one, numbers in counted.items()}
    return [*found, PartFigure(None, WHOLE, divided(asked, whole, people))]


def _parted(frame: Frame, selections: Sequence[Selection], parts: Parts) -> Numbers:
    clauses = [fact_clause(one) for one in selections]
    base = [parts.base] if isinstance(parts, Below) else []
    columns = list(parts.columns)
    statement = sa.select(*columns, *rows(clauses)).select_from(BatchFact)
    if parts.joined:
        statement = statement.join(Sample, Sample.id == BatchFact.sample_id)
    statement = statement.where(*frame.facts(), *base, sa.or_(sa.false(), *clauses)).group_by(*columns)
    counts: Numbers = {one: {} for one in selections}
    for row in session().execute(statement):
        key = parts.key(row[: len(columns)])
        for one, number in zip(selections, row[len(columns) :], strict=True):
            if number:
                counts[one][key] = counts[one].get(key, 0) + int(number)
    return counts


def records_by_part(frame: Frame, question: Question, parts: Parts) -> dict[str, list[Any]]:
    """Due batches or records of a figure that match its filter, by part."""
    formula, found = question.formula, {}  # type: ignore[var-annotated]
    if isinstance(formula.numerator, CasePart):
        for one in cases.matching(cases.due_batches(frame), question.conditions):
            found.setdefault(parts.key_of(one.batch), []).append(one)
    else:
        for record in tallies.matching(tallies.rows(frame, formula), question.conditions):
            found.setdefault(parts.key_of(record.batch, record), []).append(record)
    return found


def worked_out(frame: Frame, question: Question, records: Sequence[Any]) -> Figure:
    if isinstance(question.formula.numerator, CasePart):
        return disposed(question.formula, records, frame)
    return tallies.tallied(question.formula, records, frame)


def _of_records(frame: Frame, question: Question, parts: Parts) -> list[PartFigure]:
    parted = records_by_part(frame, question, parts)
    found = [PartFigure(key, parts.label(key), worked_out(frame, question, parted[key])) for key in parts.keys(list(parted))]
    every = [one for records in parted.values() for one in records]
    return [*found, PartFigure(None, WHOLE, worked_out(frame, question, every))]


def _of_enterprises(frame: Frame, question: Question, parts: Parts) -> list[PartFigure]:
    covered: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for row in coverage.enterprises(frame, question.formula.code, question.conditions):
        key = enterprise_part(parts, row.region_id)
        every[key] += 1
        covered[key] += bool(row.covered)
    found = [
        PartFigure(key, parts.label(key), compute(question.formula, covered[key], every[key])) for key in parts.keys(list(every))
    ]
    return [*found, PartFigure(None, WHOLE, compute(question.formula, covered.total(), every.total()))]


def enterprise_part(parts: Parts, region_id: int | None) -> str:
    return parts.key((region_id,)) if region_id is not None else UNCLASSIFIED


def whole(frame: Frame, question: Question) -> Figure:
    return answers(frame, [question.asked])[question.asked].figure


# ---------------------------------------------------------------- category × month

def by_category_and_month(frame: Frame, question: Question, parts: Parts) -> dict[tuple[str, int], Figure]:
    """A figure for every category part and month that has records; the month is its number in the year."""
    if isinstance(question.formula.numerator, (CasePart, TallyPart)):
        return _records_by_month(frame, question, parts)
    asked = question.asked
    counted = _grid(frame, asked.parts, parts)
    people = residents(frame) if asked.formula.kind is Kind.PER_THOUSAND else None
    cells = {cell for numbers in counted.values() for cell in numbers}
    return {cell: divided(asked, {one: counted[one].get(cell, 0) for one in asked.parts}, people) for cell in cells}


def _grid(frame: Frame, selections: Sequence[Selection], parts: Parts) -> dict[Selection, dict[tuple[str, int], int]]:
    counts: dict[Selection, dict[tuple[str, int], int]] = {one: {} for one in selections}
    for category, month, *numbers in session().execute(_grid_statement(frame, selections, parts)):
        cell = (parts.key((category,)), month % 100)
        for one, number in zip(selections, numbers, strict=True):
            if number:
                counts[one][cell] = counts[one].get(cell, 0) + int(number)
    return counts


def _grid_statement(frame: Frame, selections: Sequence[Selection], parts: Parts) -> sa.Select[Any]:
    """大类 are in the summaries; what lies below them only the batches know."""
    if isinstance(parts, Plain) and all(summarised(frame, one, By.MONTH) for one in selections):
        lines = smallest(frame, selections, By.MONTH)  # by month and by category: whatever knows months knows 大类
        columns = [lines.category_root_id, lines.month]
        clauses = [summary_clause(one, lines) for one in selections]
        where = [*frame.summaries(lines), *any_of(clauses)]
        return sa.select(*columns, *sums(clauses, lines)).where(*where).group_by(*columns)
    clauses = [fact_clause(one) for one in selections]
    base = [parts.base] if isinstance(parts, Below) else []
    columns = [*parts.columns, BatchFact.month]
    return sa.select(*columns, *rows(clauses)).where(*frame.facts(), *base, sa.or_(sa.false(), *clauses)).group_by(*columns)


def _records_by_month(frame: Frame, question: Question, parts: Parts) -> dict[tuple[str, int], Figure]:
    found: dict[tuple[str, int], list[Any]] = {}
    for key, records in records_by_part(frame, question, parts).items():
        for one in records:
            day = one.day if isinstance(one, tallies.Tally) else one.disposal.due_on
            found.setdefault((key, day.month), []).append(one)
    return {cell: worked_out(frame, question, records) for cell, records in found.items()}


def combined(asked: Question, figures: Sequence[Figure], people: int | None = None) -> Figure:
    """The figure of several parts together: counts added up, divided once."""
    top = sum(one.numerator or 0 for one in figures)
    under = None if asked.formula.kind is Kind.COUNT else sum(one.denominator or 0 for one in figures)
    if asked.formula.kind is Kind.PER_THOUSAND:
        under = people
    return compute(asked.formula, top, under, sum(one.undecided for one in figures))


def named_parts(found: Sequence[PartFigure]) -> Mapping[str, PartFigure]:
    return {one.key: one for one in found if one.key is not None}
