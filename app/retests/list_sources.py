"""复检 to be taken out."""

from __future__ import annotations

from app import clock
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.reference_data.books import calendar
from app.retests import exports, forms, queries

register(
    ListSource(
        code="retests", title="复检", unit="件", permission=Permission.RETEST_LIST, endpoints=("retests.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: list(exports.cells(part, clock.today(), calendar())),
        **by_key(lambda actor, filters: queries.listed(actor, filters, clock.today(), *queries.columns()), queries.Retest.id),
    ),
)  # fmt: skip
