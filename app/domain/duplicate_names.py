"""企业档案查重: which records of the register are likely one enterprise, why, and how sure that is.

Records are compared within one county only, and only with those that share something rare (a pair of characters of the name, a
licence number, a telephone, an address), at most ``WINDOW`` neighbours at a time: the work grows with the register, not its square.
Two different credit codes are two firms whatever they are called; so are names whose numbers differ (一店、二店).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import islice

WINDOW = 20  # neighbours that a record is compared with under one sign
RAREST = 4  # pairs of characters of a name that are looked up
ALIKE, VERY_ALIKE = Fraction(7, 10), Fraction(85, 100)  # Dice of the pairs of characters; the office's own thresholds
NEAR = Fraction(6, 10)  # of two addresses
SHORTEST_NUMBER = 6  # digits of a telephone or licence that say anything
FORMS = (("有限责任公司", "有限公司"), ("个体工商户", ""), ("股份公司", "股份有限公司"))
DIGITS = {character: number for number, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
NUMBER = re.compile(r"[0-9]+|[零〇一二三四五六七八九十百]+")
BRANCH = re.compile(r"([^店]{2,4})(?:分店|分公司|店)$")
SIGNS = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")


class Certainty(StrEnum):
    """把握."""

    SURE = "几乎确定"
    LIKELY = "很可能"
    POSSIBLE = "可能"


ORDER = {certainty: place for place, certainty in enumerate(Certainty)}


@dataclass(frozen=True, slots=True)
class Registered:
    """One record as far as it is compared. ``county`` is any sign of the place within which records are compared; ``places`` are the
    names of the areas it lies in, which tell no two records apart (天津市, 天津, 蓟州区, 蓟州)."""

    id: int
    name: str
    county: int
    places: tuple[str, ...] = ()
    address: str | None = None
    credit_code: str | None = None
    licence_no: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records (the older first), how sure it is that they are one enterprise, and why."""

    first: int
    second: int
    certainty: Certainty
    reasons: tuple[str, ...]


def plain(text: str | None, places: Iterable[str] = ()) -> str:
    """Without widths, brackets, blanks and the names of the area: what is left tells records apart."""
    found = SIGNS.sub("", unicodedata.normalize("NFKC", text or "").casefold())
    words = sorted({unicodedata.normalize("NFKC", place) for place in places if len(place) > 1}, key=lambda word: (-len(word), word))
    while True:
        # The longest first, again after every one: otherwise 蓟州 is taken off before 蓟州区 has had its turn, and 区 stays behind.
        word = next((word for word in words if found.startswith(word) and len(found) - len(word) > 1), None)
        if word is None:
            break
        found = found[len(word) :]
    return found


def plain_name(name: str, places: Iterable[str] = ()) -> str:
    """The name with one word for each legal form; an area named in brackets is left out too."""
    places = tuple(places)
    bare = unicodedata.normalize("NFKC", name)
    for place in places:
        bare = bare.replace(f"({place})", "")
    found = plain(bare, places)
    for written, meant in FORMS:
        found = found.replace(written, meant) if len(found) > len(written) + 1 else found
    return found


def numbers(text: str) -> tuple[int, ...]:
    """The numbers of a name or an address in their order, Chinese ones read as well: 第二分店, 2 分店 → (2,)."""
    return tuple(_number(found) for found in NUMBER.findall(unicodedata.normalize("NFKC", text)))


def _number(written: str) -> int:
    if written.isascii():
        return int(written[:18])
    if "十" not in written and "百" not in written:
        return int("".join(str(DIGITS[one]) for one in written))
    hundreds, _, rest = written.rpartition("百")
    tens, ten, units = rest.rpartition("十")
    total = 100 * (_number(hundreds) if hundreds else 1) if "百" in written else 0
    total += 10 * (DIGITS.get(tens[-1:], 1) if tens else 1) if ten else 0
    return total + (DIGITS.get(units[-1:], 0) if units else 0)


def pairs_of(text: str) -> frozenset[str]:
    """Its pairs of neighbouring characters."""
    return frozenset(text[at : at + 2] for at in range(len(text) - 1)) or frozenset({text} if text else ())


def reaches(one: frozenset[str], other: frozenset[str], least: Fraction) -> bool:
    """Dice (twice what both have, of all that each has: 1 for the same, 0 for nothing in common) is ``least`` at least."""
    return 2 * len(one & other) * least.denominator >= least.numerator * (len(one) + len(other)) > 0


@dataclass(frozen=True, slots=True)
class _Folded:
    """One record, ready to be compared."""

    row: Registered
    name: str
    pairs: frozenset[str]
    numbers: tuple[int, ...]
    branch: str
    address: str
    near: frozenset[str]
    doors: frozenset[int]
    licence: str
    phones: frozenset[str]


def _fold(row: Registered) -> _Folded:
    name, address = plain_name(row.name, row.places), plain(row.address, row.places)
    branch = BRANCH.search(name)
    licence = SIGNS.sub("", unicodedata.normalize("NFKC", row.licence_no or "").casefold())
    phones = frozenset(found for found in re.findall(r"[0-9]+", (row.phone or "").replace("-", "")) if len(found) > SHORTEST_NUMBER)
    return _Folded(
        row, name, pairs_of(name), numbers(name), branch[1] if branch else "", address, pairs_of(address),
        frozenset(numbers(address)), licence if len(licence) >= SHORTEST_NUMBER else "", phones,
    )  # fmt: skip


def compare(one: Registered, other: Registered) -> Pair | None:
    """Whether two records look like one enterprise; None when they do not, or cannot be."""
    return _compare(_fold(one), _fold(other))


def _compare(one: _Folded, other: _Folded) -> Pair | None:
    if one.row.id == other.row.id or one.row.county != other.row.county or one.numbers != other.numbers:
        return None
    if one.row.credit_code and other.row.credit_code and one.row.credit_code != other.row.credit_code:
        return None
    judged = _judged(one, other)
    if judged is None:
        return None
    first, second = sorted((one.row.id, other.row.id))
    return Pair(first, second, *judged)


def _judged(one: _Folded, other: _Folded) -> tuple[Certainty, tuple[str, ...]] | None:
    same, licensed = one.name == other.name, bool(one.licence) and one.licence == other.licence
    alike = same or reaches(one.pairs, other.pairs, ALIKE)
    if not alike and not licensed:
        return None
    address = _address(one, other)
    marks = ["许可证号相同"] if licensed else []
    marks += ["电话相同"] if one.phones & other.phones else []
    marks += [address] if address else []
    named = "名称相同" if one.row.name == other.row.name else "名称只是写法不同" if same else "名称相似" if alike else ""
    reasons = (*((named,) if named else ()), *marks)
    if same:
        silent = not one.address or not other.address
        return (Certainty.SURE if marks else Certainty.LIKELY if silent else Certainty.POSSIBLE), (
            reasons if marks or not silent else (*reasons, "有一份没有地址")
        )
    if licensed:
        return (Certainty.SURE if named else Certainty.POSSIBLE), reasons
    if not named or not marks or _other_branch(one, other):
        return None
    firm = len(marks) > 1 or ("地址相似" not in marks and reaches(one.pairs, other.pairs, VERY_ALIKE))
    return (Certainty.LIKELY if firm else Certainty.POSSIBLE), reasons


def _other_branch(one: _Folded, other: _Folded) -> bool:
    """兴华路店 and 文昌街店 of one chain."""
    return bool(one.branch and other.branch and one.branch != other.branch)


def _address(one: _Folded, other: _Folded) -> str:
    """地址相同 or 地址相似; other door numbers are another house."""
    if not one.address or not other.address:
        return ""
    if one.address == other.address:
        return "地址相同"
    houses = one.doors <= other.doors or other.doors <= one.doors
    return "地址相似" if houses and reaches(one.near, other.near, NEAR) else ""


# ---------------------------------------------------------------- many

@dataclass(slots=True)
class _Blocks:
    """Records by what they share, county by county."""

    found: dict[tuple[int, str, str], list[_Folded]] = field(default_factory=lambda: defaultdict(list))

    def put(self, one: _Folded, sign: str, value: str) -> None:
        if value:
            self.found[one.row.county, sign, value].append(one)


def duplicates(rows: Iterable[Registered]) -> list[Pair]:
    """Every pair found, the surest first, then by the older record."""
    folded = [_fold(row) for row in rows]
    seen: set[tuple[int, int]] = set()
    found: list[Pair] = []
    for one, other in _candidates(folded):
        key = (one.row.id, other.row.id) if one.row.id < other.row.id else (other.row.id, one.row.id)
        if key not in seen:
            seen.add(key)
            pair = _compare(one, other)
            found += [pair] if pair is not None else []
    return sorted(found, key=lambda pair: (ORDER[pair.certainty], pair.first, pair.second))


def _candidates(folded: Sequence[_Folded]) -> Iterator[tuple[_Folded, _Folded]]:
    for block in _blocks(folded).found.values():
        block.sort(key=lambda one: (one.name, one.address, one.row.id))
        for at, one in enumerate(block):
            for other in islice(block, at + 1, at + 1 + WINDOW):
                yield one, other


def _blocks(folded: Sequence[_Folded]) -> _Blocks:
    often = Counter((one.row.county, pair) for one in folded for pair in one.pairs)
    blocks = _Blocks()
    for one in folded:
        blocks.put(one, "name", one.name)
        blocks.put(one, "licence", one.licence)
        blocks.put(one, "address", one.address)
        for phone in one.phones:
            blocks.put(one, "phone", phone)
        shared = sorted((often[one.row.county, pair], pair) for pair in one.pairs if often[one.row.county, pair] > 1)
        for _, pair in shared[:RAREST]:
            blocks.put(one, "pair", pair)
    return blocks
