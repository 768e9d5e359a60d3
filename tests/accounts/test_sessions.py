"""Sessions: no fixation, no replay, idle and absolute limits, and what ends them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts import sessions
from app.accounts.forms import local_address
from app.accounts.models import User, UserSession
from app.chain import HistoryEntry
from app.db import session, transaction

PASSWORD = "Correct-horse-7-battery"
ROW = '<td class="nowrap">127.0.0.1</td>'
NEW = "Another-staple-9-lamp"


@pytest.fixture
def zhang(office, with_password):
    return with_password(office.people["county:抽样员"])


def enter(client, user, password=PASSWORD, next_address=None):
    return client.post("/sign-in", data={"username": user.username, "password": password, "next": next_address or ""})


def inside(client) -> bool:
    return client.get("/my-sessions").status_code == 200


def cookie_of(client) -> str:
    found = client.get_cookie("shian_session")
    return found.value if found else ""


def with_cookie(app, value: str):
    client = app.test_client()
    client.set_cookie("shian_session", value)
    return client


def test_sign_in_leads_home_and_the_page_greets_by_name(app, zhang):
    client = app.test_client()
    answer = enter(client, zhang)
    assert (answer.status_code, answer.location) == (303, "/")
    page = client.get("/").text
    assert zhang.name in page and "上次登录：首次登录" in page


def test_a_refused_sign_in_keeps_the_name_and_never_the_password(app, zhang):
    answer = enter(app.test_client(), zhang, "Wrong-horse-7-battery")
    assert answer.status_code == 422
    assert zhang.username in answer.text and "Wrong-horse" not in answer.text
    assert "用户名或密码不正确" in answer.text


def test_the_session_after_sign_in_is_not_the_one_before(app, zhang):
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[sessions.TOKEN] = "planted-by-somebody-else"
        cookie["planted"] = "yes"
    enter(client, zhang)
    with client.session_transaction() as cookie:
        assert cookie[sessions.TOKEN] != "planted-by-somebody-else"
        assert "planted" not in cookie
        assert len(cookie[sessions.TOKEN]) >= 43  # 256 bits
        stored = session().scalars(sa.select(UserSession.token_hash)).one()
        assert cookie[sessions.TOKEN] not in stored  # a stolen table signs nobody in


def test_signing_in_again_ends_the_session_this_browser_held(app, zhang):
    client = app.test_client()
    enter(client, zhang)
    first = cookie_of(client)
    enter(client, zhang)
    assert inside(client)
    assert not inside(with_cookie(app, first))


def test_after_sign_out_the_old_cookie_is_worthless(app, zhang, steps_of):
    client = app.test_client()
    enter(client, zhang)
    kept = cookie_of(client)
    answer = client.post("/sign-out")
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "您已安全退出" in client.get(answer.location).text
    assert not inside(client)
    assert not inside(with_cookie(app, kept))
    assert steps_of(zhang) == ["sign_in", "sign_out"]


def test_signing_out_is_no_link(app, zhang):
    client = app.test_client()
    enter(client, zhang)
    assert client.get("/sign-out").status_code == 405
    assert inside(client)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(app, zhang, steps_of):
    here, elsewhere = app.test_client(), app.test_client()
    enter(here, zhang)
    enter(elsewhere, zhang)
    answer = here.post("/password", data={"current": PASSWORD, "new": NEW, "repeat": NEW})
    assert answer.status_code == 303
    assert inside(here)
    assert not inside(elsewhere)
    assert enter(app.test_client(), zhang).status_code == 422
    assert enter(app.test_client(), zhang, NEW).status_code == 303
    assert "change_password" in steps_of(zhang)


def test_a_disabled_person_is_out_at_the_next_click(app, office, zhang, sign_in):
    client = app.test_client()
    enter(client, zhang)
    administrator = sign_in(office.people["city:系统管理员"])
    administrator.post(f"/users/{zhang.id}/disable", data={"version": zhang.version, "comment": "离职"})
    assert client.get("/").headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(("role", "minutes", "still_in"), [
    ("抽样员", 29, True),
    ("抽样员", 31, False),  # 30 minutes for everybody
    ("系统管理员", 14, True),
    ("系统管理员", 16, False),  # 15 for the three administrators
    ("安全管理员", 16, False),
    ("审计管理员", 16, False),
])
def test_whoever_is_away_too_long_signs_in_again(office, sign_in, role, minutes, still_in):
    client = sign_in(office.people[f"county:{role}"])
    _set(seen_at=clock.now() - timedelta(minutes=minutes))
    assert inside(client) is still_in


def test_a_session_in_use_still_ends_after_ten_hours(app, zhang):
    client = app.test_client()
    enter(client, zhang)
    record = session().execute(sa.select(UserSession.created_at, UserSession.until)).one()
    assert record.until - record.created_at == timedelta(hours=10)
    _set(until=clock.now() - timedelta(seconds=1))
    assert not inside(client)


def test_use_is_noted_at_most_once_a_minute(office, sign_in):
    client = sign_in(office.people["county:抽样员"])
    for age, written in ((30, False), (61, True)):
        seen = clock.now() - timedelta(seconds=age)
        _set(seen_at=seen)
        client.get("/my-sessions")
        session().rollback()
        assert (session().scalars(sa.select(UserSession.seen_at)).one() > seen) is written


def _set(**values):
    with transaction():
        session().execute(sa.update(UserSession).values(**values))


def test_only_one_session_where_the_office_wants_it_so(app, zhang):
    app.config["ONE_SESSION_PER_ACCOUNT"] = True
    first, second = app.test_client(), app.test_client()
    enter(first, zhang)
    enter(second, zhang)
    assert (inside(first), inside(second)) == (False, True)


# ---------------------------------------------------------------- next

@pytest.mark.parametrize(("written", "kept"), [
    ("/users?role=x", "/users?role=x"),
    ("//evil.example", None),  # another host
    ("/\\evil.example", None),  # browsers read \ as /
    ("\\\\evil.example", None),
    ("https://evil.example/", None),
    ("javascript:alert(1)", None),
    ("/\t/evil.example", None),  # browsers drop tabs and newlines
    ("/x\r\nSet-Cookie: a=b", None),
    ("users", None),
    ("", None),
    (None, None),
])
def test_after_sign_in_one_stays_on_this_site(written, kept):
    assert local_address(written) == kept


def test_sign_in_leads_to_the_page_one_came_from(app, zhang):
    client = app.test_client()
    turned_away = client.get("/my-sessions")
    form = client.get(turned_away.location).text
    assert 'value="/my-sessions?"' in form
    assert enter(client, zhang, next_address="/my-sessions?").location == "/my-sessions"
    assert enter(client, zhang, next_address="//evil.example").location == "/"


# ---------------------------------------------------------------- one's own sessions

def test_one_sees_and_ends_ones_own_sessions(app, zhang):
    here, elsewhere = app.test_client(), app.test_client()
    enter(elsewhere, zhang)
    enter(here, zhang)
    page = here.get("/my-sessions").text
    assert page.count(ROW) == 2
    other = min(session().scalars(sa.select(UserSession.id)))
    assert here.post(f"/my-sessions/{other}/end").status_code == 303
    assert (inside(here), inside(elsewhere)) == (True, False)
    assert here.get("/my-sessions").text.count(ROW) == 1


def test_the_browser_is_named_in_words(app, zhang):
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = agent
    enter(client, zhang)
    page = client.get("/my-sessions").text
    assert "<td>Chrome 141 / Linux</td>" in page and "Mozilla" not in page


def test_another_persons_session_does_not_exist(app, office, zhang, sign_in):
    client = app.test_client()
    enter(client, zhang)
    record = session().scalars(sa.select(UserSession.id)).one()
    stranger = sign_in(office.people["city:系统管理员"])
    assert stranger.post(f"/my-sessions/{record}/end").status_code == 404
    assert inside(client)


# ---------------------------------------------------------------- forced change, refusals

@pytest.mark.parametrize("change", [
    {"must_change": True},  # first sign-in
    {"password_changed_at": clock.now() - timedelta(days=91)},  # 90 days
])
def test_nothing_else_is_open_until_the_password_is_changed(app, zhang, change):
    with transaction():
        session().execute(sa.update(User).where(User.id == zhang.id).values(**change))
    client = app.test_client()
    enter(client, zhang)
    assert client.get("/").location == "/password"
    assert "请先修改密码" in client.get("/password").text
    client.post("/password", data={"current": PASSWORD, "new": NEW, "repeat": NEW})
    assert client.get("/").status_code == 200


def test_a_refusal_for_want_of_permission_is_recorded(office, sign_in):
    person = office.people["county:抽样员"]
    assert sign_in(person).get("/users?x=1").status_code == 403
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "denied")).one()
    assert (entry.actor_id, entry.subject_name, entry.address) == (person.id, "GET /users", "127.0.0.1")


def test_the_page_of_a_refused_step_still_names_its_reader(office, sign_in):
    """A refusal rolls back, which expires every loaded row; the page must not need them."""
    person = office.people["city:系统管理员"]
    answer = sign_in(person).post(f"/users/{office.people['county:抽样员'].id}/disable", data={"version": 99, "comment": "离职"})
    assert answer.status_code == 409
    assert person.name in answer.text
