"""Server-side sessions: the cookie holds a random token, the table decides whether it still counts."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.orm import joinedload, selectinload, with_expression
from werkzeug.wrappers import Response

from app import clock, history, rule_editions, settings
from app.accounts.models import SecondFactor, User, UserCertificate, UserSession
from app.accounts.proof import Proof, wanted
from app.authorize import reach
from app.db import session, transaction
from app.delegations.models import Delegation
from app.delegations.standing import stands
from app.desk.models import UserPreference
from app.domain.actors import ADMINISTRATORS, Actor, Channel
from app.domain.trust_kinds import SignMethod

TOKEN = "sid"  # noqa: S105  the name of a cookie value
LAST = "last"  # 上次登录时间和地址, in words; said in the header
SEEN_EVERY = timedelta(seconds=60)  # writing at every click would make every page a write
FORBIDDEN = 403
BY_ITSELF = frozenset({"accounts.session_state", "pages.counts"})  # asked by open pages, not by a person: they prolong nothing

manager = LoginManager()


@dataclass(frozen=True, slots=True)
class Person:
    """The signed-in person in plain values: a rollback expires rows, and the error page still has to name its reader."""

    id: int
    username: str
    name: str
    position: str | None
    org_id: int
    org_name: str
    password_changed_at: datetime | None


class SignedIn(UserMixin):  # type: ignore[misc]
    """The signed-in person as the pages see them."""

    def __init__(self, user: User, session_id: int, seen_at: datetime, until: datetime, idle: timedelta, proof: Proof) -> None:
        self.user = Person(
            user.id, user.username, user.name, user.position, user.org_id, user.organisation.name, user.password_changed_at
        )
        self.session_id = session_id
        self.seen_at = seen_at
        self.until = until
        self.idle = idle
        self.proof = proof
        self.factor_wanted = wanted(user.roles, proof)
        self.must_change = user.must_change or _password_expired(user)
        self.actor = actor_of(user)
        self.rows_per_page = user.rows_per_page

    @property
    def left(self) -> timedelta:
        """How long the session counts from now on, if nothing is done: the idle time or the end of the longest session."""
        now = clock.now()
        return max(min(self.seen_at + self.idle, self.until) - now, timedelta(0))

    def get_id(self) -> str:
        return str(self.session_id)


def actor_of(user: User) -> Actor:
    """The actor of a user whose organisation and grants are loaded, with the people he stands in for today."""
    path = user.organisation.path
    actor = Actor(user.id, user.name, user.roles, user.org_id, path, reach(path))
    return replace(actor, principals=_principals(user.id)) if user.stands_in else actor


def _principals(user_id: int) -> tuple[Actor, ...]:
    """委托人: working accounts, each with what they may do themselves."""
    theirs = sa.select(Delegation.from_user_id).where(Delegation.to_user_id == user_id, stands(clock.today()))
    people = session().scalars(
        sa.select(User).where(User.id.in_(theirs), User.active).options(*WITH_GRANTS).order_by(User.id)
    )
    return tuple(
        Actor(one.id, one.name, one.roles, one.org_id, one.organisation.path, reach(one.organisation.path)) for one in people
    )


WITH_GRANTS = (joinedload(User.organisation), selectinload(User.grants))


def _password_expired(user: User) -> bool:
    days = current_app.config["PASSWORD_DAYS"]
    if not days or user.password_changed_at is None:
        return False
    return bool(clock.now() - user.password_changed_at > timedelta(days=days))


def load_user(where: Any) -> User | None:
    """One user with organisation and grants, and whether somebody has left him approvals today.

    The same statement tells whether the settings of the page have moved, and puts them in force in this process.
    """
    return _in_force(session().scalars(_people(clock.today()).where(where)).first())


def _in_force(user: User | None) -> User | None:
    if user is not None:
        settings.refresh(user.settings_stamp or 0, user.rules_stamp or 0)
    return user


PREFERRED = sa.select(UserPreference.rows_per_page).where(UserPreference.user_id == User.id).scalar_subquery()


@lru_cache(maxsize=2)
def _people(today: date) -> sa.Select[tuple[User]]:
    stood = sa.exists().where(Delegation.to_user_id == User.id, stands(today))
    asked = (
        with_expression(User.stands_in, stood), with_expression(User.settings_stamp, settings.newest()),
        with_expression(User.rules_stamp, rule_editions.newest()), with_expression(User.rows_per_page, PREFERRED),
    )  # fmt: skip
    return sa.select(User).options(*WITH_GRANTS, *asked).execution_options(populate_existing=True)


@lru_cache(maxsize=2)
def _one(today: date) -> sa.Select[tuple[User]]:
    """Asked by every request: a statement that is kept is not looked through again."""
    return _people(today).where(User.id == sa.bindparam("number"))


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("ascii", "replace")).hexdigest()


def start(user: User, now: datetime, *, ip: str | None, agent: str | None) -> str:
    """Open a session for the user and return its token. Runs inside a transaction."""
    if current_app.config["ONE_SESSION_PER_ACCOUNT"]:
        end_all(user.id, now)
    token = secrets.token_urlsafe(32)
    session().add(
        UserSession(
            user_id=user.id,
            token_hash=token_hash(token),
            created_at=now,
            seen_at=now,
            until=now + timedelta(hours=current_app.config["ABSOLUTE_HOURS"]),
            confirmed_at=now,
            confirmed_by=SignMethod.PASSWORD.value,
            ip=ip,
            agent=(agent or "")[:200],
        )
    )
    session().flush()
    return token


def enter(token: str, last: str) -> None:
    """Put the token into a fresh cookie (no fixation: whatever was there is dropped)."""
    cookie.clear()
    cookie[TOKEN], cookie[LAST] = token, last
    found = _find(token)
    assert found is not None
    login_user(found)


def leave() -> None:
    """Drop everything the browser holds of this session; the row is ended by the operation."""
    logout_user()
    cookie.clear()


def end(session_id: int, now: datetime) -> None:
    """End one session."""
    _end(UserSession.id == session_id, now)


def is_open(session_id: int) -> bool:
    """Has nothing ended this session meanwhile?"""
    return session().scalar(sa.select(UserSession.id).where(UserSession.id == session_id, UserSession.ended_at.is_(None))) is not None


def end_all(user_id: int, now: datetime, *, but: int | None = None) -> int:
    """End every open session of a user (password changed, account disabled); returns how many."""
    return _end(sa.and_(UserSession.user_id == user_id, UserSession.id != (but or 0)), now)


def _end(where: sa.ColumnElement[bool], now: datetime) -> int:
    statement = sa.update(UserSession).where(where, UserSession.ended_at.is_(None)).values(ended_at=now)
    return int(session().connection().execute(statement).rowcount)


def idle_time(user: User) -> timedelta:
    """How long this person may be away; administrators less."""
    return timedelta(minutes=current_app.config["ADMIN_IDLE_MINUTES" if user.roles & ADMINISTRATORS else "IDLE_MINUTES"])


HAS_FACTOR = sa.exists().where(SecondFactor.user_id == UserSession.user_id, SecondFactor.confirmed_at.is_not(None))
# Whatever its days: one that has run out must not leave the password alone enough to bind another factor.
HAS_CERTIFICATE = sa.exists().where(
    UserCertificate.user_id == UserSession.user_id, UserCertificate.decided_at.is_not(None), UserCertificate.ended_at.is_(None)
)


@cache
def _by_token() -> Any:
    """Asked by every request: a statement that is kept is not looked through again."""
    table = UserSession.__table__.c
    columns = (table.id, table.user_id, table.seen_at, table.until, table.confirmed_at, table.confirmed_by, table.factor_at)
    return sa.select(*columns, HAS_FACTOR.label("has_factor"), HAS_CERTIFICATE.label("has_certificate")).where(
        table.token_hash == sa.bindparam("hashed"), table.ended_at.is_(None)
    )


def _find(token: str) -> SignedIn | None:
    record = session().execute(_by_token(), {"hashed": token_hash(token)}).first()
    if record is None:
        return None
    user = _in_force(session().scalars(_one(clock.today()), {"number": record.user_id}).first())
    if user is None or not user.active:
        return None
    now, idle = clock.now(), idle_time(user)
    if now > record.until or now - record.seen_at > idle:
        return None
    certified = bool(record.has_certificate and current_app.config["CLIENT_CERTIFICATES"])
    proof = Proof(
        record.has_factor or certified, record.factor_at, record.confirmed_at, record.confirmed_by, record.has_factor, certified
    )  # fmt: skip
    return SignedIn(user, record.id, record.seen_at, record.until, idle, proof)


def init_app(app: Flask) -> None:
    manager.init_app(app)
    manager.login_view = None

    @manager.user_loader
    def by_id(_: str) -> SignedIn | None:
        token = cookie.get(TOKEN)
        return _find(token) if isinstance(token, str) else None

    @app.before_request
    def note_origin() -> None:
        history.channel.set(Channel.PAGE)
        history.address.set(request.remote_addr)
        if request.endpoint != "static" and not cookie.get(TOKEN):  # with a session, the statement that loads its person tells
            settings.refresh_for_strangers()

    @app.after_request
    def note_use(response: Response) -> Response:
        if request.endpoint != "static" and g.get("_login_user") is not None and current_user.is_authenticated:
            if request.endpoint not in BY_ITSELF:
                touch(clock.now(), SEEN_EVERY)
            if response.status_code == FORBIDDEN:
                _note_denied()
        return response


def touch(now: datetime, every: timedelta) -> None:
    """Note that the session is in use, at most once in so long, in a transaction of its own."""
    if now - current_user.seen_at <= every:
        return
    statement = sa.update(UserSession).where(UserSession.id == current_user.session_id, UserSession.ended_at.is_(None))
    with transaction() as current:
        current.connection().execute(statement.values(seen_at=now))
    current_user.seen_at = now


def _note_denied() -> None:
    """访问被拒绝: a refusal for want of permission is itself recorded (GB/T 22239 8.1.4.3)."""
    place = "".join(character if character.isprintable() else "?" for character in request.path)
    actor: Actor = current_user.actor
    with transaction():
        history.record("page", None, "denied", actor, org_id=actor.org_id, name=f"{request.method} {place}")
