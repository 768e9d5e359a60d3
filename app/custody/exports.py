"""The list of backup samples as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from app import clock
from app.custody.backup_queries import ALL, Filters, Row
from app.domain.actors import Actor
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet

COLUMNS = (
    Column("抽样编号"), Column("样品名称"), Column("检验机构"), Column("存放位置"), Column("贮存条件"), Column("数量"), Column("封条号"),
    Column("入库日期", "date"), Column("报告日期", "date"), Column("结论"), Column("保存至", "date"), Column("保存期限的由来"),
    Column("未办结案件", "integer"), Column("状态"), Column("处置日期", "date"), Column("处置方式"), Column("见证人"),
)  # fmt: skip


def backup_sheets(rows: Sequence[Row], filters: Filters, actor: Actor, at: datetime) -> list[TableSheet]:
    """The backup samples, and a sheet that says who took them out, when and by which conditions."""
    about: list[tuple[CellValue, CellValue]] = [
        ("导出人", actor.name),
        ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"),
        ("查询条件", conditions(filters)),
        ("件数", len(rows)),
    ]
    return [
        TableSheet("备份样品", COLUMNS, _cells(rows)),
        TableSheet("导出说明", (Column("项目"), Column("内容")), about),
    ]


def _cells(rows: Sequence[Row]) -> Iterator[Sequence[CellValue]]:
    for row in rows:
        backup, sample = row.backup, row.sample
        yield (
            sample.number, sample.product_name, sample.laboratory, backup.place, backup.storage, backup.quantity, backup.seal_no,
            backup.stored_on, sample.reported_on, sample.supervision.value if sample.supervision else None, row.keeping.until,
            row.keeping.why, row.open_cases, row.stage.value, backup.discarded_on, backup.discard_method, backup.discard_witness,
        )  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    said = [
        f"状态：{'全部' if filters.stage == ALL else filters.stage}",
        f"关键词：{filters.q}" if filters.q else "",
        f"存放位置：{filters.place}" if filters.place else "",
    ]
    return "，".join(part for part in said if part)
