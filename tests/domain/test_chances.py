"""The tests of chance, held against scipy."""

from __future__ import annotations

import random
from collections import Counter
from itertools import groupby

import pytest
from scipy import stats

from app.domain.chances import (
    Stratum,
    chi_square_tail,
    discovery_rates,
    longest_run,
    normal_tail,
    poisson_tail,
    rank_chance,
    run_chance,
    stratified_chance,
    uniform_chi_square,
    wilson,
)


@pytest.mark.parametrize("freedom", [1, 2, 3, 8, 9, 20])
@pytest.mark.parametrize("statistic", [0.01, 1.5, 8.0, 20.1, 90.0])
def test_chi_square(statistic, freedom):
    assert chi_square_tail(statistic, freedom) == pytest.approx(stats.chi2.sf(statistic, freedom), rel=1e-9)


def test_even_spread():
    counts = [12, 9, 30, 8, 11, 10, 9, 12, 9]
    assert uniform_chi_square(counts) == pytest.approx(tuple(stats.chisquare(counts)), rel=1e-9)


@pytest.mark.parametrize("z", [-2.0, 0.0, 1.96, 6.0])
def test_normal(z):
    assert normal_tail(z) == pytest.approx(stats.norm.sf(z), rel=1e-12)


@pytest.mark.parametrize(("count", "mean"), [(0, 2.0), (1, 1e-6), (3, 0.01), (5, 5.0), (2, 40.0), (90, 40.0), (500, 480.0)])
def test_poisson(count, mean):
    assert poisson_tail(count, mean) == pytest.approx(stats.poisson.sf(count - 1, mean), rel=1e-9)


@pytest.mark.parametrize(("found", "total"), [(0, 50), (1, 50), (25, 50), (50, 50), (3, 4000)])
def test_wilson(found, total):
    interval = stats.binomtest(found, total).proportion_ci(method="wilson")
    assert wilson(found, total) == pytest.approx((interval.low, interval.high), abs=1e-12)


def test_wilson_of_nothing_says_nothing():
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("own", "everybody", "findings"), [(50, 400, 12), (10, 12, 7), (200, 5000, 150), (5, 5, 2)])
def test_findings_dealt_by_lot(own, everybody, findings):
    chances = Stratum(own, 0, everybody, findings).chances
    expected = stats.hypergeom.pmf(range(min(own, findings) + 1), everybody, findings, own)
    assert chances == pytest.approx(list(expected), rel=1e-8, abs=1e-15)


@pytest.mark.parametrize("found", [0, 2, 6, 11])
def test_one_kind_of_food_is_the_exact_test(found):
    exact = stats.hypergeom(400, 24, 100)
    expected = min(1.0, 2 * min(exact.cdf(found), exact.sf(found - 1)))
    assert stratified_chance([Stratum(100, found, 400, 24)]) == pytest.approx(expected, rel=1e-8)


def test_many_findings_come_near_the_exact_test():
    """Beyond the support added term by term the normal curve stands in."""
    exact = stats.hypergeom(8000, 900, 2000)
    expected = 2 * exact.cdf(195)
    assert stratified_chance([Stratum(2000, 195, 8000, 900)]) == pytest.approx(expected, rel=0.1)


def test_two_kinds_of_food_are_added():
    two = [Stratum(30, 0, 100, 20), Stratum(70, 1, 300, 6)]
    draws = random.Random(7)
    worlds = [20 * [1] + 80 * [0], 6 * [1] + 294 * [0]]
    low = sum(sum(sum(draws.sample(world, own)) for world, own in zip(worlds, (30, 70), strict=True)) <= 1 for _ in range(6000)) / 6000
    assert stratified_chance(two) == pytest.approx(2 * low, abs=0.02)


@pytest.mark.parametrize(
    ("events", "run"),
    [([], (0, 0)), ([True], (0, 0)), ([False, False, True, False], (2, 0)), ([True, False, True, False, False, False], (3, 3))],
)
def test_longest_run(events, run):
    assert longest_run(events) == run


def brute(chances: list[float], length: int) -> float:
    """Every world of events, one by one."""
    total = 0.0
    for world in range(2 ** len(chances)):
        events = [bool(world >> at & 1) for at in range(len(chances))]
        likely = 1.0
        for event, chance in zip(events, chances, strict=True):
            likely *= chance if event else 1 - chance
        longest = max((len(list(run)) for event, run in groupby(events) if not event), default=0)
        total += likely if longest >= length else 0
    return total


@pytest.mark.parametrize("length", [1, 3, 5, 9, 10])
def test_a_run_somewhere(length):
    chances = [0.1, 0.5, 0.3, 0.0, 0.7, 0.2, 0.9, 0.4, 0.05, 0.6]
    assert run_chance(chances, length) == pytest.approx(brute(chances, length), rel=1e-12)


def test_days_of_two_times():
    draws = random.Random(3)
    first = [draws.choice([3, 4, 4, 5, 9, 12]) for _ in range(40)]
    second = [draws.choice([4, 5, 5, 9, 12, 15]) for _ in range(50)]
    expected = stats.mannwhitneyu(first, second, method="asymptotic").pvalue
    assert rank_chance(Counter(first), Counter(second)) == pytest.approx(expected, rel=1e-9)
    assert rank_chance({7: 30}, {7: 40}) == 1.0


def test_false_discoveries():
    chances = [0.001, 0.04, 0.03, 0.2, 0.9, 0.0005, 0.04]
    assert discovery_rates(chances) == pytest.approx(list(stats.false_discovery_control(chances)), rel=1e-12)
    assert discovery_rates([]) == []
