"""双随机抽查: weights, how many, teams that nobody sits in who must step back, what a finished inspection proposes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import random_inspections as rules
from app.domain.drawing import CannotDraw, teams
from app.domain.random_inspections import Person, Seat
from app.domain.supervision_kinds import Grade, InspectionMeasure, InspectionResult, RandomOutcome

POINTS = {"A": 1, "B": 2, "C": 3, "D": 4, "UNGRADED": 1, "LISTED": 2, "NEVER": 1}
OWN = [Person(number) for number in range(1, 6)]


@pytest.mark.parametrize(
    ("grade", "listed", "never", "weight", "why"),
    [
        (Grade.A, False, False, 1, "A级风险 1"),
        (Grade.D, True, True, 7, "D级风险 4，在严重违法失信名单中加 2，从未检查加 1"),
        (None, False, True, 2, "未评定风险等级 1，从未检查加 1"),
    ],
)
def test_every_weight_says_why(grade: Grade | None, listed: bool, never: bool, weight: int, why: str):
    assert rules.weight(POINTS, grade, listed=listed, never=never) == (weight, why)


@pytest.mark.parametrize(
    ("take", "permille", "listed", "number"),
    [(3, None, 1000, 3), (None, 30, 1000, 30), (None, 30, 1001, 31), (None, 30, 1, 1), (None, 5, 50_000, 250), (None, 30, 0, 0)],
)
def test_a_share_is_rounded_up_so_that_it_is_not_less(take: int | None, permille: int | None, listed: int, number: int):
    assert rules.number_to_draw(take, permille, listed) == number


def test_the_riskiest_grade_counts_and_coverage_without_a_register_is_no_figure():
    assert rules.highest([Grade.B, Grade.D, Grade.A]) is Grade.D and rules.highest([]) is None
    assert (rules.coverage(3, 100), rules.coverage(3, 0)) == (Fraction(3, 100), None)


def test_a_certificate_holds_on_every_day():
    first, last = date(2026, 11, 20), date(2026, 12, 20)
    assert rules.unfit(first, last, first, last) is None
    assert rules.unfit(date(2026, 11, 21), None, first, last) == "执法证自 2026-11-21 起有效，晚于抽查开始日期"
    assert rules.unfit(first, date(2026, 12, 19), first, last) == "执法证有效期至 2026-12-19，早于抽查结束日期"


# ---------------------------------------------------------------- teams

def nobody(person: int, place: int) -> None:
    return None


def test_teams_go_round_as_they_do_for_samples():
    found = rules.assign([11, 12, 13], OWN, 2, nobody)
    assert [tuple(seat.person for seat in team) for team in found] == teams(3, [1, 2, 3, 4, 5], 2) == [(1, 2), (3, 4), (5, 1)]


def test_whoever_steps_back_stays_with_the_reason_and_the_next_takes_the_place():
    why = {(1, 11): "回避：近亲属", (3, 11): "回避：曾任职"}
    found = rules.assign([11, 12], OWN, 2, lambda person, place: why.get((person, place)))
    assert found[0] == (Seat(1, "回避：近亲属"), Seat(2), Seat(3, "回避：曾任职"), Seat(4))
    assert found[1] == (Seat(3), Seat(4))  # the others' turn is not touched


def test_each_department_adds_its_own_and_one_without_people_left_none():
    drawn = [*OWN[:2], Person(8, "生态环境局"), Person(9, "消防救援大队")]
    found = rules.assign([11], drawn, 2, lambda person, place: "回避：本人经营" if person == 9 else None)
    assert found == [(Seat(1), Seat(2), Seat(8), Seat(9, "回避：本人经营"))]


def test_a_team_that_cannot_be_formed_is_refused():
    with pytest.raises(CannotDraw, match="只有 1 人，少于每组 2 人"):
        rules.assign([11], OWN[:1], 2, nobody)
    with pytest.raises(CannotDraw, match="找不到足够的检查人员"):
        rules.assign([11], OWN[:2], 2, lambda person, place: "回避：近亲属" if person == 1 else None)
    with pytest.raises(CannotDraw, match="不得少于 2 人"):
        rules.assign([11], OWN, 1, nobody)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 12), st.integers(4, 12), st.sets(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=40))
def test_whatever_is_drawn(places: int, people: int, avoided: set[tuple[int, int]]):
    why: Callable[[int, int], str | None] = lambda person, place: "回避" if (person, place) in avoided else None  # noqa: E731
    drawn = [Person(number) for number in range(1, people + 1)]
    try:
        found = rules.assign(range(1, places + 1), drawn, 2, why)
    except CannotDraw:
        assert any(sum((person, place) not in avoided for person in range(1, people + 1)) < 2 for place in range(1, places + 1))
        return
    for place, team in enumerate(found, 1):
        sitting = [seat.person for seat in team if seat.replaced_why is None]
        assert len(sitting) == len(set(sitting)) == 2
        assert len({seat.person for seat in team}) == len(team)
        assert not {(person, place) for person in sitting} & avoided
        assert all((seat.person, place) in avoided for seat in team if seat.replaced_why)


def test_a_substitute_is_the_next_one_free():
    assert rules.substitute([1, 2, 3, 4], [1, 2], 2, lambda person: person != 3) == 4
    assert rules.substitute([1, 2, 3], [1, 2], 2, lambda person: False) is None


@pytest.mark.parametrize(
    ("result", "measure", "outcome"),
    [
        (InspectionResult.MEETS, InspectionMeasure.NONE, RandomOutcome.CLEAR),
        (InspectionResult.MOSTLY_MEETS, InspectionMeasure.ON_THE_SPOT, RandomOutcome.CORRECTED),
        (InspectionResult.FAILS, InspectionMeasure.RECTIFY, RandomOutcome.CORRECTED),
        (InspectionResult.FAILS, InspectionMeasure.PENALTY, RandomOutcome.FILED),
        (InspectionResult.OBSTRUCTED, None, RandomOutcome.OBSTRUCTED),
        (InspectionResult.NOT_FOUND, None, RandomOutcome.UNREACHABLE),
    ],
)
def test_what_a_finished_inspection_proposes(result: InspectionResult, measure: InspectionMeasure | None, outcome: RandomOutcome):
    assert rules.proposed_outcome(result, measure) is outcome
