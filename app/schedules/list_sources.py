"""年度检查安排 to be taken out."""

from __future__ import annotations

from app import clock
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.schedules import exports, forms, queries

register(
    ListSource(
        code="inspection_duties", ticks="duty", title="年度检查安排", unit="条", permission=Permission.INSPECTION_LIST,
        endpoints=("schedules.index",),
        asked=lambda asked: forms.filters_asked(asked, clock.today()), words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: exports.cells(part),
        **by_key(lambda actor, filters: queries.listed(actor, filters, clock.today(), *queries.COLUMNS), queries.Duty.id),
    ),
)  # fmt: skip
