"""限时报告 (24 小时): which findings call for one, how far over the limit they are, and its clock.

What is serious is dated data (``app/reference/urgent_rules.csv``): the law says 立即 (办法 28) and leaves the measure to the yearly
rules. The clock runs by the hour and does not stop on days off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from app.domain.deadlines import DeadlineLight
from app.domain.limits import Limit, normalise_item, row_limit
from app.domain.quantities import Op, Reading, ReadingKind, parse_reading
from app.domain.rounding import plain, round_to_places
from app.domain.samples import ItemClass, Verdict
from app.domain.units import convert, split_multiplier

AMBER = timedelta(hours=8)  # 临近
PLACES = 2
_ADVERSE = (Verdict.FAIL, Verdict.PROBLEM)
_PROHIBITED = (Op.NOT_DETECTABLE, Op.NOT_ALLOWED)
_ABSENT = (ReadingKind.NOT_DETECTED, ReadingKind.BELOW, ReadingKind.BLANK, ReadingKind.TEXT)


class UrgentTest(StrEnum):
    """限时报告触发条件."""

    REPORTED = "报告类别"  # the laboratory itself says so
    DETECTED = "检出"
    FAILED = "不合格"
    OVER_M = "超过M值"
    BANNED = "不得检出而检出"
    FACTOR = "超限倍数"


@dataclass(frozen=True, slots=True)
class UrgentRule:
    """One dated line of the rules."""

    code: str
    name: str
    test: UrgentTest
    item_class: ItemClass | None
    items: tuple[str, ...]
    factor: Decimal | None
    reason: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str


class Row(Protocol):
    """A result row in force."""

    @property
    def item(self) -> str: ...
    @property
    def item_class(self) -> ItemClass | None: ...
    @property
    def result_written(self) -> str | None: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def limit_text(self) -> str | None: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def pending(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Trigger:
    """One reason for an urgent report; without an item it is the laboratory's own word."""

    rule: UrgentRule
    item: str
    sentence: str


def triggers(rules: Sequence[UrgentRule], rows: Iterable[Row], report_kinds: Iterable[str | None] = ()) -> list[Trigger]:
    """Why a batch needs an urgent report: one reason per item, the first rule that matches. A 待核 item is not confirmed yet."""
    found = []
    for rule in rules:
        if rule.test is UrgentTest.REPORTED and any(kind in rule.items for kind in report_kinds if kind):
            found.append(Trigger(rule, "", rule.reason))
    for row in rows:
        serious = None if row.pending else next((one for one in rules if matches(one, row)), None)
        if serious is not None:
            found.append(Trigger(serious, row.item, f"{row.item}：{serious.reason}{_measured(row)}"))
    return found


def matches(rule: UrgentRule, row: Row) -> bool:
    """Is this row what the rule is about, and bad enough?"""
    if rule.test is UrgentTest.REPORTED or not _about(rule, row):
        return False
    if rule.test is UrgentTest.DETECTED:
        return row.verdict is not Verdict.PASS and _detected(parse_reading(row.result_written))
    return row.verdict in _ADVERSE and _bad_enough(rule, row)


def _about(rule: UrgentRule, row: Row) -> bool:
    if rule.item_class is not None and row.item_class is not rule.item_class:
        return False
    return not rule.items or normalise_item(row.item).casefold() in {normalise_item(item).casefold() for item in rule.items}


def _bad_enough(rule: UrgentRule, row: Row) -> bool:
    limit = limit_of(row)
    if rule.test is UrgentTest.BANNED:
        return limit is not None and limit.op in _PROHIBITED
    if rule.test is UrgentTest.OVER_M:
        return _over_m(row, limit)
    if rule.test is UrgentTest.FACTOR:
        bound, value = _bound(limit), highest(row, limit)
        return bound is not None and value is not None and rule.factor is not None and value >= bound * rule.factor
    return True


def _detected(reading: Reading) -> bool:
    """Any part that is not 未检出. A number is a detection, 0 is not."""
    parts = reading.series or (reading,)
    return any(part.kind not in _ABSENT and part.value != 0 for part in parts)


def _over_m(row: Row, limit: Limit | None) -> bool:
    """Over M of the sampling plan; where the plan has no M, over m in any of n; a plain limit is itself the bound."""
    value = highest(row, limit)
    if limit is None or value is None:
        return False
    bound = (limit.big_m if limit.big_m is not None else limit.m) if limit.op is Op.PLAN else limit.maximum
    return bound is not None and value > bound


def limit_of(row: Row) -> Limit | None:
    """The limit by which the row was judged, from its own words."""
    return row_limit(None, row.limit_text) if row.limit_text else None


def _bound(limit: Limit | None) -> Decimal | None:
    return limit.maximum if limit is not None and limit.maximum else None


def highest(row: Row, limit: Limit | None) -> Decimal | None:
    """The highest value found, in the limit's unit; None where there is no number or the units do not go together."""
    reading = parse_reading(row.result_written)
    parts = [part for part in reading.series or (reading,) if part.kind in (ReadingKind.NUMBER, ReadingKind.ABOVE)]
    values = [_converted(part, part.unit or row.unit or "", limit.unit if limit else "") for part in parts]
    return max((value for value in values if value is not None), default=None)


def _converted(part: Reading, unit: str, target: str) -> Decimal | None:
    assert part.value is not None
    if not target:
        split = split_multiplier(unit)
        return part.value if split is None else convert(part.value, unit, split[1])
    return convert(part.value, unit, target)


def multiple(row: Row) -> Decimal | None:
    """实测值是限量的几倍, to two places; None where there is no such number."""
    limit = limit_of(row)
    bound, value = _bound(limit), highest(row, limit)
    return None if bound is None or value is None else round_to_places(value / bound, PLACES)


def _measured(row: Row) -> str:
    times = multiple(row)
    told = f"（实测 {row.result_written or '—'} {row.unit or ''}".rstrip()
    told += f"，限量 {row.limit_text}" if row.limit_text else ""
    return f"{told}，为限量的 {plain(times)} 倍）" if times is not None else f"{told}）"


# ---------------------------------------------------------------- the clock

def light(due_at: datetime, now: datetime, reported_at: datetime | None) -> DeadlineLight:
    """Once reported, judged by the moment of reporting."""
    if (reported_at or now) > due_at:
        return DeadlineLight.RED
    close = reported_at is None and due_at - now <= AMBER
    return DeadlineLight.AMBER if close else DeadlineLight.GREEN


def remaining(due_at: datetime, now: datetime, reported_at: datetime | None) -> str:
    """剩余 5 小时 20 分."""
    if reported_at is not None:
        return "按时报告" if reported_at <= due_at else f"逾期 {_span(reported_at - due_at)}报告"
    return f"剩余 {_span(due_at - now)}" if now <= due_at else f"已超 {_span(now - due_at)}"


def _span(span: timedelta) -> str:
    minutes = span.days * 24 * 60 + span.seconds // 60
    hours, rest = divmod(minutes, 60)
    if hours >= 72:
        return f"{hours // 24} 天 {hours % 24} 小时"
    return f"{hours} 小时 {rest} 分" if hours else f"{rest} 分"


# ---------------------------------------------------------------- the form

class Recipient(StrEnum):
    """向谁报告."""

    ORGANISER = "组织抽检的市场监督管理部门"
    PLACE = "抽样地市场监督管理部门"
    PRODUCER = "标称生产企业所在地市场监督管理部门"


@dataclass(frozen=True, slots=True)
class Told:
    """One authority that was told: who, when (stored moment), by which way, whom there."""

    recipient: Recipient
    authority: str
    at: datetime | None
    way: str
    person: str

    @property
    def empty(self) -> bool:
        return self.at is None and not (self.way or self.person)


def faults(confirmed_at: datetime, told: Sequence[Told], now: datetime, *, has_producer: bool) -> Mapping[str, str]:
    """What cannot be true of a filled form, by field (``told-ORGANISER``, ``confirmed_at``)."""
    found: dict[str, str] = {}
    if confirmed_at > now:
        found["confirmed_at"] = "确认时间不能晚于现在"
    for one in told:
        if sentence := _fault(one, confirmed_at, now, has_producer):
            found[f"told-{one.recipient.name}"] = sentence
    return found


def _fault(one: Told, confirmed_at: datetime, now: datetime, has_producer: bool) -> str:
    if one.empty:
        needed = one.recipient is not Recipient.PRODUCER or has_producer
        return f"请填写向{one.recipient.value}报告的时间、方式和接报人" if needed else ""
    if not one.authority or one.at is None or not one.way or not one.person:
        return "单位、时间、方式和接报人须填写齐全"
    if one.at > now:
        return "报告时间不能晚于现在"
    return "报告时间早于确认时间，请核对" if one.at < confirmed_at else ""
