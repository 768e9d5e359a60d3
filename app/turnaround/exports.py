"""检验时限 as workbooks: the reports or the samples of a page, and what they were asked by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from app import clock
from app.domain.actors import Actor
from app.domain.turnaround import Tally, Timing, bin_name
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet
from app.turnaround.addresses import Asked
from app.turnaround.queries import Laboratory
from app.turnaround.reading import Report, Undated, Waiting, named

REPORTS = (
    Column("抽样编号"), Column("样品名称"), Column("检验机构"), Column("报告编号"), Column("收样日期", "date"), Column("报告日期", "date"),
    Column("用时（工作日）", "integer"), Column("时限（工作日）", "integer"), Column("时限依据"), Column("结果"),
)  # fmt: skip
OPEN = (
    Column("抽样编号"), Column("样品名称"), Column("检验机构"), Column("收样日期", "date"), Column("应出报告日期", "date"), Column("状态"),
    Column("期限"), Column("由来"),
)  # fmt: skip
LABORATORIES = (
    Column("检验机构"), Column("已出报告", "integer"), Column("按时", "integer"), Column("超期", "integer"), Column("按时率（%）"),
    Column("中位数（工作日）"), Column("九成不超过（工作日）", "integer"), Column("无收样日期", "integer"),
    Column("收样晚于报告", "integer"), Column("无适用期限", "integer"),
)  # fmt: skip
FOODS = {None: "全部食品", True: "食用农产品", False: "食用农产品以外"}


def report_sheets(
    found: Iterable[Report], tallies: Mapping[Laboratory, Tally], names: Mapping[int, str], about: Sequence[tuple[str, str]]
) -> list[TableSheet]:
    return [
        TableSheet("检验报告时限", REPORTS, _reports(found, names)),
        TableSheet("各机构", LABORATORIES, [_laboratory(named(at, names), tally) for at, tally in tallies.items()]),
        TableSheet("导出说明", (Column("项目"), Column("内容")), about),
    ]


def _reports(found: Iterable[Report], names: Mapping[int, str]) -> Iterator[Sequence[CellValue]]:
    for one in found:
        yield (
            one.row.number, one.row.product_name, named(one.key.laboratory, names), one.row.report_no, one.key.received, one.key.reported,
            one.days, one.term, "约定" if one.agreed else "法定" if one.term is not None else None, one.timing.value,
        )  # fmt: skip


def _laboratory(name: str, tally: Tally) -> Sequence[CellValue]:
    stands = tally.stands
    return (
        name, tally.finished, stands[Timing.ON_TIME], stands[Timing.LATE], _written(tally.rate), _written(tally.median),
        tally.ninth_decile, stands[Timing.UNKNOWN], stands[Timing.WRONG], stands[Timing.UNRULED],
    )  # fmt: skip


def _written(value: object) -> str | None:
    return None if value is None else str(value)


def open_sheets(rows: Sequence[Waiting | Undated], names: Mapping[int, str], about: Sequence[tuple[str, str]]) -> list[TableSheet]:
    cells = (
        (
            one.row.number, one.row.product_name, named(one.laboratory, names), one.row.arrived_on, one.due.due if one.due else None,
            one.stage.value if isinstance(one, Waiting) else "不能计时", one.words, "；".join(one.due.why) if one.due else None,
        )
        for one in rows
    )  # fmt: skip
    return [TableSheet("未出报告样品", OPEN, cells), TableSheet("导出说明", (Column("项目"), Column("内容")), about)]


def about(actor: Actor, at: datetime, conditions: str) -> list[tuple[str, str]]:
    return [("导出人", actor.name), ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"), ("查询条件", conditions)]


def conditions(asked: Asked, names: Mapping[int, str]) -> str:
    """The query in words, for the workbook and its history."""
    filters, narrowed = asked.filters, asked.narrowed
    laboratory = "全部检验机构" if filters.laboratory is None else named(filters.laboratory, names)
    stands = "、".join(one.value for one in Timing if one in narrowed.timings)
    bar = "" if narrowed.bar is None else f"，用时 {bin_name(narrowed.bar)} 个工作日"
    return f"报告日期 {filters.first} 至 {filters.last}，{laboratory}，{FOODS[filters.agricultural]}，结果：{stands}{bar}"
