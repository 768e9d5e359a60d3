"""企业自查报告 by page and by command: owed once, urged, received, late, waived."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.db import session, transaction
from app.domain.supervision_states import SelfReportState
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.self_reports import operations, queries
from app.self_reports.models import SelfReport
from tests.disposal.conftest import race
from tests.downloads.taking import taken_out

KIND = "食品生产企业"
ASKED = {"kind": KIND, "period": "2026H1"}


def firm(org_id: int, name: str, status: EnterpriseStatus = EnterpriseStatus.ACTIVE, kind: str = KIND) -> Enterprise:
    made = Enterprise(org_id=org_id, name=name, status=status, created_at=clock.now(), kinds=[EnterpriseKind(kind=kind)])
    session().add(made)
    session().flush()
    return made


@pytest.fixture
def people(sign_in: Any, office: Any) -> Callable[[str], Any]:
    clients: dict[str, Any] = {}
    return lambda name: clients.setdefault(name, sign_in(office.people[name]))


@pytest.fixture
def firms(office: Any) -> list[Enterprise]:
    with transaction():
        county, other = office.orgs["county"].id, office.orgs["other"].id
        found = [firm(county, "甲粮油厂"), firm(county, "乙糕点厂"), firm(county, "丙停产厂", EnterpriseStatus.PAUSED)]
        firm(county, "丁超市", kind="食品销售者")
        firm(other, "外县厂")
        return found


def every() -> list[SelfReport]:
    session().expire_all()
    return list(session().scalars(sa.select(SelfReport).order_by(SelfReport.id)))


def test_owed_once_by_those_in_operation(firms: list[Enterprise], people: Any) -> None:
    client = people("county:抽样员")
    looked = client.post("/self-reports/require", data=ASKED)
    assert looked.status_code == 200 and "<b>2</b> 家将新列为应报" in looked.text and "2026-07-31" in looked.text
    assert every() == []
    assert client.post("/self-reports/require", data=ASKED | {"confirm": "1"}).status_code == 303
    found = every()
    assert [(one.enterprise_id, one.period, one.due_on, one.state) for one in found] == [
        (each.id, "2026H1", date(2026, 7, 31), SelfReportState.DUE) for each in firms[:2]
    ]
    assert [entry.step for entry in history.entries_of("self_report", found[0].id)] == ["require"]
    client.post("/self-reports/require", data=ASKED | {"confirm": "1"})  # the second click
    assert len(every()) == 2
    assert people("county:审核人").post("/self-reports/require", data=ASKED).status_code == 403


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"period": "2026"}, "不是食品生产企业的报告期，可用：2026H1、2026H2"), ({"period": "去年"}, "不是食品生产企业的报告期"),
        ({"kind": "工业产品生产企业"}, "没有适用于工业产品生产企业的自查报告规则"), ({"region": "乌有乡"}, "没有识别出该区域"),
        ({"period": ""}, "请填写报告期"),
    ],
)  # fmt: skip
def test_what_names_no_period_is_refused(typed: dict[str, str], sentence: str, people: Any) -> None:
    refused = people("county:抽样员").post("/self-reports/require", data=ASKED | typed)
    assert refused.status_code == 422
    assert sentence in refused.text


@pytest.fixture
def owed(firms: list[Enterprise], office: Any) -> list[SelfReport]:
    with transaction():
        assert operations.require(KIND, "2026H1", office.actor("county:抽样员"), clock.now()) == 2
    return every()


def test_received_late_with_what_it_found(owed: list[SelfReport], people: Any) -> None:
    client, one = people("county:抽样员"), owed[0]
    assert "逾期" in client.get("/self-reports/?overdue=1").text
    typed = {"version": one.version, "received_on": "2026-08-02", "problems": "3", "rectified": "2", "summary": "原料库防鼠设施破损"}
    for wrong, sentence in (
        ({"rectified": "4"}, "已整改数不能多于"), ({"received_on": "2027-01-01"}, "不能晚于今天"),
        ({"received_on": "2025-12-31"}, "不能早于报告期"),
        ({"problems": "三"}, "请填写整数"), ({"received_on": ""}, "请填写收到日期"),
    ):  # fmt: skip
        refused = client.post(f"/self-reports/{one.id}/receive", data=typed | wrong)
        assert refused.status_code == 422 and sentence in refused.text and "防鼠设施" in refused.text
    assert client.post(f"/self-reports/{one.id}/receive", data=typed).status_code == 303
    found = every()[0]
    assert (found.state, found.problems, found.rectified) == (SelfReportState.RECEIVED, 3, 2)
    assert "逾期 2 天收到" in client.get(f"/self-reports/{one.id}").text
    assert client.post(f"/self-reports/{one.id}/receive", data=typed).status_code == 409
    fixed = typed | {"version": found.version, "rectified": "3", "comment": "补报整改情况"}
    assert client.post(f"/self-reports/{one.id}/correct", data=fixed | {"comment": ""}).status_code == 422
    assert client.post(f"/self-reports/{one.id}/correct", data=fixed).status_code == 303
    assert every()[0].rectified == 3


def test_several_at_once_each_with_its_outcome(owed: list[SelfReport], people: Any) -> None:
    client, ids = people("county:抽样员"), [one.id for one in owed]
    client.post(f"/self-reports/{ids[0]}/receive", data={"version": owed[0].version, "received_on": "2026-07-01"})
    assert client.post("/self-reports/receive-several", data={"report": ids, "received_on": ""}).status_code == 303
    assert "请填写收到日期" in client.get("/self-reports/").text
    client.post("/self-reports/receive-several", data={"report": ids, "received_on": "2026-07-02"})
    told = client.get("/self-reports/").text
    assert "已登记收到 1 份" in told and "甲粮油厂" in told and "不能执行" in told
    assert [one.received_on for one in every()] == [date(2026, 7, 1), date(2026, 7, 2)]
    stranger = people("other:抽样员")
    stranger.post("/self-reports/urge-several", data={"report": ids})
    assert [one.urgings for one in every()] == [0, 0]


def test_urged_waived_and_owed_again(owed: list[SelfReport], people: Any) -> None:
    client, reviewer, one = people("county:抽样员"), people("county:审核人"), owed[1]
    client.post("/self-reports/urge-several", data={"report": [one.id]})
    assert every()[1].urgings == 1
    data = {"version": every()[1].version}
    assert client.post(f"/self-reports/{one.id}/waive", data=data | {"comment": "停业"}).status_code == 403
    assert reviewer.post(f"/self-reports/{one.id}/waive", data=data).status_code == 422
    assert reviewer.post(f"/self-reports/{one.id}/waive", data=data | {"comment": "停业"}).status_code == 303
    assert every()[1].state is SelfReportState.WAIVED
    assert people("other:审核人").get(f"/self-reports/{one.id}").status_code == 404
    assert taken_out(client, "self_reports").startswith(b"PK")


def test_by_command(firms: list[Enterprise], app: Any) -> None:
    def run(person: str, *words: str) -> Any:
        return app.test_cli_runner().invoke(args=["self-reports", *words, "--as", person, "--json"])

    assert json.loads(run("county-sampler", "require", KIND, "2026H1").stdout)["new"] == 2
    assert every() == []
    assert json.loads(run("county-sampler", "require", KIND, "2026H1", "--confirm").stdout)["new"] == 2
    assert run("county-sampler", "require", KIND, "2026Q1", "--confirm").exit_code == 1
    took = run("county-sampler", "receive", "甲粮油厂", "2026H1", "--on", "2026-07-15", "--problems", "1")
    assert json.loads(took.stdout)["standing"] == "按期收到"
    assert run("county-sampler", "receive", "外县厂", "2026H1").exit_code == 1
    assert [one["enterprise"] for one in json.loads(run("county-sampler", "list", "--overdue").stdout)] == ["乙糕点厂"]
    assert json.loads(run("county-sampler", "urge", "乙糕点厂", "2026H1").stdout)["urgings"] == 1
    assert run("county-sampler", "waive", "乙糕点厂", "2026H1", "--reason", "停业").exit_code == 1
    assert run("county-reviewer", "waive", "乙糕点厂", "2026H1", "--reason", "停业").exit_code == 0
    assert run("county-sampler", "reopen", "乙糕点厂", "2026H1", "--reason", "x").exit_code == 1
    assert json.loads(run("county-reviewer", "reopen", "乙糕点厂", "2026H1", "--reason", "恢复生产").stdout)["state"] == "应报"


@pytest.mark.parametrize("database", ["app", "pg_app"])
def test_two_receive_the_same_report_at_once(database: str, request: pytest.FixtureRequest) -> None:
    from app.errors import NotAllowedNow
    from tests.conftest import make_office

    made = request.getfixturevalue(database)
    with transaction():
        office = make_office()
        firm(office.orgs["county"].id, "甲粮油厂")
        operations.require(KIND, "2026H1", office.actor("county:抽样员"), clock.now())
    one, other = office.actor("county:抽样员"), office.actor("county:办案人")
    number = every()[0].id

    def receive(person: Any, day: int) -> Any:
        return lambda found: operations.receive(found, operations.Received(date(2026, 7, day)), person, clock.now(), seen=found.version)

    outcomes = race(made, [receive(one, 1), receive(other, 2)], lambda: queries.self_report(one, number))
    assert sum(outcome is not None for outcome in outcomes) == 1, (outcomes, NotAllowedNow)
    assert len(history.entries_of("self_report", number)) == 2
