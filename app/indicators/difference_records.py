"""Cases, transfers, inspections, enterprises and 品种 that a figure counted at one of two moments only (记录差异)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.archives.models import ArchiveElement
from app.db import session
from app.disposal import clocks
from app.disposal.models import DisposalCase
from app.domain.figure_differences import Reason
from app.domain.indicators import CasePart, TallyPart
from app.grading.models import RiskGrade
from app.indicators import cases, coverage, difference_batches, records
from app.indicators.difference_parts import (
    Event,
    Key,
    Member,
    first_moment,
    in_order,
    last_moment,
    parts,
    steps,
    with_term,
)
from app.indicators.figures import Asked, answers
from app.indicators.frames import Frame
from app.indicators.records import Side
from app.inspections.models import Inspection
from app.legal_clocks.models import LegalClock
from app.random_inspections.models import RandomProgramme, RandomTarget
from app.reference_data.models import FoodCategory
from app.sampling.models import BatchFact, Sample

Found = Mapping[Any, list[Event]]
CLOCK = LegalClock.__tablename__


# ---------------------------------------------------------------- batches by their cases

def due_members(frame: Frame, asked: Asked, side: Side) -> dict[Key, Member]:
    part = records.part_of(asked.formula, side)
    assert isinstance(part, CasePart)
    found = cases.counted(cases.matching(cases.due_batches(frame), asked.conditions), part, frame)
    return {
        one.batch.sample_id: Member(
            "sample", one.batch.sample_id, one.batch.sample_number, one.batch.category or "/",
            f"处置期限 {one.disposal.due_on}，" + (f"{one.disposal.closed_on} 办结" if one.disposal.closed_on else "未办结"),
            one.disposal.due_on,
        )
        for one in found
    }  # fmt: skip


def due_events(keys: Iterable[Key], then: Frame, now: Frame, seen: Mapping[Key, Member]) -> Found:
    """What became of the batch, of its cases and of their time limits."""
    ids = [key for key in keys if isinstance(key, int)]
    found: dict[Any, list[Event]] = {one: list(told) for one, told in difference_batches.events(ids, then, now).items()}
    owners: dict[int, int] = {}
    for part in parts(ids):
        pairs = sa.select(DisposalCase.id, DisposalCase.sample_id).where(DisposalCase.sample_id.in_(part))
        owners |= {case_id: sample_id for case_id, sample_id in session().execute(pairs)}
    for case_id, told in steps(DisposalCase.__tablename__, owners, then, now).items():
        found.setdefault(owners[case_id], []).extend(told)
    terms = _clocks(DisposalCase.__tablename__, list(owners), clocks.DONE)
    for clock_id, told in steps(CLOCK, terms, then, now).items():
        found.setdefault(owners[terms[clock_id]], []).extend(told)
    return {key: with_term(found.get(key, []), seen[key].day, then, now) for key in ids}


# ---------------------------------------------------------------- cases, transfers, inspections, reports, incidents

def tally_members(frame: Frame, asked: Asked, side: Side) -> dict[Key, Member]:
    part = records.part_of(asked.formula, side)
    assert isinstance(part, TallyPart)
    due = asked.formula.denominator is not None
    return {
        (one.kind, one.id): Member(
            one.kind, one.id, one.title, one.about,
            f"{asked.formula.basis} {one.day}" + (f"，{'符合' if one.met else '不符合'}" if due else ""), one.day if due else None,
            one.number,
        )
        for one in records.tallied(frame, asked, part)
    }  # fmt: skip


def tally_events(keys: Iterable[Key], then: Frame, now: Frame, seen: Mapping[Key, Member]) -> Found:
    """What was done with the record and its time limits."""
    pairs = [key for key in keys if isinstance(key, tuple)]
    found: dict[Any, list[Event]] = {}
    for kind in {kind for kind, _ in pairs}:
        ids = [one for other, one in pairs if other == kind]
        for one, told in steps(kind, ids, then, now).items():
            found.setdefault((kind, one), []).extend(told)
        terms = _clocks(kind, ids)
        for clock_id, told in steps(CLOCK, terms, then, now).items():
            found.setdefault((kind, terms[clock_id]), []).extend(told)
    return {key: with_term(found.get(key, []), seen[key].day, then, now) for key in pairs}


def _clocks(kind: str, ids: Sequence[int], code: str | None = None) -> dict[int, int]:
    """Whose each clock is."""
    found: dict[int, int] = {}
    for part in parts(ids):
        pairs = sa.select(LegalClock.id, LegalClock.subject_id).where(LegalClock.subject_kind == kind, LegalClock.subject_id.in_(part))
        if code is not None:
            pairs = pairs.where(LegalClock.code == code)
        found |= {clock_id: one for clock_id, one in session().execute(pairs)}
    return found


# ---------------------------------------------------------------- enterprises

def register_members(frame: Frame, asked: Asked, side: Side) -> dict[Key, Member]:
    if not coverage.countable(asked.formula.code, asked.conditions):
        return {}
    rule = coverage.COVERED[asked.formula.code]
    return {
        row.id: Member("enterprise", row.id, row.name, row.credit_code or "/", rule.covered if row.covered else rule.missing)
        for row in coverage.enterprises(frame, asked.formula.code, asked.conditions)
        if row.covered or side is Side.DENOMINATOR
    }


def register_events(code: str, keys: Iterable[Key], then: Frame, now: Frame) -> Found:
    """What was written about the enterprise, and the records of it that came in between."""
    ids = [key for key in keys if isinstance(key, int)]
    found: dict[Any, list[Event]] = {}
    for one, told in steps("enterprise", ids, then, now).items():
        found[one] = [Event(e.at, e.who, (Reason.REGISTER,) if e.reasons == (Reason.PROGRESS,) else e.reasons, e.what, e.why) for e in told]
    for part in parts(ids):
        for one, event in EVIDENCE[code](part, then, now):
            found.setdefault(one, []).append(event)
    return {key: in_order(found.get(key, [])) for key in ids}


def _between(column: Any, then: Frame, now: Frame) -> Any:
    return sa.and_(column > first_moment(then), column <= last_moment(now))


def _sampled(part: Sequence[int], then: Frame, now: Frame) -> Iterable[tuple[int, Event]]:
    for column in (Sample.sampled_enterprise_id, Sample.producer_id):
        statement = (
            sa.select(column.label("firm"), BatchFact.sample_id)
            .join(BatchFact, BatchFact.sample_id == Sample.id)
            .where(column.in_(part), _between(BatchFact.recorded_at, then, now))
        )
        owners = {row.sample_id: row.firm for row in session().execute(statement)}
        numbers = _numbers(owners)
        for sample_id, told in difference_batches.events(owners, then, now).items():
            for event in told:
                yield owners[sample_id], Event(event.at, event.who, event.reasons, f"{numbers[sample_id]}：{event.what}", event.why)


def _numbers(ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in parts(ids):
        found |= {one: number for one, number in session().execute(sa.select(Sample.id, Sample.number).where(Sample.id.in_(part)))}
    return found


def _of(model: Any, words: str) -> Callable[[Sequence[int], Frame, Frame], Iterable[tuple[int, Event]]]:
    """What the histories of an enterprise's own records say."""

    def read(part: Sequence[int], then: Frame, now: Frame) -> Iterable[tuple[int, Event]]:
        pairs = sa.select(model.id, model.enterprise_id, model.number).where(model.enterprise_id.in_(part))
        named = {row.id: row for row in session().execute(pairs)}
        for one, told in steps(model.__tablename__, named, then, now).items():
            for event in told:
                yield named[one].enterprise_id, Event(
                    event.at, event.who, event.reasons, f"{words} {named[one].number}：{event.what}", event.why
                )

    return read


def _filed(part: Sequence[int], then: Frame, now: Frame) -> Iterable[tuple[int, Event]]:
    one = ArchiveElement
    statement = sa.select(one.enterprise_id, one.code, one.value, one.recorded_at).where(
        one.enterprise_id.in_(part), _between(one.recorded_at, then, now)
    )
    for row in session().execute(statement):
        yield row.enterprise_id, Event(row.recorded_at, "—", (Reason.PROGRESS,), f"一户一档 {row.code}：{row.value or '附件'}")


def _drawn(part: Sequence[int], then: Frame, now: Frame) -> Iterable[tuple[int, Event]]:
    one = RandomTarget
    statement = (
        sa.select(one.enterprise_id, one.outcome, one.inspected_on, one.recorded_at, RandomProgramme.number)
        .join(RandomProgramme, RandomProgramme.id == one.programme_id)
        .where(one.enterprise_id.in_(part), _between(one.recorded_at, then, now))
    )
    for row in session().execute(statement):
        outcome = getattr(row.outcome, "value", row.outcome)
        yield row.enterprise_id, Event(
            row.recorded_at, "—", (Reason.PROGRESS,), f"双随机 {row.number}：{row.inspected_on} {outcome or '未登记结果'}"
        )


EVIDENCE: Mapping[str, Callable[[Sequence[int], Frame, Frame], Iterable[tuple[int, Event]]]] = {
    "sampling_coverage": _sampled,
    "grading_rate": _of(RiskGrade, "风险等级"),
    "filing_rate": _filed,
    "inspection_coverage": _of(Inspection, "监督检查"),
    "random_inspection_coverage": _drawn,
}


# ---------------------------------------------------------------- 品种

def kind_members(frame: Frame, asked: Asked, side: Side) -> dict[Key, Member]:
    answer = answers(frame, [asked])[asked]
    listed = [(path, "已抽到") for path in answer.covered]
    listed += [(path, "未抽到") for path in answer.missing] if side is Side.DENOMINATOR else []
    return {path: Member("food_category", None, path, "/", words) for path, words in listed}


def kind_events(keys: Iterable[Key], then: Frame, now: Frame) -> Found:
    """The batches of the category that were recorded, moved or voided in between."""
    found: dict[Any, list[Event]] = {}
    for path in keys:
        below = sa.or_(FoodCategory.path == path, FoodCategory.path.startswith(f"{path}/", autoescape=True))
        statement = (
            sa.select(BatchFact.sample_id)
            .where(BatchFact.category_id.in_(sa.select(FoodCategory.id).where(below)), _between(BatchFact.recorded_at, then, now))
            .union(
                sa.select(BatchFact.sample_id).where(
                    BatchFact.category_id.in_(sa.select(FoodCategory.id).where(below)), _between(BatchFact.superseded_at, then, now)
                )
            )
        )
        ids = list(session().scalars(statement))
        numbers = _numbers(ids)
        told = difference_batches.events(ids, then, now)
        found[path] = in_order(
            Event(event.at, event.who, event.reasons, f"{numbers[one]}：{event.what}", event.why) for one in told for event in told[one]
        )
    return found
