"""Dated examples 2019 to 2026, counted by a calendar that is not ours; and what any calendar promises."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.deadlines import Pause, Unit, due, rule_in_force
from app.reference.clocks import read_deadline_rules, read_working_days

RULES, CALENDAR = read_deadline_rules(), read_working_days()
TABLE = Path(__file__).with_name("deadline_examples.csv")
ROWS = list(csv.DictReader(TABLE.open(encoding="utf-8")))
WORKING = sorted({rule.code for rule in RULES if rule.unit is Unit.WORKING_DAY})
DAYS = [rule for rule in RULES if rule.unit in (Unit.WORKING_DAY, Unit.CALENDAR_DAY)]
START = st.dates(date(2019, 10, 1), date(2026, 6, 30))
FEW = settings(max_examples=60, deadline=None)


def test_the_table_is_long_and_every_year_is_in_it() -> None:
    assert len(ROWS) >= 150 and {row["start"][:4] for row in ROWS} == {str(year) for year in range(2019, 2027)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['code']}-{row['start']}-{row['reason']}")
def test_example(row: dict[str, str]) -> None:
    start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["due"])
    first, _, last = row["pause"].partition("~")
    pauses = [Pause(date.fromisoformat(first), date.fromisoformat(last))] if first else []
    found = due(rule_in_force(RULES, row["code"], start), start, CALENDAR, pauses=pauses, extend=int(row["extend"] or 0))
    assert found.due == end
    style = "%m-%d" if start.year == end.year else "%Y-%m-%d"
    assert found.why[0].endswith(f"→ {end:{style}}") and found.why[0].startswith(f"{start:{style}}")
    assert ("天不计" in found.why[0]) or not pauses


@FEW
@given(st.sampled_from(DAYS), START, st.integers(1, 30))
def test_later_starts_are_due_no_earlier_and_never_on_a_day_off(rule, start, later):  # type: ignore[no-untyped-def]
    one, two = due(rule, start, CALENDAR).due, due(rule, start + timedelta(later), CALENDAR).due
    assert start < one <= two and CALENDAR.is_working_day(one) and CALENDAR.is_working_day(two)


@FEW
@given(st.sampled_from(WORKING), START, st.integers(1, 4), st.integers(0, 20))
def test_a_pause_adds_exactly_the_working_days_it_takes(code, start, offset, length):  # type: ignore[no-untyped-def]
    rule = next(rule for rule in RULES if rule.code == code)
    plain = due(rule, start, CALENDAR).due
    first = start + timedelta(offset)
    pause = Pause(first, first + timedelta(length))
    counted = sum(
        CALENDAR.is_working_day(day) for day in (start + timedelta(n) for n in range(1, 800)) if pause.start <= day <= pause.end
    )
    moved = due(rule, start, CALENDAR, pauses=[pause]).due
    if first <= plain:
        assert CALENDAR.working_days_between(start, moved) == rule.amount + counted
    else:
        assert moved == plain


@FEW
@given(st.sampled_from(DAYS), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_what_reaches_into_a_year_without_notice_is_provisional(rule, start):  # type: ignore[no-untyped-def]
    found = due(rule, start, CALENDAR)
    assert (found.calendar == "provisional") is (found.due.year > 2026)


def test_a_makeup_saturday_counts_and_is_named() -> None:
    found = due(rule_in_force(RULES, "SERVE", date(2025, 9, 30)), date(2025, 9, 30), CALENDAR)
    assert found.due == date(2025, 10, 14) and "10-11 调休计入" in found.why[0]
