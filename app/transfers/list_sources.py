"""移送协查 to be taken out."""

from __future__ import annotations

from app import clock
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.transfers import exports, forms, queries

register(
    ListSource(
        code="transfers", title="移送协查", unit="件", permission=Permission.TRANSFER_LIST, endpoints=("transfers.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: [exports.cells(row, clock.today()) for row in part],
        **by_key(lambda actor, filters: queries.listed(actor, filters, clock.today(), *queries.COLUMNS), queries.T.id),
    ),
)  # fmt: skip
