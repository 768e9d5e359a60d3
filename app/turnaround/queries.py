"""Reading for 检验时限: reports grouped by their two dates, samples still without a report, agreements.

The laboratory of a report is the one its sample was sent to: the row scope of samples goes by it, so nobody learns of another's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.samples import Domain
from app.domain.states import SampleState
from app.organisations.models import Organisation, OrganisationKind
from app.results.models import ResultReport
from app.sampling.models import Sample
from app.scope import scope
from app.turnaround.models import ReportAgreement

OPEN = (SampleState.REGISTERED, SampleState.RETURNED)
PART = 500
UNKNOWN = ""
Laboratory = int | str | None  # an organisation; the name as written where it is none of ours, or UNKNOWN; as a condition None: any
RECEIVED = sa.func.coalesce(ResultReport.received_on, Sample.arrived_on)  # recording 接收 in the custody chain sets arrived_on
WRITTEN = sa.case((Sample.laboratory_org_id.is_(None), Sample.laboratory), else_=sa.null())
AGRICULTURAL = sa.case((Sample.domain == Domain.AGRICULTURAL, 1), else_=0)


@dataclass(frozen=True, slots=True)
class Filters:
    """统计期间 (by the day of the report) and laboratory; None is no condition."""

    first: date
    last: date
    laboratory: Laboratory = None
    agricultural: bool | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """What decides the term of a report and how it stands to it."""

    laboratory: Laboratory
    org_id: int
    organiser_org_id: int | None
    agricultural: bool
    received: date | None
    reported: date


def laboratory_of(row: Any) -> Laboratory:
    return row.laboratory_org_id if row.laboratory_org_id is not None else row.written or UNKNOWN


def _key(row: Any) -> Key:
    return Key(laboratory_of(row), row.org_id, row.organiser_org_id, bool(row.agricultural), row.received, row.reported_on)


KEY_COLUMNS = (
    Sample.laboratory_org_id, WRITTEN.label("written"), Sample.org_id, Sample.organiser_org_id, AGRICULTURAL.label("agricultural"),
    RECEIVED.label("received"), ResultReport.reported_on,
)  # fmt: skip


def of_laboratory(laboratory: Laboratory) -> sa.ColumnElement[bool]:
    if isinstance(laboratory, int):
        return Sample.laboratory_org_id == laboratory
    if laboratory is None:
        return sa.true()
    return sa.and_(Sample.laboratory_org_id.is_(None), sa.func.coalesce(Sample.laboratory, UNKNOWN) == laboratory)


def _reports(actor: Actor, filters: Filters, *columns: Any) -> sa.Select[Any]:
    food = {None: sa.true(), True: AGRICULTURAL == 1, False: AGRICULTURAL == 0}[filters.agricultural]
    return (
        scope(sa.select(*columns), Sample, actor)
        .join_from(ResultReport, Sample, Sample.id == ResultReport.sample_id)
        .where(
            ResultReport.superseded_at.is_(None), Sample.state != SampleState.VOIDED, of_laboratory(filters.laboratory), food,
            ResultReport.reported_on >= filters.first, ResultReport.reported_on <= filters.last,
        )
    )  # fmt: skip


def grouped(actor: Actor, filters: Filters) -> list[tuple[Key, int]]:
    """Reports in force by what decides how they stand, with their numbers."""
    statement = _reports(actor, filters, *KEY_COLUMNS, sa.func.count().label("batches"))
    return [(_key(row), row.batches) for row in session().execute(statement.group_by(*KEY_COLUMNS[:5], RECEIVED, KEY_COLUMNS[6]))]


def each(actor: Actor, filters: Filters) -> Iterator[tuple[Any, Key]]:
    """Every report with its sample, newest first, a part at a time."""
    columns = (ResultReport.id, ResultReport.report_no, Sample.id.label("sample_id"), Sample.number, Sample.product_name)
    statement = _reports(actor, filters, *columns, *KEY_COLUMNS).order_by(ResultReport.reported_on.desc(), ResultReport.id.desc())
    for row in session().execute(statement.execution_options(yield_per=PART)):
        yield row, _key(row)


def open_samples(actor: Actor, laboratory: Laboratory) -> Sequence[Any]:
    """Samples sent to a laboratory that have no report yet; many have no day of receipt."""
    columns = (
        Sample.id, Sample.number, Sample.product_name, Sample.sampled_on, Sample.arrived_on, Sample.org_id, Sample.organiser_org_id,
        Sample.laboratory_org_id, WRITTEN.label("written"), AGRICULTURAL.label("agricultural"),
    )  # fmt: skip
    sent = sa.or_(Sample.laboratory_org_id.is_not(None), Sample.laboratory.is_not(None))
    statement = scope(sa.select(*columns), Sample, actor).where(Sample.state.in_(OPEN), sent, of_laboratory(laboratory))
    return session().execute(statement.order_by(Sample.arrived_on, Sample.id)).all()


def bureau_paths() -> dict[int, str]:
    return {found: path for found, path in session().execute(sa.select(Organisation.id, Organisation.path))}


def organisation_names() -> dict[int, str]:
    return {found: name for found, name in session().execute(sa.select(Organisation.id, Organisation.name))}


def laboratory(org_id: int) -> Organisation | None:
    found = session().get(Organisation, org_id)
    return found if found is not None and found.kind is OrganisationKind.LABORATORY else None


def laboratory_written(written: str) -> Organisation | None:
    """By code or whole name."""
    text = written.strip()
    statement = sa.select(Organisation).where(
        Organisation.kind == OrganisationKind.LABORATORY, sa.or_(Organisation.code == text, Organisation.name == text)
    )
    return session().scalars(statement.order_by(Organisation.id)).first()


# ---------------------------------------------------------------- agreements

def agreements_in_force() -> Sequence[ReportAgreement]:
    """Every agreement not voided, whoever asks: a term holds whether or not the reader may list the agreement."""
    return session().scalars(sa.select(ReportAgreement).where(ReportAgreement.voided_at.is_(None))).all()


def agreements(actor: Actor) -> Sequence[ReportAgreement]:
    """What the actor may list, newest first, voided ones too."""
    return session().scalars(scope(sa.select(ReportAgreement), ReportAgreement, actor).order_by(ReportAgreement.id.desc())).all()


def agreement(actor: Actor, agreement_id: int) -> ReportAgreement | None:
    return session().scalars(
        scope(sa.select(ReportAgreement), ReportAgreement, actor)
        .where(ReportAgreement.id == agreement_id)
        .execution_options(populate_existing=True)
    ).first()


def agreements_between(org_id: int, laboratory_org_id: int) -> Sequence[ReportAgreement]:
    """Of one bureau with one laboratory, not voided; the laboratory is held so that two people at once are one after the other."""
    session().execute(sa.select(Organisation.id).where(Organisation.id == laboratory_org_id).with_for_update())
    return session().scalars(
        sa.select(ReportAgreement).where(
            ReportAgreement.org_id == org_id, ReportAgreement.laboratory_org_id == laboratory_org_id, ReportAgreement.voided_at.is_(None)
        )
    ).all()
