"""Exactly the records that a figure counts, and the hash that lets anybody prove it (数据来源)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.indicators import CasePart, Condition, Formula, Kind, Part, TallyPart, provenance_hash, selection, total
from app.domain.tally_parts import SUMMED
from app.errors import NotLikeThis
from app.indicators import cases, coverage, tallies
from app.indicators.figures import Asked, answers
from app.indicators.frames import Clause, Frame
from app.indicators.groups import By, Groups
from app.indicators.queries import Planned, indicator
from app.indicators.selections import fact_clause
from app.organisations.models import Organisation
from app.sampling.models import BatchFact, Sample


class Side(StrEnum):
    """Which of the counts of a figure; the value stands in addresses."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class Slice:
    """One group of a breakdown."""

    by: By
    key: str


@dataclass(frozen=True, slots=True)
class Records:
    """抽样编号 counted above and below the line, sorted; of 品种覆盖率 the categories, of rates over cases and transfers their numbers."""

    numerator: list[str]
    denominator: list[str]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What an exported figure is made of."""

    numerator: list[str]
    denominator: list[str]
    numerator_hash: str
    denominator_hash: str


def indicator_side(actor: Actor, code: str, no: str, side: str) -> tuple[Planned, Side] | None:
    """The indicator and the list of an address."""
    planned = indicator(actor, code, no)
    return (planned, Side(side)) if planned is not None and side in {one.value for one in Side} else None


def part_of(formula: Formula, side: Side) -> Part | CasePart | TallyPart | None:
    return {Side.NUMERATOR: formula.numerator, Side.DENOMINATOR: formula.denominator, Side.BESIDE: formula.beside}[side]


def records(frame: Frame, formula: Formula, conditions: Sequence[Condition] = ()) -> Records:
    """Every number counted. A population has no records, so neither has the denominator of 每千人."""
    asked = Asked(formula, tuple(conditions))
    if asked.of_enterprises:
        if not coverage.countable(formula.code, conditions):
            return Records([], [])
        rows = coverage.enterprises(frame, formula.code, conditions)
        return Records(sorted(row.name for row in rows if row.covered), sorted(row.name for row in rows))
    if asked.covers:
        answer = answers(frame, [asked])[asked]
        return Records(sorted(answer.covered), sorted((*answer.covered, *answer.missing)))
    return Records(numbers(frame, asked, Side.NUMERATOR), numbers(frame, asked, Side.DENOMINATOR))


def provenance(frame: Frame, formula: Formula, conditions: Sequence[Condition] = ()) -> Provenance:
    """The lists behind a figure with the SHA-256 of each."""
    found = records(frame, formula, conditions)
    top, under = found.numerator, found.denominator
    return Provenance(top, under, provenance_hash(top), provenance_hash(under))


def numbers(frame: Frame, asked: Asked, side: Side, group: Slice | None = None) -> list[str]:
    part = part_of(asked.formula, side)
    if isinstance(part, CasePart):
        return sorted(one.disposal.sample_number for one in _of_cases(frame, asked, part, group))
    if isinstance(part, TallyPart):
        return sorted(one.number for one in tallied(frame, asked, part, group))
    if part is None or asked.formula.kind is Kind.REPORTED:
        return []
    return list(
        session().scalars(
            sa.select(BatchFact.sample_number).where(*where(frame, asked, part, group)).order_by(BatchFact.sample_number)
        )
    )


def where(frame: Frame, asked: Asked, part: Part, group: Slice | None = None) -> list[Clause]:
    """The conditions under which a batch is counted by a part."""
    found = [*frame.facts(), fact_clause(selection(part, asked.conditions))]
    if group is not None:
        found.append(Groups(frame, group.by).clause(group.key))
    return found


def _of_cases(frame: Frame, asked: Asked, part: CasePart, group: Slice | None) -> list[cases.DueBatch]:
    found = cases.counted(cases.matching(cases.due_batches(frame), asked.conditions), part, frame)
    if group is None:
        return found
    groups = Groups(frame, group.by)
    return [one for one in found if groups.key_of(one.batch) == group.key]


def tallied(frame: Frame, asked: Asked, part: TallyPart, group: Slice | None = None) -> list[tallies.Tally]:
    """The cases or transfers that a part counts, in the order of their ids."""
    found = tallies.counted(tallies.matching(tallies.rows(frame, asked.formula), asked.conditions), part, frame)
    found.sort(key=lambda one: one.id)
    if group is None:
        return found
    groups = Groups(frame, group.by)
    if group.by is By.MONTH:
        return [one for one in found if groups.key(one.day.year * 100 + one.day.month) == group.key]
    return [one for one in found if groups.key_of(one.batch) == group.key]


# ---------------------------------------------------------------- the page

COLUMNS: dict[str, Any] = {
    "sample_id": BatchFact.sample_id,
    "number": BatchFact.sample_number,
    "product_name": Sample.product_name,
    "sampled_name": Sample.sampled_name,
    "domain": BatchFact.domain,
    "purpose": BatchFact.purpose,
    "supervision": BatchFact.supervision,
    "monitoring": BatchFact.monitoring,
    "reported_on": BatchFact.reported_on,
    "recorded_at": BatchFact.recorded_at,
    "basis": BatchFact.basis,
    "org_name": Organisation.name,
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list, how many there are in all, and where the next and the previous begin."""

    rows: Sequence[Any]
    count: int
    next: int | None
    first: bool
    total: int | None = None  # what the records come to, where that is not their number


def page(frame: Frame, asked: Asked, side: Side, after: int, size: int, group: Slice | None = None) -> Page:
    """A page of the records, by key. The count is that of the very same conditions."""
    part = part_of(asked.formula, side)
    if part is None:
        raise NotLikeThis("该数值不由样品逐批计数，没有可列出的记录")
    if isinstance(part, TallyPart):
        chosen = tallied(frame, asked, part, group)
        shown = [one for one in chosen if one.id > after][: size + 1]
        come_to = total(chosen, part) if part in SUMMED else None
        return Page(shown[:size], len(chosen), shown[size - 1].id if len(shown) > size else None, after == 0, come_to)
    if isinstance(part, CasePart):
        ids = sorted(one.batch.sample_id for one in _of_cases(frame, asked, part, group))
        listed = [number for number in ids if number > after][: size + 1]
        conditions = [*frame.place(), BatchFact.sample_id.in_(listed)]
        count = len(ids)
    else:
        conditions = where(frame, asked, part, group)
        count = session().scalar(sa.select(sa.func.count()).select_from(BatchFact).where(*conditions)) or 0
    rows = batch_list(conditions, after, size)
    more = len(rows) > size
    return Page(rows[:size], count, rows[size - 1].sample_id if more else None, after == 0)


def batch_list(conditions: Sequence[Clause], after: int, size: int) -> Sequence[Any]:
    columns = [column.label(name) for name, column in COLUMNS.items()]
    return (
        session()
        .execute(
            sa.select(*columns)
            .join(Sample, Sample.id == BatchFact.sample_id)
            .join(Organisation, Organisation.id == BatchFact.org_id)
            .where(*conditions, BatchFact.sample_id > after)
            .order_by(BatchFact.sample_id)
            .limit(size + 1)
        )
        .all()
    )
