"""The import template of sampling sheets (抽样单导入模板): our own headers, official lists as drop-downs."""

from __future__ import annotations

from pathlib import Path

from app.domain.samples import AreaType, Link, Purpose
from app.domain.sheet_columns import ALIASES
from app.domain.sheet_import import REQUIRED
from app.sampling.showing import category_paths, offered
from app.spreadsheet_templates import TemplateColumn, write_template

VERSION = "samples-1"
TITLE = "抽样单"
FIELDS = (
    "number", "task_source", "report_class_a", "report_class_b", "purpose", "sampling_type", "categories", "link",
    "place", "sampled_name", "sampled_region", "sampled_address", "area_type", "sampled_credit_code",
    "sampled_licence_kind", "sampled_licence_no", "sampled_contact", "sampled_phone", "producer_name",
    "producer_region", "producer_address", "producer_licence_no", "product_name", "brand", "barcode", "spec",
    "batch_no", "sample_type", "source_kind", "attribute", "packaging", "date_kind", "made_on", "shelf_life",
    "quality_grade", "standard", "unit_price", "imported", "origin", "sampled_on", "sampling_method", "storage",
    "base_quantity", "quantity", "backup_quantity", "quantity_unit", "sampling_unit", "samplers", "laboratory", "remark",
)  # fmt: skip
HELP = {
    "number": "国家系统的抽样单编号，全系统唯一",
    "categories": "食品大类/亚类/次亚类/细类，写到已知的一级即可",
    "sampled_region": "省/市/县，如 天津/天津/蓟州区",
    "sampled_on": "写成 2026-11-20 这样的日期",
    "made_on": "写成 2026-11-20 这样的日期；预包装按标签，散装按进货单",
    "samplers": "监督抽检不少于 2 人，姓名之间用“、”隔开",
    "quantity": "只填数字，单位填在“抽样数量单位”",
}
EXAMPLES = {
    "number": "XBJ26120119000010001", "categories": "食用农产品/蔬菜/叶菜类蔬菜/油麦菜", "sampled_region": "天津/天津/蓟州区",
    "product_name": "油麦菜", "sampled_name": "示例便民超市", "sampled_on": "2026-11-20", "made_on": "2026-11-19",
    "samplers": "张三、李四", "quantity": "1.5", "quantity_unit": "kg", "task_source": "示例市场监督管理局",
}  # fmt: skip


def write(path: Path) -> None:
    """Write the template."""
    lists = {**offered(), "categories": category_paths(), "imported": ["否", "是"]}
    lists |= {"purpose": [*Purpose], "link": [*Link], "area_type": [*AreaType]}
    columns = [
        TemplateColumn(
            ALIASES[name][0], name in REQUIRED, HELP.get(name, "不适用的填“/”"),
            [str(word) for word in lists.get(name, ())], EXAMPLES.get(name, ""),
        )
        for name in FIELDS
    ]  # fmt: skip
    write_template(path, TITLE, columns, VERSION)
