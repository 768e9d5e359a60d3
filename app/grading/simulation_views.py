"""规则模拟, shown and exported; a question in the address, so that looking at it changes nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app import clock, taken_out
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.risk_moves import shown_times
from app.domain.supervision_kinds import Grade
from app.errors import Refused
from app.grading import showing, simulation
from app.grading.blueprint import bp
from app.grading.forms import number
from app.grading.ruling import kinds_ruled
from app.grading.run_exports import written
from app.grading.run_views import XLSX
from app.grading.simulation import Simulation
from app.sampling.showing import regions_to_choose
from app.sending import send_file
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet

SHOWN = 200
COLUMNS = (
    Column("企业名称"), Column("现行规则的等级"), Column("模拟的等级"), Column("现行规则的总分", "decimal"),
    Column("模拟的总分", "decimal"), Column("还缺的静态要素"),
)  # fmt: skip


@bp.get("/simulate")
@authorize(Permission.RISK_RUN)
def simulate() -> ResponseReturnValue:
    """Choose the kind, then the rules and the year; the answer stands below."""
    actor, today, refusal, found = current_actor(), clock.today(), None, None
    kinds = kinds_ruled(actor.org_path)
    kind = request.args.get("kind") if request.args.get("kind") in kinds else (kinds[0] if kinds else "")
    rules = simulation.choices(actor, kind or "")
    if request.args.get("rule"):
        try:
            found = _asked()
        except Refused as fault:
            refusal = fault
    page = render_template(
        "grading/simulate.html", kinds=kinds, kind=kind, rules=rules, rule=request.args.get("rule"), refusal=refusal, found=found,
        year=request.args.get("year") or today.year, places=regions_to_choose(), region_id=number(request.args.get("region_id")),
        grades=list(Grade), tones=showing.GRADE_TONES, most=SHOWN, kept=request.args.to_dict(), times=shown_times,
    )  # fmt: skip
    return page, refusal.status if refusal is not None else 200


def _asked() -> Simulation:
    asked, today = request.args, clock.today()
    return simulation.simulate(
        current_actor(), (asked.get("kind") or "")[:40], number(asked.get("year")) or 0, asked.get("rule") or "", today,
        region_id=number(asked.get("region_id")),
    )  # fmt: skip


@bp.get("/simulate/export")
@authorize(Permission.RISK_RUN)
def export_simulation() -> ResponseReturnValue:
    """Who would move, as a workbook; who took it out is in the history."""
    actor, found = current_actor(), _asked()
    about: list[tuple[CellValue, CellValue]] = [
        ("导出人", actor.name), ("企业类型", found.kind), ("年度", found.year), ("现行规则", found.standing.rule_code),
        ("模拟规则", found.tried.title), ("参加模拟", found.moves.total), ("等级变动", len(found.movers)),
    ]  # fmt: skip
    sheets = [TableSheet("等级变动", COLUMNS, _cells(found)), TableSheet("导出说明", (Column("项目"), Column("内容")), about)]
    content = written(sheets)
    with transaction():
        said = f"{found.tried.title}，{found.year} 年"
        taken_out.note("risk_rule_set", None, "规则模拟", said, actor, content, len(found.movers), unit="家")
    response = send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"规则模拟{found.year}.xlsx")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _cells(found: Simulation) -> Iterator[tuple[Any, ...]]:
    for one in found.movers:
        yield (
            one.name, one.before.value if one.before else None, one.after.value if one.after else None, one.total_before, one.total_after,
            "、".join(one.wanting),
        )  # fmt: skip
