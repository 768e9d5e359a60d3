"""The list of cases as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from app import clock, taken_out
from app.disposal import clocks, record_exports
from app.disposal.models import DisposalCase
from app.disposal.queries import ALL_STATES, LIVE_STATES, Filters
from app.disposal.urging_queries import AT_RANK, URGED
from app.domain.actors import Actor
from app.domain.workflow import CaseState
from app.domain.working_days import WorkingDays
from app.labels import label
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet

COLUMNS = (
    Column("案件编号"), Column("抽样编号"), Column("样品名称"), Column("处置环节"), Column("处置方式"), Column("责任主体"),
    Column("被抽样单位"), Column("不合格项目"), Column("状态"), Column("承办单位"), Column("办理人"),
    Column("收到不合格结论日期", "date"), Column("启动期限", "date"), Column("启动日期", "date"), Column("办结期限", "date"),
    Column("办结日期", "date"), Column("期限情况"), Column("期限灯"), Column("督促"),
)  # fmt: skip


def case_sheets(
    rows: Sequence[Any], filters: Filters, actor: Actor, at: datetime, days: WorkingDays
) -> list[TableSheet]:
    """The cases with everything recorded of them, and a sheet that says who took them out, when and by which conditions."""
    found = record_exports.recorded(actor, [row.id for row in rows])
    about: list[tuple[CellValue, CellValue]] = [
        ("导出人", actor.name),
        ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"),
        ("查询条件", conditions(filters)),
        ("件数", len(rows)),
    ]
    return [
        TableSheet("核查处置案件", (*COLUMNS, *record_exports.COLUMNS), cells(rows, found, at, days)),
        *record_exports.sheets(found, {row.id: row.number for row in rows}),
        TableSheet("导出说明", (Column("项目"), Column("内容")), about),
    ]


def workbook(rows: Sequence[Any], filters: Filters, actor: Actor, at: datetime, days: WorkingDays) -> bytes:
    return taken_out.made(case_sheets(rows, filters, actor, at, days))[0]


def note(rows: Sequence[Any], filters: Filters, actor: Actor, content: bytes) -> None:
    """Who took the list out, and which, is in the history."""
    taken_out.note(DisposalCase.__tablename__, None, "核查处置案件", conditions(filters), actor, content, len(rows), unit="件")


def cells(
    rows: Sequence[Any], found: record_exports.Recorded, at: datetime, days: WorkingDays
) -> Iterator[Sequence[CellValue]]:
    today = clock.office_time(at).date()
    for row in rows:
        left, light = clocks.left_and_light(row, today, days)
        yield (
            row.number, row.sample_number, row.product_name, row.party.value, row.mode.value, row.party_name,
            row.sampled_name, row.failing_items, label(row.state), row.org_name, row.handler_name,
            row.received_on, row.start_due_on, row.started_on, row.due_on,
            row.closed_on, clocks.remaining_words(left, light, row.closed_on), light.value if light else None,
            AT_RANK[row.urged].value if row.urged else None, *record_exports.cells(found, row.id),
        )  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    state = {ALL_STATES: "全部", LIVE_STATES: "未办结"}.get(filters.state) or label(CaseState(filters.state))
    said = [
        f"状态：{state}",
        f"环节：{filters.party.value}" if filters.party else "",
        f"期限：{filters.light.value}" if filters.light else "",
        f"办理人编号：{filters.handler_id}" if filters.handler_id else "",
        f"承办单位编号：{filters.org_id}" if filters.org_id else "",
        f"关键词：{filters.word}" if filters.word else "",
        f"督促：{URGED[filters.urged]}" if filters.urged else "",
        f"免除要件并于 {filters.exempted} 办结" if filters.exempted else "",
        f"办结期限：{filters.due_from or '不限'} 至 {filters.due_to or '不限'}" if filters.due_from or filters.due_to else "",
    ]
    return "，".join(part for part in said if part)
