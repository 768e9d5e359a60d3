"""The enterprises behind a rate over the register, as a workbook: those missing first."""

from __future__ import annotations

from datetime import datetime

from app import clock
from app.indicators.addresses import Here
from app.indicators.coverage import COVERED, Listed, Standing
from app.indicators.queries import Planned
from app.reference_data.books import region_book
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet

COLUMNS = (
    Column("企业名称"), Column("统一社会信用代码"), Column("所属区域"), Column("地址"), Column("许可证号"), Column("许可证有效期", "date"),
    Column("情况"),
)  # fmt: skip


def sheets(planned: Planned, asked: Here, found: Listed, at: datetime) -> list[TableSheet]:
    """The list, and a sheet that says what it counts, who took it out and when."""
    rule, book = COVERED[planned.formula.code], region_book()
    rows = [*found.of(Standing.MISSING), *found.of(Standing.COVERED)]
    cells: list[tuple[CellValue, ...]] = [
        (
            row.name, row.credit_code, book.full_name(row.region_id) if row.region_id else None, row.address, row.licence_no,
            row.licence_until, rule.covered if row.covered else rule.missing,
        )
        for row in rows
    ]  # fmt: skip
    frame = asked.frame
    about: list[tuple[CellValue, CellValue]] = [
        ("指标", planned.row.name), ("口径", planned.formula.definition), ("区域", frame.area.name), ("统计期", frame.period.label),
        (rule.every, len(rows)), (rule.covered, len(found.of(Standing.COVERED))), (rule.missing, len(found.of(Standing.MISSING))),
        ("导出人", frame.actor.name), ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"),
    ]  # fmt: skip
    return [TableSheet("企业清单", COLUMNS, cells), TableSheet("导出说明", (Column("项目"), Column("内容")), about)]
