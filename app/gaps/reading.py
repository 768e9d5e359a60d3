"""Rows made into what the rules of 下一步抽什么 take: foods, enterprises, earlier batches, laboratories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from app.domain.actors import Actor
from app.domain.gaps import Spot, Trees
from app.domain.gaps_candidates import Firm, Food, licence_code
from app.domain.gaps_caps import ByEnterprise, CapRow, Earlier
from app.domain.gaps_points import Names
from app.domain.gaps_weeks import Laboratory, Week
from app.domain.samples import AreaType, Domain, Link
from app.domain.sampling_kinds import CapSubject, CapWindow
from app.gaps import queries
from app.reference_data import standing
from app.reference_data.books import category_book, code_list, region_book
from app.reference_data.naming import Category
from app.reference_data.standing import WordKind

KIND_LEVEL = 3  # 品种
LICENCE_LIST = "食品生产许可类别编号"
SAMPLED_DOMAINS = (Domain.FOOD, Domain.AGRICULTURAL)


class Books:
    """Foods and places by id, read once per answer."""

    def __init__(self) -> None:
        self.categories, self.regions = category_book(), region_book()

    @cached_property
    def foods(self) -> Mapping[int, Food]:
        found: dict[int, Food] = {}
        waiting: list[tuple[Category, tuple[int, ...], str]] = [(root, (), root.name) for root in self.categories.roots()]
        while waiting:
            node, above, root_name = waiting.pop()
            line = (node.id, *above)
            found[node.id] = Food(node.id, node.name, root_name, node.domain, line)
            waiting += [(child, line, root_name) for child in self.categories.children(node.id)]
        return found

    @property
    def trees(self) -> Trees:
        return Trees(
            lambda one: self.foods[one].line if one in self.foods else (one,),
            lambda one: self.regions.up(one) if one in self.regions else (one,),
        )

    @property
    def names(self) -> Names:
        return Names(
            lambda one: self.foods[one].name if one in self.foods else "未分类",
            lambda one: self.regions.name(one) if one in self.regions else "区域未知",
        )

    def kind_of(self, category_id: int | None) -> int | None:
        """The 品种 that a food is or lies in."""
        food = self.foods.get(category_id) if category_id is not None else None
        return food.line[-KIND_LEVEL] if food is not None and len(food.line) >= KIND_LEVEL else None

    def kinds_below(self, category_ids: Iterable[int]) -> list[int]:
        """Every 品种 in these categories; of none, every 品种 of food."""
        wanted = set(category_ids)
        return [
            food.id for food in self.foods.values()
            if len(food.line) == KIND_LEVEL
            and ((not wanted and food.domain in SAMPLED_DOMAINS) or not wanted.isdisjoint(food.line))
        ]  # fmt: skip

    def root(self, category_id: int | None) -> int | None:
        food = self.foods.get(category_id) if category_id is not None else None
        return food.line[-1] if food else None


def spots(rows: Iterable[Any]) -> list[tuple[Spot, int]]:
    return [(Spot(row.category_id, row.region_id, row.link, row.area_type), row.batches) for row in rows]


# ---------------------------------------------------------------- enterprises

@dataclass(frozen=True, slots=True)
class Held:
    """Batches given out and not yet sampled."""

    rows: Sequence[Any]

    def of_plans(self, plan_ids: frozenset[int]) -> list[tuple[Spot, int]]:
        return [(Spot(row.category_id, row.region_id, row.link), row.open) for row in self.rows if row.plan_id in plan_ids]

    def at_firms(self, books: Books, today: date) -> list[Earlier]:
        return [
            Earlier(row.enterprise_id, books.root(row.category_id), row.link, row.level, max(row.from_on, today), row.open)
            for row in self.rows if row.enterprise_id is not None
        ]  # fmt: skip

    def by_week(self, laboratory_id: int, weeks: Sequence[Week]) -> dict[date, int]:
        """Each task is sampled in the first of the weeks that it falls in."""
        found: dict[date, int] = {}
        for row in self.rows:
            week = next((one for one in weeks if row.from_on <= one.last and one.first <= row.to_on), None)
            if row.laboratory_org_id == laboratory_id and week is not None:
                found[week.first] = found.get(week.first, 0) + row.open
        return found


def firms(actor: Actor, region_ids: Iterable[int], books: Books, year: int) -> list[Firm]:
    """Enterprises in operation, with what earlier samples tell of them."""
    kinds: dict[int, set[str]] = {}
    for row in queries.kinds(actor, region_ids):
        kinds.setdefault(row.enterprise_id, set()).add(row.kind)
    found = _grouped(queries.found_there(actor, region_ids))
    made = _grouped(queries.made_by(actor, region_ids))
    roots = _licence_roots(books)
    return [
        _firm(row, frozenset(kinds.get(row.id, ())), found.get(row.id, []), made.get(row.id, []), roots, year)
        for row in queries.firms(actor, region_ids)
    ]


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.enterprise_id, []).append(row)
    return found


def _firm(row: Any, kinds: frozenset[str], there: Sequence[Any], made: Sequence[Any], roots: Mapping[str, int], year: int) -> Firm:
    last = max((one.last_on for one in there), default=None)
    newest = max((one.last_on for one in (*there, *made)), default=None)
    return Firm(
        id=row.id, name=row.name, region_id=row.region_id, kinds=kinds, area_type=_area_type(row.area_type),
        licence_no=row.licence_no or "", licence_root=roots.get(licence_code(row.licence_no) or ""), last_on=last,
        covered=newest is not None and newest.year >= year,
        made={one.category_id: one.last_on for one in sorted(made, key=lambda one: one.last_on) if one.category_id is not None},
        found={
            (one.category_id, one.link): one.last_on
            for one in there if one.category_id is not None and isinstance(one.link, Link)
        },
    )  # fmt: skip


def _area_type(written: str | None) -> AreaType | None:
    return AreaType(written) if written in {one.value for one in AreaType} else None


def _licence_roots(books: Books) -> dict[str, int]:
    """大类 by the first three digits of a 生产许可证编号, from the code list."""
    roots = {food.name: food.id for food in books.foods.values() if len(food.line) == 1}
    pairs = (value.split(" ", 1) for value in code_list(LICENCE_LIST) if " " in value)
    return {code: roots[name] for code, name in pairs if name in roots}


# ---------------------------------------------------------------- caps, laboratories

def earlier(actor: Actor, region_ids: Sequence[int], caps: Sequence[CapRow], books: Books, held: Held, today: date) -> ByEnterprise:
    """What fills the caps: batches as far back as any of them looks, and those given out."""
    first = min((_since(cap, today) for cap in caps), default=today)
    found: dict[CapSubject, dict[int, list[Earlier]]] = {}
    for subject in (CapSubject.UNIT, CapSubject.PRODUCER):
        rows = queries.counted_since(actor, region_ids, first, producer=subject is CapSubject.PRODUCER)
        batches = [
            Earlier(row.enterprise_id, books.root(row.category_id), row.link, row.organiser_level, row.sampled_on, row.batches)
            for row in rows
        ]
        given = [one for one in held.at_firms(books, today) if subject is CapSubject.UNIT or one.link is Link.PRODUCTION]
        by_firm = found.setdefault(subject, {})
        for one in (*batches, *given):
            by_firm.setdefault(one.enterprise_id, []).append(one)
    return found


def with_exemptions(
    earlier: ByEnterprise, org_ids: Iterable[int], caps: Sequence[CapRow], books: Books, weeks: Sequence[Week]
) -> ByEnterprise:
    """What approved exemptions still allow at an enterprise of the register; the weeks must all lie in their period."""
    found = {subject: {one: list(batches) for one, batches in firms.items()} for subject, firms in earlier.items()}
    subjects = {cap.code: cap.subject for cap in caps}
    roots = {root.name: root.id for root in books.categories.roots()}
    for row in queries.exemptions(org_ids, weeks[0].first, weeks[-1].last):
        firm, _, category = row.subject_key.partition("|")
        subject = subjects.get(row.rule_code)
        if subject in found and firm.startswith("#") and firm[1:].isdecimal():
            allowed = Earlier(int(firm[1:]), roots.get(category), None, None, weeks[0].first, row.left, row.rule_code)
            found[subject].setdefault(allowed.enterprise_id, []).append(allowed)
    return found


def _since(cap: CapRow, today: date) -> date:
    if cap.cap_window is CapWindow.EVER:
        return date(1990, 1, 1)
    if cap.cap_window is CapWindow.DAYS and cap.days:
        return date.fromordinal(max(today.toordinal() - cap.days, 1))
    return date(today.year, 1, 1)


def laboratories(actor: Actor, weeks: Sequence[Week], held: Held) -> list[Laboratory]:
    """The laboratories of the nearest office, the actor's own first, that has entered any capacity."""
    path = [int(part) for part in actor.org_path.split("/") if part]
    rows = queries.capacities(path)
    on = weeks[0].first if weeks else None
    gone = standing.not_offered(WordKind.LABORATORY, on)
    for org_id in reversed(path):
        ours: dict[int, tuple[str, int]] = {}
        for capacity, name, active in rows:
            current = on is not None and capacity.valid_from <= on and (capacity.valid_to is None or on <= capacity.valid_to)
            if capacity.org_id == org_id and active and current and capacity.laboratory_org_id not in gone:
                ours.setdefault(capacity.laboratory_org_id, (name, capacity.per_week))
        if ours:
            return [Laboratory(one, name, most, held.by_week(one, weeks)) for one, (name, most) in sorted(ours.items())]
    return []


def laboratories_of(known: Sequence[Laboratory], weeks: Sequence[Week], held: Held) -> list[Laboratory]:
    """The same laboratories over other weeks."""
    return [Laboratory(lab.id, lab.name, lab.per_week, held.by_week(lab.id, weeks)) for lab in known]
