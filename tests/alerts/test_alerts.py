"""安全告警 out of the history: raised, added to, told, handled by the security administrator of the office."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock, history
from app.alerts import operations, queries
from app.alerts.models import SecurityAlert
from app.db import session, transaction
from app.domain.trust_kinds import AlertKind
from app.domain.trust_states import AlertState
from app.messages.models import Message
from app.messages.operations import collect as tell

HANDLED = {"opinion": "经核实为本人操作"}


def denied(actor, times: int) -> None:
    for _ in range(times):
        with transaction():
            history.record("page", None, "denied", actor, org_id=actor.org_id, name="GET /users")


def watch() -> int:
    with transaction():
        return operations.collect(clock.now())


def alerts() -> list[SecurityAlert]:
    return list(session().scalars(sa.select(SecurityAlert).order_by(SecurityAlert.id)))


def test_a_burst_is_one_alert_that_grows_until_it_is_handled(app, office, sign_in):
    sampler = office.actor("county:抽样员")
    watch()
    denied(sampler, 9)
    assert watch() == 0
    denied(sampler, 2)  # the tenth and the eleventh
    assert watch() == 2
    (alert,) = alerts()
    assert (alert.kind, alert.count, alert.state, alert.user_id) == (AlertKind.DENIED, 2, AlertState.OPEN, sampler.user_id)
    assert alert.org_id == office.orgs["county"].id and alert.last_seq > alert.first_seq
    assert watch() == 0  # what has been watched is not told again

    with transaction():
        tell(clock.now())
    told = session().scalars(sa.select(Message.user_id).where(Message.link == f"security_alert:{alert.id}")).all()
    assert told == [office.people["county:安全管理员"].id]

    client = sign_in(office.people["county:安全管理员"])
    page = client.get(f"/alerts/{alert.id}").text
    assert "11 次访问无权的页面" in page and "记录处理情况" in page
    assert client.post(f"/alerts/{alert.id}/handle", data={"version": 2}).status_code == 422
    assert client.post(f"/alerts/{alert.id}/handle", data={"version": 99, **HANDLED}).status_code == 409
    assert client.post(f"/alerts/{alert.id}/handle", data={"version": alert.version, **HANDLED}).status_code == 303
    assert client.post(f"/alerts/{alert.id}/handle", data={"version": alert.version, **HANDLED}).status_code == 409  # the second click
    assert alerts()[0].state is AlertState.HANDLED
    denied(sampler, 1)
    watch()
    assert [one.state for one in alerts()] == [AlertState.HANDLED, AlertState.OPEN]  # what comes after is new


@pytest.mark.parametrize(
    ("who", "index", "show", "handle"),
    [
        ("county:安全管理员", 200, 200, 303),
        ("city:安全管理员", 200, 200, 303),
        ("county:审计管理员", 200, 200, 403),  # reads, and leaves the handling to the other
        ("other:安全管理员", 200, 404, 404),
        ("county:系统管理员", 403, 404, 404),
        ("county:局领导", 403, 404, 404),
    ],
)
def test_who_sees_and_handles(app, office, sign_in, who, index, show, handle):
    watch()
    denied(office.actor("county:抽样员"), 10)
    watch()
    (alert,) = alerts()
    client = sign_in(office.people[who])
    assert client.get("/alerts/").status_code == index
    assert client.get(f"/alerts/{alert.id}").status_code == show
    assert client.post(f"/alerts/{alert.id}/handle", data={"version": alert.version, **HANDLED}).status_code == handle


def test_guesses_from_one_address_are_counted_across_accounts(app, office):
    watch()
    client = app.test_client()
    for number in range(20):
        client.post("/sign-in", data={"username": f"nobody{number}", "password": "wrong"})
    assert watch() >= 1
    assert {alert.kind for alert in alerts()} == {AlertKind.GUESSING}
    assert alerts()[0].ip == "127.0.0.1"


def test_the_command(app, office):
    watch()
    denied(office.actor("county:抽样员"), 10)
    run = app.test_cli_runner().invoke
    assert "1 项" in run(args=["alerts", "collect"]).output
    listed = run(args=["alerts", "list", "--as", "county-security_admin"])
    (alert,) = alerts()
    assert f"{alert.id}　" in listed.output and "共 1 条" in listed.output
    refused = run(args=["alerts", "handle", str(alert.id), "--opinion", "x", "--as", "county-system_admin"])
    assert refused.exit_code == 1 and "没有执行该命令的权限" in refused.output
    done = run(args=["alerts", "handle", str(alert.id), "--opinion", "已核实", "--as", "county-security_admin"])
    assert done.exit_code == 0, done.output
    assert alerts()[0].opinion == "已核实"


def test_the_day_before_yesterday_is_not_told(app, office):
    """An installation with years of history begins with the last day."""
    denied(office.actor("county:抽样员"), 12)
    with transaction():
        assert operations.locked_cursor(clock.now() + timedelta(days=3)).seq == queries.session().scalar(
            sa.text("SELECT max(seq) FROM history_entry")
        )
