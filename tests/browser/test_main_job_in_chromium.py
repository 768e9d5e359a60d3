"""The main job in a real browser on the office's screen: import, case, approval, figure, chart, workbook."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.db import session
from app.disposal.models import DisposalCase
from app.domain.case_record import BLOCKS
from app.domain.workflow import CaseState
from tests.browser.conftest import Person
from tests.disposal.conftest import RECORDED, again
from tests.flows.material import FAILED, FAULTS, GOOD, PASSED, SMALL, with_faults, write_workbook

pytestmark = pytest.mark.browser
CASE = "核处〔2026〕1号"


def test_from_the_workbook_to_the_closed_case(at_screen: Callable[..., Person], tmp_path: Path) -> None:
    clerk = at_screen("county-statistician")
    upload_and_correct(clerk, tmp_path)
    work_on_the_case(at_screen("county-handler"))
    approve(at_screen("county-reviewer"))
    read_the_figures(clerk)
    take_the_workbook(clerk, tmp_path)


def upload_and_correct(clerk: Person, folder: Path) -> None:
    clerk.follow("导入数据", "nav")
    clerk.follow("导入检验结果")
    upload(clerk, write_workbook(folder / "faulty.xlsx", with_faults()))
    for _, _, written, reason in FAULTS:  # each fault stands in the clerk's own cell
        cell = clerk.page.locator("td.cell-fault", has_text=written)
        assert reason in cell.locator(".fault-text").inner_text()
    clerk.follow("导入数据", "nav")
    clerk.follow("导入检验结果")
    upload(clerk, write_workbook(folder / "corrected.xlsx", GOOD))
    assert clerk.page.locator("td.cell-fault").count() == 0
    clerk.press("确认导入 3 批")
    assert "已导入 3 批样品、4 行结果，启动核查处置 1 件" in clerk.content()


def upload(clerk: Person, path: Path) -> None:
    clerk.page.locator("input[type=file]").set_input_files(path)
    clerk.press("上传并校验")


def work_on_the_case(handler: Person) -> None:
    handler.follow(CASE)  # from 我的待办
    assert FAILED in handler.content()
    handler.press("领取任务")
    for block, names in BLOCKS.items():
        form = handler.page.locator(f"#record form:has(input[name=block][value={block}])")
        typed = {name: RECORDED[name] for name in names if name in RECORDED}
        for name, written in typed.items():
            control = form.locator(f"[name={name}]")
            control.select_option(written) if name == "penalty_kind" else control.fill(written)
        if typed:
            handler.press(f"保存{block}")
    handler.press("提交审核")
    assert f"已提交审核：{CASE}" in handler.content()
    assert handler.page.get_by_role("button", name="审核通过").count() == 0  # nobody approves his own work


def approve(reviewer: Person) -> None:
    reviewer.follow(CASE)
    reviewer.page.locator("#decision textarea").fill("同意。")
    reviewer.press("审核通过")
    assert "审核通过，案件已办结" in reviewer.content()
    assert reviewer.page.get_by_role("button", name="审核通过").count() == 0


def read_the_figures(clerk: Person) -> None:
    """The table says 2 of 3; the bar of November opens the three records."""
    clerk.page.goto(f"{clerk.address}/indicators/jizhou?year=2026")
    clerk.looked()
    row = clerk.page.locator("#no-14")
    assert re.search(r"66\.67%\s*2 ÷ 3", row.inner_text())
    with clerk.page.expect_navigation():
        row.get_by_role("link", name="分月").click()
    clerk.looked()
    with clerk.page.expect_navigation():
        clerk.page.locator('svg a[href*="month=11"]').first.click()
    clerk.looked()
    numbers = clerk.page.locator("table.grid tbody tr td:first-child").all_inner_texts()
    assert sorted(numbers) == [PASSED, FAILED, SMALL]


def take_the_workbook(clerk: Person, folder: Path) -> None:
    clerk.follow("报表报送", "nav")
    clerk.follow("生成报表")
    clerk.page.locator("[name=month]").fill("11")  # offered is the month that is over
    clerk.press("生成草稿")
    with clerk.page.expect_download() as started:
        clerk.page.get_by_role("link", name="下载工作簿").click()
    path = folder / "return.xlsx"
    started.value.save_as(path)
    assert re.fullmatch(r"抽检月报_蓟州区_2026年11月_草稿_本期未结束\.xlsx", started.value.suggested_filename)
    rows = {str(row[0]): row for row in openpyxl.load_workbook(path)["汇总"].iter_rows(min_row=4, values_only=True)}
    assert [float(rows["14"][7]), rows["14"][8], rows["14"][9]] == [66.67, 2, 3]


def test_without_scripts(at_screen: Callable[..., Person], awaiting_case: Any) -> None:
    """Signing in, the list and an approval work in a browser whose scripts are switched off."""
    reviewer = at_screen("county-reviewer", scripts=False)
    reviewer.follow("处置案件", "nav")
    reviewer.follow(CASE)
    reviewer.page.locator("#decision textarea").fill("同意。")
    reviewer.press("审核通过")
    assert "审核通过，案件已办结" in reviewer.content()
    session().rollback()  # what this test read before is history: the server has written since
    found: DisposalCase = again(awaiting_case)
    assert found.state is CaseState.CLOSED
