"""数值修约 and 四舍五入, against oracles in whole numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.rounding import decimal_places, half_up, plain, round_like, round_to_places


@pytest.mark.parametrize(
    ("written", "places", "rounded"),
    [
        ("0.15", 1, "0.2"),  # 五后无数，前为奇数则进
        ("0.25", 1, "0.2"),  # 五后无数，前为偶数则舍
        ("0.35", 1, "0.4"),
        ("0.45", 1, "0.4"),
        ("0.2501", 1, "0.3"),  # 五后有非零数字则进
        ("0.2499", 1, "0.2"),
        ("2.675", 2, "2.68"),  # the binary float 2.675 is below the half and would give 2.67
        ("1.005", 2, "1.00"),
        ("15.4546", 0, "15"),  # once: through 15.5 it would become 16 (GB/T 8170 3.3)
        ("-0.25", 1, "-0.2"),
        ("12345678901234567890.12345", 2, "12345678901234567890.12"),  # longer than the 28 digits of the context
        ("7", 2, "7.00"),
    ],
)
def test_half_even_once_on_the_number_as_written(written: str, places: int, rounded: str) -> None:
    assert str(round_to_places(Decimal(written), places)) == rounded


@pytest.mark.parametrize(
    ("written", "limit", "rounded"),
    [
        ("0.2049", "0.20", "0.20"),  # as many places as the limit is written with
        ("0.205", "0.2", "0.2"),
        ("0.25", "0.2", "0.2"),
        ("0.251", "0.2", "0.3"),
        ("100.5", "100", "100"),
        ("101.5", "100", "102"),
        ("10049.6", "1E+4", "10050"),  # a power of ten has no places
    ],
)
def test_rounding_like_the_limit(written: str, limit: str, rounded: str) -> None:
    assert str(round_like(Decimal(written), Decimal(limit))) == rounded


def _half_even_oracle(value: Fraction, places: int) -> Fraction:
    scaled = value * 10**places
    floor = scaled.numerator // scaled.denominator
    rest = scaled - floor
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and floor % 2 == 1)
    return Fraction(floor + up, 10**places)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=7), st.integers(0, 6))
def test_half_even_equals_the_oracle(value: Decimal, places: int) -> None:
    assert Fraction(round_to_places(value, places)) == _half_even_oracle(Fraction(value), places)


@given(st.integers(-(10**6), 10**6), st.integers(1, 5))
def test_exact_halves_go_to_the_even_digit(whole: int, places: int) -> None:
    half = Decimal(f"{whole}5").scaleb(-places - 1)
    assert Fraction(round_to_places(half, places)) == _half_even_oracle(Fraction(half), places)


@pytest.mark.parametrize(
    ("fraction", "places", "shown"),
    [
        (Fraction(236 * 100, 244), 2, "96.72"),  # 236 of 244
        (Fraction(3228 * 100, 3248), 2, "99.38"),
        (Fraction(199 * 100, 200), 2, "99.50"),
        (Fraction(46599 * 100, 47390), 2, "98.33"),
        (Fraction(4200 * 1000, 795516), 2, "5.28"),  # batches per thousand residents
        (Fraction(97996, 1000), 2, "98.00"),  # displays as 98.00 and is not 98
        (Fraction(1, 8), 2, "0.13"),  # half up, where 修约 would give 0.12
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(1, 3), 4, "0.3333"),
        (Fraction(0), 2, "0.00"),
        (Fraction(-1, 1000), 2, "0.00"),  # no minus zero
        (Fraction(5, 2), 0, "3"),
    ],
)
def test_half_up_for_display(fraction: Fraction, places: int, shown: str) -> None:
    assert plain(half_up(fraction, places)) == shown


@given(st.fractions(), st.integers(0, 6))
def test_half_up_is_never_further_than_half_a_unit(fraction: Fraction, places: int) -> None:
    error = Fraction(half_up(fraction, places)) - fraction
    assert abs(error) <= Fraction(1, 2 * 10**places)
    assert decimal_places(half_up(fraction, places)) == places


@pytest.mark.parametrize(("number", "shown"), [("1E+4", "10000"), ("2.50", "2.50"), ("1E-7", "0.0000001")])
def test_plain_numbers_have_no_exponent(number: str, shown: str) -> None:
    assert plain(Decimal(number)) == shown
