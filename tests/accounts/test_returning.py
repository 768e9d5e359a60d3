"""登录超时: what was typed is still there after signing in again, for the same person only; asking prolongs nothing."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts.models import UserSession
from app.db import session, transaction
from app.organisations.models import Organisation
from tests.conftest import PASSWORD

WRITTEN = {"name": "新单位", "note": '带 " 和 <b> 的内容', "picked": ["甲", "乙"], "csrf_token": "old"}


@pytest.fixture
def zhang(office: Any, with_password: Any) -> Any:
    return with_password(office.people["county:抽样员"])


def enter(client: Any, user: Any, **fields: Any) -> Any:
    return client.post("/sign-in", data={"username": user.username, "password": PASSWORD, **fields})


def hidden(page: str) -> list[tuple[str, str]]:
    return [(name, html.unescape(value)) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)]


def sealed(page: str) -> str:
    found = re.search(r'name="kept" type="hidden" value="([^"]+)"', page)
    assert found is not None
    return html.unescape(found[1])


def end_idle(minutes: int = 31) -> None:
    with transaction() as current:
        current.execute(sa.update(UserSession).values(seen_at=clock.now() - timedelta(minutes=minutes)))


def test_a_form_sent_after_the_session_ended_waits_for_signing_in_again(app: Any, zhang: Any) -> None:
    client = app.test_client()
    enter(client, zhang)
    end_idle()
    asked = client.post("/sampling/new?task=7", data=WRITTEN, headers={"Referer": "http://localhost/sampling/new?task=7"})
    assert asked.status_code == 401 and "刚才的内容还没有提交" in asked.text and "新单位" not in asked.text
    wrong = client.post("/sign-in", data={"username": zhang.username, "password": "wrong", "kept": sealed(asked.text)})
    assert wrong.status_code == 422 and sealed(wrong.text) == sealed(asked.text)  # a slip loses nothing
    page = enter(client, zhang, kept=sealed(asked.text))
    assert page.status_code == 200 and 'action="/sampling/new?task=7"' in page.text and "还没有提交" in page.text
    assert hidden(page.text)[-4:] == [("name", "新单位"), ("note", '带 " 和 <b> 的内容'), ("picked", "甲"), ("picked", "乙")]
    assert "old" not in dict(hidden(page.text)).values() and 'href="/sampling/new?task=7">不提交，返回原页面' in page.text


def test_nobody_else_is_shown_what_was_typed(app: Any, office: Any, zhang: Any, with_password: Any) -> None:
    other = with_password(office.people["county:办案人"])
    client = app.test_client()
    enter(client, zhang)
    end_idle()
    kept = sealed(client.post("/sampling/new", data=WRITTEN).text)
    answer = enter(client, other, kept=kept)
    assert (answer.status_code, answer.location) == (303, "/")
    assert enter(app.test_client(), zhang, kept=kept + "x").status_code == 303  # what we did not seal is nothing
    assert enter(app.test_client(), zhang, kept=kept).status_code == 200


@pytest.mark.parametrize(("method", "address", "data"), [
    ("POST", "/password", {"current": "a", "new": "b", "repeat": "b"}),  # passwords are carried nowhere
    ("POST", "/sampling/new", {"auto": "1", "name": "甲"}),  # the browser's own saving says it is not saved
    ("GET", "/sampling/?state=registered", {}),
])
def test_what_is_only_led_to_the_door(app: Any, zhang: Any, method: str, address: str, data: dict[str, str]) -> None:
    client = app.test_client()
    enter(client, zhang)
    end_idle()
    answer = client.open(address, method=method, data=data)
    assert answer.status_code == 303 and answer.location.startswith("/sign-in")
    assert ("next=/sampling/" in answer.location) is (method == "GET")


def test_a_stranger_is_asked_to_sign_in_and_nothing_is_kept(app: Any, office: Any) -> None:
    answer = app.test_client().post("/sampling/new", data=WRITTEN)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert session().scalar(sa.select(sa.func.count()).select_from(Organisation).where(Organisation.name == "新单位")) == 0


def test_the_state_of_a_session_is_told_without_prolonging_it(app: Any, zhang: Any) -> None:
    client = app.test_client()
    assert client.get("/session").json["state"] == "out"
    enter(client, zhang)
    end_idle(28)
    told = client.get("/session").json
    assert (told["state"], told["user"]) == ("in", zhang.username) and 60 < told["seconds"] <= 120
    assert client.get("/counts").status_code == 200 and client.get("/session").json["seconds"] <= 120
    assert client.post("/session").json["seconds"] > 29 * 60  # 继续使用
    end_idle(31)
    assert client.get("/session").json["state"] == "out"


def test_going_on_does_not_outlast_the_longest_session(app: Any, zhang: Any) -> None:
    client = app.test_client()
    enter(client, zhang)
    with transaction() as current:
        current.execute(sa.update(UserSession).values(until=clock.now() + timedelta(seconds=90)))
    assert client.post("/session").json["seconds"] <= 90
