"""Every arrow of every workflow by its page, generated from the tables: who may, from which state, with which comment, what it writes.

One test for each arrow, one for each state (every step that is no arrow there), and that no step of the tables was left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from flask import Flask
from sqlalchemy.orm import selectinload

from app import history
from app.accounts.models import UserRole
from app.db import session, transaction
from app.domain.actors import Role
from app.domain.permission_names import Permission
from app.domain.permission_tests import TWO_PEOPLE
from app.domain.permissions import RULES, permits
from app.domain.workflow import TABLES, Arrow, State, Step
from tests.flows.door import Door
from tests.flows.doors import DOORS, INSIDE, MADE_BY, NOT_YET
from tests.flows.standing import MAKE, MODELS
from tests.sampling.conftest import CONFIRMED

ARROWS = [(kind, state, step) for kind, table in TABLES.items() for state, step in table if (kind, step) in DOORS and state is not None]
STANDING = [(kind, state) for kind in sorted(MODELS) for state in type(next(iter(TABLES[kind].values())).to)]
WITH = {"sampling_assignment": ("members",), "sample": ("cases",)}  # what their permissions ask of them
READ_BY_ALL = frozenset({"reference_change"})  # what every office works by is no secret of one
OWN = ("submitted_by_id", "handler_id", "asked_by_id", "proposed_by_id", "checked_by_id", "forwarded_by_id", "reviewed_by_id")


def named(value: Any) -> str:
    return str(getattr(value, "value", value))


# ---------------------------------------------------------------- nothing is left out

def test_every_step_of_every_table_has_a_door_or_says_what_takes_it() -> None:
    steps = {(kind, step) for kind, table in TABLES.items() for state, step in table if state is not None}
    births = {(kind, step) for kind, table in TABLES.items() for state, step in table if state is None}
    assert births - set(INSIDE) == set(MADE_BY)
    assert steps - set(INSIDE) == set(DOORS)
    assert not set(DOORS) & set(INSIDE) and not set(MADE_BY) & set(INSIDE)
    assert set(INSIDE) <= steps | births
    assert set(NOT_YET) <= set(ARROWS)
    for why, path, name in NOT_YET.values():
        functions = [node.name for node in ast.walk(ast.parse(Path(path).read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]
        assert why and name in functions, name


@pytest.mark.parametrize(("kind", "state", "step"), ARROWS, ids=named)
def test_every_door_is_a_page_that_asks_the_permission_of_its_arrow(furnished: Any, kind: str, state: State, step: Step) -> None:
    door, arrow = DOORS[kind, step], TABLES[kind][state, step]
    asked = route_of(furnished.app, door.address_in(state)).permission
    if door.asks is None:
        assert asked is arrow.permission
    else:
        assert asked is door.asks[0] and asked is not arrow.permission and door.asks[1]


@pytest.mark.parametrize(("kind", "step"), list(MADE_BY), ids=named)
def test_every_record_is_made_by_a_page_that_asks_the_permission(furnished: Any, kind: str, step: Step) -> None:
    for endpoint in MADE_BY[kind, step]:
        assert furnished.app.view_functions[endpoint].permission is TABLES[kind][None, step].permission, endpoint


def route_of(app: Flask, address: str) -> Any:
    endpoint, _ = app.url_map.bind("").match(address.format(id=1, sample=1).partition("?")[0], method="POST")
    return app.view_functions[endpoint]


def complaints(page: str) -> str:
    """What a page says against the request."""
    found = re.findall(r'class="[^"]*(?:alert|invalid|error|feedback)[^"]*"[^>]*>(.*?)</(?:div|p|ul)>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>|\s+", " ", " ".join(found)).split())[:600]


# ---------------------------------------------------------------- one record and the people about it

PEOPLE: dict[str, Any] = {}  # the same in every copy of the office, and plain values: looked up once a process


class Scene:
    """One record in one state, and people who try."""

    def __init__(self, kind: str, state: State, office: Any, sign_in: Callable[..., Any]) -> None:
        self.kind, self.state, self.office, self._sign_in = kind, state, office, sign_in
        with transaction():
            self.id = int(MAKE[kind](office, state).id)
        self._clients: dict[str, Any] = {}
        if not PEOPLE:
            PEOPLE.update({name: office.actor(name) for name in office.people if name.startswith(("county:", "lab:"))})
        self.people = PEOPLE
        assert self.record.state is state

    @property
    def record(self) -> Any:
        session().expire_all()
        model = MODELS[self.kind]
        return session().get_one(model, self.id, options=[selectinload(getattr(model, name)) for name in WITH.get(self.kind, ())])

    def post(self, name: str, door: Door, **changed: Any) -> int:
        record = self.record
        address = door.address_in(self.state).format(id=self.id, sample=getattr(record, "sample_id", None))
        self.sent = (address, {"version": record.version, **door.fields(record, self.office), **changed})
        return self.send(name)

    def send(self, name: str) -> int:
        """What was sent last, by this person."""
        address, fields = self.sent
        if name not in self._clients:
            self._clients[name] = self._sign_in(self.office.people[name])
        answer = self._clients[name].post(address, data=fields)
        if answer.status_code == 422 and (box := CONFIRMED.search(answer.text)):  # warnings only: 已核对，继续登记
            answer = self._clients[name].post(address, data={**fields, "confirmed": box[1]})
        self.page = answer.get_data(as_text=True)
        self.said = f"{answer.status_code} {address}: {complaints(answer.get_data(as_text=True))}"
        return int(answer.status_code)

    def written(self) -> tuple[Any, ...]:
        """State, version and history, which a refusal leaves alone."""
        record = self.record
        return record.state, record.version, len(history.entries_of(self.kind, self.id))

    def who_may(self, permission: Permission) -> Iterator[str]:
        record = self.record
        return (name for name, actor in self.people.items() if permits(actor, permission, record))


@pytest.fixture
def scene(office: Any, sign_in: Callable[..., Any]) -> Callable[[str, State], Scene]:
    return lambda kind, state: Scene(kind, state, office, sign_in)


# ---------------------------------------------------------------- one arrow

@pytest.mark.parametrize(("kind", "state", "step"), [one for one in ARROWS if one not in NOT_YET], ids=named)
def test_the_arrow(kind: str, state: State, step: Step, app: Flask, scene: Callable[..., Scene]) -> None:
    door, arrow = DOORS[kind, step], TABLES[kind][state, step]
    app.config.update(door.given.get(state, {}))
    there = scene(kind, state)
    refused_to_the_others(there, door, arrow)
    refused_for_own_work(there, door, arrow)
    right = next(there.who_may(arrow.permission))
    before = there.written()
    if arrow.comment_required:
        assert there.post(right, door, **{door.comment: " "}) == 422, there.said
        assert there.written() == before
    seen = there.record.version
    assert there.post(right, door) == 303, there.said
    record = there.record
    assert record.state is arrow.to and record.version > seen
    told = history.entries_of(kind, there.id)[before[2]:]
    assert [(one.step, one.from_state, one.to_state, one.actor_id) for one in told if one.step == step.value] == [
        (step.value, state.value, arrow.to.value, there.office.people[right].id)
    ]
    after = there.written()
    assert there.send(right) == door.again, there.said  # the second click
    assert there.written() == after


def refused_to_the_others(there: Scene, door: Door, arrow: Arrow) -> None:
    """403 for whoever may read it, 404 for whoever may not; another bureau's people never know of it."""
    before, may = there.written(), set(there.who_may(arrow.permission))
    assert may, "nobody in the office may"
    for name in by_turns([one for one in there.people if one not in may], 3, arrow):
        assert there.post(name, door) in (403, 404), (name, there.said)
    assert there.written() == before
    if not sent_to(there.record, there.office.orgs["other"].id):
        twin = f"other:{next(iter(may)).partition(':')[2].replace('另一', '')}"
        if twin in there.office.people:
            assert there.post(twin, door) == (403 if there.kind in READ_BY_ALL else 404)
    assert there.written() == before


def by_turns(names: list[str], most: int, *turn: Any) -> list[str]:
    """So many of them, others at every arrow: tests/security asks every person at every address, here it is about the state."""
    begin = crc32(repr(turn).encode()) % max(len(names), 1)
    return (names[begin:] + names[:begin])[:most]


def sent_to(record: Any, org_id: int) -> bool:
    return getattr(record, "to_org_id", None) == org_id


def refused_for_own_work(there: Scene, door: Door, arrow: Arrow) -> None:
    """经办与审核不得为同一人: whoever prepared it may not decide it, whatever else he is."""
    if not any(test in TWO_PEOPLE for clause in RULES[arrow.permission] for test in clause):
        return
    record, names = there.record, {user.id: name for name, user in there.office.people.items()}
    own = {names[user_id] for one in OWN if (user_id := getattr(record, one, None)) is not None}
    assert own, "nobody has prepared it"
    before = there.written()
    for name in own:
        had = there.people[name].roles
        with transaction():
            new = [role for role in (Role.REVIEWER, Role.LEADER, Role.LEGAL) if role not in had]
            session().add_all(UserRole(user_id=there.office.people[name].id, role=role) for role in new)
        if permits(there.office.actor(name), arrow.permission, there.record):
            continue  # of two who prepared it, this one's part is no obstacle to this step
        assert there.post(name, door) == 403, (name, there.said)
    assert there.written() == before


# ---------------------------------------------------------------- every step that is no arrow

@pytest.mark.parametrize(("kind", "state"), STANDING, ids=named)
def test_every_other_step_is_refused(kind: str, state: State, app: Flask, scene: Callable[..., Scene]) -> None:
    """409 (of a few pages 422) for whoever may take it at another time; whoever never may is told that."""
    lawful = {DOORS[kind, step].address_in(state) for (source, step) in TABLES[kind] if source == state and (kind, step) in DOORS}
    steps = [
        step for (of, step), door in DOORS.items() if of == kind and door.address_in(state) not in lawful and state not in door.beside
    ]
    if not steps:
        pytest.skip("every door is lawful in this state")
    there = scene(kind, state)
    before = there.written()
    for step in steps:
        door = DOORS[kind, step]
        may = list(there.who_may(route_of(app, door.address_in(state)).permission))
        for name in may[:1]:
            assert there.post(name, door) == door.refused, (step, name, there.said)
        for name in by_turns([one for one in there.people if one not in may], 1, kind, state, step):
            assert there.post(name, door) in (403, 404), (step, name, there.said)
        assert there.written() == before, step
