"""常用语: what a list of phrases may hold, and those that every office begins with."""

from __future__ import annotations

from collections.abc import Sequence

DEFAULTS = ("同意。", "拟同意，请审批。", "请补充材料后再报。", "退回补充××。")
LONGEST, MOST = 100, 30  # characters of a phrase, phrases of a list


def written(text: str) -> tuple[str, ...]:
    """The phrases of a text of one a line, in its order, each once; spaces at either end mean nothing."""
    return tuple(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))


def complaint(phrases: Sequence[str]) -> str | None:
    """Why these cannot be kept as one list, or None."""
    for place, phrase in enumerate(phrases, 1):
        if len(phrase) > LONGEST:
            return f"第 {place} 条“{phrase[:10]}……”超过 {LONGEST} 个字，请精简"
    if len(phrases) > MOST:
        return f"最多 {MOST} 条常用语，现有 {len(phrases)} 条，请删去不常用的"
    return None
