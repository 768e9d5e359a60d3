"""Numbers by a plan's own rule, and the report that none is skipped."""

from __future__ import annotations

import pytest

from app.domain.numbering import CannotNumber, NumberRule, compose, read_number, rule_faults
from app.domain.numbering_gaps import in_ranges, serial_run


def test_a_rule_with_a_suffix_reads_back_as_it_was_composed() -> None:
    number = compose("XBJ", 2026, "120119", "46323", 7, "ZX")
    assert number == "XBJ26120119463230007ZX"
    parts = read_number(number)
    assert parts is not None and (parts.unit, parts.serial, parts.suffix) == ("46323", 7, "ZX")


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        (NumberRule("X", None, None), "前缀"), (NumberRule("xbj", None, None), "前缀"), (NumberRule("ＸＢＪ", None, None), "前缀"),
        (NumberRule(None, "4632", None), "单位代码"), (NumberRule(None, "４６３２３", None), "单位代码"),
        (NumberRule(None, None, "zx"), "后缀"), (NumberRule(None, None, "ABCDE"), "后缀"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_number_is_told_why(rule: NumberRule, word: str) -> None:
    assert word in rule_faults(rule)[0]


def test_a_faulty_suffix_composes_nothing() -> None:
    with pytest.raises(CannotNumber, match="后缀"):
        compose("XBJ", 2026, "120119", "46323", 7, "zx")


def test_each_unit_and_suffix_has_its_own_run() -> None:
    kinds = {NumberRule(None, unit, suffix).counter("XBJ") for unit in (None, "46323") for suffix in (None, "ZX")}
    assert kinds == {"sample_XBJ", "sample_XBJ_46323", "sample_XBJ_ZX", "sample_XBJ_46323_ZX"}


def test_given_voided_missing_and_beyond() -> None:
    run = serial_run(6, {1, 2, 5, 9}, {3})
    assert (run.last, run.used, run.voided, run.missing, run.beyond, run.complete) == (6, 3, (3,), (4, 6), (9,), False)
    assert serial_run(3, {1, 2}, {3}).complete  # voided is used up, not missing
    assert serial_run(0, set(), set()).complete


@pytest.mark.parametrize(
    ("serials", "text"), [([], ""), ([3], "3"), ([3, 4], "3—4"), ([1, 3, 4, 5, 9], "1、3—5、9")]
)
def test_serials_as_people_write_them(serials: list[int], text: str) -> None:
    assert in_ranges(serials) == text
