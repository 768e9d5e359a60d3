"""The people of the living county at their desks, and for every route somebody who may and a record it is about."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import Any, get_type_hints

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from app.accounts import sessions
from app.accounts.models import RecoveryCode, SecondFactor, User
from app.authorize import permission_of
from app.db import Base, session, transaction
from app.domain.permissions import Permission, may_ever, permits
from app.domain.reference_acts import ChangeAct
from app.domain.workflow import TABLES
from app.organisations.models import Organisation, OrganisationKind
from app.return_templates.forms import CELL_FORMS
from tests.conftest import enter_as

FILES = frozenset({"static", "bootstrap.static"})
Words = Mapping[str, Sequence[str]]
JIZHOU: Words = {"code": ("jizhou",), "no": ("13", "23"), "side": ("numerator",)}
SHIPPED: Words = {"code": ("production-115",), "valid_from": ("2016-12-01",), "ending": ("json",)}
WORDS: Mapping[str, Words] = {  # by package or endpoint, the values of arguments that are no numbers
    "accounts": {"kind": ("roles", "transfer", "leave", "return")},
    "api": {"number": ("DBJ26120119100010002",), "code": ("jizhou",), "no": ("13",)},
    "desk": {"list_code": ("samples",)},
    "downloads": {"list_code": ("samples",)},
    "gaps": {"key": ("1-1-1-production-1",)},
    "grading_rules": SHIPPED,
    "indicators": JIZHOU,
    "pages.help_page": {"slug": ("登录与密码",)},
    "pages.help_picture": {"name": ("sign-in.png",)},
    "official_documents": {"code": ("notice-letter", "result-notice")},
    "objections": {"code": ("objection-acceptance",)},
    "printing": {"code": ("publication",)},
    "progress": {"measure": ("completed",)},
    "retests": {"code": ("retest-acceptance",)},
    "return_templates": {"ending": ("json",)},
    "reference_changes": {"name": ("frequency_rules",), "act": tuple(act.value for act in ChangeAct)},
    "reference_changes.setting": {"name": ("IDLE_MINUTES",)},
    "reference_changes.setting_show": {"name": ("IDLE_MINUTES",)},
}
QUERIES: Mapping[str, Sequence[str]] = {
    "reference_changes.new": ("subject=1",),  # a change is about some row
    "return_templates.edit_cell": tuple(f"kind={kind}" for kind in CELL_FORMS),
    "plans.save_items": ("category=1",),
    "plans.item_set": ("category=1",),
}
OF_LABORATORIES = ("laboratory.retire", "laboratory.reopen")  # the first organisation is none
LABORATORY = OrganisationKind.LABORATORY
EACH = frozenset({"act", "kind"})  # each value of these is another form


def words_for(endpoint: str, name: str) -> Sequence[str]:
    found = WORDS.get(endpoint) or WORDS.get(endpoint.partition(".")[0]) or {}
    return found.get(name, ("x",))


@dataclass(frozen=True, slots=True)
class Way:
    """Somebody who may open a route, and with what values."""

    rule: Rule
    username: str
    values: Mapping[str, Any]
    subject: Any = field(repr=False, compare=False)  # the record, or None
    query: str = ""

    def address(self, app: Flask, method: str) -> str:
        found = app.url_map.bind("localhost").build(self.rule.endpoint, dict(self.values), method=method)
        return f"{found}?{self.query}" if self.query else found


class County:
    """Clients and actors of everybody with an account in use."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with transaction():
            session().execute(sa.update(User).values(must_change=False))
        self.users = {user.username: user for user in session().scalars(sa.select(User).where(User.active).order_by(User.id))}
        self.actors = {name: sessions.actor_of(sessions.load_user(User.id == user.id)) for name, user in self.users.items()}
        session().rollback()
        self.clients: dict[str, FlaskClient] = {}

    def client(self, username: str) -> FlaskClient:
        if username not in self.clients:
            self.enter(username)
        return self.clients[username]

    def enter(self, username: str) -> FlaskClient:
        self.clients[username] = enter_as(self.app, self.users[username])
        return self.clients[username]

    def let_in(self, username: str) -> FlaskClient:
        """In again, whatever has become of the account."""
        user_id = self.users[username].id
        with transaction():
            session().execute(sa.update(User).where(User.id == user_id).values(must_change=False, active=True, locked_until=None))
            session().execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
            session().execute(sa.delete(SecondFactor).where(SecondFactor.user_id == user_id))
        return self.enter(username)

    def rules(self, method: str) -> list[Rule]:
        return sorted(
            (rule for rule in self.app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint not in FILES),
            key=lambda rule: rule.rule,
        )

    def ways(self, rule: Rule) -> list[Way]:
        """The first person of the county who may do this with some record, preferably with one that waits for it; nobody: nothing.

        Where a word in the address or its query chooses the form, once for each word.
        """
        view = inspect.unwrap(self.app.view_functions[rule.endpoint], stop=lambda step: hasattr(step, "permission"))
        permission, fetch = permission_of(rule.endpoint), getattr(view, "fetch", None)
        assert permission is not None
        people = [name for name, actor in self.actors.items() if permission is Permission.PUBLIC or may_ever(actor, permission)]
        each = next((name for name in rule.arguments if name in EACH), None)
        fixed: list[dict[str, Any]] = [{each: word} for word in words_for(rule.endpoint, each)] if each else [{}]
        found = [self._way(rule, permission, fetch, people, values) for values in fixed]
        return [replace(way, query=query) for way in found if way is not None for query in self._queries(way)]

    def _queries(self, way: Way) -> Sequence[str]:
        if way.values.get("act") in OF_LABORATORIES:
            return (f"subject={session().scalar(sa.select(sa.func.min(Organisation.id)).where(Organisation.kind == LABORATORY))}",)
        return QUERIES.get(way.rule.endpoint, ("",))

    def _way(self, rule: Rule, permission: Permission, fetch: Any, people: list[str], fixed: dict[str, Any]) -> Way | None:
        for values in self._tried(rule, permission, fetch, fixed) if people else ():
            if fetch is None:
                return Way(rule, people[0], values, None)
            for name in people:
                subject = fetch(self.actors[name], **values)
                if subject is not None and permits(self.actors[name], permission, subject):
                    return Way(rule, name, values, subject)
        return None

    def _tried(self, rule: Rule, permission: Permission, fetch: Any, fixed: dict[str, Any]) -> Iterator[dict[str, Any]]:
        names = sorted(rule.arguments)
        model = model_of(fetch) if fetch is not None else None
        numbers = [name for name in names if isinstance(rule._converters[name], IntegerConverter)]
        lists: list[Sequence[Any]] = []
        for name in names:
            if name not in numbers:
                lists.append([fixed[name]] if name in fixed else words_for(rule.endpoint, name))
            elif model is not None and len(numbers) == 1:
                lists.append(ids_of(model, permission))
            else:
                lists.append(range(1, 9))
        return islice((dict(zip(names, found, strict=True)) for found in product(*lists)), 40)


def model_of(fetch: Any) -> type[Base] | None:
    """What the query returns, as it is annotated."""
    try:
        told = get_type_hints(fetch).get("return")
    except NameError:
        return None
    kinds = [told, *getattr(told, "__args__", ())]
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Base)), None)


def ids_of(model: type[Base], permission: Permission) -> list[int]:
    """Records in a state from which a step under this permission leads first, then one of every other state."""
    if not hasattr(model, "state"):
        return list(session().scalars(sa.select(model.id).order_by(model.id).limit(8)))
    rows = session().execute(sa.select(sa.func.max(model.id), sa.func.min(model.id), model.state).group_by(model.state)).all()
    waiting = {state for (state, _), arrow in TABLES.get(model.__tablename__, {}).items() if arrow.permission is permission}
    rows = sorted(rows, key=lambda row: (row[2] not in waiting, str(row[2])))
    return list(dict.fromkeys(number for high, low, _ in rows for number in (high, low)))
