"""抽样任务单 to be taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from app import clock
from app.assignments import forms, listing
from app.assignments.models import SamplingAssignment
from app.blinding import shown
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.workflow import AssignmentState
from app.downloads.lists import ListSource, by_key, column, register, spoken
from app.labels import label
from app.reference_data.books import category_book, region_book

WORDS = {listing.LIVE_STATES: "未完成", listing.ALL_STATES: "全部", listing.OVERDUE: "超期"}


def _state(written: str) -> str:
    return WORDS.get(written) or label(AssignmentState(written))


def _prepared(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Any]:
    """Each with its food, its place and its team."""
    categories, regions, names = category_book(), region_book(), listing.names([row.id for row in part])
    return [
        (
            shown(row, actor), categories.by_id(row.category_id).path if row.category_id else None,
            regions.full_name(row.region_id) if row.region_id else None, "、".join(names.get(row.id, ())) or None,
        )
        for row in part
    ]  # fmt: skip


def _of(title: str, name: str, kind: Any = "text") -> Any:
    return column(title, lambda taken: getattr(taken[0], name), kind)


register(
    ListSource(
        code="assignments", title="抽样任务单", unit="件", permission=Permission.ASSIGNMENT_LIST, endpoints=("assignments.index",),
        asked=lambda asked: forms.filters_asked(MultiDict(asked)), words=spoken(
            state=("状态", _state), mine="只看本人", plan_id="计划编号", laboratory_id="承检机构编号", drawing_id="抽取编号",
            word="关键词",
        ),
        prepare=_prepared,
        fields=(
            _of("任务单编号", "number"), _of("状态", "state"), _of("抽检计划", "plan_name"), column("食品分类", 1), column("抽样区域", 2),
            _of("抽样环节", "link"), _of("被抽样单位", "enterprise_name"), _of("批次", "batches", "integer"),
            _of("已完成", "done", "integer"),
            _of("开始日期", "from_on", "date"), _of("完成期限", "to_on", "date"), _of("承检机构", "laboratory_name"),
            column("抽样人员", 3),
            _of("下达单位", "org_name"),
        ),
        **by_key(lambda actor, filters: listing.chosen(actor, filters, clock.today()), SamplingAssignment.id),
    ),
)  # fmt: skip
