"""flask assignments …: the same operations as the pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.assignments import showing
from app.domain.workflow import AssignmentState

GIVE = (
    "assign", "--region", "120119", "--batches", "3", "--from", "2026-11-23", "--to", "2026-11-30", "--laboratory", "LAB1",
    "--sampler", "county-sampler", "--sampler", "county-sampler2", "--as", "county-statistician",
)  # fmt: skip


def run(app: Any, *args: str) -> tuple[int, Any, str]:
    result = app.test_cli_runner().invoke(args=["assignments", *args, "--json"])
    return result.exit_code, json.loads(result.stdout) if result.stdout.startswith(("{", "[")) else None, result.stderr


def test_from_giving_out_to_the_end(app: Any, team: Any):
    code, told, _ = run(app, *GIVE, "--category", "食用农产品/蔬菜", "--link", "流通", "--note", "上午")
    assert code == 0
    assert (told["number"], told["state"], told["batches"], told["samplers"]) == (
        "抽任〔2026〕1号", "assigned", 3, ["蓟州抽样员", "蓟州第二抽样员"],
    )  # fmt: skip
    task = str(told["id"])
    assert run(app, "accept", task)[0] == 1  # the operator at the machine is of no team
    assert run(app, "accept", task, "--as", "county-sampler")[1]["state"] == "accepted"
    code, told, _ = run(app, "reschedule", task, "--to", "2026-12-04", "--reason", "大雪", "--as", "county-statistician")
    assert (code, told["to_on"]) == (0, "2026-12-04")
    code, _, said = run(app, "finish", task, "--as", "county-sampler")
    assert code == 1 and "还差 3 批" in said
    assert run(app, "finish", task, "--reason", "已过产季", "--as", "county-sampler")[1]["state"] == "finished"
    listed = run(app, "list", "--state", "已完成", "--as", "county-sampler")[1]
    assert [(each["number"], each["done"], each["overdue"]) for each in listed] == [("抽任〔2026〕1号", 0, False)]
    shown = run(app, "show", "抽任〔2026〕1号")[1]
    assert [entry["step"] for entry in shown["history"]] == ["下达任务", "接受任务", "调整时间", "完成任务"]


def test_declined_given_to_others_cancelled(app: Any, team: Any):
    task = str(run(app, *GIVE)[1]["id"])
    assert run(app, "decline", task, "--reason", "值班", "--as", "county-sampler2")[1]["state"] == "declined"
    given = ("--sampler", "county-sampler", "--sampler", "county-sampler2", "--laboratory", "LAB2", "--reason", "换机构")
    assert run(app, "reassign", task, *given, "--as", "county-statistician")[1]["laboratory"] == "远澄检测技术有限公司"
    assert run(app, "cancel", task, "--reason", "计划调整", "--as", "county-reviewer")[1]["state"] == "cancelled"
    assert run(app, "cancel", task, "--reason", "再来", "--as", "county-reviewer")[0] == 1


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--region", "火星"), "没有识别出区域"),
        (("--category", "不存在"), "没有食品分类"),
        (("--laboratory", "NOWHERE"), "没有代码为"),
        (("--sampler", "nobody"), "没有用户“nobody”"),
        (("--plan", "77"), "没有找到该计划"),
        (("--enterprise", "没有的店"), "企业档案中没有"),
        (("--batches", "-2"), "批次数应为"),
        (("--from", "2026-11-01"), "已经过去"),
    ],
)
def test_what_is_wrong_is_said_and_exits_1(app: Any, team: Any, args: tuple[str, str], words: str):
    code, told, said = run(app, *GIVE, *args)
    assert (code, told) == (1, None)
    assert words in said
    assert run(app, "list", "--as", "county-sampler")[1] == []


def test_who_may_not(app: Any, team: Any, make: Any):
    task = str(make().id)
    assert run(app, *GIVE[:-1], "county-sampler")[0] == 1
    assert run(app, "show", task, "--as", "other-statistician")[0] == 1
    assert run(app, "show", task, "--as", "lab-laboratory")[0] == 0
    assert run(app, "list", "--state", "没有的", "--as", "county-sampler")[0] == 1


def test_the_printed_sheet_has_everything(make: Any, office: Any):
    sheet = showing.task_sheet(make(note="上午到场"), office.actor("county:统计员"))
    assert (sheet.number, sheet.state, sheet.batches, sheet.done) == ("抽任〔2026〕1号", AssignmentState.ASSIGNED, 5, 0)
    assert [person.name for person in sheet.team] == ["蓟州抽样员", "蓟州第二抽样员"]
    assert (sheet.laboratory_name, sheet.org_name, sheet.issuer) == ("衡清食品检验中心", "蓟州区市场监督管理局", "蓟州统计员")
    assert (sheet.category, sheet.link, sheet.note) == ("不限品种", "不限环节", "上午到场")
    assert "蓟州" in sheet.region
