"""企业自查报告 to be taken out."""

from __future__ import annotations

from app import clock
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.self_reports import exports, forms, queries

register(
    ListSource(
        code="self_reports", ticks="report", title="企业自查报告", unit="份", permission=Permission.SELF_REPORT_LIST,
        endpoints=("self_reports.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: exports.cells(part),
        **by_key(lambda actor, filters: queries.listed(actor, filters, clock.today(), *queries.COLUMNS), queries.Row.id),
    ),
)  # fmt: skip
