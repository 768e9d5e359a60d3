"""安全事故 by page and by command: registered by one, rated by another, corrected and rated anew."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.db import session, transaction
from app.domain.supervision_kinds import Severity
from app.domain.supervision_states import IncidentState
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.incidents.models import Incident
from tests.downloads.taking import taken_out, values_of

REPORTED = {
    "domain": "食品", "title": "某中学食堂疑似食物中毒", "occurred_on": "2026-11-18", "reported_on": "2026-11-19", "ill": "120",
    "dead": "0", "description": "午餐后学生出现呕吐", "place": "文昌街 1 号", "key": "first",
}  # fmt: skip


@pytest.fixture
def people(sign_in: Any, office: Any) -> Callable[[str], Any]:
    clients: dict[str, Any] = {}
    return lambda name: clients.setdefault(name, sign_in(office.people[name]))


@pytest.fixture
def incident(people: Any) -> Incident:
    assert people("county:抽样员").post("/incidents/new", data=REPORTED).status_code == 303
    return reread()


def reread() -> Incident:
    session().expire_all()
    return session().scalars(sa.select(Incident)).one()


def test_registered_by_one_and_rated_by_another(incident: Incident, people: Any) -> None:
    assert (incident.number, incident.state, incident.ill) == ("事故〔2026〕1号", IncidentState.REPORTED, 120)
    reviewer = people("county:审核人")
    page = reviewer.get(f"/incidents/{incident.id}").text
    assert "按人数推定" in page and "较大" in page
    data = {"version": incident.version, "severity": "较大", "comment": "经评估，符合该级别的条件。"}
    assert people("county:抽样员").post(f"/incidents/{incident.id}/rate", data=data).status_code == 403
    assert people("other:审核人").get(f"/incidents/{incident.id}").status_code == 404
    refused = reviewer.post(f"/incidents/{incident.id}/rate", data=data)
    assert refused.status_code == 422
    assert "文件的名称和文号" in refused.text
    assert reviewer.post(f"/incidents/{incident.id}/rate", data=data | {"document": "津蓟市监评〔2026〕1号"}).status_code == 303
    found = reread()
    assert (found.state, found.severity) == (IncidentState.RATED, Severity.LARGER)
    assert reviewer.post(f"/incidents/{incident.id}/rate", data=data | {"document": "x"}).status_code == 409  # the second click
    assert [one.step for one in history.entries_of("incident", found.id)] == ["report", "rate"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "请填写事故名称"), ({"occurred_on": "2026-11-20"}, "发生日期不能晚于报告日期"),
        ({"reported_on": "2026-12-31"}, "不能晚于今天"), ({"ill": "3", "dead": "4"}, "死亡人数不能多于发病人数"),
        ({"ill": "三"}, "请填写整数人数"), ({"region": "乌有乡"}, "没有识别出该区域"),
        ({"enterprise": "没有这家"}, "一致的有 0 个"), ({"description": "字" * 2001}, "经过不得超过 2000 个字"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_stays_typed(typed: dict[str, str], sentence: str, people: Any) -> None:
    refused = people("county:抽样员").post("/incidents/new", data=REPORTED | typed)
    assert refused.status_code == 422
    assert sentence in refused.text and "文昌街 1 号" in refused.text
    assert session().scalar(sa.select(sa.func.count(Incident.id))) == 0


def test_the_second_sending_registers_nothing(incident: Incident, people: Any) -> None:
    again = people("county:抽样员").post("/incidents/new", data=REPORTED)
    assert (again.status_code, again.location) == (303, f"/incidents/{incident.id}")
    assert people("county:审核人").post("/incidents/new", data=REPORTED | {"key": "other"}).status_code == 403


def test_what_is_corrected_is_rated_anew(incident: Incident, people: Any, office: Any) -> None:
    with transaction():
        firm = Enterprise(org_id=office.orgs["county"].id, name="文昌中学食堂", status=EnterpriseStatus.ACTIVE, created_at=clock.now())
        session().add(firm)
    rated = {"version": incident.version, "severity": "一般", "comment": "初步核定"}
    assert people("county:审核人").post(f"/incidents/{incident.id}/rate", data=rated).status_code == 303
    now = reread()
    typed = REPORTED | {"version": now.version, "dead": "1", "enterprise": "文昌中学食堂", "comment": "一人经抢救无效死亡"}
    client = people("county:办案人")
    assert client.post(f"/incidents/{now.id}/correct", data=typed | {"comment": ""}).status_code == 422
    assert client.post(f"/incidents/{now.id}/correct", data=typed).status_code == 303
    found = reread()
    assert (found.state, found.severity, found.dead, found.enterprise_id) == (IncidentState.REPORTED, None, 1, firm.id)
    assert "重大" in people("county:审核人").get(f"/incidents/{now.id}").text
    assert client.post(f"/incidents/{now.id}/correct", data=typed).status_code == 409  # stale
    assert client.post(f"/incidents/{now.id}/correct", data=typed | {"version": found.version}).status_code == 422  # nothing differs


def test_files_list_and_workbook(incident: Incident, people: Any) -> None:
    client = people("county:抽样员")
    sent = {"file": (io.BytesIO(b"%PDF-1.4\n%%EOF"), "报告.pdf")}
    assert client.post(f"/incidents/{incident.id}/files", data=sent, content_type="multipart/form-data").status_code == 303
    assert "报告.pdf" in client.get(f"/incidents/{incident.id}").text
    assert incident.number in client.get("/incidents/?domain=食品&state=reported&from_on=2026-11-18").text
    assert incident.number not in client.get("/incidents/?domain=药品").text
    assert incident.number not in people("other:抽样员").get("/incidents/").text
    assert [row["编号"] for row in values_of(taken_out(client, "incidents"))] == [incident.number]


def test_by_command(office: Any, app: Any) -> None:
    def run(person: str, *words: str) -> Any:
        return app.test_cli_runner().invoke(args=["incidents", *words, "--as", person, "--json"])

    facts = ("--occurred-on", "2026-11-18", "--description", "呕吐", "--ill", "12")
    made = run("county-sampler", "report", "食堂中毒", *facts)
    assert made.exit_code == 0, made.output
    number = json.loads(made.stdout)["number"]
    assert run("county-sampler", "report", "食堂中毒", *facts, "--region", "乌有乡").exit_code == 1
    assert run("county-sampler", "rate", number, "--severity", "一般", "--comment", "x").exit_code == 1
    assert json.loads(run("county-reviewer", "rate", number, "--severity", "一般", "--comment", "同意").stdout)["severity"] == "一般"
    assert [one["number"] for one in json.loads(run("county-sampler", "list", "--severity", "一般").stdout)] == [number]
    assert run("county-reviewer", "close", number, "--comment", "病人已痊愈").exit_code == 0
    assert run("county-reviewer", "void", number, "--comment", "x").exit_code == 1  # closed: reopened first
    assert run("county-sampler", "reopen", number, "--comment", "x").exit_code == 1
    assert json.loads(run("county-reviewer", "reopen", number, "--comment", "又有病人").stdout)["state"] == "已核定"
