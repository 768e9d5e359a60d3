"""合理性提示: what in the numbers of a laboratory or a sampler chance alone would hardly bring about.

A prompt to look, never a judgement: a streak may be good food, equal readings may be one lot. Each check says what was
seen, in what numbers, how likely that is by chance, and over how many; below its least number it says nothing at all.
Many checks bring some improbable ones: what is shown is chosen by the false discovery rate (Benjamini–Hochberg) over all
checks made, and must besides be large enough to matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import prod

from app.domain.chances import (
    Stratum,
    discovery_rates,
    longest_run,
    poisson_tail,
    rank_chance,
    run_chance,
    stratified_chance,
    uniform_chi_square,
    wilson,
)
from app.domain.turnaround import median

LEVEL = 0.05  # of what is shown, so great a share may be false alarms
LEAST_READINGS, LEAST_REPORTS, LEAST_BATCHES, LEAST_PEERS, LEAST_TIMED = 100, 20, 50, 30, 30
EQUAL_READINGS = 3  # so many readings of a report must all be equal before two reports are called alike
LEAST_SHARE = 0.01  # two readings of one item agree at least this often by chance
DIGIT_EFFECT = 0.25  # the greatest departure of a digit from its share, as a part of that share
RATE_EFFECT = 1.5
DRIFT_EFFECT = 3
NUMBER = re.compile(r"0*(\d*)(?:\.(\d+))?")


class HintKind(StrEnum):
    """What was checked."""

    DIGITS = "末位数字分布"
    SERIES = "数据成组重复"
    STREAK = "连续未检出问题"
    RATE = "问题检出率偏离"
    DRIFT = "检验用时变化"


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one laboratory or sampler."""

    kind: HintKind
    subject: Hashable
    n: int
    unit: str  # of n
    chance: float
    striking: bool  # large enough to matter, were it not chance
    numbers: str
    samples: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Screen:
    """What came of all checks."""

    hints: Sequence[tuple[Check, float]]  # with its false discovery rate
    made: Mapping[HintKind, int]
    too_few: Mapping[HintKind, int]


def screened(asked: Iterable[tuple[HintKind, Check | None]]) -> Screen:
    """Choose what to show out of every check made; None is one that had too few numbers."""
    listed = list(asked)
    checks = [check for _, check in listed if check is not None]
    rates = discovery_rates([check.chance for check in checks])
    shown = [(check, rate) for check, rate in zip(checks, rates, strict=True) if rate <= LEVEL and check.striking]
    made, few = Counter(one.kind for one in checks), Counter(kind for kind, check in listed if check is None)
    return Screen(sorted(shown, key=lambda pair: pair[0].chance), made, few)


def odds(chance: float) -> str:
    """How likely, in words: 约 1/2500."""
    if chance < 1e-6:
        return "小于百万分之一"
    if chance >= 0.1:
        return f"约 {100 * chance:.0f}%"
    return f"约 1/{round(1 / chance):,}"


# ---------------------------------------------------------------- readings

@dataclass(frozen=True, slots=True)
class Readings:
    """The readings of one sample that have three significant figures or more: (item, as written)."""

    sample_id: int
    taken_on: date | None
    values: tuple[tuple[str, str], ...]


def telling(written: str | None) -> str | None:
    """The reading as a plain number of three significant figures or more, else None.

    With fewer figures the last one is not evenly spread by nature, and equal readings are common.
    """
    text = unicodedata.normalize("NFKC", written or "").strip()
    found = NUMBER.fullmatch(text)
    if found is None:
        return None
    figures = (found[1] + (found[2] or "")).lstrip("0")
    return text if len(figures) >= 3 else None


def digits(subject: Hashable, reports: Sequence[Readings]) -> Check | None:
    """Are the last digits 1 to 9 evenly spread? 0 is left out: spreadsheets drop it."""
    last = [(value[-1], one.sample_id) for one in reports for _, value in one.values if value[-1] != "0"]
    if len(last) < LEAST_READINGS:
        return None
    counts = Counter(digit for digit, _ in last)
    statistic, chance = uniform_chi_square([counts[digit] for digit in "123456789"])
    digit, most = max(sorted(counts.items()), key=lambda pair: pair[1])
    even = len(last) / 9
    said = f"末位为 {digit} 的读数 {most} 个，均匀时应约 {even:.0f} 个（χ²={statistic:.1f}，自由度 8）"
    samples = tuple(dict.fromkeys(sample for found, sample in last if found == digit))
    striking = max(abs(counts[one] - even) for one in "123456789") >= DIGIT_EFFECT * even
    return Check(HintKind.DIGITS, subject, len(last), "个读数", chance, striking, said, samples)


def agreement_shares(reports: Iterable[Readings]) -> dict[str, float]:
    """By item, how often two readings of different samples agree."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in reports:
        for item, value in one.values:
            counts[item][value] += 1
    shares = {}
    for item, values in counts.items():
        total = values.total()
        pairs = total * (total - 1)
        shares[item] = sum(n * (n - 1) for n in values.values()) / pairs if pairs else 1.0
    return shares


def series(subject: Hashable, reports: Sequence[Readings], shares: Mapping[str, float]) -> Check | None:
    """Pairs of samples of different days whose readings all agree, against what all readings of these items let expect."""
    told = [one for one in reports if len(one.values) >= EQUAL_READINGS and one.taken_on is not None]
    if len(told) < LEAST_REPORTS:
        return None
    expected, found = 0.0, 0
    alike: list[int] = []
    for items, same in _by_items(told).items():
        likely = prod(max(LEAST_SHARE, shares.get(item, LEAST_SHARE)) for item in items)
        expected += _pairs(same) * likely
        for group in _by_values(same).values():
            if pairs := _pairs(group):
                found += pairs
                alike += [one.sample_id for one in group]
    said = f"不同日期抽样、{EQUAL_READINGS} 项以上读数完全相同的样品 {len(alike)} 批（{found} 对），按各机构数据应约 {expected:.2g} 对"
    return Check(HintKind.SERIES, subject, len(told), "批样品", poisson_tail(found, expected), found > 0, said, tuple(alike))


def _by_items(reports: Sequence[Readings]) -> dict[tuple[str, ...], list[Readings]]:
    found: dict[tuple[str, ...], list[Readings]] = defaultdict(list)
    for one in reports:
        found[tuple(sorted(item for item, _ in one.values))].append(one)
    return found


def _by_values(reports: Sequence[Readings]) -> dict[tuple[tuple[str, str], ...], list[Readings]]:
    found: dict[tuple[tuple[str, str], ...], list[Readings]] = defaultdict(list)
    for one in reports:
        found[tuple(sorted(one.values))].append(one)
    return found


def _pairs(reports: Sequence[Readings]) -> int:
    """Pairs of samples taken on different days: one day's samples may be of one lot."""
    total = len(reports)
    same = Counter(one.taken_on for one in reports)
    return (total * (total - 1) - sum(n * (n - 1) for n in same.values())) // 2


# ---------------------------------------------------------------- findings

@dataclass(frozen=True, slots=True)
class Batch:
    """A batch with its conclusion: what kind of food it is (for the comparison with peers) and whether something was found."""

    sample_id: int
    stratum: Hashable
    found: bool


Totals = Mapping[Hashable, tuple[int, int]]  # batches and findings by stratum


def totals(batches: Iterable[Batch]) -> dict[Hashable, tuple[int, int]]:
    found: dict[Hashable, tuple[int, int]] = {}
    for one in batches:
        batch_count, finding_count = found.get(one.stratum, (0, 0))
        found[one.stratum] = batch_count + 1, finding_count + one.found
    return found


def rate(subject: Hashable, batches: Sequence[Batch], everybody: Totals) -> Check | None:
    """Findings against what the same kinds of food let expect at the peers' rate; kinds with too few peers left out."""
    compared = {
        stratum: Stratum(own, found, *everybody[stratum])
        for stratum, (own, found) in totals(batches).items() if everybody[stratum][0] - own >= LEAST_PEERS
    }  # fmt: skip
    strata = list(compared.values())
    n, found = sum(one.own for one in strata), sum(one.own_found for one in strata)
    if n < LEAST_BATCHES:
        return None
    expected = sum(one.own * (one.all_found - one.own_found) / (one.all - one.own) for one in strata)
    low, high = wilson(found, n)
    said = (
        f"{n} 批中发现问题 {found} 批（{100 * found / n:.1f}%，95% 区间 {100 * low:.1f}%–{100 * high:.1f}%），"
        f"按同行同类食品应约 {expected:.1f} 批"
    )
    striking = found * RATE_EFFECT <= expected or found >= RATE_EFFECT * expected
    samples = tuple(one.sample_id for one in batches if one.stratum in compared and (one.found or not found))
    return Check(HintKind.RATE, subject, n, "批样品", stratified_chance(strata), striking, said, samples)


def streak(subject: Hashable, batches: Sequence[Batch], everybody: Totals) -> Check | None:
    """The longest run of batches, in the order of their reports, in which nothing was found.

    Peers' rates are taken at the lower end of their interval: few peers must not make a run look improbable.
    """
    if len(batches) < LEAST_BATCHES:
        return None
    likely: dict[Hashable, float] = {}
    for stratum, (own, found) in totals(batches).items():
        peers, peers_found = everybody[stratum][0] - own, everybody[stratum][1] - found
        likely[stratum] = wilson(peers_found, peers)[0] if peers >= LEAST_PEERS else 0.0
    length, first = longest_run([one.found for one in batches])
    run = batches[first : first + length]
    expected = sum(likely[one.stratum] for one in run)
    said = f"连续 {length} 批没有发现不合格或问题，同行同类食品在其中至少应约有 {expected:.1f} 批"
    chance = run_chance([likely[one.stratum] for one in batches], length)
    return Check(HintKind.STREAK, subject, len(batches), "批样品", chance, True, said, tuple(one.sample_id for one in run))


# ---------------------------------------------------------------- days

def drift(subject: Hashable, earlier: Mapping[int, int], later: Mapping[int, int], since: date) -> Check | None:
    """Working days of the reports of late against those before."""
    before, after = sum(earlier.values()), sum(later.values())
    if min(before, after) < LEAST_TIMED:
        return None
    old, new = median(earlier) or Decimal(0), median(later) or Decimal(0)
    said = f"{since} 起 {after} 份报告的检验用时中位数 {new} 个工作日，此前 {before} 份为 {old} 个工作日"
    striking = abs(new - old) >= DRIFT_EFFECT
    return Check(HintKind.DRIFT, subject, before + after, "份报告", rank_chance(earlier, later), striking, said)
