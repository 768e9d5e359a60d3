"""The batches that a figure counted at one of two moments only, and every version that came in between (批次差异)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.chain import HistoryEntry
from app.db import session
from app.domain.figure_differences import COLUMNS, moved, reasons, standing
from app.domain.indicators import Part
from app.indicators import records
from app.indicators.difference_parts import Event, Member, entries, first_moment, last_moment, parts
from app.indicators.figures import Asked
from app.indicators.frames import Frame
from app.indicators.records import Side
from app.organisations.models import Organisation
from app.reference_data.books import category_book, region_book
from app.results.models import ResultReport
from app.sampling.models import BatchFact, Sample

CLOSE = timedelta(seconds=2)
"""A version bears the moment at which its step began, the entry the moment at which it was written down."""
SHOWN = (
    "sample_id", "sample_number", "basis", "supervision", "monitoring", "purpose", "domain", "category_id", "region_id", "org_id",
    "link", "organiser_level", "reported_on", "has_residue", "counts_for_producer", "voided", "recorded_at",
)  # fmt: skip


def members(frame: Frame, asked: Asked, side: Side, between: tuple[Frame, Frame] | None) -> dict[int, Member]:
    """The batches counted; with ``between`` only those of which a version was recorded from one moment to the other."""
    part = records.part_of(asked.formula, side)
    assert isinstance(part, Part)
    where: list[Any] = records.where(frame, asked, part)
    if between is not None:
        where.append(BatchFact.sample_id.in_(_renewed(*between)))
    columns = [getattr(BatchFact, name) for name in SHOWN]
    statement = sa.select(*columns, Sample.product_name).join(Sample, Sample.id == BatchFact.sample_id).where(*where)
    rows = session().execute(statement)
    return {row.sample_id: Member("sample", row.sample_id, row.sample_number, row.product_name or "/", standing(row)) for row in rows}


def _renewed(then: Frame, now: Frame) -> sa.Select[tuple[int]]:
    """Only what has a version recorded since can be counted otherwise."""
    newer = sa.orm.aliased(BatchFact)
    return sa.select(newer.sample_id).where(newer.recorded_at > first_moment(then), newer.recorded_at <= last_moment(now))


def events(ids: Iterable[int], then: Frame, now: Frame) -> Mapping[int, list[Event]]:
    """What became of these batches from one moment to the other, oldest first."""
    wanted = list(ids)
    versions, amended = _versions(wanted, now), _amended(wanted, then, now)
    histories = entries("sample", wanted, then, now)
    return {
        sample_id: _told(chain, amended, histories.get(sample_id, ()), then)
        for sample_id, chain in versions.items()
    }  # fmt: skip


def _versions(ids: Iterable[int], now: Frame) -> dict[int, list[Any]]:
    columns = [getattr(BatchFact, name) for name in SHOWN]
    found: dict[int, list[Any]] = {}
    for part in parts(ids):
        statement = sa.select(*columns).where(BatchFact.sample_id.in_(part), BatchFact.recorded_at <= last_moment(now))
        for row in session().execute(statement.order_by(BatchFact.sample_id, BatchFact.version)):
            found.setdefault(row.sample_id, []).append(row)
    return found


def _amended(ids: Iterable[int], then: Frame, now: Frame) -> set[tuple[int, datetime]]:
    """At which moments a report of these samples was replaced by another version of it."""
    found: set[tuple[int, datetime]] = set()
    for part in parts(ids):
        statement = sa.select(ResultReport.sample_id, ResultReport.recorded_at).where(
            ResultReport.sample_id.in_(part), ResultReport.version > 1, ResultReport.recorded_at > first_moment(then),
            ResultReport.recorded_at <= last_moment(now),
        )  # fmt: skip
        found |= {(sample_id, at) for sample_id, at in session().execute(statement)}
    return found


def _told(chain: Sequence[Any], amended: set[tuple[int, datetime]], history: Sequence[HistoryEntry], then: Frame) -> list[Event]:
    found = []
    for place, version in enumerate(chain):
        if version.recorded_at <= first_moment(then):
            continue
        old = chain[place - 1] if place else None
        until = chain[place + 1].recorded_at if place + 1 < len(chain) else None
        entry = next((one for one in history if version.recorded_at - CLOSE <= one.at and (until is None or one.at < until)), None)
        who, said = (entry.actor_name, entry.comment or "") if entry else ("—", "")
        why = reasons(old, version, then.today, report_amended=(version.sample_id, version.recorded_at) in amended)
        found.append(Event(version.recorded_at, who, why, _changes(old, version), said))
    return found


def _changes(old: Any, new: Any) -> str:
    if old is None:
        return standing(new)
    said = [f"{COLUMNS[name]}：{_word(name, getattr(old, name))} → {_word(name, getattr(new, name))}" for name in moved(old, new)]
    if old.voided != new.voided:
        said.insert(0, standing(new) if new.voided else f"恢复计入（{standing(new)}）")
    return "；".join(said) or standing(new)


def _word(name: str, value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "category_id":
        return category_book().by_id(value).path
    if name == "region_id":
        return region_book().full_name(value)
    if name == "org_id":
        return session().scalar(sa.select(Organisation.name).where(Organisation.id == value)) or str(value)
    return str(getattr(value, "value", value))
