"""Accounts in the hands of the administrators (三员分立), on their pages."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts import operations, queries
from app.accounts.models import AccountGrant, User
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
    return {
        "username": "zhangsan", "name": "张三", "org_id": office.orgs["county"].id, "roles": ["抽样员"], "effective_on": "2026-11-20",
        "reason": "新录用", **values,
    }  # fmt: skip


def account(username) -> User | None:
    session().rollback()
    return session().scalars(
        sa.select(User).where(User.username == username).execution_options(populate_existing=True)
    ).first()


def once_in(text: str) -> str:
    from html import unescape

    return unescape(ONCE.search(text)[1])


def last_entry(user_id, step=None):
    return session().scalars(
        sa.select(HistoryEntry)
        .where(HistoryEntry.subject_kind == "user_account", HistoryEntry.subject_id == user_id)
        .where(HistoryEntry.step == step if step else sa.true())
        .order_by(HistoryEntry.seq.desc())
    ).first()


# ---------------------------------------------------------------- create

def test_a_new_person_signs_in_once_approved_with_the_password_shown_once(app, office, system, security):
    answer = system.post("/users/new", data=new(office, roles=["抽样员", "统计员"]))
    password = once_in(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    user = account("zhangsan")
    assert password not in system.get(f"/users/{user.id}").text
    client = app.test_client()
    assert client.post("/sign-in", data={"username": "zhangsan", "password": password}).status_code == 422  # nothing is granted yet
    assert "待批准启用" in system.get("/users?q=zhangsan").text
    grant = session().scalars(sa.select(AccountGrant).where(AccountGrant.user_id == user.id)).one()
    assert security.post(f"/grants/{grant.id}/approve", data={"version": grant.version}).status_code == 303
    client.post("/sign-in", data={"username": "zhangsan", "password": password})
    assert client.get("/").location == "/password"
    client.post("/password", data={"current": password, "new": PASSWORD, "repeat": PASSWORD})
    assert client.get("/").status_code == 200
    granted = last_entry(user.id, "grant")
    assert json.loads(granted.changes)["岗位角色"] == ["", "抽样员、统计员"]
    assert password not in str(granted.changes)


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
        operations.draft(office.actor("county:系统管理员"), "zhangsan", details, clock.now())


def test_the_station_below_is_within_reach(office, system):
    assert system.post("/users/new", data=new(office, org_id=office.orgs["station"].id)).status_code == 200


# ---------------------------------------------------------------- edit, disable, reset, unlock

def test_a_name_is_edited_once_and_recorded_and_nobody_edits_himself(office, system, read_again):
    user = office.people["county:抽样员"]
    form = {"name": "李四", "version": user.version}
    assert system.post(f"/users/{user.id}/edit", data=form).status_code == 303
    assert json.loads(last_entry(user.id).changes) == {"姓名": ["蓟州抽样员", "李四"]}
    answer = system.post(f"/users/{user.id}/edit", data={**form, "name": "改名"})
    assert answer.status_code == 409 and "刚被他人修改" in answer.text and 'value="改名"' in answer.text
    assert read_again(user).name == "李四"
    me = office.people["county:系统管理员"]
    for path in ("edit", "disable", "reset-password", "ask/leave"):
        assert system.post(f"/users/{me.id}/{path}", data={"name": "我", "version": me.version, "comment": "-"}).status_code == 403


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


@pytest.mark.parametrize("path", ["disable", "ask/roles", "reset-password", "edit"])
def test_the_security_administrator_changes_no_account(office, security, path):
    user = office.people["county:抽样员"]
    assert security.post(f"/users/{user.id}/{path}", data={"name": "改名", "version": user.version}).status_code == 403


@pytest.mark.parametrize("path", ["", "/edit", "/ask/roles"])
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
    monkeypatch.setattr(queries, "page_size", lambda: 4)
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
