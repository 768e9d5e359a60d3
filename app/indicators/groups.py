"""Parts of a whole (分组): by 大类, link, area, organiser level, purpose and month; what fits no group is 未分类."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, StrEnum
from typing import Any

import sqlalchemy as sa

from app.domain.indicators import UNCLASSIFIED
from app.domain.samples import Level, Link, Purpose
from app.errors import NotLikeThis
from app.indicators.batch_rows import category_names
from app.indicators.frames import Area, Clause, Frame
from app.indicators.summaries import NO_LEVEL, county_key, words
from app.reference_data.models import RegionLevel
from app.sampling.models import BatchFact


class By(StrEnum):
    """分组方式; the value stands in addresses."""

    CATEGORY = "category"
    LINK = "link"
    AREA = "area"
    LEVEL = "level"
    PURPOSE = "purpose"
    MONTH = "month"


NAMES: Mapping[By, str] = {
    By.CATEGORY: "食品大类",
    By.LINK: "抽样环节",
    By.AREA: "抽样地区",
    By.LEVEL: "组织级别",
    By.PURPOSE: "检验目的",
    By.MONTH: "月份",
}
FACT_GROUPS: Mapping[By, Any] = {
    By.CATEGORY: BatchFact.category_root_id,
    By.LINK: BatchFact.link,
    By.LEVEL: BatchFact.organiser_level,
    By.PURPOSE: BatchFact.purpose,
    By.MONTH: BatchFact.month,
}
SUMMARY_GROUPS: Mapping[By, str] = {  # columns of the summaries; only the finer one knows counties
    By.CATEGORY: "category_root_id",
    By.AREA: "county_id",
    By.LEVEL: "organiser_level",
    By.PURPOSE: "purpose",
    By.MONTH: "month",
}
WORDS: Mapping[By, type[StrEnum]] = {By.LINK: Link, By.LEVEL: Level, By.PURPOSE: Purpose}


def splits_townships(frame: Frame) -> bool:
    """A county's areas are its townships, which only the batches themselves know."""
    return frame.area.level in (RegionLevel.COUNTY, RegionLevel.TOWNSHIP)


def fact_group(frame: Frame, by: By) -> Any:
    """What a batch is grouped by."""
    if by is By.AREA:
        return BatchFact.region_id if splits_townships(frame) else county_key()
    return FACT_GROUPS[by]


def plain_group(value: Any) -> Any:
    """One spelling of a group, whichever table it was counted in; None is 未分类."""
    if value in (None, 0, NO_LEVEL):
        return None
    return value.value if isinstance(value, Enum) else value


class Groups:
    """The groups of a frame in the order shown. A key is text, so that an address can hold it."""

    def __init__(self, frame: Frame, by: By) -> None:
        self.frame = frame
        self.by = by
        self.areas: Sequence[Area] = frame.area.children if by is By.AREA else ()
        self._owner: dict[int, str] = {}
        for one in self.areas:
            self._owner |= dict.fromkeys(one.inside, one.code)
        self._labels = self._known()

    def _known(self) -> dict[str, str]:
        if self.by is By.CATEGORY:
            return {str(number): name for number, name in category_names().items()}
        if self.by is By.AREA:
            return {one.code: one.name for one in self.areas}
        if self.by is By.MONTH:
            year = self.frame.period.year
            return {str(year * 100 + month): f"{month}月" for month in self.frame.period.months}
        return {member.value: member.value for member in WORDS[self.by]}

    @property
    def keys(self) -> list[str]:
        """Every group there may be, 未分类 last."""
        return [*self._labels, UNCLASSIFIED]

    def label(self, key: str) -> str:
        if key == UNCLASSIFIED and self.by is By.AREA and self.frame.area.level is not RegionLevel.COUNTRY:
            return f"未分类（只记到{self.frame.area.name}）"
        return self._labels.get(key, UNCLASSIFIED)

    def key(self, counted: Any) -> str:
        """The group of a counted value."""
        if counted is None:
            return UNCLASSIFIED
        if self.by is By.AREA:
            return self._owner.get(counted, UNCLASSIFIED)
        return str(counted) if str(counted) in self._labels else UNCLASSIFIED

    def key_of(self, batch: Any) -> str:
        """The group of one batch (or of what stands for one: `RegisterRow`), read plainly."""
        if self.by is By.AREA:
            place = batch.region_id if splits_townships(self.frame) else batch.county_id or batch.region_id
            return self.key(plain_group(place))
        return self.key(plain_group(getattr(batch, FACT_GROUPS[self.by].key)))

    def clause(self, key: str) -> Clause:
        """The batches of one group."""
        if key not in self.keys:
            raise NotLikeThis(f"没有“{key[:20]}”这一组，请从分组统计页面重新进入")
        column = fact_group(self.frame, self.by)
        if key == UNCLASSIFIED:
            return sa.or_(column.is_(None), column.not_in(self._raw()))
        if self.by is By.AREA:
            return column.in_([number for number, code in self._owner.items() if code == key])
        if self.by in WORDS:
            return words(column) == key  # type: ignore[no-any-return]
        return column == int(key)  # type: ignore[no-any-return]

    def _raw(self) -> list[Any]:
        """Every value that belongs to some group."""
        if self.by is By.AREA:
            return list(self._owner)
        if self.by in WORDS:
            return list(WORDS[self.by])
        return [int(key) for key in self._labels]
