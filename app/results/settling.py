"""From written rows to verdicts in force (结果判定): the item's official name, the limit that governs it, whose verdict stands.

Books are asked for once per file; readings, limits and verdicts repeat so much within a file that each is worked out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.domain.limits import Limit
from app.domain.quantities import ReadingKind, is_blank, read_result
from app.domain.result_rows import WrittenRow
from app.domain.samples import ItemClass, ItemKind, Purpose, Verdict
from app.domain.verdicts import LimitSource, Settled, judge_row
from app.reference_data.books import category_book, item_book, limit_book, region_book
from app.results.known import KnownSample

LARGEST = Decimal(10) ** 13  # what the column for values holds


class Food(NamedTuple):
    """What a limit depends on besides the item: the food, the place, the day, and what the sampling is for."""

    category_path: str
    regions: tuple[str, ...]
    day: date
    purpose: Purpose


@dataclass(slots=True)
class SettledRow:
    """One written row with the verdict in force."""

    row: WrittenRow
    item: str
    item_class: ItemClass | None
    kind: ItemKind | None
    settled: Settled

    @property
    def verdict(self) -> Verdict:
        return self.settled.verdict

    @property
    def pending(self) -> bool:
        return self.settled.pending

    @property
    def reason(self) -> str | None:
        """Why, wherever it is not plain that the item passed."""
        plain = self.settled.verdict is Verdict.PASS and not self.settled.flags
        return None if plain else self.settled.reason

    @property
    def value(self) -> Decimal | None:
        """The reading as a number, where it is one."""
        reading, _ = read_result(self.row.result, self.row.unit)
        if reading.kind is not ReadingKind.NUMBER or reading.value is None or abs(reading.value) >= LARGEST:
            return None
        return reading.value

    @property
    def limit_id(self) -> int | None:
        limit = self.settled.limit
        return limit.id if limit and self.settled.limit_source is LimitSource.BOOK else None


class Settler:
    """Judges the rows of one file or form."""

    def __init__(self) -> None:
        self._limits, self._items = limit_book(), item_book()
        self._categories, self._regions = category_book(), region_book()
        self._governing: dict[Food, dict[str, Limit | None]] = {}
        self._settled: dict[tuple[object, ...], Settled] = {}

    def food_of(self, sample: KnownSample, reported_on: date | None, today: date) -> Food:
        """The food of a registered sample. Without a production date the sampling date counts."""
        path = self._categories.by_id(sample.category_id).path if sample.category_id else ""
        day = sample.made_on or sample.sampled_on or reported_on or today
        return Food(path, tuple(self._regions.codes_up(sample.region_id)), day, sample.purpose)

    def settle(self, rows: Sequence[WrittenRow], food: Food) -> list[SettledRow]:
        governing = self._governing.setdefault(food, {})
        return [self._settle(row, food, governing) for row in rows]

    def _settle(self, row: WrittenRow, food: Food, governing: dict[str, Limit | None]) -> SettledRow:
        item = self._items.resolve(row.item)
        if item.name in governing:
            limit = governing[item.name]
        else:
            limit = governing[item.name] = self._limits.in_force(item.name, food.category_path, food.regions, food.day)
        kind = ItemKind(row.kind) if row.kind else None
        judged_as = ItemKind.MONITORING if food.purpose is Purpose.MONITORING else kind
        key = (  # the book outlives this object, so a limit's identity is a name for it
            id(limit), judged_as, row.result, row.unit, row.verdict, row.min_limit, row.min_unit, row.max_limit,
            row.max_unit, row.basis, row.lod, row.lod_unit, row.lod_kind,
        )  # fmt: skip
        settled = self._settled.get(key)
        if settled is None:
            settled = self._settled[key] = _judge(row, judged_as, limit)
        return SettledRow(row, item.name, item.item_class, kind, settled)


def _judge(row: WrittenRow, kind: ItemKind | None, limit: Limit | None) -> Settled:
    low = row.min_limit
    if row.max_limit and row.min_unit != row.max_unit and not is_blank(low) and not is_blank(row.min_unit):
        low = f"{low} {row.min_unit}"
    return judge_row(
        row.result,
        row.unit,
        row.verdict,
        min_text=low,
        max_text=row.max_limit,
        limit_unit=row.max_unit if row.max_limit else row.min_unit,
        standard=row.basis,
        book_limit=limit,
        kind=kind,
        lod=row.lod,
        lod_unit=row.lod_unit,
        lod_kind=row.lod_kind,
    )
