"""The gauges of 变更影响: running clocks, results under another limit, figures of the plans. Each tells how things stand now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app import clock
from app.authorize import local_operator
from app.db import session
from app.domain.indicators import Period
from app.domain.limits import Limit, LimitBook
from app.domain.samples import ItemKind, Purpose
from app.domain.states import SampleState
from app.domain.verdicts import judge_row
from app.indicators import frames, tables
from app.indicators import queries as indicators
from app.indicators.models import Plan
from app.legal_clocks.models import LegalClock
from app.reference_data import books
from app.reference_data.models import Region
from app.results.models import ResultReport, ResultRow
from app.sampling.models import Sample

# ---------------------------------------------------------------- clocks


def clocks() -> dict[int, tuple[str, bool]]:
    """Every running clock with its due date, and whether that is provisional."""
    rows = session().execute(
        sa.select(LegalClock.id, LegalClock.due_on, LegalClock.provisional).where(
            LegalClock.done_on.is_(None), LegalClock.cancelled_at.is_(None)
        )
    )
    return {number: (due_on.isoformat(), bool(provisional)) for number, due_on, provisional in rows}


def moved(before: Mapping[int, tuple[str, bool]], after: Mapping[int, tuple[str, bool]]) -> list[dict[str, Any]]:
    """The clocks whose due date is another one, the earliest first; one that has become certain on the same day is not moved."""
    found = [
        {"clock": number, "before": before[number][0], "after": due}
        for number, (due, _) in after.items()
        if number in before and before[number][0] != due
    ]
    return sorted(found, key=lambda row: (row["after"], row["clock"]))


def settled(before: Mapping[int, tuple[str, bool]], after: Mapping[int, tuple[str, bool]]) -> int:
    """How many due dates stop being provisional."""
    return sum(1 for number, (_, open_) in before.items() if open_ and number in after and not after[number][1])


# ---------------------------------------------------------------- results

RESULT_COLUMNS = (
    ResultRow.id, ResultRow.sample_id, ResultRow.item, ResultRow.kind, ResultRow.result_written, ResultRow.unit,
    ResultRow.verdict_written, ResultRow.min_written, ResultRow.max_written, ResultRow.min_unit, ResultRow.limit_unit,
    ResultRow.basis, ResultRow.lod_written, ResultRow.lod_unit, ResultRow.lod_kind,
    Sample.category_id, Sample.region_id, Sample.made_on, Sample.sampled_on, Sample.purpose, ResultReport.reported_on,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Governed:
    """One result in force: the limit that governs it, and how it would be judged."""

    sample_id: int
    limit: Limit | None
    verdict: str


def results(item: str, category: str | None) -> dict[int, Governed]:
    """Results in force of one item under one part of the food tree, with the limit that governs each now."""
    book, categories, regions = books.limit_book(), books.category_book(), books.region_book()
    found: dict[int, Governed] = {}
    for row in session().execute(_results(item)):
        path = categories.by_id(row.category_id).path if row.category_id else ""
        if category and path != category and not path.startswith(f"{category}/"):
            continue
        day = row.made_on or row.sampled_on or row.reported_on
        codes = regions.codes_up(row.region_id) if row.region_id else ()
        found[row.id] = _governed(row, book, path, codes, day)
    return found


def _results(item: str) -> sa.Select[Any]:
    return (
        sa.select(*RESULT_COLUMNS)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .join(Sample, Sample.id == ResultRow.sample_id)
        .where(ResultRow.item == item, ResultReport.superseded_at.is_(None), Sample.state != SampleState.VOIDED)
        .order_by(ResultRow.id)
    )


def _governed(row: Any, book: LimitBook, path: str, codes: Sequence[str], day: date) -> Governed:
    limit = book.in_force(row.item, path, codes, day)
    apart = row.max_written and row.min_unit and row.min_unit != row.limit_unit and row.min_written
    low = f"{row.min_written} {row.min_unit}" if apart else row.min_written
    judged = judge_row(
        row.result_written, row.unit, row.verdict_written, min_text=low, max_text=row.max_written,
        limit_unit=row.limit_unit or row.min_unit, standard=row.basis, book_limit=limit,
        kind=ItemKind.MONITORING if row.purpose is Purpose.MONITORING else row.kind,
        lod=row.lod_written, lod_unit=row.lod_unit, lod_kind=row.lod_kind,
    )  # fmt: skip
    return Governed(row.sample_id, limit, judged.ours.value)


def _says(limit: Limit | None) -> tuple[str, ...]:
    return (limit.words(), limit.standard, limit.method.value) if limit else ()


def judged_anew(before: Mapping[int, Governed], after: Mapping[int, Governed]) -> list[dict[str, Any]]:
    """The results that another limit would govern, each with both limits and both verdicts."""
    return [
        {
            "sample": old.sample_id, "before": old.limit.words() if old.limit else None,
            "after": new.limit.words() if new.limit else None,
            "verdict": [old.verdict, new.verdict] if old.verdict != new.verdict else None,
        }
        for number, old in before.items()
        if (new := after.get(number)) is not None and _says(old.limit) != _says(new.limit)
    ]  # fmt: skip


# ---------------------------------------------------------------- figures

Figures = dict[tuple[str, str, str, int, str], tuple[str, str, str]]


def figures(region_id: int | None, years: Iterable[int], plan_id: int | None = None) -> Figures:
    """(plan, no, area, year, code of the area) -> (name, figure, met) of the plans that the region has a part in, as they stand now."""
    actor, book = local_operator(), books.region_book()
    known: Figures = {}
    asked = sorted(set(years))
    for plan in session().scalars(sa.select(Plan).order_by(Plan.id)):
        if plan_id is not None and plan.id != plan_id:
            continue
        for place in _places(plan, region_id):
            where = frames.area(book, place)
            planned = indicators.indicators(plan)
            for year in asked:
                for line in tables.lines(planned, frames.Frame(actor, where, Period(year))):
                    key = plan.code, line.planned.row.no, where.name, year, book.code(place)
                    known[key] = line.planned.row.name, tables.written(line.figure), line.met_label
    return known


def _places(plan: Plan, region_id: int | None) -> list[int]:
    """The plan's own area, and the region itself where it lies inside it."""
    if region_id is None or region_id == plan.region_id:
        return [plan.region_id]
    inside = session().scalar(sa.select(Region.path).where(Region.id == region_id)) or ""
    return [plan.region_id, region_id] if f"/{plan.region_id}/" in inside else []


def changed(before: Figures, after: Figures) -> list[dict[str, Any]]:
    """The figures that differ."""
    return [
        {
            "plan": key[0], "no": key[1], "area": key[2], "year": key[3], "code": key[4], "name": new[0], "before": list(old[1:]),
            "after": list(new[1:]),
        }
        for key, new in after.items()
        if (old := before.get(key)) is not None and old != new
    ]


def this_year() -> int:
    return clock.today().year
