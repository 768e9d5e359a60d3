"""计量单位: spellings, exact conversion, and what is never converted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.units import canonical, convert, is_amount, is_known, is_same, normalise


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("0.32", "mg/kg", "mg/kg", "0.32"),
        ("0.32", "mg/kg", "μg/kg", "320"),
        ("320", "µg/kg", "mg/kg", "0.32"),  # micro sign and Greek mu are one letter
        ("320", "ug/kg", "mg/kg", "0.32"),
        ("320", "ＵＧ／ＫＧ", "mg/kg", "0.32"),  # full width and capitals
        ("0.32", " mg / kg ", "mg/kg", "0.32"),
        ("1", "毫克/千克", "mg/kg", "1"),
        ("1", "g/kg", "mg/kg", "1000"),
        ("0.25", "g/100g", "g/kg", "2.5"),
        ("5", "mg/100g", "mg/kg", "50"),
        ("3", "mg/g", "g/kg", "3"),
        ("2", "ng/g", "μg/kg", "2"),
        ("27", "%", "g/100g", "27"),
        ("0.49", "w/%", "%", "0.49"),  # as an announcement writes it
        ("1.44", "×10³ μg/kg", "μg/kg", "1440"),  # the multiplier stands in the unit
        ("1.44", "×10³μg/kg", "mg/kg", "1.44"),
        ("1.44", "x10^3 μg/kg", "μg/kg", "1440"),
        ("4.8", "10⁴CFU/g", "CFU/g", "48000"),
        ("1", "×10", "CFU/g", None),  # the exponent is lost: nobody knows the size
        ("1", "×10", "×10", None),
        ("1", "×104CFU/g", "CFU/g", None),
        ("0.5", "g/L", "mg/L", "500"),
        ("0.06", "g/100mL", "g/L", "0.6"),
        ("1", "μg/mL", "mg/L", "1"),
        ("1", "mg/L", "mg/kg", None),  # per volume and per mass differ
        ("1", "CFU/g", "CFU/mL", None),
        ("1", "MPN/g", "CFU/g", None),
        ("30", "MPN/100g", "MPN/g", "0.3"),
        ("5", "CFU/250mL", "CFU/mL", "0.02"),
        ("5", "cfu/ML", "CFU/mL", "5"),
        ("5", "CFU/g", "CFU/g(mL)", "5"),  # the standard's pair covers solids and liquids
        ("5", "CFU/mL", "CFU/g（mL）", "5"),
        ("5", "MPN/g", "MPN/g或mL", "5"),
        ("1", "/25g", "/25g(mL)", "1"),
        ("1", "/25g", "/10g", None),
        ("1", "mmol/kg", "g/100g", None),  # 过氧化值 in moles needs a definition, not a factor
        ("1", "mg/100kJ", "mg/100kcal", None),
        ("40", "%vol", "%", None),
        ("1", "", "/", "1"),
        ("1", "-", "—", "1"),
        ("1", "", "mg/kg", None),
        ("1", "mg/kg", "", None),
        ("1", "mg/kg(干基)", "mg/kg", None),  # another basis is another quantity
        ("1", "ppb", "μg/kg", "1"),
    ],
)
def test_conversion_table(value: str, source: str, target: str, expected: str | None) -> None:
    converted = convert(Decimal(value), source, target)
    assert converted == (None if expected is None else Decimal(expected))


_MASS = ["g/kg", "mg/kg", "μg/kg", "ng/g", "g/100g", "mg/100g", "×10³ μg/kg", "%"]


@given(st.decimals(min_value=0, max_value=10**9, places=9), st.sampled_from(_MASS), st.sampled_from(_MASS))
def test_there_and_back_is_the_same_number(value: Decimal, source: str, target: str) -> None:
    there = convert(value, source, target)
    assert there is not None
    assert convert(there, target, source) == value


@given(
    st.decimals(min_value=0, max_value=10**6, places=6),
    st.decimals(min_value=0, max_value=10**6, places=6),
    st.sampled_from(_MASS),
    st.sampled_from(_MASS),
)
def test_conversion_keeps_the_order(low: Decimal, high: Decimal, source: str, target: str) -> None:
    one, other = convert(low, source, target), convert(high, source, target)
    assert one is not None and other is not None
    assert (low <= high) == (one <= other)


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("10⁴", "10^4"),  # NFKC alone would make it 104
        ("1.0×10⁻³", "1.0×10^-3"),
        ("4.8×10^(2)", "4.8×10^2"),
        ("1.0×10<sup>4</sup>", "1.0×10^4"),
        ("＜０．０５", "<0.05"),
        ("0.5 ", "0.5"),
    ],
)
def test_powers_survive_the_normal_form(written: str, spelled: str) -> None:
    assert canonical(written) == spelled


@pytest.mark.parametrize(
    ("unit", "known"),
    [("CFU/g", True), ("%", True), ("/25g", True), ("", True), ("级", False), ("ab", False), ("mg/kgx", False)],
)
def test_only_named_units_are_known(unit: str, known: bool) -> None:
    assert is_known(unit) is known


def test_same_unit_and_amount() -> None:
    assert is_same("µg/kg", "μg/KG")
    assert not is_same("mg/kg", "μg/kg")
    assert is_amount("/25g") and not is_amount("CFU/25g")
    assert normalise(" / ") == normalise("——") == ""
