"""检查项目结果 as typed into a workbook: columns 序号, 结果, 情况说明, and every faulty cell with its line."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.supervision_kinds import FindingAnswer

NUMBER, ANSWER, NOTE = "序号", "结果", "情况说明"
TITLES: Mapping[str, tuple[str, ...]] = {
    NUMBER: ("序号", "编号"), ANSWER: ("结果", "检查结果", "评价"), NOTE: ("情况说明", "说明", "备注"),
}  # fmt: skip
WORDS: Mapping[str, FindingAnswer] = {
    **{one.value: one for one in FindingAnswer}, "是": FindingAnswer.MEETS, "否": FindingAnswer.FAILS, "√": FindingAnswer.MEETS,
    "×": FindingAnswer.FAILS, "合理缺项": FindingAnswer.NOT_APPLICABLE,
}  # fmt: skip
HEADER_WITHIN = 10

Lines = Sequence[tuple[int, Sequence[str]]]  # row number in the sheet and its cells


@dataclass(slots=True)
class Answers:
    """Answer and note by the item's number; each fault is a sentence with its line."""

    given: dict[str, tuple[FindingAnswer, str | None]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read(lines: Lines, numbers: Collection[str]) -> Answers:
    """The answers to the items of these numbers. A line without answer and note is not yet answered and says nothing."""
    found = Answers()
    place, columns = _header(lines)
    if columns is None:
        found.faults.append("没有找到表头：须有“序号”“结果”两列，请用“flask inspections answers”导出的表填写")
        return found
    for line, cells in lines[place + 1 :]:
        number, written, note = (_cell(cells, columns.get(name)) for name in (NUMBER, ANSWER, NOTE))
        if not written and not note:
            continue
        fault = _fault(number, written, numbers, found)
        if fault is not None:
            found.faults.append(f"第 {line} 行：{fault}")
        else:
            found.given[number] = (WORDS[written], note or None)
    return found


def _fault(number: str, written: str, numbers: Collection[str], found: Answers) -> str | None:
    if number not in numbers:
        return f"序号“{number[:20]}”不在本次检查所用的要点表中，请核对"
    if number in found.given:
        return f"序号“{number}”重复，请删除其一"
    if written not in WORDS:
        return f"结果“{written[:20]}”不是规定的写法，请填写{'、'.join(one.value for one in FindingAnswer)}"
    return None


def _header(lines: Lines) -> tuple[int, dict[str, int] | None]:
    for place, (_, cells) in enumerate(lines[:HEADER_WITHIN]):
        titles = [unicodedata.normalize("NFKC", cell).strip() for cell in cells]
        columns = {
            name: next(titles.index(word) for word in words if word in titles)
            for name, words in TITLES.items()
            if any(word in titles for word in words)
        }
        if NUMBER in columns and ANSWER in columns:
            return place, columns
    return 0, None


def _cell(cells: Sequence[str], at: int | None) -> str:
    return " ".join(cells[at].split()) if at is not None and at < len(cells) else ""
