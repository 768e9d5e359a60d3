"""年度评定 as a workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.grading import run_showing as showing
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet, write_table

COLUMNS = (
    Column("企业名称"), Column("统一社会信用代码"), Column("原等级"), Column("新等级"), Column("变动"), Column("静态分", "decimal"),
    Column("动态分", "decimal"), Column("总分", "decimal"), Column("调整级数", "integer"), Column("变动原因"), Column("评定编号"),
    Column("原评定编号"),
)  # fmt: skip


def written(sheets: Sequence[TableSheet]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        write_table(path, list(sheets))
        return path.read_bytes()


def cells(rows: Sequence[Any]) -> Iterator[tuple[CellValue, ...]]:
    for one in showing.moved(rows):
        row = one.row
        yield (
            row.enterprise_name, row.credit_code, row.former_grade.value if row.former_grade else None, row.grade.value,
            showing.DIRECTIONS[one.direction], row.static_points, row.dynamic_points, row.total, row.steps, one.why, row.number,
            row.former_number,
        )  # fmt: skip
