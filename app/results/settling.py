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
from app.reference_data.naming import ItemName
from app.results.known import KnownSample, Standing

LARGEST = Decimal(10) ** 13  # what the column for values holds
# the cells of a row that its judgement depends on, beside the item: all from the result to 检验类型 but 检验依据
UP_TO_VERDICT = slice(WrittenRow._fields.index("result"), WrittenRow._fields.index("method"))
FROM_BASIS = slice(WrittenRow._fields.index("basis"), WrittenRow._fields.index("note"))


class Food(NamedTuple):
    """What a limit depends on besides the item: the food, the place, the day, and what the sampling is for."""

    category_path: str
    regions: tuple[str, ...]
    day: date
    purpose: Purpose


class Judgement(NamedTuple):
    """What is made of a row; rows alike in all that a verdict depends on share one."""

    item_class: ItemClass | None
    kind: ItemKind | None
    settled: Settled
    standing: Standing


class Governed(NamedTuple):
    """An item under its limit; ``place`` is one number for all of this that a verdict depends on."""

    item: ItemName
    limit: Limit | None
    monitoring: bool
    place: int


@dataclass(slots=True)
class SettledRow:
    """One written row with the verdict in force."""

    row: WrittenRow
    item: str
    judgement: Judgement

    @property
    def item_class(self) -> ItemClass | None:
        return self.judgement.item_class

    @property
    def settled(self) -> Settled:
        return self.judgement.settled

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
        self._governing: dict[tuple[object, ...], dict[str, Governed]] = {}
        self._governed: dict[tuple[int, int, bool], Governed] = {}
        self._places: dict[tuple[object, ...], int] = {}
        self._judged: dict[tuple[object, ...], Judgement] = {}
        self._standings: dict[Standing, Standing] = {}

    def food_of(self, sample: KnownSample, reported_on: date | None, today: date) -> Food:
        """The food of a registered sample. Without a production date the sampling date counts."""
        path = self._categories.by_id(sample.category_id).path if sample.category_id else ""
        day = sample.made_on or sample.sampled_on or reported_on or today
        return Food(path, tuple(self._regions.codes_up(sample.region_id)), day, sample.purpose)

    def settle(self, rows: Sequence[WrittenRow], food: Food) -> list[SettledRow]:
        era = self._limits.era(food.day)  # samples of many days are under the same limits
        governing = self._governing.setdefault((food.category_path, food.regions, era, food.purpose), {})
        judged, found = self._judged, []
        for row in rows:
            governed = governing.get(row.item)
            if governed is None:
                governed = governing[row.item] = self._govern(row.item, food)
            item, _, _, place = governed
            key = place, row[UP_TO_VERDICT], row[FROM_BASIS]
            judgement = judged.get(key)
            if judgement is None:
                judgement = judged[key] = self._judgement(row, governed)
            found.append(SettledRow(row, item.name, judgement))
        return found

    def _govern(self, written: str, food: Food) -> Governed:
        item = self._items.resolve(written)
        limit = self._limits.in_force(item.name, food.category_path, food.regions, food.day)
        monitoring = food.purpose is Purpose.MONITORING
        key = id(item), id(limit), monitoring  # both are kept below, so that an identity stays one
        governed = self._governed.get(key)
        if governed is None:
            place = self._places.setdefault((id(limit), item.item_class, monitoring), len(self._places))
            governed = self._governed[key] = Governed(item, limit, monitoring, place)
        return governed

    def _judgement(self, row: WrittenRow, governed: Governed) -> Judgement:
        kind = ItemKind(row.kind) if row.kind else None
        item_class = governed.item.item_class
        settled = _judge(row, ItemKind.MONITORING if governed.monitoring else kind, governed.limit)
        standing = Standing(kind, settled.verdict, settled.pending, item_class)
        return Judgement(item_class, kind, settled, self._standings.setdefault(standing, standing))


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
