"""Reading 许可证: those of one enterprise, and those that have run out or are about to, by station and area."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import keyset
from app.db import session
from app.domain.actors import Actor
from app.domain.enterprises import NOTICE_DAYS
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseLicence, EnterpriseStatus
from app.enterprises.queries import searched
from app.organisations.models import Organisation
from app.paging import page_size
from app.reference_data.books import region_book
from app.scope import scope

PAGE = 50
COUNTED = 10_000
LARGEST_ID = 2**63 - 1
Row = EnterpriseLicence
STATION = aliased(Organisation)
REGISTERED = (EnterpriseStatus.ACTIVE, EnterpriseStatus.PAUSED)  # a closed enterprise renews nothing


class Due(StrEnum):
    """许可证何时到期."""

    EXPIRED = "已过期"
    SOON = "90天内到期"
    LATER = "90天后到期"
    UNDATED = "未填有效期"


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition. Without ``due``: expired and due soon together."""

    due: Due | None = None
    q: str | None = None
    kind: str | None = None
    region_id: int | None = None
    station_id: int | None = None


# ---------------------------------------------------------------- one enterprise

def of_enterprise(enterprise_id: int) -> list[EnterpriseLicence]:
    """Every licence, the main one first, those in hand before those ended; the caller has asked the permission."""
    statement = sa.select(Row).where(Row.enterprise_id == enterprise_id).order_by(Row.ended_at.is_not(None), Row.main.desc(), Row.id.desc())
    return list(session().scalars(statement.execution_options(populate_existing=True)))


def in_hand(enterprise_ids: Sequence[int]) -> dict[int, list[EnterpriseLicence]]:
    """Licences not ended by enterprise, the main one first."""
    found: dict[int, list[EnterpriseLicence]] = {}
    for start in range(0, len(enterprise_ids), 500):
        part = Row.enterprise_id.in_(enterprise_ids[start : start + 500])
        statement = sa.select(Row).where(part, Row.ended_at.is_(None)).order_by(Row.main.desc(), Row.id)
        for row in session().scalars(statement):
            found.setdefault(row.enterprise_id, []).append(row)
    return found


def numbered(enterprise_id: int, number: str) -> EnterpriseLicence | None:
    """The licence in hand of this number."""
    statement = sa.select(Row).where(Row.enterprise_id == enterprise_id, Row.number == number, Row.ended_at.is_(None))
    return session().scalars(statement.order_by(Row.id).limit(1)).first()


# ---------------------------------------------------------------- 许可到期

COLUMNS = (
    Row.id, Row.enterprise_id, Row.kind, Row.number, Row.valid_to, Row.main, Enterprise.name, Enterprise.credit_code,
    Enterprise.region_id, Enterprise.address, Enterprise.status, Organisation.name.label("org_name"), STATION.name.label("station_name"),
)  # fmt: skip


def _due(due: Due | None, today: date) -> list[Any]:
    until = today + timedelta(days=NOTICE_DAYS)
    asked: Mapping[Due | None, list[Any]] = {
        None: [Row.valid_to <= until],
        Due.EXPIRED: [Row.valid_to < today],
        Due.SOON: [Row.valid_to >= today, Row.valid_to <= until],
        Due.LATER: [Row.valid_to > until],
        Due.UNDATED: [Row.valid_to.is_(None)],
    }
    return asked[due]


def _conditions(filters: Filters) -> Iterator[Any]:
    if filters.q:
        yield searched(filters.q)
    if filters.kind:
        yield Enterprise.id.in_(sa.select(EnterpriseKind.enterprise_id).where(EnterpriseKind.kind == filters.kind))
    if filters.region_id is not None:
        yield Enterprise.region_id.in_(sorted(region_book().below(filters.region_id)))
    if filters.station_id is not None:
        yield Enterprise.station_id == filters.station_id


def listed(actor: Actor, filters: Filters, today: date, *columns: Any) -> sa.Select[Any]:
    statement = (
        sa.select(*columns)
        .select_from(Row)
        .join(Enterprise, Enterprise.id == Row.enterprise_id)
        .join(Organisation, Organisation.id == Row.org_id)
        .outerjoin(STATION, STATION.id == Enterprise.station_id)
        .where(Row.ended_at.is_(None), Enterprise.status.in_(REGISTERED), *_due(filters.due, today), *_conditions(filters))
    )
    return scope(statement, Row, actor)


@dataclass(frozen=True, slots=True)
class Page:
    """One page in the order of the dates; ``place`` values are (date, id) to go on from, None at the ends."""

    rows: Sequence[Any]
    total: str
    earlier: tuple[date | None, int] | None
    later: tuple[date | None, int] | None


def licences(
    actor: Actor, filters: Filters, today: date, *, after: tuple[date | None, int] | None = None,
    before: tuple[date | None, int] | None = None, size: int = PAGE,
) -> Page:  # fmt: skip
    """许可到期 by date and id, the earliest first; undated licences by id."""
    size = page_size(size)
    statement = listed(actor, filters, today, *COLUMNS)
    if before is not None:
        found = session().execute(statement.where(_beyond(before, back=True)).order_by(*_order(True)).limit(size + 1)).all()
        rows, more = found[:size][::-1], len(found) > size
        earlier, later = (_place(rows[0]) if more and rows else None), (_place(rows[-1]) if rows else None)
    else:
        statement = statement.where(_beyond(after, back=False)) if after is not None else statement
        found = session().execute(statement.order_by(*_order(False)).limit(size + 1)).all()
        rows, more = found[:size], len(found) > size
        earlier, later = (_place(rows[0]) if rows and after is not None else None), (_place(rows[-1]) if rows and more else None)
    return Page(rows, keyset.total(listed(actor, filters, today, Row.id), COUNTED), earlier, later)


def _order(back: bool) -> tuple[Any, ...]:
    return (Row.valid_to.desc(), Row.id.desc()) if back else (Row.valid_to, Row.id)


def _beyond(place: tuple[date | None, int], *, back: bool) -> Any:
    day, number = place
    further = Row.id < number if back else Row.id > number
    if day is None:
        return further
    return sa.or_(Row.valid_to < day if back else Row.valid_to > day, sa.and_(Row.valid_to == day, further))


def _place(row: Any) -> tuple[date | None, int]:
    return row.valid_to, row.id


def counts(actor: Actor, today: date) -> Mapping[Due, int]:
    """How many licences have run out and how many are about to."""
    return {due: keyset.counted(listed(actor, Filters(due), today, Row.id), COUNTED) for due in (Due.EXPIRED, Due.SOON)}


def every(actor: Actor, filters: Filters, today: date) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, today, *COLUMNS).order_by(*_order(False)).limit(COUNTED)).all()
