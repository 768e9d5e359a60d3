"""Reading 常用语: the lists that a person keeps, and what is offered beside an opinion."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.phrases import DEFAULTS
from app.phrases.models import Phrase


@dataclass(frozen=True, slots=True)
class Offered:
    """What is offered to one person: his own, and the office's (or those that every office begins with)."""

    own: Sequence[str]
    office: Sequence[str]


def kept(actor: Actor, *, office: bool) -> Sequence[Phrase]:
    """The list that stands, in its order: the actor's own, or that of his office."""
    whose = Phrase.user_id.is_(None) if office else Phrase.user_id == actor.user_id
    statement = sa.select(Phrase).where(Phrase.org_id == actor.org_id, whose, Phrase.retired_at.is_(None))
    return session().scalars(statement.order_by(Phrase.position, Phrase.id)).all()


def offered(actor: Actor) -> Offered:
    """The actor's own wherever he kept them, and those of his office and the offices above it, nearest first; in one question."""
    above = [int(part) for part in actor.org_path.split("/") if part]
    whose = sa.or_(Phrase.user_id == actor.user_id, sa.and_(Phrase.user_id.is_(None), Phrase.org_id.in_(above)))
    columns = (Phrase.user_id, Phrase.org_id, Phrase.text, Phrase.position, Phrase.id)
    rows = sorted(
        session().execute(sa.select(*columns).where(whose, Phrase.retired_at.is_(None))).all(),
        key=lambda row: (-above.index(row.org_id) if row.org_id in above else 0, row.position, row.id),
    )
    office = tuple(dict.fromkeys(row.text for row in rows if row.user_id is None))
    return Offered(tuple(dict.fromkeys(row.text for row in rows if row.user_id is not None)), office or DEFAULTS)


def stamp(phrases: Sequence[Phrase]) -> str:
    """What a list held when it was shown, so that of two people who change it at once the second is told."""
    return hashlib.sha256("\n".join(f"{one.id} {one.position} {one.text}" for one in phrases).encode()).hexdigest()[:16]
