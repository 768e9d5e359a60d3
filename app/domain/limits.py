"""限量: what the standards allow, which of them is in force for a food on a day, and the limit a laboratory wrote."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from app.domain.limit_texts import LimitText, Op, parse_limit_text
from app.domain.rounding import Basis, plain
from app.domain.samples import Confidence
from app.domain.units import canonical, convert, is_known, is_same, normalise

__all__ = ["PROHIBITIONS", "Limit", "LimitBook", "Op", "normalise_item", "row_limit", "same_limit"]

_DASHES = str.maketrans("‐‑‒–—−", "------")
_TRAILING_BRACKET = re.compile(r"(.+?)(\([^()]*\)|\[[^\[\]]*\])")
_LISTED = re.compile(r"[,;、]")
_BASIS_BRACKET = re.compile(r"\((?:[^()]*以[^()]*计|[A-Z][a-z]?|总量|限[^()]*)\)")
PROHIBITIONS = (Op.NOT_DETECTABLE, Op.NOT_ALLOWED)


@dataclass(frozen=True, slots=True)
class Limit:
    """One 限量 with its range of validity. `category` is 大类/亚类/次亚类/细类 from the left, '' is any food."""

    item: str = ""
    category: str = ""
    region: str = ""  # '' is the whole country, else the code of the province whose local standard this is
    op: Op = Op.AT_MOST
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: str = ""
    n: int | None = None
    c: int | None = None
    m: Decimal | None = None
    big_m: Decimal | None = None
    standard: str = ""
    valid_from: date | None = None
    valid_to: date | None = None  # the last day on which it holds
    source: str = ""
    confidence: Confidence = Confidence.VERIFIED
    text: str = ""
    method: Basis = Basis.FULL
    id: int | None = None

    def holds(self, on: date) -> bool:
        """True on every day from valid_from to valid_to, both included."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    def words(self) -> str:
        """The limit as a reader expects it: ≤0.2 mg/kg, 21～39 mg/kg, n=5,c=2,m=10000,M=100000 CFU/g."""
        return f"{self._bounds()} {self.unit}".rstrip() if self.op is not Op.TEXT else self.text

    def _bounds(self) -> str:
        if self.op is Op.PLAN:
            upper = f",M={plain(self.big_m)}" if self.big_m is not None else ""
            return f"n={self.n},c={self.c},m={plain(self.m or Decimal(0))}{upper}"
        if self.op in PROHIBITIONS:
            return self.op.value if self.maximum is None else f"{self.op.value}（<{plain(self.maximum)}）"
        low, high = self.minimum, self.maximum
        if self.op is Op.RANGE and low is not None and high is not None:
            return f"{plain(low)}～{plain(high)}"
        bound = low if high is None else high
        return self.op.value if bound is None else f"{self.op.value}{plain(bound)}"


@lru_cache(maxsize=16384)
def normalise_item(name: str) -> str:
    """检验项目 in one spelling: brackets and dashes of one width, no blanks or line breaks inside."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).translate(_DASHES)


@lru_cache(maxsize=16384)
def _item_keys(name: str) -> tuple[str, ...]:
    """The name, then the name without its trailing brackets: 铅(以Pb计) is asked for as 铅 too."""
    keys = [normalise_item(name).casefold()]
    while found := _TRAILING_BRACKET.fullmatch(keys[-1]):
        keys.append(found[1])
    return tuple(keys)


def _filing_keys(name: str) -> tuple[str, ...]:
    """A limit on 铅(Pb) is found under 铅; one on 致病菌(沙门氏菌) is not one on every 致病菌."""
    full = normalise_item(name)
    found = _TRAILING_BRACKET.fullmatch(full)
    short = (found[1].casefold(),) if found and _BASIS_BRACKET.fullmatch(found[2]) else ()
    return (full.casefold(), *short)


@lru_cache(maxsize=16384)
def _prefixes(path: str) -> tuple[str, ...]:
    """A category path and its ancestors, the most specific first, any food last."""
    parts = [part for part in (normalise_item(part) for part in path.split("/")) if part]
    return tuple("/".join(parts[:length]) for length in range(len(parts), -1, -1))


class LimitBook:
    """限量库: finds the limit in force. The food decides before the region, the region before the date."""

    def __init__(self, limits: Iterable[Limit]) -> None:
        shelves: dict[str, dict[tuple[str, str], list[Limit]]] = {}
        filed = list(limits)
        for limit in filed:
            place = (_prefixes(limit.category)[0], limit.region)
            for key in _filing_keys(limit.item):
                shelves.setdefault(key, {}).setdefault(place, []).append(limit)
        for shelf in shelves.values():
            for entries in shelf.values():
                entries.sort(key=lambda entry: entry.valid_from or date.min, reverse=True)
        self._shelves: Mapping[str, Mapping[tuple[str, str], Sequence[Limit]]] = shelves
        self._turns = sorted({day for limit in filed for day in _turns(limit)})

    def __len__(self) -> int:
        return len({id(limit) for shelf in self._shelves.values() for entries in shelf.values() for limit in entries})

    def knows(self, item: str) -> bool:
        """True where any food has a limit for the item, on any day."""
        return any(key in self._shelves for key in _item_keys(item))

    def era(self, on: date) -> int:
        """A number that all days share between which no limit begins or ends: the same limits govern on each of them."""
        return bisect_right(self._turns, on)

    def in_force(self, item: str, category_path: str, region_codes: Sequence[str], on: date) -> Limit | None:
        """The limit that governs this item in this food on the day; region codes from the smallest to the nation."""
        for key in _item_keys(item):
            shelf = self._shelves.get(key)
            found = _governing(shelf, category_path, region_codes, on) if shelf else None
            if found is not None:
                return found
        return None


def _turns(limit: Limit) -> Iterator[date]:
    """The days from which on the limit holds, and no longer holds."""
    if limit.valid_from is not None:
        yield limit.valid_from
    if limit.valid_to is not None and limit.valid_to < date.max:
        yield limit.valid_to + timedelta(days=1)


def _governing(
    shelf: Mapping[tuple[str, str], Sequence[Limit]], path: str, regions: Sequence[str], on: date
) -> Limit | None:
    places = regions if "" in regions else (*regions, "")
    for category in _prefixes(path):
        for region in places:
            for limit in shelf.get((category, region), ()):
                if limit.holds(on):
                    return limit
    return None


@lru_cache(maxsize=16384)
def row_limit(
    min_text: str | None, max_text: str | None, unit: str | None = "", standard: str | None = ""
) -> Limit | None:
    """最小允许限 and 最大允许限 of one row, as the laboratory wrote them; None where it wrote none.

    A minimum of 0 says nothing of a quantity that cannot be negative, and alone it is no limit at all.
    """
    read = _joined(parse_limit_text(min_text), parse_limit_text(max_text))
    if read is None:
        return None
    if read.op is Op.TEXT and not is_known(unit or "") and read.text == max_text:
        return _aligned(max_text, unit or "", standard or "") or _as_limit(read, unit or "", standard or "")
    return _as_limit(read, unit or "", standard or "")


def _aligned(text: str, unit: str, standard: str) -> Limit | None:
    """`10,0.01` with `μg/L,mg/L` is one limit in two units; anything else is a choice that nobody has made."""
    cells, units = _LISTED.split(canonical(text)), _LISTED.split(canonical(unit))
    reads = [parse_limit_text(cell) for cell in cells]
    if len(cells) != len(units) or len(cells) < 2:
        return None
    limits = [_as_limit(read, own, standard) for read, own in zip(reads, units, strict=True) if read]
    same = len(limits) == len(cells) and all(same_limit(limits[0], other) for other in limits[1:])
    return limits[0] if same and limits[0].op is not Op.TEXT else None


def _joined(low: LimitText | None, high: LimitText | None) -> LimitText | None:
    if low is not None and low.op is Op.AT_MOST and canonical(low.text)[0] in "+-.0123456789":  # a bare number
        low = LimitText(Op.AT_LEAST, minimum=low.maximum, unit=low.unit, text=low.text)
    if low is not None and low.op is Op.AT_LEAST and low.minimum == 0:
        low = None
    if low is None or high is None or low == high:
        return high if low is None else low
    if low.op in PROHIBITIONS and high.op is Op.AT_MOST and high.maximum == 0:
        return low  # a maximum of 0 is how some tables write 不得检出
    if (low.op, high.op) == (Op.AT_LEAST, Op.AT_MOST) and _in_order(low, high):
        return LimitText(Op.RANGE, low.minimum, high.maximum, high.unit or low.unit)
    return LimitText(Op.TEXT, text=f"{low.text}～{high.text}")


def _in_order(low: LimitText, high: LimitText) -> bool:
    same_unit = not low.unit or not high.unit or is_same(low.unit, high.unit)
    return same_unit and low.minimum is not None and high.maximum is not None and low.minimum <= high.maximum


def _as_limit(read: LimitText, unit: str, standard: str) -> Limit:
    """The unit inside the cell and the unit column must agree: else nobody knows what the number means."""
    column = unit if normalise(unit) else ""
    numeric = read.op not in (*PROHIBITIONS, Op.TEXT) and not (read.op is Op.PLAN and read.m == 0)
    if numeric and read.unit and column and not is_same(read.unit, unit):
        return Limit(op=Op.TEXT, unit=unit, standard=standard, text=f"{read.text} {unit}")
    fields = {field: getattr(read, field) for field in ("op", "minimum", "maximum", "n", "c", "m", "big_m", "text")}
    return Limit(unit=read.unit or column, standard=standard, **fields)


def same_limit(one: Limit, other: Limit) -> bool:
    """True where both allow exactly the same readings; a limit without a unit is taken to be in the other's."""
    if _is_prohibition(one) or _is_prohibition(other):
        return _is_prohibition(one) and _is_prohibition(other)
    if one.op is not other.op or (one.n, one.c) != (other.n, other.c):
        return False
    if one.op is Op.TEXT:
        return normalise_item(one.text) == normalise_item(other.text)
    mine, theirs = ((limit.minimum, limit.maximum, limit.m, limit.big_m) for limit in (one, other))
    if one.unit == other.unit:
        return mine == theirs
    return all(_same_number(a, one.unit, b, other.unit) for a, b in zip(mine, theirs, strict=True))


def _is_prohibition(limit: Limit) -> bool:
    """A maximum of 0 is how some tables write 不得检出 and 不得使用."""
    return limit.op in PROHIBITIONS or (limit.op is Op.AT_MOST and limit.maximum == 0)


def _same_number(mine: Decimal | None, unit: str, theirs: Decimal | None, their_unit: str) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    if mine == theirs == 0 or not normalise(unit) or not normalise(their_unit):
        return mine == theirs
    return convert(mine, unit, their_unit) == theirs
