"""The results of a sample with the keyboard only, pasted from Excel, and once without any script."""

from __future__ import annotations

from typing import Any

import pytest

from app.db import session
from tests.browser.test_plan_grid_in_chromium import PASTE
from tests.results.material import rows_of
from tests.results.planned import ONE, TWO, planned_samples

pytestmark = pytest.mark.browser


@pytest.fixture
def samples(office: Any) -> list[int]:
    return planned_samples(office)


def box(person: Any, line: int, name: str) -> Any:
    return person.page.locator(f'[name="rows-{line - 1}-{name}"]')


def verdict(person: Any, line: int, word: str) -> None:
    """What the server says of a line, as soon as the page shows it."""
    said = person.page.locator("[data-entry] tbody tr").nth(line - 1).locator("[data-said] .state")
    said.filter(has_text=word).wait_for()


def saved(number: str) -> list[tuple[str, str | None, str]]:
    session().rollback()
    return [(row["item"], row["result_written"], row["verdict"].value) for row in rows_of(number)]


def test_results_with_the_keyboard_only(at_screen: Any, samples: list[int]) -> None:
    person = at_screen("lab-laboratory")
    page, keys = person.page, person.page.keyboard
    page.goto(f"{person.address}/samples/{samples[0]}/results")
    person.looked()
    assert page.evaluate("document.activeElement.name") == "report_no"
    keys.type("BG1")
    keys.press("Tab")
    page.locator('[name="reported_on"]').fill("2026-11-12")
    box(person, 1, "result").focus()
    keys.type("0.3")
    keys.press("Escape")  # back to what stood there
    assert box(person, 1, "result").input_value() == ""
    keys.type("0.32")
    keys.press("Enter")  # down
    keys.type("未检出")
    verdict(person, 1, "不合格项")
    verdict(person, 2, "合格项")
    keys.press("ArrowUp")
    keys.press("F2")
    keys.press("Backspace")
    keys.press("Backspace")  # 0.32 is 0.
    keys.type("01")
    verdict(person, 1, "合格项")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("Control+d")  # as the cell above
    assert box(person, 3, "result").input_value() == "未检出"
    box(person, 12, "item").focus()
    page.evaluate(PASTE, '"铅\n(以Pb计)"\t0.05\tmg/kg\t合格\r\n镉\t0.01\tmg/kg\t合格\r\n铬\t0.1\tmg/kg\t合格\r\n')
    assert box(person, 14, "item").input_value() == "铬" and box(person, 13, "verdict").input_value() == "合格项"
    box(person, 4, "item").focus()
    page.evaluate(PASTE, "检验结果\t没有的列\t检验项目\r\n0.2\tx\t镍\r\n")
    assert [box(person, 4, name).input_value() for name in ("item", "result", "unit")] == ["镍", "0.2", ""]
    assert "已粘贴 1 行" in page.locator("[data-entry-status]").inner_text()
    verdict(person, 13, "合格项")
    with page.expect_navigation():
        keys.press("Control+Enter")
    person.looked()
    assert "共 7 项" in person.content()
    rows = saved(ONE)
    assert len(rows) == 7 and ("毒死蜱", "0.01", "合格项") in rows and {"镍", "镉", "铬"} <= {item for item, _, _ in rows}


def test_the_same_without_a_script(at_screen: Any, samples: list[int]) -> None:
    person = at_screen("lab-laboratory", scripts=False)
    page = person.page
    page.goto(f"{person.address}/samples/{samples[1]}/results")
    person.looked()
    page.locator('[name="report_no"]').fill("BG2")
    page.locator('[name="reported_on"]').fill("2026-11-12")
    page.get_by_text("粘贴自 Excel（不用脚本时）").click()
    page.locator('[name="block"]').fill("检验项目\t检验结果\n毒死蜱\t0.01\n铅\t0.05")
    person.press("读入粘贴内容")
    assert box(person, 1, "result").input_value() == "0.01" and box(person, 4, "item").input_value() == "铅"
    person.press("增加行")
    assert box(person, 18, "item").count() == 1
    person.press("预览判定")
    assert "必检项目“克百威”没有检验结果" in person.content()
    box(person, 2, "result").fill("未检出")
    person.press("保存并录入下一批")
    assert page.url.endswith(f"/samples/{samples[0]}/results") and f"已保存样品 {TWO}" in person.content()
    assert saved(TWO)[:2] == [("毒死蜱", "0.01", "合格项"), ("克百威", "未检出", "合格项")]
