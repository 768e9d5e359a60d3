"""Workbooks of rapid tests: the template, the errors to correct, the list as it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.domain.actors import Actor
from app.domain.rapid_tests import REQUIRED, TITLES
from app.domain.samples import Link
from app.domain.sampling_kinds import RapidResult
from app.enterprises.imports import read
from app.labels import label
from app.rapid_tests import imports
from app.rapid_tests.details import WRITTEN, in_words
from app.rapid_tests.queries import Filters
from app.reference_data.books import category_book, region_book
from app.results.models import ImportBatch
from app.sampling.showing import region_names
from app.spreadsheet_cells import Column
from app.spreadsheet_templates import FaultySheet, TemplateColumn, errors_workbook, write_template

TITLE, VERSION = "快检记录", "rapid-tests-1"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HELP = {
    "tested_on": "写成 2026-11-20 这样的日期", "told_at": "告知被抽查人结果的时间，写成 2026-11-20 09:30；四小时的异议期限从这一刻起算",
    "credit_code": "企业档案中已登记的，填写后自动关联", "region": "省/市/县/乡镇；留空按本单位登记", "result": "阴性、阳性或无效",
    "reagent_until": "早于检测日期的，结果应为“无效”", "category": "大类/亚类/次亚类/细类，认不出的请留空",
}  # fmt: skip
EXAMPLES = {
    "tested_on": "2026-11-20", "sampled_name": "文昌农贸市场", "stall": "蔬菜 12 号", "link": "流通", "product_name": "韭菜",
    "item": "农药残留（有机磷）", "device": "农药残留速测仪", "device_no": "KJ-01", "reagent": "胆碱酯酶试剂", "reagent_batch": "20260801",
    "reagent_until": "2027-02-01", "result": "阴性", "reading": "抑制率 12%", "testers": "张三、李四",
}  # fmt: skip


def _written(write: Callable[[Path], Any]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        write(path)
        return path.read_bytes()


def template() -> bytes:
    """快检记录导入模板 with drop-downs."""
    choices = {"region": region_names(), "link": [one.value for one in Link], "result": [one.value for one in RapidResult]}
    columns = [
        TemplateColumn(title, name in REQUIRED, HELP.get(name, "没有的留空"), choices.get(name, ()), EXAMPLES.get(name, ""))
        for name, title in TITLES.items()
    ]
    return _written(lambda path: write_template(path, TITLE, columns, VERSION))


def errors(actor: Actor, batch: ImportBatch) -> bytes:
    """错误反馈: the refused rows as uploaded, faults in red, to be corrected and uploaded again."""
    workbook = read(batch.sha256, batch.filename)
    plan = imports.prepare(actor, batch.sha256, batch.filename)
    places = {(planned.row.sheet, planned.row.line) for planned in plan.rows if planned.faults}
    sheets = []
    for sheet in workbook.sheets:
        header = plan.table.header_lines.get(sheet.name)
        if header is not None:
            rows = [(line, cells) for line, cells in sheet.rows if line == header or (sheet.name, line) in places]
            faults = [fault for planned in plan.rows for fault in planned.faults if fault.sheet == sheet.name]
            sheets.append(FaultySheet(sheet.name, header, rows, faults))
    return _written(lambda path: errors_workbook(path, sheets))


COLUMNS = (
    Column("快检编号"),
    *(Column(title, "date" if name in ("tested_on", "reagent_until") else "text") for name, title in TITLES.items()),
    Column("状态"), Column("送检样品"),
)  # fmt: skip


def lines(rows: Sequence[Any]) -> list[list[Any]]:
    """Records under the headers of the template; places and foods are looked up once for all of them."""
    names, regions, categories = {name: field for field, name in WRITTEN.items()}, region_book(), category_book()
    named = {"region_id": regions.full_name, "category_id": lambda value: categories.by_id(value).path}

    def cell(test: Any, name: str) -> Any:
        value = getattr(test, name)
        return named[name](value) if name in named and value is not None else in_words(name, value)

    return [
        [
            test.number, *(credit_code if name == "credit_code" else cell(test, names.get(name, name)) for name in TITLES),
            label(test.state), sample_number,
        ]
        for test, sample_number, credit_code, _ in rows
    ]  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words."""
    said = [f"关键词：{filters.q}"] if filters.q else []
    said += [f"检测结果：{filters.result.value}"] if filters.result else []
    said += [f"状态：{label(filters.state)}"] if filters.state else []
    said += [f"检测项目：{filters.item}"] if filters.item else []
    said += [f"所在地：{region_book().full_name(filters.region_id)}"] if filters.region_id is not None else []
    said += [f"检测日期自 {filters.tested_from}"] if filters.tested_from else []
    said += [f"检测日期至 {filters.tested_to}"] if filters.tested_to else []
    said += [f"阳性未送检满 {filters.waiting} 天"] if filters.waiting is not None else []
    return "，".join(said) or "全部"
