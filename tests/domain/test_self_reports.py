"""企业自查报告: periods, due days, and how one stands."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from app.domain import self_reports as rules
from app.domain.enterprises import KINDS
from app.reference.self_report_rules import in_force, read_self_report_rules


@pytest.mark.parametrize(
    ("per_year", "expected"),
    [
        (1, [("2026", date(2026, 1, 1), date(2026, 12, 31))]),
        (2, [("2026H1", date(2026, 1, 1), date(2026, 6, 30)), ("2026H2", date(2026, 7, 1), date(2026, 12, 31))]),
    ],
)
def test_periods_of_a_year(per_year: int, expected: list[tuple[str, date, date]]) -> None:
    assert [(one.label, one.first, one.last) for one in rules.periods(2026, per_year)] == expected


@pytest.mark.parametrize("per_year", rules.PER_YEAR)
@pytest.mark.parametrize("year", [2024, 2026])
def test_periods_follow_each_other_and_make_the_year(per_year: int, year: int) -> None:
    found = rules.periods(year, per_year)
    assert (found[0].first, found[-1].last) == (date(year, 1, 1), date(year, 12, 31))
    assert all((later.first - earlier.last).days == 1 for earlier, later in pairwise(found))
    assert [rules.period(one.label) for one in found] == found


@pytest.mark.parametrize("label", ["", "2026H3", "2026Q0", "2026Q5", "26", "1999", "2026年"])
def test_no_period(label: str) -> None:
    assert rules.period(label) is None


def test_another_number_of_reports_is_refused() -> None:
    with pytest.raises(ValueError, match="每年报告次数"):
        rules.periods(2026, 3)


@pytest.mark.parametrize(("label", "words"), [("2026", "2026年度"), ("2026H2", "2026年下半年"), ("2026Q3", "2026年第3季度"), ("x", "x")])
def test_in_words(label: str, words: str) -> None:
    assert rules.period_words(label) == words


@pytest.mark.parametrize(
    ("received", "today", "expected"),
    [
        (None, date(2026, 7, 31), ("yellow", "今天到期")), (None, date(2026, 8, 1), ("red", "逾期 1 天")),
        (None, date(2026, 7, 23), ("green", "还有 8 天")), (None, date(2026, 7, 24), ("yellow", "还有 7 天")),
        (date(2026, 7, 31), date(2026, 9, 1), ("green", "按期收到")), (date(2026, 8, 2), date(2026, 9, 1), ("yellow", "逾期 2 天收到")),
    ],
)  # fmt: skip
def test_how_a_report_stands(received: date | None, today: date, expected: tuple[str, str]) -> None:
    due = rules.period("2026H1").due_on(31)  # type: ignore[union-attr]
    assert due == date(2026, 7, 31)
    assert rules.standing(due, received, today) == expected


@pytest.mark.parametrize(
    ("problems", "rectified", "fault"), [(3, 4, True), (None, 1, True), (-1, 0, True), (3, 3, False), (None, None, False)]
)
def test_problems_that_cannot_be(problems: int | None, rectified: int | None, fault: bool) -> None:
    assert (rules.findings_fault(problems, rectified) is not None) is fault


def test_shipped_rules_are_read_and_name_known_kinds() -> None:
    assert {rule.kind for rule in read_self_report_rules()} <= set(KINDS)
    assert in_force(date(2026, 11, 20))["食品生产企业"].per_year == 2
    assert in_force(date(2019, 1, 1)) == {}
