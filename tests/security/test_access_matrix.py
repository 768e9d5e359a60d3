"""Route × role × ownership: what everybody is told at every address about everybody's records.

What is expected comes from the table of permissions (``expectation``), never from a view. Every combination is asked at the gate
that each route stands behind (its own ``fetch`` and permission, as ``@authorize`` holds them). Through the whole application
every role meets every address of a record that is open to it once, with the record nearest to it, and every refusal of every address
is met by one role, spread over all of them. A refusal writes nothing but its own trace; a record that the actor may not know of is
answered with the very page of one that is not there. Looking, where it is allowed, writes nothing either.

Roles at other places (city, station, other county): tests/architecture/test_scope.py compares what they may list, row by row.
Two people (经办与审核不得为同一人): the records of 本人 are proposed, submitted and handled by the actor himself.
"""

from __future__ import annotations

import ast
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import authorize
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.permissions import may_ever
from app.downloads import operations as downloads
from app.downloads.lists import every as every_list
from app.errors import NotAllowed, NotFound
from tests.conftest import found_office
from tests.security import expectation, kinds, voiding, world
from tests.security.conftest import Estate, Visit
from tests.security.expectation import MISSING, REFUSALS, Answer

ROLES = pytest.mark.parametrize("role", list(Role), ids=lambda role: role.name)
# What a request leaves behind beside the business: the session's and the key's last use, the record of a refusal.
TRACES = frozenset({"UPDATE user_session", "UPDATE api_key", "INSERT INTO history_entry"})
SEEN = frozenset({"UPDATE user_session"})
# Fetching an official document is written down, as is every other way in which it leaves the office.
LOOKING = TRACES | {"INSERT INTO printed_document"}
# What differs between two answers to the same: of a form the second at which it was made, of a refusal its number, the time that is left
# of the session, the time of printing.
TOKEN = re.compile(
    rb'"I[\w-]{40,}\.[\w-]{6}\.[\w-]{20,}"|error-number">[^<]*<|data-session-seconds="\d+"|\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?'
)
FEWEST = {"combinations": 60_000, "requests": 4_500, "refusals": 1_900}

# What belongs to this matrix and stands where its material is.
ELSEWHERE = {
    "nobody gets in without signing in": "tests/accounts/test_access_matrix.py::test_nobody_gets_in_without_signing_in",
    "every change asks for the token of its form": "tests/accounts/test_access_matrix.py::test_every_change_asks_for_the_token_of_its_form",
    "looking changes nothing": "tests/accounts/test_access_matrix.py::test_looking_changes_nothing",
    "lists at every place": "tests/architecture/test_scope.py::test_scope_lists_what_the_table_permits",
    "the public sees what stands published": (
        "tests/public/test_public_page.py::test_nothing_unpublished_withdrawn_or_superseded_is_anywhere"
    ),
    "the public registers": "tests/public/test_registers.py::test_only_what_stands_published_and_people_by_half_their_name",
    "a key without the scope": "tests/api/test_keys_and_limits.py::test_a_scope_narrows",
    "a scope widens nothing": "tests/api/test_keys_and_limits.py::test_a_scope_widens_nothing",
    "a laboratory's key and another's samples": "tests/api/test_reading.py::test_unknown_and_foreign_read_the_same",
    "blind testing": "tests/blinding/test_every_route.py::test_no_answer_names_the_firm",
    "blind testing, lists taken out": "tests/blinding/test_every_route.py::test_no_list_taken_out_names_the_firm",
    "management pages from their nets": "tests/accounts/test_online.py",
}


def test_every_route_about_a_record_has_a_kind(app: Flask) -> None:
    bare = [route.rule.rule for route in kinds.routes(app) if route.fetch and route.kind is None]
    assert bare == [], "name the record of these routes in tests/security/kinds.py"


def test_no_kind_is_named_for_nothing(app: Flask) -> None:
    used = {kinds.name_of(route.endpoint, route.fetch) for route in kinds.routes(app) if route.fetch}
    endpoints = {route.endpoint for route in kinds.routes(app)}
    assert set(kinds.KINDS) == used
    assert {*kinds.OF_ROUTE, *kinds.ASKED_WITH, *kinds.FURTHER} <= endpoints


def test_every_kind_has_a_row_for_every_ownership(estate: Estate) -> None:
    """But for a voided one where the kind knows no voiding, which has its reason in a table."""
    wanted = {(kind.name, ownership) for kind in kinds.KINDS.values() for ownership in world.OWNERSHIPS}
    lacking = wanted - estate.rows
    assert {ownership for _, ownership in lacking} == {"voided"}
    assert {name.split(":")[0] for name, _ in lacking} <= set(voiding.NEVER)


def test_what_is_proved_elsewhere_is_there() -> None:
    for address in ELSEWHERE.values():
        file, _, name = address.partition("::")
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
        assert not name or name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, address


def test_the_size_of_the_matrix(estate: Estate) -> None:
    """As many combinations as routes, roles and ownerships make; every refusal there is of a route is somebody's to meet."""
    counted: Counter[str] = Counter()
    for route in estate.routes:
        for role in Role:
            asked = estate.table.asked(role, route)
            counted["combinations"] += len(asked)
            counted["requests"] += len(estate.turn(role, route))
        for refusal in REFUSALS:
            counted["refusals"] += estate.table.seen_by(route, refusal) is not None
    records = sum(1 for route in estate.routes if route.kind)
    print(f"{len(estate.routes)} routes ({records} about a record) × {len(Role)} roles × {len(world.OWNERSHIPS) + 1} ownerships: {counted}")
    assert {name: count for name, count in counted.items() if count < FEWEST[name]} == {}


# ---------------------------------------------------------------- at the gate: every combination

@ROLES
def test_the_gate_of_every_route(app: Flask, estate: Estate, visit: Callable[[Role], Visit], role: Role) -> None:
    visit(role)
    actor = found_office().actor(world.person_of(role))
    session().rollback()
    wrong: list[str] = []
    remembered: dict[Any, Any] = {}
    with app.app_context():
        authorize.act_as(actor)
        for route in estate.routes:
            for ownership, answer in estate.table.asked(role, route).items():
                status = gate(actor, route, estate.address(role, route, ownership), remembered)
                if status != (None if answer.statuses is None else min(answer.statuses)):
                    wrong.append(f"{route.method} {route.rule.rule}, {ownership}: {answer}, but {status}")
    assert wrong == []


def gate(actor: Actor, route: kinds.Route, values: dict[str, Any], remembered: dict[Any, Any]) -> int | None:
    """The status with which the route's gate turns the actor away; None where it lets him in. What was fetched once is remembered."""

    def fetch(actor: Actor, **given: Any) -> Any:
        key = (route.fetch, *sorted(given.items()))
        if key not in remembered:
            assert route.fetch is not None
            remembered[key] = route.fetch(actor, **given)
        return remembered[key]

    try:
        if route.fetch is not None:
            authorize._subject(route.permission, fetch, values)
        elif route.permission not in expectation.OPEN:
            authorize._refuse_unless_possible(route.permission)
    except (NotFound, NotAllowed) as refused:
        return refused.status
    return None


# ---------------------------------------------------------------- through the whole application

@ROLES
def test_the_whole_application(
    estate: Estate, visit: Callable[[Role], Visit], role: Role, caplog: pytest.LogCaptureFixture
) -> None:
    visitor, wrong = visit(role), []
    for route in estate.routes:
        bodies: dict[Answer, bytes] = {}
        for answer, ownership in estate.turn(role, route).items():
            caplog.clear()
            told = visitor.ask(route, estate.address(role, route, ownership))
            wrote = written(visitor)
            if not as_expected(route, answer, told.status_code) or beyond(route, answer, wrote):
                asked = f"{route.method} {route.rule.rule}, {ownership}"
                wrong.append(f"{asked}: {answer}, but {told.status_code} {sorted(wrote)} {why(caplog)}")
            if told.status_code < 400 and ownership != world.FOREIGN and (shown := foreign(told.data)):
                wrong.append(f"{route.method} {route.rule.rule}, {ownership}: shows {shown} of another organisation")
            bodies[answer] = TOKEN.sub(b"", told.data)
            if wrote - SEEN or (wrote and route.method != "GET"):
                visitor.put_back()
            elif route.method != "GET":
                visitor.forget()
        if Answer.OUT_OF_SCOPE in bodies and bodies[Answer.OUT_OF_SCOPE] != bodies[Answer.MISSING]:
            wrong.append(f"{route.method} {route.rule.rule}: tells a record out of scope from one that is not there")
    assert wrong == []


def as_expected(route: kinds.Route, answer: Answer, status: int) -> bool:
    """Let in: any answer of the page itself, also that a form is incomplete (422) or that it is not the time for it (409)."""
    if answer.statuses is not None:
        return status in answer.statuses
    further = kinds.FURTHER.get(route.endpoint, (0, ""))[0]
    return status == further or (status not in (401, 403, 404, 405) and status < 500)


def beyond(route: kinds.Route, answer: Answer, wrote: set[str]) -> set[str]:
    """What was written that a refusal, or a look, has no business to write."""
    if answer is not Answer.ALLOWED:
        return wrote - TRACES
    return wrote - LOOKING if route.method == "GET" else set()


def foreign(body: bytes) -> set[str]:
    """The ids and the word of the other organisation that an answer shows; of a workbook or a package, in any of its parts."""
    parts = [body]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            parts = [package.read(name) for name in package.namelist()]
    found = {one.decode() for part in parts for one in world.FOREIGN_IDS.findall(part)}
    return found | {world.FOREIGN_WORD for part in parts if world.FOREIGN_WORD.encode() in part}


def written(visitor: Visit) -> set[str]:
    """What the last request wrote, as verb and table."""
    return {re.split(r" \(| SET | WHERE ", statement)[0].strip() for statement in visitor.written}


def why(caplog: pytest.LogCaptureFixture) -> str:
    return "; ".join(repr(record.exc_info[1]) for record in caplog.records if record.exc_info)[:200]


# ---------------------------------------------------------------- lists taken out

@ROLES
def test_a_list_is_taken_out_by_those_who_may_see_it(app: Flask, office: Any, role: Role) -> None:
    """``/downloads/lists/<code>`` is open to everybody; which lists are his, their own permission says."""
    actor = office.actor(world.person_of(role))
    for code, source in every_list().items():
        try:
            downloads.source_for(actor, code)
            allowed = True
        except NotAllowed:
            allowed = False
        assert allowed is may_ever(actor, source.permission), code
    assert MISSING not in every_list()
