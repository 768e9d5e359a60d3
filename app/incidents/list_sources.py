"""安全事故 to be taken out."""

from __future__ import annotations

from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.incidents import exports, forms, queries

register(
    ListSource(
        code="incidents", title="安全事故", unit="起", permission=Permission.INCIDENT_LIST, endpoints=("incidents.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: exports.cells(part),
        **by_key(lambda actor, filters: queries.listed(actor, filters, *queries.COLUMNS), queries.Row.id),
    ),
)  # fmt: skip
