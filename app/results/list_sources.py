"""检验结果明细、待核项目和导入批次 to be taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from app.accounts.models import User
from app.blinding import shown
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, everything, no_words, register
from app.labels import label
from app.reference_data.books import category_book, region_book
from app.results import forms, queries, row_queries
from app.results.models import ImportBatch, ResultReport, ResultRow
from app.sampling.models import Sample
from app.scope import scope
from app.spreadsheet_cells import CellValue


def _pending(actor: Actor, filters: None) -> sa.Select[Any]:
    chosen = sa.select(*row_queries.COLUMNS).select_from(ResultRow)
    chosen = chosen.join(ResultReport, ResultReport.id == ResultRow.report_id).join(Sample, Sample.id == ResultRow.sample_id)
    chosen = chosen.where(ResultRow.pending, ResultReport.superseded_at.is_(None), queries.HAS_PENDING)
    return scope(chosen, Sample, actor)


class Taken:
    """One item, and the names of places and foods for its part."""

    __slots__ = ("categories", "regions", "row")

    def __init__(self, row: Any, categories: Any, regions: Any) -> None:
        self.row, self.categories, self.regions = row, categories, regions


def _prepared(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Taken]:
    categories, regions = category_book(), region_book()
    return [Taken(shown(row, actor), categories, regions) for row in part]


def _category(taken: Taken) -> CellValue:
    row = taken.row
    return taken.categories.by_id(row.category_id).path if row.category_id else row.category_written  # type: ignore[no-any-return]


def _region(taken: Taken) -> CellValue:
    row = taken.row
    return taken.regions.full_name(row.region_id) if row.region_id else row.sampled_region_written  # type: ignore[no-any-return]


FIELDS = (
    column("抽样编号", "row.number"),
    column("报告书编号", "row.report_no"),
    column("样品名称", "row.product_name"),
    column("食品分类", _category),
    column("被抽样单位名称", "row.sampled_name"),
    column("社会信用代码", "row.sampled_credit_code", default=False),
    column("标称生产企业名称", "row.producer_name"),
    column("抽样环节", "row.link"),
    column("抽样地", _region),
    column("检验目的", "row.purpose"),
    column("产品领域", "row.domain", default=False),
    column("抽样日期", "row.sampled_on", "date"),
    column("报告日期", "row.reported_on", "date"),
    column("检验机构", "row.laboratory"),
    column("检验项目", "row.item"),
    column("检验项目（原文）", "row.item_written", default=False),
    column("项目类别", "row.item_class", default=False),
    column("检验类型", "row.kind"),
    column("检验结果", "row.result_written"),
    column("检验结果数值", "row.value", "decimal", default=False),
    column("结果单位", "row.unit"),
    column("结果判定", "row.verdict"),
    column("检验机构判定", "row.lab_verdict"),
    column("系统判定", "row.our_verdict"),
    column("是否待核", "row.pending"),
    column("限量", "row.limit_text"),
    column("限量来源", "row.limit_source"),
    column("最小允许限", "row.min_written"),
    column("最大允许限", "row.max_written"),
    column("允许限单位", "row.limit_unit"),
    column("检出限", "row.lod_written"),
    column("检出限单位", "row.lod_unit"),
    column("判定说明", "row.reason"),
    column("提示", "row.flags", default=False),
    column("检验依据", "row.method"),
    column("判定依据", "row.basis"),
    column("说明", "row.note"),
    column("判定复核时间", "row.decided_at", "moment", default=False),
    column("样品状态", "row.state", default=False),
)
BATCH = (
    "id", "kind", "layout", "state", "filename", "sha256", "rows", "samples", "new_count", "changed_count", "unchanged_count",
    "refused_count", "created_at", "confirmed_at", "undone_at",
)  # fmt: skip


def _batches(actor: Actor, filters: queries.Filters) -> sa.Select[Any]:
    statement = sa.select(*(ImportBatch.__table__.c[name] for name in BATCH), User.name.label("uploader"))
    statement = statement.select_from(ImportBatch).outerjoin(User, User.id == ImportBatch.created_by_id)
    return queries.narrowed(scope(statement, ImportBatch, actor), filters)


def _said(filters: queries.Filters) -> str:
    said = [
        f"类别：{forms.KINDS.get(filters.kind, filters.kind)}" if filters.kind else "",
        f"状态：{label(filters.state)}" if filters.state else "",
        f"文件名：{filters.filename}" if filters.filename else "",
        f"上传日期：{filters.since or ''} 至 {filters.until or ''}" if filters.since or filters.until else "",
    ]
    return "，".join(part for part in said if part) or "全部"


def _asked_of_batches(asked: Mapping[str, Any]) -> queries.Filters:
    return forms.of(MultiDict(asked)).filters


register(
    ListSource(
        code="results", title="检验结果明细", unit="项", permission=Permission.SAMPLE_EXPORT, endpoints=("results.rows",),
        asked=row_queries.asked, words=row_queries.words, fields=FIELDS, prepare=_prepared, **by_key(row_queries.listed, ResultRow.id),
    ),
    ListSource(
        code="pending_items", title="待核项目", unit="项", permission=Permission.SAMPLE_LIST, endpoints=("results.pending",),
        asked=everything, words=no_words, fields=FIELDS, prepare=_prepared, **by_key(_pending, ResultRow.id),
    ),
    ListSource(
        code="import_batches", title="导入批次", unit="次", permission=Permission.IMPORT_LIST, endpoints=("results.batches",),
        asked=_asked_of_batches, words=_said, **by_key(_batches, ImportBatch.id),
        fields=(
            column("批次号", "id", "integer"), column("类别", lambda row: forms.KINDS.get(row.kind, row.kind)), column("状态", "state"),
            column("文件名", "filename"), column("格式", "layout", default=False), column("上传人", "uploader"),
            column("上传时间", "created_at", "moment"), column("确认时间", "confirmed_at", "moment"),
            column("撤销时间", "undone_at", "moment"), column("行数", "rows", "integer"), column("样品数", "samples", "integer"),
            column("新增", "new_count", "integer"), column("变更", "changed_count", "integer"),
            column("未变", "unchanged_count", "integer"), column("有误", "refused_count", "integer"),
            column("文件校验值", "sha256", default=False),
        ),
    ),
)  # fmt: skip
