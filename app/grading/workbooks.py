"""Workbooks of 静态风险要素: the template made from the rule set, and the errors to correct."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.domain.actors import Actor
from app.domain.risk_tables import ChoiceTable
from app.enterprises.imports import read
from app.grading import imports
from app.grading.fact_rows import WHEN, WHO, heading
from app.grading.facts_form import Asked, asked_of
from app.results.models import ImportBatch
from app.spreadsheet_templates import FaultySheet, TemplateColumn, errors_workbook, write_template

TITLE, VERSION = "静态风险要素", "risk-facts-1"
HELP = {
    "credit_code": "企业档案中已登记的代码；没有代码的填写企业全称", "name": "与企业档案中的名称一致",
    "seen_on": "写成 2026-11-20 这样的日期", "source": "如 许可现场核查、年度核实",
}  # fmt: skip
EXAMPLES = {"credit_code": "", "name": "某某超市", "seen_on": "2026-11-20", "source": "年度核实"}


def template(actor: Actor, kind: str) -> bytes:
    """静态要素导入模板 of one kind of enterprise. Raises NotLikeThis where there are no rules for it."""
    rules = imports.rules_of_kind(actor, kind)
    ends = {name: TemplateColumn(title, name == "seen_on", HELP[name], (), EXAMPLES[name]) for name, title in {**WHO, **WHEN}.items()}
    columns = [*(ends[name] for name in WHO), *(_column(asked) for asked in asked_of(rules)), *(ends[name] for name in WHEN)]
    return _written(lambda path: write_template(path, TITLE, columns, VERSION))


def _column(asked: Asked) -> TemplateColumn:
    table = asked.table
    if not isinstance(table, ChoiceTable):
        return TemplateColumn(heading(table), False, f"只写数字；{asked.help}")
    words = tuple(choice.word for choice in table.choices)
    if table.several:
        return TemplateColumn(table.title, False, f"可填多项，用分号隔开：{'；'.join(words)}。{asked.help}")
    return TemplateColumn(table.title, False, asked.help, words)


def errors(actor: Actor, batch: ImportBatch) -> bytes:
    """错误反馈: the refused rows as uploaded, faults in red, to be corrected and uploaded again."""
    workbook = read(batch.sha256, batch.filename)
    plan = imports.prepare(actor, batch.sha256, batch.filename, batch.layout)
    places = {(planned.row.sheet, planned.row.line) for planned in plan.rows if planned.row.faults}
    sheets = []
    for sheet in workbook.sheets:
        header = plan.table.header_lines.get(sheet.name)
        if header is not None:
            rows = [(line, cells) for line, cells in sheet.rows if line == header or (sheet.name, line) in places]
            faults = [fault for planned in plan.rows for fault in planned.row.faults if fault.sheet == sheet.name]
            sheets.append(FaultySheet(sheet.name, header, rows, faults))
    return _written(lambda path: errors_workbook(path, sheets))


def _written(write: Callable[[Path], Any]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        write(path)
        return path.read_bytes()
