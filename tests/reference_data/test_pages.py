"""The pages of the reference data: reading, new dated versions, explaining unknown words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.chain import HistoryEntry
from app.db import session, transaction
from app.reference_data import books, lists, operations
from app.reference_data.models import CalendarYear, FoodLimit, Region, UnknownWord, WorkDay
from tests.conftest import Office
from tests.queries import counting
from tests.reference_changes.conftest import decide, newest, send, text

SignIn = Callable[[User], FlaskClient]
Adopt = Callable[..., Any]
LEAFY = "食用农产品/蔬菜/叶菜类蔬菜"
READERS = ("county:抽样员", "county:办案人", "county:审核人", "county:局领导", "county:统计员", "county:系统管理员")
OTHERS = ("county:安全管理员", "county:审计管理员", "lab:承检机构")
LISTS = ("", "limits", "limits/1", "items", "categories", "regions", "regions/1", "calendar", "rules", "codes", "plans", "plans/1")


@pytest.fixture
def admin(office: Office, sign_in: SignIn) -> FlaskClient:
    return sign_in(office.people["city:系统管理员"])


@pytest.fixture
def statistician(office: Office, sign_in: SignIn) -> FlaskClient:
    return sign_in(office.people["county:统计员"])


@pytest.fixture
def adopt(admin: FlaskClient, office: Office, sign_in: SignIn) -> Callable[..., Any]:
    """``adopt("limit.new", data)``: proposed by the administrator, adopted by a reviewer; what comes back where that is refused."""
    reviewer = sign_in(office.people["city:审核人"])

    def carried(act: str, data: dict[str, str]) -> Any:
        response = send(admin, f"/changes/new/{act}", data)
        return decide(reviewer, newest()) if response.status_code == 303 else response

    return carried


def in_force(place: str = LEAFY) -> FoodLimit:
    return session().scalars(
        sa.select(FoodLimit).where(
            FoodLimit.item == "铅", FoodLimit.category == place, FoodLimit.superseded_at.is_(None), FoodLimit.valid_to.is_(None)
        )
    ).one()


# ---------------------------------------------------------------- reading

@pytest.mark.parametrize("page", LISTS)
def test_who_may_read(office: Office, sign_in: SignIn, page: str) -> None:
    assert {sign_in(office.people[name]).get(f"/reference/{page}").status_code for name in READERS} == {200}
    assert {sign_in(office.people[name]).get(f"/reference/{page}").status_code for name in OTHERS} == {403}


def test_nobody_reads_without_signing_in(app: Flask) -> None:
    response = app.test_client().get("/reference/limits")
    assert response.status_code == 303
    assert "sign-in" in response.location


@pytest.mark.parametrize("page", ["limits/999999", "regions/999999", "plans/999999"])
def test_what_does_not_exist(admin: FlaskClient, page: str) -> None:
    assert admin.get(f"/reference/{page}").status_code == 404


@pytest.mark.parametrize("page", ["limit.new", "limit.version?subject=1", "calendar.notice"])
def test_only_the_system_administrator_proposes(office: Office, sign_in: SignIn, page: str) -> None:
    for name in (*READERS, *OTHERS):
        expected = 200 if name == "county:系统管理员" else 403
        assert sign_in(office.people[name]).get(f"/changes/new/{page}").status_code == expected, name


def test_the_button_is_shown_to_whom_it_serves(admin: FlaskClient, statistician: FlaskClient) -> None:
    assert "新增限量" in text(admin.get("/reference/limits"))
    assert "新增限量" not in text(statistician.get("/reference/limits"))


def test_overview_counts_what_waits_to_be_verified(admin: FlaskClient) -> None:
    rows = {row.name: row for row in lists.tables()}
    unverified = session().scalar(
        sa.select(sa.func.count()).select_from(FoodLimit).where(FoodLimit.confidence == "待核", FoodLimit.superseded_at.is_(None))
    )
    assert (rows["限量"].rows, rows["限量"].unverified) == (len(books.limit_book()), unverified)
    assert f"{unverified:,}" in text(admin.get("/reference/"))


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("item=铅", "≤0.3 mg/kg", "甲拌磷"),
        ("item=铅（以Pb计）", LEAFY, "甲拌磷"),  # another spelling finds the item
        ("item=铅&category=叶菜类", LEAFY, "芸薹属类"),
        ("item=铅&confidence=已核", "GB 2762-2022", "GB 2762-2017"),
        ("item=没有的项目", "没有符合条件的限量", "≤"),
        ("item=%25", "没有符合条件的限量", "≤"),  # a percent sign is no wildcard
        ("confidence=胡写&after=胡写", "mg/kg", "没有符合条件的限量"),  # bad input in the address counts as absent
    ],
)
def test_limits_are_searched(admin: FlaskClient, query: str, shown: str, hidden: str) -> None:
    body = text(admin.get(f"/reference/limits?{query}"))
    table = body[body.find("</form>", body.find("filter-form")) :]
    assert shown in table
    assert hidden not in table


def test_pages_of_a_list_show_every_row_once_and_lead_back(admin: FlaskClient) -> None:
    cursor, seen, pages = lists.Cursor(), [], []
    while True:
        page = lists.limits(lists.LimitFilters(), cursor)
        pages.append([row.id for row in page.rows])
        seen += pages[-1]
        if page.after is None:
            break
        cursor = lists.Cursor(after=page.after)
    assert len(seen) == len(set(seen)) == page.total == len(books.limit_book())
    back = lists.limits(lists.LimitFilters(), lists.Cursor(before=page.before))
    assert [row.id for row in back.rows] == pages[-2]


def test_next_page_keeps_the_conditions(admin: FlaskClient) -> None:
    body = text(admin.get("/reference/limits?confidence=待核"))
    address = re.search(r'rel="next" href="([^"]+)"', body)
    assert address is not None
    assert "confidence=" in address[1]
    assert admin.get(address[1]).status_code == 200


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("items?q=以Pb计", "铅"),
        ("items?class=微生物污染", "菌落总数"),
        ("categories", "食用农产品"),
        ("categories?q=叶菜类", LEAFY),
        ("regions?q=蓟州", "795,516"),
        ("regions?level=国家", "中华人民共和国"),
        ("regions?q=没有", "flask regions import"),
        ("calendar?year=2026", "2026 年放假安排已公布"),
        ("calendar?year=2027", "尚未公布或录入"),
        ("calendar?year=999999", "2199 年工作日历"),
        ("rules?q=移交", "SHIP"),
        ("codes?q=任务类别", "评价性抽检"),
    ],
)
def test_lists_show_what_was_asked(admin: FlaskClient, address: str, shown: str) -> None:
    response = admin.get(f"/reference/{address}")
    assert response.status_code == 200
    assert shown in text(response)


def test_calendar_marks_days_off_and_make_up_days(app: Flask) -> None:
    marks = {cell[0]: cell[1:] for month in lists.year_grid(2026) for week in month for cell in week if cell}
    assert len(marks) == 365
    assert marks[date(2026, 10, 1)] == ("休", "国庆节")
    assert marks[date(2026, 10, 10)][0] == "班"
    assert marks[date(2026, 10, 12)] == ("", "")


def test_categories_open_level_by_level(admin: FlaskClient) -> None:
    root = books.category_book().by_path("食用农产品")
    assert root is not None
    body = text(admin.get(f"/reference/categories?parent={root.id}"))
    assert "食用农产品/蔬菜" in body
    assert LEAFY not in body


def test_a_plan_shows_its_table_its_text_and_its_years(admin: FlaskClient) -> None:
    number = session().execute(sa.text("SELECT id FROM plan WHERE code = 'wulong'")).scalar()
    body = text(admin.get(f"/reference/plans/{number}"))
    for shown in ("市场主体总量", "T1", "2025：≥4.1", "基期值", "第"):
        assert shown in body


@pytest.mark.parametrize("page", ["limits", "items", "categories", "regions"])
def test_a_list_sends_few_statements(app: Flask, admin: FlaskClient, page: str) -> None:
    admin.get(f"/reference/{page}")  # the books are built
    with counting(app) as sent:
        admin.get(f"/reference/{page}")
    assert sent.count <= 12, sent


# ---------------------------------------------------------------- limits

VERSION = {
    "limit": "≤0.2", "unit": "mg/kg", "standard": "GB 2762-2026", "valid_from": "2027-01-01", "valid_to": "",
    "source": "公告2026年第9号", "confidence": "已核", "note": "",
}  # fmt: skip


def test_a_later_version_closes_the_old_one_the_day_before(admin: FlaskClient, adopt: Adopt) -> None:
    old = in_force().id
    assert adopt("limit.version", {**VERSION, "subject": str(old)}).status_code == 303
    book = books.limit_book()
    before, after = (book.in_force("铅", LEAFY, (), day) for day in (date(2026, 12, 31), date(2027, 1, 1)))
    assert before is not None and after is not None
    assert (before.words(), before.valid_to) == ("≤0.3 mg/kg", date(2026, 12, 31))
    assert (after.words(), after.standard) == ("≤0.2 mg/kg", "GB 2762-2026")
    kept = session().get_one(FoodLimit, old)
    assert (kept.valid_to, kept.superseded_at is None) == (None, False)  # what it said stays readable
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "add_version")).one()
    assert "≤0.2 mg/kg" in (entry.changes or "")
    made = session().scalars(sa.select(FoodLimit.id).where(FoodLimit.standard == "GB 2762-2026")).one()
    shown = text(admin.get(f"/reference/limits/{made}"))
    assert "新增版本" in shown and "≤0.3 mg/kg" in shown


def test_a_correction_replaces_the_old_version(adopt: Adopt) -> None:
    old = in_force()
    data = {**VERSION, "standard": old.standard, "valid_from": old.valid_from.isoformat() if old.valid_from else ""}
    assert adopt("limit.version", {**data, "subject": str(old.id)}).status_code == 303
    found = books.limit_book().in_force("铅", LEAFY, (), date(2026, 11, 20))
    assert found is not None
    assert found.words() == "≤0.2 mg/kg"


def test_the_second_of_two_editors_is_told_and_keeps_what_he_typed(admin: FlaskClient, adopt: Adopt) -> None:
    data = {**VERSION, "subject": str(in_force().id)}
    assert adopt("limit.version", data).status_code == 303
    response = send(admin, "/changes/new/limit.version", {**data, "limit": "≤0.15", "valid_from": "2028-01-01"})
    assert response.status_code == 409
    assert "已被新版本替代" in text(response)
    assert 'value="≤0.15"' in text(response)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"limit": ""}, "请填写限量"),
        ({"limit": "/"}, "请填写限量"),
        ({"standard": ""}, "请填写标准"),
        ({"source": " "}, "请填写依据文件"),
        ({"reason": " "}, "请填写变更理由"),
        ({"valid_from": ""}, "请填写有效期起"),
        ({"valid_from": "2027-02-30"}, "有效期起"),
        ({"valid_from": "0001-01-01"}, "日期不合理"),
        ({"valid_to": "2026-12-31"}, "早于有效期起"),
        ({"valid_from": "2020-01-01"}, "有效期重叠"),  # would reach into the edition of 2017
        ({"confidence": "也许"}, "核实状态"),
        ({"limit": "0" * 201}, "不得超过 200"),
    ],
)
def test_a_version_is_refused_with_a_sentence(admin: FlaskClient, change: dict[str, str], sentence: str) -> None:
    old = in_force("食用农产品/蔬菜/芸薹属类蔬菜")
    response = send(admin, "/changes/new/limit.version", {**VERSION, "subject": str(old.id), **change})
    assert response.status_code == 422
    assert sentence in text(response)
    assert session().scalar(sa.select(sa.func.count()).where(FoodLimit.shipped.is_(False)).select_from(FoodLimit)) == 0


@pytest.mark.parametrize(
    ("written", "op"),
    [("21～39", "范围"), ("不得检出", "不得检出"), ("n=5,c=2,m=10000,M=100000", "n/c/m/M"), ("≥2.9", "≥"), ("符合附录要求", "文字")],
)
def test_a_limit_is_typed_as_the_standard_writes_it(adopt: Adopt, written: str, op: str) -> None:
    assert adopt("limit.version", {**VERSION, "subject": str(in_force().id), "limit": written}).status_code == 303
    made = session().scalars(sa.select(FoodLimit).where(FoodLimit.standard == "GB 2762-2026")).one()
    assert made.op == op


def test_a_limit_for_an_item_that_had_none(adopt: Adopt) -> None:
    data = {**VERSION, "item": "铅(以Pb计)", "category": "食用农产品/水产品", "region": "120000", "valid_from": "2026-01-01"}
    assert adopt("limit.new", data).status_code == 303
    found = books.limit_book().in_force("铅", "食用农产品/水产品", ("120119", "120000", "100000"), date(2026, 11, 20))
    assert found is not None
    assert (found.words(), found.region) == ("≤0.2 mg/kg", "120000")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"item": "没有的项目"}, "不在项目库中"),
        ({"category": "没有/这类"}, "不在分类库中"),
        ({"region": "12011"}, "6 位数字"),
        ({"region": "999999"}, "没有代码为“999999”的地区"),
        ({"category": LEAFY}, "有效期重叠"),
    ],
)
def test_a_new_limit_is_refused_with_a_sentence(admin: FlaskClient, change: dict[str, str], sentence: str) -> None:
    data = {**VERSION, "item": "铅", "category": "", "region": "", **change}
    response = send(admin, "/changes/new/limit.new", data)
    assert response.status_code == 422
    assert sentence in text(response)


# ---------------------------------------------------------------- population

def county() -> Region:
    return session().scalars(sa.select(Region).where(Region.code == "120119")).one()


def test_population_of_a_further_year_and_a_correction(admin: FlaskClient, adopt: Adopt) -> None:
    for residents in (801_000, 802_000):
        data = {"subject": str(county().id), "year": "2025", "residents": str(residents), "source": "统计公报", "confidence": "已核"}
        assert adopt("population.set", data).status_code == 303
    assert books.populations(county().id) == {2020: 795_516, 2025: 802_000}
    shown = text(admin.get(f"/reference/regions/{county().id}"))
    assert "801,000" in shown and "已被替代" in shown
    steps = session().scalars(sa.select(HistoryEntry.changes).where(HistoryEntry.step == "add_version")).all()
    assert '"2025年常住人口":[801000,802000]' in (steps[-1] or "")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"residents": "八十万"}, "常住人口"),
        ({"residents": "0"}, "大于 0"),
        ({"residents": "99999999999"}, "常住人口应为"),
        ({"year": "1800"}, "年份不合理"),
        ({"year": "2027"}, "尚未到来"),
        ({"source": ""}, "请填写依据文件"),
        ({"year": "2020", "residents": "795516", "source": "第七次全国人口普查", "confidence": "待核"}, "没有变化"),
    ],
)
def test_population_is_refused_with_a_sentence(admin: FlaskClient, change: dict[str, str], sentence: str) -> None:
    data = {"subject": str(county().id), "year": "2025", "residents": "801000", "source": "统计公报", "confidence": "已核", **change}
    response = send(admin, "/changes/new/population.set", data)
    assert response.status_code == 422
    assert sentence in text(response)


# ---------------------------------------------------------------- calendar

NOTICE = {
    "year": "2027", "source": "国办发明电〔2026〕9号", "confidence": "已核", "published": "y",
    "days": "2027-01-01至2027-01-03 放假 元旦\n2026-12-27 调休上班 元旦\n\n2027-10-01至2027-10-07 放假 国庆节",
}  # fmt: skip


def test_a_notice_fills_the_year(adopt: Adopt) -> None:
    assert adopt("calendar.notice", NOTICE).status_code == 303
    calendar = books.calendar()
    assert calendar.provisional_years(date(2027, 1, 1), date(2027, 12, 31)) == ()
    assert not calendar.is_working_day(date(2027, 10, 7))
    assert calendar.is_working_day(date(2026, 12, 27))  # a Sunday worked for the next year's holiday
    rest = sa.select(WorkDay.day).where(WorkDay.year == 2027, WorkDay.superseded_at.is_(None), WorkDay.name != "恢复平常")
    assert len(session().scalars(rest).all()) == 11
    assert calendar.is_working_day(date(2027, 4, 5))  # a Monday that a file had guessed and the notice does not name
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "add_version")).one()
    assert (entry.subject_kind, entry.subject_name) == ("calendar_year", "2027 年放假安排")


def test_a_changed_day_is_a_new_version(adopt: Adopt) -> None:
    adopt("calendar.notice", NOTICE)
    change = {**NOTICE, "days": "2027-10-07 恢复平常\n2027-10-01 放假 国庆节", "source": "国办发明电〔2027〕1号"}
    assert adopt("calendar.notice", change).status_code == 303
    assert books.calendar().is_working_day(date(2027, 10, 7))  # a Thursday
    versions = session().scalars(sa.select(WorkDay).where(WorkDay.day == date(2027, 10, 7)).order_by(WorkDay.id)).all()
    assert [(row.working, row.superseded_at is None) for row in versions] == [(False, False), (True, True)]
    assert len(session().scalars(sa.select(CalendarYear).where(CalendarYear.year == 2027, CalendarYear.confirmed)).all()) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"days": "国庆放假七天"}, "第 1 行：“国庆放假七天”看不懂"),
        ({"days": "2027-02-30 放假 春节"}, "不是有效日期"),
        ({"days": "2027-10-07至2027-10-01 放假 国庆节"}, "起止日期不合理"),
        ({"days": "2027-10-08 调休上班 国庆节"}, "不是周末"),  # a Friday
        ({"days": "2028-01-01 放假 元旦"}, "不属于 2027 年"),
        ({"days": "2027-10-01 放假 国庆节\n2027-10-01 放假 国庆节"}, "重复"),
        ({"days": "2027-10-01 放假"}, "缺少节日名称"),
        ({"days": "", "published": ""}, "请填写放假和调休的日期"),
        ({"source": ""}, "请填写依据文件"),
        ({"year": "二〇二七"}, "年份"),
    ],
)
def test_a_notice_is_refused_with_a_sentence(admin: FlaskClient, change: dict[str, str], sentence: str) -> None:
    data = {**NOTICE, **change}
    data = {name: value for name, value in data.items() if value or name == "source"}
    response = send(admin, "/changes/new/calendar.notice", data)
    assert response.status_code == 422
    assert sentence in text(response)
    assert books.calendar().provisional_years(date(2027, 1, 1), date(2027, 1, 1)) == (2027,)


def test_the_same_notice_twice_changes_nothing(admin: FlaskClient, adopt: Adopt) -> None:
    adopt("calendar.notice", NOTICE)
    response = send(admin, "/changes/new/calendar.notice", NOTICE)
    assert response.status_code == 422
    assert "完全相同" in text(response)


# ---------------------------------------------------------------- unknown words

@pytest.fixture
def word(app: Flask) -> UnknownWord:
    with transaction():
        operations.note_unknown_many("category", {"焙烤食品/新式糕点": 12, "完全不认识": 3}, {"焙烤食品/新式糕点": "糕点"})
    return session().scalars(sa.select(UnknownWord).where(UnknownWord.occurrences == 12)).one()


def test_words_are_listed_by_how_often_they_occur(word: UnknownWord, statistician: FlaskClient) -> None:
    body = text(statistician.get("/reference/unknown-words"))
    assert body.index("焙烤食品/新式糕点") < body.index("完全不认识")
    assert '<option value="糕点/糕点">' in body  # the type-ahead


def test_a_word_is_explained_once(word: UnknownWord, statistician: FlaskClient) -> None:
    response = statistician.post(f"/reference/unknown-words/{word.id}", data={"target": "糕点/糕点", "seen": ""})
    assert response.status_code == 303
    statistician.get("/reference/unknown-words")  # takes the message that names the word
    assert "新式糕点" not in text(statistician.get("/reference/unknown-words"))
    assert "糕点/糕点" in text(statistician.get("/reference/unknown-words?state=done"))
    found = books.category_book().resolve("焙烤食品/新式糕点")
    assert found is not None
    assert (found.path, found.exact) == ("糕点/糕点", True)
    session().refresh(word)
    assert word.decided_by_id is not None
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "map")).one()
    assert (entry.subject_name, entry.changes) == ("焙烤食品/新式糕点", '{"对照为":[null,"糕点/糕点"]}')


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        ({"target": "没有这类", "seen": ""}, 422, "没有找到“没有这类”"),
        ({"target": "", "seen": ""}, 422, "没有变化"),
        ({"target": "长" * 401, "seen": ""}, 422, "内容过长"),
        ({"target": "糕点", "seen": "食用农产品"}, 409, "刚被他人对照过"),
    ],
)
def test_an_explanation_is_refused_with_a_sentence(
    word: UnknownWord, statistician: FlaskClient, data: dict[str, str], status: int, sentence: str
) -> None:
    response = statistician.post(f"/reference/unknown-words/{word.id}", data=data)
    assert response.status_code == status
    assert sentence in text(response)


@pytest.mark.parametrize("kind", ["category", "region", "item", "laboratory", "胡写"])
def test_every_kind_of_word_has_its_page(word: UnknownWord, statistician: FlaskClient, kind: str) -> None:
    assert statistician.get(f"/reference/unknown-words?kind={kind}").status_code == 200


def test_only_the_statistician_explains(word: UnknownWord, office: Office, sign_in: SignIn) -> None:
    for name in (*READERS, *OTHERS):
        expected = 200 if name == "county:统计员" else 403
        client = sign_in(office.people[name])
        assert client.get("/reference/unknown-words").status_code == expected, name
        assert client.get(f"/reference/unknown-words/{word.id}").status_code == expected, name
        if expected == 403:
            assert client.post(f"/reference/unknown-words/{word.id}", data={"target": "糕点", "seen": ""}).status_code == 403


def test_a_word_that_does_not_exist(statistician: FlaskClient) -> None:
    assert statistician.get("/reference/unknown-words/999").status_code == 404
