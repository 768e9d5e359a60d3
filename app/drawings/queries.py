"""Draws, read: one with its frozen list, and the list of draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload, undefer

from app import keyset
from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.sampling_kinds import DrawKind
from app.domain.workflow import DrawingState
from app.drawings.models import Drawing, DrawingEntry
from app.organisations.models import Organisation
from app.paging import page_size
from app.scope import scope

ENTRIES = 500  # of a list on one page
LARGEST_ID = 2**63 - 1
COUNTED = 10_000


def drawing(actor: Actor, drawing_id: int) -> Drawing | None:
    """One draw of the actor's reach with its list, as the database has it now."""
    return _drawing(actor, drawing_id, selectinload(Drawing.entries), undefer(Drawing.pool_text))


def drawing_alone(actor: Actor, drawing_id: int) -> Drawing | None:
    """The same without its list, which may hold every enterprise of a city."""
    return _drawing(actor, drawing_id)


def _drawing(actor: Actor, drawing_id: int, *options: Any) -> Drawing | None:
    if drawing_id > LARGEST_ID:
        return None
    statement = scope(sa.select(Drawing), Drawing, actor).where(Drawing.id == drawing_id)
    return session().scalars(statement.options(*options).execution_options(populate_existing=True)).first()


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a frozen list by ordinal, with how many there are in all and how many may be drawn."""

    rows: Sequence[DrawingEntry]
    total: int
    eligible: int
    start: int

    @property
    def previous(self) -> int | None:
        return max(1, self.start - ENTRIES) if self.start > 1 else None

    @property
    def following(self) -> int | None:
        return self.start + ENTRIES if self.start + ENTRIES <= self.total else None


def listed(drawing_id: int, start: int = 1) -> Listed:
    """The list from this ordinal on."""
    of = DrawingEntry.drawing_id == drawing_id
    counted = sa.select(sa.func.count(), sa.func.count().filter(DrawingEntry.excluded_why.is_(None))).where(of)
    total, eligible = session().execute(counted).one()
    start = start if 1 <= start <= total else 1
    shown = sa.select(DrawingEntry).where(of, DrawingEntry.ordinal.between(start, start + ENTRIES - 1))
    return Listed(session().scalars(shown.order_by(DrawingEntry.ordinal)).all(), total, eligible, start)


def drawn_of(drawing_id: int) -> Sequence[DrawingEntry]:
    """Those drawn, in the order drawn, without the rest of the list."""
    drawn = sa.select(DrawingEntry).where(DrawingEntry.drawing_id == drawing_id, DrawingEntry.drawn_rank.is_not(None))
    return session().scalars(drawn.order_by(DrawingEntry.drawn_rank)).all()


def of_form(key: str) -> Drawing | None:
    """What was frozen by this form before: sent twice, it is frozen once."""
    return session().scalars(sa.select(Drawing).where(Drawing.submission_key == key)).first()


def drawn_entries(drawing: Drawing) -> list[DrawingEntry]:
    """Those drawn, in the order drawn."""
    return sorted((entry for entry in drawing.entries if entry.drawn_rank is not None), key=lambda entry: entry.drawn_rank or 0)


def name_of(user_id: int | None) -> str | None:
    return session().scalar(sa.select(User.name).where(User.id == user_id)) if user_id is not None else None


def organisation_name(org_id: int) -> str:
    return session().scalar(sa.select(Organisation.name).where(Organisation.id == org_id)) or ""


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件."""

    kind: DrawKind | None = None
    state: DrawingState | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first; ``before`` and ``after`` are ids."""

    rows: Sequence[Any]
    total: str
    previous: int | None
    following: int | None


COLUMNS = (
    Drawing.id, Drawing.number, Drawing.kind, Drawing.subject, Drawing.state, Drawing.take, Drawing.committed_at, Drawing.drawn_at,
    Organisation.name.label("org_name"),
    sa.select(sa.func.count()).where(DrawingEntry.drawing_id == Drawing.id).correlate(Drawing).scalar_subquery().label("entries"),
)  # fmt: skip


def chosen_drawings(actor: Actor, filters: Filters) -> sa.Select[Any]:
    chosen = scope(sa.select(*COLUMNS).join(Organisation, Organisation.id == Drawing.org_id), Drawing, actor)
    if filters.kind:
        chosen = chosen.where(Drawing.kind == filters.kind)
    return chosen.where(Drawing.state == filters.state) if filters.state else chosen


def drawings(actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None) -> Page:
    """随机抽取, newest first. ``before`` asks for older ones, ``after`` for newer ones."""
    size = page_size()
    chosen = chosen_drawings(actor, filters)
    ids = chosen.with_only_columns(Drawing.id)
    if after is not None:
        found = session().execute(chosen.where(Drawing.id > after).order_by(Drawing.id).limit(size + 1)).all()
        rows, newer, older = found[:size][::-1], len(found) > size, True
    else:
        if before is not None:
            chosen = chosen.where(Drawing.id < before)
        found = session().execute(chosen.order_by(Drawing.id.desc()).limit(size + 1)).all()
        rows, newer, older = found[:size], before is not None, len(found) > size
    return Page(
        rows, keyset.total(ids, COUNTED),
        rows[0].id if rows and newer else None, rows[-1].id if rows and older else None,
    )  # fmt: skip


def finished(actor: Actor, kind: DrawKind) -> Sequence[Any]:
    """The latest finished draws of a kind, to make tasks of."""
    return session().execute(
        scope(sa.select(Drawing.id, Drawing.number, Drawing.subject), Drawing, actor)
        .where(Drawing.kind == kind, Drawing.state == DrawingState.DRAWN)
        .order_by(Drawing.id.desc())
        .limit(50)
    ).all()
