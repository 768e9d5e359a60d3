"""The sentence under a verdict: what was measured, what was compared, by which limit of which standard."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from app.domain.limit_texts import Op
from app.domain.limits import PROHIBITIONS, Limit
from app.domain.readings import Reading, ReadingKind
from app.domain.rounding import plain
from app.domain.samples import Verdict
from app.domain.units import convert, normalise

MOST_WORDS = 80


class Detection(NamedTuple):
    """检出限 of the method as the row states it."""

    value: Decimal | None = None
    unit: str = ""
    kind: str = ""  # 检出限, 定量限 or 测定低限

    def in_unit(self, unit: str) -> Decimal | None:
        """In the unit of the result; without a unit of its own it is in that one."""
        if self.value is None:
            return None
        return convert(self.value, self.unit, unit) if normalise(self.unit) else self.value

    def words(self, unit: str) -> str:
        name = self.kind or "检出限"
        return "" if self.value is None else f"{name} {plain(self.value)} {self.unit or unit}".rstrip()


def written(reading: Reading, unit: str, detection: Detection) -> str:
    """What was measured; beside 未检出, how little the method would have found."""
    if reading.kind is ReadingKind.NUMBER:
        return f"实测 {reading.as_written} {'' if reading.unit else unit}".rstrip()
    words = f"检验结果“{' '.join(reading.as_written.split())[:MOST_WORDS]}”"
    untold = reading.kind is ReadingKind.NOT_DETECTED and reading.value is None and detection.value is not None
    return f"{words}（方法{detection.words(unit)}）" if untold else words


def numbers(reading: Reading) -> str:
    parts = reading.series or (reading,)
    return "；".join(plain(part.value) if part.value is not None else part.as_written for part in parts)


_COMPARED_WORDS = {
    Op.AT_MOST: ("大于最大允许限", "不大于最大允许限"),
    Op.BELOW: ("不小于上限", "小于上限"),
    Op.AT_LEAST: ("小于最小允许限", "不小于最小允许限"),
    Op.ABOVE: ("不大于下限", "大于下限"),
    Op.EQUAL: ("不等于规定值", "等于规定值"),
    Op.RANGE: ("超出允许范围", "在允许范围内："),
}


def decided(shown: str, reading: Reading, limit: Limit, verdict: Verdict, passes: bool) -> str:
    """…大于最大允许限 0.2 mg/kg（GB 2762-2022），判为不合格项."""
    compared = reading.kind is ReadingKind.NUMBER and limit.op in _COMPARED_WORDS
    if not compared:
        told = "，符合规定：" if passes else "，不符合规定："
        return f"{shown}{told}{limit.words()}{standard(limit)}，判为{verdict.value}"
    words = limit.words() if limit.op is Op.RANGE else limit.words()[1:]
    before = "" if shown.endswith("）") else " "
    told = _COMPARED_WORDS[limit.op][passes]
    return f"{shown}{before}{told}{'' if told[-1] == '：' else ' '}{words}{standard(limit)}，判为{verdict.value}"


def undecided(shown: str, reading: Reading, limit: Limit, floor: Decimal | None) -> str:
    """Why nothing follows from this reading and this limit."""
    results = len(reading.series) or 1
    if limit.op is Op.PLAN and results != limit.n:
        told = f"共 {results} 个结果，采样方案要求 {limit.n} 个（{limit.words()}）"
    elif limit.op in PROHIBITIONS and floor:
        told = f"，检出的起点是 {plain(floor)}，不足以说明是否检出，限量为{limit.words()}"
    else:
        told = f"不足以说明是否符合限量 {limit.words()}"
    return f"{shown}{told}{standard(limit)}，不作判定"


def standard(limit: Limit | None) -> str:
    return f"（{limit.standard}）" if limit and limit.standard else ""
