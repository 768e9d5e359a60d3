"""Reading what was taken out and by whom: the download centre (下载中心) and the columns a person wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.attachments.models import Attachment
from app.db import session
from app.domain.actors import Actor
from app.downloads.models import ListColumns, ListExport
from app.jobs import Job, JobStatus
from app.keyset import Page, page
from app.scope import scope

JOB = "list_export"
KIND = ListExport.__tablename__
SIZE, COUNTED, OTHERS = 20, 1_000, 20
UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)
COLUMNS = (
    ListExport.id, ListExport.list_code, ListExport.title, ListExport.conditions, ListExport.columns, ListExport.rows,
    ListExport.sha256, ListExport.created_at, ListExport.attachment_id, ListExport.job_id, Attachment.voided_at, Attachment.size,
    Job.status, Job.progress, Job.message, Job.error,
)  # fmt: skip


def _listed(actor: Actor, *columns: Any) -> sa.Select[Any]:
    statement = (
        sa.select(*columns)
        .select_from(ListExport)
        .outerjoin(Attachment, Attachment.id == ListExport.attachment_id)
        .outerjoin(Job, Job.id == ListExport.job_id)
    )
    return scope(statement, ListExport, actor)


def exports(actor: Actor, *, before: int | None = None, after: int | None = None, size: int = SIZE) -> Page:
    """The actor's own exports, newest first."""
    statement, ids = _listed(actor, *COLUMNS), _listed(actor, ListExport.id)
    return page(statement, ids, ListExport.id, before=before, after=after, size=size, most=COUNTED)


def row_of(actor: Actor, export_id: int) -> Any:
    """One of the actor's exports with its file and its job, as the list shows it."""
    return session().execute(_listed(actor, *COLUMNS).where(ListExport.id == export_id)).one()


def export(actor: Actor, export_id: int) -> ListExport | None:
    """One of the actor's own exports, as the database has it now."""
    statement = sa.select(ListExport).where(ListExport.id == export_id).execution_options(populate_existing=True)
    return session().scalars(scope(statement, ListExport, actor)).first()


def made_by_command(actor: Actor, export_id: int) -> ListExport | None:
    """For the operator at the machine, whose exports belong to no account: any export of his organisations."""
    found = session().get(ListExport, export_id)
    return found if found is not None and found.org_id in actor.reach else None


def exports_of_organisations(actor: Actor, most: int) -> Sequence[Any]:
    """The same for the list: what was taken out in these organisations."""
    statement = sa.select(*COLUMNS).select_from(ListExport).outerjoin(Attachment, Attachment.id == ListExport.attachment_id)
    statement = statement.outerjoin(Job, Job.id == ListExport.job_id).where(ListExport.org_id.in_(actor.reach))
    return session().execute(statement.order_by(ListExport.id.desc()).limit(most)).all()


def file_of(found: ListExport) -> Attachment | None:
    """Its file, unless its time has run out."""
    kept = session().get(Attachment, found.attachment_id, populate_existing=True) if found.attachment_id else None
    return kept if kept is not None and kept.voided_at is None else None


def being_made(actor: Actor, code: str) -> Sequence[ListExport]:
    """The actor's exports of this list that the worker has not finished."""
    statement = sa.select(ListExport).join(Job, Job.id == ListExport.job_id)
    statement = statement.where(ListExport.list_code == code, Job.status.in_(UNFINISHED))
    return session().scalars(scope(statement, ListExport, actor)).all()


def other_jobs(actor: Actor) -> Sequence[Job]:
    """The actor's other work in the background, newest first."""
    statement = scope(sa.select(Job).where(Job.kind != JOB), Job, actor)
    return session().scalars(statement.order_by(Job.id.desc()).limit(OTHERS)).all()


def remembered(actor: Actor, code: str) -> ListColumns | None:
    """The columns that this person takes out of this list."""
    if actor.user_id is None:
        return None
    return session().scalars(
        sa.select(ListColumns).where(ListColumns.user_id == actor.user_id, ListColumns.list_code == code)
    ).first()


def past_their_time(before: Any, most: int) -> Sequence[Attachment]:
    """Files of exports made before that moment and still kept."""
    statement = sa.select(Attachment).where(
        Attachment.subject_kind == KIND, Attachment.voided_at.is_(None), Attachment.created_at < before
    )
    return session().scalars(statement.order_by(Attachment.id).limit(most)).all()


def still_named(digests: Sequence[str]) -> set[str]:
    """Which of these contents some record still hands out."""
    statement = sa.select(Attachment.sha256).where(Attachment.sha256.in_(digests), Attachment.voided_at.is_(None))
    return set(session().scalars(statement))


def query_of(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions in an address, without its place in the list, as a job keeps them."""
    several = asked.getlist if hasattr(asked, "getlist") else lambda name: [asked[name]]
    found: dict[str, Any] = {}
    for name in list(asked)[:MOST_CONDITIONS]:
        if name == TICKED:
            found[name] = str(asked[name])[:LONGEST_TICKED]
            continue
        values = [str(one)[:LONGEST] for one in several(name) if str(one)]
        if name not in PLACES and values:
            found[name] = values if len(values) > 1 else values[0]
    return found


def ticked_of(query: Mapping[str, Any]) -> tuple[int, ...] | None:
    """The ids that were ticked (勾选), as an address or a job keeps them: 12.15.18; None where nothing is said of them."""
    if TICKED not in query:
        return None
    written = (one for one in str(query[TICKED]).split(".") if one.isascii() and one.isdigit() and len(one) < LONGEST_ID)
    return tuple(dict.fromkeys(map(int, written)))


TICKED, LONGEST_ID, MOST_TICKED = "ticked", 19, 200
LONGEST_TICKED = MOST_TICKED * LONGEST_ID
PLACES = frozenset({"before", "after", "page", "size", "start", "format", "n", "per", "cursor", "again", "taking"})
MOST_CONDITIONS, LONGEST = 40, 200
