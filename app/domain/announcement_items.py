"""不合格项目 of a published list: items taken apart, torn values put together again, held against the limit beside them.

What a list says is shown, never counted. Some other program has often taken the first number out of a result cell and left
the rest in the column of units (``1.44`` and ``×10³μg/kg``; ``120`` and ``，130，320，180，190CFU/g``), or has dropped an exponent.
A number is put back only where taking it out again gives exactly what the list has; everything else is 不判定（原文残缺）.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.limits import Limit, Op, row_limit
from app.domain.quantities import Reading, ReadingKind, is_blank, parse_reading
from app.domain.samples import Verdict
from app.domain.units import is_known, normalise
from app.domain.verdicts import judge
from app.domain.written import BLANKS, item_name, present

SEPARATOR = re.compile(r"\s*[║‖∥｜|︱│┃¦∣❘]+\s*")
SIZES = (3, 4)  # 项目║结果║标准值, 项目||结果||单位||标准值
BETWEEN = re.compile(r"\s*[；;]+\s*")
LINES = re.compile(r"\s*[\r\n]+\s*")
NUMBERED = re.compile(r"^(?:[(（]\d{1,2}[)）]|\d{1,2}(?:[、)）]|[.．](?!\d))|[①-⑳])\s*")
NAMES = re.compile(r"\s*[；;、\r\n]+\s*(?![^（(]*[）)])")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
LEAD = re.compile(r"\s*(?:(?:[①-⑳]|[nN]\s*[₁-₉\d]\s*[:：])\s*|[<>＜＞≤≥≦≧]\s*)?")
GAP = re.compile(r"(?<=[；;，,、/\n])(\s*)(?=[×xX]\s*10)")
REMAINS = re.compile(r"[\d×；;，,、<>＜＞≤≥≦≧①-⑳：:\n]|检出")
AMOUNT = re.compile(r"/\s*\d+\s*(?:kg|g|mL|ml|L)")
DETECTED_IN = re.compile(r"(检出\s*/)(?=\s*(?:g|mL|ml)\b)")
LOST_POWER = re.compile(r"[×xX*]\s*10(?![\^⁰¹²³⁴-⁹<])")
MEANT_AS_LIMIT = re.compile(r"\s*(?:[<>＜＞≤≥≦≧⩽⩾=]|\d|[nN]\s*[=:：])")
# n₁：…；结果均大于M（单位：CFU/g）
TAIL = re.compile(r"(?:[；;，,]\s*结果均(?:大于|超过)\s*[mM])?\s*[（(]\s*单位\s*[:：]([^()（）]*)[)）]\s*")
TORN_NAME = re.compile(r"[(（][^()（）]*$")
SHOWN = 60


class Outcome(StrEnum):
    """按原文判定: what a listed item's own result says against its own limit."""

    FAIL = "判为不合格项"
    PASS = "判为合格项"  # noqa: S105
    TORN = "不判定（原文残缺）"
    OPEN = "不判定（须人工对照）"
    ABSENT = "原文未列全"


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One item as written, as far as it could be put together, and what it comes to."""

    item: str
    result: str
    unit: str
    limit: str
    outcome: Outcome
    why: str
    written: Mapping[str, str]
    joined: bool = False  # a torn value was put together

    @property
    def as_kept(self) -> dict[str, Any]:
        return {
            "item": self.item, "result": self.result, "unit": self.unit, "limit": self.limit, "outcome": self.outcome.value,
            "why": self.why, "written": dict(self.written), "joined": self.joined,
        }  # fmt: skip


# ---------------------------------------------------------------- one cell with everything in it

def split_cell(cell: str, size: int | None = None) -> list[tuple[str, ...]] | None:
    """The items of 不合格项目║检验结果║标准值; None where the cell cannot be taken apart. ``size`` is what the header says.

    A cell without a separator names items alone. Between two items stands ``；`` or a line break, and the last one before a
    name is the border: a limit may hold others (n=5；c=2), a name does not.
    """
    fields = SEPARATOR.split(cell.strip())
    if len(fields) == 1:
        return [(NUMBERED.sub("", name),) for name in NAMES.split(fields[0]) if name.strip()]
    for parts in [size] if size else SIZES:
        if (len(fields) - 1) % (parts - 1) == 0 and (items := _cut(fields, parts - 1)):
            return items
    return None


def _cut(fields: Sequence[str], step: int) -> list[tuple[str, ...]] | None:
    items: list[tuple[str, ...]] = []
    current = [fields[0]]
    for place, field in enumerate(fields[1:], 1):
        border = _border(field) if place % step == 0 and place < len(fields) - 1 else None
        if border is None and place % step == 0 and place < len(fields) - 1:
            return None
        current.append(border[0] if border else field)
        if place % step == 0:
            items.append((NUMBERED.sub("", current[0]), *(one.strip("；; \n") for one in current[1:])))
            current = [border[1]] if border else []
    return items if all(item[0].strip() for item in items) else None


def _border(field: str) -> tuple[str, str] | None:
    """标准值 of one item and the name of the next."""
    marks = list(BETWEEN.finditer(field)) or list(LINES.finditer(field))
    for mark in reversed(marks):
        limit, name = field[: mark.start()], field[mark.end() :]
        if name and name[0] not in "(（)）,，、/":
            return limit, name
    return None


# ---------------------------------------------------------------- one value

def join_lines(text: str) -> str:
    """A cell broken over lines: a unit, a power or its exponent on the next line belongs to the number above."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    joined = lines[0] if lines else ""
    for place, line in enumerate(lines[1:], 1):
        alone = re.fullmatch(r"\d", line) and place + 1 < len(lines) and _is_unit(lines[place + 1])
        if alone and re.search(r"[×xX]\s*10$", joined):
            joined += f"^{line}"
        elif _is_unit(line) or line[0] in "×^" or joined[-1] in "；;，,、/<>＜＞≤≥=":
            joined += line
        else:
            joined += f"\n{line}"
    return joined


def _is_unit(text: str) -> bool:
    return bool(normalise(text)) and is_known(text)


def rejoin(result: str, unit: str, limit: str = "") -> tuple[str, str, bool]:
    """Result and unit, the number back in its place if it was taken out; and whether it was."""
    bare = AMOUNT.sub("", unit)
    if not NUMBER.fullmatch(result) or not normalise(unit) or is_known(unit) or not REMAINS.search(bare):
        return result, unit, False
    if "检出" in unit:  # 检出/25g: certain only where the limit speaks of the same amount
        whole = DETECTED_IN.sub(lambda found: found[1] + result, unit) if f"/{result}g" in BLANKS.sub("", limit) else ""
    else:
        lead = LEAD.match(unit)
        place = lead.end() if lead else 0
        whole = GAP.sub(lambda found: found[1] + result, unit[:place] + result + unit[place:])
    return (whole, "", True) if whole.replace(result, "") == unit else (result, unit, False)


def read_item(name: str, result: str, limit: str, unit: str = "") -> ListedItem:
    """One item, judged by its own limit and by nothing else."""
    written = {key: text for key, text in (("item", name), ("result", result), ("unit", unit), ("limit", limit)) if text.strip()}
    result, limit, unit = join_lines(present(result)), join_lines(present(limit)), join_lines(present(unit))
    whole, rest, joined = rejoin(result, unit, limit)
    if (tail := TAIL.search(whole)) and tail.end() == len(whole) and is_known(tail[1]) and not rest:
        whole, rest = whole[: tail.start()], tail[1].strip()
    said, note = _name(name)
    outcome, why = _outcome(whole, rest, limit)
    return ListedItem(said, whole, rest, limit, outcome, f"{why}；{note}" if note else why, written, joined)


def _name(written: str) -> tuple[str, str]:
    """检验项目 in one spelling; of a name cut off inside a bracket what stands before it."""
    name = item_name(NUMBERED.sub("", written.strip()))
    bare = TORN_NAME.sub("", name)
    return (bare, f"项目名称“{name}”不完整") if bare and bare != name else (name, "")


def _outcome(result: str, unit: str, limit: str) -> tuple[Outcome, str]:
    if is_blank(result) or is_blank(limit):
        lacking = [word for word, text in (("检验结果", result), ("标准值", limit)) if is_blank(text)]
        return Outcome.ABSENT, f"原文没有{'、'.join(lacking)}，不作判定"
    reading, bound = parse_reading(result), row_limit(None, limit)
    if bound is None:
        return Outcome.ABSENT, "原文没有标准值，不作判定"
    if torn := _torn(reading, result, unit, bound, limit):
        return Outcome.TORN, torn
    judgement = judge(reading, unit, bound)
    if judgement.verdict is Verdict.FAIL:
        return Outcome.FAIL, judgement.reason
    return (Outcome.PASS if judgement.verdict is Verdict.PASS else Outcome.OPEN), judgement.reason


def _torn(reading: Reading, result: str, unit: str, bound: Limit, limit: str) -> str:
    """What is missing in the text; "" where it is whole. Words without a number are whole, though no number can be held to them."""
    lost = "的指数残缺" if LOST_POWER.search(f"{result}{unit}") else "书写不完整"
    if reading.kind is ReadingKind.TEXT and re.search(r"\d", result):
        return f"检验结果“{_short(result)}”{lost}，不作判定"
    if normalise(unit) and not is_known(unit) and REMAINS.search(AMOUNT.sub("", unit)):
        return f"检验结果“{_short(result)}”与单位“{_short(unit)}”{lost}，不作判定"
    if any(part.kind is ReadingKind.BLANK for part in reading.series):
        return f"检验结果“{_short(result)}”中缺少第 {_blank_place(reading)} 个结果，不作判定"
    if bound.op is Op.TEXT and MEANT_AS_LIMIT.match(limit):
        lost = "的指数残缺" if re.search(r"[mM=×]\s*10(?!\d|[\^⁰-⁹¹²³])", limit) else "书写不完整"
        return f"标准值“{_short(limit)}”{lost}，不作判定"
    if reading.series and bound.op is Op.AT_MOST and bound.maximum is not None and bound.maximum == reading.series[0].value:
        return f"标准值“{_short(limit)}”就是第一个检验结果，原文缺少标准值，不作判定"
    count = len(reading.series) or 1
    if bound.op is Op.PLAN and bound.n is not None and count < bound.n:
        return f"采样方案要求 {bound.n} 个结果，原文只有 {count} 个，不作判定"
    return ""


def _blank_place(reading: Reading) -> int:
    return next(place for place, part in enumerate(reading.series, 1) if part.kind is ReadingKind.BLANK)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN else f"{flat[:SHOWN]}…"
