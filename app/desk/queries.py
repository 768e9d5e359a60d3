"""Reading 常用查询, 批量操作 and 个人偏好."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

import sqlalchemy as sa
from flask import has_request_context
from werkzeug.datastructures import MultiDict

from app.accounts.models import User
from app.authorize import can
from app.db import session
from app.desk.models import BulkAction, SavedView, UserPreference
from app.domain.actors import Actor
from app.downloads.lists import ListSource, every
from app.downloads.showing import page_of
from app.scope import scope

LARGEST_ID = 2**63 - 1
Row = SavedView


@dataclass(frozen=True, slots=True)
class Shown:
    """A saved view as the page lists it: where it leads, what it asks, whose it is."""

    id: int
    name: str
    list_title: str
    conditions: str
    at: str
    owner: str
    own: bool
    shared: bool


def view(actor: Actor, view_id: int) -> SavedView | None:
    """One of the actor's own, as the database has it now."""
    if view_id > LARGEST_ID:
        return None
    statement = sa.select(Row).where(Row.id == view_id).execution_options(populate_existing=True)
    return session().scalars(scope(statement, Row, actor)).first()


def named(actor: Actor, list_code: str, name: str) -> SavedView | None:
    """The actor's own view of this list under this name."""
    statement = sa.select(Row).where(Row.list_code == list_code, Row.name == name)
    return session().scalars(scope(statement, Row, actor)).first()


def shown_to(actor: Actor, list_code: str | None = None) -> list[Shown]:
    """The actor's own views and what colleagues of his office share, of lists that he may open."""
    ours = sa.and_(Row.org_id == actor.org_id, Row.shared)
    statement = (
        sa.select(Row, User.name.label("owner")).join(User, User.id == Row.created_by_id)
        .where(sa.or_(Row.created_by_id == actor.user_id, ours))
    )  # fmt: skip
    if list_code is not None:
        statement = statement.where(Row.list_code == list_code)
    rows = session().execute(statement.order_by(Row.list_code, Row.shared, Row.name, Row.id)).all()
    found = [_shown(actor, row, owner) for row, owner in rows]
    return [one for one in found if one is not None]


def _shown(actor: Actor, row: SavedView, owner: str) -> Shown | None:
    """None where the list is gone, or not this reader's: a colleague may hold another post."""
    source = every().get(row.list_code)
    if source is None or not can(source.permission):
        return None
    query = written(row.query)
    at = page_of(source, query) if has_request_context() else ""  # a command leads nowhere
    if at is None:
        return None
    words = source.words(source.asked(_asked(query)))
    return Shown(row.id, row.name, source.title, words, at, owner, row.created_by_id == actor.user_id, row.shared)


def _asked(query: Mapping[str, Any]) -> Any:
    return MultiDict(query)


def written(query: str | None) -> dict[str, Any]:
    """The conditions of an address as they are kept."""
    return {name: values if len(values) > 1 else values[0] for name, values in parse_qs(query or "").items()}


def as_address(query: Mapping[str, Any]) -> str | None:
    """The conditions as they stand in an address."""
    return urlencode(query, doseq=True) or None


def in_words(source: ListSource, query: Mapping[str, Any]) -> str:
    return source.words(source.asked(_asked(query)))


def lists_of(actor: Actor) -> Sequence[ListSource]:
    """Lists with a page of their own that the actor may open."""
    return [source for source in every().values() if source.endpoints and can(source.permission)]


# ---------------------------------------------------------------- bulk actions

def action(actor: Actor, action_id: int) -> BulkAction | None:
    if action_id > LARGEST_ID:
        return None
    return session().scalars(scope(sa.select(BulkAction).where(BulkAction.id == action_id), BulkAction, actor)).first()


def sent_before(key: str) -> BulkAction | None:
    """What an earlier sending of the same page began."""
    return session().scalars(sa.select(BulkAction).where(BulkAction.submission_key == key)).first()


# ---------------------------------------------------------------- preferences

def preference(actor: Actor) -> UserPreference | None:
    return session().scalars(sa.select(UserPreference).where(UserPreference.user_id == actor.user_id)).first()


def tour_seen(actor: Actor) -> bool:
    """Has the person seen the tour, or declined it?"""
    found = sa.select(UserPreference.id).where(UserPreference.user_id == actor.user_id, UserPreference.tour_seen_at.is_not(None))
    return session().scalar(found) is not None
