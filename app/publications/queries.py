"""Reading 公示清单: the list of publications, one of them, its items, and where a sample or an enterprise has been published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.attachments.models import Attachment
from app.db import session
from app.domain.actors import Actor
from app.domain.disposal import folded_number
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.publications.models import Publication, PublicationItem
from app.sampling.models import Sample
from app.scope import scope

KIND = Publication.__tablename__
PAGE = 50
ITEMS = 100
COUNTED = 10_000
LARGEST_ID = 2**63 - 1
Row, Item = Publication, PublicationItem
Later, LaterList = aliased(PublicationItem), aliased(Publication)
PREPARING = (PublicationState.DRAFT, PublicationState.SUBMITTED, PublicationState.APPROVED)


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition. ``year`` is that of the publication, of an unpublished one that of its draft."""

    q: str | None = None
    state: PublicationState | None = None
    kind: PublicList | None = None
    nature: PublicNature | None = None
    from_on: date | None = None
    to_on: date | None = None


def publication(actor: Actor, publication_id: int) -> Publication | None:
    """One publication of the actor's reach, as the database has it now."""
    if publication_id > LARGEST_ID:
        return None
    statement = sa.select(Row).where(Row.id == publication_id).execution_options(populate_existing=True)
    return session().scalars(scope(statement, Row, actor)).first()


def publications_numbered(actor: Actor, written: str, org_code: str | None = None) -> Sequence[Publication]:
    """By 编号 or 公告号; each bureau counts its own."""
    given = sa.and_(Row.announcement_no == written.strip(), Row.state != PublicationState.VOIDED)  # of a voided draft it is free again
    named = sa.or_(Row.number == folded_number(written), given)
    statement = sa.select(Row).where(named).execution_options(populate_existing=True)
    if org_code:
        statement = statement.where(Row.org_id.in_(sa.select(Organisation.id).where(Organisation.code == org_code)))
    return session().scalars(scope(statement, Row, actor).order_by(Row.id)).all()


def submitted(key: str) -> int | None:
    """The publication that an earlier sending of the same page drafted."""
    return session().scalar(sa.select(Row.id).where(Row.submission_key == key))


def item_count() -> Any:
    counted = sa.select(sa.func.count()).where(Item.publication_id == Row.id)
    return counted.correlate(Row).scalar_subquery()


def columns() -> tuple[Any, ...]:
    return (
        Row.id, Row.number, Row.kind, Row.nature, Row.title, Row.announcement_no, Row.state, Row.from_on, Row.to_on, Row.due_on,
        Row.published_on, Row.channel, Row.url, Row.withdrawn_on, Row.corrects_id, Row.created_at, Organisation.name.label("org_name"),
        item_count().label("items"),
    )  # fmt: skip


def listed(actor: Actor, filters: Filters, *shown: Any) -> sa.Select[Any]:
    """The list as asked for, to be read or streamed; the caller orders it."""
    statement = sa.select(*shown).select_from(Row).join(Organisation, Organisation.id == Row.org_id)
    for column, wanted in ((Row.state, filters.state), (Row.kind, filters.kind), (Row.nature, filters.nature)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if filters.from_on is not None:
        statement = statement.where(Row.published_on >= filters.from_on)
    if filters.to_on is not None:
        statement = statement.where(Row.published_on <= filters.to_on)
    if filters.q:
        found = [one.contains(filters.q, autoescape=True) for one in (Row.title, Row.announcement_no)]
        holding = sa.select(Item.publication_id).where(Item.search.contains(filters.q, autoescape=True))
        folded = Row.number.contains(folded_number(filters.q), autoescape=True)
        statement = statement.where(sa.or_(folded, *found, Row.id.in_(holding)))
    return scope(statement, Row, actor)


def publications(actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None) -> Page:
    """By key, newest first."""
    statement, ids = (listed(actor, filters, *wanted) for wanted in (columns(), (Row.id,)))
    return page(statement, ids, Row.id, before=before, after=after, size=PAGE, most=COUNTED)


def every_publication(actor: Actor, filters: Filters) -> Iterable[Any]:
    """The whole list in pieces, newest first, for workbooks and commands."""
    statement = listed(actor, filters, *columns()).order_by(Row.id.desc()).execution_options(yield_per=500)
    return session().execute(statement)


def counts(actor: Actor) -> Mapping[str, int]:
    grouped = scope(sa.select(Row.state, sa.func.count()), Row, actor).group_by(Row.state)
    return {state.value: number for state, number in session().execute(grouped)}


def person_names(*ids: int | None) -> Mapping[int | None, str]:
    wanted = [one for one in ids if one is not None]
    return {number: name for number, name in session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}


def organisation_name(org_id: int) -> str:
    return session().scalar(sa.select(Organisation.name).where(Organisation.id == org_id)) or ""


def workbook_of(found: Publication) -> Attachment | None:
    return session().get(Attachment, found.attachment_id) if found.attachment_id is not None else None


# ---------------------------------------------------------------- items

def items(found: Publication, *, above: int = 0, size: int = ITEMS) -> Sequence[PublicationItem]:
    """In the order of the list, those above a place in it."""
    statement = sa.select(Item).where(Item.publication_id == found.id, Item.ordinal > above).order_by(Item.ordinal)
    return session().scalars(statement.limit(size)).all()


def every_item(found: Publication) -> Sequence[PublicationItem]:
    return session().scalars(sa.select(Item).where(Item.publication_id == found.id).order_by(Item.ordinal)).all()


def number_of_items(found: Publication) -> int:
    return session().scalar(sa.select(sa.func.count()).where(Item.publication_id == found.id)) or 0


def item_of(found: Publication, number: str) -> PublicationItem | None:
    return session().scalars(sa.select(Item).where(Item.publication_id == found.id, Item.sample_number == number)).first()


def last_report(found: Publication) -> date | None:
    """The latest report date of its batches."""
    statement = sa.select(sa.func.max(Sample.reported_on)).join(Item, Item.sample_id == Sample.id)
    return session().scalar(statement.where(Item.publication_id == found.id))


def followers(item_ids: Sequence[int]) -> Mapping[int, Sequence[Any]]:
    """By item: the announcements about it, published or on their way, in their order."""
    found: dict[int, list[Any]] = {}
    shown = (
        Later.corrects_id, Later.id, Later.content, Later.withdrawn_at, LaterList.id.label("publication_id"), LaterList.number,
        LaterList.announcement_no, LaterList.nature, LaterList.state, LaterList.published_on,
    )  # fmt: skip
    statement = (
        sa.select(*shown)
        .join(LaterList, LaterList.id == Later.publication_id)
        .where(Later.corrects_id.in_(item_ids), LaterList.state != PublicationState.VOIDED)
        .order_by(Later.id)
    )
    for row in session().execute(statement) if item_ids else ():
        found.setdefault(row.corrects_id, []).append(row)
    return found


def in_preparation(rows: Sequence[Any]) -> Any:
    """The announcement about an item that is not out yet."""
    return next((row for row in rows if row.state in PREPARING), None)


def in_force_content(item: Any, rows: Sequence[Any]) -> Mapping[str, Any]:
    """What the public reads of an item now: its own words, or those of its last published correction."""
    mine = [
        row.content
        for row in rows
        if row.state is PublicationState.PUBLISHED and row.nature is PublicNature.CORRECTION and row.withdrawn_at is None
    ]
    return mine[-1] if mine else item.content


def corrected_items(item_ids: Sequence[int]) -> sa.Select[tuple[int | None]]:
    """Which of these items a published correction is about."""
    return (
        sa.select(Later.corrects_id)
        .join(LaterList, LaterList.id == Later.publication_id)
        .where(
            Later.corrects_id.in_(item_ids), LaterList.state == PublicationState.PUBLISHED, LaterList.nature == PublicNature.CORRECTION,
            Later.withdrawn_at.is_(None),
        )
    )  # fmt: skip


def about(found: Publication) -> Sequence[Any]:
    """Announcements that correct or withdraw something of this one."""
    shown = (Row.id, Row.number, Row.announcement_no, Row.nature, Row.state, Row.published_on)
    return session().execute(sa.select(*shown).where(Row.corrects_id == found.id).order_by(Row.id)).all()


# ---------------------------------------------------------------- on other pages

OF_SAMPLE = (
    Item.id, Item.sample_id, Item.sample_number, Item.ordinal, Item.corrects_id, Item.withdrawn_at, Item.withdrawn_reason,
    Row.id.label("publication_id"), Row.org_id, Row.number, Row.announcement_no, Row.kind, Row.nature, Row.state, Row.published_on, Row.url,
    Row.channel,
)  # fmt: skip


def _published(*conditions: Any) -> Sequence[Any]:
    statement = sa.select(*OF_SAMPLE).join(Row, Row.id == Item.publication_id)
    return session().execute(statement.where(Row.state != PublicationState.VOIDED, *conditions).order_by(Item.id)).all()


def of_sample(sample_id: int) -> Sequence[Any]:
    """Every list the sample stands in; the page has asked whether the reader may see the sample."""
    return _published(Item.sample_id == sample_id)


def of_enterprise(enterprise_id: int, most: int = 20) -> Sequence[Any]:
    """Published failures of an enterprise, as producer or as the sampled one, newest first; the page has asked for the enterprise."""
    samples = sa.select(Sample.id).where(sa.or_(Sample.sampled_enterprise_id == enterprise_id, Sample.producer_id == enterprise_id))
    out = (PublicationState.PUBLISHED, PublicationState.WITHDRAWN)
    rows = _published(Item.sample_id.in_(samples), Row.kind == PublicList.FAILED, Row.state.in_(out))
    return rows[::-1][:most]
