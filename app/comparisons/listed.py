"""Exactly the records behind a number of a comparison: batches, cases and other records, enterprises or categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.comparisons.counting import enterprise_part, records_by_part
from app.comparisons.parts import Below, Parts
from app.comparisons.questions import Question
from app.db import session
from app.domain.indicators import CasePart, Kind, Part, TallyPart, total
from app.domain.tally_parts import SUMMED
from app.errors import NotLikeThis
from app.indicators import cases, coverage, records, tallies
from app.indicators.figures import answers
from app.indicators.frames import Clause, Frame
from app.indicators.records import Side, part_of
from app.sampling.models import BatchFact

BATCHES, RECORDS, ENTERPRISES, CATEGORIES = "batches", "records", "enterprises", "categories"


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of a comparison; ``key`` None is everything."""

    parts: Parts | None = None
    key: str | None = None

    @property
    def label(self) -> str:
        return "" if self.parts is None or self.key is None else self.parts.label(self.key)


@dataclass(frozen=True, slots=True)
class Page:
    """``total`` is what the records come to, where that is not their number."""

    kind: str
    heading: str
    rows: Sequence[Any]
    count: int
    next: int | None
    first: bool
    total: int | None = None


def page(frame: Frame, question: Question, side: Side, slice_: Slice, after: int, size: int) -> Page:
    if question.asked.of_enterprises:
        return _enterprises(frame, question, side, slice_, after, size)
    if question.asked.covers:
        return _categories(frame, question, side, after, size)
    part = part_of(question.formula, side)
    if isinstance(part, Part) and question.formula.kind is not Kind.BALANCE:
        return _batches(part.value, _where(frame, question, part, slice_), after, size)
    if isinstance(part, CasePart):
        ids = sorted(one.batch.sample_id for one in cases.counted(_kept(frame, question, slice_), part, frame))
        return _chosen_batches(frame, part, ids, after, size)
    if isinstance(part, TallyPart):
        return _records(part, tallies.counted(_kept(frame, question, slice_), part, frame), after, size)
    raise NotLikeThis(f"“{question.name}”的这一计数不由记录逐件得出，没有可列出的清单")


def _where(frame: Frame, question: Question, part: Part, slice_: Slice) -> list[Clause]:
    found = records.where(frame, question.asked, part)
    if slice_.parts is None or slice_.key is None:
        return found
    base = [slice_.parts.base] if isinstance(slice_.parts, Below) else []
    return [*found, *base, slice_.parts.clause(slice_.key)]


def _batches(heading: str, where: Sequence[Clause], after: int, size: int) -> Page:
    count = session().scalar(sa.select(sa.func.count()).select_from(BatchFact).where(*where)) or 0
    rows = records.batch_list(where, after, size)
    return Page(BATCHES, heading, rows[:size], count, rows[size - 1].sample_id if len(rows) > size else None, after == 0)


def _chosen_batches(frame: Frame, part: CasePart, ids: Sequence[int], after: int, size: int) -> Page:
    wanted = [number for number in ids if number > after][: size + 1]
    rows = records.batch_list([*frame.place(), BatchFact.sample_id.in_(wanted)], after, size)
    return Page(BATCHES, part.value, rows[:size], len(ids), rows[size - 1].sample_id if len(rows) > size else None, after == 0)


def _kept(frame: Frame, question: Question, slice_: Slice) -> list[Any]:
    """Due batches or records of a part, whether they count yet or not."""
    if slice_.parts is not None and slice_.key is not None:
        return records_by_part(frame, question, slice_.parts).get(slice_.key, [])
    if isinstance(question.formula.numerator, CasePart):
        return cases.matching(cases.due_batches(frame), question.conditions)
    return tallies.matching(tallies.rows(frame, question.formula), question.conditions)


def _records(part: TallyPart, found: Sequence[Any], after: int, size: int) -> Page:
    ordered = sorted(found, key=lambda one: (one.id, one.number))
    rows = ordered[after : after + size]
    further = after + size if len(ordered) > after + size else None
    return Page(RECORDS, part.value, rows, len(ordered), further, after == 0, total(found, part) if part in SUMMED else None)


def _enterprises(frame: Frame, question: Question, side: Side, slice_: Slice, after: int, size: int) -> Page:
    code = question.formula.code
    rule = coverage.COVERED[code]
    if not coverage.countable(code, question.conditions):
        raise NotLikeThis(f"“{question.name}”：{coverage.uncountable(code)}")
    found = [
        row
        for row in coverage.enterprises(frame, code, question.conditions)
        if (side is not Side.NUMERATOR or row.covered)
        and (slice_.parts is None or slice_.key is None or enterprise_part(slice_.parts, row.region_id) == slice_.key)
    ]
    heading = rule.covered if side is Side.NUMERATOR else rule.every
    return _sliced(ENTERPRISES, heading, found, after, size)


def _categories(frame: Frame, question: Question, side: Side, after: int, size: int) -> Page:
    answer = answers(frame, [question.asked])[question.asked]
    covered = [(path, True) for path in answer.covered]
    found = covered if side is Side.NUMERATOR else sorted([*covered, *((path, False) for path in answer.missing)])
    return _sliced(CATEGORIES, "已覆盖品种" if side is Side.NUMERATOR else "计划品种", found, after, size)


def _sliced(kind: str, heading: str, found: Sequence[Any], after: int, size: int) -> Page:
    further = after + size if len(found) > after + size else None
    return Page(kind, heading, found[after : after + size], len(found), further, after == 0)
