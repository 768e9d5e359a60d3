"""Accounts in the hands of the administrators (三员分立), on their pages."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts import operations, queries
from app.accounts.models import User
from app.accounts.operations import Details
from app.chain import HistoryEntry
from app.db import session, transaction
from app.domain.actors import Role
from app.errors import NotAllowed

PASSWORD = "Correct-horse-7-battery"
ONCE = re.compile(r'<code class="one-time[^"]*">([^<]+)</code>')


@pytest.fixture
def system(office, sign_in):
    return sign_in(office.people["county:系统管理员"])


@pytest.fixture
def security(office, sign_in):
    return sign_in(office.people["county:安全管理员"])


def new(office, **values):
    return {"username": "zhangsan", "name": "张三", "org_id": office.orgs["county"].id, "roles": ["抽样员"], **values}


def account(username) -> User | None:
    session().rollback()
    return session().scalars(
        sa.select(User).where(User.username == username).execution_options(populate_existing=True)
    ).first()


def once_in(text: str) -> str:
    from html import unescape

    return unescape(ONCE.search(text)[1])


def last_entry(user_id):
    return session().scalars(
        sa.select(HistoryEntry)
        .where(HistoryEntry.subject_kind == "user_account", HistoryEntry.subject_id == user_id)
        .order_by(HistoryEntry.seq.desc())
    ).first()


# ---------------------------------------------------------------- create

def test_a_new_person_signs_in_once_with_the_password_shown_once(app, office, system):
    answer = system.post("/users/new", data=new(office, roles=["抽样员", "统计员"]))
    password = once_in(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    user = account("zhangsan")
    assert password not in system.get(f"/users/{user.id}").text
    client = app.test_client()
    client.post("/sign-in", data={"username": "zhangsan", "password": password})
    assert client.get("/").location == "/password"
    client.post("/password", data={"current": password, "new": PASSWORD, "repeat": PASSWORD})
    assert client.get("/").status_code == 200
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.subject_id == user.id, HistoryEntry.step == "create")).one()
    assert json.loads(entry.changes)["岗位角色"] == [None, "抽样员、统计员"]
    assert password not in str(entry.changes)


def test_the_one_time_password_is_in_no_address_and_no_cookie(office, system):
    answer = system.post("/users/new", data=new(office))
    password = once_in(answer.text)
    assert answer.status_code == 200 and answer.location is None
    with system.session_transaction() as cookie:
        assert password not in str(dict(cookie))


@pytest.mark.parametrize(("values", "said"), [
    ({"username": ""}, "请填写用户名"),
    ({"username": "a"}, "2 至 40 个"),
    ({"username": "zhang san"}, "2 至 40 个"),  # a space inside
    ({"username": "<b>x</b>"}, "2 至 40 个"),
    ({"username": "COUNTY-sampler"}, "已被使用"),  # differs by capitals only
    ({"name": " "}, "请填写姓名"),
    ({"roles": []}, "至少选择一个岗位角色"),
    ({"roles": ["系统管理员", "审计管理员"]}, "互斥"),
    ({"roles": ["安全管理员", "办案人"]}, "不得兼任业务角色"),
    ({"roles": ["承检机构"]}, "承检机构的账号只能"),  # a laboratory's role in a bureau
    ({"roles": ["超级用户"]}, "岗位角色"),  # no such role
])
def test_a_bad_account_is_refused_at_its_field_and_keeps_what_was_typed(office, system, values, said):
    before = session().scalar(sa.select(sa.func.count()).select_from(User))
    answer = system.post("/users/new", data={"position": "食品抽检科", **new(office, **values)})
    assert answer.status_code == 422
    assert said in answer.text and "食品抽检科" in answer.text
    session().rollback()
    assert session().scalar(sa.select(sa.func.count()).select_from(User)) == before


@pytest.mark.parametrize("place", ["city", "other", "root", "lab"])
def test_no_account_outside_ones_own_reach(office, system, place):
    assert system.post("/users/new", data=new(office, org_id=office.orgs[place].id)).status_code == 422
    assert account("zhangsan") is None


def test_the_operation_itself_asks_for_the_reach(office):
    details = Details("张三", office.orgs["other"], frozenset({Role.SAMPLER}))
    with pytest.raises(NotAllowed), transaction():
        operations.create(office.actor("county:系统管理员"), "zhangsan", details, clock.now())


def test_the_station_below_is_within_reach(office, system):
    assert system.post("/users/new", data=new(office, org_id=office.orgs["station"].id)).status_code == 200


# ---------------------------------------------------------------- edit, grant

def edited(user, **values):
    return {
        "name": user.name, "position": user.position or "", "org_id": user.org_id, "roles": ["抽样员"], "version": user.version,
        **values,
    }


def test_granting_roles_is_recorded_with_before_and_after(office, system):
    user = office.people["county:抽样员"]
    answer = system.post(f"/users/{user.id}/edit", data=edited(user, roles=["统计员", "抽样员"]))
    assert answer.status_code == 303
    entry = last_entry(user.id)
    assert (entry.step, json.loads(entry.changes)) == ("grant", {"岗位角色": ["抽样员", "抽样员、统计员"]})
    assert "抽样员 → 抽样员、统计员" in system.get(f"/users/{user.id}").text


def test_a_role_taken_away_is_gone_at_the_next_click(office, system, sign_in):
    user = office.people["county:统计员"]
    client = sign_in(user)
    assert client.get("/organisations/").status_code == 403
    system.post(f"/users/{user.id}/edit", data=edited(user, roles=["系统管理员"]))
    assert client.get("/organisations/").status_code == 200


def test_moving_a_person_changes_what_he_reaches_and_is_recorded(office, system, read_again):
    user = office.people["county:抽样员"]
    system.post(f"/users/{user.id}/edit", data=edited(user, org_id=office.orgs["station"].id, position="所员"))
    assert read_again(user).org_id == office.orgs["station"].id
    changes = json.loads(last_entry(user.id).changes)
    assert changes["所属机构"] == ["蓟州区市场监督管理局", "文昌市场监督管理所"]
    assert changes["科室职务"] == [None, "所员"]


def test_two_administrators_editing_one_account_the_second_is_told(office, system, read_again):
    user = office.people["county:抽样员"]
    form = edited(user, roles=["统计员"])
    assert system.post(f"/users/{user.id}/edit", data=form).status_code == 303
    answer = system.post(f"/users/{user.id}/edit", data={**form, "name": "改名", "roles": ["办案人"]})
    assert answer.status_code == 409
    assert "刚被他人修改" in answer.text and 'value="改名"' in answer.text
    assert read_again(user).roles == {Role.STATISTICIAN}


@pytest.mark.parametrize("roles", [["系统管理员", "安全管理员"], ["审计管理员", "抽样员"], []])
def test_exclusive_roles_are_refused_when_granted_later_too(office, system, read_again, roles):
    user = office.people["county:抽样员"]
    assert system.post(f"/users/{user.id}/edit", data=edited(user, roles=roles)).status_code == 422
    assert read_again(user).roles == {Role.SAMPLER}


def test_nobody_edits_himself(office, system):
    me = office.people["county:系统管理员"]
    for path in ("edit", "disable", "reset-password"):
        answer = system.post(f"/users/{me.id}/{path}", data=edited(me, roles=["审计管理员"]))
        assert answer.status_code == 403


# ---------------------------------------------------------------- disable, reset, unlock

def test_disable_and_enable(office, system, read_again, steps_of):
    user = office.people["county:抽样员"]
    system.post(f"/users/{user.id}/disable", data={"version": user.version})
    assert read_again(user).active is False
    assert "停用" in system.get(f"/users/{user.id}").text
    assert system.post(f"/users/{user.id}/disable", data={"version": read_again(user).version}).status_code == 409
    assert system.post(f"/users/{user.id}/reset-password", data={"version": read_again(user).version}).status_code == 409
    system.post(f"/users/{user.id}/enable", data={"version": read_again(user).version})
    assert read_again(user).active is True
    assert steps_of(user) == ["disable", "enable"]


def test_a_reset_password_works_once_and_ends_every_session(app, office, system, with_password, sign_in):
    user = with_password(office.people["county:抽样员"])
    client, shown = sign_in(user), user.version
    answer = system.post(f"/users/{user.id}/reset-password", data={"version": shown})
    password = once_in(answer.text)
    assert client.get("/my-sessions").status_code == 303
    fresh = app.test_client()
    assert fresh.post("/sign-in", data={"username": user.username, "password": PASSWORD}).status_code == 422
    assert fresh.post("/sign-in", data={"username": user.username, "password": password}).status_code == 303
    assert fresh.get("/").location == "/password"
    # what was used before the reset may not come back after it
    assert "最近 5 次" in fresh.post("/password", data={"current": password, "new": PASSWORD, "repeat": PASSWORD}).text
    # the page that showed it, sent again, does not make another
    assert system.post(f"/users/{user.id}/reset-password", data={"version": shown}).status_code == 409


def test_the_security_administrator_unlocks_and_the_system_administrator_does_not(
    office, system, security, read_again, steps_of
):
    user = office.people["county:抽样员"]
    with transaction():
        session().execute(sa.update(User).where(User.id == user.id).values(locked_until=clock.now().replace(year=2027)))
    assert "解锁" not in system.get(f"/users/{user.id}").text
    assert system.post(f"/users/{user.id}/unlock", data={"version": user.version}).status_code == 403
    assert "解锁" in security.get(f"/users/{user.id}").text
    assert security.post(f"/users/{user.id}/unlock", data={"version": user.version}).status_code == 303
    assert read_again(user).locked_until is None
    assert steps_of(user) == ["unlock"]
    assert security.post(f"/users/{user.id}/unlock", data={"version": read_again(user).version}).status_code == 409


@pytest.mark.parametrize("path", ["disable", "enable", "reset-password", "edit"])
def test_the_security_administrator_changes_no_account(office, security, path):
    user = office.people["county:抽样员"]
    assert security.post(f"/users/{user.id}/{path}", data=edited(user)).status_code == 403


@pytest.mark.parametrize("path", ["", "/edit"])
@pytest.mark.parametrize("stranger", ["other:抽样员", "city:抽样员", "lab:承检机构"])
def test_accounts_outside_ones_reach_do_not_exist(office, system, path, stranger):
    assert system.get(f"/users/{office.people[stranger].id}{path}").status_code == 404
    assert system.post(f"/users/{office.people[stranger].id}/disable", data={"version": 1}).status_code == 404


# ---------------------------------------------------------------- list

def test_the_list_shows_ones_reach_only(office, system):
    page = system.get("/users").text
    assert "county-sampler" in page and "station-sampler" in page
    assert "other-sampler" not in page and "city-sampler" not in page


@pytest.mark.parametrize(("query", "inside", "outside"), [
    ("role=办案人", "county-handler", "county-sampler"),
    ("q=REVIEWER2", "county-reviewer2", "county-sampler"),  # user name, capitals or not
    ("q=另一审核", "county-reviewer2", "county-reviewer\""),  # name
    ("q=%25", "没有符合条件的用户", "county-sampler"),  # a percent sign is itself
    ("state=locked", "没有符合条件的用户", "county-sampler"),
    ("state=disabled", "没有符合条件的用户", "county-sampler"),
    ("role=不存在&state=x&org=y", "county-sampler", "没有符合条件的用户"),  # unknown words are no condition
])
def test_filters_of_the_list(office, system, query, inside, outside):
    page = system.get(f"/users?{query}").text
    assert inside in page and outside not in page.replace("<", '"<')


def test_paging_by_key_shows_everybody_once_in_both_directions(office, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 4)
    actor = office.actor("county:系统管理员")
    everybody = session().scalars(
        sa.select(User.username).where(User.org_id.in_(actor.reach)).order_by(User.username)
    ).all()
    forwards, pages = [], []
    page = queries.users(actor, queries.Filters(), clock.now())
    assert page.before is None
    while True:
        pages.append([row.username for row in page.rows])
        forwards += pages[-1]
        if page.after is None:
            break
        page = queries.users(actor, queries.Filters(), clock.now(), after=page.after)
    assert forwards == list(everybody) and page.total == str(len(everybody))
    for expected in reversed(pages[:-1]):
        page = queries.users(actor, queries.Filters(), clock.now(), before=page.before)
        assert [row.username for row in page.rows] == expected
    assert page.before is None
