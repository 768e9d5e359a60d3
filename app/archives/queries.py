"""Reading 一户一档: what is on file of one enterprise, which archives are complete on a day, and the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import clock
from app.accounts.models import User
from app.archives.models import ArchiveElement
from app.attachments.models import Attachment
from app.db import session
from app.domain.actors import Actor
from app.domain.archives import together
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.enterprises.past import owner_at
from app.enterprises.queries import searched
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.reference import archive_elements
from app.reference.archive_elements import Element
from app.reference_data.books import region_book
from app.scope import scope

PAGE = 50
COUNTED = 10_000
PART = 500
Row = ArchiveElement
REGISTERED = (EnterpriseStatus.ACTIVE, EnterpriseStatus.PAUSED)
LISTED = ("id", "name", "credit_code", "region_id", "address", "status", "org_id")


def elements_of(kinds: Sequence[str], on: date) -> tuple[Element, ...]:
    """What belongs into the archive of an enterprise of these kinds on the day: each element once."""
    order = [kind for kind in archive_elements.kinds(on) if kind in kinds]
    return together(archive_elements.in_force(kind, on) for kind in order)


# ---------------------------------------------------------------- one enterprise

@dataclass(frozen=True, slots=True)
class OnFile:
    """One version of one element with its paper and who recorded it."""

    id: int
    code: str
    value: str | None
    attachment_id: int | None
    seen_on: date
    recorded_at: datetime
    superseded_at: datetime | None
    filename: str | None
    recorded_by: str | None


def versions(actor: Actor, enterprise_id: int) -> Sequence[OnFile]:
    """Every version of every element of an enterprise, newest first."""
    statement = (
        sa.select(
            Row.id, Row.code, Row.value, Row.attachment_id, Row.seen_on, Row.recorded_at, Row.superseded_at, Attachment.filename,
            User.name,
        )
        .outerjoin(Attachment, Attachment.id == Row.attachment_id)
        .outerjoin(User, User.id == Row.recorded_by_id)
        .where(Row.enterprise_id == enterprise_id)
        .order_by(Row.id.desc())
    )  # fmt: skip
    return [OnFile(*row) for row in session().execute(scope(statement, Row, actor))]


def current(enterprise_id: int) -> Mapping[str, ArchiveElement]:
    """The version in force of each element, as the database has it now; the caller has asked the permission."""
    statement = sa.select(Row).where(Row.enterprise_id == enterprise_id, Row.superseded_at.is_(None))
    return {row.code: row for row in session().scalars(statement.execution_options(populate_existing=True))}


def mark(enterprise_id: int) -> str:
    """What moves with every change of an archive: a page that shows it names it when it is sent."""
    statement = sa.select(sa.func.coalesce(sa.func.max(Row.id), 0), sa.func.count(Row.superseded_at))
    newest, superseded = session().execute(statement.where(Row.enterprise_id == enterprise_id)).one()
    return f"{newest}-{superseded}"


def names_of(rows: Sequence[OnFile], on: date) -> dict[str, str]:
    """What the elements of these versions are called, today or at last."""
    known = {element.code: element.name for kind in archive_elements.kinds(on) for element in archive_elements.in_force(kind, on)}
    return {row.code: known.get(row.code, row.code) for row in rows}


def filled(enterprise_ids: Sequence[int]) -> dict[int, set[str]]:
    """The codes on file now, by enterprise."""
    found: dict[int, set[str]] = {}
    for start in range(0, len(enterprise_ids), PART):
        statement = sa.select(Row.enterprise_id, Row.code).where(
            Row.enterprise_id.in_(enterprise_ids[start : start + PART]), Row.superseded_at.is_(None)
        )
        for enterprise_id, code in session().execute(statement):
            found.setdefault(enterprise_id, set()).add(code)
    return found


def values(enterprise_ids: Sequence[int]) -> dict[tuple[int, str], Any]:
    """What is on file now (``value``, ``attachment_id``, ``seen_on``), by enterprise and code."""
    found: dict[tuple[int, str], Any] = {}
    for start in range(0, len(enterprise_ids), PART):
        statement = sa.select(Row.enterprise_id, Row.code, Row.value, Row.attachment_id, Row.seen_on).where(
            Row.enterprise_id.in_(enterprise_ids[start : start + PART]), Row.superseded_at.is_(None)
        )
        found |= {(row.enterprise_id, row.code): row for row in session().execute(statement)}
    return found


# ---------------------------------------------------------------- complete archives

def complete(kind: str, on: date, as_of: datetime | None = None) -> sa.Select[tuple[int]]:
    """Ids of enterprises whose archive had every element that is required of this kind on the day, as known at ``as_of``.

    One statement for all of them, to be narrowed to a reader's scope or counted: it says nothing of which enterprises are of the kind.
    An element holds from 核实日期 until it was superseded; nobody is complete where nothing is required.
    """
    required = [element.code for element in archive_elements.in_force(kind, on) if element.required]
    if not required:
        return sa.select(Row.enterprise_id).where(sa.false())
    end = min(clock.end_of_day(on), as_of) if as_of is not None else clock.end_of_day(on)
    held = [Row.code.in_(required), Row.seen_on <= on, sa.or_(Row.superseded_at.is_(None), Row.superseded_at > end)]
    if as_of is not None:
        held.append(Row.recorded_at <= as_of)
    counted = sa.func.count(sa.distinct(Row.code)) == len(required)
    owner = owner_at(Row.enterprise_id, as_of)
    if owner is Row.enterprise_id:
        return sa.select(Row.enterprise_id).where(*held).group_by(Row.enterprise_id).having(counted)
    then = sa.select(owner.label("enterprise_id"), Row.code).where(*held).subquery()  # one spelling for column and group
    whole = sa.func.count(sa.distinct(then.c.code)) == len(required)
    return sa.select(then.c.enterprise_id).group_by(then.c.enterprise_id).having(whole)


def registered(kind: str, on: date) -> sa.Select[tuple[int]]:
    """Ids of the enterprises of a kind that were on the register on the day: neither 注销 nor 已合并 (the register's status is of now)."""
    of_kind = sa.select(EnterpriseKind.enterprise_id).where(EnterpriseKind.kind == kind)
    return sa.select(Enterprise.id).where(
        Enterprise.id.in_(of_kind), Enterprise.status.in_(REGISTERED), Enterprise.created_at <= clock.end_of_day(on)
    )


# ---------------------------------------------------------------- the list

@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition. ``complete`` True or False narrows to complete or incomplete archives."""

    kind: str
    q: str | None = None
    region_id: int | None = None
    station_id: int | None = None
    complete: bool | None = None


def _listed(actor: Actor, filters: Filters, today: date, *columns: Any) -> sa.Select[Any]:
    statement = sa.select(*columns).where(Enterprise.id.in_(registered(filters.kind, today)))
    if filters.q:
        statement = statement.where(searched(filters.q))
    if filters.region_id is not None:
        statement = statement.where(Enterprise.region_id.in_(sorted(region_book().below(filters.region_id))))
    if filters.station_id is not None:
        statement = statement.where(Enterprise.station_id == filters.station_id)
    if filters.complete is not None:
        whole = Enterprise.id.in_(complete(filters.kind, today))
        statement = statement.where(whole if filters.complete else sa.not_(whole))
    return scope(statement, Enterprise, actor)


def enterprises(
    actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None, size: int = PAGE
) -> Page:
    """Enterprises of one kind by key, newest first."""
    columns = [getattr(Enterprise, name) for name in LISTED]
    statement, ids = _listed(actor, filters, today, *columns), _listed(actor, filters, today, Enterprise.id)
    return page(statement, ids, Enterprise.id, before=before, after=after, size=size, most=COUNTED)


def every(actor: Actor, filters: Filters, today: date, limit: int = COUNTED) -> Sequence[Any]:
    """The whole list, for the workbook and commands, with the names of office and station."""
    return session().execute(named(actor, filters, today).order_by(Enterprise.id.desc()).limit(limit)).all()


def named(actor: Actor, filters: Filters, today: date) -> sa.Select[Any]:
    """The list with the names of office and station, and the kind that was asked for."""
    station, kind = sa.orm.aliased(Organisation), sa.literal(filters.kind).label("archive_kind")
    names = (Organisation.name.label("org_name"), station.name.label("station_name"), kind)
    columns = [*(getattr(Enterprise, name) for name in LISTED), *names]
    statement = _listed(actor, filters, today, *columns).join(Organisation, Organisation.id == Enterprise.org_id)
    return statement.outerjoin(station, station.id == Enterprise.station_id)


def counts(actor: Actor, kind: str, today: date) -> tuple[int, int]:
    """已建档 and 应建档 of one kind within the reader's reach."""
    whole = Enterprise.id.in_(complete(kind, today))
    statement = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((whole, 1), else_=0)), 0))
    statement = statement.select_from(Enterprise).where(Enterprise.id.in_(registered(kind, today)))
    every_one, complete_ones = session().execute(scope(statement, Enterprise, actor)).one()
    return int(complete_ones), every_one
