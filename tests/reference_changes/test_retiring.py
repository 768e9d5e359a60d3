"""停用 and 恢复使用 of items, categories and regions: what is asked, who decides, what is offered afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import clock
from app.authorize import local_operator
from app.db import session, transaction
from app.domain.trust_states import ChangeState
from app.domain.workflow import SampleState
from app.errors import NotLikeThis
from app.plans.models import SamplingPlan
from app.plans.naming import Ground
from app.reference_data import books, operations, standing
from app.reference_data import unknown_words as unknown
from app.reference_data.models import FoodCategory, Region, TestItem, UnknownWord, WordStanding
from app.reference_data.standing import WordKind
from app.sampling import showing
from app.sampling.drafts import Drafter
from app.sampling.typing_in import typed_draft
from tests.reference_changes.conftest import WHY, decide, newest, newest_of, preview, proposed, send, text

LEAFY = "食用农产品/蔬菜/叶菜类蔬菜"
TODAY = "2026-11-20"


def category(path: str = LEAFY) -> FoodCategory:
    return session().scalars(sa.select(FoodCategory).where(FoodCategory.path == path)).one()


def item(name: str = "铅") -> TestItem:
    return session().scalars(sa.select(TestItem).where(TestItem.name == name)).one()


def retire(admin: FlaskClient, reviewer: FlaskClient, kind: str, row: Any, successor: str = "", day: str = TODAY) -> Any:
    change = proposed(admin, f"{kind}.retire", {"subject": str(row.id), "valid_from": day, "successor": successor})
    assert change.state is ChangeState.PROPOSED
    assert decide(reviewer, change).status_code == 303
    return newest_of(change.id)


def test_a_category_is_retired_by_two_and_offered_no_more(admin: FlaskClient, reviewer: FlaskClient) -> None:
    row, other = category(), "食用农产品/蔬菜/豆芽"
    assert books.category_book().by_path(other) is not None
    shown = text(preview(admin, "/changes/new/category.retire", {"subject": str(row.id), "valid_from": TODAY, "successor": other}))
    assert "现行限量" in shown and "照旧办理、显示和统计" in shown
    change = retire(admin, reviewer, "category", row, other)
    assert change.effect["done"]["uses"]["现行限量"] > 0 and change.subject_key == LEAFY
    below = books.category_book().below(row.id)
    assert len(below) > 1
    for number in below:  # what lies under it as well
        assert books.category_book().by_id(number).path not in showing.category_paths()
    assert LEAFY not in unknown.offered("category") and LEAFY in text(admin.get("/reference/categories?q=叶菜类"))
    assert "停用" in text(admin.get("/reference/categories?q=叶菜类"))
    assert books.category_book().by_path(LEAFY) is not None  # readable for ever
    with pytest.raises(NotLikeThis, match="豆芽"), transaction():
        operations.meaning("category", LEAFY)
    again = send(admin, "/changes/new/category.retire", {"subject": str(row.id), "valid_from": TODAY, "successor": ""})
    assert again.status_code == 422 and "已停用" in text(again)
    child = next(number for number in below if number != row.id)
    under = send(admin, "/changes/new/category.retire", {"subject": str(child), "valid_from": TODAY, "successor": ""})
    assert under.status_code == 422 and "已随之停用" in text(under)


def test_a_retirement_begins_on_its_day_and_is_taken_back_by_another_act(admin: FlaskClient, reviewer: FlaskClient) -> None:
    row = item()
    retire(admin, reviewer, "item", row, "镉", "2027-01-01")
    assert "铅" in standing.items_offered() and "铅" not in standing.items_offered(date(2027, 1, 1))
    assert "2027-01-01 起停用" in text(admin.get("/reference/items?q=铅"))
    early = send(admin, "/changes/new/item.reopen", {"subject": str(row.id), "valid_from": TODAY})
    assert early.status_code == 422 and "不早于" in text(early)
    back = proposed(admin, "item.reopen", {"subject": str(row.id), "valid_from": "2027-02-01"})
    assert decide(reviewer, back).status_code == 303
    assert "铅" not in standing.items_offered(date(2027, 1, 31)) and "铅" in standing.items_offered(date(2027, 2, 1))
    assert [one.retired for one in session().scalars(sa.select(WordStanding).order_by(WordStanding.id))] == [True, False]
    needless = send(admin, "/changes/new/item.reopen", {"subject": str(row.id), "valid_from": "2027-03-01"})
    assert needless.status_code == 422 and "没有停用" in text(needless)


def test_a_merged_region_leaves_the_lists_and_tells_where_it_went(admin: FlaskClient, reviewer: FlaskClient, office: Any) -> None:
    row = session().scalars(sa.select(Region).where(Region.code == "120119")).one()
    change = retire(admin, reviewer, "region", row, "500156")
    assert change.effect["uses"]["在用机构"] >= 1 and "figures" in change.effect
    name = books.region_book().full_name(row.id)
    assert name not in showing.region_names() and (row.id, name) in showing.regions_to_choose()  # old records are still looked for
    draft, faults = Drafter(local_operator()).draft({"number": "", "sampled_region": name, "sampled_on": TODAY, "product_name": "豆"})
    assert draft.region_id == row.id and any(not one.blocking and "武隆区" in one.message for one in faults)
    _, faults = Drafter(local_operator()).draft({"sampled_region": name, "sampled_on": "2026-11-19", "product_name": "豆"})
    assert not [one for one in faults if "停用" in one.message]
    assert "停用" in text(admin.get(f"/reference/regions/{row.id}"))


def test_a_sheet_typed_in_today_must_not_name_what_is_retired(admin: FlaskClient, reviewer: FlaskClient) -> None:
    retire(admin, reviewer, "category", category(), "食用农产品/蔬菜/豆芽")
    _, found = typed_draft({"category": LEAFY, "sampled_on": TODAY}, local_operator(), clock.today(), SampleState.REGISTERED)
    assert [one for one in found if one.rule == "L-WORD-01" and one.blocking and "豆芽" in one.message]
    _, found = typed_draft({"category": LEAFY, "sampled_on": "2026-11-10"}, local_operator(), clock.today(), SampleState.REGISTERED)
    assert not [one for one in found if one.rule == "L-WORD-01"]


def test_plans_keep_what_they_have_and_take_nothing_new(admin: FlaskClient, reviewer: FlaskClient) -> None:
    from app.domain.quotas import Cell
    from app.plans.quota_saving import faults_of

    row = category()
    retire(admin, reviewer, "category", row)
    region = session().scalars(sa.select(Region.id).where(Region.code == "120119")).one()
    land, cell = Ground(region, year=2026), Cell(row.id)
    assert LEAFY not in land.category_paths()
    assert "停用" in faults_of({cell: 3}, {}, land)[cell][0]
    assert cell not in faults_of({cell: 2}, {cell: 3}, land)
    assert session().scalar(sa.select(sa.func.count()).select_from(SamplingPlan)) is not None


@pytest.mark.parametrize(
    ("kind", "successor", "sentence"),
    [
        ("category", "没有/这类", "没有找到接替的食品分类"), ("category", LEAFY, "不能是它自己"),
        ("item", "没有这项", "没有找到接替的检验项目"), ("item", "铅", "不能是它自己"),
    ],
)  # fmt: skip
def test_what_cannot_take_the_place_is_refused(admin: FlaskClient, kind: str, successor: str, sentence: str) -> None:
    row = category() if kind == "category" else item()
    data = {"subject": str(row.id), "valid_from": TODAY, "successor": successor}
    refused = send(admin, f"/changes/new/{kind}.retire", data)
    assert refused.status_code == 422 and sentence in text(refused)
    assert not session().scalars(sa.select(WordStanding)).all()


def test_two_people_at_once_and_by_command(
    admin: FlaskClient, reviewer: FlaskClient, office: Any, command: Callable[..., tuple[int, Any, str]]
) -> None:
    name = office.people["city:系统管理员"].username
    reviewers = office.people["city:审核人"].username
    words = ("检验项目", "铅", "--from", TODAY, "--successor", "镉", "--reason", WHY["reason"], "--source", WHY["source"], "--as", name)
    code, shown, _ = command("changes", "retire", *words, "--preview")
    assert code == 0 and shown["two_people"] and not session().scalars(sa.select(WordStanding)).all()
    code, made, said = command("changes", "retire", *words)
    assert code == 0, said
    second = send(admin, "/changes/new/item.retire", {"subject": str(item().id), "valid_from": TODAY, "successor": ""})
    assert second.status_code == 409 and made["number"] in text(second)
    code, _, said = command("changes", "adopt", made["number"], "--comment", "同意", "--as", reviewers)
    assert code == 0, said
    late = decide(reviewer, newest(), version="1")
    again = ("--from", "2026-12-01", "--reason", "改回", "--source", WHY["source"], "--as", name, "--preview")
    assert command("changes", "reopen", "检验项目", "铅", *again)[0] == 0
    code, _, said = command("changes", "reopen", "食品分类", "没有/这类", *again)
    assert code != 0 and "没有找到食品分类" in said
    assert late.status_code == 409
    assert len(session().scalars(sa.select(WordStanding)).all()) == 1
    unknown_word = UnknownWord(kind="item", written="某铅", nearest=None, occurrences=1, first_seen_at=clock.now())
    with transaction():
        session().add(unknown_word)
    with pytest.raises(NotLikeThis, match="镉"), transaction():
        operations.map_word(unknown_word, "铅", local_operator())
    assert standing.ended(WordKind.ITEM, item().id, date(2026, 11, 19)) is None


def test_plans_that_still_name_it_are_listed_where_it_is_decided(admin: FlaskClient, reviewer: FlaskClient, office: Any) -> None:
    """Named and linked before the second person adopts; the plan's own page offers to move its rows."""
    from app.domain.quotas import Cell
    from tests.progress.conftest import Desk

    row = category()
    desk = Desk(office.orgs)
    plan = desk.plan(50, {Cell(category_id=row.id): 20})
    desk.plan(50)
    change = proposed(admin, "category.retire", {"subject": str(row.id), "valid_from": TODAY, "successor": "食用农产品/蔬菜/豆芽"})
    assert change.effect["naming"]["count"] == 1
    page = text(reviewer.get(f"/changes/{change.id}"))
    assert "仍写该名称的记录" in page and f'href="/plans/{plan.id}"' in page
    assert f'href="/plans/{plan.id}"' not in text(admin.get(f"/changes/{change.id}"))
