"""What is registered already for the numbers of a file: samples, reports in force, their rows (已有样品与报告).

Plain columns, never entities: a file may name ten thousand samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple

import sqlalchemy as sa

from app.db import session
from app.domain.samples import Domain, ItemClass, ItemKind, Level, Link, Monitoring, Purpose, Supervision, Verdict
from app.domain.workflow import SampleState
from app.domain.written import item_name
from app.results.models import ResultReport, ResultRow
from app.sampling.models import Sample
from app.sampling.sheet_draft import SheetDraft

PART = 500  # ids in one IN list


@dataclass(slots=True)
class KnownSample:
    """A sample as an import needs it. ``voided`` tells whether results may not be attached any more."""

    __tablename__: ClassVar[str] = "sample"  # what history calls it

    id: int
    number: str
    org_id: int
    laboratory_org_id: int | None
    laboratory: str | None
    state: SampleState
    version: int
    purpose: Purpose
    domain: Domain
    category_id: int | None
    region_id: int | None
    link: Link | None
    organiser_level: Level | None
    made_on: date | None
    sampled_on: date | None
    reported_on: date | None
    supervision: Supervision | None
    monitoring: Monitoring | None
    pending_items: int
    void_reason: str | None
    import_batch_id: int | None
    voided: bool = False


class Standing(NamedTuple):
    """The verdict in force of one stored row; with it a conclusion can be drawn without judging again."""

    kind: ItemKind | None
    verdict: Verdict
    pending: bool
    item_class: ItemClass | None


class KnownRow(NamedTuple):
    """A stored row as the laboratory wrote it, under the names of ``domain.result_import.COMPARED``."""

    item: str
    result: str
    unit: str
    verdict: str
    method: str
    basis: str
    min_limit: str
    min_unit: str
    max_limit: str
    max_unit: str
    lod: str
    lod_unit: str
    lod_kind: str
    kind: str
    note: str
    standing: Standing


@dataclass(slots=True)
class KnownReport:
    """A report in force with its rows."""

    id: int
    sample_id: int
    report_no: str
    version: int
    laboratory: str | None
    laboratory_org_id: int | None
    received_on: date | None
    reported_on: date
    report_kind: str | None
    conclusion_written: str | None
    remark_supervision: str | None
    remark_monitoring: str | None
    import_batch_id: int | None
    recorded_at: datetime
    rows: list[KnownRow] = field(default_factory=list)


def drafted_sample(draft: SheetDraft) -> KnownSample:
    """The sample that a draft will become; its id is 0 until it is registered."""
    values: dict[str, Any] = {"id": 0, "version": 0, "reported_on": None, "supervision": None, "monitoring": None}
    values |= {"pending_items": 0, "void_reason": None, "import_batch_id": None, "voided": False}
    for name in KnownSample.__slots__:
        if name not in values:
            values[name] = getattr(draft, name)
    return KnownSample(**values)


def parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values in lists short enough for one IN."""
    every = list(values)
    for start in range(0, len(every), PART):
        yield every[start : start + PART]


_SAMPLE_COLUMNS = [Sample.__table__.c[name] for name in KnownSample.__slots__ if name != "voided"]
_REPORT_COLUMNS = [ResultReport.__table__.c[name] for name in KnownReport.__slots__ if name != "rows"]
_ROW_COLUMNS = [ResultRow.__table__.c[name] for name in (
    "report_id", "item_written", "result_written", "unit", "lab_verdict", "method", "basis", "min_written", "min_unit",
    "max_written", "limit_unit", "lod_written", "lod_unit", "lod_kind", "kind", "note", "verdict", "pending", "item_class",
)]  # fmt: skip


def samples_by_number(numbers: Iterable[str]) -> dict[str, KnownSample]:
    """Every sample with one of these numbers, in anybody's scope: the caller asks the permission of each."""
    return _samples(Sample.number, numbers)


def samples_by_id(ids: Iterable[int]) -> dict[int, KnownSample]:
    """Samples by id, in anybody's scope: the caller asks the permission of each."""
    return {sample.id: sample for sample in _samples(Sample.id, ids).values()}


def _samples(key: Any, values: Iterable[Any]) -> dict[str, KnownSample]:
    found: dict[str, KnownSample] = {}
    for part in parts(values):
        for row in session().execute(sa.select(*_SAMPLE_COLUMNS).where(key.in_(part))):
            found[row.number] = KnownSample(*row)
    return found


def reports_in_force(sample_ids: Iterable[int]) -> dict[int, list[KnownReport]]:
    """The reports of these samples that nothing has superseded, with their rows in order."""
    by_sample: dict[int, list[KnownReport]] = {}
    for report in _reports(ResultReport.sample_id, sample_ids, ResultReport.superseded_at.is_(None)).values():
        by_sample.setdefault(report.sample_id, []).append(report)
    return by_sample


def reports_by_id(report_ids: Iterable[int]) -> dict[int, KnownReport]:
    """Reports in whatever version, with their rows in order."""
    return _reports(ResultReport.id, report_ids, sa.true())


def _reports(key: Any, values: Iterable[int], where: sa.ColumnElement[bool]) -> dict[int, KnownReport]:
    reports: dict[int, KnownReport] = {}
    for part in parts(values):
        statement = sa.select(*_REPORT_COLUMNS).where(key.in_(part), where)
        reports |= {row.id: KnownReport(*row) for row in session().execute(statement.order_by(ResultReport.id))}
    for part in parts(reports):
        statement = sa.select(*_ROW_COLUMNS).where(ResultRow.report_id.in_(part))
        for row in session().execute(statement.order_by(ResultRow.report_id, ResultRow.ordinal)):
            reports[row.report_id].rows.append(_known_row(row))
    return reports


def _known_row(row: Any) -> KnownRow:
    low, high = row.min_written or "", row.max_written or ""
    return KnownRow(
        item=item_name(row.item_written),
        result=row.result_written or "",
        unit=row.unit or "",
        verdict=row.lab_verdict or "",
        method=row.method or "",
        basis=row.basis or "",
        min_limit=low,
        min_unit=row.min_unit or "" if low else "",
        max_limit=high,
        max_unit=row.limit_unit or "" if high else "",
        lod=row.lod_written or "",
        lod_unit=row.lod_unit or "",
        lod_kind=row.lod_kind or "",
        kind=row.kind or "",
        note=row.note or "",
        standing=Standing(row.kind, row.verdict, row.pending, row.item_class),
    )


def last_versions(sample_ids: Iterable[int]) -> Mapping[tuple[int, str], int]:
    """The highest version ever of each report of these samples."""
    found: dict[tuple[int, str], int] = {}
    for part in parts(sample_ids):
        rows: Sequence[Any] = (
            session()
            .execute(
                sa.select(ResultReport.sample_id, ResultReport.report_no, sa.func.max(ResultReport.version))
                .where(ResultReport.sample_id.in_(part))
                .group_by(ResultReport.sample_id, ResultReport.report_no)
            )
            .all()
        )
        found |= {(sample_id, report_no): version for sample_id, report_no, version in rows}
    return found
