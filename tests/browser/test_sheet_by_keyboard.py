"""One whole sheet without touching the mouse; a draft found again after the page was closed; the same page without a script."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import session
from app.sampling.models import FormDraft, Sample
from tests.browser.conftest import Person
from tests.sheets.conftest import enterprise  # noqa: F401

pytestmark = pytest.mark.browser
COUNT_MOUSE = """
["mousedown", "click"].forEach(function (kind) {
  document.addEventListener(kind, function (event) {
    if (location.pathname === "/sampling/new" && event.detail > 0) {
      sessionStorage.setItem("mouse", String(Number(sessionStorage.getItem("mouse") || 0) + 1));
    }
  }, true);
});
"""
# What the sampler types where the cursor stands; "↓" steps down in a list, initials pick from one.
TYPED = {
    "report_class_a": "抽检监测（县级本级）", "report_class_b": "2026年县级计划", "link": "↓↓", "sampled_name": "cct", "place": "cs",
    "sampled_legal_person": "赵六", "sampled_contact": "钱七", "sampled_phone": "13812345678", "product_name": "油麦菜",
    "category": "ymc", "sample_type": "sync", "source_kind": "wg", "packaging": "wbz", "sample_form": "gt", "spec": "/",
    "date_kind": "gjrq", "unit_price": "6元/kg", "base_quantity": "20kg", "quantity": "3", "quantity_unit": "kg", "backup_quantity": "1kg",
    "sampling_method": "fwjcy", "storage": "cw", "sample_container": "sld", "sampler_2": "↓", "laboratory": "",
    "sampling_unit_province": "", "sampler_phone": "02212345678", "sampling_unit_contact": "孙八", "sampling_unit_phone": "02212345678",
    "sampling_unit_email": "jz@example.cn",
}  # fmt: skip
AT = "[document.activeElement.name || '', document.activeElement.tagName, document.activeElement.type || '']"


def waiting(question: Callable[[], Any]) -> Any:
    """The answer, once there is one: the browser sends what the page left behind in its own time."""
    for _ in range(40):
        session().rollback()
        if found := question():
            return found
        time.sleep(0.1)
    raise AssertionError("nothing arrived")


def type_here(person: Person, name: str, kind: str) -> None:
    keys, text = person.page.keyboard, TYPED.get(name, "")
    if kind == "date" and name == "made_on":
        keys.type("11192026")  # as the browser's own date field takes it: month, day, year
    elif set(text) == {"↓"}:
        for _ in text:
            keys.press("ArrowDown")
    elif text:
        keys.type(text)
        if name == "sampled_name":  # the register answers
            person.page.wait_for_selector(".pick-list li.lit")
    keys.press("Enter")


def test_a_whole_sheet_by_keyboard_alone(
    at_screen: Callable[..., Person], office: Any, enterprise: Any  # noqa: F811
) -> None:
    row = enterprise("长春堂超市")
    person = at_screen("county-sampler")
    person.page.add_init_script(COUNT_MOUSE)
    person.page.goto(f"{person.address}/sampling/new")
    person.looked()
    began, visited = time.monotonic(), []
    while True:
        name, tag, kind = person.page.evaluate(AT)
        if name == "rest_absent" or len(visited) > 120:
            break
        assert tag in ("INPUT", "SELECT", "TEXTAREA"), f"the cursor was lost after {visited[-1:]}"
        visited.append(name)
        if tag == "TEXTAREA":
            person.page.keyboard.press("Tab")
        else:
            type_here(person, name, kind)
    person.page.keyboard.press("Space")  # 其余空白栏目均不适用
    with person.page.expect_navigation():
        person.page.keyboard.press("Control+Enter")
    took = time.monotonic() - began
    assert person.page.url != f"{person.address}/sampling/new", person.page.locator("#error-summary, #findings").all_inner_texts()
    person.looked()
    sample = session().scalars(sa.select(Sample).execution_options(populate_existing=True)).one()
    assert (sample.sampled_name, sample.sampled_enterprise_id, sample.place) == ("长春堂超市", row.id, "超市")
    assert (sample.category_written, sample.sample_type) == ("食用农产品/蔬菜/叶菜类蔬菜/油麦菜", "食用农产品")
    assert sample.samplers == "蓟州抽样员、文昌抽样员" and sample.number.endswith("0001")
    assert person.page.evaluate("sessionStorage.getItem('mouse')") is None
    assert took < 90, f"{took:.0f} seconds for {len(visited)} fields"


def test_every_tab_comes_to_a_field(at_screen: Callable[..., Person]) -> None:
    """From the first field to the last: no press of Tab is swallowed by a list that has opened under its field."""
    person = at_screen("county-sampler")
    person.page.goto(f"{person.address}/sampling/new")
    person.page.focus("[name=sampled_name]")
    passed: list[str] = []
    while "rest_absent" not in passed and len(passed) < 120:
        person.page.keyboard.press("Tab")
        name, tag, _ = person.page.evaluate(AT)
        passed.append(name or tag)
    assert passed[-1] == "rest_absent" and "BODY" not in passed, passed
    assert {"place", "sampled_region", "category", "producer_region", "quantity_unit"} <= set(passed)


def test_a_draft_is_found_again_after_the_page_was_closed(at_screen: Callable[..., Person], office: Any) -> None:
    person = at_screen("county-sampler")
    first = person.page
    first.goto(f"{person.address}/sampling/new")
    first.locator("#product_name").fill("没来得及登记的油麦菜")
    first.goto(f"{person.address}/")  # away without saving
    waiting(lambda: session().scalars(sa.select(FormDraft.id)).first())
    first.goto(f"{person.address}/sampling/new")
    assert "您有 1 份未登记的草稿" in person.content()
    with first.expect_navigation():
        first.locator("#waiting-drafts a").first.click()
    assert first.locator("#product_name").input_value() == "没来得及登记的油麦菜"
    first.clock.install()
    first.reload()
    first.locator("#product_name").fill("半分钟后")
    first.clock.run_for(31_000)
    first.locator("#draft-state", has_text="已自动保存").wait_for()
    session().rollback()
    assert session().scalars(sa.select(FormDraft.title)).all() == ["半分钟后"]


def test_the_sheet_without_a_script(at_screen: Callable[..., Person], office: Any, enterprise: Any) -> None:  # noqa: F811
    enterprise("长春堂超市")
    person = at_screen("county-sampler", scripts=False)
    page = person.page
    page.goto(f"{person.address}/sampling/new")
    page.locator("#link").select_option("生产")
    person.press("按环节切换栏目")
    page.locator(".more summary").nth(1).click()
    assert page.locator("#annual_sales").is_visible() and not page.locator("#platform_name").is_visible()
    page.locator("#link").select_option("流通")
    page.locator("#sampled_name").fill("长春堂")
    with page.expect_navigation():
        page.locator('button[value="pick_sampled"]').click()
    person.follow("选用")
    assert page.locator("#sampled_address").input_value() == "文昌街1号" and page.locator("#link").input_value() == "流通"
    page.locator("#product_name").fill("油麦菜")
    person.press("存草稿")
    assert "草稿已保存" in person.content() and page.locator("#product_name").input_value() == "油麦菜"
