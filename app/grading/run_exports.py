"""年度评定 as a workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from app import clock
from app.domain.actors import Actor
from app.grading import run_showing as showing
from app.grading.models import RiskRun
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet, write_table

COLUMNS = (
    Column("企业名称"), Column("统一社会信用代码"), Column("原等级"), Column("新等级"), Column("变动"), Column("静态分", "decimal"),
    Column("动态分", "decimal"), Column("总分", "decimal"), Column("调整级数", "integer"), Column("变动原因"), Column("评定编号"),
    Column("原评定编号"),
)  # fmt: skip


def workbook(run: RiskRun, rows: Sequence[Any], actor: Actor, at: datetime) -> bytes:
    """The list as asked for, and a sheet that says who took it out, when and of which run."""
    about: list[tuple[CellValue, CellValue]] = [
        ("导出人", actor.name), ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"), ("年度评定", run.number),
        ("评定年度", run.year), ("企业类型", run.kind), ("条数", len(rows)),
    ]  # fmt: skip
    return written([TableSheet("年度评定", COLUMNS, _cells(rows)), TableSheet("导出说明", (Column("项目"), Column("内容")), about)])


def written(sheets: Sequence[TableSheet]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        write_table(path, list(sheets))
        return path.read_bytes()


def _cells(rows: Sequence[Any]) -> Iterator[tuple[CellValue, ...]]:
    for one in showing.moved(rows):
        row = one.row
        yield (
            row.enterprise_name, row.credit_code, row.former_grade.value if row.former_grade else None, row.grade.value,
            showing.DIRECTIONS[one.direction], row.static_points, row.dynamic_points, row.total, row.steps, one.why, row.number,
            row.former_number,
        )  # fmt: skip
