"""How likely chance alone brings something about (偶然出现的可能性): the tests behind the plausibility hints.

Standard library only; exact where the numbers are small, the usual approximation where they are large. Probabilities are
floats: they are shown with one or two figures and compared with a level, never added to what the office reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, exp, gamma, lgamma, log, log1p, sqrt

EXACT_SUPPORT = 200  # findings up to which the distribution is added up term by term
CONFIDENCE = 1.959963984540054  # of a two-sided 95 % interval


def normal_tail(z: float) -> float:
    """P(Z >= z)."""
    return 0.5 * erfc(z / sqrt(2))


def chi_square_tail(statistic: float, freedom: int) -> float:
    """P(χ² >= statistic) with so many degrees of freedom."""
    half = statistic / 2
    if half <= 0:
        return 1.0
    found, at = (exp(-half), 2) if freedom % 2 == 0 else (erfc(sqrt(half)), 1)
    while at < freedom:
        found += exp(at / 2 * log(half) - half) / gamma(at / 2 + 1)
        at += 2
    return min(1.0, found)


def uniform_chi_square(counts: Sequence[int]) -> tuple[float, float]:
    """The statistic and its chance when every cell is equally likely."""
    expected = sum(counts) / len(counts)
    statistic = sum((count - expected) ** 2 for count in counts) / expected
    return statistic, chi_square_tail(statistic, len(counts) - 1)


def poisson_tail(count: int, mean: float) -> float:
    """P(X >= count), added from the first term on: what is one in a billion must not be lost in 1 - 0.999999999."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    term = exp(count * log(mean) - mean - lgamma(count + 1))
    found, at = 0.0, count
    while term > found * 1e-16 or at < mean:
        found += term
        at += 1
        term *= mean / at
    return min(1.0, found)


def wilson(found: int, total: int, z: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's interval of a proportion: sensible with few batches, and with none found."""
    if not total:
        return 0.0, 1.0
    share, square = found / total, z * z
    centre = (share + square / (2 * total)) / (1 + square / total)
    half = z * sqrt(share * (1 - share) / total + square / (4 * total * total)) / (1 + square / total)
    return max(0.0, centre - half) if found else 0.0, min(1.0, centre + half) if found < total else 1.0


@dataclass(frozen=True, slots=True)
class Stratum:
    """One kind of food: batches and findings of one, and of all together (that one among them)."""

    own: int
    own_found: int
    all: int
    all_found: int

    @property
    def expected(self) -> float:
        return self.own * self.all_found / self.all

    @property
    def variance(self) -> float:
        if self.all < 2:
            return 0.0
        share = self.all_found / self.all
        return self.own * share * (1 - share) * (self.all - self.own) / (self.all - 1)

    @property
    def chances(self) -> list[float]:
        """P(0), P(1), … findings among one's own if the findings fell on the batches by lot (超几何分布)."""
        least, most = max(0, self.own + self.all_found - self.all), min(self.own, self.all_found)
        parts = [exp(_log_ways(self.all_found, least) + _log_ways(self.all - self.all_found, self.own - least)
                     - _log_ways(self.all, self.own))]  # fmt: skip
        for k in range(least, most):
            ratio = (self.all_found - k) * (self.own - k) / ((k + 1) * (self.all - self.all_found - self.own + k + 1))
            parts.append(parts[-1] * ratio)
        whole = sum(parts)
        return [0.0] * least + [part / whole for part in parts]


def _log_ways(whole: int, part: int) -> float:
    return lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)


def stratified_chance(strata: Sequence[Stratum]) -> float:
    """Two-sided: how likely findings dealt out by lot, kind of food by kind, lie as far from the expected count."""
    observed = sum(one.own_found for one in strata)
    if sum(min(one.own, one.all_found) for one in strata) <= EXACT_SUPPORT:
        spread = [1.0]
        for one in strata:
            spread = convolved(spread, one.chances)
        return min(1.0, 2 * min(sum(spread[: observed + 1]), sum(spread[observed:])))
    variance = sum(one.variance for one in strata)
    if not variance:
        return 1.0
    away = abs(observed - sum(one.expected for one in strata))
    return min(1.0, 2 * normal_tail(max(0.0, away - 0.5) / sqrt(variance)))


def convolved(first: Sequence[float], second: Sequence[float]) -> list[float]:
    """The distribution of the sum of two independent counts."""
    found = [0.0] * (len(first) + len(second) - 1)
    for at, chance in enumerate(first):
        if chance:
            for further, other in enumerate(second):
                found[at + further] += chance * other
    return found


def longest_run(events: Sequence[bool]) -> tuple[int, int]:
    """The length of the longest run without an event, and the place of its first member."""
    best = start = first = 0
    for at, event in enumerate(events):
        if event:
            start = at + 1
        elif at + 1 - start > best:
            best, first = at + 1 - start, start
    return best, first


def run_chance(chances: Sequence[float], length: int) -> float:
    """P(somewhere at least so many in a row without an event), each with a chance of its own; exact."""
    if length <= 0:
        return 1.0
    logs = [0.0]
    for one in chances:
        logs.append(logs[-1] + log1p(-min(one, 1 - 1e-12)))
    seen = [0.0] * (len(chances) + 1)
    for at in range(length, len(chances) + 1):
        quiet = exp(logs[at] - logs[at - length])
        if at == length:
            seen[at] = quiet
        else:  # an event just before the run, and no such run before that
            seen[at] = seen[at - 1] + (1 - seen[at - length - 1]) * chances[at - length - 1] * quiet
    return min(1.0, seen[-1])


def rank_chance(first: Mapping[int, int], second: Mapping[int, int]) -> float:
    """Mann–Whitney, two-sided, with ties and continuity: are these days of one kind?"""
    one, other = sum(first.values()), sum(second.values())
    total, below, ranks, ties = one + other, 0, 0.0, 0.0
    for value in sorted({*first, *second}):
        tied = first.get(value, 0) + second.get(value, 0)
        ranks += first.get(value, 0) * (below + (tied + 1) / 2)
        ties += tied**3 - tied
        below += tied
    statistic = ranks - one * (one + 1) / 2
    variance = one * other / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    return min(1.0, 2 * normal_tail((abs(statistic - one * other / 2) - 0.5) / sqrt(variance)))


def discovery_rates(chances: Sequence[float]) -> list[float]:
    """Benjamini–Hochberg: the share of false alarms to expect among hints at least as striking as each."""
    order = sorted(range(len(chances)), key=chances.__getitem__, reverse=True)
    found, least = [1.0] * len(chances), 1.0
    for place, at in enumerate(order):
        least = min(least, chances[at] * len(chances) / (len(chances) - place))
        found[at] = least
    return found
