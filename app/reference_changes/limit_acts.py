"""限量: a first limit of a food, a new version, the end of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock
from app.db import session
from app.domain.actors import Actor
from app.domain.reference_acts import ChangeAct
from app.domain.rounding import Basis
from app.domain.samples import Confidence
from app.errors import NotFound, NotLikeThis
from app.reference_changes import gauges
from app.reference_changes.handling import Handler, Line, Told, Values, day, handles, word
from app.reference_data import amendments, books
from app.reference_data.amendments import LimitVersion
from app.reference_data.models import FoodLimit

EVERYTHING, NATION = "全部食品", "全国"


def version_of(values: Values) -> LimitVersion:
    """The version that the payload writes down."""
    begins = day(values, "valid_from")
    if begins is None:
        raise NotLikeThis("请填写有效期起", field="valid_from")
    return LimitVersion(
        word(values, "limit") or "", word(values, "unit"), word(values, "standard") or "", begins, day(values, "valid_to"),
        word(values, "source") or "", Confidence(values["confidence"]), word(values, "note"),
        Basis(values.get("comparison") or Basis.FULL),
    )  # fmt: skip


def row_of(values: Values) -> FoodLimit:
    found = session().get(FoodLimit, int(values["subject"]))
    if found is None:
        raise NotFound("没有找到这条限量，可能编号有误，请从限量列表重新进入")
    return found


def in_force_of(item: str, category: str | None, region: str | None) -> list[int]:
    """Ids of what is in force for the item, the food and the region: what a change of any of them starts from."""
    return list(
        session().scalars(
            sa.select(FoodLimit.id)
            .where(
                FoodLimit.item == item, FoodLimit.category.is_not_distinct_from(category),
                FoodLimit.region.is_not_distinct_from(region), FoodLimit.superseded_at.is_(None),
            )
            .order_by(FoodLimit.id)
        )
    )  # fmt: skip


def key_of(item: str, category: str | None, region: str | None) -> str:
    return f"{item}／{category or EVERYTHING}／{region or NATION}"[:200]


def _period(begins: Any, ends: Any) -> str:
    return f"{begins or '—'} 至 {ends or '今'}"


class OfRow(Handler):
    """A change of a limit that is there."""

    def base(self, values: Values) -> Any:
        row = row_of(values)
        return [row.id, row.superseded_at is None, in_force_of(row.item, row.category, row.region)]

    def gauge(self, values: Values) -> Mapping[str, Any]:
        row = row_of(values)
        return {"results": gauges.results(row.item, row.category)}


@handles(ChangeAct.LIMIT_VERSION)
class LimitVersionChange(OfRow):
    """限量新版本."""

    def told(self, values: Values) -> Told:
        row, version = row_of(values), version_of(values)
        unit = f" {version.unit}" if version.unit and version.unit not in version.limit else ""
        lines = [
            Line("限量", books.limit_words(row), f"{version.limit}{unit}"),
            Line("标准", row.standard, version.standard),
            Line("有效期", _period(row.valid_from, row.valid_to), _period(version.valid_from, version.valid_to)),
            Line("比较方法", row.comparison or Basis.FULL.value, version.comparison.value),
            Line("备注", row.note, version.note),
        ]
        name = key_of(row.item, row.category, row.region)
        return Told(f"{name}：{version.limit}，自 {version.valid_from} 起"[:200], name, version.valid_from, lines)

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        amendments.add_limit_version(row_of(values), version_of(values), actor)


@handles(ChangeAct.LIMIT_NEW)
class NewLimit(Handler):
    """新增限量."""

    def gauge(self, values: Values) -> Mapping[str, Any]:
        item, category, _ = self._identity(values)
        return {"results": gauges.results(item, category)}

    def _identity(self, values: Values) -> tuple[str, str | None, str | None]:
        known = books.item_book().resolve(word(values, "item") or "")
        return known.name, word(values, "category"), word(values, "region")

    def told(self, values: Values) -> Told:
        version, name = version_of(values), key_of(*self._identity(values))
        unit = f" {version.unit}" if version.unit and version.unit not in version.limit else ""
        lines = [
            Line("限量", None, f"{version.limit}{unit}"), Line("标准", None, version.standard),
            Line("有效期", None, _period(version.valid_from, version.valid_to)),
            Line("比较方法", None, version.comparison.value), Line("备注", None, version.note),
        ]  # fmt: skip
        return Told(f"{name}：{version.limit}，自 {version.valid_from} 起"[:200], name, version.valid_from, lines)

    def base(self, values: Values) -> Any:
        return in_force_of(*self._identity(values))

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        place = word(values, "category"), word(values, "region")
        amendments.add_limit(word(values, "item") or "", *place, version_of(values), actor)


@handles(ChangeAct.LIMIT_END)
class LimitEnd(OfRow):
    """废止限量: the last day on which it holds."""

    def _last(self, values: Values) -> date:
        last = day(values, "valid_to")
        if last is None:
            raise NotLikeThis("请填写最后一个有效日", field="valid_to")
        return last

    def told(self, values: Values) -> Told:
        row, last = row_of(values), self._last(values)
        name = key_of(row.item, row.category, row.region)
        lines = [Line("有效期", _period(row.valid_from, row.valid_to), _period(row.valid_from, last))]
        return Told(f"{name}：{books.limit_words(row)}，有效至 {last}"[:200], name, last + timedelta(days=1), lines)

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        amendments.end_limit(row_of(values), self._last(values), word(values, "source") or "", actor, clock.now())
