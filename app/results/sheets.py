"""Workbooks of the result pages: the template to fill in, and the errors to correct."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app import files
from app.domain.actors import Actor
from app.domain.headers import normalise_header
from app.domain.result_columns import RESULT_COLUMNS
from app.domain.result_import import Action
from app.domain.result_rows import WrittenRow
from app.domain.samples import ItemKind, Verdict
from app.reference_data.standing import items_offered
from app.results.models import ImportBatch
from app.results.staging import Options, Prepared, prepare, read_again
from app.spreadsheet_rewriting import rewritten
from app.spreadsheet_templates import FaultySheet, TemplateColumn, errors_workbook, write_template

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
        "item": tuple(items_offered()),
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
    """错误反馈: the rows of the refused samples as uploaded, faults in red, to be corrected and uploaded again.

    In the user's own workbook with its formats where that can be kept, else in a new one, written row by row.
    """
    table = read_again(batch)
    prepared = prepare(actor, table, Options("auto", batch.reported_on, batch.laboratory_org_id))
    rows = _refused(prepared)
    sheets = [_faulty(prepared, name, kept) for name, kept in rows.items()]
    if batch.filename.lower().endswith(".xlsx"):
        plan = {sheet.name: _plan(sheet) for sheet in sheets}
        if content := rewritten(files.path_of(batch.sha256), plan):
            return BytesIO(content)
    return _written(lambda path: errors_workbook(path, sheets))


def _refused(prepared: Prepared) -> dict[str, list[WrittenRow]]:
    """The rows of refused samples, by sheet, in the order of the file."""
    found: dict[str, list[WrittenRow]] = {}
    for outcome in prepared.outcomes:
        if outcome.action is Action.REFUSED:
            for row in outcome.planned.rows:
                found.setdefault(row.sheet, []).append(row)
    return {name: sorted(rows, key=attrgetter("line")) for name, rows in found.items()}


def _faulty(prepared: Prepared, name: str, rows: Sequence[WrittenRow]) -> FaultySheet:
    table = prepared.table
    top, header = table.header_tops[name], table.header_lines[name]
    head = [(line, tuple(cells)) for line, cells in table.heads[name] if top <= line <= header]
    faults = [fault for fault in prepared.plan.errors if fault.sheet == name]
    return FaultySheet(name, header, [*head, *((row.line, row.cells) for row in rows)], faults, rows[0].headers)


def _plan(sheet: FaultySheet) -> dict[str, Any]:
    """Which lines stay, why, and which of their cells are to be looked at."""
    place_of = {normalise_header(title): place for place, title in enumerate(sheet.titles)}
    rows: dict[int, tuple[list[str], list[int]]] = {line: ([], []) for line, _ in sheet.rows if line > sheet.header_line}
    for fault in sheet.faults:
        if fault.line in rows:
            reasons, places = rows[fault.line]
            reasons.append(f"{fault.column}：{fault.message}" if fault.column else fault.message)
            if (place := place_of.get(normalise_header(fault.column))) is not None:
                places.append(place)
    return {"header": sheet.header_line, "rows": {line: ["；".join(reasons), places] for line, (reasons, places) in rows.items()}}
