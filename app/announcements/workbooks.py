"""Workbooks of external findings: the errors to correct, and the list as it was asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.announcements import imports
from app.announcements.models import ExternalFinding
from app.announcements.queries import Filters
from app.domain.actors import Actor
from app.enterprises.imports import read
from app.enterprises.queries import enterprise
from app.reference_data.books import category_book
from app.results.models import ImportBatch
from app.spreadsheet_cells import Column
from app.spreadsheet_templates import FaultySheet, errors_workbook

TITLE = "外部公示"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_COUNTED = "外部公示是其他单位公布的信息，不是本单位的抽检批次，不计入任何指标、名单和案件"
COLUMNS = (
    Column("公示类别"), Column("抽样编号"), Column("食品名称"), Column("标称生产企业名称"), Column("标称生产企业地址"),
    Column("被抽样单位名称"), Column("被抽样单位地址"), Column("规格型号"), Column("商标"), Column("生产日期/批号"),
    Column("不合格项目（原文）", width=40), Column("判读", width=50), Column("分类"), Column("系统分类"), Column("公告号"),
    Column("公告日期", "date"), Column("任务来源/项目名称"), Column("检验机构"), Column("备注", width=30), Column("公告网址链接"),
    Column("关联方式"),
)  # fmt: skip


def _written(write: Callable[[Path], Any]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        write(path)
        return path.read_bytes()


def errors(actor: Actor, batch: ImportBatch) -> bytes:
    """错误反馈: the refused rows as uploaded, faults in red, to be corrected and uploaded again."""
    workbook = read(batch.sha256, batch.filename)
    plan = imports.prepare(actor, batch.sha256, batch.filename)
    refused = [planned.row for planned in plan.rows if planned.row.refused]
    places = {(row.sheet, row.line) for row in refused}
    sheets = []
    for sheet in workbook.sheets:
        header = plan.table.header_lines.get(sheet.name)
        if header is not None:
            rows = [(line, cells) for line, cells in sheet.rows if line == header or (sheet.name, line) in places]
            faults = [fault for row in refused for fault in row.faults if fault.sheet == sheet.name]
            sheets.append(FaultySheet(sheet.name, header, rows, faults))
    return _written(lambda path: errors_workbook(path, sheets))


def line(row: ExternalFinding, book: Any) -> list[Any]:
    items = row.items or []
    as_written = ["║".join(str(text) for text in item["written"].values()) for item in items]
    return [
        row.list_kind.value, row.number, row.product_name, row.producer_name, row.producer_address, row.sampled_name,
        row.sampled_address, row.spec, row.brand, row.made_written, "；".join(as_written),
        "；".join(imports.item_words(item) for item in items), row.category_written,
        book.by_id(row.category_id).path if row.category_id in book else None, row.notice_no, row.noticed_on, row.task_source,
        row.laboratory, row.remark, row.url, row.link_note,
    ]  # fmt: skip


def conditions(actor: Actor, filters: Filters) -> str:
    """The query in words."""
    asked = (("关键词", filters.q), ("企业", filters.enterprise), ("食品", filters.product), ("不合格项目", filters.item))
    said = [f"{title}：{text}" for title, text in asked if text]
    said += [filters.list_kind.value] if filters.list_kind else []
    said += [f"公告日期自 {filters.since}"] if filters.since else []
    said += [f"公告日期至 {filters.until}"] if filters.until else []
    said += ["已关联" if filters.linked else "未关联"] if filters.linked is not None else []
    said += ["有原文残缺的项目"] if filters.unread else []
    if filters.enterprise_id is not None:
        found = enterprise(actor, filters.enterprise_id)
        said.append(f"关联企业：{found.name if found else '不在管辖范围内的企业'}")
    if filters.category_id is not None:
        book = category_book()
        said.append(f"食品分类：{book.by_id(filters.category_id).path if filters.category_id in book else '未知'}")
    said += [f"第 {filters.batch_id} 次导入"] if filters.batch_id is not None else []
    return "，".join(said) or "全部"
