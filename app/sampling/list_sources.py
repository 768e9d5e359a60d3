"""样品列表 to be taken out: the same query as on screen, people masked, failing items beside their sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property

import sqlalchemy as sa

from app.db import session
from app.domain.facts import Conclusion, wording
from app.domain.permissions import Permission, permits
from app.domain.samples import Monitoring, Supervision, Verdict
from app.domain.workflow import SampleState
from app.downloads.lists import Field, ListSource, Part, by_key, column, register, stored
from app.results.models import ResultReport, ResultRow
from app.sampling import personal, queries
from app.sampling.asked import filters_asked
from app.sampling.exports import conditions
from app.sampling.models import Sample
from app.sampling.naming import OF_CATEGORY, OF_REGION, categories_named, categories_of, regions_named, regions_of

PEOPLE = {"被抽样单位联系人": "sampled_contact", "被抽样单位电话": "sampled_phone"}


class Samples(Part):
    """The samples of one part, and what belongs to them and is asked for once, if at all."""

    @cached_property
    def plans(self) -> Mapping[int, str]:
        return dict(queries.plans_to_choose(self.actor))

    @cached_property
    def people(self) -> Mapping[int, Mapping[str, str]]:
        if self.blind:
            return {}
        may = [row.id for row in self.rows if self.whole and permits(self.actor, Permission.PERSONAL_UNMASK, row)]
        return personal.values_of((row.id for row in self.rows), frozenset(may))

    @cached_property
    def failing(self) -> Mapping[int, str]:
        """不合格项目 of the reports in force, by sample."""
        statement = (
            sa.select(ResultRow.sample_id, ResultRow.item, ResultRow.result_written, ResultRow.unit)
            .join(ResultReport, ResultReport.id == ResultRow.report_id)
            .where(ResultRow.sample_id.in_(self["id"]), ResultReport.superseded_at.is_(None))
            .where(ResultRow.verdict == Verdict.FAIL)
        )
        found: dict[int, list[str]] = {}
        for sample_id, item, written, unit in session().execute(statement.order_by(ResultRow.id)):
            found.setdefault(sample_id, []).append(f"{item}（{written or '—'}{unit or ''}）")
        return {sample_id: "；".join(items) for sample_id, items in found.items()}


def _plans(part: Samples) -> Sequence[str | None]:
    return [part.plans.get(plan_id) for plan_id in part["plan_id"]]


def _conclusions(part: Samples) -> Sequence[str | None]:
    every = zip(part["state"], part["supervision"], part["monitoring"], strict=True)
    return [_conclusion(*each) for each in every]


@cache
def _conclusion(state: SampleState, supervision: Supervision | None, monitoring: Monitoring | None) -> str | None:
    if state is not SampleState.REPORTED or supervision is None or monitoring is None:
        return None
    return wording(Conclusion(supervision, monitoring))


def _failing(part: Samples) -> Sequence[str | None]:
    return [part.failing.get(sample_id) for sample_id in part["id"]]


def _person(name: str) -> Callable[[Samples], Sequence[str | None]]:
    return lambda part: [part.people.get(sample_id, {}).get(name) for sample_id in part["id"]]


FIELDS: tuple[Field, ...] = (
    stored("抽样编号", "number"),
    stored("本地编号", "local_number"),
    stored("状态", "state"),
    column("抽检计划", _plans, reads=("plan_id",)),
    stored("特殊抽样", "special_sampling"),
    stored("任务来源", "task_source"),
    stored("报送分类A", "report_class_a"),
    stored("报送分类B", "report_class_b"),
    stored("检验目的", "purpose"),
    stored("组织级别", "organiser_level"),
    stored("产品领域", "domain"),
    column("食品分类", categories_of, each=categories_named, reads=OF_CATEGORY),
    stored("样品名称", "product_name"),
    stored("商标", "brand"),
    stored("规格型号", "spec"),
    stored("样品批号", "batch_no"),
    stored("日期类型", "date_kind"),
    stored("生产（购进）日期", "made_on", kind="date"),
    stored("保质期", "shelf_life"),
    stored("抽样环节", "link"),
    stored("抽样地点", "place"),
    stored("区域类型", "area_type"),
    column("抽样地", regions_of, each=regions_named, reads=OF_REGION),
    stored("被抽样单位名称", "sampled_name"),
    stored("被抽样单位地址", "sampled_address"),
    stored("社会信用代码", "sampled_credit_code"),
    *(column(heading, _person(name), personal=True) for heading, name in PEOPLE.items()),
    stored("标称生产企业名称", "producer_name"),
    stored("标称生产企业地址", "producer_address"),
    stored("生产许可证编号", "producer_licence_no"),
    stored("抽样日期", "sampled_on", kind="date"),
    stored("抽样数量", "quantity", kind="decimal"),
    stored("抽样数量单位", "quantity_unit"),
    stored("备样数量", "backup_quantity"),
    stored("抽样基数", "base_quantity"),
    stored("单价", "unit_price"),
    stored("储存条件", "storage"),
    stored("抽样单位名称", "sampling_unit"),
    stored("抽样人员", "samplers"),
    stored("检验机构", "laboratory"),
    stored("未抽样原因", "outcome_reason"),
    stored("报告日期", "reported_on", kind="date"),
    stored("监督结论", "supervision"),
    stored("监测结论", "monitoring"),
    column("结论", _conclusions, reads=("state", "supervision", "monitoring")),
    stored("待核项目数", "pending_items", kind="integer", default=False),
    column("不合格项目", _failing, reads=("id",), default=False),
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
        code="samples", ticks="sample", title="样品清单", unit="批", permission=Permission.SAMPLE_EXPORT, endpoints=("sampling.index",),
        asked=filters_asked, words=conditions, fields=FIELDS, prepare=Samples, in_columns=True,
        **by_key(lambda actor, filters: queries.listed(actor, filters, [getattr(Sample, name) for name in READ]), Sample.id),
    )
)  # fmt: skip
