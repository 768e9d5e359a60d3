"""What anybody may read of the published lists: items in force, word for word as published, and nothing else of the record.

Only what stands in a published announcement and has not been withdrawn. A corrected item is shown as corrected, with the number of the
announcement that corrects it. Nothing here takes an actor: the public has none.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.db import session
from app.domain import publications as rules
from app.domain.publications import Stated
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.publications.models import Publication, PublicationItem

PAGE = 50
COUNTED = 10_000
Item, Later, LaterList = PublicationItem, aliased(PublicationItem), aliased(Publication)


@dataclass(frozen=True, slots=True)
class PublicFilters:
    """查询条件 of the public page; None is no condition."""

    q: str | None = None
    kind: PublicList | None = None
    year: int | None = None
    category: str | None = None  # 分类, as printed
    month: int | None = None  # with ``year``
    publication_id: int | None = None


@dataclass(frozen=True, slots=True)
class PublicItem:
    """One batch as published: headers and cells, and the announcement they stand in."""

    id: int
    kind: PublicList
    cells: Mapping[str, str]  # by header, in the order of the list
    notice_no: str
    published_on: date
    org_name: str
    url: str | None
    corrected: bool  # these cells are those of a correction
    notice_id: int

    def __getitem__(self, header: str) -> str:
        """The cell under a header; / where the list has no such column."""
        return self.cells.get(header, rules.EMPTY)


def _superseded() -> Any:
    """A published correction of the same item took its place."""
    return (
        sa.exists()
        .where(
            Later.corrects_id == sa.func.coalesce(Item.corrects_id, Item.id), Later.id > Item.id, Later.withdrawn_at.is_(None),
            LaterList.id == Later.publication_id, LaterList.state == PublicationState.PUBLISHED,
            LaterList.nature == PublicNature.CORRECTION,
        )
        .correlate(Item)
    )  # fmt: skip


def in_force() -> Sequence[Any]:
    """Conditions on ``PublicationItem`` joined with ``Publication``."""
    return (
        Publication.state == PublicationState.PUBLISHED, Publication.nature != PublicNature.WITHDRAWAL, Item.withdrawn_at.is_(None),
        ~_superseded(),
    )  # fmt: skip


def _days(year: int, month: int | None) -> tuple[date, date]:
    """First and last day of a year, or of one of its months."""
    first, last = (month, month) if month is not None and 1 <= month <= 12 else (1, 12)
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _listed(filters: PublicFilters, *columns: Any) -> sa.Select[Any]:
    statement = (
        sa.select(*columns)
        .select_from(Item)
        .join(Publication, Publication.id == Item.publication_id)
        .join(Organisation, Organisation.id == Publication.org_id)
        .where(*in_force())
    )
    if filters.kind is not None:
        statement = statement.where(Publication.kind == filters.kind)
    if filters.year is not None and 1990 <= filters.year <= 2199:
        first, last = _days(filters.year, filters.month)
        statement = statement.where(Publication.published_on >= first, Publication.published_on <= last)
    if filters.publication_id is not None:
        statement = statement.where(Item.publication_id == filters.publication_id)
    if filters.q:
        for word in filters.q.split()[:5]:
            statement = statement.where(Item.search.contains(word, autoescape=True))
    if filters.category:
        statement = statement.where(Item.search.contains(rules.category_line(filters.category), autoescape=True))
    return statement


COLUMNS = (
    Item.id, Item.ordinal, Item.content, Item.corrects_id, Item.publication_id, Publication.kind, Publication.announcement_no,
    Publication.published_on, Publication.url, Organisation.name.label("org_name"),
)  # fmt: skip


def items(filters: PublicFilters, *, before: int | None = None, after: int | None = None, size: int = PAGE) -> Page:
    """Items in force by key, newest first; ``rows`` are ``PublicItem``."""
    statement, ids = _listed(filters, *COLUMNS), _listed(filters, Item.id)
    found = page(statement, ids, Item.id, before=before, after=after, size=size, most=COUNTED)
    return Page([_shown(row) for row in found.rows], found.total, found.newer, found.older)


def _shown(row: Any) -> PublicItem:
    stated = Stated(row.announcement_no or "", row.published_on)
    cells = rules.row_of(row.content, row.kind, row.ordinal, stated)
    headers = [rules.heading(name) for name in rules.columns_of(row.content, row.kind)]
    return PublicItem(
        row.id, row.kind, dict(zip(headers, cells, strict=True)), row.announcement_no or "", row.published_on, row.org_name, row.url,
        row.corrects_id is not None, row.publication_id,
    )  # fmt: skip


def item(item_id: int) -> PublicItem | None:
    """One item, if it is in force."""
    row = session().execute(_listed(PublicFilters(), *COLUMNS).where(Item.id == item_id)).first() if item_id < 2**63 else None
    return _shown(row) if row is not None else None


def years() -> Sequence[int]:
    """The years in which something was published that is in force, newest first."""
    days = session().execute(
        sa.select(sa.func.min(Publication.published_on), sa.func.max(Publication.published_on)).where(
            Publication.state == PublicationState.PUBLISHED
        )
    ).one()  # fmt: skip
    return list(range(days[1].year, days[0].year - 1, -1)) if days[0] is not None else []


# ---------------------------------------------------------------- the announcements themselves

NOTICE_COLUMNS = (
    Publication.id, Publication.kind, Publication.nature, Publication.title, Publication.announcement_no, Publication.published_on,
    Publication.url, Organisation.name.label("org_name"),
)  # fmt: skip


def notices(*, before: int | None = None, after: int | None = None, size: int = 20) -> Page:
    """Published announcements, corrections and withdrawals among them, newest first: number, title, day and address."""
    asked = (Publication.state == PublicationState.PUBLISHED,)
    joined = sa.select(*NOTICE_COLUMNS).join(Organisation, Organisation.id == Publication.org_id).where(*asked)
    ids = sa.select(Publication.id).where(*asked)
    return page(joined, ids, Publication.id, before=before, after=after, size=size, most=COUNTED)
