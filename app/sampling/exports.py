"""The list of samples as a workbook (导出样品): the same query as on screen, people masked, a mark of who took it out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from app import clock
from app.blinding import is_blind, shown
from app.domain.actors import Actor
from app.domain.facts import Conclusion, wording
from app.domain.workflow import SampleState
from app.labels import label
from app.reference_data.books import category_book, region_book
from app.sampling import personal, queries
from app.sampling.models import Sample
from app.sampling.queries import Filters
from app.spreadsheet_cells import CellValue, Column, Kind
from app.spreadsheet_stream import TableSheet, write_table

INLINE = 5_000  # rows made while the reader waits; more is a job
JOB = queries.EXPORT
FILENAME = "样品清单"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PEOPLE = {"被抽样单位联系人": "sampled_contact", "被抽样单位电话": "sampled_phone"}
Value = Callable[[Any, "_Books"], CellValue]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    rows: int
    sha256: str


class _Books:
    """Names for ids, read once."""

    def __init__(self, actor: Actor) -> None:
        self.regions, self.categories = region_book(), category_book()
        self.plans = dict(queries.plans_to_choose(actor))

    def region(self, region_id: int | None) -> str | None:
        return self.regions.full_name(region_id) if region_id else None

    def category(self, row: Any) -> str | None:
        return self.categories.by_id(row.category_id).path if row.category_id else row.category_written


def _column(name: str) -> Value:
    def value(row: Any, _: _Books) -> CellValue:
        found = getattr(row, name)
        return found.value if isinstance(found, Enum) else found  # type: ignore[no-any-return]

    return value


def _conclusion(row: Any, _: _Books) -> CellValue:
    if row.state is not SampleState.REPORTED or row.supervision is None or row.monitoring is None:
        return None
    return wording(Conclusion(row.supervision, row.monitoring))


def _person(field: str) -> Value:
    return lambda row, _: PLACEHOLDER + field


PLACEHOLDER = "\0"
COLUMNS: tuple[tuple[str, Kind, Value], ...] = (
    ("抽样编号", "text", _column("number")),
    ("本地编号", "text", _column("local_number")),
    ("状态", "text", lambda row, _: label(row.state)),
    ("抽检计划", "text", lambda row, books: books.plans.get(row.plan_id)),
    ("特殊抽样", "text", _column("special_sampling")),
    ("任务来源", "text", _column("task_source")),
    ("报送分类A", "text", _column("report_class_a")),
    ("报送分类B", "text", _column("report_class_b")),
    ("检验目的", "text", _column("purpose")),
    ("组织级别", "text", _column("organiser_level")),
    ("产品领域", "text", _column("domain")),
    ("食品分类", "text", lambda row, books: books.category(row)),
    ("样品名称", "text", _column("product_name")),
    ("商标", "text", _column("brand")),
    ("规格型号", "text", _column("spec")),
    ("样品批号", "text", _column("batch_no")),
    ("日期类型", "text", _column("date_kind")),
    ("生产（购进）日期", "date", _column("made_on")),
    ("保质期", "text", _column("shelf_life")),
    ("抽样环节", "text", _column("link")),
    ("抽样地点", "text", _column("place")),
    ("区域类型", "text", _column("area_type")),
    ("抽样地", "text", lambda row, books: books.region(row.region_id) or row.sampled_region_written),
    ("被抽样单位名称", "text", _column("sampled_name")),
    ("被抽样单位地址", "text", _column("sampled_address")),
    ("社会信用代码", "text", _column("sampled_credit_code")),
    *((heading, "text", _person(field)) for heading, field in PEOPLE.items()),
    ("标称生产企业名称", "text", _column("producer_name")),
    ("标称生产企业地址", "text", _column("producer_address")),
    ("生产许可证编号", "text", _column("producer_licence_no")),
    ("抽样日期", "date", _column("sampled_on")),
    ("抽样数量", "decimal", _column("quantity")),
    ("抽样数量单位", "text", _column("quantity_unit")),
    ("备样数量", "text", _column("backup_quantity")),
    ("抽样基数", "text", _column("base_quantity")),
    ("单价", "text", _column("unit_price")),
    ("储存条件", "text", _column("storage")),
    ("抽样单位名称", "text", _column("sampling_unit")),
    ("抽样人员", "text", _column("samplers")),
    ("检验机构", "text", _column("laboratory")),
    ("未抽样原因", "text", _column("outcome_reason")),
    ("报告日期", "date", _column("reported_on")),
    ("监督结论", "text", _column("supervision")),
    ("监测结论", "text", _column("monitoring")),
    ("结论", "text", _conclusion),
)
READ = (
    "plan_id", "special_sampling", "base_quantity", "unit_price", "storage", "outcome_reason",
    "number", "local_number", "state", "task_source", "report_class_a", "report_class_b", "purpose", "organiser_level",
    "domain", "category_id", "category_written", "product_name", "brand", "spec", "batch_no", "date_kind", "made_on",
    "shelf_life", "link", "place", "area_type", "region_id", "sampled_region_written", "sampled_name",
    "sampled_address", "sampled_credit_code", "producer_name", "producer_address", "producer_licence_no", "sampled_on",
    "quantity", "quantity_unit", "backup_quantity", "sampling_unit", "samplers", "laboratory", "reported_on",
    "supervision", "monitoring",
)  # fmt: skip


def write(
    path: Path, actor: Actor, filters: Filters, at: datetime, progress: Callable[[int], None] | None = None
) -> Exported:
    """Write the workbook; holds one part of the rows at a time."""
    columns = [Column(heading, kind) for heading, kind, _ in COLUMNS]
    rows = write_table(path, [TableSheet(FILENAME, columns, _rows(actor, filters, at))], progress) - 1
    with path.open("rb") as file:
        return Exported(rows, hashlib.file_digest(file, "sha256").hexdigest())


def _rows(actor: Actor, filters: Filters, at: datetime) -> Iterator[Sequence[CellValue]]:
    books, count = _Books(actor), 0
    for part in queries.streamed(actor, filters, [getattr(Sample, name) for name in READ]):
        people = {} if is_blind(actor) else personal.masked_for((row.id for row in part), PEOPLE.values())
        for row in (shown(each, actor) for each in part):
            count += 1
            yield [_cell(value(row, books), row.id, people) for _, _, value in COLUMNS]
    yield [watermark(actor, filters, at, count), *[None] * (len(COLUMNS) - 1)]


def _cell(value: CellValue, sample_id: int, people: Mapping[tuple[int, str], str]) -> CellValue:
    if isinstance(value, str) and value.startswith(PLACEHOLDER):
        return people.get((sample_id, value[1:]))
    return value


def watermark(actor: Actor, filters: Filters, at: datetime, count: int) -> str:
    """导出人/时间/条件, the last row of the table."""
    moment = f"{clock.office_time(at):%Y-%m-%d %H:%M}"
    return f"导出人：{actor.name}　导出时间：{moment}　查询条件：{conditions(filters)}　共 {count} 批"


def conditions(filters: Filters) -> str:
    """The query in words."""
    names = {
        "q": "关键词", "state": "状态", "purpose": "检验目的", "link": "环节", "domain": "领域", "category_id": "食品大类",
        "region_id": "抽样地", "conclusion": "结论", "sampled_from": "抽样日期起", "sampled_to": "抽样日期止",
        "reported_from": "报告日期起", "reported_to": "报告日期止", "laboratory": "检验机构", "batch_id": "导入批次",
        "plan_id": "抽检计划", "assignment_id": "抽样任务单", "sampler": "抽样人员",
    }  # fmt: skip
    said = []
    for name, text in names.items():
        value = getattr(filters, name)
        if value is not None:
            said.append(f"{text}：{_word(name, value)}")
    return "，".join(said) or "全部"


def _word(name: str, value: Any) -> str:
    if name == "category_id":
        return category_book().by_id(value).path
    if name == "region_id":
        return region_book().full_name(value)
    return label(value) if isinstance(value, Enum) else str(value)


def packed(filters: Filters) -> dict[str, Any]:
    """The filters as a job keeps them."""
    values = {name: value for name, value in asdict(filters).items() if value is not None}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
