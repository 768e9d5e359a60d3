"""The list of samples: filters, paging by key, search, export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.db import session, transaction
from app.domain.samples import Domain, Link, Purpose
from app.history import HistoryEntry
from app.reference_data.books import category_book, region_book
from app.sampling import exports, operations, queries
from app.sampling.asked import filters_asked, kept
from app.sampling.drafts import Drafter
from app.sampling.models import Sample
from app.sampling.queries import Filters
from tests.downloads.taking import pressed, rows_of, taken_out
from tests.queries import counting

ITEMS = ("油麦菜", "50%果汁_甲", "=HYPERLINK(1)", "长春堂山楂丸", "鸡蛋")


@pytest.fixture
def stocked(office: Any) -> Callable[[int], Sequence[str]]:
    """Register that many sheets of the county at once."""

    def make(count: int, **other: Any) -> Sequence[str]:
        actor = office.actor("county:抽样员")
        drafter, drafts = Drafter(actor), []
        for serial in range(1, count + 1):
            fields = {
                "number": f"XBJ261201199{serial:08d}", "product_name": ITEMS[serial % len(ITEMS)],
                "sampled_name": "文昌超市" if serial % 2 else "渔阳饭店", "sampled_region": "天津/天津/蓟州区",
                "sampled_on": (date(2026, 11, 20) - timedelta(days=serial % 30)).isoformat(),
                "link": "流通" if serial % 2 else "餐饮", "level1": "食用农产品" if serial % 2 else "饮料",
                "sampled_phone": "13812345678", "laboratory": "衡清食品检验中心" if serial % 3 else "", **other,
            }  # fmt: skip
            draft, faults = drafter.draft(fields)
            assert not [fault for fault in faults if fault.blocking]
            drafts.append(draft)
        with transaction():
            return list(operations.create_samples(drafts, actor, clock.now(), None))

    return make


def _numbers(page: str) -> list[str]:
    return [text.partition("<")[0] for text in page.split('">XBJ')[1:]]


def test_bulk_registration_writes_everything_that_one_does(stocked: Any) -> None:
    numbers = stocked(3)
    sample = session().scalars(sa.select(Sample).where(Sample.number == numbers[0])).one()
    assert (sample.link, sample.area_type, sample.purpose) == (Link.CIRCULATION, None, Purpose.SUPERVISION)
    assert sample.search_text.startswith(numbers[0].casefold())
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.subject_id == sample.id)).one()
    assert (entry.step, entry.to_state, entry.subject_name) == ("register", "registered", numbers[0])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=XBJ26120119900000003", 1),  # the whole number
        ("q=ｘbj26120119900000003", 1),  # full width, small letters
        ("q=XBJ2612011990000001", 10),  # a beginning of it: …10 to …19
        ("q=油麦菜", 4),  # product
        ("q=渔阳", 10),  # sampled unit
        ("q=wccs", 10),  # 拼音首字母 of 文昌超市
        ("q=zct", 4),  # the other reading of 长春堂
        ("q=50%25果汁_", 4),  # LIKE's own marks are looked for as they are
        ("q=%25", 4),
        ("q=___________", 0),
        ("q=没有这个", 0),
        ("q=%27%3B--", 0),
        ("state=registered", 20),
        ("state=voided", 0),
        ("link=餐饮", 10),
        ("domain=食用农产品", 10),
        ("purpose=风险监测", 0),
        ("conclusion=合格", 0),
        ("pending=1", 0),
        ("laboratory=衡清", 14),
        ("sampled_from=2026-11-18&sampled_to=2026-11-19", 2),
        ("reported_from=2026-01-01", 0),
        ("state=nonsense&link=x&sampled_from=31-02&category_id=999999&region_id=abc&before=zz", 20),  # no condition
    ],
)
def test_filters(sampler: FlaskClient, stocked: Any, query: str, found: int) -> None:
    stocked(20)
    page = sampler.get(f"/sampling/?size=100&{query}")
    assert page.status_code == 200 and len(_numbers(page.text)) == found


def test_categories_and_regions_include_what_lies_below(sampler: FlaskClient, stocked: Any) -> None:
    stocked(4, level1="食用农产品", level2="蔬菜", level3="叶菜类蔬菜", level4="油麦菜")
    root, city = category_book().resolve("食用农产品"), region_book().id("120000")
    assert root is not None
    assert len(_numbers(sampler.get(f"/sampling/?category_id={root.id}&region_id={city}").text)) == 4
    assert not _numbers(sampler.get(f"/sampling/?region_id={region_book().id('500156')}").text)


def test_pages_follow_each_other_by_key(sampler: FlaskClient, stocked: Any, office: Any) -> None:
    """J1: stable order; going on and back shows every row once."""
    stocked(45)
    actor = office.actor("county:抽样员")
    first = queries.samples(actor, Filters())
    second = queries.samples(actor, Filters(), before=first.older)
    third = queries.samples(actor, Filters(), before=second.older)
    ids = [row.id for page in (first, second, third) for row in page.rows]
    assert len(ids) == len(set(ids)) == 45 and ids == sorted(ids, reverse=True)
    assert (first.newer, third.older, first.total) == (None, None, "45")
    assert [row.id for row in queries.samples(actor, Filters(), after=third.rows[0].id).rows] == [row.id for row in second.rows]
    page = sampler.get("/sampling/").text
    assert f"before={first.older}" in page and "共 <b>45</b> 条" in page


def test_the_number_of_statements_does_not_grow_with_the_rows(
    app: Flask, sampler: FlaskClient, stocked: Any
) -> None:
    sampler.get("/sampling/")
    with counting(app) as empty:
        sampler.get("/sampling/?size=100")
    stocked(60)
    with counting(app) as full:
        assert len(_numbers(sampler.get("/sampling/?size=100").text)) == 60
    assert full.count <= empty.count + 1 and full.count <= 20, full  # one more: nothing was counted while it was empty


def test_a_query_survives_being_kept(app: Flask) -> None:
    asked = {"q": "油麦菜", "link": "流通", "sampled_from": "2026-01-02", "conclusion": "待核", "state": "registered"}
    assert filters_asked(asked) == filters_asked(kept(filters_asked(asked)))


# ---------------------------------------------------------------- export

def test_the_export_is_the_query_with_people_masked(sampler: FlaskClient, stocked: Any) -> None:
    stocked(10)
    *rows, mark = rows_of(taken_out(sampler, "samples", "link=流通&after=3"))
    assert len(rows) == 5 and {row["抽样环节"].value for row in rows} == {"流通"}
    assert {row["被抽样单位电话"].value for row in rows} == {"138****5678"}
    assert not [cell for row in rows for cell in row.values() if cell.data_type == "f"]  # H5: no live formula
    assert {row["抽样日期"].is_date for row in rows} == {True}
    watermark = mark["抽样编号"].value
    assert "导出人：蓟州抽样员" in watermark and "环节：流通" in watermark and "共 5 批" in watermark
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "export")).one()
    assert "环节：流通" in (entry.comment or "") and "共 5 批" in (entry.comment or "") and "SHA-256" in (entry.comment or "")


def test_only_who_may_export_does(office: Any, sign_in: Callable[..., FlaskClient], stocked: Any) -> None:
    stocked(3)
    assert pressed(sign_in(office.people["county:审计管理员"]), "samples").status_code == 403
    *rows, _ = rows_of(taken_out(sign_in(office.people["other:统计员"]), "samples"))
    assert rows == []  # another county's samples are not in it


def test_words_of_every_filter(app: Flask) -> None:
    filters = Filters(q="甲", link=Link.CATERING, domain=Domain.FOOD, sampled_from=date(2026, 1, 1), conclusion="不合格")
    assert exports.conditions(filters) == "关键词：甲，环节：餐饮，领域：食品，结论：不合格，抽样日期起：2026-01-01"
    assert exports.conditions(Filters()) == "全部"
