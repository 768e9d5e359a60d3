"""Every route × every role, taken from the application itself: a route added later is covered without touching this file.

Who may do what to *which* record (its organisation, its handler) is tested where the record is; here stands that no route
is without a permission, that nobody gets in without signing in, that no role reaches a page that is never its own, that
every change asks for the token of its form, and that looking changes nothing.

The interface for programs (/api/) has another door: a key in a header. There a browser's session counts for nothing,
whoever is signed in, and so no form's token is asked for; a key reaches what its user's roles reach, and nothing beside it.
"""

from __future__ import annotations

import hashlib

import pytest
import sqlalchemy as sa
from werkzeug.routing import IntegerConverter, Rule

from app import clock
from app.api.models import ApiKey
from app.api.operations import hash_of
from app.authorize import permission_of
from app.db import Base, engine, session, transaction
from app.domain.actors import Role
from app.domain.api_keys import ApiScope
from app.domain.permissions import Permission, may_ever
from tests.conftest import make_app

FILES = frozenset({"static", "bootstrap.static"})  # files of the program itself, the same for everybody
PLACE = {Role.LABORATORY: "lab"}
# What a click leaves behind beside the business: the session's last use, and the record of a refusal.
TRACES = frozenset({"user_session", "history_entry"})


def rules(app, method: str) -> list[Rule]:
    return sorted(
        (rule for rule in app.url_map.iter_rules() if method in rule.methods and rule.endpoint not in FILES),
        key=lambda rule: rule.rule,
    )


def plain(app, method: str) -> list[Rule]:
    """Routes without arguments: they ask for the role alone."""
    return [rule for rule in rules(app, method) if not rule.arguments]


def by_key(rule: Rule) -> bool:
    """Is this an address for programs?"""
    return rule.rule.startswith("/api/")


def address(app, rule: Rule) -> str:
    """Any address of the route; record 1 may or may not exist."""
    values = {
        name: 1 if isinstance(rule._converters[name], IntegerConverter) else "x" for name in rule.arguments
    }
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods - {"HEAD", "OPTIONS"})))


def test_there_are_routes(app):
    assert {"/sign-in", "/users", "/organisations/", "/"} <= {rule.rule for rule in rules(app, "GET")}


def test_every_route_carries_exactly_one_permission(app):
    without = [rule.endpoint for rule in app.url_map.iter_rules()
               if rule.endpoint not in FILES and permission_of(rule.endpoint) is None]
    assert without == []


def test_what_is_open_to_everybody_is_listed_here(app):
    """A page open to the world is a decision, so a new one has to be added here by hand."""
    public = {rule.endpoint for rule in rules(app, "GET") + rules(app, "POST")
              if permission_of(rule.endpoint) is Permission.PUBLIC}
    ours = {name for name in public if name.startswith("public.")}  # 公众查询页, off unless the bureau opens it; tests/public
    assert public - ours == {
        "accounts.sign_in", "accounts.session_state", "pages.browser", "pages.health", "pages.ready",
        "monitoring.metrics",  # to METRICS_NETS only
    }  # fmt: skip
    assert {name.removeprefix("public.") for name in ours} == {
        "robots", "index", "item", "export_xlsx", "export_csv", "notices", "notice", "notice_file", "tips", "tip", "inspections",
        "penalties", "penalties_xlsx", "penalties_csv", "random", "random_xlsx", "random_csv",
    }  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_gets_in_without_signing_in(app, office, method):
    client = app.test_client()
    for rule in rules(app, method):
        if permission_of(rule.endpoint) is Permission.PUBLIC:
            continue
        answer = client.open(address(app, rule), method=method)
        if by_key(rule):
            assert answer.status_code == 401, f"{method} {rule.rule}"
            continue
        assert answer.status_code == 303, f"{method} {rule.rule}"
        assert answer.location.startswith("/sign-in"), f"{method} {rule.rule}"


def never_its_own(rule: Rule, actor) -> bool:
    permission = permission_of(rule.endpoint)
    return permission not in (Permission.PUBLIC, Permission.SIGNED_IN) and not may_ever(actor, permission)


def as_it_should(rule: Rule, actor, status: int) -> bool:
    """Is this what the role is told at this address? Of a record it may as well be told that there is none."""
    if permission_of(rule.endpoint) in (Permission.PUBLIC, Permission.SIGNED_IN):
        return status < 500
    if never_its_own(rule, actor):
        return status in ((401,) if by_key(rule) else (403, 404) if rule.arguments else (403,))
    if rule.arguments:
        return status < 500
    return status == 401 if by_key(rule) else status not in (401, 403, 404, 405) and status < 500  # signed in, but without a key


@pytest.mark.parametrize("role", list(Role))
def test_no_role_reaches_a_page_that_is_never_its_own(app, office, sign_in, role):
    """Changes are refused as forbidden. What can be looked at is asked for in ``test_looking_changes_nothing``."""
    name = f"{PLACE.get(role, 'county')}:{role.value}"
    client, actor = sign_in(office.people[name]), office.actor(name)
    for rule in plain(app, "POST"):
        if permission_of(rule.endpoint) not in (Permission.PUBLIC, Permission.SIGNED_IN):
            status = client.post(rule.rule).status_code
            assert as_it_should(rule, actor, status), f"POST {rule.rule} {role}: {status}"


def key_for(actor) -> dict[str, str]:
    """The header of a key of every scope, whatever roles its user has come to hold."""
    written = f"shian_{'k' * 10}_{'s' * 40}"
    with transaction():
        session().add(
            ApiKey(
                org_id=actor.org_id, user_id=actor.user_id, name="x", prefix="k" * 10, secret_sha256=hash_of(written),
                scopes=[scope.value for scope in ApiScope], per_minute=6000, created_at=clock.now(),
            )
        )  # fmt: skip
    return {"Authorization": f"Bearer {written}"}


@pytest.mark.parametrize("role", list(Role))
def test_a_key_reaches_what_its_users_role_reaches(app, office, role):
    """At the interface, too, the table of permissions decides."""
    actor = office.actor(f"{PLACE.get(role, 'county')}:{role.value}")
    client, bearer = app.test_client(use_cookies=False), key_for(actor)
    for method in ("GET", "POST"):
        for rule in filter(by_key, rules(app, method)):
            status = client.open(address(app, rule), method=method, headers=bearer).status_code
            if may_ever(actor, permission_of(rule.endpoint)):
                assert status in ((404,) if rule.arguments else (200, 415)), f"{method} {rule.rule} {role}: {status}"
            else:
                assert status in (403, 404), f"{method} {rule.rule} {role}: {status}"


def test_a_key_opens_no_page(app, office):
    client, bearer = app.test_client(use_cookies=False), key_for(office.actor("county:抽样员"))
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if not by_key(rule) and permission_of(rule.endpoint) is not Permission.PUBLIC:
                answer = client.open(address(app, rule), method=method, headers=bearer)
                assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in"), f"{method} {rule.rule}"


@pytest.mark.parametrize("role", list(Role))
def test_looking_changes_nothing(app, office, sign_in, role):
    """Every page about no record is looked at once: each role is shown or refused what it should be, and nothing has changed
    in the end. Pages about records are looked at by tests/security, which watches every statement that a look brings about."""
    name = f"{PLACE.get(role, 'county')}:{role.value}"
    client, actor = sign_in(office.people[name]), office.actor(name)
    before = fingerprint()
    for rule in plain(app, "GET"):
        status = client.get(address(app, rule)).status_code
        assert as_it_should(rule, actor, status), f"GET {rule.rule} {role}: {status}"
    assert fingerprint() == before


def fingerprint() -> dict[str, str]:
    session().rollback()
    found = {}
    with engine().connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in TRACES:
                rows = connection.execute(sa.select(table).order_by(*table.primary_key.columns)).all()
                found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def test_the_fingerprint_sees_a_change(app, office):
    before = fingerprint()
    with transaction():
        session().execute(sa.update(Base.metadata.tables["user_account"]).values(position="x"))
    assert [name for name, digest in fingerprint().items() if digest != before[name]] == ["user_account"]


# ---------------------------------------------------------------- CSRF

@pytest.fixture(scope="module")
def guarded(peopled, tmp_path_factory):
    """The application as it runs in the office, with forged requests refused: so nothing is changed in it."""
    import shutil

    folder = tmp_path_factory.mktemp("guarded")
    shutil.copy(peopled, folder / "shian.sqlite3")
    made = make_app(folder, WTF_CSRF_ENABLED=True)
    yield made
    made.extensions["shian_engine"].dispose()


@pytest.mark.parametrize("token", [None, "", "forged", "IjEyMzQ1Ig.aaaa.bbbb"])
def test_every_change_asks_for_the_token_of_its_form(guarded, token):
    client = guarded.test_client()
    changing = [rule for method in ("POST", "PUT", "PATCH", "DELETE") for rule in rules(guarded, method)]
    assert len(changing) > 8
    for rule in changing:
        method = next(iter(rule.methods & {"POST", "PUT", "PATCH", "DELETE"}))
        answer = client.open(address(guarded, rule), method=method, data={} if token is None else {"csrf_token": token})
        expected = 401 if by_key(rule) else 400  # a page of another site cannot send a key, and nothing else is believed there
        assert answer.status_code == expected, f"{rule.rule}: {answer.status_code}"


def test_the_token_of_another_browser_is_forged(guarded):
    def token_of(client) -> str:
        page = client.get("/sign-in").text
        return page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]

    mine, other = guarded.test_client(), guarded.test_client()
    token = token_of(mine)
    token_of(other)
    data = {"csrf_token": token, "username": "x", "password": "x"}
    assert other.post("/sign-in", data=data).status_code == 400
    assert mine.post("/sign-in", data=data).status_code == 422
