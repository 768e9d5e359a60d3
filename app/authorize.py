"""``@authorize(permission, fetch)``: find the subject in scope (404), ask the permission table (403), hand it to the view.

``fetch`` is a query that takes the actor and the route's arguments and returns the subject or None. Every route carries
exactly one of these; ``current_actor()`` is who asks, on pages and in commands alike.
"""

from __future__ import annotations

import getpass
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import current_app, g, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import blinding
from app.accounts.proof import FactorWanted
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.permissions import Permission, may_ever, permits
from app.errors import NotAllowed, NotFound, SignInFirst
from app.organisations.models import Organisation

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
Fetch = Callable[..., Any]
OPEN = frozenset({Permission.PUBLIC})
CODE_DOOR = "accounts.factors.give"
CODE_DOORS = (CODE_DOOR, "accounts.factors.give_certificate")
ENROL_DOORS = ("accounts.factors.show", "accounts.factors.begin", "accounts.factors.bind")


def authorize(permission: Permission, fetch: Fetch | None = None) -> Callable[[View], View]:
    """Guard a view. With ``fetch`` the view receives the subject as its first argument instead of the route's values."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> ResponseReturnValue:
            if permission in OPEN:
                return view(**values)
            turned_away = _sign_in_first(permission)
            if turned_away is not None:
                return turned_away
            if fetch is None:
                _refuse_unless_possible(permission)
                return view(**values)
            return view(_subject(permission, fetch, values))

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.fetch = fetch  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard


def _refuse_unless_possible(permission: Permission) -> None:
    if not may_ever(current_actor(), permission):
        raise NotAllowed("您没有访问该页面的权限，如确需办理请联系本单位管理员", needed=permission)


def _subject(permission: Permission, fetch: Fetch, values: dict[str, Any]) -> Any:
    """The record the route is about: 404 when the actor may not know of it, 403 when he may not do this with it."""
    actor = current_actor()
    subject = fetch(actor, **values)
    if subject is None:
        raise NotFound("没有找到该记录，可能编号有误、已作废或不在您的管辖范围内")
    if not permits(actor, permission, subject):
        raise NotAllowed("您没有办理该事项的权限，如确需办理请联系科室负责人", needed=permission)
    blinding.about(subject, actor)
    return subject


def _sign_in_first(permission: Permission) -> ResponseReturnValue | None:
    if "shian_key" in g:  # 数据接口: its key was examined before the view; the key's user acts, and no browser session counts
        return None
    if not current_user.is_authenticated:
        raise SignInFirst
    if current_user.must_change and permission is not Permission.SIGNED_IN and current_user.factor_wanted is not FactorWanted.CODE:
        return redirect(url_for("accounts.change_password"), 303)
    return _factor_first()


def _factor_first() -> ResponseReturnValue | None:
    """双因素: until the code has been given nothing but giving it and signing out; who must bind one changes a first password before."""
    wanted, here = current_user.factor_wanted, request.endpoint or ""
    if wanted is None or here == "accounts.sign_out" or (wanted is FactorWanted.ENROL and current_user.must_change):
        return None
    doors = CODE_DOORS if wanted is FactorWanted.CODE else ENROL_DOORS
    if here in doors:
        return None
    return redirect(url_for(doors[0], next=request.full_path if request.method == "GET" else None), 303)


def current_actor() -> Actor:
    """Who asks: the signed-in person on a page, the operator (or ``--as``) in a command."""
    if "shian_actor" in g:
        found: Actor = g.shian_actor
        return found
    if has_request_context() and current_user.is_authenticated:
        g.shian_actor = current_user.actor
        return current_user.actor  # type: ignore[no-any-return]
    if has_request_context():
        raise NotAllowed("请先登录")
    raise RuntimeError("no actor: commands call act_as() first")


def act_as(actor: Actor) -> None:
    """Set the actor of this command or job."""
    g.shian_actor = actor


def reach(path: str) -> frozenset[int]:
    """Ids of the organisation with this path and of all below it."""
    return frozenset(
        session().scalars(sa.select(Organisation.id).where(Organisation.path.startswith(path, autoescape=True)))
    )


def local_operator() -> Actor:
    """命令行: the operator at the machine, with every data permission but approval (which needs a person)."""
    root = session().scalars(sa.select(Organisation).where(Organisation.parent_id.is_(None)).order_by(Organisation.id)).first()
    if root is None:
        raise NotFound("数据库中还没有机构，请先运行 flask db upgrade")
    roles = frozenset({Role.SAMPLER, Role.HANDLER, Role.REVIEWER, Role.STATISTICIAN, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN})
    return Actor(None, "命令行", roles, root.id, root.path, reach(root.path), account=_account())


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "未知系统账户"


def can(permission: Permission, subject: Any = None) -> bool:
    """For templates: show the button only to those who may press it."""
    actor = current_actor()
    return permits(actor, permission, subject) if subject is not None else may_ever(actor, permission)


def permission_of(endpoint: str) -> Permission | None:
    """The permission a route carries, or None when it carries none (a test forbids that)."""
    view = current_app.view_functions[endpoint]
    found = getattr(inspect.unwrap(view, stop=lambda step: hasattr(step, "permission")), "permission", None)
    return found if isinstance(found, Permission) else None
