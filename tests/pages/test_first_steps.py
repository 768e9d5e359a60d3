"""What administrators ask of others stands on the desk of whoever decides it; a new installation says what comes next."""

from __future__ import annotations

import sqlalchemy as sa

from app import clock
from app.accounts.models import User, UserRole
from app.db import session, transaction
from app.domain.actors import Role
from app.domain.setting_rules import SETTINGS, Keeper
from app.domain.trust_kinds import ChangeKind
from app.domain.trust_states import ChangeState
from app.pages import first_steps, queries
from app.reference_changes.models import ReferenceChange

OF_SECURITY = next(name for name, rule in SETTINGS.items() if rule.keeper is Keeper.SECURITY)
OF_BUSINESS = next(name for name, rule in SETTINGS.items() if rule.keeper is Keeper.BUSINESS)


def change(org, proposer, number, kind, subject):
    session().add(ReferenceChange(
        org_id=org.id, number=number, kind=kind, subject_key=subject, title=subject, payload={"act": "-", "values": {"name": subject}},
        effect={}, reason="核对", state=ChangeState.PROPOSED, proposed_by_id=proposer.id, proposed_at=clock.now(),
    ))


def counts(office, person):
    found = queries.cards(office.actor(person), clock.today(), clock.now())
    return {card.title: card.count for card in found if card.endpoint.startswith(("accounts.grants", "reference_changes."))}


def test_each_change_waits_on_the_desk_of_who_may_decide_it(app, office):
    with transaction():
        proposer = office.people["city:系统管理员"]
        change(office.orgs["city"], proposer, "一", ChangeKind.POPULATION, "120119 2025")
        change(office.orgs["city"], proposer, "二", ChangeKind.SETTING, OF_BUSINESS)
        change(office.orgs["city"], proposer, "三", ChangeKind.SETTING, OF_SECURITY)
    assert counts(office, "city:审核人") == {"待复核的基础数据变更": "2"}
    assert counts(office, "city:安全管理员") == {"待复核的安全设置": "1"}
    assert counts(office, "county:审核人") == {}  # not of an office above
    assert counts(office, "city:系统管理员") == {}  # asks, does not decide


def test_an_account_that_was_asked_for_waits_on_the_security_administrators_desk(app, office, sign_in):
    made = app.test_cli_runner().invoke(args=["users", "create", "lisi", "--role", "抽样员", "--org", "120119"])
    assert made.exit_code == 0, made.stderr
    assert counts(office, "county:安全管理员") == {"待审批的授权申请": "1"}
    assert "待审批的授权申请" in sign_in(office.people["county:安全管理员"]).get("/").text
    assert "待审批的授权申请" not in sign_in(office.people["county:审核人"]).get("/").text


def test_a_new_installation_says_what_comes_next(app, office, sign_in):
    system, sampler = office.actor("city:系统管理员"), office.actor("county:抽样员")
    assert first_steps.first_steps(system) == []  # somebody works
    with transaction():
        business = sa.select(UserRole.user_id).where(UserRole.role.not_in(first_steps.ADMINISTRATORS))
        session().execute(sa.update(User).where(User.id.in_(business)).values(active=False))
    told = "".join(first_steps.first_steps(system))
    assert "新建账号" in told and "逐件批准" in told
    assert first_steps.first_steps(sampler) == []
    page = sign_in(office.people["city:系统管理员"]).get("/").text
    assert "还没有启用的业务账号" in page and "从安装到第一份月报" in page
    made = app.test_cli_runner().invoke(args=["users", "create", "lisi", "--role", Role.SAMPLER.value, "--org", "120119"])
    assert made.exit_code == 0
    session().rollback()
    assert not any("新建账号" in step for step in first_steps.first_steps(system))
