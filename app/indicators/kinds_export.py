"""品种清单 as a workbook: those not reached first, and a sheet that says what is counted, who took it out and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.domain.indicators import Figure
from app.indicators.frames import Frame
from app.indicators.kinds import OTHER_WORDS, Kinds
from app.indicators.queries import Planned
from app.indicators.table_export import about
from app.indicators.tables import written
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet

COLUMNS = (Column("食品大类"), Column("食品亚类"), Column("食品品种"), Column("完成批次", "integer"), Column("情况"))


def sheets(planned: Planned, frame: Frame, found: Kinds, figure: Figure, at: datetime) -> list[TableSheet]:
    counts: list[tuple[CellValue, CellValue]] = [
        ("计划品种", len(found.missing) + len(found.covered)), ("已抽到的品种", len(found.covered)),
        ("未抽到的品种", len(found.missing)), ("覆盖率", written(figure)), ("完成批次", found.batches), (OTHER_WORDS, found.other),
    ]  # fmt: skip
    return [TableSheet("品种清单", COLUMNS, list(_rows(found))), about(f"{planned.row.name}：品种清单", frame, at, planned, counts)]


def _rows(found: Kinds) -> Iterator[tuple[CellValue, ...]]:
    for kinds, words in ((found.missing, "未抽到"), (found.covered, "已抽到")):
        for one in kinds:
            yield (*one.path.split("/"), one.batches, words)
