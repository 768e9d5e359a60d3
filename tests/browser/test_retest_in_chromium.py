"""A whole retest in a real browser: notices served, application, laboratory drawn, a result that overturns the first one.

One failing batch with a case of its seller and one of its producer; in the end both are withdrawn, what was touched is listed,
and the figures have changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.db import session, transaction
from app.disposal import operations as disposal
from app.disposal.models import DisposalCase
from app.domain.samples import Link
from app.domain.workflow import CaseState
from tests.browser.conftest import Person
from tests.disposal.conftest import build_batch, region_id
from tests.retests.conftest import list_laboratories, store

pytestmark = pytest.mark.browser
NUMBER, TODAY = "XC26120119123450001", "2026-11-20"
SELLER, PRODUCER = "蓟州区文昌街好又多超市", "蓟州区绿源蔬菜专业合作社"


@pytest.fixture
def two_cases(office: Any) -> list[DisposalCase]:
    """Sold and produced in the county: one case each; the backup sample is kept, three laboratories are listed."""
    with transaction():
        sample = build_batch(
            office, NUMBER, link=Link.CIRCULATION, sampled_name=SELLER, producer_name=PRODUCER, producer_address="工业路 2 号",
            producer_region_id=region_id("120119"), expires_on=date(2027, 6, 1), backup_quantity="0.5kg", quantity=1,
            quantity_unit="kg", laboratory="衡清食品检验中心",
        )  # fmt: skip
        store(sample)
        opened = disposal.open_for_samples([sample.id], office.actor("county:统计员"), clock.now())
        list_laboratories(office, "衡清食品检验中心", "华北复检中心", "滨海复检研究院")
    assert len(opened) == 2
    return opened


def test_a_retest_that_passes_takes_back_both_cases(at_screen: Callable[..., Person], two_cases: list[DisposalCase]) -> None:
    ids = [case.id for case in two_cases]
    clerk = at_screen("county-statistician")
    assert "0 ÷ 1" in pass_rate(clerk)
    handler = at_screen("county-handler")
    serve(handler, ids[0])
    retest = register(handler, ids[0])
    reviewer = at_screen("county-reviewer")
    accept(reviewer, retest)
    draw(reviewer, retest)
    examine_again(handler, retest)
    work_off_the_ripples(handler)
    session().rollback()
    session().expire_all()
    cases = session().scalars(sa.select(DisposalCase).where(DisposalCase.id.in_(ids))).all()
    assert {case.state for case in cases} == {CaseState.CANCELLED}
    assert "1 ÷ 1" in pass_rate(clerk)


def pass_rate(clerk: Person) -> str:
    clerk.page.goto(f"{clerk.address}/indicators/jizhou?year=2026")
    clerk.looked()
    told: str = clerk.page.locator("#no-14").inner_text()
    return told


def serve(handler: Person, case_id: int) -> None:
    """Both parties' notices: made with one click, issued, delivered by hand."""
    handler.page.goto(f"{handler.address}/disposal/{case_id}")
    handler.looked()
    handler.press("制作检验结果通知书")
    addresses = {link.get_attribute("href") for link in handler.page.locator("#documents a[href^='/documents/']").all()}
    documents = sorted(address for address in addresses if address and re.fullmatch(r"/documents/\d+", address))
    assert len(documents) == 2
    for address in documents:
        handler.page.goto(f"{handler.address}{address}")
        handler.looked()
        handler.press("编号并制发")
        handler.follow("登记送达")
        handler.type_in(
            "#content form", way="直接送达", sent_on=TODAY, delivered_on=TODAY, place="文昌街 1 号", receiver="赵六",
            relation="法定代表人", servers="钱一、孙二",
        )  # fmt: skip
        handler.press("登记送达")
        assert "已送达" in handler.content()


def register(handler: Person, case_id: int) -> str:
    """The producer applies: the window is counted from the delivery, and the page says whether it can be done."""
    handler.page.goto(f"{handler.address}/disposal/{case_id}")
    handler.looked()
    handler.follow("登记复检申请")
    handler.type_in(
        "#content form", side="标称生产企业", applicant=PRODUCER, contact="李四 022-1", served_on=TODAY, applied_on=TODAY,
        received_on=TODAY, reason="对灭蝇胺检验结果有异议",
    )  # fmt: skip
    handler.page.get_by_label("灭蝇胺").check()
    handler.press("保存")
    assert "复检〔2026〕1号" in handler.page.title() or "复检〔2026〕1号" in handler.content()
    return handler.page.url.removeprefix(handler.address).partition("#")[0]


def accept(reviewer: Person, retest: str) -> None:
    reviewer.page.goto(f"{reviewer.address}{retest}")
    reviewer.looked()
    assert "剩余" in reviewer.content() or "届满" in reviewer.content()
    reviewer.page.locator("#accept").get_by_role("button", name="受理", exact=True).click()
    reviewer.page.wait_for_load_state()
    reviewer.looked()
    assert "待确定复检机构" in reviewer.page.locator("body").inner_text()


def draw(reviewer: Person, retest: str) -> None:
    """The list is frozen without the first laboratory, drawn from with the word of a witness, and the result is taken over."""
    assert "初检机构" in reviewer.page.locator("#freeze").inner_text()
    reviewer.press("冻结名单")
    with reviewer.page.expect_navigation():
        reviewer.page.locator("#content a[href^='/drawings/']").first.click()
    reviewer.looked()
    reviewer.type_in("#content", public_word="彩票 05 11 23", witness="周监督")
    reviewer.press("抽取")
    reviewer.looked()


def examine_again(handler: Person, retest: str) -> None:
    def step(name: str, button: str, **written: str) -> None:
        handler.type_in(f"#{name}", **written)
        with handler.page.expect_navigation():
            handler.page.locator(f"#{name}").get_by_role("button", name=button).first.click()
        handler.looked()

    handler.page.goto(f"{handler.address}{retest}")
    handler.looked()
    step("designate", "确定复检机构", designated_on=TODAY)
    step("hand_over", "登记移交", handed_on=TODAY)
    handler.page.locator("#arrive [name=seal_intact][value=是]").check()
    step("arrive", "登记收样", arrived_on=TODAY)
    handler.page.get_by_label("灭蝇胺复检结果").fill("0.1")
    handler.page.get_by_label("灭蝇胺单位").fill("mg/kg")
    handler.page.get_by_label("灭蝇胺检验方法").fill("GB 23200.121-2021")
    handler.page.get_by_label("灭蝇胺复检判定").select_option("合格项")
    step("conclude", "登记复检结论", report_no="FJ-1", concluded_on=TODAY, result_received_on=TODAY)
    assert "复检合格" in handler.content()
    step("tell", "登记通知", told_on=TODAY)


def work_off_the_ripples(handler: Person) -> None:
    """Both cases stand on the list as done by the program; the notices that were served are for somebody to correct."""
    handler.follow("波及清单", "nav")
    with handler.page.expect_navigation():
        handler.page.locator("#content table a[href^='/ripples/']").first.click()
    handler.looked()
    told = handler.content().split("办理记录")[0]  # which names each of them once more
    assert "复检合格" in told and told.count("核查处置案件") == 2 and "已送达文书" in told
    for box in handler.page.locator("input[name=task]:not([disabled])").all():
        box.check()
    handler.page.locator("#note").fill("已告知双方复检结论，案件不再办理。")
    handler.press("处理完毕")
    assert "已全部处理" in handler.page.locator("body").inner_text()
