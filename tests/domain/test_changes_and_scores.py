"""同比、环比、位次, 考核得分 and 全年预测: the numbers by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.changes import change, ranks, signed
from app.domain.comparison import Comparator
from app.domain.figures import compute
from app.domain.formulas import FORMULAS
from app.domain.pace import Light
from app.domain.periods import Period
from app.domain.scores import Method, Outcome, points, total
from app.domain.what_if import overturned, retests_to_meet
from app.domain.year_end import batches_for, day_reached, light, year_end

RATE, COUNT = FORMULAS["pass_rate"], FORMULAS["batch_count"]
AT_LEAST, ABOVE, AT_MOST = Comparator.AT_LEAST, Comparator.ABOVE, Comparator.AT_MOST


# ---------------------------------------------------------------- changes

@pytest.mark.parametrize(
    ("now", "before", "difference", "growth", "words"),
    [
        ((RATE, 98, 100), (RATE, 96, 100), "+2.00", "—", "上升 2.00 个百分点"),
        ((RATE, 1, 3), (RATE, 2, 3), "-33.33", "—", "下降 33.33 个百分点"),
        ((RATE, 2, 4), (RATE, 1, 2), "0.00", "—", "持平"),
        ((RATE, 999_999, 1_000_000), (RATE, 999_998, 1_000_000), "+0.0001", "—", "上升 0.0001 个百分点"),  # not +0.00
        ((COUNT, 110), (COUNT, 88), "+22", "+25.00%", "上升 22 批次（+25.00%）"),
        ((COUNT, 70), (COUNT, 80), "-10", "-12.50%", "下降 10 批次（-12.50%）"),
        ((COUNT, 5), (COUNT, 0), "+5", "—", "上升 5 批次（上期为0）"),
        ((RATE, 0, 0), (RATE, 1, 2), "—", "—", "本期没有数值"),
        ((RATE, 1, 2), (RATE, 0, 0), "—", "—", "上期没有数值，不能比较"),
    ],
)
def test_one_figure_against_another(now, before, difference: str, growth: str, words: str) -> None:
    found = change(compute(*now), compute(*before))
    assert (found.difference_text, found.growth_text, found.words) == (difference, growth, words)


@given(st.fractions(min_value=-100, max_value=100), st.integers(0, 3))
def test_a_difference_never_reads_as_none(value: Fraction, places: int) -> None:
    shown = signed(value, places)
    assert (Decimal(shown) == 0) is (value == 0)
    assert value == 0 or (shown[0] == "+") is (value > 0)


def test_equals_share_a_rank() -> None:
    values = [Fraction(3), None, Fraction(9), Fraction(3), Fraction(1)]
    assert ranks(values) == [2, None, 1, 2, 4]
    assert ranks(values, best_first=False) == [2, None, 4, 2, 1]
    assert ranks([]) == []


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (Period(2026, month=11), Period(2026, month=10)),
        (Period(2026, month=1), Period(2025, month=12)),
        (Period(2026, quarter=1), Period(2025, quarter=4)),
        (Period(2026, quarter=3), Period(2026, quarter=2)),
        (Period(2026, month=1, cumulative=True), Period(2025, month=12)),
        (Period(2026), None),
        (Period(2026, month=11, cumulative=True), None),
        (Period(2026, month=12, cumulative=True), None),
    ],
)
def test_the_period_before(period: Period, before: Period | None) -> None:
    assert period.before == before


# ---------------------------------------------------------------- what if

@pytest.mark.parametrize(
    ("passed", "judged", "target", "sign", "needed"),
    [
        (97, 100, "98", AT_LEAST, 1),
        (97, 100, "98", ABOVE, 2),  # > and ≥ differ
        (98, 100, "98", AT_LEAST, 0),
        (5, 10, "100", AT_LEAST, 5),
        (5, 10, "100", ABOVE, None),  # more than everything
        (0, 0, "98", AT_LEAST, None),
    ],
)
def test_retests_until_the_target_is_met(passed: int, judged: int, target: str, sign: Comparator, needed: int | None) -> None:
    found = retests_to_meet(RATE, passed, judged, sign, Decimal(target))
    assert found == needed
    if found:
        assert sign.holds(overturned(RATE, passed, judged, found).value, Fraction(target))
        assert not sign.holds(overturned(RATE, passed, judged, found - 1).value, Fraction(target))


# ---------------------------------------------------------------- score

@pytest.mark.parametrize(
    ("weight", "method", "value", "sign", "target", "shown", "outcome"),
    [
        ("10", Method.SHARE, Fraction(98), AT_LEAST, "98", "10.00", Outcome.FULL),
        ("10", Method.SHARE, Fraction(49), AT_LEAST, "98", "5.00", Outcome.PART),
        ("10", Method.ALL, Fraction(97), AT_LEAST, "98", "0.00", Outcome.NONE),
        ("10", Method.SHARE, Fraction(98), ABOVE, "98", "0.00", Outcome.NONE),  # reached, but > asks for more
        ("5", Method.SHARE, Fraction(2), AT_MOST, "1", "0.00", Outcome.NONE),  # two accidents
        ("5", Method.SHARE, Fraction(0), AT_MOST, "0", "5.00", Outcome.FULL),
        ("5", Method.SHARE, None, AT_LEAST, "98", "—", Outcome.UNKNOWN),
        (None, Method.SHARE, Fraction(99), AT_LEAST, "98", "—", Outcome.UNWEIGHTED),
        ("5", Method.SHARE, Fraction(-3), AT_LEAST, "4", "0.00", Outcome.NONE),
    ],
)
def test_points_of_an_indicator(weight, method, value, sign, target, shown, outcome) -> None:
    found = points(Decimal(weight) if weight else None, method, value, sign, Decimal(target))
    assert (found.shown, found.outcome) == (shown, outcome)


def test_the_total_hides_neither_the_unmet_nor_the_unknown() -> None:
    ten = Decimal(10)
    found = total(
        [
            points(ten, Method.SHARE, Fraction(100), AT_LEAST, Decimal(98)),
            points(ten, Method.SHARE, Fraction(49), AT_LEAST, Decimal(98)),
            points(ten, Method.SHARE, None, AT_LEAST, Decimal(98)),
            points(None, Method.SHARE, Fraction(1), AT_LEAST, Decimal(98)),
        ]
    )
    assert (found.earned_text, found.weight, found.unscored, found.unmet, found.unknown) == ("15.00", 30, 10, 1, 1)
    assert found.share_text == "75.00%"
    assert found.words == "得分 15.00，满分 30，其中 1 项（10 分）没有数值，未计分；未达标 1 项"
    assert total([]).share_text == "—"


# ---------------------------------------------------------------- year's end

def test_the_year_at_the_present_speed() -> None:
    found = year_end(done=120, elapsed=60, total=250, goal=600, months={1: (20, 20), 2: (40, 20), 3: (60, 20), 4: (9, 1)})
    assert (found.speed, found.expected, found.low, found.high) == (2, 500, 120 + 190, 120 + 570)  # April is too young to tell
    assert (found.left, found.missing, found.text(found.needed, 2), found.days_to_goal) == (190, 480, "2.53", 240)
    coming = [date(2026, 4, 2) + timedelta(days=at) for at in range(190)]
    assert day_reached(found, coming) is None  # 240 days are not left
    enough = year_end(120, 60, 250, 130, {1: (20, 20), 2: (40, 20)})
    assert day_reached(enough, coming) == coming[4]
    assert light(found, Decimal("0.10")) == (144, Light.RED)
    assert light(year_end(130, 60, 250, 600, {}), Decimal("0.10")) == (144, Light.AMBER)


def test_the_ends_of_the_year() -> None:
    assert year_end(0, 0, 250, 10, {}).words == "统计年度还没有开始，不能预测"
    over = year_end(12, 250, 250, 10, {1: (12, 20), 2: (0, 20)})
    assert (over.left, over.needed, over.days_to_goal, over.missing) == (0, None, 0, 0)
    assert over.words.startswith("全年工作日已过完")
    assert year_end(0, 5, 250, 10, {1: (0, 5)}).days_to_goal is None
    assert year_end(5, 5, 250, None, {}).needed is None


@pytest.mark.parametrize(
    ("target", "residents", "strictly", "batches"),
    [
        ("5.28", 795_516, False, 4201),  # 4,200.32: the next whole batch
        ("4", 1_000, False, 4),
        ("4", 1_000, True, 5),
        ("4.1", 1_000, True, 5),
        ("300", None, False, 300),
    ],
)
def test_batches_that_a_target_asks_for(target: str, residents: int | None, strictly: bool, batches: int) -> None:
    assert batches_for(Fraction(target), residents, strictly) == batches
