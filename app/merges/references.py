"""What points to a record of the register: found in the schema itself, so that a table added tomorrow is moved as well.

Foreign keys to ``enterprise.id``, and rows that name their subject by kind and id. What a merge leaves alone: the history, which
stays with the record it was written for, and the records of merges themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.db import Base, session
from app.domain.workflow import ListingState
from app.enterprises.models import Enterprise, EnterpriseLicence
from app.listings.models import CreditListing
from app.merges.models import EnterpriseMerge

KIND = Enterprise.__tablename__
LEFT = (KIND, EnterpriseMerge.__tablename__, "history_entry")
SOFT = ("subject_kind", "subject_id")
PART = 500


@dataclass(frozen=True, slots=True)
class Once:
    """What one enterprise may have once: the other columns of the key, and the rows it is about."""

    others: tuple[str, ...]
    where: Any = None


LICENCES, LISTINGS = EnterpriseLicence.__tablename__, CreditListing.__tablename__
ONCE_BY_RULE = {  # kept by the program rather than by the database
    LICENCES: Once(("number",), EnterpriseLicence.ended_at.is_(None)),
    LISTINGS: Once((), CreditListing.state.in_((ListingState.PROPOSED, ListingState.LISTED))),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """One column that points to enterprises."""

    table: Any
    column: str
    once: tuple[Once, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.table.name}.{self.column}"

    def of(self, enterprise_id: int) -> Any:
        """The rows that point to it."""
        here = self.table.c[self.column] == enterprise_id
        return sa.and_(here, self.table.c[SOFT[0]] == KIND) if self.column == SOFT[1] else here


@dataclass(frozen=True, slots=True)
class Share:
    """The rows of one reference: those that move, and those that the kept record already has one of."""

    reference: Reference
    moving: Sequence[int]
    staying: Sequence[int]


def references() -> list[Reference]:
    """In the order of the tables' names."""
    return [
        Reference(table, column.name, _once(table, column.name))
        for _, table in sorted(Base.metadata.tables.items())
        if table.name not in LEFT
        for column in table.columns
        if any(key.target_fullname == f"{KIND}.id" for key in column.foreign_keys) or _is_soft(table, column.name)
    ]


def _is_soft(table: Any, name: str) -> bool:
    return name == SOFT[1] and SOFT[0] in table.c


def _once(table: Any, name: str) -> tuple[Once, ...]:
    found = [
        Once(tuple(one.name for one in unique.columns if one.name != name), _where(unique))
        for unique in (*table.constraints, *table.indexes)
        if (isinstance(unique, sa.UniqueConstraint) or getattr(unique, "unique", False)) and name in unique.columns
    ]
    by_rule = ONCE_BY_RULE.get(table.name)
    return (*found, by_rule) if by_rule is not None else tuple(found)


def _where(unique: Any) -> Any:
    return unique.dialect_options["sqlite"].get("where") if isinstance(unique, sa.Index) else None


def shares(kept_id: int, merged_id: int) -> list[Share]:
    """What a merge would move and leave, reference by reference; none without rows."""
    found = []
    for reference in references():
        ids = session().scalars(sa.select(reference.table.c.id).where(reference.of(merged_id)).order_by(reference.table.c.id)).all()
        if ids:
            staying = {one for once in reference.once for one in _twice(reference, once, kept_id, merged_id)}
            found.append(Share(reference, [one for one in ids if one not in staying], sorted(staying)))
    return found


def _twice(reference: Reference, once: Once, kept_id: int, merged_id: int) -> list[int]:
    """Rows of the merged record that the kept one has its own of."""
    has = {key for _, key in _keys(reference, once, kept_id)}
    return [one for one, key in _keys(reference, once, merged_id) if key in has and None not in key]


def _keys(reference: Reference, once: Once, enterprise_id: int) -> list[tuple[int, tuple[Any, ...]]]:
    columns = [reference.table.c[name] for name in once.others]
    statement = sa.select(reference.table.c.id, *columns).where(reference.of(enterprise_id))
    if once.where is not None:
        statement = statement.where(once.where)
    return [(row[0], tuple(row[1:])) for row in session().execute(statement)]


def point(reference: Reference, ids: Sequence[int], before: int, after: int) -> list[int]:
    """Point those of these rows that still point to ``before`` to ``after``; returns which.

    The link is no step of a workflow and changes nothing that was written on a record: states and versions stay.
    """
    moved: list[int] = []
    for start in range(0, len(ids), PART):
        table, part = reference.table, ids[start : start + PART]
        still = session().scalars(sa.select(table.c.id).where(table.c.id.in_(part), reference.of(before))).all()
        session().execute(sa.update(table).where(table.c.id.in_(still)).values({reference.column: after}))
        moved += still
    return moved
