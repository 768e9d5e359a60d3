"""Plans that wait for approval: the card of the home page, the list it opens, and the menu above them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.accounts.models import User
from app.db import session, transaction
from app.domain.actors import Actor
from app.domain.quotas import Cell
from app.domain.samples import Link
from app.pages import queries as pages
from app.plans import operations, queries
from app.plans.models import SamplingPlan
from tests.conftest import Office
from tests.plans.conftest import grain, issue, save, wheat

CARD = "待审核的抽检计划"


def card(actor: Actor) -> str | None:
    return next((one.count for one in pages.cards(actor, clock.today(), clock.now()) if one.title == CARD), None)


def submit(plan: SamplingPlan, actor: Actor) -> None:
    with transaction():
        operations.submit(plan, actor, clock.now(), None)


def test_whoever_may_approve_sees_what_waits_and_nobody_else(make: Callable[..., SamplingPlan], office: Office) -> None:
    make(name="草稿")
    submit(make(name="待审的"), office.actor("county:统计员"))
    submit(make(name="来年的", year=2027), office.actor("county:统计员"))
    submit(make(who="other:统计员", name="邻县的"), office.actor("other:统计员"))
    reviewer = office.actor("county:审核人")
    assert card(reviewer) == "2"
    assert [one.name for one in queries.plans_to_approve(reviewer)] == ["待审的", "来年的"]
    assert card(office.actor("county:统计员")) is None
    assert card(office.actor("county:局领导")) is None


def test_nobody_is_asked_to_approve_what_he_submitted(plan: SamplingPlan, office: Office) -> None:
    submit(plan, office.actor("county:统计员"))
    reviewer = office.actor("county:审核人")
    with transaction():
        session().get_one(SamplingPlan, plan.id).submitted_by_id = reviewer.user_id
    assert card(reviewer) == "0"
    assert card(office.actor("county:另一审核人")) == "1"


def test_the_card_leads_to_just_those_plans(
    plan: SamplingPlan, make: Callable[..., SamplingPlan], office: Office, reviewer: FlaskClient
) -> None:
    make(name="草稿计划")
    submit(plan, office.actor("county:统计员"))
    home = reviewer.get("/").text
    assert CARD in home and "/plans/?waiting=1" in home
    listed = reviewer.get("/plans/?waiting=1").text
    assert plan.title in listed
    assert "草稿计划" not in listed


def test_the_list_of_what_waits_is_not_for_others(plan: SamplingPlan, office: Office, clerk: FlaskClient) -> None:
    submit(plan, office.actor("county:统计员"))
    page = clerk.get("/plans/?waiting=1").text
    assert "待我审核" not in page  # the year's list instead
    assert plan.name in page


def marked(page: str) -> list[tuple[str, str]]:
    menu = page[page.index('id="menu"') : page.index("</nav>")]
    return re.findall(r'class="active" aria-current="(\w+)">([^<\n]+)', menu)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/", ("page", "我的待办")),
        ("/plans/", ("page", "年度计划")),
        ("/plans/{}", ("true", "年度计划")),
        ("/plans/{}/grid", ("true", "年度计划")),
        ("/proposals/{}", ("true", "年度计划")),
        ("/proposals/overlap", ("true", "计划进度")),
        ("/progress/{}", ("true", "计划进度")),
        ("/progress/{}/records/sampled", ("true", "计划进度")),
        ("/assignments/new", ("true", "抽样任务单")),
        ("/sampling/new", ("page", "登记抽样单")),
        ("/custody/backups", ("page", "备份样品")),
    ],
)
def test_the_menu_marks_where_one_is(
    plan: SamplingPlan, office: Office, sign_in: Any, address: str, expected: tuple[str, str]
) -> None:
    who: User = office.people["county:抽样员" if "sampling" in address else "county:统计员"]
    assert marked(sign_in(who).get(address.format(plan.id)).text) == [expected]


def test_every_page_of_a_plan_leads_to_the_others(
    make: Callable[..., SamplingPlan], office: Office, clerk: FlaskClient
) -> None:
    draft, found = make(name="草稿计划"), issue(make(), office)
    number = found.id
    links = [
        f"/plans/{number}", f"/plans/{number}/grid", f"/plans/{number}/items", f"/plans/{number}/versions", f"/proposals/{number}",
        f"/progress/{number}", f"/gaps/?plan_id={number}", f"/assignments/?plan={number}&amp;state=all",
    ]  # fmt: skip
    for address in (*links[:6],):
        page = clerk.get(address).text
        assert [link for link in links if f'href="{link}"' not in page] == [], address
    for link in links:
        assert clerk.get(link.replace("&amp;", "&")).status_code == 200
    assert "/gaps/?plan_id" not in clerk.get(f"/plans/{draft.id}").text  # nothing is asked before it is issued


def test_what_was_done_lately_leads_to_the_plan(plan: SamplingPlan, office: Office, clerk: FlaskClient) -> None:
    submit(plan, office.actor("county:统计员"))
    assert f'<a href="/plans/{plan.id}">{plan.title}</a>' in clerk.get("/").text


def test_many_cells_in_the_history_are_folded_and_in_order(
    plan: SamplingPlan, office: Office, clerk: FlaskClient
) -> None:
    save(plan, office, {Cell(month=month): month for month in range(1, 13)} | {Cell(link=Link.CATERING): 9})
    page = clerk.get(f"/plans/{plan.id}").text
    history = page[page.index("共 13 项变更") :]
    assert history.index("<li>2月：") < history.index("<li>10月：") < history.index("<li>餐饮：")


def test_what_is_divided_into_foods_with_items_lacks_none(
    plan: SamplingPlan, office: Office, clerk: FlaskClient
) -> None:
    lacking = "有批次而没有检验项目的分类"
    save(plan, office, {Cell(grain()): 10, Cell(wheat()): 10})
    page = clerk.get(f"/plans/{plan.id}/items").text
    assert page.index(lacking) < page.index("粮食加工品/小麦粉</a>")
    assert "粮食加工品</a>" not in page[page.index(lacking) :]
    save(plan, office, {Cell(wheat()): 4})
    page = clerk.get(f"/plans/{plan.id}/items").text
    assert "粮食加工品</a>" in page[page.index(lacking) :]  # six more are asked of any grain
