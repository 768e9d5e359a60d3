"""What anybody may read besides the published lists: announcements with their files, 消费提示, results of inspections.

Nothing here takes an actor: the public has none. Every query asks for what is published and in force, and for named columns only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.attachments.models import Attachment
from app.db import session
from app.domain.reporting_kinds import PublicNature, WarningKind
from app.domain.reporting_states import PublicationState, WarningState
from app.domain.supervision_states import InspectionState
from app.enterprises.models import Enterprise
from app.inspections.models import Inspection
from app.inspections.publication_queries import corrected
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.publications import public_queries
from app.publications.models import Publication, PublicationItem
from app.publications.public_queries import PublicFilters, PublicItem
from app.reference_data.models import FoodCategory
from app.risk_warnings.models import PublicWarning

PAGE = 20
COUNTED = 10_000
MOST_ROWS = 5000  # of one downloaded file
AT_ONCE = 500
LARGEST_ID = 2**63 - 1


# ---------------------------------------------------------------- announcements

@dataclass(frozen=True, slots=True)
class Notice:
    """A published announcement. ``file`` is its workbook, where every batch of it still stands as it was published."""

    id: int
    kind: str
    nature: str
    title: str
    announcement_no: str | None
    published_on: date
    from_on: date | None
    to_on: date | None
    foreword: str | None
    channel: str | None
    url: str | None
    org_name: str
    file: str | None
    changed: int  # batches corrected or withdrawn since


def notice(publication_id: int) -> Notice | None:
    """One announcement, if it is published."""
    if publication_id > LARGEST_ID:
        return None
    row = session().execute(
        sa.select(
            Publication.id, Publication.kind, Publication.nature, Publication.title, Publication.announcement_no, Publication.published_on,
            Publication.from_on, Publication.to_on, Publication.foreword, Publication.channel, Publication.url,
            Organisation.name.label("org_name"), Attachment.sha256.label("file"), _changed().label("changed"),
        )
        .join(Organisation, Organisation.id == Publication.org_id)
        .outerjoin(Attachment, sa.and_(Attachment.id == Publication.attachment_id, Attachment.voided_at.is_(None)))
        .where(Publication.id == publication_id, Publication.state == PublicationState.PUBLISHED)
    ).first()  # fmt: skip
    if row is None:
        return None
    found = Notice(**row._mapping)
    # a file with a batch that was put right or taken back says what is no longer so
    return replace(found, file=None) if found.changed or found.nature is PublicNature.WITHDRAWAL else found


def _changed() -> Any:
    """How many batches of an announcement are no longer shown as it published them."""
    mine = aliased(PublicationItem)
    stands = sa.exists().where(
        PublicationItem.id == mine.id, Publication.id == PublicationItem.publication_id, *public_queries.in_force()
    ).correlate(mine)  # fmt: skip
    return (
        sa.select(sa.func.count()).select_from(mine).where(mine.publication_id == Publication.id, sa.not_(stands))
        .correlate(Publication).scalar_subquery()
    )  # fmt: skip


def every_item(filters: PublicFilters) -> Iterator[PublicItem]:
    """The rows of a file, newest first, page by page; never more than ``MOST_ROWS``."""
    before, left = None, MOST_ROWS
    while left > 0:
        found = public_queries.items(filters, before=before, size=min(AT_ONCE, left))
        yield from found.rows
        left -= len(found.rows)
        if found.older is None:
            return
        before = found.older


def categories() -> Sequence[str]:
    """食品大类 to choose from."""
    return session().scalars(
        sa.select(FoodCategory.name).where(FoodCategory.parent_id.is_(None), FoodCategory.valid_to.is_(None)).order_by(FoodCategory.id)
    ).all()


# ---------------------------------------------------------------- 消费提示

TIP = (
    PublicWarning.id, PublicWarning.number, PublicWarning.title, PublicWarning.published_on, PublicWarning.expires_on, PublicWarning.url,
    Organisation.name.label("org_name"),
)  # fmt: skip


def _tips(today: date, *columns: Any) -> sa.Select[Any]:
    return sa.select(*columns).join(Organisation, Organisation.id == PublicWarning.org_id).where(
        PublicWarning.kind == WarningKind.TIP, PublicWarning.state == WarningState.PUBLISHED,
        sa.or_(PublicWarning.expires_on.is_(None), PublicWarning.expires_on >= today),
    )  # fmt: skip


def tips(today: date, *, before: int | None = None, after: int | None = None, size: int = PAGE) -> Page:
    """消费提示 that are published and have not expired, newest first."""
    statement, ids = _tips(today, *TIP), _tips(today, PublicWarning.id)
    return page(statement, ids, PublicWarning.id, before=before, after=after, size=size, most=COUNTED)


def tip(tip_id: int, today: date) -> Any:
    """One of them with its text."""
    if tip_id > LARGEST_ID:
        return None
    return session().execute(_tips(today, *TIP, PublicWarning.body).where(PublicWarning.id == tip_id)).first()


# ---------------------------------------------------------------- results of inspections

RESULT = (
    Inspection.id, Inspection.enterprise_name.label("firm"), Enterprise.credit_code, Inspection.kind, Inspection.nature,
    Inspection.inspected_on, Inspection.result, Inspection.measure, Inspection.published_on, Organisation.name.label("org_name"),
)  # fmt: skip


def _results(q: str | None, year: int | None, *columns: Any) -> sa.Select[Any]:
    """Published, not kept from the public since, and still what was published: one corrected since waits to be published anew."""
    statement = (
        sa.select(*columns).select_from(Inspection).join(Enterprise, Enterprise.id == Inspection.enterprise_id)
        .join(Organisation, Organisation.id == Inspection.org_id)
        .where(
            Inspection.state == InspectionState.FINISHED, Inspection.published_on.is_not(None), Inspection.not_public.is_(None),
            Inspection.voided_at.is_(None), sa.not_(corrected()),
        )
    )  # fmt: skip
    if q:
        statement = statement.where(Inspection.enterprise_name.contains(q, autoescape=True))
    if year is not None:
        statement = statement.where(Inspection.published_on.between(date(year, 1, 1), date(year, 12, 31)))
    return statement


def results(q: str | None, year: int | None, *, before: int | None = None, after: int | None = None) -> Page:
    """Results of inspections by key, newest first."""
    statement, ids = _results(q, year, *RESULT), _results(q, year, Inspection.id)
    return page(statement, ids, Inspection.id, before=before, after=after, size=PAGE, most=COUNTED)


def result_years() -> Sequence[int]:
    """The years in which results were published, newest first."""
    days = session().execute(
        sa.select(sa.func.min(Inspection.published_on), sa.func.max(Inspection.published_on)).where(
            Inspection.state == InspectionState.FINISHED, Inspection.not_public.is_(None), Inspection.voided_at.is_(None)
        )
    ).one()  # fmt: skip
    return list(range(days[1].year, days[0].year - 1, -1)) if days[0] is not None else []
