"""Workbooks of the register: the template to fill in, the errors to correct, the list as it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.domain.actors import Actor
from app.domain.enterprise_rows import ALIASES, PERSONAL, TITLES, parse_enterprises
from app.domain.enterprises import KINDS, STATUSES, kinds_words
from app.domain.product_categories import categories_words
from app.enterprises import categories as product
from app.enterprises import credit_codes, queries, stations
from app.enterprises.details import masked
from app.enterprises.imports import area_types, plan_of, read
from app.enterprises.queries import Filters
from app.reference_data.books import code_list, region_book
from app.results.models import ImportBatch
from app.sampling.showing import region_names
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_templates import FaultySheet, TemplateColumn, errors_workbook, write_template

TITLE = "企业档案"
VERSION = "enterprises-2"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HELP = {
    "credit_code": "营业执照上的 18 位代码；没有的留空，由名称和地址区分。15 位注册号填在“许可证号”",
    "name": "按营业执照填写",
    "kinds": "新登记的必填。多个类型用“；”隔开，细分类型写在括号里：餐饮服务提供者（学校食堂）；食品销售者",
    "subkinds": "只有一个企业类型时可单独填写，多个用“、”隔开",
    "region": "省/市/县/乡镇或 6 位区划代码，决定由哪个单位管辖；留空按本单位登记",
    "address": "没有统一社会信用代码的必填",
    "licence_until": "写成 2028-11-20 这样的日期",
    "status": "新登记的留空按“在产”",
    "station": "选填。管辖单位本身或其下属的监管所",
    "principal": "选填。个人信息，列表和导出中只显示一部分",
    "phone": "选填。个人信息，列表和导出中只显示一部分",
    "categories": "选填。食品分类名称，或许可类别的编码和名称，多个用“；”隔开：糕点；0101 小麦粉",
}
EXAMPLES = {
    "credit_code": "91120225MA05K3TH1N", "name": "示例食品有限公司", "kinds": "食品生产企业", "region": "天津/天津/蓟州区",
    "address": "文昌街 1 号", "area_type": "城市", "licence_kind": "生产许可证", "licence_no": "SC10112011900017",
    "licence_until": "2028-11-20", "status": "在产", "principal": "张三", "phone": "02229140000", "categories": "糕点；0101 小麦粉",
}  # fmt: skip
WIDE = {"name": 30, "kinds": 26, "region": 26, "address": 34}


def _written(write: Callable[[Path], Any]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        write(path)
        return path.read_bytes()


def template(actor: Actor) -> bytes:
    """企业档案导入模板 with drop-downs."""
    choices: dict[str, Sequence[str]] = {
        "kinds": KINDS, "region": region_names(), "area_type": area_types(), "licence_kind": code_list("许可证类型"),
        "status": STATUSES, "station": [name for _, name in stations.choices(actor)],
    }  # fmt: skip
    columns = [
        TemplateColumn(
            title, name == "name", HELP.get(name, "没有的留空"), choices.get(name, ()), EXAMPLES.get(name, ""), width=WIDE.get(name)
        )
        for name, title in TITLES.items()
    ]
    return _written(lambda path: write_template(path, TITLE, columns, VERSION))


def errors(actor: Actor, batch: ImportBatch) -> bytes:
    """错误反馈: the refused rows as uploaded, faults in red, to be corrected and uploaded again."""
    workbook = read(batch.sha256, batch.filename)
    table = parse_enterprises(workbook.sheets, credit_codes.read)
    refused = [planned for planned in plan_of(actor, table).rows if planned.refused]
    places = {(planned.row.sheet, planned.row.line) for planned in refused}
    faults = [fault for planned in refused for fault in planned.faults if fault.blocking]
    sheets = []
    for sheet in workbook.sheets:
        header = table.header_lines.get(sheet.name)
        if header is not None:
            rows = [(line, cells) for line, cells in sheet.rows if line == header or (sheet.name, line) in places]
            sheets.append(FaultySheet(sheet.name, header, rows, [fault for fault in faults if fault.sheet == sheet.name]))
    return _written(lambda path: errors_workbook(path, sheets))


EXPORTED = [name for name in ALIASES if name != "subkinds"]
COLUMNS = [Column(TITLES[name], "date" if name == "licence_until" else "text", WIDE.get(name)) for name in EXPORTED]


def cells(rows: Sequence[Any], whole: Collection[int]) -> list[list[CellValue]]:
    """The list under the headers of the template, so that it can be corrected and imported again; people masked but for ``whole``."""
    ids, book = [row.id for row in rows], region_book()
    kinds, categories, offices = queries.kinds_of(ids), product.categories_of(ids), stations.Stations()

    def cell(row: Any, name: str) -> CellValue:
        if name == "kinds":
            return kinds_words(kinds.get(row.id, ()))
        if name == "categories":
            return categories_words(categories.get(row.id, ())) or None
        if name in PERSONAL and row.id not in whole:
            return masked(name, getattr(row, name))
        if name == "station":
            return offices.name(row.station_id)
        if name == "region":
            return book.full_name(row.region_id) if row.region_id else None
        return row.status.value if name == "status" else getattr(row, name)  # type: ignore[no-any-return]

    return [[cell(row, name) for name in EXPORTED] for row in rows]


def conditions(filters: Filters) -> str:
    """The query in words."""
    said = []
    if filters.q:
        said.append(f"关键词：{filters.q}")
    if filters.kind:
        said.append(f"企业类型：{filters.kind}")
    if filters.region_id is not None:
        said.append(f"所属区域：{region_book().full_name(filters.region_id)}")
    if filters.station_id is not None:
        said.append(f"责任监管所：{stations.name_of(filters.station_id) or '—'}")
    if filters.status is not None:
        said.append(f"状态：{filters.status.value}")
    return "，".join(said) or "全部"
