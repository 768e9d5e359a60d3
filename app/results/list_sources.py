"""检验结果明细、待核项目和导入批次 to be taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from app.accounts.models import User
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, Part, by_key, column, everything, no_words, register, stored
from app.labels import label
from app.results import forms, queries, row_queries
from app.results.models import ImportBatch, ResultReport, ResultRow
from app.sampling.models import Sample
from app.sampling.naming import OF_CATEGORY, OF_REGION, categories_named, categories_of, regions_named, regions_of
from app.scope import scope


def _pending(actor: Actor, filters: None) -> sa.Select[Any]:
    chosen = sa.select(*row_queries.COLUMNS).select_from(ResultRow)
    chosen = chosen.join(ResultReport, ResultReport.id == ResultRow.report_id).join(Sample, Sample.id == ResultRow.sample_id)
    chosen = chosen.where(ResultRow.pending, ResultReport.superseded_at.is_(None), queries.HAS_PENDING)
    return scope(chosen, Sample, actor)


FIELDS = (
    stored("抽样编号", "number"),
    stored("报告书编号", "report_no"),
    stored("样品名称", "product_name"),
    column("食品分类", categories_of, each=categories_named, reads=OF_CATEGORY),
    stored("被抽样单位名称", "sampled_name"),
    stored("社会信用代码", "sampled_credit_code", default=False),
    stored("标称生产企业名称", "producer_name"),
    stored("抽样环节", "link"),
    column("抽样地", regions_of, each=regions_named, reads=OF_REGION),
    stored("检验目的", "purpose"),
    stored("产品领域", "domain", default=False),
    stored("抽样日期", "sampled_on", "date"),
    stored("报告日期", "reported_on", "date"),
    stored("检验机构", "laboratory"),
    stored("检验项目", "item"),
    stored("检验项目（原文）", "item_written", default=False),
    stored("项目类别", "item_class", default=False),
    stored("检验类型", "kind"),
    stored("检验结果", "result_written"),
    stored("检验结果数值", "value", "decimal", default=False),
    stored("结果单位", "unit"),
    stored("结果判定", "verdict"),
    stored("检验机构判定", "lab_verdict"),
    stored("系统判定", "our_verdict"),
    stored("是否待核", "pending"),
    stored("限量", "limit_text"),
    stored("限量来源", "limit_source"),
    stored("最小允许限", "min_written"),
    stored("最大允许限", "max_written"),
    stored("允许限单位", "limit_unit"),
    stored("检出限", "lod_written"),
    stored("检出限单位", "lod_unit"),
    stored("判定说明", "reason"),
    stored("提示", "flags", default=False),
    stored("检验依据", "method"),
    stored("判定依据", "basis"),
    stored("说明", "note"),
    stored("判定复核时间", "decided_at", "moment", default=False),
    stored("样品状态", "state", default=False),
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
        asked=row_queries.asked, words=row_queries.words, fields=FIELDS, prepare=Part, in_columns=True,
        **by_key(row_queries.listed, ResultRow.id),
    ),
    ListSource(
        code="pending_items", title="待核项目", unit="项", permission=Permission.SAMPLE_LIST, endpoints=("results.pending",),
        asked=everything, words=no_words, fields=FIELDS, prepare=Part, in_columns=True, **by_key(_pending, ResultRow.id),
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
