"""Reading the register: the list with its filters, one enterprise with its samples and cases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app import keyset
from app.chain import HistoryEntry
from app.db import session
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.disposal import Party
from app.domain.enterprise_rows import TITLES
from app.domain.workflow import SampleState
from app.enterprises.credit_codes import LENGTH, one_spelling
from app.enterprises.details import place_of
from app.enterprises.models import (
    Enterprise,
    EnterpriseKind,
    EnterpriseStatus,
)
from app.organisations.models import Organisation
from app.paging import SHORT
from app.reference_data.books import region_book
from app.results.models import ImportBatch
from app.sampling.models import Sample
from app.scope import scope
from app.search.queries import found_by
from app.search_text import folded, initials, like

IMPORT = "enterprises"  # kind of import batch
COUNTED = 10_000
LATEST = 20  # samples and cases shown with an enterprise
MOST_SAMPLES = 1_000  # counted no further
PART = 500
LARGEST_ID = 2**63 - 1  # a longer number in an address is no id, and no database takes it
LISTED = ("id", "name", "credit_code", "region_id", "address", "licence_no", "licence_until", "status", "org_id")
EXPORTED = (
    "id", "org_id", "credit_code", "name", "region_id", "address", "area_type", "licence_kind", "licence_no", "licence_until", "status",
    "station_id", "principal", "phone",
)


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件 of the list; None is no condition."""

    q: str | None = None
    kind: str | None = None
    region_id: int | None = None
    status: EnterpriseStatus | None = None
    station_id: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, newest first, with the kinds of its enterprises."""

    rows: Sequence[Any]
    kinds: dict[int, list[tuple[str, str]]]
    newer: int | None  # id to go back from
    older: int | None  # id to go on from
    total: str


# ---------------------------------------------------------------- the list

def listed(actor: Actor, filters: Filters, columns: Sequence[Any]) -> sa.Select[Any]:
    """The columns of every enterprise that the actor may list under these conditions."""
    return scope(sa.select(*columns), Enterprise, actor).where(*_conditions(filters))


def _conditions(filters: Filters) -> Iterator[Any]:
    if filters.q:
        yield searched(filters.q)
    if filters.kind:
        yield Enterprise.id.in_(sa.select(EnterpriseKind.enterprise_id).where(EnterpriseKind.kind == filters.kind))
    if filters.region_id is not None:
        yield Enterprise.region_id.in_(sorted(region_book().below(filters.region_id)))
    if filters.station_id is not None:
        yield Enterprise.station_id == filters.station_id
    if filters.status is not None:
        yield Enterprise.status == filters.status
    else:  # a merged record is counted with the one it was merged into
        yield Enterprise.status != EnterpriseStatus.MERGED


def searched(q: str) -> Any:
    """A whole credit code through its own index; else any part of a name borne now or before, of a code, or of initials."""
    code = one_spelling(q)
    if len(code) == LENGTH and code.isascii():
        return sa.or_(Enterprise.credit_code == code, Enterprise.licence_no == code)
    if len(folded(q)) == 1:
        return Enterprise.name.like(like(q), escape="\\")
    return found_by(Enterprise.__tablename__, Enterprise.id, q)


def enterprises(
    actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None, size: int = SHORT
) -> Page:
    """One page by key: rows older than ``before``, or newer than ``after``, or the first ones."""
    columns = [getattr(Enterprise, name) for name in LISTED]
    statement = listed(actor, filters, [*columns, Organisation.name.label("org_name")])
    statement = statement.join(Organisation, Organisation.id == Enterprise.org_id)
    if after is not None:
        found = session().execute(statement.where(Enterprise.id > after).order_by(Enterprise.id).limit(size + 1)).all()
        rows, more = found[:size][::-1], len(found) > size
        newer, older = (rows[0].id if more and rows else None), (rows[-1].id if rows else None)
    else:
        if before is not None:
            statement = statement.where(Enterprise.id < before)
        found = session().execute(statement.order_by(Enterprise.id.desc()).limit(size + 1)).all()
        rows, more = found[:size], len(found) > size
        newer, older = (rows[0].id if rows and before is not None else None), (rows[-1].id if rows and more else None)
    return Page(rows, kinds_of([row.id for row in rows]), newer, older, keyset.total(listed(actor, filters, [Enterprise.id]), COUNTED))


def kinds_of(enterprise_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """企业类型 with sub-kinds, by enterprise."""
    found: dict[int, list[tuple[str, str]]] = {}
    for start in range(0, len(enterprise_ids), PART):
        columns = (EnterpriseKind.enterprise_id, EnterpriseKind.kind, EnterpriseKind.subkind)
        part = enterprise_ids[start : start + PART]
        for enterprise_id, kind, subkind in session().execute(sa.select(*columns).where(EnterpriseKind.enterprise_id.in_(part))):
            found.setdefault(enterprise_id, []).append((kind, subkind))
    return found


def whole_rows(actor: Actor, filters: Filters) -> sa.Select[Any]:
    """Everything that is taken out of the list."""
    return listed(actor, filters, [getattr(Enterprise, name) for name in EXPORTED])


def exported(actor: Actor, filters: Filters, limit: int) -> Sequence[Any]:
    """Rows for the workbook of the list, newest first."""
    statement = whole_rows(actor, filters)
    return session().execute(statement.order_by(Enterprise.id.desc()).limit(limit)).all()


# ---------------------------------------------------------------- one enterprise

def enterprise(actor: Actor, enterprise_id: int) -> Enterprise | None:
    """One enterprise in the actor's scope with its kinds, as the database has it now."""
    if enterprise_id > LARGEST_ID:
        return None
    statement = scope(sa.select(Enterprise), Enterprise, actor).where(Enterprise.id == enterprise_id)
    return session().scalars(_whole(statement)).first()


def _whole(statement: sa.Select[Any]) -> sa.Select[Any]:
    return statement.options(selectinload(Enterprise.kinds), selectinload(Enterprise.categories)).execution_options(populate_existing=True)


def by_ids(enterprise_ids: Sequence[int]) -> dict[int, Enterprise]:
    """Enterprises with their kinds, in anybody's scope: the caller asks the permission of each."""
    found: dict[int, Enterprise] = {}
    for start in range(0, len(enterprise_ids), PART):
        statement = sa.select(Enterprise).where(Enterprise.id.in_(enterprise_ids[start : start + PART]))
        found |= {row.id: row for row in session().scalars(_whole(statement))}
    return found


@dataclass(frozen=True, slots=True)
class Known:
    """A registered enterprise as far as it is needed to tell it from others."""

    id: int
    org_id: int
    name: str
    address: str | None
    credit_code: str | None

    @property
    def place(self) -> tuple[str, str]:
        return place_of(self.name, self.address)


KNOWN = tuple(getattr(Enterprise, name) for name in Known.__slots__)


def holders(codes: Sequence[str]) -> dict[str, Known]:
    """Who is registered under these credit codes, in anybody's scope: a code is unique in the whole installation."""
    found: dict[str, Known] = {}
    for start in range(0, len(codes), PART):
        rows = session().execute(sa.select(*KNOWN).where(Enterprise.credit_code.in_(codes[start : start + PART])))
        found |= {row.credit_code: Known(*row) for row in rows}
    return found


def namesakes(actor: Actor, names: Sequence[str]) -> list[Known]:
    """Enterprises in the actor's scope that may bear one of these names: the spelling is the caller's to compare."""
    found: list[Known] = []
    for start in range(0, len(names), PART):
        part = names[start : start + PART]
        letters = {letters[:200] for name in part if (letters := initials(name))}
        alike = sa.or_(Enterprise.initials.in_(sorted(letters)), Enterprise.name.in_(part))
        here = scope(sa.select(*KNOWN), Enterprise, actor).where(alike, Enterprise.status != EnterpriseStatus.MERGED)
        found += [Known(*row) for row in session().execute(here)]
    return found


def unlinked_samples(enterprise_ids: Sequence[int]) -> dict[int, int]:
    """Samples with the credit code of one of these enterprises that are linked to none: how many of each."""
    statement = (
        sa.select(Enterprise.id, sa.func.count())
        .join(Sample, Sample.sampled_credit_code == Enterprise.credit_code)
        .where(Enterprise.id.in_(enterprise_ids), Sample.sampled_enterprise_id.is_(None))
        .group_by(Enterprise.id)
    )
    return {enterprise_id: count for enterprise_id, count in session().execute(statement)}


def name_of(enterprise_id: int | None) -> str | None:
    return session().scalar(sa.select(Enterprise.name).where(Enterprise.id == enterprise_id))


def organisation_name(org_id: int) -> str | None:
    return session().scalar(sa.select(Organisation.name).where(Organisation.id == org_id))


@dataclass(frozen=True, slots=True)
class Taken:
    """Samples of one enterprise in one part: the latest, and how many of each conclusion."""

    latest: Sequence[Any]
    total: str
    conclusions: Sequence[tuple[str, int]]


def sampled_at(actor: Actor, enterprise_id: int) -> Taken:
    """作为被抽样单位."""
    return _samples(actor, Sample.sampled_enterprise_id == enterprise_id)


def produced_by(actor: Actor, enterprise_id: int) -> Taken:
    """作为标称生产企业."""
    return _samples(actor, Sample.producer_id == enterprise_id)


def _samples(actor: Actor, where: Any) -> Taken:
    names = ("id", "number", "product_name", "state", "sampled_on", "reported_on", "supervision", "monitoring", "pending_items")
    statement = scope(sa.select(*(getattr(Sample, name) for name in names)), Sample, actor)
    statement = statement.where(where, Sample.state != SampleState.VOIDED).order_by(Sample.id.desc())
    some = statement.limit(MOST_SAMPLES + 1).subquery()
    counts = session().execute(
        sa.select(some.c.state, some.c.supervision, sa.func.count()).group_by(some.c.state, some.c.supervision)
    ).all()
    total = sum(count for _, _, count in counts)
    conclusions: dict[str, int] = {}
    for state, supervision, count in counts:
        if state is SampleState.REPORTED and supervision is not None:
            conclusions[supervision.value] = conclusions.get(supervision.value, 0) + count
    capped = total > MOST_SAMPLES
    return Taken(
        session().execute(statement.limit(LATEST)).all(), f"{MOST_SAMPLES}+" if capped else str(total),
        [] if capped else sorted(conclusions.items()),
    )  # fmt: skip


def cases_of(actor: Actor, enterprise_id: int) -> Sequence[Any]:
    """核查处置 against it that the actor may see, newest first: its samples' cases for the part it played in them."""
    production = DisposalCase.party == Party.PRODUCTION
    there = sa.and_(Sample.sampled_enterprise_id == enterprise_id, sa.not_(production))
    made = sa.and_(Sample.producer_id == enterprise_id, production)
    columns = (
        DisposalCase.id, DisposalCase.number, DisposalCase.party, DisposalCase.failing_items, DisposalCase.state,
        DisposalCase.due_on, DisposalCase.closed_on, Sample.product_name,
    )  # fmt: skip
    statement = scope(sa.select(*columns).join(Sample, Sample.id == DisposalCase.sample_id), DisposalCase, actor)
    return session().execute(statement.where(sa.or_(there, made)).order_by(DisposalCase.id.desc()).limit(LATEST)).all()


def former_names(entries: Sequence[HistoryEntry]) -> list[tuple[str, Any]]:
    """曾用名 with the moment each was given up, from the history of corrections."""
    found = []
    for entry in entries:
        before, after = json.loads(entry.changes or "{}").get(TITLES["name"], (None, None))
        if before and before != after:
            found.append((before, entry.at))
    return found


def batch(actor: Actor, batch_id: int) -> ImportBatch | None:
    """One import of enterprises."""
    if batch_id > LARGEST_ID:
        return None
    statement = scope(sa.select(ImportBatch), ImportBatch, actor).where(ImportBatch.kind == IMPORT)
    return session().scalars(
        statement.where(ImportBatch.id == batch_id).execution_options(populate_existing=True)
    ).first()
