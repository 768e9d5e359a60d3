"""双随机抽查任务和检查人员名录 to be taken out."""

from __future__ import annotations

from app import clock
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register, spoken
from app.random_inspections import exports, forms, inspectors, queries
from app.random_inspections.models import Inspector

register(
    ListSource(
        code="random_programmes", title="双随机抽查", unit="项", permission=Permission.INSPECTION_LIST,
        endpoints=("random_inspections.index",), asked=forms.filters_asked, words=spoken(q="关键词", state="状态", year="年度"),
        fields=columns_of(exports.PROGRAMMES), prepare=lambda actor, part, whole: exports.programme_rows(part),
        **by_key(lambda actor, filters: queries.listed(actor, filters, *queries.COLUMNS), queries.Row.id),
    ),
    ListSource(
        code="inspectors", title="检查人员名录", unit="人", permission=Permission.INSPECTOR_EDIT,
        endpoints=("random_inspections.inspectors",), asked=inspectors.filters_asked,
        words=spoken(
            q="关键词", standing=("有效", dict(inspectors.STANDINGS).get), department=("部门", dict(inspectors.DEPARTMENTS).get),
        ),
        fields=columns_of(exports.INSPECTORS), prepare=lambda actor, part, whole: exports.inspector_rows(part),
        **by_key(lambda actor, filters: inspectors.chosen(actor, filters, clock.today(), *inspectors.COLUMNS), Inspector.id),
    ),
)  # fmt: skip
