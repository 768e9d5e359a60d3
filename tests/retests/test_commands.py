"""``flask retests …`` from the application to the costs, with what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.domain.samples import Supervision
from tests.retests.conftest import HANDLER, REVIEWER, Batch


@pytest.fixture
def run(app: Any, office: Any) -> Any:
    def invoke(*args: str, person: str = HANDLER) -> Any:
        return app.test_cli_runner().invoke(args=["retests", *args, "--as", office.people[person].username])

    return invoke


def test_the_whole_course_by_command(failing: Batch, listed: None, run: Any) -> None:
    number = failing.sample.number
    checked = json.loads(run("check", number, "--json").stdout)
    assert checked["feasible"] and checked["items"][0] == {"item": "灭蝇胺", "wanted": True, "feasible": True, "why": None}
    assert "至 2026-11-30" in checked["window"][0]
    applied = json.loads(run("apply", number, "--reason", "不服", "--json").stdout)
    ours = applied["number"]
    assert run("apply", number, "--reason", "不服").exit_code == 1  # one runs already
    assert "已保存" in run("edit", ours, "--contact", "赵六", "--applied", "2026-11-19", "--received", "2026-11-19").output
    assert "内容没有变化" in run("edit", ours, "--item", "灭蝇胺").output
    assert run("edit", ours, "--item", "铅").exit_code == 1
    shown = json.loads(run("show", ours, "--json").stdout)
    assert (shown["applied_on"], shown["clocks"][0]["due_on"]) == ("2026-11-19", "2026-11-26")
    assert run("accept", ours).exit_code == 1  # the handler may not
    assert run("accept", ours, "--comment", "同意", person=REVIEWER).exit_code == 0
    assert run("freeze", ours).exit_code == 1
    assert run("designate", ours).exit_code == 1
    wrong = run("freeze", ours, "--avoid", "FJ999=x", person=REVIEWER)
    assert wrong.exit_code == 1 and "编号应在名录中" in wrong.stderr
    frozen = json.loads(run("freeze", ours, "--avoid", "FJ003=有委托关系", "--json", person=REVIEWER).stdout)
    assert len(frozen["commitment"]) == 64
    drawn = json.loads(run("draw", ours, "--word", "0511", "--witness", "王五", "--json", person=REVIEWER).stdout)
    assert drawn["laboratory"] == "华北复检中心"
    assert "已确定华北复检中心" in run("designate", ours).output
    assert run("document", ours, "retest-designation").exit_code == 0
    assert run("hand-over", ours, "--note", "冷藏").exit_code == 0
    assert run("conclude", ours, "灭蝇胺=0.1,mg/kg,GB,合格", "--report", "R1").exit_code == 1  # it has not arrived
    assert run("arrive", ours, "--broken").exit_code == 1
    assert run("arrive", ours, "--sealed").exit_code == 0
    for bad in ("灭蝇胺", "灭蝇胺=0.1,mg/kg,GB,好", "灭蝇胺=,,,合格", "铅=0.1,,,合格"):
        assert run("conclude", ours, bad, "--report", "R1").exit_code == 1
    done = json.loads(run("conclude", ours, "灭蝇胺=0.1,mg/kg,GB 23200.121-2021,合格", "--report", "R1", "--json").stdout)
    assert (done["conclusion"], done["still_failing"]) == ("复检合格", []) and done["ripple"] is not None
    assert failing.now.supervision is Supervision.PASS
    assert run("tell", ours).exit_code == 0
    assert run("pay", ours, "--fee", "八百").exit_code == 1
    assert run("pay", ours, "--fee", "800", "--prepaid", "2026-11-20", "--refunded", "2026-11-20").exit_code == 0
    shown = json.loads(run("show", ours, "--json").stdout)
    assert (shown["state"], shown["payer"], shown["items"][0]["verdict"]) == ("told", "抽样检验部门承担", "合格项")
    assert {each["code"] for each in shown["clocks"] if each["done_on"]} >= {"RETEST_ACCEPT", "RETEST_RESULT", "RETEST_TELL"}
    assert [each["number"] for each in json.loads(run("list", "--state", "told", "--json").stdout)] == [ours]
    assert json.loads(run("list", "--json").stdout) == []


def test_declined_withdrawn_and_strangers(failing: Batch, run: Any) -> None:
    ours = json.loads(run("apply", failing.sample.number, "--reason", "不服", "--json").stdout)["number"]
    assert run("decline", ours, "--ground", "late", "--comment", "逾期", person="other:审核人").exit_code == 1
    assert run("show", ours, person="other:办案人").exit_code == 1
    declined = run("decline", ours, "--ground", "late", "--comment", "材料晚到", person=REVIEWER)
    assert declined.exit_code == 0 and "不予受理" in declined.output
    assert "第31条第（三）项" in json.loads(run("show", ours, "--json").stdout)["decision"]
    second = json.loads(run("apply", failing.sample.number, "--reason", "补充材料", "--json").stdout)["number"]
    assert run("withdraw", second, "--comment", "不再申请").exit_code == 0
    assert run("terminate", second, "--comment", "x", person=REVIEWER).exit_code == 1
    assert run("document", second, "retest-acceptance").exit_code == 1
    assert run("apply", "没有这个编号", "--reason", "x").exit_code == 1
    assert run("check", failing.sample.number, "--side", "标称生产企业").exit_code == 0
