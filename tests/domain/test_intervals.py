"""Wilson's interval against published values, and what is said beside rates from few batches."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.figures import compute
from app.domain.formulas import FORMULAS
from app.domain.intervals import is_small, trust, wilson
from app.reference.comparison_rules import HERE, read_thresholds, small_below
from app.reference.problems import BrokenReference


@pytest.mark.parametrize(
    ("counted", "of", "display"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3
        (81, 263, "25.53%～36.62%"),
        (15, 148, "6.24%～16.05%"),
        (0, 20, "0.00%～16.11%"),
        (1, 29, "0.61%～17.18%"),
        (8, 10, "49.02%～94.33%"),  # Agresti & Coull 1998
        (0, 10, "0.00%～27.75%"),
        (10, 10, "72.25%～100.00%"),
        (1, 1, "20.65%～100.00%"),
        (0, 1, "0.00%～79.35%"),
        (999_999, 1_000_000, "100.00%～100.00%"),  # 99.9994…99.99998
        (46_599, 47_390, "98.21%～98.44%"),
    ],
)
def test_published_intervals(counted: int, of: int, display: str) -> None:
    assert wilson(counted, of).display == display


@pytest.mark.parametrize("of", [1, 2, 3, 7, 29, 30, 999, 10**9])
def test_the_ends_are_exact_at_none_and_at_all(of: int) -> None:
    assert wilson(0, of).low == 0
    assert wilson(of, of).high == 100
    assert wilson(0, of).high == 100 - wilson(of, of).low


@given(st.integers(1, 10_000), st.data())
def test_the_interval_contains_the_rate_and_agrees_with_the_formula(of: int, data) -> None:
    counted = data.draw(st.integers(0, of))
    found = wilson(counted, of)
    rate = Fraction(100 * counted, of)
    assert 0 <= found.low <= rate + Fraction(1, 200) and rate - Fraction(1, 200) <= found.high <= 100
    with localcontext() as context:
        context.prec = 40
        z, n, share = Decimal("1.96"), Decimal(of), Decimal(counted) / of
        spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).sqrt()
        middle, scale = share + z * z / (2 * n), 1 + z * z / n
        for end, sign in ((found.low, -1), (found.high, 1)):
            assert abs(end - 100 * (middle + sign * spread) / scale) <= Decimal("0.0050000001")


def test_nothing_has_no_interval_and_nonsense_is_refused() -> None:
    assert wilson(0, 0) is None
    for counted, of in ((-1, 3), (4, 3)):
        with pytest.raises(ValueError, match="分母"):
            wilson(counted, of)


def test_small_numbers_are_marked() -> None:
    assert [is_small(of) for of in (None, 0, 1, 29, 30)] == [False, False, True, True, False]
    rate = FORMULAS["pass_rate"]
    assert trust(compute(rate, 12, 12)).words == "75.75%～100.00%，样本量小（12 ＜ 30），仅供参考"
    assert trust(compute(rate, 0, 0)).words == "—"
    assert trust(compute(rate, 30, 30)).mark == ""
    assert trust(compute(rate, 30, 30), threshold=31).small
    assert trust(compute(FORMULAS["batch_count"], 3)) is None  # a volume is no rate
    assert trust(compute(FORMULAS["batches_per_thousand"], 3, 1000)) is None


def test_the_threshold_is_dated_data(tmp_path) -> None:
    assert small_below(date(2026, 11, 27)) == 30
    assert all(one.source for one in read_thresholds())
    text = (HERE / "comparison_rules.csv").read_text(encoding="utf-8")
    (tmp_path / "comparison_rules.csv").write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    with pytest.raises(BrokenReference, match="重叠"):
        read_thresholds(tmp_path)
    with pytest.raises(BrokenReference, match="补填"):
        small_below(date(2015, 1, 1))
