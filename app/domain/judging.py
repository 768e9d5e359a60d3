"""结果判定: one reading against one limit.

Limits include their bounds. A reading is taken as the range of values it leaves open (<0.05 is anything below 0.05):
inside the limit it is 合格项, outside it 不合格项, across it 不判定项. 全数值比较法 unless the limit says 修约值比较法.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache, partial

from app.domain import reasons
from app.domain.compliance import satisfies
from app.domain.limits import PROHIBITIONS, Limit, Op
from app.domain.readings import Reading, ReadingKind
from app.domain.reasons import Detection
from app.domain.rounding import Basis, decimal_places, plain, round_like
from app.domain.samples import Confidence, ItemKind, Verdict
from app.domain.units import convert, factor, is_amount, is_same, normalise, split_multiplier
from app.domain.unread import why_limit, why_result

_NUMERIC = (ReadingKind.NUMBER, ReadingKind.BELOW, ReadingKind.ABOVE)
_QUANTIFYING = ("定量限", "测定低限", "检测低限")
_ZERO = Decimal(0)
_NO_DETECTION = Detection()
_SPILT = re.compile(r"[①-⑳]|[nN]₁|检出|[,，;；、]\s*[<＜×\d]")


@dataclass(slots=True)
class Judgement:
    """Our own verdict with the sentence that an auditor reads; it is put together when somebody does, mostly nobody."""

    verdict: Verdict
    told: Callable[[], str]
    warnings: tuple[str, ...] = ()
    limit: Limit | None = None

    @property
    def reason(self) -> str:
        return self.told()


def judge(
    reading: Reading,
    unit: str,
    limit: Limit | None,
    *,
    kind: ItemKind | None = ItemKind.SUPERVISION,
    lod: Reading | None = None,
    lod_unit: str = "",
    lod_kind: str = "",
    basis: Basis | None = None,
) -> Judgement:
    """结果判定 of one item by one limit. Monitoring items are 问题项 where supervision items are 不合格项.

    `basis` is 全数值 or 修约值 where somebody decides it for this once; otherwise the limit says which.
    """
    if reading.kind is ReadingKind.BLANK:
        return Judgement(Verdict.UNTESTED, lambda: "检验结果为空，未检验", (), limit)
    warnings: tuple[str, ...] = ()
    if limit is not None and limit.confidence is Confidence.UNVERIFIED:
        warnings = ("限量待核，请对照标准原文核实",)
    obstacle = _obstacle(reading, unit, limit)
    if obstacle or limit is None:
        return Judgement(Verdict.UNDECIDED, lambda: f"{obstacle}{reasons.standard(limit)}，不作判定", warnings, limit)
    unit = reading.unit or unit
    detection = Detection(lod.value, lod.unit or lod_unit, lod_kind) if lod else _NO_DETECTION
    warnings += _detection_warnings(reading, unit, limit, detection)
    passes, changed, floor = _compared(reading, unit, limit, detection, basis)
    failed = Verdict.PROBLEM if kind is ItemKind.MONITORING else Verdict.FAIL
    verdict = Verdict.UNDECIDED if passes is None else Verdict.PASS if passes else failed
    return Judgement(verdict, partial(_told, reading, unit, limit, detection, changed, verdict, passes, floor), warnings, limit)


def _told(
    reading: Reading, unit: str, limit: Limit, detection: Detection, changed: str, verdict: Verdict, passes: bool | None,
    floor: Decimal | None,
) -> str:  # fmt: skip
    shown = reasons.written(reading, unit, detection) + changed
    if passes is None:
        return reasons.undecided(shown, reading, limit, floor)
    return reasons.decided(shown, reading, limit, verdict, passes)


def _obstacle(reading: Reading, unit: str, limit: Limit | None) -> str:
    """Why this reading cannot be held against this limit at all; '' where it can."""
    if reading.kind is ReadingKind.TEXT:
        return f"检验结果“{reading.as_written[:40]}”{why_result(reading.as_written)}"
    if limit is None:
        return "没有可用的限量"
    if limit.op is Op.TEXT:
        return f"限量“{limit.text[:60]}”{why_limit(limit.text)}"
    measured = [part for part in reading.series or (reading,) if part.kind in _NUMERIC]
    if not measured or (limit.op in PROHIBITIONS and limit.maximum is None):
        return ""
    if reading.unit and normalise(unit) and not is_same(reading.unit, unit):
        return f"检验结果中的单位 {reading.unit} 与结果单位 {unit} 不一致"
    if any(part.value is not None and part.value < 0 for part in measured) and not _allows_negative(limit):
        return "检验结果为负数而限量不是，请核对结果"
    return "" if target_unit(reading.unit or unit, limit.unit) is not None else _odds(reading.unit or unit, limit.unit)


def _odds(unit: str, limit_unit: str) -> str:
    if not normalise(unit):
        return f"检验结果没有单位，限量单位是“{limit_unit}”"
    if _SPILT.search(unit):
        return f"结果单位“{unit[:40]}”里混有检验结果，且内容不全，请按报告原件补全"
    if split_multiplier(unit) is None:
        return f"结果单位“{unit[:40]}”中的指数已丢失"
    return f"结果单位“{unit[:40]}”与限量单位“{limit_unit}”不能换算"


def _allows_negative(limit: Limit) -> bool:
    """冰点 and the like; every other quantity in a food is zero or more."""
    return any(bound is not None and bound < 0 for bound in (limit.minimum, limit.maximum))


@lru_cache(maxsize=4096)
def target_unit(unit: str, limit_unit: str) -> str | None:
    """The unit to compare in, None where there is none.

    A limit without a unit is in the result's own, less its multiplier: 1.44 of `×10³ μg/kg` against a bare 100 is
    1440 against 100. The reverse is never assumed: a result without a unit may be a thousand times what it seems,
    except where the limit is on detection in an amount (/25g).
    """
    if normalise(limit_unit) and not (is_amount(limit_unit) and not normalise(unit)):
        return limit_unit if factor(unit, limit_unit) is not None else None
    split = split_multiplier(unit)
    return split[1] if split else None


def _compared(
    reading: Reading, unit: str, limit: Limit, detection: Detection, basis: Basis | None
) -> tuple[bool | None, str, Decimal | None]:
    """Whether the reading keeps the limit, the words for how it was changed before, and what 检出 begins at."""
    if limit.op in PROHIBITIONS:
        floor = _floor(unit, limit, detection)
        return satisfies(reading, limit, floor), "", floor
    changed = ""
    reading = _quantified(reading, unit, detection)
    target = target_unit(unit, limit.unit) or unit
    if target != unit and _is_measured(reading) and factor(unit, target) != 1:
        reading = _each(reading, lambda value: convert(value, unit, target))
        changed = f"（折合 {reasons.numbers(reading)} {target}）"
    if (basis or limit.method) is Basis.ROUNDED and (rounded := _rounded(reading, limit)) is not None:
        reading = rounded
        changed += f"（按修约值比较法修约为 {reasons.numbers(reading)}）"
    return satisfies(reading, limit), changed, None


def _is_measured(reading: Reading) -> bool:
    return any(part.kind in _NUMERIC for part in reading.series or (reading,))


def _floor(unit: str, limit: Limit, detection: Detection) -> Decimal | None:
    """What 检出 begins at, in the result's unit: the standard's own figure, else the method's detection limit."""
    if limit.maximum is None:
        return detection.in_unit(unit)
    return convert(limit.maximum, limit.unit, unit) if normalise(limit.unit) else limit.maximum


def _quantified(reading: Reading, unit: str, detection: Detection) -> Reading:
    """低于定量限 is bounded by 定量限 of the method; by a 检出限, which is less, it is not."""
    if detection.kind not in _QUANTIFYING or (bound := detection.in_unit(unit)) is None:
        return reading
    parts = tuple(_quantified(part, unit, detection) for part in reading.series)
    unbounded = reading.kind is ReadingKind.BELOW and reading.value is None
    return replace(reading, value=bound if unbounded else reading.value, series=parts) if unbounded or parts else reading


def _rounded(reading: Reading, limit: Limit) -> Reading | None:
    """修约值比较法: numbers to the places of the limit; None where there is nothing to round or to round to."""
    bounds = [bound for bound in (limit.minimum, limit.maximum) if bound is not None]
    if not bounds or not any(part.kind is ReadingKind.NUMBER for part in reading.series or (reading,)):
        return None
    finest = max(bounds, key=decimal_places)
    return _each(reading, lambda value: round_like(value, finest), only=(ReadingKind.NUMBER,))


def _each(
    reading: Reading, change: Callable[[Decimal], Decimal | None], only: tuple[ReadingKind, ...] = _NUMERIC
) -> Reading:
    value = change(reading.value) if reading.value is not None and reading.kind in only else reading.value
    series = tuple(_each(part, change, only) for part in reading.series)
    return replace(reading, value=value, series=series)


def _detection_warnings(reading: Reading, unit: str, limit: Limit, detection: Detection) -> tuple[str, ...]:
    """检出限 held against the limit and the result; against a maximum it changes no verdict."""
    if reading.kind is ReadingKind.NOT_DETECTED:
        found = detection if reading.value is None else Detection(reading.value, unit)
        return _too_coarse(found, unit, limit)
    least = detection.in_unit(unit)
    number = reading.value if reading.kind is ReadingKind.NUMBER else None
    if least is not None and number is not None and _ZERO < number < least:
        return (f"实测值低于{detection.words(unit)}，请与检验机构核对",)
    return ()


def _too_coarse(detection: Detection, unit: str, limit: Limit) -> tuple[str, ...]:
    own = detection.unit if normalise(detection.unit) else unit
    target = target_unit(own, limit.unit)
    if detection.value is None or not limit.maximum or target is None:
        return ()
    compared = convert(detection.value, own, target)
    if compared is None or compared <= limit.maximum:
        return ()
    name = detection.kind or "检出限"
    return (f"{name} {plain(detection.value)} {own} 高于限量 {limit.words()}，请核对检验方法是否适用",)
