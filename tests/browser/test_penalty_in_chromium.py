"""A whole penalty in a real browser: assigned, filed, legal review, decided, executed, published, closed; the 案卷 is verified.

The amounts are such that every level has to agree; the block 行政处罚 of the case is never typed, the decision fills it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.disposal.models import DisposalCase
from app.domain.case_record import BLOCKS
from tests.browser.conftest import Person
from tests.disposal.conftest import RECORDED
from tests.dossiers.conftest import text_of

pytestmark = pytest.mark.browser
TODAY, CASE, FILED, DECISION = "2026-11-20", "核处〔2026〕1号", "立〔2026〕1号", "津蓟市监处罚〔2026〕1号"
AMOUNTS = {"income": "120.5", "fine": "100000", "total": "100120.5", "goods": "豇豆", "goods_kilograms": "5", "goods_value": "80"}
IN_WORDS = "人民币壹拾万零壹佰贰拾元伍角整"
FOUND = {
    "facts": "2026年11月2日销售的豇豆经检验灭蝇胺不合格，购进 20 公斤，销售 15 公斤，违法所得 120.50 元。",
    "basis": "《食品安全法》第34条第2项、第124条第1款第1项",
}
PARTS = (
    "抽样单", "检验报告", "执法文书", "办理情况", "处置数量", "审核审批", "法定期限", "行政处罚", "信息公开", "办结要件与免除", "办理记录",
    "案卷清单（文件校验值）",
)  # fmt: skip


def test_a_penalty_from_the_case_to_its_file(
    at_screen: Callable[..., Person], case: DisposalCase, office: Any, app: Any, tmp_path: Path
) -> None:
    reviewer = at_screen("county-reviewer")
    assign(reviewer, office.people["county:另一办案人"].id)
    handler = at_screen("county-handler2")
    record(handler, "产品控制")
    penalty = file(handler)
    investigate_and_propose(handler)
    pass_on(reviewer, penalty)
    clear(at_screen("county-legal"))
    decide(at_screen("county-leader"), penalty)
    read_the_block(handler)
    execute_and_publish(handler, penalty)
    record(handler, "启动情况", "原因排查", "整改复查")
    submit(handler)
    approve(reviewer)
    read_the_file(handler, tmp_path / "dossier.pdf")
    told = app.test_cli_runner().invoke(args=["dossiers", "verify", CASE])
    assert (told.exit_code, "校验通过" in told.stdout) == (0, True), told.output


def assign(reviewer: Person, handler_id: int) -> None:
    reviewer.follow("处置案件", "nav")
    reviewer.follow(CASE)
    reviewer.type_in("#assign", handler=str(handler_id), reason="本辖区案件")
    reviewer.press("分派")
    assert "办理中" in reviewer.page.locator("body").inner_text()


def record(handler: Person, *blocks: str) -> None:
    """Blocks of the case, each saved alone."""
    handler.page.goto(f"{handler.address}/disposal/1")
    handler.looked()
    for block in blocks:
        written = {name: RECORDED[name] for name in BLOCKS[block] if name in RECORDED}
        handler.type_in(f"#record form:has(input[name=block][value={block}])", **written)
        handler.press(f"保存{block}")


def file(handler: Person) -> str:
    """行政立案 from the page of the case; the address of the penalty."""
    handler.follow("行政立案")
    handler.type_in("#content form", found_on=TODAY, filed_on=TODAY, party_code="92120225MA06XXXX1A")
    handler.press("编号并立案")
    assert FILED in handler.page.locator("body").inner_text()
    return handler.page.url.removeprefix(handler.address).partition("#")[0]


def investigate_and_propose(handler: Person) -> None:
    handler.page.locator("#record [name=warning]").check()
    handler.type_in("#record", outcome="给予行政处罚", **FOUND, **AMOUNTS)
    handler.press("保存")
    assert IN_WORDS in handler.content()
    assert [each in handler.page.locator("#levels").inner_text() for each in ("法制审核", "局领导")] == [True, True]
    handler.press("提出处理意见，送部门负责人审核")


def pass_on(reviewer: Person, penalty: str) -> None:
    """The section may not decide this one; it sends it to legal review."""
    reviewer.page.goto(f"{reviewer.address}{penalty}")
    reviewer.looked()
    assert reviewer.page.get_by_role("button", name="作出决定").count() == 0
    reviewer.page.locator("#decision textarea").fill("拟同意，请法制审核。")
    reviewer.press("送法制审核")


def clear(lawyer: Person) -> None:
    """From 我的待办 by the list of what waits."""
    with lawyer.page.expect_navigation():
        lawyer.page.get_by_role("link", name="待法制审核的行政处罚").first.click()
    lawyer.looked()
    lawyer.follow(FILED)
    lawyer.page.locator("#decision textarea").fill("事实清楚、程序合法，同意。")
    lawyer.press("法制审核通过，报局领导")


def decide(leader: Person, penalty: str) -> None:
    leader.page.goto(f"{leader.address}{penalty}")
    leader.looked()
    assert IN_WORDS in leader.content() and "事实清楚、程序合法，同意。" in leader.content()
    leader.page.locator("#decision textarea").fill("经集体讨论，同意。")
    leader.press("作出决定")
    assert DECISION in leader.content() and IN_WORDS in leader.content()


def read_the_block(handler: Person) -> None:
    """The case says what was decided, without anybody having typed it."""
    handler.page.goto(f"{handler.address}/disposal/1")
    handler.looked()
    block = "#record form:has(input[name=block][value=行政处罚])"
    shown = {name: handler.page.locator(f"{block} [name={name}]").input_value() for name in BLOCKS["行政处罚"]}
    assert (shown["penalty_kind"], shown["penalty_no"], shown["penalty_on"]) == ("已处罚", DECISION, TODAY)
    assert float(shown["penalty_amount"]) == 100120.5 and IN_WORDS in shown["penalty"]


def execute_and_publish(handler: Person, penalty: str) -> None:
    handler.page.goto(f"{handler.address}{penalty}")
    handler.looked()
    handler.type_in("#execute", served_on=TODAY, executed_on=TODAY, paid="100120.5")
    handler.press("登记执行")
    handler.type_in("#publications", published_on=TODAY, document_no="蓟处公〔2026〕1号")
    handler.press("登记公示")
    assert "2029-11-20" in handler.page.locator("#publications").inner_text()  # 三年
    handler.page.locator("#close").get_by_label("结案日期").fill(TODAY)
    handler.press("结案")
    assert "已结案" in handler.page.locator("body").inner_text()


def submit(handler: Person) -> None:
    """What was published with the penalty stands in 信息公开 already."""
    assert "还缺" not in handler.page.locator("body").inner_text()
    handler.press("提交审核")
    assert f"已提交审核：{CASE}" in handler.content()


def approve(reviewer: Person) -> None:
    reviewer.page.goto(f"{reviewer.address}/disposal/1")
    reviewer.looked()
    reviewer.page.locator("#decision textarea").fill("核查处置到位，同意办结。")
    reviewer.press("审核通过")
    assert "审核通过，案件已办结" in reviewer.content()


def read_the_file(handler: Person, path: Path) -> None:
    """One click, and the whole case is one file of numbered pages."""
    handler.page.goto(f"{handler.address}/disposal/1")
    handler.looked()
    handler.press("生成案卷")
    assert "案卷第 1 版已生成" in handler.content()
    with handler.page.expect_download() as started:
        handler.page.get_by_role("link", name=re.compile("^PDF")).click()
    started.value.save_as(path)
    pages = text_of(path.read_bytes())
    assert [f"第{number}页共{len(pages)}页" in text for number, text in enumerate(pages, 1)] == [True] * len(pages)
    places = [pages[1].index(f"{number}{name}") for number, name in enumerate(PARTS, 1)]
    assert places == sorted(places)
    everything = "".join(pages)
    for told in (FILED, DECISION, IN_WORDS, "经集体讨论，同意。", "蓟处公〔2026〕1号", "封存20公斤"):
        assert told in everything, told
