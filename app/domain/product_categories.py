"""产品类别 of an enterprise as people write them: names of food categories and classes of a licence (0101 小麦粉), several in one cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from app.domain.supervision_kinds import CodeScheme

SEPARATORS = re.compile(r"[;\r\n]+")
LICENCE_CLASS = re.compile(r"([0-9]{2}|[0-9]{4})(?![0-9])[\s:\-]*(.*)")  # 食品生产许可分类目录: two digits, or four for a class
LONGEST = 1000
LONGEST_NAME = 200
MOST = 60

Categories = frozenset[tuple[str, str, str]]  # (scheme, code, name)
Resolve = Callable[[str], tuple[str, str] | None]


class NotACategory(ValueError):
    """What was written is no product category; the message says what to write."""


def read_categories(written: str, resolve: Resolve) -> tuple[Categories, list[str]]:
    """糕点；0101 小麦粉 as (scheme, code, name), and the words that ``resolve`` does not know as a food category.

    A class of a licence begins with its code of two or four digits; its name is as written, or the code where none is.
    Raises NotACategory when there is too much of it.
    """
    if len(written) > LONGEST:
        raise NotACategory(f"产品类别超过 {LONGEST} 个字：请核对是否粘贴错了内容")
    found: dict[tuple[str, str], str] = {}
    unknown: list[str] = []
    for piece in _pieces(written):
        as_class = LICENCE_CLASS.fullmatch(unicodedata.normalize("NFKC", piece))
        if as_class is not None:
            found[CodeScheme.LICENCE_CLASS.value, as_class[1]] = as_class[2].strip()[:LONGEST_NAME] or as_class[1]
        elif (meant := resolve(piece)) is not None:
            found[CodeScheme.FOOD_CATEGORY.value, meant[0]] = meant[1]
        else:
            unknown.append(piece)
    if len(found) > MOST:
        raise NotACategory(f"产品类别超过 {MOST} 个：请填写上一级类别")
    return frozenset((scheme, code, name) for (scheme, code), name in found.items()), unknown


def _pieces(written: str) -> Iterable[str]:
    parts = (part.strip() for part in SEPARATORS.split(written.replace("；", ";")))
    return [part for part in parts if part]


def categories_words(categories: Iterable[tuple[str, str, str]]) -> str:
    """As ``read_categories`` reads it: food categories first, then classes by their code."""
    told = []
    for scheme, code, name in sorted(categories, key=lambda each: (each[0] != CodeScheme.FOOD_CATEGORY.value, each[1], each[2])):
        named = name if scheme == CodeScheme.FOOD_CATEGORY.value or name == code else f"{code} {name}"
        told.append(named)
    return "；".join(told)
