"""The one search box (全局检索): GET /search?q=…; a number that only one record bears goes straight to it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authorize import authorize, can, current_actor
from app.domain.permissions import Permission
from app.domain.search_grams import asks_enough
from app.pages.addresses import address_of
from app.search import marking, queries
from app.search.kinds import Kind
from app.search.queries import Group, Hit

bp = Blueprint("search", __name__, url_prefix="/search")


@bp.get("")
@authorize(Permission.SEARCH)
def index() -> ResponseReturnValue:
    typed = " ".join((request.args.get("q") or "").split())[: queries.LONGEST_QUERY]
    answer = queries.everything(current_actor(), typed)
    if answer.exact is not None and (straight := _address(answer.exact)) is not None:
        return redirect(straight, 303)
    return render_template(
        "search/index.html", q=typed, answer=answer, enough=asks_enough(answer.words), too_short=queries.TOO_SHORT,
        pieces=lambda text: marking.pieces(text, answer.words), address=_address, more_of=lambda group: _more(group, typed),
    )  # fmt: skip


def _address(hit: Hit) -> str | None:
    return address_of(hit.kind.table, hit.id)


def _more(group: Group, typed: str) -> str | None:
    """The list of this kind with the same words, and nothing else left out."""
    kind: Kind = group.kind
    if kind.list_endpoint is None or not can(kind.lists):
        return None
    query: dict[str, Any] = {**(kind.list_query or {}), "q": typed}
    return url_for(kind.list_endpoint, **query)
