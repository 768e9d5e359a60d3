"""授权申请 (三员分立): asked by one administrator, decided by another, in force on its day."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import clock
from app.accounts import grant_queries, granting, jobs, positions, review
from app.accounts.granting import Wish
from app.accounts.models import AccountGrant, User, UserPosition, UserRole
from app.accounts.positions import Written
from app.db import session, transaction
from app.domain.actors import Role
from app.domain.trust_kinds import GrantKind
from app.domain.trust_states import GrantState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.messages.models import Message

TODAY = date(2026, 11, 20)


@pytest.fixture
def system(office, sign_in):
    return sign_in(office.people["county:系统管理员"])


@pytest.fixture
def security(office, sign_in):
    return sign_in(office.people["county:安全管理员"])


def asking(user, **values):
    return {"version": user.version, "roles": ["抽样员", "统计员"], "effective_on": "2026-11-20", "reason": "岗位调整", **values}


def grants_of(user):
    session().rollback()
    return session().scalars(sa.select(AccountGrant).where(AccountGrant.user_id == user.id).order_by(AccountGrant.id)).all()


def wish(kind=GrantKind.ROLES, roles=frozenset({Role.SAMPLER, Role.STATISTICIAN}), on=TODAY, **values):
    return Wish(kind, roles, on, "岗位调整", **values)


def test_more_roles_wait_for_another_administrator_who_sees_what_they_allow(office, system, security, sign_in, read_again):
    user = office.people["county:抽样员"]
    form = asking(user, key="a" * 32)
    answer = system.post(f"/users/{user.id}/ask/roles", data=form)
    assert answer.status_code == 303
    assert system.post(f"/users/{user.id}/ask/roles", data=form).location == answer.location  # the second click
    (grant,) = grants_of(user)
    assert read_again(user).roles == {Role.SAMPLER}
    page = security.get(f"/grants/{grant.id}").text
    assert "权限变化" in page and "封存月报" in page and grant.number in security.get("/grants").text
    assert f'href="/grants/{grant.id}/approve"' in page and f'action="/grants/{grant.id}/approve"' not in page  # asked before it is done
    asked = security.get(f"/grants/{grant.id}/approve").text
    assert all(word in asked for word in ("批准下列授权？", user.username, "抽样员、统计员", "批准后立即生效", "没有发现"))
    assert system.get(f"/grants/{grant.id}/approve").status_code == 403
    assert system.post(f"/grants/{grant.id}/approve", data={"version": grant.version}).status_code == 403
    again = system.post(f"/users/{user.id}/ask/leave", data=asking(read_again(user), effective_on="2026-12-01"))
    assert again.status_code == 409 and "未办结的申请" in again.text
    two = [sign_in(office.people["county:安全管理员"]), sign_in(office.people["city:安全管理员"])]  # at once: the second is told
    assert [one.post(f"/grants/{grant.id}/approve", data={"version": grant.version}).status_code for one in two] == [303, 409]
    assert read_again(user).roles == {Role.SAMPLER, Role.STATISTICIAN}
    assert grants_of(user)[0].state is GrantState.EFFECTIVE
    assert security.get(f"/grants/{grant.id}/approve").location == f"/grants/{grant.id}"  # nothing is left to ask


def test_the_question_names_what_speaks_against_it(app, office, security):
    user, actor = office.people["county:办案人"], office.actor("county:系统管理员")
    with transaction():
        other = User(
            org_id=user.org_id, username="namesake", name=user.name, password_hash="!", must_change=False, failed_count=0, active=True,
            created_at=clock.now(), password_changed_at=clock.now(), grants=[UserRole(role=Role.SYSTEM_ADMIN)],
        )  # fmt: skip
        session().add(other)
        made = granting.ask(actor, user, wish(roles=frozenset({Role.SECURITY_ADMIN})), clock.now())
    page = security.get(f"/grants/{made.id}/approve").text
    assert "namesake" in page and "系统管理员" in page and "应由不同的人担任" in page
    words = ["users", "approve", made.number, "--check", "--as", office.people["county:安全管理员"].username, "--json"]
    result = app.test_cli_runner().invoke(args=words)
    told = json.loads(result.stdout)
    assert len(told["doubts"]) == 2 and told["stop"] is None and grants_of(user)[-1].state is GrantState.ASKED


def test_taking_away_is_at_once_and_confirmed_and_a_refusal_gives_nothing_back(office, system, security, sign_in, read_again, steps_of):
    user = office.people["county:抽样员"]
    client = sign_in(user)
    assert system.post(f"/users/{user.id}/disable", data={"version": user.version}).status_code == 422  # no reason
    assert system.post(f"/users/{user.id}/disable", data={"version": user.version, "comment": "调离"}).status_code == 303
    assert client.get("/my-sessions").status_code == 303 and not read_again(user).active
    (grant,) = grants_of(user)
    assert (grant.state, grant.applied_at is not None) == (GrantState.ASKED, True)
    withdrawn = system.post(f"/grants/{grant.id}/withdraw", data={"version": grant.version, "comment": "停错"})
    assert withdrawn.status_code == 409 and "已立即生效，不能撤回" in withdrawn.text
    assert security.post(f"/grants/{grant.id}/refuse", data={"version": grant.version, "comment": "未核实"}).status_code == 303
    assert not read_again(user).active
    back = system.post(f"/users/{user.id}/ask/return", data=asking(read_again(user), roles=["办案人"], position="稽查科 科员"))
    assert back.status_code == 303 and not read_again(user).active
    second = grants_of(user)[1]
    assert security.post(f"/grants/{second.id}/approve", data={"version": second.version}).status_code == 303
    after = read_again(user)
    assert (after.active, after.roles, after.position) == (True, {Role.HANDLER}, "稽查科 科员")
    with transaction():  # opened today: what it was before does not disable it tonight
        long_ago = clock.now() - timedelta(days=200)
        session().execute(sa.update(User).where(User.id == user.id).values(created_at=long_ago, last_sign_in_at=long_ago))
    assert user.username not in jobs.disable_idle(clock.now())
    assert steps_of(user) == ["disable", "grant", "enable", "add_post"]


@pytest.mark.parametrize(("changed", "said"), [
    ({"roles": []}, "至少选择一个岗位角色"),
    ({"roles": ["抽样员"]}, "没有变化"),
    ({"roles": ["系统管理员", "审计管理员"]}, "互斥"),
    ({"roles": ["安全管理员", "抽样员"]}, "不得兼任业务角色"),
    ({"effective_on": "2026-11-19"}, "不能早于今天"),
    ({"effective_on": "2028-01-01"}, "最晚为"),
    ({"reason": " "}, "请填写申请理由"),
])
def test_what_cannot_be_asked_is_said_at_its_field_and_nothing_is_written(office, system, changed, said):
    user = office.people["county:抽样员"]
    answer = system.post(f"/users/{user.id}/ask/roles", data=asking(user, **changed))
    assert answer.status_code == 422 and said in answer.text
    assert grants_of(user) == []


def test_nobody_asks_or_decides_for_himself_nor_beyond_his_reach(office):
    system, at = office.actor("city:系统管理员"), clock.now()
    security = office.people["county:安全管理员"]
    with transaction():
        own = granting.ask(system, grant_queries.account(security.id), wish(roles=frozenset({Role.AUDIT_ADMIN})), at)
    with pytest.raises(NotAllowed), transaction():
        granting.approve(own, office.actor("county:安全管理员"), None, at)
    with pytest.raises(IntegrityError), transaction():  # the table holds it as well
        session().execute(sa.update(AccountGrant).values(decided_by_id=security.id))
    with pytest.raises(NotAllowed), transaction():
        granting.ask(system, grant_queries.account(office.people["city:系统管理员"].id), wish(), at)
    other = wish(GrantKind.TRANSFER, to_org=office.orgs["other"])
    sampler = grant_queries.account(office.people["county:抽样员"].id)
    with pytest.raises(NotAllowed), transaction():  # the county's administrator does not reach the other county
        granting.ask(office.actor("county:系统管理员"), sampler, other, at)
    with transaction():
        moved = granting.ask(system, sampler, other, at)
    with pytest.raises(NotAllowed), transaction():
        granting.approve(moved, office.actor("county:安全管理员"), None, at)


def test_the_last_administrator_of_a_kind_stays(office):
    city = grant_queries.account(office.people["city:安全管理员"].id)
    with pytest.raises(NotAllowedNow, match="唯一在用的安全管理员"), transaction():
        granting.ask(office.actor("city:系统管理员"), city, wish(GrantKind.LEAVE, None), clock.now())


def approved(office, person, asked, days):
    with transaction():
        user = grant_queries.account(office.people[person].id)
        made = granting.ask(office.actor("city:系统管理员"), user, wish(on=TODAY + timedelta(days=days), **asked), clock.now())
        granting.approve(made, office.actor("city:安全管理员"), None, clock.now())
        return made.id


def test_what_is_approved_for_a_later_day_takes_effect_then_once(office, sign_in, read_again):
    user = office.people["county:抽样员"]
    with transaction():
        bureau = Written(office.orgs["county"], "食品抽检科", "科员", True, date(2026, 1, 1))
        positions.add(grant_queries.account(user.id), bureau, office.actor("county:系统管理员"), clock.now())
    approved(office, "county:抽样员", {"kind": GrantKind.TRANSFER, "roles": frozenset({Role.HANDLER}), "to_org": office.orgs["station"],
                                     "position": "文昌所 所员"}, 3)
    stale = approved(office, "county:统计员", {"kind": GrantKind.ROLES, "roles": frozenset({Role.HANDLER})}, 3)
    with transaction():  # meanwhile its roles were changed otherwise
        session().add(UserRole(user_id=office.people["county:统计员"].id, role=Role.LEGAL))
    client = sign_in(user)
    assert jobs.apply_due(clock.now()) == ([], [])
    with clock.rehearsing(TODAY + timedelta(days=3)):
        done, given_up = jobs.apply_due(clock.now())
        assert (len(done), len(given_up)) == (1, 1) and jobs.apply_due(clock.now()) == ([], [])
    after = read_again(user)
    assert (after.org_id, after.roles, after.position) == (office.orgs["station"].id, {Role.HANDLER}, "文昌所 所员")
    assert client.get("/my-sessions").status_code == 303
    posts = session().scalars(sa.select(UserPosition).where(UserPosition.user_id == user.id).order_by(UserPosition.from_on)).all()
    assert [(one.department, one.from_on.day, one.until_on) for one in posts] == [
        ("食品抽检科", 1, date(2026, 11, 22)), ("文昌所", 23, None)
    ]
    left = session().get_one(AccountGrant, stale)
    assert left.state is GrantState.WITHDRAWN and read_again(office.people["county:统计员"]).roles == {Role.STATISTICIAN, Role.LEGAL}


def test_main_posts_do_not_overlap_and_the_post_of_the_day_stands_at_the_name(office, system, read_again):
    user = office.people["county:抽样员"]
    form = {"org_id": user.org_id, "department": "食品抽检科", "title": "科员", "from_on": "2026-01-01"}
    assert system.post(f"/users/{user.id}/positions/new", data=form).status_code == 303
    assert "重叠" in system.post(f"/users/{user.id}/positions/new", data={**form, "from_on": "2026-05-01"}).text
    part_time = {**form, "department": "稽查科", "from_on": "2026-05-01", "part_time": "y"}
    assert system.post(f"/users/{user.id}/positions/new", data=part_time).status_code == 303
    assert read_again(user).position == "食品抽检科 科员"
    first = session().scalars(sa.select(UserPosition).where(UserPosition.main)).one()
    end = {"version": first.version, "until_on": "2026-11-20"}
    address = f"/users/{user.id}/positions/{first.id}/end"
    assert [system.post(address, data=end).status_code for _ in range(2)] == [303, 409]
    assert "兼职" in system.get(f"/users/{user.id}").text


def test_accounts_nobody_uses_are_disabled_but_for_the_last_administrator(app, office, system):
    now = clock.now()
    with transaction():
        session().execute(sa.update(User).values(created_at=now - timedelta(days=400), last_sign_in_at=now - timedelta(days=10)))
        names = ["county-sampler", "city-security_admin", "county-security_admin"]
        session().execute(sa.update(User).where(User.username.in_(names)).values(last_sign_in_at=now - timedelta(days=91)))
        session().execute(sa.update(User).where(User.username == "county-handler").values(last_sign_in_at=now - timedelta(days=80)))
    rows = {row.username: row.concerns for row in review.accounts(office.actor("county:系统管理员"), now)}
    assert rows["county-handler"] == ["长期未用 80 天，将自动停用"] and rows["county-reviewer"] == []
    app.config["IDLE_DISABLE_DAYS"] = 0
    assert jobs.disable_idle(now) == []
    app.config["IDLE_DISABLE_DAYS"] = 90
    assert sorted(jobs.disable_idle(now)) == ["county-sampler", "county-security_admin"]
    assert jobs.disable_idle(now) == []
    told = session().scalars(sa.select(Message.title)).all()
    assert any("county-sampler" in title for title in told)
    page = system.get("/users/review").text
    assert "county-handler" in page and "长期未用 80 天" in page
    book = system.get("/users/review/workbook")
    assert book.status_code == 200 and book.data[:2] == b"PK"


def test_the_permission_table_is_for_administrators_and_reviewers(app, office, sign_in, tmp_path):
    page = sign_in(office.people["county:审计管理员"]).get("/permissions?area=核查处置").text
    assert "经办与审核不得为同一人" in page and "审核核查处置" in page and "登记样品<" not in page
    assert sign_in(office.people["county:抽样员"]).get("/permissions").status_code == 403
    path = tmp_path / "m.xlsx"
    answer = app.test_cli_runner().invoke(args=["users", "matrix", "--to", str(path), "--json"])
    assert answer.exit_code == 0 and json.loads(answer.stdout)["permissions"] > 200 and path.read_bytes()[:2] == b"PK"
    assert app.test_cli_runner().invoke(args=["users", "matrix", "--to", str(tmp_path / "no" / "m.xlsx")]).exit_code == 1


def test_leaving_with_open_work_is_approved_unless_the_office_says_otherwise(app, office, monkeypatch):
    from app.domain.hand_overs import WorkKind
    from app.hand_overs import queries as hand_overs

    monkeypatch.setattr(hand_overs, "counts", lambda user_id: {WorkKind.CASE: 2})
    app.config["HAND_OVER_FIRST"] = True
    with pytest.raises(NotAllowedNow, match="核查处置案件 2"):
        approved(office, "county:抽样员", {"kind": GrantKind.LEAVE, "roles": None}, 3)
    app.config["HAND_OVER_FIRST"] = False
    approved(office, "county:抽样员", {"kind": GrantKind.LEAVE, "roles": None}, 3)
    with pytest.raises(NotLikeThis, match="请选择调入的单位"), transaction():
        user = grant_queries.account(office.people["county:办案人"].id)
        granting.ask(office.actor("county:系统管理员"), user, wish(GrantKind.TRANSFER), clock.now())


def test_one_number_of_two_offices_is_asked_for_with_its_account(app, office):
    for name, code in (("city", office.orgs["city"].code), ("county", office.orgs["county"].code)):
        run = app.test_cli_runner().invoke(args=["users", "create", f"new-{name}", "--role", "抽样员", "--org", code, "--json"])
        number = json.loads(run.stdout)["grant"]
    told = app.test_cli_runner().invoke(args=["users", "approve", number, "--as", "city-security_admin"])
    assert told.exit_code == 1 and f"{number}/new-city、{number}/new-county" in told.stderr
    chosen = app.test_cli_runner().invoke(args=["users", "approve", f"{number}/new-county", "--as", "city-security_admin"])
    assert chosen.exit_code == 0, chosen.stderr
    session().rollback()
    active = dict(session().execute(sa.select(User.username, User.active).where(User.username.like("new-%"))).all())
    assert active == {"new-city": False, "new-county": True}
