"""What two versions of a report say differently (更正前后对照), field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

REPORT = "检验报告"
HEADER: Mapping[str, str] = {
    "reported_on": "报告日期", "received_on": "收检日期", "laboratory": "检验机构", "report_kind": "报告类别",
    "conclusion_written": "报告结论", "remark_supervision": "监督抽检报告备注", "remark_monitoring": "风险监测报告备注",
}  # fmt: skip
ROW: Mapping[str, str] = {
    "result_written": "检验结果", "unit": "结果单位", "lab_verdict": "机构判定", "our_verdict": "系统判定", "verdict": "生效判定",
    "pending": "待核", "min_written": "最小允许限", "min_unit": "最小允许限单位", "max_written": "最大允许限", "limit_unit": "允许限单位",
    "limit_text": "采用限量", "lod_written": "检出限", "lod_unit": "检出限单位", "lod_kind": "检出限类型", "kind": "检验类型",
    "method": "检验依据", "basis": "判定依据", "note": "说明",
}  # fmt: skip
ADDED, REMOVED = "增加项目", "减少项目"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of the report itself or of an item; "" for nothing."""

    item: str
    field: str
    before: str
    after: str


def word(value: Any) -> str:
    """A value as it is read on paper."""
    if value is None or value is False:
        return ""
    if value is True:
        return "是"
    return str(value.value if isinstance(value, Enum) else value)


def differences(before: Any, after: Any) -> list[Difference]:
    """Reports with ``rows``, each row with ``item``. Rows are matched by item, repeated items in their order."""
    found = _changed(REPORT, HEADER, before, after)
    old, new = _by_item(before.rows), _by_item(after.rows)
    for key in dict.fromkeys([*old, *new]):
        item = key[0]
        if key not in new:
            found.append(Difference(item, REMOVED, _said(old[key]), ""))
        elif key not in old:
            found.append(Difference(item, ADDED, "", _said(new[key])))
        else:
            found += _changed(item, ROW, old[key], new[key])
    return found


def _changed(item: str, fields: Mapping[str, str], before: Any, after: Any) -> list[Difference]:
    pairs = ((title, word(getattr(before, name)), word(getattr(after, name))) for name, title in fields.items())
    return [Difference(item, title, old, new) for title, old, new in pairs if old != new]


def _said(row: Any) -> str:
    """A word such as 未检出 has no unit."""
    result = word(row.result_written)
    unit = word(row.unit) if any(sign.isdigit() for sign in result) else ""
    return " ".join(part for part in (result, unit, word(row.verdict)) if part)


def _by_item(rows: Sequence[Any]) -> dict[tuple[str, int], Any]:
    found: dict[tuple[str, int], Any] = {}
    for row in rows:
        ordinal = 0
        while (row.item, ordinal) in found:
            ordinal += 1
        found[row.item, ordinal] = row
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One item across the versions, the oldest first: what each says, and whether it differs from the version before."""

    item: str
    cells: Sequence[tuple[str, bool]]


def side_by_side(versions: Sequence[Any]) -> list[Line]:
    """Items × versions; an item that a version does not have is ""."""
    by_item = [_by_item(version.rows) for version in versions]
    lines = []
    for key in dict.fromkeys(key for rows in by_item for key in rows):
        said = [_said(rows[key]) if key in rows else "" for rows in by_item]
        lines.append(Line(key[0], [(text, place > 0 and text != said[place - 1]) for place, text in enumerate(said)]))
    return lines
