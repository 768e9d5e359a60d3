"""The difference of a figure between two moments as a workbook: the sum, then one row for each event of each record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app import clock
from app.audit.words import subject_word
from app.indicators.adjusting import Compared
from app.indicators.difference_parts import Difference
from app.indicators.differences import Differences
from app.indicators.frames import Frame
from app.indicators.tables import written
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet

COLUMNS = (
    Column("变化"), Column("记录"), Column("编号"), Column("说明"), Column("原来"), Column("现在"), Column("原因"), Column("时间"),
    Column("经办"), Column("内容"), Column("理由"),
)  # fmt: skip
GAINED, LOST, CHANGED = "新增", "减少", "结论变化"


def moment_words(frame: Frame) -> str:
    return f"{clock.office_time(frame.as_of):%Y-%m-%d %H:%M:%S}" if frame.as_of else "现在"


def grouped(found: Differences) -> Iterator[tuple[str, Difference]]:
    """Every difference under its heading."""
    for heading, listed in ((GAINED, found.gained), (LOST, found.lost), (CHANGED, found.changed)):
        for one in listed:
            yield heading, one


def sheets(compared: Compared, then: Frame, now: Frame, at: datetime) -> list[TableSheet]:
    found = compared.differences
    about: list[tuple[CellValue, CellValue]] = [
        ("指标", f"{compared.planned.row.no} {compared.planned.row.name}"), ("区域", now.area.name), ("统计期", now.period.label),
        ("较早时点", moment_words(then)), ("较晚时点", moment_words(now)), ("原数值", written(compared.then.figure)),
        ("现数值", written(compared.now.figure)), ("原计数", found.count_then), ("新增", len(found.gained)), ("减少", len(found.lost)),
        ("现计数", found.count_now), ("结论变化", len(found.changed)),
        *((reason.value, number) for reason, number in found.by_reason.items()),
        *(((f"常住人口（{words}）", one.label if one else None) for words, one in zip(("原", "现"), found.residents, strict=True))
          if found.residents else ()),
        ("导出人", now.actor.name), ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"),
    ]  # fmt: skip
    return [
        TableSheet("差异汇总", (Column("项目"), Column("内容")), about),
        TableSheet("差异明细", COLUMNS, [row for heading, one in grouped(found) for row in _rows(heading, one)]),
    ]


def _rows(heading: str, one: Difference) -> Iterator[tuple[CellValue, ...]]:
    """A record without an event has one row all the same."""
    head = (heading, subject_word(one.kind), one.number, one.about, one.before, one.after)
    if not one.events:
        yield (*head, "、".join(one.reasons), None, None, None, None)
    for event in one.events:
        at = f"{clock.office_time(event.at):%Y-%m-%d %H:%M:%S}" if event.at else None
        yield (*head, "、".join(event.reasons), at, event.who, event.what, event.why or None)
