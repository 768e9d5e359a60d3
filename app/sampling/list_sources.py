"""样品列表 to be taken out: the same query as on screen, people masked, failing items beside their sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.blinding import is_blind, shown
from app.db import session
from app.domain.actors import Actor
from app.domain.facts import Conclusion, wording
from app.domain.permissions import Permission, permits
from app.domain.samples import Verdict
from app.domain.workflow import SampleState
from app.downloads.lists import Field, ListSource, by_key, column, register
from app.reference_data.books import category_book, region_book
from app.results.models import ResultReport, ResultRow
from app.sampling import personal, queries
from app.sampling.asked import filters_asked
from app.sampling.exports import conditions
from app.sampling.models import Sample

PEOPLE = {"被抽样单位联系人": "sampled_contact", "被抽样单位电话": "sampled_phone"}


class Part:
    """What belongs to the samples of one part and is asked for once, if at all."""

    def __init__(self, actor: Actor, rows: Sequence[Any], whole: bool) -> None:
        self.actor, self.rows, self.whole = actor, rows, whole
        self.categories, self.regions = category_book(), region_book()

    @cached_property
    def plans(self) -> Mapping[int, str]:
        return dict(queries.plans_to_choose(self.actor))

    @cached_property
    def people(self) -> Mapping[int, Mapping[str, str]]:
        if is_blind(self.actor):
            return {}
        may = [row.id for row in self.rows if self.whole and permits(self.actor, Permission.PERSONAL_UNMASK, row)]
        return personal.values_of((row.id for row in self.rows), frozenset(may))

    @cached_property
    def failing(self) -> Mapping[int, str]:
        """不合格项目 of the reports in force, by sample."""
        statement = (
            sa.select(ResultRow.sample_id, ResultRow.item, ResultRow.result_written, ResultRow.unit)
            .join(ResultReport, ResultReport.id == ResultRow.report_id)
            .where(ResultRow.sample_id.in_([row.id for row in self.rows]), ResultReport.superseded_at.is_(None))
            .where(ResultRow.verdict == Verdict.FAIL)
        )
        found: dict[int, list[str]] = {}
        for sample_id, item, written, unit in session().execute(statement.order_by(ResultRow.id)):
            found.setdefault(sample_id, []).append(f"{item}（{written or '—'}{unit or ''}）")
        return {sample_id: "；".join(items) for sample_id, items in found.items()}


class Taken:
    """One sample of a part."""

    __slots__ = ("part", "row")

    def __init__(self, part: Part, row: Any) -> None:
        self.part, self.row = part, row


def _prepared(actor: Actor, rows: Sequence[Any], whole: bool) -> Sequence[Taken]:
    part = Part(actor, rows, whole)
    return [Taken(part, shown(row, actor)) for row in rows]


def _category(taken: Taken) -> str | None:
    row = taken.row
    return taken.part.categories.by_id(row.category_id).path if row.category_id else row.category_written  # type: ignore[no-any-return]


def _region(taken: Taken) -> str | None:
    row = taken.row
    return taken.part.regions.full_name(row.region_id) if row.region_id else row.sampled_region_written  # type: ignore[no-any-return]


def _conclusion(taken: Taken) -> str | None:
    row = taken.row
    if row.state is not SampleState.REPORTED or row.supervision is None or row.monitoring is None:
        return None
    return wording(Conclusion(row.supervision, row.monitoring))


def _person(name: str) -> Callable[[Taken], Any]:
    return lambda taken: taken.part.people.get(taken.row.id, {}).get(name)


def _text(title: str, name: str, **other: Any) -> Field:
    return column(title, f"row.{name}", **other)


FIELDS: tuple[Field, ...] = (
    _text("抽样编号", "number"),
    _text("本地编号", "local_number"),
    _text("状态", "state"),
    column("抽检计划", lambda taken: taken.part.plans.get(taken.row.plan_id)),
    _text("特殊抽样", "special_sampling"),
    _text("任务来源", "task_source"),
    _text("报送分类A", "report_class_a"),
    _text("报送分类B", "report_class_b"),
    _text("检验目的", "purpose"),
    _text("组织级别", "organiser_level"),
    _text("产品领域", "domain"),
    column("食品分类", _category),
    _text("样品名称", "product_name"),
    _text("商标", "brand"),
    _text("规格型号", "spec"),
    _text("样品批号", "batch_no"),
    _text("日期类型", "date_kind"),
    _text("生产（购进）日期", "made_on", kind="date"),
    _text("保质期", "shelf_life"),
    _text("抽样环节", "link"),
    _text("抽样地点", "place"),
    _text("区域类型", "area_type"),
    column("抽样地", _region),
    _text("被抽样单位名称", "sampled_name"),
    _text("被抽样单位地址", "sampled_address"),
    _text("社会信用代码", "sampled_credit_code"),
    *(column(heading, _person(name), personal=True) for heading, name in PEOPLE.items()),
    _text("标称生产企业名称", "producer_name"),
    _text("标称生产企业地址", "producer_address"),
    _text("生产许可证编号", "producer_licence_no"),
    _text("抽样日期", "sampled_on", kind="date"),
    _text("抽样数量", "quantity", kind="decimal"),
    _text("抽样数量单位", "quantity_unit"),
    _text("备样数量", "backup_quantity"),
    _text("抽样基数", "base_quantity"),
    _text("单价", "unit_price"),
    _text("储存条件", "storage"),
    _text("抽样单位名称", "sampling_unit"),
    _text("抽样人员", "samplers"),
    _text("检验机构", "laboratory"),
    _text("未抽样原因", "outcome_reason"),
    _text("报告日期", "reported_on", kind="date"),
    _text("监督结论", "supervision"),
    _text("监测结论", "monitoring"),
    column("结论", _conclusion),
    _text("待核项目数", "pending_items", kind="integer", default=False),
    column("不合格项目", lambda taken: taken.part.failing.get(taken.row.id), default=False),
)
READ = (
    "id", "org_id", "plan_id", "special_sampling", "base_quantity", "unit_price", "storage", "outcome_reason",
    "number", "local_number", "state", "task_source", "report_class_a", "report_class_b", "purpose", "organiser_level",
    "domain", "category_id", "category_written", "product_name", "brand", "spec", "batch_no", "date_kind", "made_on",
    "shelf_life", "link", "place", "area_type", "region_id", "sampled_region_written", "sampled_name",
    "sampled_address", "sampled_credit_code", "producer_name", "producer_address", "producer_licence_no", "sampled_on",
    "quantity", "quantity_unit", "backup_quantity", "sampling_unit", "samplers", "laboratory", "reported_on",
    "supervision", "monitoring", "pending_items",
)  # fmt: skip

register(
    ListSource(
        code="samples", title="样品清单", unit="批", permission=Permission.SAMPLE_EXPORT, endpoints=("sampling.index",),
        asked=filters_asked, words=conditions, fields=FIELDS, prepare=_prepared,
        **by_key(lambda actor, filters: queries.listed(actor, filters, [getattr(Sample, name) for name in READ]), Sample.id),
    )
)  # fmt: skip
