"""What written names mean, and the dated rules as the domain reads them."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock
from app.authorize import local_operator
from app.db import engine, session, transaction
from app.domain.deadlines import due
from app.domain.samples import Confidence, Domain, ItemClass
from app.errors import NotAllowedNow, NotLikeThis
from app.organisations.models import Organisation
from app.reference_data import amendments, books, operations, queries
from app.reference_data.models import FoodLimit, Region, RegionLevel, UnknownWord, WorkDay
from tests.conftest import SHARED, Office
from tests.queries import counting

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not here")


# ---------------------------------------------------------------- categories

@pytest.mark.parametrize(
    ("written", "path", "exact"),
    [
        ("食用农产品/蔬菜/叶菜类蔬菜/油麦菜", "食用农产品/蔬菜/叶菜类蔬菜/油麦菜", True),
        (["食用农产品", "畜禽肉及副产品", "禽肉", "鸡肉"], "食用农产品/畜禽肉及副产品/禽肉/鸡肉", True),  # the cells of a sheet
        (["调味品", "调味料酒", "/", ""], "调味品/调味料酒", True),  # a cell with nothing to say is "/" on the sheet
        (" 食用农产品 / 蔬菜 ", "食用农产品/蔬菜", True),  # blanks mean nothing
        ("水产及其制品-->水产加工品", "水产制品/水产制品", True),  # announcements write arrows
        ("冷冻饮品-->冰棍", "冷冻饮品/冷冻饮品/冷冻饮品", True),
        ("蔬菜及其制品/蔬菜/新鲜蔬菜（含冬季大棚蔬菜）", "食用农产品/蔬菜", True),  # full-width brackets, 2015 names
        ("粮食加工品/小麦粉（通用）", "粮食加工品/小麦粉", True),  # a bracket only explains
        ("食用农产品/叶菜类蔬菜", "食用农产品/蔬菜/叶菜类蔬菜", True),  # a level left out, no guess
        ("大米", "粮食加工品/大米", True),
        ("小麦粉", "粮食加工品/小麦粉", True),  # 小麦粉/小麦粉: the upper one
        ("肉制品(自制)", "餐饮食品/肉制品(自制)", True),  # the bracket is part of the name here: not 肉制品
        ("食用农产品/蔬菜/叶菜类蔬菜/没有的菜", "食用农产品/蔬菜/叶菜类蔬菜", False),  # nearest known ancestor
        ("食用农产品/没有的类/没有的菜", "食用农产品", False),
        ("没有的大类/没有的亚类", None, False),  # 未分类
        ("", None, False),
        ("/", None, False),
        (None, None, False),
        ([None, "", None, None], None, False),
    ],
)
def test_category_as_written(app: Flask, written: str | Sequence[str | None] | None, path: str | None, exact: bool) -> None:
    found = books.category_book().resolve(written)
    assert (found.path if found else None) == path
    assert (found.exact if found else False) is exact


def test_category_knows_its_root_and_domain(app: Flask) -> None:
    book = books.category_book()
    found = book.resolve("食用农产品/蔬菜/叶菜类蔬菜")
    assert found is not None
    root = book.by_id(found.root_id)
    assert (root.path, root.domain, found.domain) == ("食用农产品", Domain.AGRICULTURAL, Domain.AGRICULTURAL)
    assert root in book.roots()
    assert found in book.children(found.parent_id or 0)
    assert found.id in book.below(root.id)
    assert root.id not in book.below(found.id)


@needs_shared
@pytest.mark.parametrize(
    "name",
    ["announcements_2021_01_06.csv", "announcements_2022.csv", "announcements_2022_05_06.csv", "announcements_2022_frozen.csv"],
)
def test_every_category_of_the_announcements_is_known(app: Flask, name: str) -> None:
    book = books.category_book()
    with (SHARED / name).open(encoding="utf-8-sig", newline="") as file:
        written = {row["产品分类"] for row in csv.DictReader(file)}
    assert [word for word in written if not (found := book.resolve(word)) or not found.exact] == []


@needs_shared
def test_every_real_sheet_is_placed(app: Flask) -> None:
    """Categories exactly; regions exactly, special zones by the aliases that the sheets use."""
    categories, regions = books.category_book(), books.region_book()
    sheets = json.loads((SHARED / "sampling_sheets.json").read_text(encoding="utf-8"))
    for number, sheet in sheets.items():
        found = categories.resolve([sheet.get(f"抽样基础信息_食品{level}") for level in ("大类", "亚类", "次亚类", "细类")])
        assert found is not None and found.exact, number
        for field in ("抽检场所信息_所在地", "生产企业信息_所在地"):
            region_id, exact = regions.resolve(sheet[field])
            assert exact, (number, sheet[field])
            assert regions.county_of(region_id) is not None


@needs_shared
def test_every_category_of_2015_has_at_least_its_root(app: Flask) -> None:
    book = books.category_book()
    with (SHARED / "category_items_2015.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [[row[level] for level in ("大类", "亚类", "次亚类", "细类")] for row in csv.DictReader(file)]
    assert [row for row in rows if book.resolve(row) is None] == []


# ---------------------------------------------------------------- items

@pytest.mark.parametrize(
    ("written", "name", "known"),
    [
        ("铅", "铅", True),
        ("铅（以Pb计）", "铅", True),
        (" 铅 ", "铅", True),
        ("菌落总数", "菌落总数", True),
        ("没有的项目（以X计）", "没有的项目(以X计)", False),  # kept as written, in one spelling
        ("", "", False),
        (None, "", False),
    ],
)
def test_item_as_written(app: Flask, written: str | None, name: str, known: bool) -> None:
    found = books.item_book().resolve(written)
    assert (found.name, found.known) == (name, known)
    assert (found.item_class is None) is not known


def test_item_class_and_microbial(app: Flask) -> None:
    lead, count = books.item_book().resolve("铅"), books.item_book().resolve("菌落总数")
    assert (lead.item_class, lead.microbial) == (ItemClass.METAL, False)
    assert (count.item_class, count.microbial) == (ItemClass.MICROBE, True)


@needs_shared
def test_every_item_of_the_real_result_rows_is_known(app: Flask) -> None:
    book = books.item_book()
    with (SHARED / "result_rows_2020_vegetable.csv").open(encoding="utf-8-sig", newline="") as file:
        written = {row["检验项目"] for row in csv.DictReader(file)}
    assert [word for word in written if not book.resolve(word).known] == []


# ---------------------------------------------------------------- regions

@pytest.mark.parametrize(
    ("written", "code", "exact"),
    [
        ("天津/天津/蓟州区", "120119", True),
        ("120119", "120119", True),
        ("贵州省六盘水市钟山区", "520201", True),
        ("重庆/武隆", "500156", True),
        ("天津", "120000", True),
        ("河北/衡水/没有的区", "131100", False),
        ("不存在的地方", None, False),
        ("/", None, False),
        ("", None, False),
        (None, None, False),
    ],
)
def test_region_as_written(app: Flask, written: str | None, code: str | None, exact: bool) -> None:
    book = books.region_book()
    region_id, understood = book.resolve(written)
    assert (book.code(region_id) if region_id else None, understood) == (code, exact)


def test_region_lines(app: Flask) -> None:
    book = books.region_book()
    county, city, nation = (book.id(code) for code in ("120119", "120000", "100000"))
    assert county and city and nation
    assert book.codes_up(county) == ("120119", "120000", "100000")
    assert book.codes_up(None) == ()
    assert (book.county_of(county), book.county_of(city), book.county_of(None)) == (county, None, None)
    township = book.children(county)[0]
    assert (book.level(township), book.county_of(township)) == (RegionLevel.TOWNSHIP, county)
    assert (book.name(county), book.full_name(county), book.full_name(nation)) == ("蓟州区", "天津市蓟州区", "中华人民共和国")
    assert {county, township} <= book.below(city)
    assert city not in book.below(county)


# ---------------------------------------------------------------- limits, calendar, rules

def test_limit_in_force_is_the_edition_of_the_day(app: Flask) -> None:
    book = books.limit_book()
    place = "食用农产品/蔬菜/芸薹属类蔬菜"
    new, old = (book.in_force("铅", place, (), day) for day in (date(2023, 6, 30), date(2023, 6, 29)))
    assert new is not None and old is not None
    assert (new.maximum, new.standard[:12]) == (Decimal("0.2"), "GB 2762-2022")
    assert (old.maximum, old.standard[:12]) == (Decimal("0.3"), "GB 2762-2017")
    assert session().get_one(FoodLimit, new.id).item == "铅"


def test_limits_keep_the_decimals_of_the_standard(app: Flask) -> None:
    """修约值比较 rounds to as many places as the limit is written with."""
    row = session().scalars(sa.select(FoodLimit).where(FoodLimit.maximum == 1, FoodLimit.places == 1)).first()
    assert row is not None
    assert str(books.limit_of(row).maximum) == "1.0"


@pytest.mark.parametrize(
    ("number", "places", "written"),
    [("0.2000000000", 2, "0.20"), ("0.2000000000", 1, "0.2"), ("10000.0000000000", None, "10000"), ("0E-10", 1, "0.0")],
)
def test_number_as_written(number: str, places: int | None, written: str) -> None:
    assert str(books.as_written(Decimal(number), places)) == written


def test_calendar_counts_the_national_day_of_2026(app: Flask) -> None:
    calendar = queries.calendar()
    assert not calendar.is_working_day(date(2026, 10, 1))
    assert calendar.is_working_day(date(2026, 10, 10))  # 调休上班 on a Saturday
    assert calendar.provisional_years(date(2026, 1, 1), date(2027, 1, 1)) == (2027,)


def test_deadline_rule_carries_everything(app: Flask) -> None:
    rule = books.deadline_rule("SHIP", date(2026, 9, 30))
    assert (rule.amount, rule.article) == (5, "《食品安全抽样检验管理办法》第20条第1款")
    # 09-30 + 5 working days over 国庆节 (10-01 to 10-07), 10-10 being worked: 8, 9, 10, 12, 13
    assert due(rule, date(2026, 9, 30), books.calendar()).due == date(2026, 10, 13)


@pytest.mark.parametrize(
    ("code", "on", "sentence"),
    [("NOPE", date(2026, 1, 1), "可用编号：.*SHIP"), ("SHIP", date(2000, 1, 1), "没有有效规则")],
)
def test_unknown_rules_are_refused(app: Flask, code: str, on: date, sentence: str) -> None:
    with pytest.raises(NotLikeThis, match=sentence):
        books.deadline_rule(code, on)


def test_code_list_in_its_order(app: Flask) -> None:
    assert queries.code_list("任务类别") == ["监督抽检", "抽检监测", "风险监测", "评价性抽检"]
    assert queries.code_list("没有的代码表") == []


def test_population_as_known_then_and_now(app: Flask) -> None:
    region = session().scalars(sa.select(Region).where(Region.code == "120119")).one()
    before = clock.now()
    with transaction():
        amendments.add_population(region, 2020, 800_000, "区统计局函", Confidence.VERIFIED, local_operator())
        amendments.add_population(region, 2024, 810_000, "区统计公报", Confidence.VERIFIED, local_operator())
    assert queries.populations(region.id) == {2020: 800_000, 2024: 810_000}
    assert queries.populations_as_of(region.id, before) == {2020: 795_516}
    assert queries.populations_as_of(region.id, clock.now()) == {2020: 800_000, 2024: 810_000}


# ---------------------------------------------------------------- one book per stamp

def test_books_are_built_once_and_again_after_a_change_by_another_process(app: Flask) -> None:
    first = books.limit_book()
    assert books.limit_book() is first
    session().rollback()
    with engine().begin() as other:
        other.execute(sa.update(FoodLimit).where(FoodLimit.id == 1).values(superseded_at=clock.now() + timedelta(seconds=1)))
    assert len(books.limit_book()) == len(first) - 1


def test_noting_an_unknown_word_builds_nothing_again(app: Flask) -> None:
    book = books.category_book()
    with transaction():
        operations.note_unknown("category", "没有的大类")
    assert books.category_book() is book


# ---------------------------------------------------------------- unknown words

@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> Flask:
    made: Flask = request.getfixturevalue("app" if request.param == "sqlite" else "pg_app")
    return made


def test_unknown_words_are_counted_one_row_per_word(either: Flask) -> None:
    with transaction():
        operations.note_unknown_many("category", Counter({"某大类/某亚类": 3, "某大类 ／ 某亚类": 2, "/": 9}))
        operations.note_unknown("category", "某大类/某亚类", "糕点")
        operations.note_unknown("region", "某大类/某亚类")
    found = session().execute(
        sa.select(UnknownWord.kind, UnknownWord.written, UnknownWord.occurrences, UnknownWord.nearest).order_by(UnknownWord.kind)
    ).all()
    assert [tuple(row) for row in found] == [
        ("category", "某大类/某亚类", 6, "糕点"),
        ("region", "某大类/某亚类", 1, None),
    ]


def decide(kind: str, written: str, target: str | None) -> UnknownWord:
    with transaction():
        operations.note_unknown(kind, written)
        word = session().scalars(sa.select(UnknownWord).where(UnknownWord.kind == kind)).one()
        operations.map_word(word, target, local_operator(), seen=word.mapped_to)
    return word


@pytest.mark.parametrize(
    ("kind", "written", "target", "stored"),
    [
        ("category", "新式大类/新式亚类", "糕点/糕点", "糕点/糕点"),
        ("region", "天津/天津/不知名新区", "120119 天津市蓟州区", "120119"),
        ("item", "神秘物质", "铅", "铅"),
        ("item", "神秘物质", "铅(以Pb计)", "铅"),  # stored under the official name
    ],
)
def test_a_decision_is_remembered_and_honoured(app: Flask, kind: str, written: str, target: str, stored: str) -> None:
    def meaning() -> str | None:
        if kind == "category":
            found = books.category_book().resolve(written)
            return found.path if found and found.exact else None
        if kind == "item":
            item = books.item_book().resolve(written)
            return item.name if item.known else None
        region_id, exact = books.region_book().resolve(written)
        return books.region_book().code(region_id) if region_id and exact else None

    assert meaning() is None
    word = decide(kind, written, target)
    assert word.mapped_to == stored
    assert meaning() == stored


def test_a_mapped_category_also_places_what_is_below_it(app: Flask) -> None:
    decide("category", "焙焙食品", "糕点")
    found = books.category_book().resolve("焙焙食品/糕点")
    assert found is not None
    assert (found.path, found.exact) == ("糕点/糕点", True)


def test_a_laboratory_is_known_by_name_and_by_decision(app: Flask, office: Office) -> None:
    lab = office.orgs["lab"]
    assert books.laboratory_id("衡清食品检验中心") == lab.id
    assert books.laboratory_id("衡清检验") is None
    decide("laboratory", "衡清检验", "衡清食品检验中心")
    assert books.laboratory_id("衡清检验") == lab.id
    assert session().get_one(Organisation, lab.id).code == "LAB1"


def test_a_decision_can_be_taken_back(app: Flask) -> None:
    word = decide("category", "新式大类", "糕点")
    with transaction():
        operations.map_word(word, "", local_operator(), seen="糕点")
    assert books.category_book().resolve("新式大类") is None


@pytest.mark.parametrize(
    ("kind", "target"), [("category", "没有的大类"), ("region", "999999"), ("item", "没有的项目"), ("laboratory", "没有的中心")]
)
def test_a_target_must_exist(app: Flask, kind: str, target: str) -> None:
    with pytest.raises(NotLikeThis, match="没有找到"):
        decide(kind, "某词", target)


def test_somebody_elses_decision_is_not_overwritten_unseen(app: Flask) -> None:
    word = decide("category", "新式大类", "糕点")
    with pytest.raises(NotAllowedNow), transaction():
        operations.map_word(word, "食用农产品", local_operator(), seen=None)


# ---------------------------------------------------------------- whether a book is still the one in memory

def test_a_page_asks_once_and_a_writing_transaction_at_every_call(app: Flask) -> None:
    day = date(2026, 3, 3)
    session().rollback()
    with counting(app) as sent:
        assert all(books.calendar().is_working_day(day) for _ in range(5))
        books.region_book()
        books.category_book()
    assert sent.count == 3, sent  # the calendar, the regions with what was mapped, the categories
    row = sa.select(WorkDay).where(WorkDay.superseded_at.is_(None)).limit(1)
    with transaction():
        assert books.calendar().is_working_day(day)
        kept = session().scalars(row).one()
        session().add(WorkDay(day=day, year=2026, working=False, name="停工", source=kept.source, confidence=kept.confidence,
                              recorded_at=clock.now()))  # fmt: skip
        session().flush()
        assert not books.calendar().is_working_day(day)  # its own change, before it lands
    assert not books.calendar().is_working_day(day)
    with transaction():
        session().execute(sa.update(WorkDay).where(WorkDay.day == day).values(superseded_at=clock.now()))
    assert books.calendar().is_working_day(day)
