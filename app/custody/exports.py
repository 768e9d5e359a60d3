"""The list of backup samples as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.custody.backup_queries import ALL, Filters, Row
from app.spreadsheet_cells import CellValue, Column

COLUMNS = (
    Column("抽样编号"), Column("样品名称"), Column("检验机构"), Column("存放位置"), Column("贮存条件"), Column("数量"), Column("封条号"),
    Column("入库日期", "date"), Column("报告日期", "date"), Column("结论"), Column("保存至", "date"), Column("保存期限的由来"),
    Column("未办结案件", "integer"), Column("状态"), Column("处置日期", "date"), Column("处置方式"), Column("见证人"),
)  # fmt: skip


def cells(rows: Sequence[Row]) -> Iterator[Sequence[CellValue]]:
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
