"""差异说明 as sheets: the figures that differ, then every record with its cause; and 更正说明, which a correction carries itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from app import clock
from app.exports.differing import GAINED, LOST, FigureDifference, RecordDifference
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_reports import ReportSheet
from app.spreadsheet_stream import TableSheet, write_table

CHANGES = "更正说明"
SHOWN = 20
FIGURES = (
    Column("工作表"), Column("单元格"), Column("数值"), Column("统计期"), Column("项"), Column("原填报值"), Column("现数值"),
    Column("原记录数", "integer"), Column("新增", "integer"), Column("减少", "integer"), Column("现记录数", "integer"), Column("原因"),
)  # fmt: skip
RECORDS = (
    Column("工作表"), Column("单元格"), Column("数值"), Column("统计期"), Column("项"), Column("变化"), Column("编号"), Column("原来"),
    Column("现在"), Column("原因"), Column("时间"), Column("经办"), Column("内容"), Column("理由"),
)  # fmt: skip


def workbook(title: str, found: Sequence[FigureDifference], asked_by: str, then: datetime, at: datetime) -> bytes:
    """The differences of a return as a workbook."""
    about: list[tuple[CellValue, CellValue]] = [
        ("报表", title), ("封存时点", _moment(then)), ("比较时点", _moment(at)), ("有变化的数值", len(found)),
        ("导出人", asked_by), ("导出时间", _moment(at)),
    ]  # fmt: skip
    sheets = [
        TableSheet("说明", (Column("项目"), Column("内容")), about),
        TableSheet("差异汇总", FIGURES, [figure_row(one) for one in found]),
        TableSheet("差异明细", RECORDS, [row for one in found for each in one.records for row in _record_rows(one, each)]),
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder, "differences.xlsx")
        write_table(path, sheets)
        return path.read_bytes()


def _moment(at: datetime) -> str:
    return f"{clock.office_time(at):%Y-%m-%d %H:%M:%S}"


def _place(one: FigureDifference) -> tuple[CellValue, ...]:
    figure = one.figure
    return figure.sheet, figure.cell or "表注", figure.name, figure.period, figure.side


def figure_row(one: FigureDifference) -> tuple[CellValue, ...]:
    return (
        *_place(one), one.value_then or "—", one.value_now or "—", one.count_then, len(one.numbers(GAINED)), len(one.numbers(LOST)),
        one.count_now, "；".join(part for part in (one.note, one.reason_words) if part),
    )  # fmt: skip


def _record_rows(one: FigureDifference, record: RecordDifference) -> Iterator[tuple[CellValue, ...]]:
    """A record without an event has one row all the same."""
    cause = record.cause
    head = (*_place(one), record.change, record.number, cause.before, cause.after)
    if not cause.events:
        yield (*head, "、".join(cause.reasons), None, None, None, None)
    for event in cause.events:
        yield (
            *head, "、".join(reason.value for reason in event.reasons), _moment(event.at) if event.at else None, event.who, event.what,
            event.why or None,
        )  # fmt: skip


def changes(heading: str, head: str, number: str, reason: str, found: Sequence[FigureDifference]) -> ReportSheet:
    """更正说明: what the correction says differently from the return it corrects."""
    columns = (*FIGURES, Column("新增的记录"), Column("减少的记录"))
    rows = [[*figure_row(one), _listed(one.numbers(GAINED)), _listed(one.numbers(LOST))] for one in found]
    notes = [f"更正 {number}。更正理由：{reason}", f"数值有变化的 {len(rows)} 处；其余与原报相同。"]
    return ReportSheet(CHANGES, f"{heading}{CHANGES}", head, columns, rows, notes)


def _listed(numbers: Sequence[str]) -> str:
    return ("、".join(numbers[:SHOWN]) + (f" 等 {len(numbers)} 条" if len(numbers) > SHOWN else "")) or "—"
