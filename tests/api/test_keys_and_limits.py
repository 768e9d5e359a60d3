"""Who gets in: keys, their scopes, their end, and how often."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import EnvironBuilder

from app import clock
from app.accounts.models import User, UserRole
from app.api import operations
from app.api.models import ApiKey
from app.chain import HistoryEntry
from app.db import session, transaction
from app.domain.actors import Role
from app.domain.api_keys import ApiScope
from tests.api.conftest import ONE, Program, key_of, report

NOON = datetime(2026, 11, 20, 4, 0, 30)


def test_every_key_that_does_not_count_reads_the_same(app: Any, lab: Any, issue: Any) -> None:
    """Unknown, wrong, expired, revoked: one answer, byte for byte."""
    good = issue()
    keys = [
        None, "", "shian", "x" * 5000, "shian_aaaaaaaaaa_" + "A" * 40, good[:-1] + ("A" if good[-1] != "A" else "B"),
        issue(expires_on=date(2026, 11, 19)), issue(revoked_at=clock.now()),
    ]  # fmt: skip
    answers = [Program(app, key).get("/samples") for key in keys]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers}) == 1
    assert all(answer.headers["WWW-Authenticate"].startswith("Bearer") for answer in answers)
    assert Program(app, good).get("/samples").status_code == 200
    assert Program(app, issue(expires_on=date(2026, 11, 20))).get("/samples").status_code == 200  # its last day


@pytest.mark.parametrize("column", [{"active": False}, {"locked_until": datetime(2026, 11, 21)}])
def test_a_key_stops_with_its_user(program: Program, lab: Any, column: dict[str, Any]) -> None:
    assert program.get("/samples").status_code == 200
    with transaction():
        session().execute(sa.update(User).where(User.id == lab.people["lab:承检机构"].id).values(**column))
    assert program.get("/samples").status_code == 401


def test_a_browser_session_is_no_key(app: Any, lab: Any, sign_in: Any, issue: Any) -> None:
    """Another site can make a signed-in browser send its cookie; here that counts for nothing."""
    browser = sign_in(lab.people["lab:承检机构"])
    assert browser.get("/my-sessions").status_code == 200
    assert browser.get("/api/v1/samples").status_code == 401
    assert browser.post("/api/v1/results", json={"reports": [report()]}).status_code == 401
    county = {"Authorization": f"Bearer {issue('other:统计员')}"}
    assert browser.get("/api/v1/samples", headers=county).json["samples"] == []  # the key's user, not the browser's


def test_a_scope_narrows(app: Any, issue: Any) -> None:
    reader = Program(app, issue(scopes=[ApiScope.SAMPLES_READ]))
    assert reader.get("/samples").status_code == 200
    refused = [reader.get(f"/samples/{ONE}/results"), reader.file({"reports": [report()]})]
    assert [answer.status_code for answer in refused] == [403, 403]
    assert "报送检验结果" in refused[1].json["error"]["message"]
    entries = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "denied")).all()
    assert [entry.subject_name for entry in entries] == [f"GET /api/v1/samples/{ONE}/results", "POST /api/v1/results"]


def test_a_scope_widens_nothing(app: Any, lab: Any, issue: Any) -> None:
    """The user's roles decide, as they are now: a key issued to a sampler who became a handler enters no results."""
    program = Program(app, issue("county:抽样员"))
    with transaction():
        session().execute(sa.update(UserRole).where(UserRole.user_id == lab.people["county:抽样员"].id).values(role=Role.HANDLER))
    assert program.get("/samples").status_code == 200
    assert program.file({"reports": [report()]}).status_code == 403


def test_history_names_the_key(program: Program) -> None:
    program.file({"reports": [report()]})
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "report")).one()
    assert (entry.channel.value, entry.actor_name) == ("api", "衡清承检机构（接口密钥：LIMS 1）")
    assert session().scalar(sa.select(ApiKey.last_used_at)) is not None


# ---------------------------------------------------------------- how often

def test_too_many_in_a_minute(app: Any, issue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    written = issue(per_minute=2)
    program = Program(app, written)
    assert [program.get("/samples").status_code for _ in range(3)] == [200, 200, 429]
    late = program.file({"reports": [report()]})
    assert (late.status_code, late.headers["Retry-After"], late.json["error"]["code"]) == (429, "30", "too_many_requests")
    assert key_of(written).window_count == 2
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(seconds=30))
    assert program.get("/samples").status_code == 200


def counting(written: str) -> list[bool]:
    key = key_of(written)
    key.window_count = 0  # as another process read it long ago: only the statement itself knows
    moments = [NOON] * 3 + [NOON + timedelta(seconds=30)] * 3 + [NOON - timedelta(hours=3)] * 3
    counted = []
    for moment in moments:
        session().expunge_all()
        with transaction():
            counted.append(operations.count(key, moment))
    return counted


def test_one_statement_counts(app: Any, issue: Any) -> None:
    """Two a minute; a new minute begins anew; a window that a wrong clock put into the future holds nobody up."""
    assert counting(issue(per_minute=2)) == [True, True, False] * 3


def test_a_refused_request_waits_for_no_lock(app: Any, issue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program gone wild must not slow down people: its refusals only read."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    program = Program(app, issue(per_minute=1))
    assert program.get("/samples").status_code == 200
    with transaction():  # somebody else is writing
        session().execute(sa.update(User).values(position="x"))
        environ = {"HTTP_AUTHORIZATION": f"Bearer {program.key}", "PATH_INFO": "/api/v1/samples", "REQUEST_METHOD": "GET"}
        assert _status(app, environ) == "429 TOO MANY REQUESTS"


def _status(app: Any, environ: dict[str, str]) -> str:
    """Of a request that the test's own client would not make while the test's transaction is open."""
    given = EnvironBuilder(path="/").get_environ() | environ
    told: list[str] = []
    with app.app_context():
        app.wsgi_app(given, lambda status, headers, info=None: told.append(status))
    return told[0]


# ---------------------------------------------------------------- pages and commands

@pytest.fixture
def admin(lab: Any, sign_in: Any) -> Any:
    return sign_in(lab.people["root:系统管理员"])


WANTED = {
    "name": "衡清 LIMS", "username": "lab-laboratory", "scopes": ["samples:read", "results:write"], "per_minute": "60",
    "expires_on": "2027-06-30",
}  # fmt: skip


def test_issued_by_the_page_shown_once_and_revoked(app: Any, admin: Any) -> None:
    assert "衡清 LIMS" not in admin.get("/api-keys").text
    page = admin.post("/api-keys/new", data=WANTED)
    written = page.text.split("Authorization: Bearer ")[1].split("<")[0]
    key = key_of(written)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert written not in repr(session().execute(sa.select(ApiKey.__table__)).all())  # only its SHA-256 is kept
    assert (key.scopes, key.per_minute, key.expires_on) == (["samples:read", "results:write"], 60, date(2027, 6, 30))
    program = Program(app, written)
    assert program.file({"reports": [report()]}, once="first-call").status_code == 200
    assert key.prefix in admin.get("/api-keys?q=lims&state=usable").text
    shown = admin.get(f"/api-keys/{key.id}").text
    assert "first-call" in shown and "签发接口密钥" in shown and written not in shown
    assert admin.post(f"/api-keys/{key.id}/revoke", data={"reason": ""}).status_code == 422
    assert admin.post(f"/api-keys/{key.id}/revoke", data={"reason": "合同到期"}).status_code == 303
    assert program.get("/samples").status_code == 401
    again = admin.post(f"/api-keys/{key.id}/revoke", data={"reason": "合同到期"})
    assert (again.status_code, "已经吊销" in again.text) == (409, True)
    assert key.prefix not in admin.get("/api-keys?state=usable").text and key.prefix in admin.get("/api-keys?state=revoked").text
    steps = session().execute(sa.select(HistoryEntry.step, HistoryEntry.comment).where(HistoryEntry.subject_kind == "api_key")).all()
    assert [tuple(step) for step in steps] == [("issue_key", None), ("revoke_key", "合同到期")]


NOT_ISSUED = [
    ({"username": "nobody"}, "没有这个用户"),
    ({"username": "county-leader"}, "没有承检机构、抽样员、统计员中的任何一个岗位角色"),
    ({"username": "root-admin"}, "没有承检机构、抽样员、统计员中的任何一个岗位角色"),
    ({"scopes": []}, "请至少选择一项权限范围"),
    ({"scopes": ["everything"]}, "权限范围"),
    ({"name": " "}, "请填写密钥名称"),
    ({"per_minute": "0"}, "每分钟请求数应在 1 至 6000 之间"),
    ({"expires_on": "2026-11-19"}, "有效期早于今天"),
]


def test_what_is_not_issued(admin: Any) -> None:
    for change, told in NOT_ISSUED:
        page = admin.post("/api-keys/new", data={**WANTED, **change})
        assert (page.status_code, told in page.text) == (422, True), told
    assert session().scalar(sa.select(sa.func.count()).select_from(ApiKey)) == 0


def test_two_keys_of_one_user_have_two_names(admin: Any) -> None:
    """History tells keys apart by their names."""
    assert admin.post("/api-keys/new", data=WANTED).status_code == 200
    second = admin.post("/api-keys/new", data=WANTED)
    assert (second.status_code, "请换一个名称" in second.text) == (422, True)


def test_an_administrator_reaches_keys_of_his_own_organisations(lab: Any, issue: Any, sign_in: Any) -> None:
    mine, theirs = key_of(issue("county:统计员")).id, key_of(issue("lab:承检机构")).id
    county = sign_in(lab.people["county:系统管理员"])
    assert [county.get(f"/api-keys/{key_id}").status_code for key_id in (mine, theirs)] == [200, 404]
    assert county.post(f"/api-keys/{theirs}/revoke", data={"reason": "x"}).status_code == 404
    refused = county.post("/api-keys/new", data=WANTED)
    assert (refused.status_code, "不在您的管辖范围内" in refused.text) == (422, True)
    for who in ("county:安全管理员", "county:统计员", "lab:承检机构"):
        assert sign_in(lab.people[who]).get("/api-keys").status_code == 403


def test_the_contract_is_served_to_administrators(admin: Any, lab: Any, sign_in: Any) -> None:
    page, file = admin.get("/api-keys/docs"), admin.get("/api-keys/openapi.yaml")
    assert page.status_code == 200 and "报送检验结果" in page.text and "reports[].rows[].result" in page.text
    assert file.data.decode().startswith("#") and "openapi: 3.0.3" in file.data.decode()
    assert sign_in(lab.people["county:抽样员"]).get("/api-keys/openapi.yaml").status_code == 403


def test_commands(app: Any, lab: Any) -> None:
    def run(*words: str) -> tuple[int, Any, str]:
        result = app.test_cli_runner().invoke(args=["api", *words, "--json"])
        return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else None, result.stderr

    status, made, _ = run("key", "issue", "lab-laboratory", "--name", "LIMS", "--scope", "samples:read", "--expires-on", "2027-01-01")
    assert (status, made["scopes"], made["expires_on"]) == (0, ["samples:read"], "2027-01-01")
    assert Program(app, made["key"]).get("/samples").status_code == 200
    assert key_of(made["key"]).per_minute == app.config["API_PER_MINUTE"]
    status, listed, _ = run("key", "list")
    assert [(row["prefix"], row["user"], row["state"]) for row in listed] == [(made["prefix"], "lab-laboratory", "有效")]
    assert run("key", "revoke", made["prefix"], "--reason", "测试结束")[0] == 0
    assert Program(app, made["key"]).get("/samples").status_code == 401
    status, _, told = run("key", "revoke", made["prefix"], "--reason", "测试结束")
    assert (status, "已经吊销" in told) == (1, True)
    assert run("key", "issue", "nobody", "--name", "x", "--scope", "samples:read")[0] == 1
