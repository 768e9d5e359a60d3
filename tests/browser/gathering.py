"""One page of every address that answers with one, found by following the links of the pages found so far, and by ids.

Nothing is written down here of which page belongs to whom: the table of permissions says who may ever see an address, the
route says what it needs, and whatever is answered by a page is a page. What could not be reached is told.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import selectinload
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from app.accounts import sessions
from app.accounts.models import User
from app.authorize import permission_of
from app.db import session, transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever
from tests.browser.fitness import Shown
from tests.conftest import enter_as

SELDOM = 6  # answers other than a page before an address is given up for the time being
OPEN = (Permission.PUBLIC, Permission.SIGNED_IN)
UNKEPT = frozenset({"set-cookie", "refresh", "content-length"})
LEFT_OUT = frozenset({"static", "bootstrap.static", "accounts.sign_out"})
# Nobody signed in comes first, so that what is open to all is seen as they see it; then the inspector, who works on a telephone.
NOBODY = "未登录"
# The tables that the ids of an address stand in; the newest records are tried first.
TABLES = {
    "alert_id": "security_alert", "batch_id": "import_batch", "case_id": "disposal_case", "delegation_id": "delegation",
    "document_id": "official_document", "drawing_id": "drawing", "enterprise_id": "enterprise", "exemption_id": "rule_exemption",
    "inspection_id": "inspection", "job_id": "job", "key_id": "api_key", "listing_id": "credit_listing", "penalty_id": "penalty",
    "plan_id": "sampling_plan", "programme_id": "random_programme", "publication_id": "publication", "report_id": "urgent_report",
    "retest_id": "retest", "return_id": "monthly_return", "review_id": "result_review", "sample_id": "sample", "set_id": "risk_rule_set",
    "template_id": "return_template", "transfer_id": "case_transfer", "user_id": "user_account", "warning_id": "public_warning",
    "view_id": "saved_view", "change_id": "reference_change", "run_id": "risk_run", "merge_id": "enterprise_merge",
    "action_id": "bulk_action", "export_id": "list_export",
}  # fmt: skip


class Links(HTMLParser):
    """Where a page leads: its links, its questions (forms that ask), its pictures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        asked = given.get("action") if tag == "form" and (given.get("method") or "get").lower() == "get" else None
        to = given.get("href") if tag == "a" else given.get("src") if tag in ("img", "iframe") else asked
        if to:
            self.found.append(to)


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    role: str
    actor: Actor | None
    client: FlaskClient


@dataclass
class Gathering:
    """``Gathering(app, people).gather()``; then ``pages`` by endpoint, ``files`` by endpoint, ``refused`` what else was said."""

    app: Flask
    people: list[Person]
    hints: Iterable[tuple[str, str]] = ()  # who can see which address that no link leads to
    pages: dict[str, Shown] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.rules = {rule.endpoint: rule for rule in self.app.url_map.iter_rules() if self._is_asked(rule)}
        self.adapter = self.app.url_map.bind("localhost")
        self.waiting: dict[str, deque[tuple[Person, str]]] = defaultdict(deque)
        self.seen: set[tuple[str, str]] = set()

    @staticmethod
    def _is_asked(rule: Rule) -> bool:
        return "GET" in (rule.methods or ()) and rule.endpoint not in LEFT_OUT and not rule.rule.startswith("/api/")

    @property
    def left(self) -> list[str]:
        return sorted(set(self.rules) - set(self.pages) - set(self.files))

    def gather(self) -> dict[str, Shown]:
        for person in self.people:
            for rule in self.rules.values():
                if not rule.arguments and self._may(person, rule.endpoint):
                    self._want(person, rule.rule)
        self._follow()
        named = {person.username: person for person in self.people}
        for username, address in self.hints:
            self._want(named[username], address)
        self._follow()
        for endpoint in self.left:
            self._by_id(endpoint)
        self._follow()
        return self.pages

    def _may(self, person: Person, endpoint: str) -> bool:
        permission = permission_of(endpoint)
        if person.actor is None:
            return permission is Permission.PUBLIC
        return permission is not None and (permission in OPEN or may_ever(person.actor, permission))

    def _want(self, person: Person, address: str) -> None:
        parts = urlsplit(address)
        try:
            endpoint, _ = self.adapter.match(parts.path, method="GET")
        except HTTPException:
            return
        plain = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.netloc in ("", "localhost") and endpoint in self.rules and (person.username, plain) not in self.seen:
            self.seen.add((person.username, plain))
            self.waiting[endpoint].append((person, plain))

    def _follow(self) -> None:
        while ready := [endpoint for endpoint in self.left if self.waiting[endpoint] and len(self.refused[endpoint]) < SELDOM]:
            for endpoint in ready:
                if endpoint not in self.pages:
                    self._open(endpoint, *self.waiting[endpoint].popleft())

    def _open(self, endpoint: str, person: Person, address: str) -> bool:
        answer = person.client.get(address)
        page = answer.mimetype == "text/html"
        if answer.status_code == 200 and page:
            headers = {name: value for name, value in answer.headers.items() if name.lower() not in UNKEPT}
            self.pages[endpoint] = Shown(endpoint, address, person.username, person.role, answer.get_data(), headers)
            for link in Links(answer.text).found:
                self._want(person, urljoin(f"http://localhost{address}", link))
            return True
        if answer.status_code == 200:
            self.files[endpoint] = answer.mimetype
            return True
        if answer.status_code in (301, 302, 303):
            self._want(person, urljoin(f"http://localhost{address}", answer.location or ""))
        self.refused[endpoint].append(f"{person.username} {address}: {answer.status_code}")
        return False

    def _by_id(self, endpoint: str) -> None:
        """No link led there: the newest and the oldest records are asked for by their ids."""
        rule = self.rules[endpoint]
        if len(rule.arguments) != 1:
            return
        name = next(iter(rule.arguments))
        for person in [person for person in self.people if self._may(person, endpoint)][:4]:
            for number in ids(TABLES.get(name)):
                if self._open(endpoint, person, self.adapter.build(endpoint, {name: number})):
                    return


def ids(table: str | None) -> list[int]:
    if table is None:
        return [1]
    found = [row[0] for row in session().execute(sa.text(f'SELECT id FROM "{table}" ORDER BY id DESC'))]
    return found[:5] + found[len(found) // 2 : len(found) // 2 + 3] + found[5:][-3:]


def everybody(app: Flask) -> list[Person]:
    """The people of the demonstration county as they work, each signed in; whoever sees most comes first."""
    with transaction():
        session().execute(sa.update(User).values(must_change=False))
    users = session().scalars(sa.select(User).where(User.active).options(selectinload(User.grants)).order_by(User.id)).all()
    named = [(user.username, user.grants[0].role.value, user) for user in users if user.grants]
    people = [Person(name, role, actor_of(user), enter_as(app, user)) for name, role, user in named]
    return [Person("nobody", NOBODY, None, app.test_client()), *in_turns(people)]


def in_turns(people: Iterable[Person]) -> list[Person]:
    """The first of every role, then the second of every role."""
    turns: dict[str, int] = defaultdict(int)
    placed = []
    for person in people:
        placed.append((turns[person.role], len(placed), person))
        turns[person.role] += 1
    return [person for _, _, person in sorted(placed, key=lambda one: one[:2])]


def actor_of(user: User) -> Any:
    return sessions.actor_of(sessions.load_user(User.id == user.id))
