"""Targets by year, pace and lights, what-if bounds, and plan indicators put together."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.indicators import (
    FORMULAS,
    Comparator,
    Figure,
    Light,
    Meaning,
    Target,
    TargetChoice,
    ceiling_light,
    compute,
    expected,
    overturned,
    parse_filter,
    rate_light,
    reported,
    target_for,
    volume_light,
    what_if,
)
from app.domain.plans import NO_VALUE, Nature, PlanIndicator, Progress, assess, completion, remaining

PASS_RATE = FORMULAS["pass_rate"]
AT_LEAST, ABOVE, AT_MOST = Comparator.AT_LEAST, Comparator.ABOVE, Comparator.AT_MOST


def _target(year: int, value: str, meaning: Meaning = Meaning.LEVEL, source: str = "附件3") -> Target:
    return Target(year, Decimal(value), AT_LEAST, source, meaning)


MARKET_2024, MARKET_2025 = _target(2024, "3.9"), _target(2025, "4.1")
MARKET_BASE = _target(2020, "3.4", Meaning.BASE)
MARKET_FINAL = _target(2025, "4", source="表1")
STANDARDS_2023, STANDARDS_FINAL = _target(2023, "1", Meaning.ADDITION), _target(2025, "3", source="表1")


@pytest.mark.parametrize(
    ("year", "yearly", "final", "choice"),
    [
        (2024, [MARKET_2024, MARKET_2025], MARKET_FINAL, TargetChoice(MARKET_2024, True)),  # a yearly row
        (2022, [MARKET_2024], MARKET_FINAL, TargetChoice(MARKET_FINAL, False)),  # never interpolated
        (2020, [MARKET_BASE], MARKET_FINAL, TargetChoice(MARKET_FINAL, False)),  # a base value is not a target
        (2025, [MARKET_2025], MARKET_FINAL, TargetChoice(MARKET_2025, True, (MARKET_FINAL,))),  # 武隆 1: both kept
        (2025, [_target(2025, "4.0")], MARKET_FINAL, TargetChoice(_target(2025, "4.0"), True)),  # 4.0 is 4
        (2025, [], MARKET_FINAL, TargetChoice(MARKET_FINAL, True)),
        (
            2023,  # 武隆 6: a yearly addition is not a level
            [STANDARDS_2023],
            STANDARDS_FINAL,
            TargetChoice(STANDARDS_FINAL, False, addition=STANDARDS_2023),
        ),
    ],
)
def test_target_of_a_year(year: int, yearly: list[Target], final: Target, choice: TargetChoice) -> None:
    assert target_for(year, yearly, final) == choice


def test_a_borrowed_target_is_shown_with_its_year() -> None:
    assert target_for(2022, [], MARKET_FINAL).label == "≥4（2025年目标）"
    assert target_for(2025, [MARKET_2025], MARKET_FINAL).label == "≥4.1"


@pytest.mark.parametrize(
    ("target", "elapsed", "total", "pace"),
    [
        (4_000, 125, 250, Fraction(2_000)),
        (Decimal("5.28"), 1, 3, Fraction("1.76")),
        (4_000, 0, 250, Fraction(0)),
        (4_000, 250, 250, Fraction(4_000)),
        (4_000, 0, 0, None),  # a year without a working-day table
    ],
)
def test_expected_by_now(target: Decimal | int, elapsed: int, total: int, pace: Fraction | None) -> None:
    assert expected(target, elapsed, total) == pace


def test_more_days_than_the_year_has_are_refused() -> None:
    with pytest.raises(ValueError, match="不在全年"):
        expected(4_000, 251, 250)


@pytest.mark.parametrize(
    ("done", "comparator", "finished", "light"),
    [
        (2_000, AT_LEAST, False, Light.GREEN),  # at the pace
        (1_999, AT_LEAST, False, Light.AMBER),
        (1_800, AT_LEAST, False, Light.AMBER),  # exactly 10 % below
        (1_799, AT_LEAST, False, Light.RED),
        (2_000, ABOVE, False, Light.GREEN),  # at the pace, during the year
        (2_000, ABOVE, True, Light.AMBER),  # the year is over and > is not met
        (2_001, ABOVE, True, Light.GREEN),
        (None, AT_LEAST, False, Light.NONE),
    ],
)
def test_light_of_a_volume(done: int | None, comparator: Comparator, finished: bool, light: Light) -> None:
    pace = Fraction(2_000)
    assert volume_light(done, pace, comparator=comparator, finished=finished) is light
    assert volume_light(done, None) is Light.NONE


def test_the_amber_threshold_is_a_parameter() -> None:
    assert volume_light(1_700, Fraction(2_000), within=Decimal("0.15")) is Light.AMBER


@pytest.mark.parametrize(
    ("value", "upper", "light"),
    [
        ("98", None, Light.GREEN),
        ("97.996", "98", Light.AMBER),  # the upper bound still meets it
        ("97.996", "97.999", Light.RED),  # cannot be met any more
        ("97.996", None, Light.RED),
        (None, "100", Light.NONE),  # — is neither met nor missed
    ],
)
def test_light_of_a_rate(value: str | None, upper: str | None, light: Light) -> None:
    exact = [Fraction(written) if written else None for written in (value, upper)]
    assert rate_light(exact[0], AT_LEAST, Decimal(98), exact[1]) is light


@pytest.mark.parametrize(("value", "light"), [(0, Light.GREEN), (1, Light.RED), (None, Light.NONE)])
def test_light_of_what_must_not_happen(value: int | None, light: Light) -> None:
    assert ceiling_light(None if value is None else Fraction(value), AT_MOST, Decimal(0)) is light


def test_what_if_bounds_of_a_pass_rate() -> None:
    bounds = what_if(PASS_RATE, passed=95, judged=100, pending=20)
    assert (bounds.lower.display, bounds.now.display, bounds.upper.display) == ("79.17", "95.00", "95.83")
    assert bounds.expected_passes == 19
    assert bounds.sentence == "尚有 20 批待定：全部不合格为 79.17%，全部合格为 95.83%；按目前水平预计再有 19.0 批合格"


def test_what_if_before_anything_is_judged_or_after_everything_is() -> None:
    assert what_if(PASS_RATE, 0, 0, 3).expected_passes is None
    assert what_if(PASS_RATE, 0, 0, 3).sentence == "尚有 3 批待定：全部不合格为 0.00%，全部合格为 100.00%"
    assert what_if(PASS_RATE, 1, 2, 0).sentence == "没有待定批次，50.00%即为最终值"


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.data())
def test_the_final_rate_lies_within_the_bounds(passed: int, failed: int, pending: int, data) -> None:
    more = data.draw(st.integers(0, pending))
    bounds = what_if(PASS_RATE, passed, passed + failed, pending)
    final = compute(PASS_RATE, passed + more, passed + failed + pending)
    if final.value is not None:
        assert bounds.lower.value <= final.value <= bounds.upper.value


def test_retests_overturn_at_most_the_failures() -> None:
    assert overturned(PASS_RATE, 97, 100).display == "98.00"
    assert overturned(PASS_RATE, 99, 100, retests=5).display == "100.00"


def _indicator(code: str, written: str = "") -> PlanIndicator:
    return PlanIndicator("jizhou", "13", "农产品和食品抽检", "", FORMULAS[code], parse_filter(written), Nature.EXPECTED)


MIDYEAR, CLOSED = Progress(elapsed=125, total=250), Progress(elapsed=250, total=250)
NINETY_EIGHT = Target(2025, Decimal(98), AT_LEAST, "表1")


@pytest.mark.parametrize(
    ("code", "target", "figure", "progress", "light", "met_label"),
    [
        # 蓟州 13: 8 per thousand a year, 4 by midyear
        ("batches_per_thousand", _target(2025, "8"), (3_183, 795_516), MIDYEAR, Light.GREEN, "未达标"),
        ("batches_per_thousand", _target(2025, "8"), (3_000, 795_516), MIDYEAR, Light.AMBER, "未达标"),
        ("batches_per_thousand", _target(2025, "8"), (1_000, 795_516), MIDYEAR, Light.RED, "未达标"),
        ("pass_rate", NINETY_EIGHT, (98, 100), MIDYEAR, Light.GREEN, "已达标"),
        ("pass_rate", NINETY_EIGHT, (97, 100), Progress(125, 250, pending=50), Light.AMBER, "未达标"),
        ("pass_rate", NINETY_EIGHT, (97, 100), Progress(125, 250, pending=49), Light.RED, "未达标"),
        ("pass_rate", NINETY_EIGHT, (0, 0), MIDYEAR, Light.NONE, "—"),
        ("disposal_rate", NINETY_EIGHT, (1, 2), MIDYEAR, Light.AMBER, "未达标"),  # open cases may yet be closed
        ("disposal_rate", NINETY_EIGHT, (1, 2), CLOSED, Light.RED, "未达标"),
        ("incident_count", Target(2025, Decimal(0), AT_MOST, "表1"), (1, None), MIDYEAR, Light.RED, "未达标"),
        ("incident_count", Target(2025, Decimal(0), AT_MOST, "表1"), (0, None), MIDYEAR, Light.GREEN, "已达标"),
    ],
)
def test_indicator_beside_its_target(
    code: str, target: Target, figure: tuple[int, int | None], progress: Progress, light: Light, met_label: str
) -> None:
    row = assess(_indicator(code), TargetChoice(target, True), compute(FORMULAS[code], *figure), progress)
    assert (row.light, row.met_label) == (light, met_label)


@pytest.mark.parametrize(
    ("figure", "progress", "light", "met"),
    [
        (reported(Decimal(10_000), "户"), MIDYEAR, Light.GREEN, True),  # 武隆 2
        (reported(Decimal(7_979), "户"), MIDYEAR, Light.AMBER, False),  # a later report may still meet it
        (reported(Decimal(7_979), "户"), CLOSED, Light.RED, False),
        (NO_VALUE, MIDYEAR, Light.NONE, None),
    ],
)
def test_reported_indicator(figure: Figure, progress: Progress, light: Light, met: bool | None) -> None:
    row = assess(_indicator("reported"), TargetChoice(_target(2025, "10000"), True), figure, progress)
    assert (row.light, row.met) == (light, met)


def test_a_row_says_when_rounding_would_mislead() -> None:
    row = assess(_indicator("pass_rate"), TargetChoice(NINETY_EIGHT, True), compute(PASS_RATE, 24_499, 25_000), CLOSED)
    assert (row.figure.display, row.met) == ("98.00", False)
    assert row.rounding == "显示为 98.00%，实际 97.996%，未达到 ≥98%"


@pytest.mark.parametrize(
    ("task", "done", "display", "left"),
    [
        (200, 150, "75.00", 50),
        (200, 210, "105.00", 0),  # more than the quota is more than 100 %, and nothing is owed
        (0, 0, "—", 0),
    ],
)
def test_completion_of_a_task(task: int, done: int, display: str, left: int) -> None:
    assert (completion(task, done).display, remaining(task, done)) == (display, left)
