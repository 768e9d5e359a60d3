"""Quotas of a sampling plan (计划批次) on a grid of five axes: category × area × link × month × 城乡.

A coordinate that is None is not divided: the cell holds all of that axis. Trees (categories, regions) are told by functions
from an id to the ids above it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from app.domain.samples import AreaType, Link
from app.domain.written import BLANKS


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the grid; ids are those of food_category and region, months are 1 to 12."""

    category_id: int | None = None
    region_id: int | None = None
    link: Link | None = None
    month: int | None = None
    area_type: AreaType | None = None

    @property
    def key(self) -> str:
        """The coordinates as one text, "*" for what is not divided: what makes a cell unique within its plan."""
        parts = (
            f"c{self.category_id}" if self.category_id is not None else "",
            f"r{self.region_id}" if self.region_id is not None else "",
            self.link.value if self.link is not None else "",
            f"m{self.month:02d}" if self.month is not None else "",
            self.area_type.value if self.area_type is not None else "",
        )
        return "|".join(part for part in parts if part) or "*"


KEY = re.compile(r"c(?P<category>\d{1,18})|r(?P<region>\d{1,18})|m(?P<month>\d{2})")
LARGEST = 1_000_000
PLAN = Cell()


def read_key(text: str) -> Cell | None:
    """The cell of a key, or None where it is none; whether its category and region exist is asked elsewhere."""
    if text == "*":
        return PLAN
    found: dict[str, Any] = {}
    for part in text.split("|"):
        name, value = _coordinate(part)
        if name is None or name in found:
            return None
        found[name] = value
    cell = Cell(**found)
    return cell if cell.key == text else None


def _coordinate(part: str) -> tuple[str | None, Any]:
    if part in list(Link):
        return "link", Link(part)
    if part in list(AreaType):
        return "area_type", AreaType(part)
    read = KEY.fullmatch(part)
    if read is None:
        return None, None
    name, digits = next((name, digits) for name, digits in read.groupdict().items() if digits is not None)
    if name == "month":
        return ("month", int(digits)) if 1 <= int(digits) <= 12 else (None, None)
    return f"{name}_id", int(digits)


class NotANumber(ValueError):
    """What was typed is no quota; the message says why."""


def written_batches(text: str) -> int | None:
    """计划批次 as people type it: full-width digits, thousands separators and 批 are understood; None where nothing stands."""
    bare = BLANKS.sub("", unicodedata.normalize("NFKC", text))
    bare = bare.removesuffix("批次").removesuffix("批").replace(",", "").replace("，", "")
    if bare in ("", "-", "/"):
        return None
    if re.fullmatch(r"[-−－]\d+", bare):
        raise NotANumber("批次不能为负数：请填写 0 或正整数")
    if not re.fullmatch(r"\d+(\.0+)?", bare, re.ASCII):
        shown = text.strip()
        raise NotANumber(f"“{shown[:20]}{'…' if len(shown) > 20 else ''}”不是批次：请填写整数，不分配的留空")
    whole = bare.partition(".")[0].lstrip("0") or "0"
    if len(whole) > 7 or int(whole) > LARGEST:
        raise NotANumber(f"批次过大：请填写不超过 {LARGEST} 的整数")
    return int(whole)
