"""常住人口 behind 批次/千人, as known at the moment asked about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.indicators import PopulationChoice, choose_population, sum_children
from app.indicators.frames import Frame
from app.reference_data.models import Population
from app.reference_data.standing import WordKind, not_offered


def residents(frame: Frame) -> PopulationChoice | None:
    """The area's own number, else the sum over its parts when every part has one."""
    below = _parts(frame)
    known = _by_region(frame, [frame.area.id, *below])
    own = choose_population(known.get(frame.area.id, {}), frame.period.year)
    return own or sum_children([known.get(one, {}) for one in below], frame.period.year)


def _parts(frame: Frame) -> list[int]:
    """The parts that are still there at the year's end: who lived in one that was merged is counted where it went."""
    gone = not_offered(WordKind.REGION, date(frame.period.year, 12, 31))
    return [one for one in frame.area.book.children(frame.area.id) if one not in gone]


def residents_of(frame: Frame, region_ids: Iterable[int]) -> dict[int, PopulationChoice | None]:
    """The own numbers of several areas, for figures side by side."""
    ids = list(region_ids)
    known = _by_region(frame, ids)
    return {one: choose_population(known.get(one, {}), frame.period.year) for one in ids}


def _by_region(frame: Frame, region_ids: list[int]) -> dict[int, dict[int, int]]:
    rows = session().execute(
        sa.select(
            Population.region_id,
            Population.year,
            Population.residents,
            Population.recorded_at,
            Population.superseded_at,
        )
        .where(Population.region_id.in_(region_ids))
        .order_by(Population.recorded_at, Population.id)
    )
    by_region: dict[int, list[Any]] = {}
    for row in rows:
        by_region.setdefault(row.region_id, []).append(row)
    return {one: {row.year: row.residents for row in in_force(found, frame.as_of)} for one, found in by_region.items()}


def in_force(rows: list[Any], as_of: Any) -> list[Any]:
    """The versions in force at the moment; before anything was recorded, what was recorded first.

    An installation that was filled yesterday can then still say what it would have shown for last month.
    """
    if as_of is None:
        return [row for row in rows if row.superseded_at is None]
    known = [row for row in rows if row.recorded_at <= as_of]
    if not known:
        first = min(row.recorded_at for row in rows)
        return [row for row in rows if row.recorded_at == first]
    return [row for row in known if row.superseded_at is None or row.superseded_at > as_of]
