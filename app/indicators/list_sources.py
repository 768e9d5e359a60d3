"""The records behind a figure, to be taken out: as many lines as the figure says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.authorize import current_actor
from app.domain.actors import Actor
from app.domain.indicators import TallyPart
from app.domain.permissions import Permission
from app.downloads.lists import PART, Field, ListSource, column, register
from app.errors import NotFound, NotLikeThis
from app.indicators import kinds, queries, records
from app.indicators.addresses import here
from app.indicators.figures import Asked
from app.indicators.frames import Frame
from app.indicators.groups import NAMES, By, Groups
from app.indicators.queries import Planned
from app.indicators.records import Page, Side, Slice

WORDS = {Side.NUMERATOR: "分子", Side.DENOMINATOR: "分母"}


@dataclass(frozen=True, slots=True)
class Behind:
    """One side of one figure in one frame, or a slice of it."""

    planned: Planned
    side: Side
    frame: Frame
    asked: Asked
    group: Slice | None
    group_label: str
    kind: str = ""  # of 品种清单: the batches of one 品种

    @property
    def tallied(self) -> bool:
        return isinstance(records.part_of(self.planned.formula, self.side), TallyPart)


def _asked(given: Mapping[str, Any]) -> Behind:
    code, no, side = (str(given.get(name) or "") for name in ("code", "no", "side"))
    found = records.indicator_side(current_actor(), code, no, side)
    if found is None:
        raise NotFound("没有找到该指标或清单；命令行请用 --filter code=规划 no=编号 side=numerator 指明")
    place = here(found[0].plan, given)
    planned = queries.as_known(found[0], place.frame.as_of)
    asked = Asked(planned.formula, planned.conditions)
    kind = str(given.get("kind") or "") if asked.by_kind else ""
    if asked.covers and not kind:
        raise NotLikeThis("该指标按企业或品种计数，请在它的清单页面导出", field="no")
    group, label = _slice(place.frame, given)
    return Behind(planned, found[1], place.frame, asked, group, f"品种：{kinds.label(kind)}" if kind else label, kind)


def _slice(frame: Frame, given: Mapping[str, Any]) -> tuple[Slice | None, str]:
    by, key = given.get("by"), given.get("group")
    if not by or not key or by not in {one.value for one in By}:
        return None, ""
    groups = Groups(frame, By(by))
    return Slice(groups.by, key), f"{NAMES[groups.by]}：{groups.label(key)}"


def _words(found: Behind) -> str:
    frame = found.frame
    said = [
        f"指标：{found.planned.row.name}", f"清单：{WORDS.get(found.side, '另计')}", f"地区：{frame.area.name}",
        f"期间：{frame.period.label}", found.group_label,
    ]  # fmt: skip
    return "，".join(part for part in said if part)


def _parts(actor: Actor, found: Behind) -> Iterator[Sequence[Any]]:
    after = 0
    while True:
        page = _page(found, after, PART)
        if page.rows:
            yield page.rows
        if page.next is None:
            return
        after = page.next


def _count(actor: Actor, found: Behind, most: int) -> int:
    return _page(found, 0, 1).count


def _page(found: Behind, after: int, size: int) -> Page:
    if found.kind:
        return kinds.page(found.frame, found.asked, found.kind, after, size)
    return records.page(found.frame, found.asked, found.side, after, size, found.group)


BATCHES: tuple[Field, ...] = (
    column("抽样编号", "number"), column("样品名称", "product_name"), column("被抽样单位名称", "sampled_name"),
    column("检验目的", "purpose"), column("产品领域", "domain"), column("监督结论", "supervision"), column("监测结论", "monitoring"),
    column("报告日期", "reported_on", "date"), column("依据", "basis"), column("登记时间", "recorded_at", "moment", default=False),
    column("单位", "org_name"),
)  # fmt: skip
TALLIES: tuple[Field, ...] = (
    column("编号", "title"), column("全称编号", "number", default=False), column("当事人或事项", "about"), column("日期", "day", "date"),
    column("计入分子", "met"), column("数量", "amount", "integer"), column("单位", "org_name"),
)  # fmt: skip

register(
    ListSource(
        code="indicator_records", title="指标记录清单", permission=Permission.INDICATOR_READ, endpoints=("indicators.show_records",),
        asked=_asked, words=_words, fields=BATCHES, fields_of=lambda found: TALLIES if found.tallied else BATCHES,
        parts=_parts, count=_count,
    )
)  # fmt: skip
