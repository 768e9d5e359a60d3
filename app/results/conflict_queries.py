"""Conflicts of imports, read within the actor's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.results.bases import BY_ITSELF, KEPT
from app.results.models import ImportBatch, ImportConflict
from app.scope import scope

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Conflicts:
    """What the page shows of one import: what waits for a decision first, then what was decided, then what stayed by itself."""

    rows: Sequence[Any]
    kept: Sequence[Any]
    open_count: int
    waiting: int  # samples
    kept_count: int


def of_batch(actor: Actor, batch: ImportBatch, limit: int = SHOWN) -> Conflicts:
    """The conflicts of an import, as many as a page takes, and how many there are."""
    asked = sa.or_(ImportConflict.reason.is_(None), ImportConflict.reason.not_in(BY_ITSELF))
    ours = ImportConflict.reason == KEPT
    opened = sa.and_(asked, ImportConflict.choice.is_(None))
    return Conflicts(
        rows=_rows(actor, batch, asked, limit),
        kept=_rows(actor, batch, ours, limit),
        open_count=_count(actor, batch, sa.func.count(), opened),
        waiting=_count(actor, batch, sa.func.count(ImportConflict.number.distinct()), opened),
        kept_count=_count(actor, batch, sa.func.count(), ours),
    )


def _rows(actor: Actor, batch: ImportBatch, where: sa.ColumnElement[bool], limit: int) -> Sequence[Any]:
    statement = (
        sa.select(ImportConflict.__table__, User.name.label("decided_by"))
        .outerjoin(User, User.id == ImportConflict.decided_by_id)
        .where(ImportConflict.import_batch_id == batch.id, where)
        .order_by(ImportConflict.choice.is_not(None), ImportConflict.id)
    )
    return session().execute(scope(statement, ImportConflict, actor).limit(limit)).all()


def _count(actor: Actor, batch: ImportBatch, what: Any, where: sa.ColumnElement[bool]) -> int:
    statement = sa.select(what).select_from(ImportConflict).where(ImportConflict.import_batch_id == batch.id, where)
    return session().scalar(scope(statement, ImportConflict, actor)) or 0
