"""Which batches each figure counts, over single facts and over random ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.indicators import (
    FORMULAS,
    BatchDisposal,
    CasePart,
    Condition,
    Field,
    Kind,
    Part,
    Period,
    category_coverage,
    compute,
    disposals,
    group_of,
    in_case_part,
    in_part,
    matches,
    numbers_in,
    parse_filter,
    recount,
    recount_disposal,
    selection,
)
from app.domain.samples import Domain, Level, Link, Monitoring, Purpose, Supervision


@dataclass(frozen=True)
class Fact:
    sample_number: str = "DBJ26120119001"
    supervision: Supervision = Supervision.PASS
    monitoring: Monitoring = Monitoring.NONE
    purpose: Purpose = Purpose.SUPERVISION
    domain: Domain = Domain.FOOD
    category: str = "肉制品"
    link: Link | None = Link.CIRCULATION
    organiser_level: Level | None = Level.COUNTY
    sampled_on: date = date(2026, 10, 20)
    reported_on: date | None = date(2026, 11, 5)
    has_residue: bool = False
    counts_for_producer: bool = True
    voided: bool = False


RANDOM_FACTS = st.lists(
    st.builds(
        Fact,
        sample_number=st.integers(0, 10**9).map("DBJ{:010}".format),
        supervision=st.sampled_from(Supervision),
        monitoring=st.sampled_from(Monitoring),
        purpose=st.sampled_from(Purpose),
        domain=st.sampled_from(Domain),
        category=st.sampled_from(("肉制品", "食用农产品", "糕点", "")),
        link=st.sampled_from([*Link, None]),
        organiser_level=st.sampled_from([*Level, None]),
        reported_on=st.one_of(st.none(), st.dates(date(2025, 12, 1), date(2027, 1, 31))),
        has_residue=st.booleans(),
        voided=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda fact: fact.sample_number,
)

FILTERS = st.sampled_from(
    [
        parse_filter(written)
        for written in (
            "",
            "domain in (食品;食用农产品)",
            "domain in (食品;食用农产品); purpose = 评价性抽检",
            "domain in (食品;食用农产品); item group in (农药残留;兽药残留)",
            "domain = 工业产品; stage = 生产",
            "domain = 药品; organiser level = 县级",
            "purpose in (监督抽检;风险监测)",
            "purpose = 风险监测",
        )
    ]
)
FACT_RATIOS = [f for f in FORMULAS.values() if isinstance(f.denominator, Part)]
YEAR = Period(2026)

SUPERVISED = Fact()
COMBINED = Fact(purpose=Purpose.COMBINED, monitoring=Monitoring.CLEAR)
EVALUATED = Fact(purpose=Purpose.EVALUATION)
MONITORED = Fact(purpose=Purpose.MONITORING, supervision=Supervision.NONE, monitoring=Monitoring.PROBLEM)


@pytest.mark.parametrize(
    ("fact", "part", "written", "counted"),
    [
        (SUPERVISED, Part.COMPLETED, "", True),
        (replace(SUPERVISED, reported_on=None), Part.COMPLETED, "", False),  # no final report: not completed
        (replace(SUPERVISED, voided=True), Part.COMPLETED, "", False),  # a voided sheet is not a batch
        (replace(SUPERVISED, supervision=Supervision.OPEN), Part.COMPLETED, "", True),  # 未判定 counts in volumes
        (MONITORED, Part.COMPLETED, "", True),  # batches of every purpose
        (SUPERVISED, Part.PASSED, "", True),
        (COMBINED, Part.PASSED, "", True),  # the supervision half of 抽检监测
        (EVALUATED, Part.PASSED, "", False),  # 评价性抽检 only where the filter asks for it
        (replace(SUPERVISED, supervision=Supervision.OPEN), Part.JUDGED, "", False),  # shown beside, not in the rate
        (replace(SUPERVISED, supervision=Supervision.OPEN), Part.OPEN, "", True),
        (replace(SUPERVISED, supervision=Supervision.OPEN), Part.PASSED, "", False),  # 不判定 is never 合格
        (replace(SUPERVISED, supervision=Supervision.FAIL), Part.JUDGED, "", True),
        (replace(SUPERVISED, supervision=Supervision.FAIL), Part.FAILED, "", True),
        (replace(MONITORED, supervision=Supervision.PASS), Part.JUDGED, "", False),  # 风险监测 never in a pass rate
        (replace(MONITORED, supervision=Supervision.PASS), Part.JUDGED, "purpose = 风险监测", False),  # … even if asked
        (EVALUATED, Part.JUDGED, "purpose = 评价性抽检", True),
        (SUPERVISED, Part.JUDGED, "purpose = 评价性抽检", False),  # over that purpose alone
        (COMBINED, Part.JUDGED, "purpose = 评价性抽检", False),
        (COMBINED, Part.JUDGED, "purpose = 监督抽检", True),  # its supervision half is 监督抽检
        (SUPERVISED, Part.JUDGED, "purpose = 抽检监测", False),
        (EVALUATED, Part.JUDGED, "purpose in (监督抽检;评价性抽检)", True),
        (COMBINED, Part.COMPLETED, "purpose = 监督抽检", False),  # volumes keep the purposes of the sheet apart
        (MONITORED, Part.PROBLEMS, "", True),
        (replace(COMBINED, monitoring=Monitoring.UNDECIDED), Part.MONITORED, "", True),
        (replace(COMBINED, monitoring=Monitoring.UNDECIDED), Part.MONITORING_UNDECIDED, "", True),
        (replace(MONITORED, monitoring=Monitoring.NONE), Part.MONITORED, "", False),
        (MONITORED, Part.FAILED, "", False),  # 问题样品 is not 不合格
        (replace(EVALUATED, supervision=Supervision.FAIL), Part.NONCONFORMING, "", True),  # disposal for any purpose
        (SUPERVISED, Part.COMPLETED, "item group in (农药残留;兽药残留)", False),
        (replace(SUPERVISED, has_residue=True), Part.COMPLETED, "item group in (农药残留;兽药残留)", True),
        (replace(SUPERVISED, link=None), Part.COMPLETED, "stage = 流通", False),
        (replace(SUPERVISED, link=None), Part.COMPLETED, "stage = 未分类", True),  # never dropped
        (SUPERVISED, Part.COMPLETED, "organiser level = 国家级", False),
        (SUPERVISED, Part.COMPLETED, "category = 肉制品", True),
    ],
)
def test_what_a_part_counts(fact: Fact, part: Part, written: str, counted: bool) -> None:
    assert in_part(fact, part, parse_filter(written)) is counted


def test_two_purpose_conditions_must_both_hold() -> None:
    both = (*parse_filter("purpose in (监督抽检;评价性抽检)"), *parse_filter("purpose = 评价性抽检"))
    assert selection(Part.JUDGED, both).purposes == {Purpose.EVALUATION}


@given(RANDOM_FACTS, st.sampled_from(Part), FILTERS, st.sampled_from([Field.CATEGORY, Field.LINK, Field.LEVEL]))
def test_parts_sum_to_the_whole(facts: list[Fact], part: Part, chosen: tuple[Condition, ...], by: Field) -> None:
    groups = {group_of(fact, by) for fact in facts}
    parts = [numbers_in(facts, part, (*chosen, Condition(by, (group,)))) for group in groups]
    assert sorted(number for numbers in parts for number in numbers) == numbers_in(facts, part, chosen)


@given(RANDOM_FACTS, st.sampled_from(FACT_RATIOS), FILTERS)
def test_numerator_is_a_subset_of_the_denominator(facts: list[Fact], formula, chosen: tuple[Condition, ...]) -> None:
    assert set(numbers_in(facts, formula.numerator, chosen)) <= set(numbers_in(facts, formula.denominator, chosen))


@given(RANDOM_FACTS, FILTERS)
def test_pass_rate_parts_exclude_each_other(facts: list[Fact], chosen: tuple[Condition, ...]) -> None:
    passed, failed, undecided = (numbers_in(facts, p, chosen) for p in (Part.PASSED, Part.FAILED, Part.OPEN))
    assert sorted(passed + failed) == numbers_in(facts, Part.JUDGED, chosen)
    assert not set(undecided) & set(passed + failed)


@given(RANDOM_FACTS, st.sampled_from([f for f in FORMULAS.values() if isinstance(f.numerator, Part)]), FILTERS)
def test_recount_equals_its_record_lists(facts: list[Fact], formula, chosen: tuple[Condition, ...]) -> None:
    inside = [fact for fact in facts if fact.reported_on is not None and fact.reported_on.year == 2026]
    if formula.kind is Kind.BALANCE:
        with pytest.raises(ValueError, match="不是两个计数之比"):
            recount(formula, facts, YEAR, chosen)
        return
    figure = recount(formula, facts, YEAR, chosen, residents=795_516)
    assert figure.numerator == len(numbers_in(inside, formula.numerator, chosen))
    if formula.kind is Kind.RATIO_PERCENT:
        assert figure.denominator == len(numbers_in(inside, formula.denominator, chosen))
        assert figure.undecided == len(numbers_in(inside, formula.beside, chosen))


def test_a_batch_belongs_to_the_period_of_its_report() -> None:
    facts = [
        Fact("A", reported_on=date(2026, 11, 30)),  # a month ends on its real last day
        Fact("B", reported_on=date(2026, 12, 1), sampled_on=date(2026, 11, 29)),
    ]
    assert recount(FORMULAS["batch_count"], facts, Period(2026, month=11)).display == "1"


def test_an_enterprise_condition_cannot_filter_batches() -> None:
    conditions = parse_filter("producer type = 小作坊")
    with pytest.raises(ValueError, match="不能按主体类型筛选"):
        recount(FORMULAS["batch_count"], [Fact()], YEAR, conditions)
    with pytest.raises(ValueError, match="抽检批次没有“主体类型”"):
        matches(Fact(), conditions)


@pytest.mark.parametrize("code", ["disposal_rate", "category_coverage"])
def test_recount_refuses_what_is_not_counted_by_batch(code: str) -> None:
    with pytest.raises(ValueError, match="不由抽检批次逐批计数"):
        recount(FORMULAS[code], [Fact()], YEAR)


@dataclass(frozen=True)
class Case:
    sample_number: str
    due_on: date
    closed_on: date | None
    notified_only: bool = False


DUE, LATER = date(2026, 11, 10), date(2026, 12, 20)


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ([Case("A", DUE, DUE)], [BatchDisposal("A", DUE, DUE)]),
        ([Case("A", DUE, DUE), Case("A", LATER, None)], [BatchDisposal("A", LATER, None)]),  # due with its latest case
        ([Case("A", DUE, LATER), Case("A", LATER, DUE)], [BatchDisposal("A", LATER, LATER)]),
        ([Case("A", DUE, DUE), Case("A", LATER, None, True)], [BatchDisposal("A", DUE, DUE)]),  # 通报 is not ours
        ([Case("A", DUE, None, True)], []),
    ],
)
def test_a_batch_falls_due_with_its_latest_case(cases: list[Case], expected: list[BatchDisposal]) -> None:
    assert disposals(cases) == expected


def test_disposal_rates_count_batches_due_in_the_period() -> None:
    batches = [
        BatchDisposal("on time", DUE, DUE),  # the due day itself is on time
        BatchDisposal("late", DUE, date(2026, 11, 11)),
        BatchDisposal("open", date(2026, 11, 30), None),
        BatchDisposal("next month", date(2026, 12, 1), DUE),
    ]
    month = Period(2026, month=11)
    closed = recount_disposal(FORMULAS["disposal_rate"], batches, month)
    on_time = recount_disposal(FORMULAS["disposal_on_time_rate"], batches, month)
    assert (closed.numerator, closed.denominator, closed.display) == (2, 3, "66.67")
    assert (on_time.numerator, on_time.denominator, on_time.display) == (1, 3, "33.33")
    with pytest.raises(ValueError, match="不按处置案件计数"):
        recount_disposal(FORMULAS["pass_rate"], batches, month)


@given(st.dates(), st.one_of(st.none(), st.dates()))
def test_on_time_is_within_closed_is_within_due(due: date, closed: date | None) -> None:
    batch = BatchDisposal("A", due, closed)
    on_time, all_closed, counted = (
        in_case_part(batch, part, date.min, date.max)
        for part in (CasePart.CLOSED_ON_TIME, CasePart.CLOSED, CasePart.DUE)
    )
    assert counted and on_time <= all_closed
    assert not in_case_part(batch, CasePart.DUE, date.max, date.min)


def test_category_coverage_lists_what_is_missing() -> None:
    covered = category_coverage(planned=["肉制品", "糕点", "饮料", "肉制品"], sampled=["糕点", "肉制品", "罐头"])
    assert (covered.figure.numerator, covered.figure.denominator, covered.figure.display) == (2, 3, "66.67")
    assert covered.missing == ("饮料",)
    assert category_coverage([], ["糕点"]).figure == compute(FORMULAS["category_coverage"], 0, 0)
