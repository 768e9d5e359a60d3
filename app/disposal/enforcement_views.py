"""``case_record(case)`` for the page of a case, and the list of closed cases with what their record lacks."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app import clock, taken_out
from app.authorize import authorize, current_actor
from app.db import transaction
from app.disposal import enforcement
from app.disposal.enforcement import Filters, Line
from app.disposal.models import DisposalCase
from app.disposal.pages import KIND, bp
from app.domain.actors import Actor
from app.domain.enforcement_record import RecordPart, complete
from app.domain.permissions import Permission
from app.domain.workflow import CaseState
from app.paging import page_size
from app.sending import send_file
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    Column("案件编号"), Column("责任主体"), Column("样品名称"), Column("处置环节"), Column("承办单位"), Column("办结日期", "date"),
    *(Column(part.value) for part in RecordPart),
)  # fmt: skip


@bp.app_context_processor
def block() -> dict[str, Any]:
    return {"case_record": panel}


def panel(case: DisposalCase) -> dict[str, Any] | None:
    """For ``disposal/_enforcement.html``; a cancelled case has nothing to show."""
    if case.state is CaseState.CANCELLED:
        return None
    lacking = enforcement.of_case(case)
    return {"parts": lacking, "complete": complete(lacking), "closed": case.state is CaseState.CLOSED}


@bp.get("/enforcement-records")
@authorize(Permission.CASE_LIST)
def enforcement_records() -> ResponseReturnValue:
    size = page_size()
    filters = _asked(clock.today())
    every = enforcement.closed_cases(current_actor(), filters)
    listed = [line for line in every if not (filters.lacking and line.complete)]
    number = max(_number(request.args.get("page")), 1)
    return render_template(
        "disposal/enforcement.html", lines=listed[(number - 1) * size : number * size], filters=filters, total=len(every), page=number,
        lacking=sum(not line.complete for line in every), more=len(listed) > number * size, parts=list(RecordPart), listed=len(listed),
    )  # fmt: skip


@bp.get("/enforcement-records/export")
@authorize(Permission.CASE_LIST)
def export_enforcement_records() -> ResponseReturnValue:
    """The list as asked for, as a workbook; who took it out is in the history."""
    actor, filters = current_actor(), _asked(clock.today())
    lines = [line for line in enforcement.closed_cases(actor, filters) if not (filters.lacking and line.complete)]
    content, _ = taken_out.made(_sheets(lines, filters, actor))
    with transaction():
        taken_out.note(KIND, None, "执法全过程记录", _conditions(filters), actor, content, len(lines), unit="件")
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"执法全过程记录{clock.today()}.xlsx")


def _sheets(lines: list[Line], filters: Filters, actor: Actor) -> list[TableSheet]:
    cells: list[tuple[CellValue, ...]] = [
        (
            line.case.number, line.case.party_name, line.case.product_name, line.case.party.value, line.case.org_name,
            line.case.closed_on, *("；".join(line.lacking[part]) or "齐全" for part in RecordPart),
        )
        for line in lines
    ]  # fmt: skip
    about: list[tuple[CellValue, CellValue]] = [
        ("导出人", actor.name), ("导出时间", f"{clock.office_time(clock.now()):%Y-%m-%d %H:%M}"), ("查询条件", _conditions(filters)),
        ("件数", len(lines)),
    ]  # fmt: skip
    return [TableSheet("执法全过程记录", COLUMNS, cells), TableSheet("导出说明", (Column("项目"), Column("内容")), about)]


def _conditions(filters: Filters) -> str:
    return f"办结日期：{filters.first} 至 {filters.last}，{'只列记录不齐全的' if filters.lacking else '全部'}"


def _asked(today: date) -> Filters:
    """The query from the address: this year, and what lacks something, unless said otherwise."""
    first = _day(request.args.get("closed_from")) or date(today.year, 1, 1)
    return Filters(first, _day(request.args.get("closed_to")) or today, request.args.get("all") != "1")


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def _number(written: str | None) -> int:
    text = written or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
