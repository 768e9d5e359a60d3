"""在线会话 in the hands of the security administrator, the second sign-in that is refused, and the networks of administrators."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.accounts.models import UserSession
from app.chain import HistoryEntry
from app.config import RefusedToStart, load
from app.db import session

PASSWORD = "Correct-horse-7-battery"


@pytest.fixture
def zhang(office, with_password):
    return with_password(office.people["county:抽样员"])


def enter(client, user, **options):
    return client.post("/sign-in", data={"username": user.username, "password": PASSWORD}, **options)


def inside(client):
    return client.get("/my-sessions").status_code == 200


def test_the_security_administrator_sees_and_ends_sessions_of_his_reach(app, office, zhang, sign_in, steps_of):
    here, there = app.test_client(), app.test_client()
    assert enter(here, zhang).status_code == enter(there, zhang).status_code == 303
    security, other = sign_in(office.people["county:安全管理员"]), sign_in(office.people["other:安全管理员"])
    page = security.get("/sessions?q=county-sampler").text.partition("<main")[2].partition("</main>")[0]
    assert page.count("127.0.0.1") == 2 and "county-security" not in page
    assert "county-sampler" not in other.get("/sessions").text
    assert sign_in(office.people["county:系统管理员"]).get("/sessions").status_code == 403
    first = session().scalars(sa.select(UserSession.id).where(UserSession.user_id == zhang.id).order_by(UserSession.id)).first()
    assert other.post(f"/sessions/{first}/end").status_code == 404
    assert [security.post(f"/sessions/{first}/end").status_code for _ in range(2)] == [303, 409]
    assert not inside(here) and inside(there)
    assert [security.post(f"/users/{zhang.id}/end-sessions").status_code for _ in range(2)] == [303, 409]
    assert not inside(there) and steps_of(zhang)[-2:] == ["end_sessions", "end_sessions"]


def test_a_second_sign_in_is_refused_with_the_place_of_the_first(app, zhang):
    app.config.update(ONE_SESSION_PER_ACCOUNT=True, ONE_SESSION_MODE="refuse")
    here, there = app.test_client(), app.test_client()
    enter(here, zhang, environ_base={"REMOTE_ADDR": "10.8.1.5"})
    answer = enter(there, zhang)
    assert answer.status_code == 422 and "正在另一处使用：地址 10.8.1.5" in answer.text
    wrong = there.post("/sign-in", data={"username": zhang.username, "password": "Wrong-horse-7"})
    assert "另一处" not in wrong.text  # whoever does not know the password learns nothing
    assert inside(here) and not inside(there)
    here.post("/sign-out")
    assert enter(there, zhang).status_code == 303


def test_administrators_work_from_their_networks_only(app, office, with_password, zhang):
    app.config["ADMIN_NETS"] = "10.8.1.0/24, 192.168.6.0/24"
    admin = with_password(office.people["county:系统管理员"])
    refused = enter(app.test_client(), admin)
    assert refused.status_code == 422 and "127.0.0.1" in refused.text and "规定的网段" in refused.text
    client, inner = app.test_client(), {"environ_base": {"REMOTE_ADDR": "192.168.6.9"}}
    assert enter(client, admin, **inner).status_code == 303
    assert client.get("/users", **inner).status_code == 200
    moved = client.get("/users")  # the laptop is carried elsewhere
    assert moved.status_code == 403 and "规定的网段" in moved.text
    told = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "denied")).one()
    assert (told.actor_id, told.address) == (admin.id, "127.0.0.1")
    assert client.post("/sign-out").status_code == 303
    assert enter(app.test_client(), zhang).status_code == 303  # everybody else works where he is


@pytest.mark.parametrize("wrong", [
    {"ADMIN_NETS": "10.8.1.0/40"}, {"ONE_SESSION_MODE": "both"}, {"PASSWORD_LENGTH": 8}, {"PASSWORD_CLASSES": 5}, {"IDLE_DISABLE_DAYS": -1},
])
def test_settings_that_make_no_sense_refuse_to_start(tmp_path, wrong):
    with pytest.raises(RefusedToStart, match=next(iter(wrong))):
        load({"INSTANCE_FOLDER": tmp_path, **wrong})
