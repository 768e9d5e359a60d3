"""合理性提示 of a period: every check of every laboratory and sampler in the reader's scope."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from app.domain import plausibility as rules
from app.domain import turnaround as terms
from app.domain.actors import Actor
from app.domain.plausibility import Batch, Check, HintKind, Readings
from app.domain.samples import Monitoring, Supervision
from app.domain.turnaround import Timing
from app.reference_data.books import category_book
from app.reference_data.naming import CategoryBook
from app.turnaround import queries, reading, screen_queries
from app.turnaround.queries import Filters, Laboratory

LATE_PART = 90  # days at the end of the period that are compared with what was before
METHODS: Mapping[HintKind, tuple[str, str]] = {
    HintKind.DIGITS: (
        "按检验机构。三位以上有效数字的读数，末位数字 1 至 9 是否大致均匀（χ² 检验）。末位 0 常被电子表格省略，不参与。",
        f"{rules.LEAST_READINGS} 个读数",
    ),
    HintKind.SERIES: (
        f"按检验机构。不同日期抽取的样品，{rules.EQUAL_READINGS} 项以上三位有效数字的读数是否全部相同；"
        "预计数按各项目读数相同的频率推算（泊松分布）。",
        f"{rules.LEAST_REPORTS} 批样品",
    ),
    HintKind.STREAK: (
        "按检验机构、抽样人员。按报告先后，最长一段没有发现不合格或问题的批次；与同行同类食品的检出率（取区间下限）比较，精确计算。",
        f"{rules.LEAST_BATCHES} 批样品",
    ),
    HintKind.RATE: (
        "按检验机构、抽样人员。发现不合格或问题的批次与同行比较，食品大类和检验目的相同的相比"
        "（超几何分布，数量大时用正态近似）；附 Wilson 区间。",
        f"{rules.LEAST_BATCHES} 批样品",
    ),
    HintKind.DRIFT: (
        f"按检验机构，食用农产品与其他食品分开。最近 {LATE_PART} 天的检验用时与此前比较（秩和检验），"
        f"中位数相差 {rules.DRIFT_EFFECT} 个工作日以上才提示。",
        f"前后各 {rules.LEAST_TIMED} 份报告",
    ),
}


@dataclass(frozen=True, slots=True)
class OfLaboratory:
    """承检机构 as the subject of a check."""

    laboratory: Laboratory
    agricultural: bool | None = None  # one kind of food only, where the terms differ


@dataclass(frozen=True, slots=True)
class OfSampler:
    """抽样人员 as the subject of a check, by the name and unit on the sheets."""

    name: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint of the page: where its samples are, and what it says."""

    key: str
    check: Check
    false_share: float
    who: str
    since: date | None = None  # of a drift: its reports are listed from that day

    @property
    def likely(self) -> str:
        return rules.odds(self.check.chance)

    @property
    def false_words(self) -> str:
        return "小于 0.1%" if self.false_share < 0.001 else f"约 {self.false_share:.1%}"

    @property
    def laboratory(self) -> Laboratory:
        return self.check.subject.laboratory if isinstance(self.check.subject, OfLaboratory) else None

    @property
    def agricultural(self) -> bool | None:
        return self.check.subject.agricultural if isinstance(self.check.subject, OfLaboratory) else None


@dataclass(frozen=True, slots=True)
class Found:
    """What the page shows."""

    hints: list[Hint]
    made: Mapping[HintKind, int]
    too_few: Mapping[HintKind, int]


def screen(actor: Actor, first: date, last: date) -> Found:
    """Run every check; choose what to show over all of them together."""
    asked = [*_of_readings(actor, first, last), *_of_findings(actor, first, last), *_of_days(actor, first, last)]
    came = rules.screened(asked)
    names = queries.organisation_names()
    hints = [Hint(_key(check), check, rate, _who(check.subject, names), _since(check, first, last)) for check, rate in came.hints]
    return Found(hints, came.made, came.too_few)


def hint(actor: Actor, first: date, last: date, key: str) -> Hint | None:
    return next((one for one in screen(actor, first, last).hints if one.key == key), None)


def _key(check: Check) -> str:
    return hashlib.sha256(repr((check.kind.value, check.subject)).encode()).hexdigest()[:16]


def _who(subject: Hashable, names: Mapping[int, str]) -> str:
    if isinstance(subject, OfSampler):
        return f"抽样人员 {subject.name}（{subject.unit}）" if subject.unit else f"抽样人员 {subject.name}"
    assert isinstance(subject, OfLaboratory)
    foods = {None: "", True: "（食用农产品）", False: "（食用农产品以外）"}[subject.agricultural]
    return reading.named(subject.laboratory, names) + foods


def _since(check: Check, first: date, last: date) -> date | None:
    return part_from(first, last) if check.kind is HintKind.DRIFT else None


def part_from(first: date, last: date) -> date:
    """The first day of the later part."""
    return max(first, last - timedelta(days=LATE_PART - 1))


def _of_readings(actor: Actor, first: date, last: date) -> Iterator[tuple[HintKind, Check | None]]:
    told: dict[Laboratory, list[Readings]] = defaultdict(list)
    for _, rows in groupby(screen_queries.readings(actor, first, last), key=lambda row: row.id):
        sample = list(rows)
        values = tuple((row.item, text) for row in sample if (text := rules.telling(row.result_written)) is not None)
        if values:
            told[queries.laboratory_of(sample[0])].append(Readings(sample[0].id, sample[0].sampled_on, values))
    shares = rules.agreement_shares(one for reports in told.values() for one in reports)
    for laboratory, reports in told.items():
        yield HintKind.DIGITS, rules.digits(OfLaboratory(laboratory), reports)
        yield HintKind.SERIES, rules.series(OfLaboratory(laboratory), reports, shares)


def _of_findings(actor: Actor, first: date, last: date) -> Iterator[tuple[HintKind, Check | None]]:
    by_laboratory: dict[Hashable, list[Batch]] = defaultdict(list)
    by_sampler: dict[Hashable, list[Batch]] = defaultdict(list)
    whole: list[Batch] = []
    book = category_book()  # asked once: each asking looks whether the table has changed
    for row in screen_queries.batches(actor, first, last):
        batch = Batch(row.id, _stratum(row, book), row.supervision is Supervision.FAIL or row.monitoring is Monitoring.PROBLEM)
        whole.append(batch)
        by_laboratory[OfLaboratory(queries.laboratory_of(row))].append(batch)
        for name in dict.fromkeys(filter(None, (part.strip() for part in (row.samplers or "").split("、")))):
            by_sampler[OfSampler(name, row.sampling_unit)].append(batch)
    everybody = rules.totals(whole)
    for subject, batches in (*by_laboratory.items(), *by_sampler.items()):
        yield HintKind.RATE, rules.rate(subject, batches, everybody)
        yield HintKind.STREAK, rules.streak(subject, batches, everybody)


def _stratum(row: Any, book: CategoryBook) -> Hashable:
    """What is compared with what: the topmost category and the purpose of sampling."""
    root = book.by_id(row.category_id).root_id if row.category_id is not None and row.category_id in book else None
    return root, row.domain, row.purpose


def _of_days(actor: Actor, first: date, last: date) -> Iterator[tuple[HintKind, Check | None]]:
    """Working days of the last 90 days against those before; food and agricultural batches apart, for their terms differ."""
    groups, book, since = queries.grouped(actor, Filters(first, last)), reading.terms(), part_from(first, last)
    count = reading.counter(book.days, groups)
    parts: dict[OfLaboratory, tuple[Counter[int], Counter[int]]] = {}
    for key, batches in groups:
        stands, days = terms.timing(key.received, key.reported, book.days_of(key), count)
        if days is not None and stands in (Timing.ON_TIME, Timing.LATE):
            parts.setdefault(OfLaboratory(key.laboratory, key.agricultural), (Counter(), Counter()))[key.reported >= since][days] += batches
    for subject, (before, after) in parts.items():
        yield HintKind.DRIFT, rules.drift(subject, before, after, since)
