"""变动告知 in words: which fields changed, from what to what, one line each (数据变动的表述)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

LONGEST_TEXT, LONGEST_TITLE, LONGEST_VALUE = 2000, 200, 80
REST = "……其余变动请查看样品的办理记录"


class NoticeKind(StrEnum):
    """告知事项."""

    SHEET = "抽样单更正"
    RESULT = "检验结果更正"
    VOID = "样品作废"
    REVIVE = "样品恢复"
    IMPORT = "导入更正"
    UNDO = "撤销导入"
    VERDICT = "判定复核"
    OVERTURNED = "检验结论改判"
    REPORT_RETURN = "检验报告退修"
    REVIEW_RETURN = "送审退回"


def value_words(value: Any) -> str:
    """A value on one line; nothing is said as 空."""
    text = " ".join(str(getattr(value, "value", value) if value is not None else "").split())
    return f"{text[:LONGEST_VALUE]}…" if len(text) > LONGEST_VALUE else text or "空"


def change_line(field: str, before: Any, after: Any) -> str:
    return f"{field}：{value_words(before)} → {value_words(after)}"


def change_lines(changes: Mapping[str, tuple[Any, Any]]) -> list[str]:
    return [change_line(field, before, after) for field, (before, after) in changes.items() if before != after]


def fitting(lines: Iterable[str], longest: int = LONGEST_TEXT) -> str:
    """The lines that fit, whole; that some do not fit is said."""
    kept: list[str] = []
    room = longest - len(REST)
    for line in lines:
        line = line[:room] if not kept else line
        if len(line) + 1 > room:
            return "\n".join([*kept, REST])
        kept.append(line)
        room -= len(line) + 1
    return "\n".join(kept)
