"""结果判定: one reading against one limit, and whose verdict stands, the laboratory's or ours.

Limits include their bounds. A reading is taken as the range of values it leaves open (<0.05 is anything below 0.05):
inside the limit it is 合格项, outside it 不合格项, across it 不判定项. 全数值比较法 unless the item says 修约值比较法.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from app.domain.limits import Limit, Op, row_limit, same_limit, satisfies
from app.domain.quantities import Reading, ReadingKind, is_blank, parse_lod, parse_reading
from app.domain.rounding import Basis, decimal_places, plain, round_like
from app.domain.samples import Confidence, ItemKind, Verdict
from app.domain.units import convert, factor, is_amount, is_same, normalise, split_multiplier

__all__ = ["Basis", "Judgement", "LimitSource", "Settled", "judge", "judge_row", "parse_verdict_word", "settle"]

_NUMERIC = (ReadingKind.NUMBER, ReadingKind.BELOW, ReadingKind.ABOVE)
_ZERO = Decimal(0)


class LimitSource(StrEnum):
    """限量来源 of a verdict, stored beside it."""

    ROW = "检验机构"
    BOOK = "限量库"
    NONE = "无限量"


@dataclass(slots=True)
class Judgement:
    """Our own verdict with the sentence that an auditor reads."""

    verdict: Verdict
    reason: str
    warnings: tuple[str, ...] = ()
    limit: Limit | None = None


def judge(
    reading: Reading,
    unit: str,
    limit: Limit | None,
    *,
    kind: ItemKind | None = ItemKind.SUPERVISION,
    lod: Reading | None = None,
    lod_unit: str = "",
    basis: Basis = Basis.FULL,
) -> Judgement:
    """结果判定 of one item by one limit. Monitoring items are 问题项 where supervision items are 不合格项."""
    if reading.kind is ReadingKind.BLANK:
        return Judgement(Verdict.UNTESTED, "检验结果为空，未检验", (), limit)
    warnings: tuple[str, ...] = ()
    if limit is not None and limit.confidence is Confidence.UNVERIFIED:
        warnings = ("限量待核，请对照标准原文核实",)
    obstacle = _obstacle(reading, unit, limit)
    if obstacle or limit is None:
        return Judgement(Verdict.UNDECIDED, f"{obstacle}，不作判定", warnings, limit)
    own_unit = reading.unit or unit
    compared, shown = _comparable(reading, own_unit, limit, basis)
    passes = satisfies(compared, limit)
    warnings += _detection_warnings(reading, own_unit, limit, lod, lod_unit)
    if passes is None:
        return Judgement(Verdict.UNDECIDED, f"{shown}{_open_words(reading, limit)}，不作判定", warnings, limit)
    failed = Verdict.PROBLEM if kind is ItemKind.MONITORING else Verdict.FAIL
    verdict = Verdict.PASS if passes else failed
    return Judgement(verdict, f"{shown}{_closed_words(limit, passes)}，判为{verdict.value}", warnings, limit)


def _obstacle(reading: Reading, unit: str, limit: Limit | None) -> str:
    """Why this reading cannot be held against this limit at all; '' where it can."""
    if reading.kind is ReadingKind.TEXT:
        return f"检验结果“{reading.as_written[:40]}”不是可识别的数值"
    if limit is None:
        return "没有可用的限量"
    if limit.op is Op.TEXT:
        return f"限量“{limit.text[:60]}”为文字或书写不完整，无法自动比较"
    measured = [part for part in reading.series or (reading,) if part.kind in _NUMERIC]
    if not measured or limit.op in (Op.NOT_DETECTABLE, Op.NOT_ALLOWED):
        return ""
    if reading.unit and normalise(unit) and not is_same(reading.unit, unit):
        return f"检验结果中的单位 {reading.unit} 与结果单位 {unit} 不一致"
    if any(part.value is not None and part.value < 0 for part in measured) and not _allows_negative(limit):
        return "检验结果为负数而限量不是，请核对结果"
    if _target_unit(reading.unit or unit, limit.unit) is not None:
        return ""
    return f"结果单位“{reading.unit or unit}”与限量单位“{limit.unit}”不能换算"


def _allows_negative(limit: Limit) -> bool:
    """冰点 and the like; every other quantity in a food is zero or more."""
    return any(bound is not None and bound < 0 for bound in (limit.minimum, limit.maximum))


@lru_cache(maxsize=4096)
def _target_unit(unit: str, limit_unit: str) -> str | None:
    """The unit to compare in, None where there is none.

    A limit without a unit is in the result's own, less its multiplier: 1.44 of `×10³ μg/kg` against a bare 100 is
    1440 against 100. The reverse is never assumed: a result without a unit may be a thousand times what it seems,
    except where the limit is on detection in an amount (/25g).
    """
    if normalise(limit_unit) and not (is_amount(limit_unit) and not normalise(unit)):
        return limit_unit if factor(unit, limit_unit) is not None else None
    split = split_multiplier(unit)
    return split[1] if split else None


def _comparable(reading: Reading, unit: str, limit: Limit, basis: Basis) -> tuple[Reading, str]:
    """The reading in the limit's unit (rounded for 修约值比较法), and the words that say what was done."""
    shown = _written(reading, unit)
    measured = reading.kind in _NUMERIC or reading.kind is ReadingKind.SERIES
    if limit.op in (Op.NOT_DETECTABLE, Op.NOT_ALLOWED) or not measured:
        return reading, shown
    target = _target_unit(unit, limit.unit) or unit
    compared = reading
    if target != unit and factor(unit, target) != 1:
        compared = _each(reading, lambda value: convert(value, unit, target))
        shown += f"（折合 {_numbers(compared)} {target}）"
    if Basis.ROUNDED in (basis, limit.method) and reading.kind is ReadingKind.NUMBER:
        bounds = [bound for bound in (limit.minimum, limit.maximum) if bound is not None]
        finest = max(bounds, key=decimal_places, default=_ZERO)
        compared = _each(compared, lambda value: round_like(value, finest))
        shown += f"（修约为 {_numbers(compared)}）"
    return compared, shown


def _each(reading: Reading, change: Callable[[Decimal], Decimal | None]) -> Reading:
    value = change(reading.value) if reading.value is not None and reading.kind in _NUMERIC else reading.value
    series = tuple(_each(part, change) for part in reading.series)
    return Reading(reading.kind, value, series, reading.as_written, reading.unit, reading.inclusive)


def _written(reading: Reading, unit: str) -> str:
    if reading.kind is ReadingKind.NUMBER:
        return f"实测 {reading.as_written} {'' if reading.unit else unit}".rstrip()
    return f"检验结果“{' '.join(reading.as_written.split())[:80]}”"


def _numbers(reading: Reading) -> str:
    parts = reading.series or (reading,)
    return "；".join(plain(part.value) if part.value is not None else part.as_written for part in parts)


def _detection_warnings(
    reading: Reading, unit: str, limit: Limit, lod: Reading | None, lod_unit: str
) -> tuple[str, ...]:
    """检出限 held against the limit and the result; it changes no verdict."""
    if reading.kind is ReadingKind.NOT_DETECTED:
        bound = reading.value if reading.value is not None else lod.value if lod else None
        lod_unit = unit if reading.value is not None or not normalise(lod_unit) else lod_unit
        target = _target_unit(lod_unit, limit.unit)
        if bound is None or not limit.maximum or target is None:
            return ()
        compared = convert(bound, lod_unit, target)
        if compared is not None and compared > limit.maximum:
            return (f"检出限 {plain(bound)} {lod_unit} 高于限量 {limit.words()}，请核对检验方法是否适用",)
    elif lod and lod.value is not None and reading.kind is ReadingKind.NUMBER and reading.value is not None:
        compared = convert(lod.value, lod_unit if normalise(lod_unit) else unit, unit)
        if compared is not None and _ZERO < reading.value < compared:
            return (f"实测值低于检出限 {plain(lod.value)} {lod_unit or unit}，请与检验机构核对",)
    return ()


_CLOSED_WORDS = {
    Op.AT_MOST: (" 大于最大允许限 ", " 不大于最大允许限 "),
    Op.BELOW: (" 不小于上限 ", " 小于上限 "),
    Op.AT_LEAST: (" 小于最小允许限 ", " 不小于最小允许限 "),
    Op.ABOVE: (" 不大于下限 ", " 大于下限 "),
    Op.EQUAL: (" 不等于规定值 ", " 等于规定值 "),
    Op.RANGE: (" 超出允许范围 ", " 在允许范围内："),
}


def _closed_words(limit: Limit, passes: bool) -> str:
    words = limit.words()
    told = _CLOSED_WORDS.get(limit.op, ("，不符合规定：", "，符合规定："))[passes]
    number = words[1:] if limit.op in _CLOSED_WORDS and limit.op is not Op.RANGE else words
    return f"{told}{number}{_standard(limit)}"


def _open_words(reading: Reading, limit: Limit) -> str:
    results = len(reading.series) or 1
    if limit.op is Op.PLAN and results != limit.n:
        return f"共 {results} 个结果，采样方案要求 {limit.n} 个（{limit.words()}）{_standard(limit)}"
    return f"不足以说明是否符合限量 {limit.words()}{_standard(limit)}"


def _standard(limit: Limit) -> str:
    return f"（{limit.standard}）" if limit.standard else ""


@dataclass(slots=True)
class Settled:
    """The verdict in force of one item, what each side said, and what somebody must look at."""

    verdict: Verdict
    ours: Verdict
    lab: Verdict | None
    pending: bool  # 待核: the conclusion of the batch stays 未判定 until two people decide
    flags: tuple[str, ...]
    reason: str
    limit: Limit | None
    limit_source: LimitSource


_VERDICT_WORDS = {verdict.value: verdict for verdict in Verdict} | {
    "合格": Verdict.PASS,
    "符合": Verdict.PASS,
    "不合格": Verdict.FAIL,
    "不符合": Verdict.FAIL,
    "问题": Verdict.PROBLEM,
    "不判定": Verdict.UNDECIDED,
    "未判定": Verdict.UNDECIDED,
    "未检测": Verdict.UNTESTED,
}
_ADVERSE = (Verdict.FAIL, Verdict.PROBLEM)


def parse_verdict_word(text: str | None) -> Verdict | None:
    """结果判定 as the laboratory wrote it; None where it gave none, or a word that is no verdict."""
    return _VERDICT_WORDS.get("".join(text.split())) if text else None


def settle(
    lab: Verdict | None,
    ours: Judgement,
    reading: Reading,
    *,
    row_limit: Limit | None = None,
    book_limit: Limit | None = None,
) -> Settled:
    """Whose verdict stands: the laboratory's signed one; ours where it gave none; neither while they contradict."""
    blank = reading.kind is ReadingKind.BLANK
    pending = (blank and lab in (Verdict.PASS, *_ADVERSE)) or (
        lab in (Verdict.PASS, Verdict.UNTESTED) and ours.verdict in _ADVERSE
    )
    verdict = Verdict.UNDECIDED if pending else lab or ours.verdict
    flags = ours.warnings
    if lab is not None and lab is not ours.verdict:
        flags = (*_contradiction(lab, ours.verdict, blank), *flags)
    verified = book_limit is not None and book_limit.confidence is Confidence.VERIFIED
    if row_limit and book_limit and verified and not same_limit(row_limit, book_limit):
        told = f"检验机构所列限量 {row_limit.words()} 与限量库 {book_limit.words()}{_standard(book_limit)} 不一致"
        flags = (*flags, told)
    reason = ours.reason if lab is None else f"检验机构判为{lab}；系统核对：{ours.reason}"
    source = LimitSource.ROW if row_limit else LimitSource.BOOK if book_limit else LimitSource.NONE
    return Settled(verdict, ours.verdict, lab, pending, flags, reason, row_limit or book_limit, source)


def _contradiction(lab: Verdict, ours: Verdict, blank: bool) -> tuple[str, ...]:
    """What to tell the people who have to look; our 不判定项 contradicts nothing."""
    if blank:
        return (f"检验结果为空，检验机构却判为{lab}，待核",)
    if lab is Verdict.UNTESTED:
        return (f"有检验结果，检验机构却判为{lab}，系统判为{ours}，请核对",)
    if ours is Verdict.UNDECIDED:
        return ()
    if lab is Verdict.PASS:
        return (f"检验机构判为{lab}，系统判为{ours}，待核",)
    return (f"检验机构判为{lab}，系统判为{ours}，以检验机构判定为准，请核对",)


def judge_row(
    result: str | None,
    unit: str | None,
    lab_verdict: str | None = None,
    *,
    min_text: str | None = None,
    max_text: str | None = None,
    limit_unit: str | None = None,
    standard: str | None = None,
    book_limit: Limit | None = None,
    kind: ItemKind | None = None,
    lod: str | None = None,
    lod_unit: str | None = None,
    basis: Basis = Basis.FULL,
) -> Settled:
    """One row of an upload from its written cells to the verdict in force. The row's own limit comes first."""
    reading = parse_reading(result)
    own = row_limit(min_text, max_text, limit_unit, standard)
    ours = judge(
        reading,
        unit or "",
        own or book_limit,
        kind=kind,
        lod=parse_lod(lod) if lod else None,
        lod_unit=lod_unit or "",
        basis=basis,
    )
    lab = parse_verdict_word(lab_verdict)
    settled = settle(lab, ours, reading, row_limit=own, book_limit=book_limit)
    if lab is None and not is_blank(lab_verdict):
        settled.flags = (*settled.flags, f"结果判定“{(lab_verdict or '')[:20]}”不是规定用语，未采用")
    return settled
