"""Which enterprise can give a batch of which food, and how we know: earlier samples, the licence, or only its trade."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.domain.gaps import Spot
from app.domain.samples import AreaType, Domain, Link

CATERED = "餐饮食品"
LINKS: Mapping[str, Link] = {
    "食品生产企业": Link.PRODUCTION,
    "小作坊": Link.PRODUCTION,
    "食品销售者": Link.CIRCULATION,
    "食盐经营者": Link.CIRCULATION,
    "餐饮服务提供者": Link.CATERING,
    "网络食品交易第三方平台": Link.ONLINE,
}
"""抽样环节 in which an enterprise of a kind is sampled."""
LICENSED = "食品生产企业"  # 获证: what has a 生产许可证 and must be covered every year
LICENCE_PREFIX = "SC"  # 生产许可证编号: SC and 14 digits, of which the first three are the food category


class Fit(StrEnum):
    """依据: how we know that the food is found there."""

    PRODUCED = "生产过该类食品"
    SAMPLED = "在该单位抽到过该类食品"
    LICENCE = "生产许可证的食品类别"
    TRADE = "按经营环节推断"
    UNKNOWN = "生产类别未登记，前往抽样前请核对生产许可证"


@dataclass(frozen=True, slots=True)
class Food:
    """食品分类 as candidates need it; ``line`` are the ids from itself up to the 大类."""

    id: int
    name: str
    root_name: str
    domain: Domain
    line: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Firm:
    """企业 with what earlier samples tell of it."""

    id: int
    name: str
    region_id: int | None
    kinds: frozenset[str]
    area_type: AreaType | None = None
    licence_no: str = ""
    licence_root: int | None = None  # 大类 of its 生产许可证
    last_on: date | None = None  # last sampled there
    covered: bool = False  # a batch taken this year as producer or sampled unit
    made: Mapping[int, date] = field(default_factory=dict)  # as producer, by category, last time
    found: Mapping[tuple[int, Link], date] = field(default_factory=dict)  # as sampled unit

    @property
    def links(self) -> list[Link]:
        return sorted({LINKS[kind] for kind in self.kinds if kind in LINKS}, key=list(Link).index)

    @property
    def licensed(self) -> bool:
        return LICENSED in self.kinds


@dataclass(frozen=True, slots=True)
class Pair:
    """An enterprise and a food at a link, with the ground for it. A food of None is any."""

    firm: Firm
    food_id: int | None
    link: Link
    fit: Fit
    seen: date | None = None

    @property
    def spot(self) -> Spot:
        return Spot(self.food_id, self.firm.region_id, self.link, self.firm.area_type)

    @property
    def ground(self) -> str:
        if self.seen is not None:
            return f"{self.fit.value}（{self.seen}）"
        return self.fit.value


def pairs(firm: Firm, foods: Sequence[Food], unsampled: Collection[int], all_foods: Mapping[int, Food]) -> Iterator[Pair]:
    """Every food of the plan that the enterprise can give.

    ``foods`` are those named by the plan's lines, ``unsampled`` ids of 品种 below them without a batch this year.
    """
    for link in firm.links:
        known = _known(firm, link, all_foods)
        for food in foods:
            found = _fit(firm, link, food, known)
            if found is not None:
                yield Pair(firm, food.id, link, *found)
        named = {food.id for food in foods}
        wanted = {*unsampled, *(one for one in known if one in all_foods)} - named
        for food_id in sorted(wanted):
            food = all_foods[food_id]
            found = _fit(firm, link, food, known)
            if found is not None and found[0] is not Fit.UNKNOWN:
                yield Pair(firm, food_id, link, *found)


def _known(firm: Firm, link: Link, foods: Mapping[int, Food]) -> dict[int, tuple[Fit, date]]:
    """Categories that earlier samples showed, up to their 大类, with the last day."""
    seen: list[tuple[int, Fit, date]] = []
    if link is Link.PRODUCTION:
        seen += [(food_id, Fit.PRODUCED, on) for food_id, on in firm.made.items()]
    seen += [(food_id, Fit.SAMPLED, on) for (food_id, at), on in firm.found.items() if at is link]
    found: dict[int, tuple[Fit, date]] = {}
    for food_id, fit, on in sorted(seen, key=lambda one: (one[2], one[1].value)):
        for one in foods[food_id].line if food_id in foods else ():
            found[one] = (fit, on)
    return found


def _fit(firm: Firm, link: Link, food: Food, known: Mapping[int, tuple[Fit, date]]) -> tuple[Fit, date | None] | None:
    if food.id in known:
        return known[food.id]
    if link is Link.PRODUCTION:
        return _produced(firm, food, known)
    if (food.root_name == CATERED) is not (link is Link.CATERING):
        return (Fit.TRADE, None) if link is Link.CATERING and food.domain is Domain.AGRICULTURAL else None
    return (Fit.TRADE, None) if food.domain in (Domain.FOOD, Domain.AGRICULTURAL) else None


def _produced(firm: Firm, food: Food, known: Mapping[int, tuple[Fit, date]]) -> tuple[Fit, date | None] | None:
    """A producer makes what its samples or its licence say; of one that neither tells of, anybody may ask."""
    if food.root_name == CATERED or food.domain is not Domain.FOOD:
        return None
    if firm.licence_root is not None:
        return (Fit.LICENCE, None) if firm.licence_root in food.line else None
    return None if known else (Fit.UNKNOWN, None)


def licence_code(licence_no: str | None) -> str | None:
    """The three digits of the food category in a 生产许可证编号; None for any other licence."""
    text = (licence_no or "").strip().upper()
    digits = text[2:5]
    return digits if text.startswith(LICENCE_PREFIX) and len(digits) == 3 and digits.isascii() and digits.isdecimal() else None


def foods_named(cells: Iterable[int | None], foods: Mapping[int, Food]) -> list[Food]:
    """The foods that the lines of a plan name, in order; those nobody knows any more are left out."""
    return [foods[one] for one in sorted({one for one in cells if one is not None}) if one in foods]
