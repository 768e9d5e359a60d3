"""Workbooks of a plan: templates with lists to choose from, exports that can be imported again, errors to correct."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app import clock
from app.domain.item_rows import TITLES as ITEM_TITLES
from app.domain.quota_rows import OWN, TITLES
from app.domain.samples import AreaType, ItemKind, Link
from app.domain.written import Fault
from app.plans import importing, queries
from app.plans.models import SamplingPlan
from app.plans.naming import Ground, ground
from app.plans.quota_imports import read
from app.results.models import ImportBatch
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet, write_table
from app.spreadsheet_templates import FaultySheet, TemplateColumn, errors_workbook, write_template

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
QUOTAS, ITEMS = "计划批次", "检验项目"
QUOTA_HELP = {
    "category": "大类/亚类/次亚类/细类，可只写到某一级；也可分成“食品大类、食品亚类、食品次亚类、食品细类”四列。不分分类的留空",
    "region": "计划区域之内的县区或乡镇，不分区域的留空",
    "link": "不分环节的留空",
    "month": "1 至 12，不分月的留空",
    "area_type": "不分城乡的留空",
    "batches": "整数。下级之和不得超过上级；各栏都留空的一行是计划总批次。要取消某格的批次请填写“取消”；表中没有的格不改动",
}
ITEM_HELP = {
    "category": "大类/亚类/次亚类/细类。同一分类的各行是该分类的全部检验项目，导入后替换原有项目；表中没有的分类不改动",
    "item": "按标准名称填写",
    "item_kind": "留空按“抽检项目”",
    "required": "留空按“是”",
    "method": "检验方法标准，如 GB 5009.12-2023",
    "basis": "判定标准，如 GB 2762-2022",
    "min_text": "没有的留空",
    "max_text": "没有的留空；也可填写“不得检出”",
}
ITEM_EXAMPLES = {"item": "铅(以Pb计)", "method": "GB 5009.12-2023", "basis": "GB 2762-2022", "max_text": "0.3", "unit": "mg/kg"}
WIDE = {"category": 44, "region": 20, "item": 24, "method": 26, "basis": 30}


def _written(write: Callable[[Path], Any]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        write(path)
        return path.read_bytes()


def quota_template(plan: SamplingPlan) -> bytes:
    """计划批次导入模板 with drop-downs and 填写说明."""
    land = ground(plan)
    choices: Mapping[str, Sequence[str]] = {
        "category": land.category_paths(), "region": land.region_names(), "link": list(Link),
        "month": [str(month) for month in range(1, 13)], "area_type": list(AreaType),
    }  # fmt: skip
    examples = {"category": land.category_paths()[0], "month": "3", "link": Link.CIRCULATION.value, "batches": "10"}
    return _template(QUOTAS, {name: TITLES[name] for name in OWN}, QUOTA_HELP, choices, examples, ("batches",))


def item_template(plan: SamplingPlan) -> bytes:
    """检验项目导入模板."""
    paths = ground(plan).category_paths()
    choices = {"category": paths, "item_kind": list(ItemKind), "required": ["是", "否"]}
    return _template(ITEMS, ITEM_TITLES, ITEM_HELP, choices, {**ITEM_EXAMPLES, "category": paths[0]}, ("category", "item"))


def _template(
    title: str,
    titles: Mapping[str, str],
    help: Mapping[str, str],
    choices: Mapping[str, Sequence[str]],
    examples: Mapping[str, str],
    required: Sequence[str],
) -> bytes:
    columns = [
        TemplateColumn(
            text, name in required, help.get(name, "没有的留空"), choices.get(name, ()), examples.get(name, ""), width=WIDE.get(name, 14)
        )
        for name, text in titles.items()
    ]
    return _written(lambda path: write_template(path, title, columns, "plan-1"))


def quota_export(plan: SamplingPlan, exported_by: str, at: datetime) -> bytes:
    """The numbers as they are written now, under the headers of the template."""
    land = ground(plan)
    columns = [Column(TITLES[name], "integer" if name == "batches" else "text", WIDE.get(name)) for name in OWN]
    rows = _quota_rows(land, plan)
    sheets = [TableSheet(QUOTAS, columns, rows), _about(plan, exported_by, at, f"{len(rows)} 格")]
    return _written(lambda path: write_table(path, sheets))


def _quota_rows(land: Ground, plan: SamplingPlan) -> list[list[CellValue]]:
    quotas = queries.quotas_by_cell(plan.id)
    return [
        [
            land.categories.by_id(cell.category_id).path if cell.category_id is not None else None,
            land.region_label(cell.region_id) if cell.region_id is not None else None,
            cell.link.value if cell.link else None,
            str(cell.month) if cell.month else None,
            cell.area_type.value if cell.area_type else None,
            quotas[cell],
        ]
        for cell in sorted(quotas, key=land.sort_key)
    ]


def item_export(plan: SamplingPlan, exported_by: str, at: datetime) -> bytes:
    """Every item set as it is written now, under the headers of the template."""
    book = ground(plan).categories
    names = [name for name in ITEM_TITLES if name != "category"]
    columns = [Column(ITEM_TITLES[name], "text", WIDE.get(name)) for name in ITEM_TITLES]
    rows: list[list[CellValue]] = [
        [book.by_id(found.category_id).path, *(_cell(getattr(one, name)) for name in names)]
        for found in queries.item_sets(plan.id)
        for one in found.items
    ]
    return _written(lambda path: write_table(path, [TableSheet(ITEMS, columns, rows), _about(plan, exported_by, at, f"{len(rows)} 项")]))


def _cell(value: Any) -> CellValue:
    return "是" if value is True else "否" if value is False else getattr(value, "value", value)


def _about(plan: SamplingPlan, exported_by: str, at: datetime, number: str) -> TableSheet:
    told = [
        ["计划", plan.title], ["版本", f"第 {plan.edition} 版" if plan.edition else "未下达"], ["总批次", str(plan.total)],
        ["内容", number], ["导出人", exported_by], ["导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"],
    ]  # fmt: skip
    return TableSheet("导出说明", [Column("事项"), Column("说明", width=50)], told)


def errors(plan: SamplingPlan, batch: ImportBatch) -> bytes:
    """错误反馈: the faulty rows as uploaded, faults in red, to be corrected and uploaded again."""
    found = importing.prepare(batch.kind, plan, batch.sha256, batch.filename)
    faults: list[Fault] = [fault for row in _read_rows(found) for fault in row.faults]
    places = {(fault.sheet, fault.line) for fault in faults}
    sheets = []
    for sheet in read(batch.sha256, batch.filename).sheets:
        header = found.table.read.header_lines.get(sheet.name)
        if header is not None:
            rows = [(line, cells) for line, cells in sheet.rows if line == header or (sheet.name, line) in places]
            sheets.append(FaultySheet(sheet.name, header, rows, [fault for fault in faults if fault.sheet == sheet.name]))
    return _written(lambda path: errors_workbook(path, sheets))


def _read_rows(found: importing.FilePlan) -> Sequence[Any]:
    return found.table.rows
