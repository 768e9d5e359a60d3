"""责令改正 to be taken out."""

from __future__ import annotations

from app import clock
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.rectifications import exports, forms, queries

register(
    ListSource(
        code="rectifications", title="责令改正", unit="件", permission=Permission.RECTIFY_LIST, endpoints=("rectifications.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: exports.cells(part),
        **by_key(lambda actor, filters: queries.listed(actor, filters, clock.today(), *queries.COLUMNS), queries.Row.id),
    ),
)  # fmt: skip
