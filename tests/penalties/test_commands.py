"""``flask penalties …`` does what the pages do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.disposal.models import DisposalCase
from app.domain.workflow import PenaltyState
from tests.penalties.conftest import TODAY, reread


@pytest.fixture
def run(app: Any) -> Any:
    def invoke(person: str, *words: str) -> Any:
        return app.test_cli_runner().invoke(args=["penalties", *words, "--as", person, "--json"])

    return invoke


def said(result: Any) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


RECORDED = (
    "违法事实=销售灭蝇胺超标的豇豆", "违反条款和处罚依据=《食品安全法》第124条", "拟作决定=给予行政处罚", "警告=是", "罚款=100000.50",
    "没收违法所得（元）=20", "罚没款合计=100020.50",
)  # fmt: skip


def test_a_penalty_from_filing_to_removal_by_command(mine: DisposalCase, run: Any, app: Any) -> None:
    handler, reviewer, legal, leader = "county-handler", "county-reviewer", "county-legal", "county-leader"
    number = said(run(handler, "file", mine.number, "--filed-on", TODAY))["number"]
    assert number == "立〔2026〕1号"
    refused = run(handler, "record", number, "罚款=一万")
    assert refused.exit_code == 1
    assert "请填写数字" in refused.stderr
    assert "无法识别" in run(handler, "record", number, "罚金=1").stderr
    assert "合计应为" in run(handler, "record", number, *RECORDED[:-1], "罚没款合计=1").stderr
    assert said(run(handler, "record", number, *RECORDED))["total"] == "100020.50"
    assert said(run(handler, "record", number, "警告=否")) == {"number": number, "changed": True, "total": "100020.50"}
    said(run(handler, "propose", number))
    assert "法制审核" in run(reviewer, "decide", number).stderr
    assert run(handler, "forward", number).exit_code == 1
    said(run(reviewer, "forward", number, "--comment", "请法制审核"))
    assert "请填写理由或意见" in run(legal, "clear-legal", number).stderr
    said(run(legal, "clear-legal", number, "--comment", "同意"))
    assert said(run(leader, "decide", number, "--on", TODAY))["decision_no"] == "津蓟市监处罚〔2026〕1号"
    shown = said(run(leader, "show", number))
    assert [one["level"] for one in shown["levels"]] == ["部门负责人", "法制审核", "局领导", "局领导"]
    assert said(run(handler, "list", "--due", "待公示"))[0]["number"] == number
    assert "请写明原因" in run(handler, "execute", number, "--served-on", TODAY, "--paid", "1").stderr
    said(run(handler, "execute", number, "--served-on", TODAY, "--paid", "100020.50"))
    said(run(handler, "close", number))
    published = said(run(handler, "publish", number, "--url", "https://jizhou.example/1"))
    assert published["remove_due_on"] == "2029-11-20"
    said(run(handler, "unpublish", number, str(published["publication"]), "--reason", "信用修复"))
    assert run(handler, "revoke", number, "--reason", "不能自己撤销").exit_code == 1
    said(run(reviewer, "revoke", number, "--reason", "复检合格"))
    assert reread(1).state is PenaltyState.REVOKED


def test_returned_recalled_and_corrected_by_command(mine: DisposalCase, run: Any) -> None:
    handler, reviewer = "county-handler", "county-reviewer"
    number = said(run(handler, "file", mine.number))["number"]
    said(run(handler, "record", number, *RECORDED[:4], "罚款=500"))
    said(run(handler, "propose", number))
    said(run(handler, "recall", number))
    said(run(handler, "propose", number))
    assert run(handler, "return", number, "--comment", "自己退回").exit_code == 1
    said(run(reviewer, "return", number, "--comment", "请补充"))
    said(run(handler, "propose", number))
    said(run(reviewer, "decide", number, "--decision-no", "津蓟市监处罚〔2026〕9号"))
    said(run(handler, "correct", number, "--decision-no", "津蓟市监处罚〔2026〕10号", "--reason", "笔误"))
    assert said(run(reviewer, "list"))[0]["decision_no"] == "津蓟市监处罚〔2026〕10号"


def test_a_number_of_another_bureau_is_not_found(mine: DisposalCase, run: Any) -> None:
    number = said(run("county-handler", "file", mine.number))["number"]
    refused = run("other-handler", "show", number)
    assert refused.exit_code == 1
    assert "没有找到处罚案件" in refused.stderr
    assert "没有找到案件" in run("other-handler", "file", mine.number).stderr
