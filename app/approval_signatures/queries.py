"""Reading signatures: the list within the reader's sight, one of them, and the names of the records that were signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from app import clock
from app.accounts.models import ApprovalSignature
from app.db import Base, session
from app.domain.actors import Actor
from app.domain.trust_kinds import SignatureCheck
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.scope import scope

PAGE = 50
COUNTED = 10_000
AT_ONCE = 500
LARGEST_ID = 2**63 - 1
Row = ApprovalSignature
NAMED = ("number", "title", "name", "code")  # the columns by which a record is called, the best first
# Kinds without a page of their own: the column that names the record on whose page they stand.
STANDS_ON: Mapping[str, tuple[str, str]] = {"clock_change": ("clock_id", "legal_clock"), "risk_event": ("enterprise_id", "enterprise")}


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition. Dates are the office's days."""

    q: str | None = None  # the person
    kind: str | None = None
    meaning: str | None = None
    state: SignatureCheck | None = None
    from_on: date | None = None
    to_on: date | None = None


COLUMNS = (
    Row.id, Row.signed_at, Row.name, Row.subject_kind, Row.subject_id, Row.step, Row.meaning, Row.method, Row.record_sha256,
    Row.record_version, Row.checked, Organisation.name.label("org_name"),
)  # fmt: skip


def listed(actor: Actor, filters: Filters, *columns: Any) -> sa.Select[Any]:
    """The signatures that the actor may read."""
    statement = sa.select(*columns).select_from(Row).join(Organisation, Organisation.id == Row.org_id)
    if filters.kind is not None:
        statement = statement.where(Row.subject_kind == filters.kind)
    if filters.state is not None:
        statement = statement.where(Row.checked == filters.state)
    if filters.q:
        statement = statement.where(Row.name.contains(filters.q, autoescape=True))
    if filters.meaning:
        statement = statement.where(Row.meaning.contains(filters.meaning, autoescape=True))
    if filters.from_on is not None:
        statement = statement.where(Row.signed_at > clock.end_of_day(filters.from_on - timedelta(days=1)))
    if filters.to_on is not None:
        statement = statement.where(Row.signed_at <= clock.end_of_day(filters.to_on))
    return scope(statement, Row, actor)


def signatures(actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None) -> Page:
    """The list by key, newest first."""
    statement, ids = (listed(actor, filters, *wanted) for wanted in (COLUMNS, (Row.id,)))
    return page(statement, ids, Row.id, before=before, after=after, size=PAGE, most=COUNTED)


def every_signature(actor: Actor, filters: Filters) -> Sequence[Any]:
    return session().execute(listed(actor, filters, *COLUMNS).order_by(Row.id.desc()).limit(COUNTED)).all()


def signature(actor: Actor, signature_id: int) -> ApprovalSignature | None:
    """One signature of the actor's sight, with what was signed."""
    if signature_id > LARGEST_ID:
        return None
    statement = sa.select(Row).where(Row.id == signature_id).options(undefer(Row.content))
    return session().scalars(scope(statement, Row, actor)).first()


def names_of(rows: Iterable[Any]) -> Mapping[tuple[str, int], str]:
    """By kind and id, what the signed records are called; those that are gone are left out."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        wanted.setdefault(row.subject_kind, set()).add(row.subject_id)
    found: dict[tuple[str, int], str] = {}
    for kind, ids in wanted.items():
        table = Base.metadata.tables[kind]
        column = next((table.c[name] for name in NAMED if name in table.c), None)
        if column is None:
            continue
        some = sorted(ids)
        for start in range(0, len(some), AT_ONCE):
            part = sa.select(table.c.id, column).where(table.c.id.in_(some[start : start + AT_ONCE]))
            found |= {(kind, number): name for number, name in session().execute(part) if name}
    return found


def stands_on(kind: str, subject_id: int) -> tuple[str, int | None]:
    """Kind and id of the record on whose page this one is shown: itself, as a rule."""
    if kind not in STANDS_ON:
        return kind, subject_id
    column, other = STANDS_ON[kind]
    table = Base.metadata.tables[kind]
    return other, session().scalar(sa.select(table.c[column]).where(table.c.id == subject_id))


def counted() -> Mapping[str, int]:
    """How many signatures there are, by kind of record."""
    rows = session().execute(sa.select(Row.subject_kind, sa.func.count()).group_by(Row.subject_kind).order_by(Row.subject_kind)).all()
    return {row[0]: row[1] for row in rows}
