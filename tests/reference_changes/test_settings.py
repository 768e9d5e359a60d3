"""系统设置: described, checked by the rules of the start, adopted by the right person, in force everywhere at the next request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from flask.testing import FlaskClient

from app import config, settings
from app.db import session
from app.domain.setting_rules import GROUPS, SETTINGS, Keeper
from app.domain.trust_states import ChangeState
from app.reference_changes.models import SettingVersion
from tests.queries import counting
from tests.reference_changes.conftest import decide, newest, newest_of, send, text

WHY = ("--reason", "局务会决定", "--source", "局办〔2026〕3号")


def proposed(admin: FlaskClient, name: str, value: str) -> Any:
    response = send(admin, f"/settings/{name}", {"value": value})
    assert response.status_code == 303, text(response)
    return newest()


def test_every_setting_says_what_it_means_and_who_keeps_it() -> None:
    assert set(SETTINGS) == set(config.DEFAULTS)
    assert {rule.group for rule in SETTINGS.values()} <= set(GROUPS)
    assert all(rule.title and rule.meaning for rule in SETTINGS.values())
    config.check(dict(config.DEFAULTS))
    for name, rule in SETTINGS.items():
        if rule.keeper is not Keeper.FILE and config.DEFAULTS[name] is not None:
            assert config.read(name, settings.said(config.DEFAULTS[name])) == config.DEFAULTS[name], name


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("IDLE_MINUTES", "0", "不小于 1"),
        ("IDLE_MINUTES", "半小时", "应为整数"),
        ("IDLE_MINUTES", "30", "没有变化"),
        ("BLIND_TESTING", "也许", "只能是“是”或“否”"),
        ("RESULTS_REVIEW", "three", "只能是 direct"),
        ("DIGEST_TIME", "25:00", "应为时刻"),
        ("CASE_LEADER_FOR", "全部", "全部"),
        ("PUBLICATION_MASKING", "自然人=随便", "PUBLICATION_MASKING"),
    ],
)
def test_a_value_that_would_keep_the_program_from_starting_is_refused(
    admin: FlaskClient, name: str, value: str, sentence: str
) -> None:
    response = send(admin, f"/settings/{name}", {"value": value})
    assert response.status_code == 422 and sentence in text(response)


def test_security_settings_are_the_security_administrators(
    app: Flask, admin: FlaskClient, reviewer: FlaskClient, office: Any, sign_in: Callable[..., FlaskClient]
) -> None:
    guard = sign_in(office.people["city:安全管理员"])
    change = proposed(admin, "IDLE_MINUTES", "20")
    assert change.number in text(guard.get("/settings/"))  # where it waits for him
    assert decide(reviewer, change).status_code == 403  # a reviewer decides business settings only
    assert decide(admin, change, begin="/settings/changes").status_code == 403
    assert app.config["IDLE_MINUTES"] == 30
    assert decide(guard, change, begin="/settings/changes").status_code == 303
    guard.get("/settings/")
    assert app.config["IDLE_MINUTES"] == 20
    business = proposed(admin, "SITE_NAME", "蓟州食安")
    assert decide(guard, business, begin="/settings/changes").status_code == 403
    assert decide(reviewer, business).status_code == 303
    assert "蓟州食安" in text(reviewer.get("/changes/"))
    page = text(guard.get("/settings/"))
    assert "页面设置" in page and "不显示" in page and "testtesttest" not in page  # SECRET_KEY and the database's address
    assert sign_in(office.people["city:审核人"]).get("/settings/").status_code == 403
    back = send(admin, "/settings/IDLE_MINUTES", {"value": "", "back": "y"})
    assert back.status_code == 303 and decide(guard, newest(), begin="/settings/changes").status_code == 303
    guard.get("/settings/")
    assert app.config["IDLE_MINUTES"] == 30


def test_another_process_takes_it_up_without_a_further_statement(app: Flask, admin: FlaskClient, reviewer: FlaskClient) -> None:
    admin.get("/settings/")
    with counting(app) as before:
        admin.get("/reference/codes")
    change = proposed(admin, "EXPORT_DAYS", "7")
    assert decide(reviewer, change).status_code == 303
    assert app.config["EXPORT_DAYS"] == 30  # this process has not asked since
    admin.get("/reference/codes")
    assert app.config["EXPORT_DAYS"] == 7
    with counting(app) as after:
        admin.get("/reference/codes")
    assert after.count == before.count
    app.extensions.pop(settings.KEY)  # as in a process that has just started
    app.config["EXPORT_DAYS"] = 30
    app.test_client().get("/sign-in")  # somebody not signed in
    assert app.config["EXPORT_DAYS"] == 7


def test_the_environment_wins_and_the_page_says_so(admin: FlaskClient, monkeypatch: pytest.MonkeyPatch, reviewer: FlaskClient) -> None:
    change = proposed(admin, "EXPORT_DAYS", "7")
    assert decide(reviewer, change).status_code == 303
    monkeypatch.setenv("SHIAN_EXPORT_DAYS", "45")
    current_app.config["EXPORT_DAYS"] = 45
    page = text(admin.get("/settings/"))
    assert current_app.config["EXPORT_DAYS"] == 45 and "环境变量" in page
    response = send(admin, "/settings/EXPORT_DAYS", {"value": "9"})
    assert response.status_code == 422 and "已由环境变量 SHIAN_EXPORT_DAYS 设定" in text(response)
    assert admin.get("/settings/SECRET_KEY").status_code == admin.get("/settings/TRUSTED_PROXIES").status_code == 404


def test_by_command(command: Callable[..., Any], office: Any) -> None:
    listed = {row["name"]: row for row in command("settings", "list")[1]}
    assert (listed["DELEGATION_DAYS"]["value"], listed["DELEGATION_DAYS"]["source"]) == ("31", "默认值")
    assert listed["SECRET_KEY"]["value"] == "不显示"
    status, made, _ = command("settings", "propose", "DELEGATION_DAYS", "14", *WHY, "--as", "city-system_admin")
    assert status == 0 and made["state"] == "待复核"
    assert command("settings", "adopt", made["number"], "--comment", "同意", "--as", "city-security_admin")[0] == 1
    assert command("settings", "adopt", made["number"], "--comment", "同意", "--as", "city-leader")[0] == 0
    assert current_app.config["DELEGATION_DAYS"] == 14
    assert {row["name"]: row["source"] for row in command("settings", "list")[1]}["DELEGATION_DAYS"] == "页面设置"
    assert command("settings", "propose", "SECRET_KEY", "x", *WHY)[0] == 1
    status, made, _ = command("settings", "propose", "BANNER", "周六停机维护", *WHY)
    assert status == 0 and newest_of(newest().id).state is ChangeState.PROPOSED
    assert session().scalar(sa.select(sa.func.count()).select_from(SettingVersion)) == 1
