"""行政处罚 to be taken out."""

from __future__ import annotations

from app import clock
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.penalties import exports, forms, queries

register(
    ListSource(
        code="penalties", title="行政处罚", unit="件", permission=Permission.PENALTY_LIST, endpoints=("penalties.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: exports.cells(part),
        **by_key(lambda actor, filters: queries.listed(actor, filters, clock.today(), *queries.COLUMNS), queries.Penalty.id),
    ),
)  # fmt: skip
