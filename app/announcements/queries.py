"""Reading external findings (外部公示): the list with its filters, one finding, hints for enterprises, samples and planning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import keyset
from app.announcements.matching import Matcher, Named
from app.announcements.models import ExternalFinding
from app.db import session
from app.domain import search_grams
from app.domain.actors import Actor
from app.domain.result_kinds import ListKind
from app.domain.workflow import BatchState
from app.enterprises.models import Enterprise
from app.jobs import Job
from app.organisations.models import Organisation
from app.paging import SHORT
from app.reference_data.books import category_book
from app.results.models import ImportBatch
from app.sampling.models import Sample
from app.scope import scope
from app.search.queries import found_by
from app.search_text import ESCAPED, folded, like, words_of

IMPORT = "announcements"  # kind of import batch
JOBS = ("announcements_stage", "announcements_confirm")
COUNTED = 10_000
PART = 500
LARGEST_ID = 2**63 - 1
F = ExternalFinding
VALID = F.voided_at.is_(None)
LINKED = sa.or_(F.producer_id.is_not(None), F.sampled_enterprise_id.is_not(None), F.sample_id.is_not(None))
LISTED = (
    "id", "list_kind", "number", "product_name", "producer_name", "sampled_name", "items", "unread_items", "noticed_on", "notice_no",
    "task_source", "producer_id", "sampled_enterprise_id", "sample_id", "link_note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件 of the list; None is no condition."""

    q: str | None = None
    list_kind: ListKind | None = None
    enterprise: str | None = None
    product: str | None = None
    item: str | None = None
    since: date | None = None
    until: date | None = None
    linked: bool | None = None
    unread: bool = False
    enterprise_id: int | None = None
    category_id: int | None = None
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, newest first."""

    rows: Sequence[Any]
    newer: int | None
    older: int | None
    total: str


def _bare(column: Any) -> Any:
    """As a search is folded: one width of brackets, small letters, no blanks."""
    text: Any = sa.func.lower(column)
    for written, meant in (("（", "("), ("）", ")"), (" ", "")):
        text = sa.func.replace(text, written, meant)
    return text


def _conditions(filters: Filters) -> Iterator[Any]:
    yield VALID
    if filters.list_kind is not None:
        yield F.list_kind == filters.list_kind
    if filters.since is not None:
        yield F.noticed_on >= filters.since
    if filters.until is not None:
        yield F.noticed_on <= filters.until
    if filters.linked is not None:
        yield LINKED if filters.linked else sa.not_(LINKED)
    if filters.unread:
        yield F.unread_items > 0
    yield from _searched(filters)
    yield from _narrowed(filters)


def _searched(filters: Filters) -> Iterator[Any]:
    if filters.q:
        enough = search_grams.asks_enough(words_of(filters.q))  # a single sign has no terms
        yield found_by(F.__tablename__, F.id, filters.q) if enough else F.search_text.like(like(filters.q), escape="\\")
    if filters.enterprise:
        names = (F.producer_name, F.sampled_name)
        yield sa.or_(*(_bare(name).like(like(filters.enterprise), escape="\\") for name in names))
    if filters.product:
        yield _bare(F.product_name).like(like(filters.product), escape="\\")
    if filters.item:  # items stand between marks in the search text: a name begins with what was asked
        yield F.search_text.like(f"%¦{folded(filters.item).translate(ESCAPED)}%", escape="\\")


def _narrowed(filters: Filters) -> Iterator[Any]:
    if filters.enterprise_id is not None:
        other = aliased(F)  # each column by its own index; with OR, SQLite would read the whole table
        names = (other.producer_id, other.sampled_enterprise_id)
        yield F.id.in_(sa.union(*(sa.select(other.id).where(name == filters.enterprise_id) for name in names)))
    if filters.category_id is not None:
        book = category_book()
        yield F.category_id.in_(sorted(book.below(filters.category_id))) if filters.category_id in book else sa.false()
    if filters.batch_id is not None:
        yield F.import_batch_id == filters.batch_id


def listed(actor: Actor, filters: Filters, columns: Sequence[Any]) -> sa.Select[Any]:
    return scope(sa.select(*columns), F, actor).where(*_conditions(filters))


def findings(
    actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None, size: int = SHORT
) -> Page:
    """One page by key: rows older than ``before``, or newer than ``after``, or the first ones."""
    statement = listed(actor, filters, [getattr(F, name) for name in LISTED])
    if after is not None:
        found = session().execute(statement.where(F.id > after).order_by(F.id).limit(size + 1)).all()
        rows, more = found[:size][::-1], len(found) > size
        newer, older = (rows[0].id if more and rows else None), (rows[-1].id if rows else None)
    else:
        if before is not None:
            statement = statement.where(F.id < before)
        found = session().execute(statement.order_by(F.id.desc()).limit(size + 1)).all()
        rows, more = found[:size], len(found) > size
        newer, older = (rows[0].id if rows and before is not None else None), (rows[-1].id if rows and more else None)
    return Page(rows, newer, older, keyset.total(listed(actor, filters, [F.id]), COUNTED))


# ---------------------------------------------------------------- one finding

def finding(actor: Actor, finding_id: int) -> ExternalFinding | None:
    """One finding in the actor's scope, as the database has it now; one that was undone is no longer there."""
    if finding_id > LARGEST_ID:
        return None
    statement = scope(sa.select(F), F, actor).where(F.id == finding_id, VALID)
    return session().scalars(statement.execution_options(populate_existing=True)).first()


@dataclass(frozen=True, slots=True)
class Seen:
    """What the finding is linked to, as far as this reader may see it, and who else bears the same names."""

    enterprises: dict[int, Any]
    sample: Any
    producers: Sequence[Any]
    sellers: Sequence[Any]


def seen_with(actor: Actor, found: ExternalFinding) -> Seen:
    """A link that leads out of the reader's reach is not shown."""
    ids = [one for one in (found.producer_id, found.sampled_enterprise_id) if one is not None]
    columns = (Enterprise.id, Enterprise.name, Enterprise.credit_code)
    rows = session().execute(scope(sa.select(*columns), Enterprise, actor).where(Enterprise.id.in_(ids))).all()
    sample = None
    if found.sample_id is not None:
        about = sa.select(Sample.id, Sample.number, Sample.product_name, Sample.state)
        sample = session().execute(scope(about, Sample, actor).where(Sample.id == found.sample_id)).first()
    matcher = Matcher(actor, [Named(found.producer_name or "", found.sampled_name or "")])
    return Seen({row.id: row for row in rows}, sample, matcher.alike(found.producer_name), matcher.alike(found.sampled_name))


def file_of(actor: Actor, found: ExternalFinding) -> Any:
    """(id, filename) of the import, where the reader may see imports."""
    statement = scope(sa.select(ImportBatch.id, ImportBatch.filename), ImportBatch, actor)
    return session().execute(statement.where(ImportBatch.id == found.import_batch_id)).first()


def enterprises_called(actor: Actor, written: str) -> Sequence[Any]:
    """Enterprises in the actor's scope of this credit code, else of this name."""
    columns = (Enterprise.id, Enterprise.name, Enterprise.credit_code)
    by_code = scope(sa.select(*columns), Enterprise, actor).where(Enterprise.credit_code == written.strip().upper())
    found = session().execute(by_code).all()
    return found or Matcher(actor, [Named(written)]).alike(written)


def belongs(org_id: int, role: str, target_id: int) -> bool:
    """Does an enterprise or sample belong to this organisation or to one below it?"""
    model: Any = Sample if role == "sample" else Enterprise
    path = sa.select(Organisation.path).where(Organisation.id == org_id).scalar_subquery()
    statement = sa.select(model.id).join(Organisation, Organisation.id == model.org_id)
    return session().execute(statement.where(model.id == target_id, Organisation.path.startswith(path))).first() is not None


def unlinked(actor: Actor, after: int, limit: int) -> Sequence[ExternalFinding]:
    """The organisation's own findings that are linked to nothing and that nobody has decided about, from an id on."""
    statement = scope(sa.select(F), F, actor).where(VALID, sa.not_(LINKED), F.linked_by_id.is_(None), F.id > after)
    return session().scalars(statement.where(F.org_id == actor.org_id).order_by(F.id).limit(limit)).all()


# ---------------------------------------------------------------- imports

class Kept(NamedTuple):
    """A row that is kept already."""

    id: int
    voided: bool


def kept(org_id: int, hashes: Sequence[str]) -> dict[tuple[str, int], Kept]:
    """Rows of the organisation by hash and ordinal, those of undone imports among them."""
    found: dict[tuple[str, int], Kept] = {}
    for start in range(0, len(hashes), PART):
        statement = sa.select(F.row_sha256, F.ordinal, F.id, F.voided_at).where(
            F.org_id == org_id, F.row_sha256.in_(hashes[start : start + PART])
        )
        for sha256, ordinal, finding_id, voided_at in session().execute(statement):
            found[sha256, ordinal] = Kept(finding_id, voided_at is not None)
    return found


def batch(actor: Actor, batch_id: int) -> ImportBatch | None:
    """One import of published lists."""
    if batch_id > LARGEST_ID:
        return None
    statement = scope(sa.select(ImportBatch), ImportBatch, actor).where(ImportBatch.kind == IMPORT, ImportBatch.id == batch_id)
    return session().scalars(statement.execution_options(populate_existing=True)).first()


def job(actor: Actor, job_id: int) -> Job | None:
    """One of the actor's own jobs that work on an import."""
    return session().scalars(scope(sa.select(Job), Job, actor).where(Job.id == job_id, Job.kind.in_(JOBS))).first()


def batch_of_job(actor: Actor, found: Job) -> ImportBatch | None:
    """The import that a job staged or confirmed, once there is one."""
    if "batch_id" in found.payload:
        return batch(actor, found.payload["batch_id"])
    statement = scope(sa.select(ImportBatch), ImportBatch, actor).where(
        ImportBatch.kind == IMPORT, ImportBatch.sha256 == found.payload["sha256"], ImportBatch.state != BatchState.DISCARDED
    )
    return session().scalars(statement.order_by(ImportBatch.id.desc())).first()
