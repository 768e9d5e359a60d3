"""The solver against every possible choice, on programs small enough to try them all."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.gaps_program import Bonus, Limit, LimitKind, Program, broken, ranked, shy, spread, value
from app.gaps import solving
from app.gaps.solving import solve

QUICK = settings(max_examples=60, deadline=None)


def every_choice(program: Program) -> list[tuple[int, ...]]:
    choices = product(*(range(upper + 1) for upper in program.uppers))
    return [chosen for chosen in choices if not any(True for _ in broken(program, chosen))]


def best(program: Program) -> int:
    return max(value(program, chosen) for chosen in every_choice(program))


@st.composite
def programs(draw: st.DrawFn) -> Program:
    size = draw(st.integers(1, 4))
    some = st.lists(st.integers(0, size - 1), min_size=1, max_size=size, unique=True).map(lambda ones: tuple(sorted(ones)))
    limits = draw(st.lists(st.builds(Limit, st.sampled_from(LimitKind), some, st.integers(0, 6)), max_size=4))
    bonuses = draw(st.lists(st.builds(Bonus, st.just("kind"), some, st.integers(1, 3), st.integers(1, 40), st.just("")), max_size=4))
    return Program(
        tuple(draw(st.lists(st.integers(0, 40), min_size=size, max_size=size))),
        tuple(draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))), tuple(limits), tuple(bonuses),
    )  # fmt: skip


@QUICK
@given(programs())
def test_the_solver_finds_what_trying_everything_finds(program: Program) -> None:
    solution = solve(program)
    assert list(broken(program, solution.chosen)) == []
    assert (value(program, solution.chosen), solution.proved) == (best(program), True)


@QUICK
@given(programs())
def test_pricing_leaves_out_nothing_that_matters(program: Program) -> None:
    """Candidates priced first, as for a whole county, give the same optimum."""
    solution = solve(program, whole=0)
    assert list(broken(program, solution.chosen)) == []
    assert (value(program, solution.chosen), solution.proved) == (best(program), True)


@pytest.mark.parametrize("first", [1, 2])
def test_pricing_brings_in_what_the_beginning_left_out(monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    monkeypatch.setattr(solving, "FIRST", first)
    program = Program((1, 5, 9, 2), (2, 2, 2, 2), (Limit(LimitKind.QUOTA, (0, 1, 2, 3), 3),), (Bonus("kind", (3,), 1, 9, ""),))
    assert solve(program, whole=0).chosen == (0, 0, 2, 1)


@QUICK
@given(programs())
def test_the_points_of_the_lines_add_up_to_the_choice(program: Program) -> None:
    chosen = solve(program).chosen
    lines = ranked(program, chosen)
    assert sum(points for _, points, _ in lines) == value(program, chosen)
    assert sorted(one for one, _, _ in lines) == [one for one, number in enumerate(chosen) if number]
    for one, points, earned in lines:
        assert points == program.points[one] * chosen[one] + sum(bonus.points * times for bonus, times in earned)


@QUICK
@given(programs(), st.integers(0, 40), st.integers(0, 3))
def test_one_more_candidate_never_lowers_the_optimum(program: Program, points: int, upper: int) -> None:
    """Another enterprise may be left alone; it counts under the limits that hold everybody."""
    size = program.size
    wider = tuple(
        replace(limit, members=(*limit.members, size)) if len(limit.members) == size else limit for limit in program.limits
    )
    more = replace(program, points=(*program.points, points), uppers=(*program.uppers, upper), limits=wider)
    assert value(more, solve(more).chosen) >= value(program, solve(program).chosen)


@QUICK
@given(programs())
def test_the_same_program_gives_the_same_choice(program: Program) -> None:
    assert solve(program) == solve(program)


def test_among_equals_the_first_is_taken() -> None:
    program = Program((10, 10, 10), (1, 1, 1), (Limit(LimitKind.QUOTA, (0, 1, 2), 1),))
    assert solve(program).chosen == (1, 0, 0)


def test_a_bonus_is_worth_it_once() -> None:
    """Two batches: 10 + 30 at a producer not yet covered and 20 elsewhere are more than twice 20."""
    program = Program((10, 20), (2, 2), (Limit(LimitKind.QUOTA, (0, 1), 2),), (Bonus("producer", (0,), 1, 30, ""),))
    assert solve(program).chosen == (1, 1)


@QUICK
@given(programs())
def test_spreading_changes_neither_points_nor_batches(program: Program) -> None:
    solution = solve(program)
    wider = spread(program, solution.chosen)
    assert list(broken(program, wider)) == []
    assert (value(program, wider), sum(wider)) == (solution.points, sum(solution.chosen))


def test_alike_candidates_share_their_batches() -> None:
    """Of the first three nothing tells one from another, and the third takes one batch only; the fourth has its own limit."""
    limits = (Limit(LimitKind.QUOTA, (0, 1, 2, 3), 9), Limit(LimitKind.UNIT_CAP, (3,), 2))
    program = Program((10, 10, 10, 10), (5, 5, 1, 5), limits)
    assert spread(program, (5, 2, 0, 2)) == (3, 3, 1, 2)


def fractional() -> Program:
    """Three candidates of which any two exclude each other: the linear program takes half of each."""
    return Program((10, 10, 10), (1, 1, 1), tuple(Limit(LimitKind.QUOTA, two, 1) for two in ((0, 1), (1, 2), (0, 2))))


@pytest.mark.parametrize("whole", [0, 9])
def test_halves_are_searched_and_not_rounded(whole: int) -> None:
    solution = solve(fractional(), whole=whole)
    assert (solution.chosen, solution.points, solution.bound) == ((1, 0, 0), 10, 10)


def test_a_search_without_a_choice_falls_back_and_says_how_much_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(model: object, candidates: object) -> None:
        raise solving.Unfinished("")

    monkeypatch.setattr(solving._Model, "whole_numbers", nothing)
    solution = solve(fractional(), whole=0)
    assert (solution.chosen, solution.points, solution.bound, solution.proved) == ((0, 0, 0), 0, 15, False)


def test_a_large_search_may_stop_near_the_best_and_says_how_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "WHOLE", 0)
    monkeypatch.setattr(solving, "NEAR", 0.9)
    solution = solve(fractional())
    assert (solution.points, solution.proved) == (10, solution.bound == 10)
    assert 10 <= solution.bound <= 15


@pytest.mark.parametrize(
    ("points", "bound", "words"),
    [(10, 10, "0.0%"), (0, 0, "0.0%"), (9_999, 10_000, "0.1%"), (995, 1000, "0.5%"), (0, 7, "100.0%")],
)
def test_the_distance_is_rounded_up(points: int, bound: int, words: str) -> None:
    assert shy(points, bound) == words


def test_nothing_to_choose_from() -> None:
    assert solve(Program((), ())).chosen == ()


def test_a_choice_that_breaks_a_limit_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "broken", lambda program, chosen: iter([0]))
    with pytest.raises(solving.Unsolvable):
        solve(Program((1,), (1,)))
