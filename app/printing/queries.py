"""What prints are made from: samples, tasks and what stands around them; the templates in force; what was printed before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.accounts.models import User
from app.assignments.models import SamplingAssignment
from app.assignments.queries import assignment, numbered
from app.custody.models import CustodyEvent
from app.db import session
from app.domain.actors import Actor
from app.domain.documents import DocumentKind
from app.domain.numbering import normalise_number
from app.domain.sampling_kinds import CustodyKind
from app.organisations.models import Organisation
from app.printing.models import DocumentTemplate, PrintedDocument
from app.sampling.models import Sample
from app.scope import scope

__all__ = ["assignment", "numbered"]
MOST = 100  # samples at a time
LATEST = 50
SAMPLE, TASK = Sample.__tablename__, SamplingAssignment.__tablename__


# ---------------------------------------------------------------- samples

def samples(actor: Actor, ids: Sequence[int]) -> list[Sample]:
    """These samples in the actor's scope, in the order asked for; what he may not see is left out."""
    statement = scope(sa.select(Sample), Sample, actor).where(Sample.id.in_(ids[:MOST])).options(selectinload(Sample.cases))
    found = {row.id: row for row in session().scalars(statement.execution_options(populate_existing=True))}
    return [found[one] for one in dict.fromkeys(ids) if one in found]


def named(actor: Actor, number: str) -> Sequence[Any]:
    """(id, number, …) of the samples with this number or local number in the actor's scope; no more than a page of them."""
    wanted = normalise_number(number)
    columns = (Sample.id, Sample.number, Sample.local_number, Sample.product_name, Sample.sampled_name, Sample.state, Sample.sampled_on)
    exact = session().execute(scope(sa.select(*columns), Sample, actor).where(Sample.number == wanted)).all()
    if exact:
        return exact
    local = scope(sa.select(*columns), Sample, actor).where(Sample.local_number.in_({wanted, number.strip()}))
    return session().execute(local.order_by(Sample.id.desc()).limit(20)).all()


def organisation_names(samples: Sequence[Sample]) -> dict[int, str]:
    """Names of the organisations that samples belong to or were organised by."""
    wanted = {one for sample in samples for one in (sample.org_id, sample.organiser_org_id) if one is not None}
    rows = session().execute(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted)))
    return {number: name for number, name in rows}


def organisation_name(org_id: int) -> str:
    return session().scalar(sa.select(Organisation.name).where(Organisation.id == org_id)) or ""


def custody(sample_ids: Sequence[int]) -> dict[int, dict[CustodyKind, CustodyEvent]]:
    """The latest event of each kind that stands, by sample. The caller has fetched the samples in scope."""
    found: dict[int, dict[CustodyKind, CustodyEvent]] = {}
    statement = sa.select(CustodyEvent).where(CustodyEvent.sample_id.in_(sample_ids), CustodyEvent.voided_at.is_(None))
    for event in session().scalars(statement.order_by(CustodyEvent.id)):
        found.setdefault(event.sample_id, {})[event.kind] = event
    return found


# ---------------------------------------------------------------- templates

def template_in_force(org_path: str, kind: DocumentKind) -> DocumentTemplate | None:
    """The template of the nearest organisation from here upwards that has put one in the place of the shipped one."""
    return templates_in_force(org_path).get(kind.value)


def templates_in_force(org_path: str) -> dict[str, DocumentTemplate]:
    """The replacing templates that hold for this organisation, by kind."""
    above = [int(part) for part in org_path.split("/") if part]
    rows = session().scalars(
        sa.select(DocumentTemplate).where(DocumentTemplate.org_id.in_(above), DocumentTemplate.superseded_at.is_(None))
    ).all()
    return {row.kind: row for row in sorted(rows, key=lambda row: (above.index(row.org_id), row.id))}


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """One template that was put in place, with who did it."""

    id: int
    kind: str
    filename: str
    sha256: str
    reason: str
    recorded_at: datetime
    superseded_at: datetime | None
    who: str | None


def template_versions(actor: Actor, kind: DocumentKind) -> Sequence[TemplateVersion]:
    """Every template that the actor's own organisation has put in place of this kind, newest first."""
    names = ("id", "kind", "filename", "sha256", "reason", "recorded_at", "superseded_at")
    columns = [getattr(DocumentTemplate, name) for name in names]
    statement = (
        sa.select(*columns, User.name)
        .outerjoin(User, User.id == DocumentTemplate.recorded_by_id)
        .where(DocumentTemplate.org_id == actor.org_id, DocumentTemplate.kind == kind.value)
    )
    return [TemplateVersion(*row) for row in session().execute(statement.order_by(DocumentTemplate.id.desc()))]


# ---------------------------------------------------------------- what was printed

def printed(kind: str, subject_id: int) -> Sequence[Any]:
    """Prints of one record with who made them, newest first. The caller has fetched the record in scope."""
    columns = (
        PrintedDocument.kind, PrintedDocument.copies, PrintedDocument.printed_at, PrintedDocument.sha256,
        PrintedDocument.template_sha256, PrintedDocument.subject_version, User.name.label("who"),
    )  # fmt: skip
    statement = (
        sa.select(*columns)
        .outerjoin(User, User.id == PrintedDocument.printed_by_id)
        .where(PrintedDocument.subject_kind == kind, PrintedDocument.subject_id == subject_id)
    )
    return session().execute(statement.order_by(PrintedDocument.id.desc()).limit(LATEST)).all()


def times(kind: str, subject_id: int) -> Mapping[str, int]:
    """打印次数 of one record by kind of document."""
    statement = (
        sa.select(PrintedDocument.kind, sa.func.count())
        .where(PrintedDocument.subject_kind == kind, PrintedDocument.subject_id == subject_id)
        .group_by(PrintedDocument.kind)
    )
    return Counter({document: count for document, count in session().execute(statement)})
