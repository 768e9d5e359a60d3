"""The yearly schedule against hand-worked years, and what must hold of every change of it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.inspection_frequency import LEAST, Focus, Frequency, chosen, focus_of
from app.domain.inspection_schedule import Change, Made, Standing, change, fulfils, is_overdue, pace, per_person, slots
from app.domain.supervision_kinds import Grade, InspectionNature

NEW_YEAR = date(2026, 1, 1)
BY_GRADE = {Grade.A: Frequency(1), Grade.B: Frequency(2), Grade.C: Frequency(3), Grade.D: Frequency(4)}


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def days(*texts: str) -> list[date]:
    return [day(text) for text in texts]


def dues(times: int) -> list[date]:
    return [slot.due_on for slot in slots(2026, Frequency(times))]


def duties(*due: str, done: int = 0) -> list[Standing]:
    """Duties with their keys from 0; the first ``done`` of them are fulfilled."""
    return [Standing(key, day(text), key < done) for key, text in enumerate(due)]


@pytest.mark.parametrize(("times", "expected"), [
    (1, ["12-31"]), (2, ["06-30", "12-31"]), (3, ["04-30", "08-31", "12-31"]), (4, ["03-31", "06-30", "09-30", "12-31"]),
    (5, ["02-28", "04-30", "07-31", "09-30", "12-31"]),  # twelve months do not divide by five
])  # fmt: skip
def test_a_year_is_divided_evenly(times: int, expected: list[str]) -> None:
    found = slots(2026, Frequency(times))
    assert [slot.due_on for slot in found] == days(*expected)
    assert found[0].from_on == NEW_YEAR
    assert all(after.from_on.toordinal() == before.due_on.toordinal() + 1 for before, after in itertools.pairwise(found))


def test_leap_february_ends_on_the_29th() -> None:
    assert slots(2028, Frequency(6))[0].due_on == date(2028, 2, 29)


@pytest.mark.parametrize(("last_on", "due"), [
    (None, "12-31"),  # never inspected: within the year
    (date(2024, 5, 10), "05-10"), (date(2024, 2, 29), "02-28"),
    (date(2025, 3, 1), None),  # not before 2027
    (date(2023, 6, 1), "01-01"),  # the two years are over: at once
])  # fmt: skip
def test_once_in_two_years_counts_from_the_last_inspection(last_on: date | None, due: str | None) -> None:
    assert [slot.due_on for slot in slots(2026, LEAST, last_on)] == ([day(due)] if due else [])


def test_a_term_that_is_over_is_due_when_the_schedule_begins() -> None:
    assert [slot.due_on for slot in slots(2026, LEAST, date(2023, 6, 1), day("08-01"))] == days("08-01")


@pytest.mark.parametrize(("times", "years"), [(0, 1), (13, 1), (2, 2), (1, 0)])
def test_a_frequency_that_cannot_be_kept_is_refused(times: int, years: int) -> None:
    with pytest.raises(ValueError, match="检查频次"):
        Frequency(times, years)


@pytest.mark.parametrize(("least", "years", "expected"), [
    (1, 2, Frequency(1, 2)), (3, 2, Frequency(2)), (24, 1, Frequency(12)), (3, 1, Frequency(3)),
])  # fmt: skip
def test_a_frequency_of_a_rule_set_can_be_kept(least: int, years: int, expected: Frequency) -> None:
    assert Frequency.of(least, years) == expected


@pytest.mark.parametrize(("kind", "subkinds", "grade", "focus"), [
    ("食品生产企业", ["保健食品生产"], Grade.A, Focus.SPECIAL), ("食品生产企业", ["/"], Grade.C, Focus.PRODUCER),
    ("小作坊", ["/"], Grade.D, Focus.PRODUCER), ("食品生产企业", ["/"], Grade.B, None), ("食品销售者", ["/"], Grade.C, None),
    ("食品销售者", ["/"], Grade.D, Focus.OPERATOR), ("食品销售者", ["保健食品"], Grade.A, None),  # sells, does not produce
    ("餐饮服务提供者", ["小餐饮", "中央厨房"], Grade.A, Focus.CENTRAL), ("餐饮服务提供者", ["集体用餐配送单位"], None, Focus.CENTRAL),
    ("餐饮服务提供者", ["学校食堂"], Grade.C, None),
])  # fmt: skip
def test_who_is_watched_closely(kind: str, subkinds: list[str], grade: Grade | None, focus: Focus | None) -> None:
    assert focus_of(kind, subkinds, grade) is focus


@pytest.mark.parametrize(("kind", "subkinds", "grade", "frequency", "words"), [
    ("食品销售者", ["/"], Grade.B, Frequency(2), "B 级，每年至少 2 次"),
    ("食品销售者", ["/"], None, LEAST, "未评定风险等级，每 2 年至少 1 次（市场监管总局令第49号）"),
    ("餐饮服务提供者", ["中央厨房"], None, Frequency(2), "重点监督检查对象（中央厨房、集体用餐配送单位），按每年至少 2 次"),
    ("食品生产企业", ["/"], Grade.D, Frequency(4), "D 级，每年至少 4 次；重点监督检查对象（风险等级为 C 级、D 级的生产者）"),
])  # fmt: skip
def test_how_often_and_why(kind: str, subkinds: list[str], grade: Grade | None, frequency: Frequency, words: str) -> None:
    found = chosen(kind, subkinds, grade, BY_GRADE, Frequency(2))
    assert found.frequency == frequency
    assert words in found.why


# ---------------------------------------------------------------- changes, worked by hand

def told(found: Change) -> tuple[list[str], list[int], list[tuple[int, int]]]:
    return [f"{one.slot.due_on:%m-%d}{'*' if one.made else ''}" for one in found.added], list(found.cancelled), [
        (key, made.key) for key, made in found.tied
    ]


@pytest.mark.parametrize(("times", "standing", "made", "from_on", "added", "cancelled", "tied"), [
    # the first schedule of a year
    (2, [], [], "01-01", ["06-30", "12-31"], [], []),
    (2, [], ["03-05"], "01-01", ["06-30*", "12-31"], [], []),  # an inspection already made fulfils the first
    (1, [], ["03-05", "04-06"], "01-01", ["12-31*"], [], []),  # the second fulfils none
    (4, [], [], "08-01", ["09-30", "12-31"], [], []),  # from August on: what remains of the year
    (4, [], ["02-01", "03-01", "05-01"], "08-01", ["03-31*", "06-30*", "09-30*", "12-31"], [], []),
    (2, [], ["03-05", "05-01"], "08-01", ["06-30*", "12-31*"], [], []),
    # the same again
    (2, duties("06-30", "12-31"), [], "01-01", [], [], []),
    (4, duties("03-31", "06-30", "09-30", "12-31", done=1), [], "08-01", [], [], []),  # one overdue, two to come
    # an inspection goes to the earliest open duty
    (2, duties("06-30", "12-31"), ["11-02"], "11-02", [], [], [(0, 0)]),
    (2, duties("06-30", "12-31", done=1), ["07-02"], "07-02", [], [], [(1, 0)]),
    # graded worse in the course of the year
    (4, duties("12-31"), [], "03-01", ["03-31", "06-30", "09-30"], [], []),
    (3, duties("06-30", "12-31"), [], "05-10", [], [], []),  # two parts of the year remain, two duties stand
    (3, duties("06-30", "12-31"), [], "02-01", ["08-31"], [], []),
    (4, duties("12-31"), [], "08-01", ["09-30"], [], []),
    (4, duties("12-31", done=1), [], "12-20", ["12-31"], [], []),
    # graded better: done ones stay and count, what is too much is cancelled
    (1, duties("03-31", "06-30", "09-30", "12-31", done=1), [], "05-10", [], [1, 2, 3], []),
    (2, duties("03-31", "06-30", "09-30", "12-31", done=1), [], "05-10", [], [1, 2], []),
    (1, duties("06-30", "12-31"), [], "08-01", [], [1], []),  # the overdue one is still owed, and is enough
    (1, duties("06-30", "12-31", done=2), [], "08-01", [], [], []),
])  # fmt: skip
def test_a_schedule_and_its_changes(
    times: int, standing: list[Standing], made: list[str], from_on: str, added: list[str], cancelled: list[int],
    tied: list[tuple[int, int]],
) -> None:  # fmt: skip
    found = change(slots(2026, Frequency(times)), standing, [Made(key, day(on)) for key, on in enumerate(made)], day(from_on))
    assert told(found) == (added, cancelled, tied)


def test_nobody_who_has_closed_is_due_even_for_what_was_overdue() -> None:
    assert change((), duties("03-31", "06-30", "12-31", done=1), [], date.min).cancelled == (1, 2)


# ---------------------------------------------------------------- what holds of every change

dates = st.dates(NEW_YEAR, date(2026, 12, 31))
frequencies = st.integers(1, 12)


@st.composite
def situations(draw: st.DrawFn) -> tuple[int, list[Standing], list[Made], date]:
    before = [slot.due_on for slot in slots(2026, Frequency(draw(frequencies)))]
    standing = [Standing(key, due, draw(st.booleans())) for key, due in enumerate(before) if draw(st.booleans())]
    made = [Made(key, on) for key, on in enumerate(draw(st.lists(dates, max_size=6)))]
    return draw(frequencies), standing, made, draw(dates)


def after(standing: Sequence[Standing], found: Change) -> list[Standing]:
    tied = {key for key, _ in found.tied}
    kept = [Standing(one.key, one.due_on, one.done or one.key in tied) for one in standing if one.key not in found.cancelled]
    return [*kept, *(Standing(100 + place, one.slot.due_on, one.made is not None) for place, one in enumerate(found.added))]


@settings(max_examples=300, deadline=None)
@given(situations())
def test_a_change_is_made_once_keeps_what_is_done_and_asks_for_no_more_than_the_year(
    situation: tuple[int, list[Standing], list[Made], date],
) -> None:
    times, standing, made, from_on = situation
    wanted = slots(2026, Frequency(times))
    found = change(wanted, standing, made, from_on)
    now = after(standing, found)
    used = {one.key for _, one in found.tied} | {one.made.key for one in found.added if one.made}
    assert change(wanted, now, [one for one in made if one.key not in used], from_on).nothing
    assert {one.key for one in standing if one.done} <= {one.key for one in now}
    done, owed = sum(one.done for one in now), sum(not one.done and one.due_on < from_on for one in now)
    ahead = sum(not one.done and one.due_on >= from_on for one in now)
    assert ahead <= max(0, times - done - owed)
    assert len(used) == len(found.tied) + sum(one.made is not None for one in found.added)  # no inspection counts twice


@settings(max_examples=200, deadline=None)
@given(frequencies, st.data(), dates)
def test_time_and_work_alone_change_no_schedule(times: int, data: st.DataObject, today: date) -> None:
    standing = [Standing(key, due, data.draw(st.booleans())) for key, due in enumerate(dues(times))]
    assert change(slots(2026, Frequency(times)), standing, [], today).nothing


@settings(max_examples=200, deadline=None)
@given(frequencies, frequencies, dates)
def test_a_worse_grade_never_asks_for_less(first: int, second: int, from_on: date) -> None:
    few, many = sorted((first, second))
    standing = [Standing(key, due, False) for key, due in enumerate(dues(few))]
    assert not change(slots(2026, Frequency(many)), standing, [], from_on).cancelled


# ---------------------------------------------------------------- what stands

def test_due_today_is_not_late_and_what_is_done_never_is() -> None:
    assert [is_overdue(day("06-30"), day(today), done=done) for today, done in (("06-30", False), ("07-01", False), ("07-01", True))] == [
        False, True, False,
    ]  # fmt: skip


def test_the_pace_of_a_year() -> None:
    found = pace(duties("03-31", "06-30", "09-30", "12-31", done=1), day("07-01"))
    assert (found.total, found.due, found.done, found.overdue, found.rate) == (4, 2, 1, 1, Fraction(25))
    assert pace([], day("07-01")).rate is None


def test_a_look_back_fulfils_no_duty_unless_the_office_says_so() -> None:
    assert not fulfils(InspectionNature.RECHECK)
    assert fulfils(InspectionNature.RANDOM)
    assert fulfils(InspectionNature.RECHECK, [InspectionNature.RECHECK])


def test_two_inspectors_go_to_every_inspection() -> None:
    assert per_person(30, 4) == 15
    assert per_person(30, 0) is None
