"""Values, rounding and provenance of a figure."""

from __future__ import annotations

import hashlib
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.indicators import (
    FORMULAS,
    Comparator,
    Figure,
    Kind,
    attained,
    balance,
    compute,
    half_up,
    provenance_hash,
    reported,
    rounding_hides,
    rounding_note,
)

PASS_RATE, PER_THOUSAND = FORMULAS["pass_rate"], FORMULAS["batches_per_thousand"]
NAMED = {
    "batch_count", "batches_per_thousand", "pass_rate", "problem_rate", "disposal_rate", "disposal_on_time_rate",
    "rectification_rate", "grading_rate", "filing_rate", "sampling_coverage", "category_coverage",
    "inspection_coverage", "random_inspection_coverage", "inspection_disclosure_rate", "penalty_disclosure_rate",
    "transfer_handling_rate", "self_inspection_report_rate", "enforcement_record_rate", "incident_count", "balance",
    "reported", "case_filing_rate", "case_days", "failure_rate",
}  # fmt: skip


def test_every_formula_of_the_plans_is_defined() -> None:
    assert set(FORMULAS) == NAMED


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_a_formula_explains_itself(formula) -> None:
    assert formula.definition.endswith("。") and formula.definition.startswith(formula.name)
    assert formula.version >= 1
    if formula.kind is Kind.RATIO_PERCENT:
        assert formula.unit == "%" and "÷" in formula.definition


@pytest.mark.parametrize(
    ("code", "numerator", "denominator", "display"),
    [
        ("batches_per_thousand", 4_200, 795_516, "5.28"),  # 蓟州 2020
        ("pass_rate", 236, 244, "96.72"),  # 六盘水 化妆品
        ("pass_rate", 3_228, 3_248, "99.38"),  # 六盘水 药品
        ("pass_rate", 199, 200, "99.50"),  # 六盘水 医疗器械; the zero is kept
        ("pass_rate", 46_599, 47_390, "98.33"),  # 六盘水 食品
        ("pass_rate", 24_499, 25_000, "98.00"),  # 97.996 %
        ("failure_rate", 501, 25_000, "2.00"),  # 2.004 %
        ("pass_rate", 0, 0, "—"),  # neither 0 % nor 100 %
        ("pass_rate", 0, 5, "0.00"),
        ("pass_rate", 9, 1_000, "0.90"),  # 0.9 % is not 0 %
        ("pass_rate", 1, 8, "12.50"),
        ("pass_rate", 1, 800, "0.13"),  # 0.125: half up, not half even
        ("batch_count", 47_390, None, "47390"),  # no thousands separator
        ("batch_count", 0, None, "0"),
        ("batches_per_thousand", 12, None, "—"),  # no population known
        ("batches_per_thousand", 12, 0, "—"),
    ],
)
def test_displayed_value(code: str, numerator: int, denominator: int | None, display: str) -> None:
    assert compute(FORMULAS[code], numerator, denominator).display == display


def test_residents_implied_by_16641_batches_at_5_36_per_thousand() -> None:
    figure = compute(PER_THOUSAND, 16_641, 3_105_000)  # 大同 2021: about 3.105 million residents
    assert (figure.display, figure.shown) == ("5.36", "5.36 批次/千人")


def test_value_is_exact_and_in_the_unit_displayed() -> None:
    assert compute(PASS_RATE, 1, 3).value == Fraction(100, 3)
    assert compute(PER_THOUSAND, 4_200, 795_516).value == Fraction(4_200_000, 795_516)


def test_undecided_and_note_stay_beside_the_rate() -> None:
    figure = compute(PASS_RATE, 2, 3, undecided=4, note="样本量小")
    assert (figure.undecided, figure.denominator, figure.note, figure.shown) == (4, 3, "样本量小", "66.67%")
    assert compute(PASS_RATE, 0, 0).shown == "—"


@pytest.mark.parametrize(
    ("code", "numerator", "denominator", "message"),
    [
        ("pass_rate", 3, 2, "分子 3 大于分母 2"),  # a rate's numerator is a subset of its denominator
        ("pass_rate", -1, 2, "不能为负数"),
        ("balance", 1, 2, "不是两个计数之比"),
        ("reported", 1, 2, "不是两个计数之比"),
    ],
)
def test_impossible_counts_are_refused(code: str, numerator: int, denominator: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compute(FORMULAS[code], numerator, denominator)


@given(st.decimals(-10_000, 10_000, places=6), st.integers(0, 4))
def test_half_up_agrees_with_decimal_rounding(value: Decimal, places: int) -> None:
    with localcontext() as context:
        context.prec = 40
        expected = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    assert half_up(Fraction(value), places) == f"{abs(expected) if expected == 0 else expected:f}"


def _percent(written: str) -> Figure:
    return Figure(1, 1, Fraction(written), half_up(Fraction(written), 2), unit="%", places=2)


@pytest.mark.parametrize(
    ("value", "sign", "target", "met", "note"),
    [
        ("97.996", ">=", "98", False, "显示为 98.00%，实际 97.996%，未达到 ≥98%"),
        ("98", ">=", "98", True, ""),
        ("98", ">", "98", False, ""),  # > and ≥ differ
        ("98.001", ">", "98", True, "显示为 98.00%，实际 98.001%，已达到 >98%"),
        ("97.9999996", ">=", "98", False, "显示为 98.00%，实际 97.9999996%，未达到 ≥98%"),
        ("3.004", "<=", "3", False, "显示为 3.00%，实际 3.004%，未达到 ≤3%"),
        ("0.27", "<", "0.27", False, ""),  # 六盘水 35
        ("0", "<=", "0", True, ""),  # no incidents
        ("97.99", ">=", "98.0", False, ""),
        ("293996/3000", ">=", "98", False, "显示为 98.00%，实际 97.999%，未达到 ≥98%"),  # never-ending 97.99866…
    ],
)
def test_attainment_is_decided_on_the_exact_fraction(value: str, sign: str, target: str, met: bool, note: str) -> None:
    figure, comparator = _percent(value), Comparator.read(sign)
    assert attained(figure.value, comparator, Decimal(target)) is met
    assert rounding_note(figure, comparator, Decimal(target)) == note
    assert rounding_hides(figure, comparator, Decimal(target)) is bool(note)


def test_nothing_over_nothing_is_neither_met_nor_missed() -> None:
    figure = compute(PASS_RATE, 0, 0)
    assert attained(figure.value, Comparator.AT_LEAST, Decimal(98)) is None
    assert rounding_note(figure, Comparator.AT_LEAST, Decimal(98)) == ""


@pytest.mark.parametrize(
    ("written", "comparator", "ascii_sign"),
    [
        (">=", Comparator.AT_LEAST, ">="),
        ("≥", Comparator.AT_LEAST, ">="),
        (" > ", Comparator.ABOVE, ">"),
        ("＞", Comparator.ABOVE, ">"),
        ("<=", Comparator.AT_MOST, "<="),
        ("≦", Comparator.AT_MOST, "<="),
        ("＜", Comparator.BELOW, "<"),
    ],
)
def test_comparator_as_written(written: str, comparator: Comparator, ascii_sign: str) -> None:
    assert (Comparator.read(written), comparator.ascii) == (comparator, ascii_sign)


def test_an_unknown_comparator_is_refused() -> None:
    with pytest.raises(ValueError, match="不是比较符号"):
        Comparator.read("~")


@pytest.mark.parametrize(
    ("batches", "plan", "display"),
    [
        ({1: 10, 2: 10}, {1: 50, 2: 50}, "1.00"),  # shares, not sizes
        ({1: 20}, {1: 50, 2: 50}, "0.50"),
        ({3: 5}, {1: 50, 2: 50}, "0.00"),  # everything outside the plan
        ({1: 3, 2: 1}, {1: 1, 2: 1}, "0.75"),
        ({}, {1: 1}, "—"),
        ({1: 1}, {}, "—"),
    ],
)
def test_balance(batches: dict[int, int], plan: dict[int, int], display: str) -> None:
    assert balance(FORMULAS["balance"], batches, plan).display == display


COUNTS = st.dictionaries(st.integers(1, 12), st.integers(0, 500))


@given(COUNTS, COUNTS)
def test_balance_lies_between_0_and_1_and_is_symmetric(batches: dict[int, int], plan: dict[int, int]) -> None:
    value = balance(FORMULAS["balance"], batches, plan).value
    assert value == balance(FORMULAS["balance"], plan, batches).value
    assert value is None or 0 <= value <= 1


@pytest.mark.parametrize(("written", "places"), [("84", 0), ("0.04", 2), ("97.80", 2), ("1E+2", 0)])
def test_a_reported_value_is_shown_as_written(written: str, places: int) -> None:
    figure = reported(Decimal(written), "%")
    assert (figure.display, figure.places, figure.numerator) == (f"{Decimal(written):f}", places, None)
    assert not rounding_hides(figure, Comparator.AT_LEAST, Decimal("0.04"))


NUMBERS = st.lists(st.text(alphabet="ABCDJGSXN0123456789", min_size=1, max_size=20))


@given(NUMBERS, st.randoms())
def test_provenance_does_not_depend_on_order(numbers: list[str], randomness) -> None:
    shuffled = list(numbers)
    randomness.shuffle(shuffled)
    assert provenance_hash(shuffled) == provenance_hash(numbers)


def test_provenance_can_be_repeated_by_hand() -> None:
    assert provenance_hash(["B2", "A1"]) == hashlib.sha256(b"A1\nB2").hexdigest()
    assert provenance_hash(["A1", "A1"]) != provenance_hash(["A1"])  # counted twice
    assert provenance_hash([]) == hashlib.sha256(b"").hexdigest()
