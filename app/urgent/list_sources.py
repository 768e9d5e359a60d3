"""限时报告 to be taken out."""

from __future__ import annotations

from app import clock
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.urgent import exports, forms, queries
from app.urgent.models import UrgentReport

register(
    ListSource(
        code="urgent_reports", title="限时报告", unit="件", permission=Permission.URGENT_LIST, endpoints=("urgent.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: list(exports.cells(part, actor, clock.now())),
        **by_key(lambda actor, filters: queries.chosen(actor, filters, clock.now()), UrgentReport.id),
    ),
)  # fmt: skip
