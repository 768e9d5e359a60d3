"""企业标记: what everybody should know of an enterprise before choosing, sampling or inspecting it, wherever its name stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.enterprises import licence_notice
from app.domain.supervision_kinds import Grade

PAUSED, CLOSED, MERGED = "停产", "注销", "已合并"
TOLD_GRADES = {Grade.C: "yellow", Grade.D: "red"}  # A and B ask for no special care


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one enterprise today.

    ``status`` is the word of the register; ``valid_to`` the day on which the first of its licences ends; ``listed`` the
    sentence of 严重违法失信名单 while it is on it; ``grade`` the highest risk grade in force, None where there is none or it is not the
    reader's to know.
    """

    status: str
    valid_to: date | None = None
    listed: str | None = None
    grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: a word, its colour (red, yellow, neutral; never the colour alone) and the sentence behind it."""

    word: str
    tone: str
    why: str


def marks(standing: Standing, today: date) -> Sequence[Mark]:
    """The marks of one enterprise, the gravest first. What is no longer in business has no licence and no grade to look at."""
    found = []
    if standing.listed is not None:
        found.append(Mark("严重违法失信", "red", standing.listed))
    if standing.status == MERGED:
        return [*found, Mark(MERGED, "neutral", "该档案已合并到另一份企业档案，请使用保留的档案")]
    if standing.status == CLOSED:
        return [*found, Mark(CLOSED, "neutral", "企业档案中为注销，不再生产经营")]
    if standing.status == PAUSED:
        found.append(Mark(PAUSED, "yellow", "企业档案中为停产"))
    return [*found, *_of_licence(standing.valid_to, today), *_of_grade(standing.grade)]


def _of_licence(valid_to: date | None, today: date) -> list[Mark]:
    notice = licence_notice(valid_to, today)
    if notice is None:
        return []
    expired = notice[0] == "danger"
    return [Mark("许可过期" if expired else "许可将到期", "red" if expired else "yellow", notice[1])]


def _of_grade(grade: Grade | None) -> list[Mark]:
    tone = TOLD_GRADES.get(grade) if grade is not None else None
    return [Mark(f"风险{grade}级", tone, f"食品安全风险等级为 {grade} 级，请按频次要求安排监督检查和抽检")] if tone else []
