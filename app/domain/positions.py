"""任职: posts of one person with their dates; main posts follow each other, others (兼职) may stand beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

DEPARTMENT = re.compile(r".{2,}?(?:科|股|室|所|队|局|处|中心|组|部|站)")
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Post:
    """任职 from one day to another (the last day; None: open); ``id`` tells it from the others."""

    main: bool
    from_on: date
    until_on: date | None
    id: int | None = None

    def holds(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def meets(self, other: Post) -> bool:
        """Do they share a day?"""
        return (other.until_on is None or self.from_on <= other.until_on) and (self.until_on is None or other.from_on <= self.until_on)


def complaint(wanted: Post, others: Iterable[Post]) -> tuple[str, str] | None:
    """Why the post cannot stand beside the others, with the field, or None."""
    if wanted.until_on is not None and wanted.until_on < wanted.from_on:
        return "任职结束日期不能早于开始日期，请核对", "until_on"
    for other in others:
        if other.id != wanted.id and other.main and wanted.main and wanted.meets(other):
            until = f"至 {other.until_on}" if other.until_on else "起至今"
            return f"与 {other.from_on} {until}的主要任职日期重叠：请先结束原任职，或改为兼职", "from_on"
    return None


def split(written: str | None) -> tuple[str | None, str | None]:
    """科室 and 职务 out of what is written in one field: 食品抽检科 科员, 食品抽检科科员, 科员."""
    words = (written or "").split()
    if not words:
        return None, None
    if len(words) > 1:
        return words[0], " ".join(words[1:])
    found = DEPARTMENT.match(words[0])
    department = found[0] if found else ""
    return department or None, words[0][len(department):] or None


def joined(department: str | None, title: str | None) -> str | None:
    """Both in one text, as accounts and papers show it."""
    return " ".join(word for word in (department, title) if word)[:LONGEST] or None
