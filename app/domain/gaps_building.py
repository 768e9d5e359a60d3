"""From plans, enterprises, caps and weeks to the integer program: the candidates that may still give a batch, and their limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.gaps import Book
from app.domain.gaps_candidates import Food, Pair
from app.domain.gaps_caps import ByEnterprise, CapRow, Headroom
from app.domain.gaps_limits import ANY, CapLimits, QuotaLimits, Spots, month_rooms
from app.domain.gaps_points import Around, Names, Place, bonuses, grouped, per_batch
from app.domain.gaps_program import Bonus, Limit, LimitKind, Program
from app.domain.gaps_weeks import Laboratory, Week
from app.domain.samples import Level


@dataclass(frozen=True, slots=True)
class Side:
    """One plan with what may be sampled for it."""

    book: Book
    level: Level
    around: Around
    pairs: Sequence[Pair]
    unsampled: frozenset[int] = frozenset()  # 品种 without a batch this year


@dataclass(frozen=True, slots=True)
class Setting:
    """What all plans share."""

    weeks: Sequence[Week]
    caps: Sequence[CapRow]
    earlier: ByEnterprise
    laboratories: Sequence[Laboratory]
    foods: Mapping[int, Food]
    names: Names

    @property
    def months(self) -> list[int]:
        return sorted({week.month for week in self.weeks})


@dataclass(slots=True)
class Problem:
    """The program, and for each candidate what it stands for."""

    program: Program
    places: list[Place] = field(default_factory=list)
    sides: list[Side] = field(default_factory=list)
    caps: list[list[Headroom]] = field(default_factory=list)


@dataclass(slots=True)
class _Draft:
    """Candidates while the limits are being collected."""

    places: list[Place] = field(default_factory=list)
    sides: list[Side] = field(default_factory=list)
    caps: list[list[Headroom]] = field(default_factory=list)
    uppers: list[int] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)


def build(sides: Sequence[Side], setting: Setting) -> Problem:
    """The program over all plans together: caps and laboratories are shared."""
    draft, rooms = _Draft(), month_rooms(setting.weeks, setting.laboratories)
    caps = CapLimits(setting.caps, setting.earlier, setting.weeks, setting.foods)
    for side in sides:
        _add(side, setting, draft, caps, rooms)
    draft.limits += caps.limits()
    months = grouped((place.month, one) for one, place in enumerate(draft.places))
    draft.limits += [Limit(LimitKind.LABORATORY, months[month], room) for month, room in rooms.items() if month in months]
    program = Program(
        tuple(draft.points), tuple(draft.uppers), tuple(one for one in draft.limits if _binds(one, draft.uppers)),
        tuple(_all_bonuses(draft, sides, setting.names)),
    )  # fmt: skip
    return Problem(program, draft.places, draft.sides, draft.caps)


def _binds(limit: Limit, uppers: Sequence[int]) -> bool:
    return sum(uppers[one] for one in limit.members) > limit.most


def _add(side: Side, setting: Setting, draft: _Draft, caps: CapLimits, rooms: Mapping[int, int]) -> None:
    """The candidates of one plan; where any limit leaves nothing there is no candidate."""
    spots, quotas = Spots(side.book, setting.months), QuotaLimits(setting.months)
    for pair in side.pairs:
        within, before = spots.of(pair.spot), None
        for month in setting.months:
            if within.most[month] <= 0:
                continue
            keys = caps.of(pair, side.level, month)
            if keys == before and not rooms and not within.by_month:
                continue  # no limit tells the months apart: whatever may be taken in this one may be taken before
            before, heads = keys, caps.rooms(keys)
            upper = min(within.most[month], rooms.get(month, ANY), *(head.most for head in heads))
            if upper <= 0:
                continue
            one = len(draft.places)
            place = Place(pair, within.lines[0], month, kind_of(pair, side.unsampled, setting.foods))
            draft.places.append(place)
            draft.sides.append(side)
            draft.caps.append(heads)
            draft.uppers.append(upper)
            draft.points.append(per_batch(place, side.book.trees, side.around.plan_region_id))
            caps.note(keys, one)
            quotas.note(within.lines, within.kept, month, one)
    draft.limits += quotas.limits()


def kind_of(pair: Pair, unsampled: frozenset[int], foods: Mapping[int, Food]) -> int | None:
    """The 品种 without a batch this year that the food is or lies in."""
    food = foods.get(pair.food_id) if pair.food_id is not None else None
    return next((one for one in food.line if one in unsampled), None) if food else None


def _all_bonuses(draft: _Draft, sides: Sequence[Side], names: Names) -> list[Bonus]:
    """Bonuses of each plan; a 品种, an enterprise and a place are covered once, whichever plan it is for."""
    found: dict[tuple[str, str, int, int], Bonus] = {}
    for number, side in enumerate(sides):
        ours = [one for one, owner in enumerate(draft.sides) if owner is side]
        for bonus in bonuses([draft.places[one] for one in ours], side.around, names):
            members = tuple(ours[one] for one in bonus.members)
            key = (bonus.code, bonus.words + bonus.subject, bonus.most, number if bonus.code == "owed" else -1)
            known = found.get(key)
            joined = members if known is None else known.members + members
            found[key] = Bonus(bonus.code, joined, bonus.most, bonus.points, bonus.words, bonus.subject)
    return list(found.values())
