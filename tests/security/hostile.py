"""Every route of the county asked once for what it looks at, and then sent what attackers send in exactly those places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import flask.templating
from sqlalchemy.orm.exc import ObjectDeletedError
from wtforms import (
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    FileField,
    FormField,
    IntegerField,
    MultipleFileField,
    SelectField,
    SelectMultipleField,
    TimeField,
)
from wtforms.fields.core import Field
from wtforms.form import BaseForm

from tests.security import asked, strict
from tests.security.payloads import DAYS, NUMBERS, QUOTED, TEXTS, UNKEEPABLE, arisen
from tests.security.people import County, Way

Value = str | bytes
ALONE = frozenset({"accounts.sign_out", "accounts.sign_in"})  # they end or begin the session: tests of their own
PASSED_ON = frozenset({"csrf_token", "identity_proof"})  # the second is a password before any form; five wrong ones end the session
MOST_OF_AN_ADDRESS = 2_000  # a server cuts a longer line off before it reaches us
DOORS = frozenset({"/sign-in", "/password", "/factor", "/factor/code"})


@dataclass
class Place:
    """What one route looks at: names in the address, names in the form, and what kind of field each is."""

    way: Way
    method: str
    names: frozenset[str]
    fields: Mapping[str, Field]
    forms: frozenset[str]

    def typed(self, kind: int) -> dict[str, list[Value]]:
        """A request that may be accepted (0: one payload in every text), one with a different oddity in each field (1), or bytes (2)."""
        return {name: value for place, name in enumerate(sorted(self.names)) for value in [self._value(name, place, kind)] if value}

    def _value(self, name: str, place: int, kind: int) -> list[Value]:
        found = self.fields.get(name)
        if name in PASSED_ON or isinstance(found, (FileField, MultipleFileField)):
            return []
        if kind == 2:
            return [UNKEEPABLE[place % len(UNKEEPABLE)]]
        if kind == 1:
            return _odd(found, name, place)
        return _proper(found, name, self.way.subject)


def _odd(found: Field | None, name: str, place: int) -> list[Value]:
    if isinstance(found, (DateField, DateTimeField, TimeField)):
        return [DAYS[place % len(DAYS)]]
    if isinstance(found, (IntegerField, DecimalField)):
        return [NUMBERS[place % len(NUMBERS)], "1"]  # twice: parameter pollution
    if found is None and place % 3 == 2:
        return [NUMBERS[place % len(NUMBERS)]]
    several = isinstance(found, SelectMultipleField)
    return [TEXTS[place % len(TEXTS)], TEXTS[(place + 3) % len(TEXTS)]] if several else [TEXTS[place % len(TEXTS)]]


def _proper(found: Field | None, name: str, subject: Any) -> list[Value]:
    if name == "version":
        return [_version(subject)]
    if isinstance(found, BooleanField):
        return ["y"]
    if isinstance(found, (SelectField, SelectMultipleField)):
        return _chosen(found)
    if isinstance(found, DateField):
        return ["2026-11-20"]
    if isinstance(found, DateTimeField):
        return ["2026-11-20T10:00"]
    if isinstance(found, (IntegerField, DecimalField)):
        return ["1"]
    return [QUOTED]


def _version(subject: Any) -> str:
    try:
        return str(getattr(subject, "version", 1))  # as it is now
    except ObjectDeletedError:
        return "1"


def _chosen(found: Any) -> list[Value]:
    choices = [str(choice[0]) for choice in found.iter_choices() if str(choice[0]) not in ("", "None", "__None")] if found.choices else []
    return choices[:1]


@contextmanager
def without_rendering() -> Iterator[None]:
    """What a request looks at is known before its page is drawn."""
    kept = flask.templating._render
    flask.templating._render = lambda app, template, context: ""
    try:
        yield
    finally:
        flask.templating._render = kept


@dataclass
class Findings:
    """What went wrong, and how much was tried."""

    wrong: list[str] = field(default_factory=list)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    tried: int = 0  # values in fields
    accepted: set[str] = field(default_factory=set)  # endpoints that took something

    def note(self, place: Place, kind: int, answer: Any, values: int) -> None:
        self.statuses[place.method, answer.status_code] += 1
        self.tried += values
        where = f"{place.method} {place.way.rule.rule} ({place.way.username}, {kind})"
        if answer.status_code >= 500:
            self.wrong.append(f"{where}: {answer.status_code}")
        self.wrong += [f"{where}: {what}" for what in [*arisen(answer), *strict.REFUSED]]
        strict.REFUSED.clear()
        if answer.status_code == 303:
            self.accepted.add(place.way.rule.endpoint)


def discover(county: County, method: str, ways: Callable[[Any], list[Way]]) -> list[Place]:
    """The places of every route that somebody of the county may open."""
    found = []
    with asked.noticing(county.app), without_rendering():
        for rule in county.rules(method):
            for way in ways(rule) if rule.endpoint not in ALONE else []:
                asked.begin()
                answer = send(county, way, method, {})
                if answer.status_code in (401, 403, 404, 405):
                    continue
                fields = {one.name: one for form in asked.FORMS for one in leaves(form)}
                names = asked.NAMES["args"] | (asked.NAMES["form"] | set(fields) if method == "POST" else set())
                found.append(Place(way, method, frozenset(names), fields, frozenset(map(of, asked.FORMS))))
    return found


def of(form: BaseForm) -> str:
    return f"{type(form).__module__}.{type(form).__qualname__}"


def leaves(form: BaseForm) -> Iterator[Field]:
    """The fields that are sent, those of forms inside forms by their whole names."""
    for one in form._fields.values():
        if isinstance(one, FormField):
            yield from leaves(one.form)
        elif hasattr(one, "entries"):
            yield from (leaf for entry in one.entries for leaf in (leaves(entry.form) if isinstance(entry, FormField) else [entry]))
        else:
            yield one


def send(county: County, way: Way, method: str, typed: Mapping[str, list[Value]]) -> Any:
    """The answer; whoever an earlier request has signed out comes in again, and this one is sent once more."""
    answer = _sent(county, way, method, typed)
    if answer.status_code == 303 and answer.location.partition("?")[0] in DOORS:
        county.let_in(way.username)
        answer = _sent(county, way, method, typed)
    return answer


def _sent(county: County, way: Way, method: str, typed: Mapping[str, list[Value]]) -> Any:
    client, address = county.client(way.username), way.address(county.app, method)
    if method == "GET":
        short = {name: [value[:MOST_OF_AN_ADDRESS] for value in values] for name, values in typed.items()}
        return client.get(address.partition("?")[0], query_string=encoded(short)) if typed else client.get(address)
    return client.post(address, data=encoded(typed), content_type="application/x-www-form-urlencoded")


def encoded(typed: Mapping[str, list[Value]]) -> str:
    from urllib.parse import quote_plus

    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, values in typed.items() for value in values)


def attack(county: County, places: list[Place], kinds: tuple[int, ...], findings: Findings) -> None:
    for kind in kinds:
        for place in places:
            typed = place.typed(kind)
            if typed:
                findings.note(place, kind, send(county, place.way, place.method, typed), sum(map(len, typed.values())))

