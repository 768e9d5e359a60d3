"""Workbooks of 双随机抽查: programmes, lists, targets, the publication list, inspectors, the coverage of a year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app import clock
from app.domain.actors import Actor
from app.filters import percent
from app.labels import label
from app.random_inspections import queries
from app.random_inspections.coverage import Coverage, lines
from app.random_inspections.models import RandomProgramme, RandomTarget
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet, write_table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cells = Iterable[Sequence[CellValue]]


def written(title: str, columns: Sequence[Column], rows: Sequence[Sequence[CellValue]], actor: Actor, at: datetime, said: str) -> bytes:
    """A table, and a sheet that says who took it out, when and by which conditions."""
    about: list[tuple[CellValue, CellValue]] = [
        ("导出人", actor.name), ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"), ("查询条件", said), ("条数", len(rows)),
    ]  # fmt: skip
    return workbook([TableSheet(title, columns, rows), TableSheet("导出说明", (Column("项目"), Column("内容")), about)])


def workbook(sheets: Sequence[TableSheet]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        write_table(path, sheets)
        return path.read_bytes()


PROGRAMMES = (
    Column("编号"), Column("任务名称"), Column("抽查事项"), Column("状态"), Column("开始日期", "date"), Column("结束日期", "date"),
    Column("抽中户数", "integer"), Column("已登记结果", "integer"), Column("公示期限", "date"), Column("公示日期", "date"),
    Column("公示位置"), Column("承办单位"),
)  # fmt: skip


def programme_rows(rows: Sequence[Any]) -> list[tuple[CellValue, ...]]:
    return [
        (
            row.number, row.title, row.matter, label(row.state), row.from_on, row.to_on, row.targets, row.recorded, row.publish_due_on,
            row.published_on, row.published_where, row.org_name,
        )
        for row in rows
    ]  # fmt: skip


POOL = (
    Column("序号", "integer"), Column("名称"), Column("代码"), Column("权重", "integer"), Column("权重由来"), Column("排除理由"),
    Column("名次", "integer"),
)  # fmt: skip

INSPECTORS = (
    Column("姓名"), Column("执法证号"), Column("部门"), Column("专长"), Column("用户名"), Column("有效期起", "date"),
    Column("有效期止", "date"), Column("名录单位"),
)  # fmt: skip


def inspector_rows(rows: Sequence[Any]) -> list[tuple[CellValue, ...]]:
    return [
        (
            row.name, row.certificate_no, row.department, row.speciality, row.username, row.valid_from, row.valid_to, row.org_name,
        )
        for row in rows
    ]  # fmt: skip


TARGETS = (
    Column("名次", "integer"), Column("检查对象"), Column("统一社会信用代码"), Column("地址"), Column("检查人员"), Column("回避及递补"),
    Column("检查编号"), Column("检查日期", "date"), Column("抽查结果"), Column("情况说明"), Column("联合部门检查结果"),
)  # fmt: skip


def team_words(target: RandomTarget) -> str:
    sitting = [one.inspector for one in target.team if one.replaced_why is None]
    return "、".join(f"{one.name}（{one.certificate_no}{'，' + one.department if one.department else ''}）" for one in sitting)


def stepped_back_words(target: RandomTarget) -> str:
    return "；".join(f"{one.inspector.name}：{one.replaced_why}" for one in target.team if one.replaced_why is not None)


def finding_words(rows: Sequence[Any]) -> str:
    return "；".join(f"{one.department}：{one.outcome.value}{'（' + one.note + '）' if one.note else ''}" for one in rows)


def target_rows(programme: RandomProgramme) -> list[tuple[CellValue, ...]]:
    rows = queries.every_target(programme.id)
    numbers, found = queries.inspection_numbers(programme.id), queries.findings([row.id for row in rows])
    return [
        (
            row.drawn_rank, row.enterprise.name, row.enterprise.credit_code, row.enterprise.address, team_words(row),
            stepped_back_words(row), numbers.get(row.id), row.inspected_on, label(row.outcome) if row.outcome else None,
            row.outcome_note, finding_words(found.get(row.id, [])),
        )
        for row in rows
    ]  # fmt: skip


PUBLISHED = (
    Column("抽查计划"), Column("抽查事项"), Column("检查对象"), Column("统一社会信用代码"), Column("检查机关"), Column("检查人员"),
    Column("抽查结果"), Column("检查日期", "date"), Column("公示日期", "date"),
)  # fmt: skip


def publication(programme: RandomProgramme) -> bytes:
    """公示清单: one line per enterprise and matter, those of the other departments included; names of inspectors without numbers."""
    office = queries.organisation_name(programme.org_id)
    rows = queries.every_target(programme.id)
    found = queries.findings([row.id for row in rows])
    matters = {partner.department: partner.matter for partner in programme.partners}
    cells: list[tuple[CellValue, ...]] = []
    for row in rows:
        sitting = [one.inspector for one in row.team if one.replaced_why is None]
        head = (f"{programme.title}（{programme.number}）",)
        firm = (row.enterprise.name, row.enterprise.credit_code)
        own = "、".join(one.name for one in sitting if one.department is None)
        result = label(row.outcome) if row.outcome else None
        cells.append((*head, programme.matter, *firm, office, own, result, row.inspected_on, programme.published_on))
        for one in found.get(row.id, []):
            people = "、".join(each.name for each in sitting if each.department == one.department)
            cells.append((
                *head, matters.get(one.department), *firm, one.department, people or None, label(one.outcome), row.inspected_on,
                programme.published_on,
            ))  # fmt: skip
    return workbook([TableSheet("抽查结果公示", PUBLISHED, cells)])


COVERED = (Column("企业名称"), Column("统一社会信用代码"), Column("状态"), Column("最近检查日期", "date"), Column("抽查任务"))


def covered(found: Coverage, year: int, actor: Actor, at: datetime, said: str) -> bytes:
    """Both lists of the coverage of a year, and what was counted."""
    sheets = [
        TableSheet(title, COVERED, [(one.name, one.credit_code, one.status, one.inspected_on, one.programmes) for one in lines(ids, year)])
        for title, ids in ((f"{year}年已抽查", found.inspected), (f"{year - 1}年末在册", found.registered))
    ]
    ratio = found.ratio
    about: list[tuple[CellValue, CellValue]] = [
        ("导出人", actor.name), ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"), ("查询条件", said),
        ("已抽查（户，不重复）", len(found.inspected)), (f"{year - 1}年末在册（户）", len(found.registered)),
        ("覆盖率", percent(ratio) if ratio is not None else "没有在册企业，不计算"),
    ]  # fmt: skip
    return workbook([*sheets, TableSheet("导出说明", (Column("项目"), Column("内容")), about)])
