"""Reading 变动告知: the list of an organisation, what it has not read, one notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.blinding import is_blind, open_lines, without, words_of
from app.db import session
from app.domain.actors import Actor
from app.domain.notices import NoticeKind
from app.notices.models import AmendmentNotice
from app.organisations.models import Organisation
from app.paging import page_size
from app.sampling.models import Sample
from app.scope import scope, visible


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件 of the list. ``below`` asks for those sent to the offices below as well."""

    unread: bool | None = None
    kind: str | None = None
    number: str | None = None  # of the sample
    below: bool = False


KEPT = ("state", "kind", "number", "below")
STATES = {"unread": True, "read": False}


def filters_asked(given: Mapping[str, Any]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    asked = {name: str(given.get(name, "")).strip()[:40] for name in KEPT}
    return Filters(STATES.get(asked["state"]), asked["kind"] or None, asked["number"] or None, asked["below"] == "1")


@dataclass(frozen=True, slots=True)
class Page:
    """One page, unread first, then the newest."""

    rows: Sequence[Any]
    number: int
    more: bool
    total: int


def _conditions(actor: Actor, filters: Filters) -> list[Any]:
    found: list[Any] = [] if filters.below else [AmendmentNotice.org_id == actor.org_id]
    if filters.unread is not None:
        found.append(AmendmentNotice.read_at.is_(None) if filters.unread else AmendmentNotice.read_at.is_not(None))
    if filters.kind:
        found.append(AmendmentNotice.kind == filters.kind)
    if filters.number:
        found.append(Sample.number.contains(filters.number, autoescape=True))
    return found


def _listed(actor: Actor, filters: Filters, *columns: Any) -> sa.Select[Any]:
    statement = sa.select(*columns).select_from(AmendmentNotice).join(Sample, Sample.id == AmendmentNotice.sample_id, isouter=True)
    return scope(statement, AmendmentNotice, actor).where(*_conditions(actor, filters))


def notices(actor: Actor, filters: Filters, number: int = 1) -> Page:
    """One page of the list; the sample is linked only where the reader may still open it."""
    size = page_size()
    statement = listed(actor, filters).order_by(AmendmentNotice.read_at.is_not(None), AmendmentNotice.id.desc())
    rows: Sequence[Any] = session().execute(statement.offset((number - 1) * size).limit(size + 1)).all()
    rows = seen(rows, actor)
    total = session().scalar(sa.select(sa.func.count()).select_from(_listed(actor, filters, AmendmentNotice.id).subquery())) or 0
    return Page(rows[:size], number, len(rows) > size, total)


def listed(actor: Actor, filters: Filters) -> sa.Select[Any]:
    sender, told, reader = sa.orm.aliased(Organisation), sa.orm.aliased(Organisation), sa.orm.aliased(User)
    openable = sa.case((visible(Sample, actor), Sample.id))
    return (
        _listed(
            actor, filters, *AmendmentNotice.__table__.c, Sample.number.label("sample_number"), openable.label("opens"),
            sender.name.label("sender"), told.name.label("told"), reader.name.label("reader"),
        )
        .join(sender, sender.id == AmendmentNotice.from_org_id)
        .join(told, told.id == AmendmentNotice.org_id)
        .join(reader, reader.id == AmendmentNotice.read_by_id, isouter=True)
    )  # fmt: skip


def seen(rows: Sequence[Any], actor: Actor) -> Sequence[Any]:
    """盲样检验: what a notice says of the firm is left out; of many samples at once, free text is left out wholly."""
    if not is_blind(actor):
        return rows
    words = words_of(row.sample_id for row in rows if row.sample_id is not None)
    return [SimpleNamespace(**{**row._mapping, "title": without(row.title, words), "text": _open(row, words)}) for row in rows]


def _open(row: Any, words: Sequence[str]) -> str:
    """Why a file was undone may name firms of other samples of that file."""
    about_one = row.sample_id is not None and row.kind not in (NoticeKind.IMPORT.value, NoticeKind.UNDO.value)
    return open_lines(row.text, words, reasons=about_one)


def notice(actor: Actor, notice_id: int) -> AmendmentNotice | None:
    return session().scalars(
        scope(sa.select(AmendmentNotice), AmendmentNotice, actor)
        .where(AmendmentNotice.id == notice_id)
        .execution_options(populate_existing=True)
    ).first()


def unread(actor: Actor) -> sa.Select[Any]:
    """Ids of what the actor's own organisation has not read."""
    statement = scope(sa.select(AmendmentNotice.id), AmendmentNotice, actor)
    return statement.where(AmendmentNotice.org_id == actor.org_id, AmendmentNotice.read_at.is_(None))
