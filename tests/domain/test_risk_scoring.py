"""风险评分 against examples worked by hand from the tables of 115号, and what must hold whatever the facts are."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.risk_basis import Checked, CreditRecord, Event, Evidence, Fact
from app.domain.risk_facts import NotAFact, read_fact
from app.domain.risk_improving import to_reach
from app.domain.risk_rule_data import read, sha256, write
from app.domain.risk_rules import GRADES, in_force, moved
from app.domain.risk_scoring import score, score_again, standing
from app.domain.supervision_kinds import Grade, RiskComponent, RiskEventKind
from app.reference.risk_rule_files import read_rule_sets

SETS = {(rules.code, str(rules.valid_from)): rules for rules in read_rule_sets()}
SALE = SETS["sale-115", "2016-12-01"]
CATERING = SETS["catering-115", "2016-12-01"]
PRODUCTION = SETS["production-115", "2016-12-01"]
HEALTH = SETS["production-health-115", "2016-12-01"]
DRAFT_2022 = SETS["production-2022", "2022-01-01"]
K = RiskEventKind


def facts(**values):
    return {code: Fact(value) for code, value in values.items()}


def found(*items):
    """重 and 一 for the weight, √ and × for the answer: found("重×", "一√")."""
    return tuple(
        Checked(str(at), f"项目{at}", item[0] == "重", item[1] == "√", Evidence("inspection", 7, "日常检查"))
        for at, item in enumerate(items, 1)
    )


def points(rules, **values):
    return score(rules, facts(**values)).static


@pytest.mark.parametrize(("code", "examples"), [
    ("area", [("0", 0), ("1", 1), ("200", 1), ("200.4", 1), ("200.5", 2), ("201", 2), ("1000", 2), ("1001", "2.5"),
              ("2000", "2.5"), ("2001", 3), ("3000", 3), ("3000.5", 4), ("3001", 4)]),
    ("packed_ambient", [("500", "0.5"), ("501", 1), ("2000", 1), ("2001", "1.2"), ("5000", "1.2"), ("5001", "1.5"),
                        ("10000", "1.5"), ("10001", 2)]),
    ("packed_chilled", [("100", 1), ("101", 3), ("300", 3), ("301", 4), ("600", 4), ("601", 5), ("1000", 5), ("1001", 7)]),
    ("packed_frozen", [("100", 1), ("101", "1.5"), ("300", "1.5"), ("301", 2), ("600", 2), ("601", "2.5"), ("1001", 3)]),
    ("loose_ambient", [("100", 1), ("101", "1.5"), ("301", 2), ("601", 3), ("1000", 3), ("1001", 5)]),
    ("loose_chilled", [("0", 0), ("1", 6), ("30", 6), ("31", "6.5"), ("50", "6.5"), ("51", 7), ("101", 8), ("150", 8), ("151", 9)]),
    ("loose_frozen", [("50", 1), ("51", 2), ("101", "2.5"), ("201", 3), ("300", 3), ("301", 4)]),
    ("suppliers", [("50", 2), ("51", 3), ("101", 4), ("201", 5), ("300", 5), ("301", 6)]),
])  # fmt: skip
def test_sellers_table(code, examples):
    """食品销售企业静态风险因素量化分值表, every boundary."""
    assert [points(SALE, **{code: value}) for value, _ in examples] == [Decimal(str(wanted)) for _, wanted in examples]


def test_a_supermarket_by_hand():
    """1,500 m², 6,000 packed (200 chilled, 100 frozen), 120 loose, 40 loose chilled, no loose frozen, 80 suppliers."""
    sheet = score(SALE, facts(
        area="1500", packed_ambient="6000", packed_chilled="200", packed_frozen="100", loose_ambient="120", loose_chilled="40",
        suppliers="80",
    ), found("重×", "重√", "一×", "一√", "一√", "一√"))  # fmt: skip
    assert sheet.static == 19  # 2.5 + 1.5 + 3 + 1 + 1.5 + 6.5 + 0 + 3
    assert sheet.dynamic == 24  # 60 × (3 + 1) ÷ (3 + 3 + 1 + 1 + 1 + 1)
    assert (sheet.total, sheet.suggested, sheet.grade) == (43, Grade.B, Grade.B)
    assert sheet.unreported == ("散装食品冷冻单品数",) and not sheet.wanting
    failing = [line for line in sheet.lines if line.component is RiskComponent.DYNAMIC]
    assert [(line.points, line.evidence.id) for line in failing] == [(18, 7), (6, 7)]


@pytest.mark.parametrize(("total", "grade"), [
    ("0", "A"), ("29.99", "A"), ("30", "A"), ("30.01", "B"), ("45", "B"), ("45.01", "C"), ("60", "C"), ("60.01", "D"), ("100", "D"),
])  # fmt: skip
def test_boundaries_of_115(total, grade):
    """0—30(含) A, 30—45(含) B, 45—60(含) C, 60 分以上 D."""
    assert SALE.grade_of(Decimal(total)) is Grade(grade)


def test_a_boundary_may_leave_its_limit_out():
    rules = replace(SALE, boundaries=(replace(SALE.boundaries[0], inclusive=False), *SALE.boundaries[1:]))
    assert [rules.grade_of(Decimal(total)) for total in ("29.99", "30")] == [Grade.A, Grade.B]


@pytest.mark.parametrize(("values", "wanted"), [
    ({"dining_area": "150"}, 2), ({"dining_area": "151"}, 4), ({"dining_area": "500"}, 4), ({"dining_area": "501"}, 6),
    ({"dining_area": "1000"}, 6), ({"dining_area": "1001"}, 8), ({"dining_area": "3000"}, 8), ({"dining_area": "3001"}, 10),
    ({"canteen_diners": "50"}, 2), ({"canteen_diners": "51"}, 4), ({"canteen_diners": "300"}, 4), ({"canteen_diners": "301"}, 7),
    ({"canteen_diners": "500"}, 7), ({"canteen_diners": "501"}, 10),
    ({"dining_area": "100", "canteen_diners": "400"}, 7),  # 业态和规模 counts once
])  # fmt: skip
def test_caterers_scale(values, wanted):
    assert points(CATERING, **values) == wanted


def test_a_caterer_without_a_scale_gets_no_grade():
    sheet = score(CATERING, facts(cold_dishes="3"), found("一√"))
    assert (sheet.grade, sheet.wanting) == (None, ("业态和规模",))


@pytest.mark.parametrize(("codes", "wanted", "shown"), [
    (["0101"], "13.5", "0101 小麦粉（风险Ⅰ级）"),
    (["0101", "0401"], 34, "0401 肉制品（风险Ⅳ级）"),  # 就高不就低; 0401 has no row of its own, its 大类 has
    (["3201"], 20, "3201 食品添加剂（风险Ⅱ级）"),
    (["3203"], 27, "3203 复配食品添加剂（风险Ⅲ级）"),
])  # fmt: skip
def test_producers_class_table(codes, wanted, shown):
    (line, *_) = score(PRODUCTION, facts(classes=codes)).lines
    assert (line.points, line.value) == (Decimal(str(wanted)), shown)


def test_a_class_outside_the_table_is_told():
    assert score(PRODUCTION, facts(classes=["0101", "77"])).lines[0].note == "类别77不在分值表中，未计入"
    assert score(PRODUCTION, facts(classes=["77"])).wanting == ("生产许可类别",)


def test_health_food_by_hand():
    """提取物 13 + 复配 5 + 易非法添加 10 + 不包括 7 + 冷藏冷冻 5: the most there is."""
    riskiest = "减肥、辅助降血糖、增强免疫力、缓解体力疲劳、辅助降血压、改善睡眠"
    values = {"material": ["普通食品", "提取物"], "formula": "复配", "function": ["其他功能", riskiest], "unsuited": "不包括",
              "storage": "冷藏冷冻"}  # fmt: skip
    assert points(HEALTH, **values) == 40
    assert points(HEALTH, **values | {"material": ["普通食品"], "formula": "单一", "storage": "无需冷藏冷冻"}) == 27


def test_a_new_operator_is_graded_from_the_static_part():
    sheet = score(SALE, facts(area="3001", loose_chilled="200", suppliers="400"))
    assert (sheet.static, sheet.dynamic, sheet.total, sheet.grade, sheet.static_only) == (19, None, 19, Grade.A, True)


def test_nothing_reported_at_all_gives_no_grade():
    sheet = score(SALE, {}, found("重×"))
    assert sheet.grade is None and len(sheet.wanting) == 8


def test_lines_of_a_checklist_add_up_to_its_points():
    """60 × 3 ÷ 7 = 25.714… → 25.71, in three lines of 8.57."""
    sheet = score(SALE, facts(area="100"), found(*["一×"] * 3, *["一√"] * 4))
    assert sheet.dynamic == Decimal("25.71") == sum(line.points for line in sheet.lines if line.code.startswith("checklist"))


def test_credit_of_the_2022_draft():
    """Penalties 5 each up to 15; all together up to 20."""
    records = [CreditRecord("行政处罚", date(2026, 3, day), Evidence("penalty", day, "罚")) for day in (1, 2, 3, 4)]
    sheet = score(DRAFT_2022, facts(classes=["0101"]), found("一√"), [*records, CreditRecord("经营异常名录", date(2026, 5, 1))])
    assert sheet.credit == 20
    assert [line.points for line in sheet.lines if line.component is RiskComponent.CREDIT] == [5, 5, 5, 0, 5]


@pytest.mark.parametrize(("events", "steps", "grade"), [
    ([], 0, "A"),
    ([Event(K.FAILED_SAMPLE, date(2026, 3, 1))], 1, "B"),
    ([Event(K.FAILED_SAMPLE, date(2026, 3, 1), steps=2)], 2, "C"),
    ([Event(K.FAILED_SAMPLE, date(2026, 3, 1), steps=5)], 2, "C"),  # never further than the rule
    ([Event(K.FAILED_SAMPLE, date(2026, 3, 1)), Event(K.INCIDENT, date(2026, 4, 1)), Event(K.NO_RECALL, date(2026, 4, 1))], 2, "C"),
    ([Event(K.BAD_INFLUENCE, date(2026, 3, 1))], 0, "A"),  # needs a decision
    ([Event(K.BAD_INFLUENCE, date(2026, 3, 1), decided=True)], 1, "B"),
    ([Event(K.CERTIFIED, date(2026, 3, 1), decided=True)], -1, "A"),  # never below A
    ([Event(K.CERTIFIED, date(2026, 3, 1), decided=True), Event(K.FAILED_SAMPLE, date(2026, 3, 1))], 1, "B"),  # raising goes first
])  # fmt: skip
def test_adjustments(events, steps, grade):
    sheet = score(SALE, facts(area="100"), found("一√"), (), events)
    assert (sheet.steps, sheet.grade) == (steps, Grade(grade))


@pytest.mark.parametrize(("year", "counts"), [(2025, False), (2026, True), (2027, True), (2028, False)])
def test_an_event_counts_for_its_year_and_the_next(year, counts):
    """调高其下一年度的风险等级, and at once for the rest of its own."""
    assert bool(standing(SALE, [Event(K.FAILED_SAMPLE, date(2026, 12, 31))], year)) is counts


def test_what_would_bring_it_to_b():
    """19 static + 60 × 8/10 = 67 D; 重点项 put right: 19 + 30 = 49, and another: 31 B."""
    sheet = score(SALE, facts(
        area="1500", packed_ambient="6000", packed_chilled="200", packed_frozen="100", loose_ambient="120", loose_chilled="40",
        suppliers="80",
    ), found("一×", "重×", "重×", "一×", "一√", "一√"))  # fmt: skip
    assert (sheet.total, sheet.grade) == (67, Grade.D)
    (way,) = to_reach(SALE, sheet, Grade.B)
    assert [item.number for item in way.findings] == ["2", "3"]
    assert (way.points, way.after.total) == (36, 31)
    assert way.sentence == "改正 2 项不符合项（2、3），减少 36.00 分，合计 31.00 分，可达到B级"
    assert to_reach(SALE, sheet, Grade.D) == () == to_reach(SALE, score(SALE, facts(area="1"), found("一√")), Grade.A)


def test_what_would_bring_it_to_a_when_an_event_lapses():
    event = Event(K.FAILED_SAMPLE, date(2026, 3, 1), Evidence("sample", 3, "GC-26-0001"))
    (way,) = to_reach(SALE, score(SALE, facts(area="1"), found("一√"), (), [event]), Grade.A)
    assert (way.events, way.lapse_on, way.findings) == ((event,), date(2027, 12, 31), ())


def test_the_set_in_force():
    sets = tuple(SETS.values())
    assert in_force(sets, "食品销售者", date(2019, 12, 31)) is SALE
    assert in_force(sets, "食品销售者", date(2020, 1, 1)).frequency(Grade.D).least == 3
    assert in_force(sets, "食品生产企业", date(2026, 1, 1)) is PRODUCTION  # a 征求意见稿 is never in force
    assert in_force(sets, "食品生产企业", date(2026, 1, 1), ["保健食品"]) is HEALTH
    assert in_force(sets, "药品经营企业", date(2026, 1, 1)) is None and in_force(sets, "食品销售者", date(2016, 1, 1)) is None


def test_frequencies():
    assert [one.words for one in SALE.frequencies] == ["每年至少 1 次", "每年至少 1–2 次", "每年至少 2–3 次", "每年至少 3–4 次"]
    assert DRAFT_2022.frequency(Grade.A).words == "每 2 年至少 1 次"


@pytest.mark.parametrize(("table", "written", "kept"), [
    ("area", " １,２００ ", "1200"), ("area", "12.50", "12.50"),
])  # fmt: skip
def test_facts_as_an_office_writes_them(table, written, kept):
    assert read_fact(next(one for one in SALE.fact_tables if one.code == table), written) == kept


@pytest.mark.parametrize("written", ["", "约200", "200平方米", "-3", "1e9", "NaN", "9999999999"])
def test_what_is_no_number_is_refused(written):
    with pytest.raises(NotAFact, match="请填写不带单位的数字"):
        read_fact(next(SALE.fact_tables), written)


# What must hold whatever the facts.
numbers = st.decimals(0, 20000, places=1).map(str)
sheets = st.fixed_dictionaries({}, optional={table.code: numbers for table in SALE.fact_tables})
checks = st.lists(st.sampled_from(["重√", "重×", "一√", "一×"]), max_size=30).map(lambda items: found(*items))
happened = st.lists(
    st.builds(Event, st.sampled_from(K), st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.none(),
              st.none() | st.integers(-3, 3), st.booleans()),
    max_size=4,
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(sheets, checks, happened)
def test_counted_again_it_is_the_same(values, items, events):
    once = score(SALE, facts(**values), items, (), events)
    assert score_again(SALE, once.basis) == once == score(read(json.loads(json.dumps(write(SALE)))), facts(**values), items, (), events)
    assert once.total == sum((line.points for line in once.lines), Decimal(0)) <= 100


@settings(max_examples=120, deadline=None)
@given(sheets, checks, st.integers(0, 29), happened)
def test_worse_never_gives_a_better_grade(values, items, at, events):
    """One more item failing, or one more raising event, never lowers grade or points."""
    before = score(SALE, {"area": Fact("100"), **facts(**values)}, items, (), events)
    if items:
        worse = [replace(item, conforms=False) if place == at % len(items) else item for place, item in enumerate(items)]
        after = score(SALE, before.basis.facts, worse, (), events)
        assert after.total >= before.total and GRADES.index(after.grade) >= GRADES.index(before.grade)
    more = score(SALE, before.basis.facts, items, (), [*events, Event(K.INCIDENT, date(2026, 6, 1))])
    assert GRADES.index(more.grade) >= GRADES.index(before.grade)


@settings(max_examples=60, deadline=None)
@given(sheets, checks, happened)
def test_a_way_leads_where_it_says(values, items, events):
    sheet = score(SALE, {"area": Fact("3001"), "loose_chilled": Fact("90"), **facts(**values)}, items, (), events)
    fewest = []
    for grade in (Grade.C, Grade.B, Grade.A):
        for way in to_reach(SALE, sheet, grade):
            assert GRADES.index(way.after.grade) <= GRADES.index(grade)
            if not way.events:
                fewest.append(len(way.findings))
    assert fewest == sorted(fewest)


@given(st.sampled_from(GRADES), st.integers(-5, 5))
def test_a_grade_never_leaves_the_scale(grade, steps):
    assert moved(grade, steps) in GRADES and moved(grade, 0) is grade


def test_the_digest_is_of_the_content():
    assert sha256(SALE) == sha256(replace(SALE, valid_to=None)) != sha256(replace(SALE, remark="改"))
