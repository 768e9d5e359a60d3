"""消费提示、风险预警 to be taken out."""

from __future__ import annotations

from app import clock
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.risk_warnings import exports, forms, queries

register(
    ListSource(
        code="risk_warnings", title="风险交流", unit="件", permission=Permission.WARNING_LIST, endpoints=("risk_warnings.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: [exports.cells(row, clock.today()) for row in part],
        **by_key(lambda actor, filters: queries.listed(actor, filters, *queries.COLUMNS), queries.Row.id),
    )
)  # fmt: skip
