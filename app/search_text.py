"""What a list's search box looks in (检索文本): folded names and their pinyin initials, kept up at write time.

A character that firms, places and people read in two ways is stored both ways (长春堂 is cct and zct): whoever types
initials cannot know which one the register chose. Phrases are not looked up, which an import of thousands would feel.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from app.domain import search_grams

LONGEST = 1000  # the column of samples
SPELLINGS = 8  # of one name; more would be noise
BLANKS = re.compile(r"[\s\u200b-\u200f\ufeff]+")
KEPT = re.compile("[0-9a-z]")
ESCAPED = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
# Read in two ways in names of firms, places and people.
POLYPHONES = {
    "长": "cz", "重": "cz", "行": "hx", "乐": "ly", "厦": "sx", "单": "ds", "曾": "zc", "会": "hk", "朝": "cz",
    "解": "jx", "仇": "qc", "盛": "sc", "调": "dt", "传": "cz", "弹": "dt", "藏": "cz", "参": "cs", "系": "xj",
    "校": "xj", "查": "cz", "尉": "wy", "贾": "jg", "蔚": "wy", "种": "zc", "宿": "sx", "召": "zs", "阿": "ae",
    "屏": "pb", "番": "fp", "埔": "pb", "堡": "bp", "卜": "bp", "折": "zs", "翟": "zd", "缪": "m", "咖": "kg",
    "叶": "yx", "合": "hg", "泊": "bp", "角": "jl", "俞": "ys", "莘": "sx", "莞": "gw", "铅": "qy", "荥": "xy",
    "浚": "jx", "费": "fb", "繁": "fp", "覃": "qt", "乾": "qg", "茄": "qj", "炮": "pb", "卡": "kq", "圈": "qj",
    "洗": "x", "提": "td", "尾": "wy", "还": "hx", "降": "jx", "巷": "xh", "臭": "cx", "都": "d", "省": "sx",
}  # fmt: skip


def folded(text: str | None) -> str:
    """One width, one case, no blanks: as text is compared when somebody searches."""
    return BLANKS.sub("", unicodedata.normalize("NFKC", text or "")).casefold()


@lru_cache(maxsize=65_536)
def initials(name: str) -> str:
    """拼音首字母 of a name, every spelling of it, separated by blanks."""
    usual: list[str] = []
    others: list[tuple[int, str]] = []
    for mark in folded(name)[:60]:
        letter = _letter(mark)
        if letter:
            others += [(len(usual), other) for other in POLYPHONES.get(mark, "") if other != letter]
            usual.append(letter)
    spellings = ["".join(usual)]
    spellings += ["".join([*usual[:place], other, *usual[place + 1 :]]) for place, other in others[: SPELLINGS - 1]]
    return " ".join(spelling for spelling in spellings if spelling)


def first_letter(mark: str) -> str:
    """The letter that a character of a name as written stands for in its initials."""
    plain = folded(mark)
    return _letter(plain) if len(plain) == 1 else ""


@cache
def _letter(mark: str) -> str:
    """The first letter of a character's usual reading; a Latin letter or digit is its own; "" for anything else."""
    if KEPT.fullmatch(mark):
        return mark
    reading = unicodedata.normalize("NFD", _readings().get(str(ord(mark)), "")[:1])[:1].casefold()
    return reading if KEPT.fullmatch(reading) else ""


@cache
def _readings() -> dict[str, str]:
    """The readings of single characters, by code point. Importing the package would bring its phrases along: 40 MB unasked for."""
    package = find_spec("pypinyin")
    assert package is not None and package.origin is not None
    found: dict[str, str] = json.loads(Path(package.origin).with_name("pinyin_dict.json").read_text("utf-8"))
    return found


def search_text(words: Iterable[str | None], names: Iterable[str | None]) -> str:
    """Folded ``words`` and ``names``, and the initials of the names."""
    named = [name for name in names if name]
    parts = [folded(word) for word in (*words, *named) if word]
    parts += [initials(name) for name in named]
    return " ".join(dict.fromkeys(part for part in parts if part))[:LONGEST]


def words_of(query: str) -> tuple[str, ...]:
    """The words of a search, each folded by itself: all of them must be found."""
    return search_grams.words(" ".join(folded(word) for word in query.split()))


def like(query: str) -> str:
    """The pattern for ``column.like(..., escape="\\\\")`` that finds the query anywhere, its own % and _ included."""
    return f"%{folded(query).translate(ESCAPED)}%"
