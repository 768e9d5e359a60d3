"""The grid of a plan with the keyboard only: typing, moving, pasting, saving, and refusals at their cells."""

from __future__ import annotations

from typing import Any

import pytest

from app import clock
from app.db import session, transaction
from app.domain.quotas import PLAN, Cell
from app.plans import operations
from app.plans.models import SamplingPlan
from tests.plans.conftest import fresh, grain, header
from tests.plans.conftest import numbers as written

pytestmark = pytest.mark.browser
PASTE = """
(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}
"""


@pytest.fixture
def plan(office: Any) -> SamplingPlan:
    with transaction():
        return operations.create(header(), office.actor("county:统计员"), clock.now())


def numbers(plan: SamplingPlan) -> dict[Cell, int]:
    """What the server has written meanwhile."""
    session().rollback()
    return written(plan)


def box(person: Any, cell: Cell) -> Any:
    return person.page.locator(f'[name="q:{cell.key}"]')


def test_quotas_with_the_keyboard_only(at_screen: Any, plan: SamplingPlan) -> None:
    person = at_screen("county-statistician")
    page, keys = person.page, person.page.keyboard
    page.goto(f"{person.address}/plans/{plan.id}/grid")
    person.looked()
    row = grain()
    box(person, Cell(row)).focus()
    keys.type("99")
    keys.press("Escape")  # back to what stood there
    assert box(person, Cell(row)).input_value() == ""
    keys.type("100")
    keys.press("ArrowRight")
    keys.type("60")
    keys.press("Tab")
    keys.type("30")
    assert page.locator(f'tr[data-row="{row}"] [data-left]').inner_text() == "10"  # live: 100 - 60 - 30
    keys.press("Enter")  # down
    keys.press("ArrowUp")
    keys.press("F2")  # edits what stands there
    keys.type("5")
    keys.press("ArrowLeft")
    assert box(person, Cell(row, month=2)).input_value() == "305"
    assert "超出" in page.locator("[data-grid-status]").inner_text()
    keys.press("Enter")
    box(person, Cell(row, month=2)).focus()
    keys.press("Delete")
    assert box(person, Cell(row, month=2)).input_value() == ""
    page.evaluate(PASTE, "5\t6\r\n7\t８\r\n")
    assert [box(person, Cell(row, month=month)).input_value() for month in (2, 3)] == ["5", "6"]
    assert "已改 6 格" in page.locator("[data-grid-status]").inner_text()
    person.press("保存")
    saved = numbers(plan)
    own = [saved.pop(cell) for cell in (Cell(row), Cell(row, month=1), Cell(row, month=2), Cell(row, month=3))]
    assert own == [100, 60, 5, 6]
    assert sorted(saved.values()) == [7, 8] and {cell.month for cell in saved} == {2, 3}  # the next category, pasted with it


def test_a_refusal_comes_back_at_its_cell_and_the_second_saver_sees_both(at_screen: Any, office: Any, plan: SamplingPlan) -> None:
    first, second = at_screen("county-statistician"), at_screen("county-statistician")
    for person in (first, second):
        person.page.goto(f"{person.address}/plans/{plan.id}/grid")
    box(first, Cell(grain())).fill("501")
    first.press("保存")
    assert "还可分配 500 批，不能再填 501 批" in first.content()
    assert box(first, Cell(grain())).get_attribute("aria-invalid") == "true" and box(first, Cell(grain())).input_value() == "501"
    box(first, Cell(grain())).fill("120")
    first.press("保存")
    assert "已保存 1 格" in first.content()
    box(second, Cell(grain())).fill("130")
    second.press("保存")
    assert "双方不同的批次" in second.content() and box(second, Cell(grain())).input_value() == "130"
    assert numbers(plan) == {Cell(grain()): 120}
    second.press("保存")  # knowingly
    assert numbers(plan) == {Cell(grain()): 130}
    # what Chromium says of a page with status 422 or 409
    for person in (first, second):
        person.complaints[:] = [said for said in person.complaints if "Failed to load resource" not in said]


def test_the_grid_is_a_plain_form_without_scripts(at_screen: Any, plan: SamplingPlan) -> None:
    person = at_screen("county-statistician", scripts=False)
    person.page.goto(f"{person.address}/plans/{plan.id}/grid")
    person.looked()
    box(person, Cell(grain())).fill("80")
    box(person, PLAN).fill("400")
    person.press("保存")
    assert numbers(plan) == {Cell(grain()): 80} and fresh(plan).total == 400
