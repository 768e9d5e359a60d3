"""Who asks, at the interface: the key of the Authorization header, and the actor it stands for.

A key acts as its user: the same permissions, the same rows. Nothing else is read, above all no cookie, so that a page of
another site can make a signed-in browser do nothing here.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app, g, request

from app import clock, history
from app.accounts.sessions import actor_of
from app.api import operations, queries
from app.api.models import ApiKey
from app.api.refusals import NoKey, OutOfScope
from app.authorize import act_as
from app.domain.actors import Channel
from app.domain.api_keys import KEY, ApiScope, holder_complaint, key_complaint
from app.labels import label

log = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., Any])
NOTHING = "0" * 64


def scoped(scope: ApiScope) -> Callable[[View], View]:
    """Mark a view with the scope its caller's key must have."""

    def marked(view: View) -> View:
        view.api_scope = scope  # type: ignore[attr-defined]
        return view

    return marked


def admit() -> ApiKey:
    """The key of this request; from here on its user acts.

    Raises NoKey.
    """
    history.channel.set(Channel.API)
    now = clock.now()
    kind, _, written = request.headers.get("Authorization", "").partition(" ")
    found = KEY.fullmatch(written.strip()) if kind.casefold() == "bearer" else None
    if found is None:
        raise NoKey
    key = queries.key_presented(found[1])
    same = hmac.compare_digest(key.secret_sha256 if key else NOTHING, operations.hash_of(found[0]))
    if complaint := _complaint(key, same, now):
        log.warning("api key %s refused (%s) from %s", found[1], complaint, request.remote_addr)
        raise NoKey
    assert key is not None
    g.shian_key = key
    act_as(replace(actor_of(key.user), account=f"接口密钥：{key.name}"))
    return key


def _complaint(key: ApiKey | None, same: bool, now: datetime) -> str:
    if key is None or not same:
        return "未签发"
    return key_complaint(key, clock.today()) or holder_complaint(key.user, now)


def refuse_beyond_scope(key: ApiKey) -> None:
    """Raises OutOfScope when the key does not name what this route does."""
    view: Any = current_app.view_functions[request.endpoint or ""]
    wanted: ApiScope = view.api_scope
    if wanted.value not in key.scopes:
        raise OutOfScope(label(wanted))
