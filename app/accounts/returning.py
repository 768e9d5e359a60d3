"""登录超时后继续: what was being sent when the session had ended, carried through signing in again.

Nothing is kept on the server: the page that asks for the password holds the form, sealed with the secret of the installation and bound to
the person whose session it was. Somebody else who signs in there is shown none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app, request
from flask import session as cookie
from itsdangerous import BadData, URLSafeTimedSerializer

from app.accounts.confirming_views import FIELD
from app.accounts.forms import local_address
from app.accounts.models import UserSession
from app.accounts.sessions import TOKEN, token_hash
from app.db import session

SECONDS = 12 * 3600  # longer than anybody's day at one form; a page left open over night is filled in anew
NEVER_KEPT = frozenset({"accounts.change_password", "accounts.sign_out", "accounts.continue_session", "accounts.factors.give"})
DROPPED = frozenset({FIELD, "csrf_token", "auto"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was not accepted: where it was going, its fields in order, and from which page it came."""

    to: str
    fields: Sequence[tuple[str, str]]
    page: str | None
    files: bool


def seal() -> str | None:
    """The form of this request, sealed, when it is one of a person whose session is over; else None."""
    owner = _owner()
    if owner is None or request.method != "POST" or request.endpoint in NEVER_KEPT or not request.form or "auto" in request.form:
        return None
    fields = [[name, value] for name, values in request.form.lists() for value in values if name not in DROPPED]
    came = request.referrer or ""
    page = local_address("/" + came.removeprefix(request.url_root)) if came.startswith(request.url_root) else None
    to = request.full_path.rstrip("?")
    files = any(one.filename for one in request.files.values())
    return str(_serializer().dumps({"user": owner, "to": to, "fields": fields, "page": page, "files": files}))


def unseal(sealed: str | None, user_id: int) -> Kept | None:
    """What was sealed, for its owner; None for anybody else, for what is too old, and for what we never sealed."""
    if not sealed:
        return None
    try:
        held: dict[str, Any] = _serializer().loads(sealed, max_age=SECONDS)
    except BadData:
        return None
    to = local_address(held["to"])
    if held["user"] != user_id or to is None:
        return None
    return Kept(to, [(name, value) for name, value in held["fields"]], held["page"], held["files"])


def _owner() -> int | None:
    """Whose session this browser held, though it counts no more."""
    token = cookie.get(TOKEN)
    if not isinstance(token, str):
        return None
    return session().scalar(sa.select(UserSession.user_id).where(UserSession.token_hash == token_hash(token)))


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="kept form")
