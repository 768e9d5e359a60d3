"""权限表 and 账号核查表 as workbooks that are printed and signed: A4 across, one page wide."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from app import clock
from app.domain.actors import Actor, Role
from app.domain.permission_areas import Line, lines
from app.spreadsheet_cells import Column
from app.spreadsheet_reports import ReportSheet, write_report

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIGNED = "系统管理员（签字）：　　　　　　　　安全管理员（签字）：　　　　　　　　分管领导（签字）：　　　　　　　　日期：　　　　"
NOTES = (
    "“√”表示该岗位可以办理；“条件”为办理时逐条核对的要求，系统在每次办理时检查，不满足的予以拒绝。",
    "系统管理员、安全管理员、审计管理员互斥，且不得兼任业务角色；账号的岗位由系统管理员申请、安全管理员批准。",
    SIGNED,
)


def made(sheets: Sequence[ReportSheet], actor: Actor, at: datetime) -> bytes:
    with tempfile.TemporaryDirectory(prefix="shian-") as folder:
        path = Path(folder) / "report.xlsx"
        write_report(path, sheets, author=actor.name, made_at=at)
        return path.read_bytes()


def matrix_sheet(org_name: str, at: datetime) -> ReportSheet:
    """权限表: role by permission, with the conditions in words."""
    columns = (Column("序号", "integer"), Column("分类"), Column("权限"), *(Column(role.value) for role in Role), Column("条件"))
    about = f"{org_name}　生成时间 {clock.office_time(at):%Y-%m-%d %H:%M}　共 {len(lines())} 项权限"
    return ReportSheet("权限表", "岗位权限表", about, columns, [_cells(place, line) for place, line in enumerate(lines(), 1)], NOTES)


def personal_sheet(org_name: str, lines: Sequence[Mapping[str, str]], seen_by: str, at: datetime) -> ReportSheet:
    """个人信息清单, to be signed by who answers for it."""
    titles = {
        "area": "分类", "name": "个人信息", "purpose": "用途", "ground": "依据", "level": "等级", "shown": "显示", "sealed": "数据库中",
    }  # fmt: skip
    columns = (Column("序号", "integer"), *map(Column, titles.values()))
    about = f"{org_name}　生成时间 {clock.office_time(at):%Y-%m-%d %H:%M}　共 {len(lines)} 项"
    rows: list[list[int | str]] = [[place, *(line[name] for name in titles)] for place, line in enumerate(lines, 1)]
    notes = (f"可查看完整内容的岗位：{seen_by}。每次查看写入办理记录。", SIGNED)
    return ReportSheet("个人信息清单", "个人信息清单", about, columns, rows, notes)


def _cells(place: int, line: Line) -> tuple[int | str | None, ...]:
    marks = [None if line.conditions[role] is None else "√" for role in Role]
    return (place, line.area, line.name, *marks, line.words or "—")
