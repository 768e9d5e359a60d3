"""常用查询 kept, shared and removed; a bulk action carried out row by row; the tour that was seen. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy.orm.exc import StaleDataError

from app import history
from app.db import session
from app.desk import queries
from app.desk.models import BulkAction, SavedView, UserPreference
from app.domain.actors import Actor
from app.downloads.lists import ListSource
from app.errors import NotAllowedNow, NotLikeThis, Refused
from app.paging import SIZES

KIND = SavedView.__tablename__
LONGEST_QUERY = 1000
MOST_VIEWS = 50
MOST_ROWS = 200
STALE = "该记录刚被他人修改，请刷新列表后重试"


def save(actor: Actor, source: ListSource, name: str, query: Mapping[str, Any], at: datetime, *, shared: bool = False) -> SavedView:
    """存为常用查询. A view of the same name and list takes the new conditions.

    Raises NotLikeThis for a name that says nothing, or too many conditions.
    """
    if actor.user_id is None:
        raise NotLikeThis("常用查询属于个人，请用 --as 指明用户")
    name = " ".join(name.split())
    if not name or len(name) > 60:
        raise NotLikeThis("请填写名称，不超过 60 个字，如 本月不合格", field="name")
    address = queries.as_address(query)
    if address is not None and len(address) > LONGEST_QUERY:
        raise NotLikeThis("查询条件过长，无法保存，请减少条件", field="name")
    found = queries.named(actor, source.code, name)
    if found is None:
        _refuse_hoarding(actor)
        found = SavedView(org_id=actor.org_id, created_by_id=actor.user_id, list_code=source.code, name=name, shared=False, created_at=at)
        session().add(found)
    found.query, found.shared = address, shared
    session().flush()
    _note(actor, found, "save_view", f"{source.title}：{queries.in_words(source, query)}{'；与同事共享' if shared else ''}")
    return found


def _refuse_hoarding(actor: Actor) -> None:
    own = [one for one in queries.shown_to(actor) if one.own]
    if len(own) >= MOST_VIEWS:
        raise NotAllowedNow(f"常用查询最多保存 {MOST_VIEWS} 个，请先删除不用的")


def share(actor: Actor, view: SavedView, shared: bool, *, seen: int | None = None) -> None:
    """共享 with the colleagues of the office, or no longer."""
    _same(view, seen)
    view.shared = shared
    _note(actor, view, "share_view", "与同事共享" if shared else "不再共享")


def remove(actor: Actor, view: SavedView, *, seen: int | None = None) -> None:
    """删除: a view is a person's own tool, no record of business; that it was there stays in the history."""
    _same(view, seen)
    _note(actor, view, "remove_view", view.query)
    session().delete(view)


def _same(view: SavedView, seen: int | None) -> None:
    if seen is not None and view.version != seen:
        raise NotAllowedNow("该常用查询刚被修改，请刷新页面后再操作")


def _note(actor: Actor, view: SavedView, step: str, comment: str | None) -> None:
    history.record(KIND, view.id, step, actor, org_id=view.org_id, name=view.name, comment=comment)


# ---------------------------------------------------------------- bulk

Within = Callable[[], AbstractContextManager[Any]]


def open_action(actor: Actor, kind: str, title: str, asked: int, at: datetime, key: str | None) -> BulkAction:
    """A bulk action of so many rows, before the first of them. Runs inside a transaction.

    Raises NotLikeThis when nothing was ticked, or too much.
    """
    if not asked:
        raise NotLikeThis("请先在列表中勾选要办理的记录")
    if asked > MOST_ROWS:
        raise NotLikeThis(f"一次最多办理 {MOST_ROWS} 条，请分几次勾选")
    made = BulkAction(
        org_id=actor.org_id, kind=kind, title=title, asked=asked, done=0, outcomes=[], created_at=at, created_by_id=actor.user_id,
        submission_key=key,
    )  # fmt: skip
    session().add(made)
    session().flush()
    return made


def carry_out(rows: Iterable[tuple[int, str]], act: Callable[[int], str], within: Within) -> list[dict[str, Any]]:
    """Each row in a transaction of its own: what one refuses does not hold up the others. Returns an outcome for every row.

    ``act`` takes the id of a row and answers with what was done; ``within`` opens a transaction.
    """
    outcomes = []
    for row_id, name in rows:
        try:
            with within():
                said, done = act(row_id), True
        except Refused as refusal:
            said, done = refusal.sentence, False
        except StaleDataError:
            said, done = STALE, False
        outcomes.append({"id": row_id, "name": name, "done": done, "said": said})
    return outcomes


def finish(action: BulkAction, outcomes: list[dict[str, Any]]) -> None:
    """What became of every row. Runs inside a transaction."""
    action.outcomes, action.done = outcomes, sum(one["done"] for one in outcomes)


def several(
    actor: Actor, kind: str, title: str, rows: Mapping[int, str], act: Callable[[int], str], within: Within, at: datetime,
    key: str | None = None, unknown: Mapping[str, str] | None = None,
) -> BulkAction:
    """A bulk action from the first row to the last, by page or command: ``rows`` are ids with the names they are told by.

    ``unknown`` are names that were asked for and are nothing that can be acted on, with the reason: they are told with the others.

    Raises NotLikeThis when nothing was ticked, or too much.
    """
    with within():
        begun = open_action(actor, kind, title, len(rows) + len(unknown or ()), at, key).id
    outcomes = carry_out(rows.items(), act, within)
    outcomes += [{"id": None, "name": name, "done": False, "said": why} for name, why in (unknown or {}).items()]
    with within():
        made = session().get_one(BulkAction, begun)
        finish(made, outcomes)
    return made


# ---------------------------------------------------------------- preferences

def see_tour(actor: Actor, at: datetime) -> None:
    """The tour has been seen, or is not wanted."""
    _preference(actor, at).tour_seen_at = at


def prefer_rows(actor: Actor, rows: int, at: datetime) -> None:
    """每页行数 of every list from now on. Raises NotLikeThis for a number that is not offered."""
    if rows not in SIZES:
        raise NotLikeThis(f"每页行数可选 {'、'.join(map(str, SIZES))}")
    _preference(actor, at).rows_per_page = rows


def _preference(actor: Actor, at: datetime) -> UserPreference:
    found = queries.preference(actor)
    if found is None:
        found = UserPreference(user_id=actor.user_id, saved_at=at)
        session().add(found)
    found.saved_at = at
    return found
