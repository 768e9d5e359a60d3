"""Which days a period has, and which population divides it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.indicators import Period, PopulationChoice, choose_population, sum_children


@pytest.mark.parametrize(
    ("period", "first", "last", "label"),
    [
        (Period(2026), date(2026, 1, 1), date(2026, 12, 31), "2026年"),
        (Period(2026, month=11), date(2026, 11, 1), date(2026, 11, 30), "2026年11月"),  # not the 31st
        (Period(2024, month=2), date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
        (Period(2026, month=2), date(2026, 2, 1), date(2026, 2, 28), "2026年2月"),
        (Period(2026, quarter=1), date(2026, 1, 1), date(2026, 3, 31), "2026年第1季度"),
        (Period(2026, quarter=4), date(2026, 10, 1), date(2026, 12, 31), "2026年第4季度"),
        (Period(2026, month=11).to_date, date(2026, 1, 1), date(2026, 11, 30), "2026年1—11月"),
        (Period(2026, month=1).to_date, date(2026, 1, 1), date(2026, 1, 31), "2026年1月"),
        (Period(2026, quarter=2).to_date, date(2026, 1, 1), date(2026, 6, 30), "2026年1—6月"),
        (Period(2026, month=12).to_date, date(2026, 1, 1), date(2026, 12, 31), "2026年"),
        (Period(2024, month=2).year_before, date(2023, 2, 1), date(2023, 2, 28), "2023年2月"),
    ],
)
def test_first_and_last_day(period: Period, first: date, last: date, label: str) -> None:
    assert (period.first, period.last, period.label) == (first, last, label)
    assert period.contains(first) and period.contains(last) and not period.contains(None)


@given(st.dates(date(2000, 1, 1), date(2050, 12, 31)))
def test_every_day_is_in_exactly_one_month_and_one_quarter(day: date) -> None:
    months = [month for month in range(1, 13) if Period(day.year, month=month).contains(day)]
    quarters = [quarter for quarter in range(1, 5) if Period(day.year, quarter=quarter).contains(day)]
    assert months == [day.month] and quarters == [(day.month + 2) // 3]


@pytest.mark.parametrize(
    "arguments",
    [{"month": 13}, {"month": 0}, {"quarter": 5}, {"quarter": 0}, {"quarter": 1, "month": 1}],
)
def test_a_period_that_does_not_exist_is_refused(arguments: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"统计期只能|没有"):
        Period(2026, **arguments)
    with pytest.raises(ValueError, match="没有 0 年"):
        Period(0)


@pytest.mark.parametrize(
    ("populations", "year", "choice"),
    [
        ({2020: 795_516}, 2026, PopulationChoice(2020, 795_516, False)),
        ({2020: 100, 2024: 110, 2025: 120}, 2025, PopulationChoice(2024, 110, False)),  # newest ≤ year − 1
        ({2025: 120, 2026: 130}, 2025, PopulationChoice(2025, 120, True)),  # else the earliest known, flagged
        ({}, 2025, None),
    ],
)
def test_population_of_a_period(populations: dict[int, int], year: int, choice: PopulationChoice | None) -> None:
    assert choose_population(populations, year) == choice


@pytest.mark.parametrize(
    ("children", "choice"),
    [
        ([{2020: 10, 2024: 11}, {2020: 5}], PopulationChoice(2020, 15, False)),  # the newest year that all have
        ([{2020: 10}, {2024: 5}], PopulationChoice(2020, 15, True)),  # mixed years are flagged
        ([{2020: 10}, {}], None),  # only when every child has one
        ([], None),
    ],
)
def test_sum_over_child_areas(children: list[dict[int, int]], choice: PopulationChoice | None) -> None:
    assert sum_children(children, 2026) == choice


def test_the_population_year_is_shown() -> None:
    assert choose_population({2020: 795_516}, 2026).label == "2020年常住人口795516人"
    assert "供参考" in choose_population({2027: 8}, 2026).label
