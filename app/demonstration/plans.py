"""The demonstration's yearly plans: what the county and the city have issued, and what is still a draft."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app import clock
from app.demonstration.county import County
from app.demonstration.foods import FOODS, DemoFood
from app.demonstration.replay import actor
from app.demonstration.rows import plan_name
from app.domain.actors import Actor, Role
from app.domain.item_rows import Item
from app.domain.quotas import Cell
from app.domain.samples import AreaType, Level, Link, Purpose
from app.plans import issuing, item_saving, operations, quota_saving
from app.plans.models import SamplingPlan
from app.plans.operations import Header
from app.reference_data.books import category_book, region_book

MONTHS = (6, 6, 9, 9, 12, 12, 12, 12, 12, 12, 12, 12)  # the pace of the year's batches
PREFIXES = {
    (Level.COUNTY, Purpose.SUPERVISION): "XBJ", (Level.COUNTY, Purpose.EVALUATION): "XBP", (Level.CITY, Purpose.SUPERVISION): "DBJ",
}  # fmt: skip


def shared(total: int, weights: Sequence[int], first: int = 0) -> list[int]:
    """The total in whole parts by weight; what rounding leaves goes to the largest remainders, of equal ones from ``first`` on."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), (place - first) % len(weights)))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts


@dataclass(slots=True)
class Planner:
    """Makes the plans one after another, each in a transaction of the caller's."""

    county: County
    year: int
    totals: Mapping[tuple[Level, Purpose], int]

    def plans(self) -> Iterator[Callable[[], object]]:
        city = len(self.county.staff[Role.STATISTICIAN]) > 1
        if city:
            yield self._city
        yield self._supervision
        yield self._evaluation
        yield self._draft

    def _city(self) -> None:
        above = region_book().up(self.county.region_id)[1]
        plan = self._create(1, Level.CITY, Purpose.SUPERVISION, above, self.totals[Level.CITY, Purpose.SUPERVISION])
        quotas: dict[Cell, int] = {}
        for root, number in self._by_root(plan.total).items():
            quotas[Cell(root, self.county.region_id)] = number
        quotas[Cell(region_id=self.county.region_id)] = plan.total
        self._issue(plan, quotas, 1)

    def _supervision(self) -> None:
        plan = self._create(0, Level.COUNTY, Purpose.SUPERVISION, self.county.region_id, self.totals[Level.COUNTY, Purpose.SUPERVISION])
        who, at = self._clerk(0), clock.now()
        item_saving.save_sets(plan, {self._category(food.path): _items(food) for food in FOODS}, who, at, None)
        self._issue(plan, self._fine(plan.total), 0)

    def _evaluation(self) -> None:
        plan = self._create(0, Level.COUNTY, Purpose.EVALUATION, self.county.region_id, self.totals[Level.COUNTY, Purpose.EVALUATION])
        quotas: dict[Cell, int] = {}
        for root, number in self._by_root(plan.total).items():
            urban, rural = shared(number, (2, 1))
            quotas |= {Cell(root): number, Cell(root, area_type=AreaType.URBAN): urban, Cell(root, area_type=AreaType.RURAL): rural}
        self._issue(plan, quotas, 0)

    def _draft(self) -> None:
        """中秋、春节 foods of the county, still being written."""
        header = Header(
            self.year, "节令食品专项抽检计划", Level.COUNTY, Purpose.SUPERVISION, self.county.region_id, 20, special=True
        )
        plan = operations.create(header, self._clerk(0), clock.now())
        root = self._category(("糕点",))
        quota_saving.save_quotas(plan, {Cell(root): 12, Cell(root, month=9): 8}, self._clerk(0), clock.now(), None)

    def _fine(self, total: int) -> dict[Cell, int]:
        """By fine category; by 大类 and month; by 大类 and township; by link."""
        quotas: dict[Cell, int] = {}
        for food, number in zip(FOODS, shared(total, [food.weight for food in FOODS]), strict=True):
            for category_id in {self._category(food.path), self._category(food.path[:1])}:
                _add(quotas, Cell(category_id), number)
            for link, part in zip(Link, shared(number, [food.links.count(one) for one in Link]), strict=True):
                _add(quotas, Cell(link=link), part)
        places = [township.id for township in self.county.townships]
        given = 0
        for root, number in [(cell.category_id, number) for cell, number in quotas.items() if cell.category_id in self._roots()]:
            for month, part in enumerate(shared(number, MONTHS, given), 1):
                _add(quotas, Cell(root, month=month), part)
                _add(quotas, Cell(month=month), part)
            for place, part in zip(places, shared(number, [1] * len(places), given) if places else (), strict=True):
                _add(quotas, Cell(root, place), part)
                _add(quotas, Cell(region_id=place), part)
            given += number
        return {cell: number for cell, number in quotas.items() if number}

    def _by_root(self, total: int) -> dict[int, int]:
        weights: dict[int, int] = {}
        for food in FOODS:
            root = self._category(food.path[:1])
            weights[root] = weights.get(root, 0) + food.weight
        return {root: number for root, number in zip(weights, shared(total, list(weights.values())), strict=True) if number}

    def _roots(self) -> set[int]:
        return {self._category(food.path[:1]) for food in FOODS}

    def _category(self, path: Sequence[str]) -> int:
        found = category_book().resolve(list(path))
        assert found is not None
        return found.id

    def _clerk(self, place: int) -> Actor:
        """统计员 of the county, or of the city."""
        return actor(self.county.staff[Role.STATISTICIAN][place][0])

    def _create(self, place: int, level: Level, purpose: Purpose, region_id: int, total: int) -> SamplingPlan:
        header = Header(
            self.year, plan_name(level, purpose), level, purpose, region_id, total, number_prefix=PREFIXES[level, purpose],
            number_unit="10001",
        )  # fmt: skip
        return operations.create(header, self._clerk(place), clock.now())

    def _issue(self, plan: SamplingPlan, quotas: Mapping[Cell, int], place: int) -> None:
        clerk, reviewers = self._clerk(place), self.county.staff[Role.REVIEWER]
        reviewer = actor(reviewers[-1 if place else 0][0])
        quota_saving.save_quotas(plan, quotas, clerk, clock.now(), None)
        operations.submit(plan, clerk, clock.now(), None)
        operations.approve(plan, reviewer, clock.now(), "同意下达")
        issuing.issue(plan, clerk, clock.now(), None)


def _add(quotas: dict[Cell, int], cell: Cell, number: int) -> None:
    quotas[cell] = quotas.get(cell, 0) + number


def _items(food: DemoFood) -> list[Item]:
    return [
        Item(
            one.name, method=one.method, basis=one.basis, min_text=None if one.minimum == "/" else one.minimum,
            max_text=None if one.maximum == "/" else one.maximum, unit=None if one.unit == "/" else one.unit or None,
        )
        for one in food.items
    ]  # fmt: skip
