"""``users create`` and ``init``."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from app.accounts import sign_ins
from app.accounts.models import User
from app.db import session
from app.domain.actors import Role
from app.organisations.models import Organisation

FIRST = ("init", "--name", "蓟州区市场监督管理局", "--code", "120119", "--region", "120119", "--level", "县级")


def run(app, *args):
    return app.test_cli_runner().invoke(args=list(args))


def test_users_create_gives_a_one_time_password_that_works(app, office):
    answer = run(
        app, "users", "create", "LiSi", "--role", "办案人", "--role", "审核人", "--org", "120119", "--name", "李四", "--json"
    )
    assert answer.exit_code == 0, answer.stderr
    data = json.loads(answer.stdout)
    assert set(data) == {"username", "password", "expires_at", "grant", "state"}
    assert data["username"] == "lisi"  # names are stored without capitals
    assert sign_ins.examine("LiSi", data["password"]).matched
    user = session().scalars(sa.select(User).where(User.username == "lisi")).one()
    assert (user.name, user.must_change, user.org_id, user.active) == ("李四", True, office.orgs["county"].id, False)
    session().rollback()
    refused = run(app, "users", "approve", data["grant"])
    assert refused.exit_code == 1 and "没有执行该命令的权限" in refused.stderr  # 命令行 asks; a person approves
    assert run(app, "users", "approve", data["grant"], "--as", "county-security_admin").exit_code == 0
    session().rollback()
    again = session().scalars(sa.select(User).where(User.username == "lisi").options(sa.orm.selectinload(User.grants))).one()
    assert again.active and again.roles == {Role.HANDLER, Role.REVIEWER}


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (("x1", "--role", "抽样员", "--org", "NOWHERE"), 1, "没有代码为“NOWHERE”的机构"),
    (("x1", "--role", "系统管理员", "--role", "审计管理员", "--org", "120119"), 1, "互斥"),
    (("county-sampler", "--role", "抽样员", "--org", "120119"), 1, "已被使用"),
    (("x1", "--role", "局长", "--org", "120119"), 2, ""),  # no such role: wrong usage
    (("x1", "--org", "120119"), 2, ""),  # no role at all
    (("x1", "--role", "抽样员", "--org", "120119", "--as", "county-sampler"), 1, "没有执行该命令的权限"),
    (("x1", "--role", "抽样员", "--org", "500156", "--as", "county-system_admin"), 1, "没有代码为"),  # out of reach
])
def test_users_create_refuses_with_a_sentence_and_changes_nothing(app, office, arguments, code, said):
    before = session().scalar(sa.select(sa.func.count()).select_from(User))
    session().rollback()
    answer = run(app, "users", "create", *arguments)
    assert answer.exit_code == code
    assert said in answer.stderr and answer.stdout == ""
    assert session().scalar(sa.select(sa.func.count()).select_from(User)) == before


def test_init_makes_a_real_empty_instance_once(app):
    answer = run(app, *FIRST, "--json")
    assert answer.exit_code == 0, answer.stderr
    data = json.loads(answer.stdout)
    assert data["organisation"] == {"code": "120119", "name": "蓟州区市场监督管理局"}
    assert [made["role"] for made in data["users"]] == ["系统管理员", "安全管理员", "审计管理员"]
    for made in data["users"]:
        assert sign_ins.examine(made["username"], made["password"]).matched
    session().rollback()
    root = session().scalars(sa.select(Organisation)).one()
    assert (root.name, root.code, root.level.value) == ("蓟州区市场监督管理局", "120119", "县级")
    users = session().scalars(sa.select(User).options(sa.orm.selectinload(User.grants))).all()
    assert sorted(role for user in users for role in user.roles) == sorted(
        [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN]
    )
    session().rollback()
    again = run(app, *FIRST)
    assert again.exit_code == 1
    assert "已经初始化" in again.stderr


@pytest.mark.parametrize(("arguments", "said"), [
    (("--region", "999999"), "没有行政区划代码"),
    (("--level", "科级"), "单位级别只能是"),
])
def test_init_refuses_what_it_cannot_store_and_leaves_the_instance_fresh(app, arguments, said):
    answer = run(app, "init", "--name", "某局", "--code", "A1", *arguments)
    assert answer.exit_code == 1 and said in answer.stderr
    assert session().scalars(sa.select(Organisation.code)).all() == ["ROOT"]
    assert session().scalars(sa.select(User.id)).all() == []


def test_a_bureau_whose_county_is_not_shipped_is_told_how_to_add_it(app, tmp_path):
    """Only some counties of the country come with the program; the first command names the one that adds the others."""
    first = ("init", "--name", "丰都县市场监督管理局", "--code", "500230", "--region", "500230", "--level", "县级")
    answer = run(app, *first)
    assert answer.exit_code == 1 and "regions import" in answer.stderr
    places = tmp_path / "places.csv"
    places.write_text("code,name,level,parent_code\n500230,丰都县,县级,500000\n", encoding="utf-8")
    added = run(app, "regions", "import", str(places), "--source", "GB/T 2260", "--confirm")
    assert added.exit_code == 0, added.stderr
    assert run(app, *first).exit_code == 0


def test_a_new_account_not_yet_granted_is_not_reset_and_the_message_says_who_has_to_grant_it(app, office):
    """Asking for 重新启用 would be refused: the first request still waits."""
    made = run(app, "users", "create", "lisi", "--role", "办案人", "--org", "120119", "--name", "李四", "--json")
    assert made.exit_code == 0, made.stderr
    answer = run(app, "users", "reset", "lisi")
    assert answer.exit_code == 1 and "安全管理员先批准授权申请" in answer.stderr


def test_a_forgotten_password_is_reset_at_the_server(app, office):
    """The system administrator's own too: whoever has the server may, and it is written down."""
    answer = run(app, "users", "reset", "COUNTY-SYSTEM_ADMIN", "--json")
    assert answer.exit_code == 0, answer.stderr
    assert sign_ins.examine("county-system_admin", json.loads(answer.stdout)["password"]).matched
    session().rollback()
    assert "没有用户“nobody”" in run(app, "users", "reset", "nobody").stderr
    for arguments, said in (
        (("reset", "county-system_admin", "--as", "county-system_admin"), "本人"),
        (("reset", "other-sampler", "--as", "county-system_admin"), "没有用户"),  # out of reach
        (("unlock", "county-sampler"), "没有执行该命令的权限"),  # the security administrator's
        (("unlock", "county-sampler", "--as", "county-security_admin"), "没有锁定"),
    ):
        refused = run(app, "users", *arguments)
        assert (refused.exit_code, said in refused.stderr) == (1, True), arguments
    listed = json.loads(run(app, "users", "list", "--json").stdout)
    assert {one["username"]: one["must_change"] for one in listed}["county-system_admin"] is True
