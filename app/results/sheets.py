"""Workbooks of the result pages: the template to fill in, and the errors to correct."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from app import files
from app.domain.actors import Actor
from app.domain.result_columns import RESULT_COLUMNS
from app.domain.result_import import Action
from app.domain.samples import ItemKind, Verdict
from app.reference_data.books import item_book
from app.results.models import ImportBatch
from app.results.staging import Options, prepare
from app.results.staging import read_table as parsed
from app.spreadsheet_templates import FaultySheet, TemplateColumn, errors_workbook, write_template
from app.spreadsheets import read_workbook

TEMPLATE = "检验结果导入模板"
TEMPLATE_VERSION = "results-lab-1"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HELP = {
    "number": "抽样单上的编号。同一样品的后续行可以留空，沿用上面的编号",
    "report_no": "检验报告的编号。同一报告的后续行可以留空",
    "item": "一行一个检验项目",
    "result": "按报告填写：0.32、未检出、<0.05；微生物五个结果用分号隔开",
    "unit": "如 mg/kg、g/kg、CFU/g",
    "verdict": "检验机构的单项判定；没有判定的留空，由系统按限量判定",
    "basis": "判定所依据的标准",
    "max_limit": "没有的填“/”；系统以本行的限量为先",
    "limit_unit": "最小、最大允许限的单位",
    "kind": "只在“抽检监测”的样品里需要区分",
    "note": "未检验的项目请说明原因",
}
LEFT_OUT = ("min_unit", "max_unit", "client")  # one column of units is enough in our own template


def _written(write: Callable[[Path], None]) -> BytesIO:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        write(path)
        return BytesIO(path.read_bytes())


def template() -> BytesIO:
    """导入模板 with drop-downs."""
    choices = {
        "verdict": tuple(Verdict),
        "kind": tuple(ItemKind),
        "lod_kind": ("检出限", "定量限", "测定低限"),
        "item": tuple(item.name for item in item_book()),
    }
    examples = {
        "number": "XC20412830465130015", "report_no": "SP2020010353", "item": "铅", "result": "0.032", "unit": "mg/kg",
        "verdict": "合格项", "max_limit": "0.2", "limit_unit": "mg/kg",
    }  # fmt: skip
    columns = [
        TemplateColumn(
            titles[0], required=name in ("number", "report_no", "item", "result"), help=HELP.get(name, ""),
            choices=choices.get(name, ()), example=examples.get(name, ""),
        )
        for name, titles in RESULT_COLUMNS.items()
        if name not in LEFT_OUT
    ]  # fmt: skip
    return _written(lambda path: write_template(path, "检验结果", columns, TEMPLATE_VERSION))


def errors(actor: Actor, batch: ImportBatch) -> BytesIO:
    """错误反馈: the rows of the refused samples as uploaded, faults in red, to be corrected and uploaded again."""
    table = parsed(batch.sha256, batch.filename)
    prepared = prepare(actor, table, Options("auto", batch.reported_on, batch.laboratory_org_id))
    refused = {
        (row.sheet, row.line)
        for outcome in prepared.outcomes
        if outcome.action is Action.REFUSED
        for row in outcome.planned.rows
    }
    workbook = read_workbook(files.path_of(batch.sha256), batch.filename)
    sheets = []
    for sheet in workbook.sheets:
        header = table.header_lines.get(sheet.name)
        if header is None:
            continue
        rows = [(line, cells) for line, cells in sheet.rows if line == header or (sheet.name, line) in refused]
        faults = [fault for fault in prepared.plan.errors if fault.sheet == sheet.name]
        if len(rows) > 1:
            sheets.append(FaultySheet(sheet.name, header, rows, faults))
    return _written(lambda path: errors_workbook(path, sheets))
