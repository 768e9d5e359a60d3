"""监督检查、检查结果公示 to be taken out."""

from __future__ import annotations

from app import clock
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.inspections import exports, forms, publication_exports, publication_forms, publication_queries, queries

register(
    ListSource(
        code="inspections", title="监督检查", unit="次", permission=Permission.INSPECTION_LIST, endpoints=("inspections.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: exports.cells(part),
        **by_key(lambda actor, filters: queries.listed(actor, filters, clock.today(), *queries.COLUMNS), queries.Row.id),
    ),
    ListSource(
        code="inspection_publications", ticks="inspection", title="检查结果公示", unit="条", permission=Permission.INSPECTION_LIST,
        endpoints=("inspections.publications",),
        asked=publication_forms.filters_asked, words=publication_exports.conditions, fields=columns_of(publication_exports.COLUMNS),
        prepare=lambda actor, part, whole: publication_exports.cells(part),
        **by_key(
            lambda actor, filters: publication_queries.listed(actor, filters, clock.today(), *publication_queries.COLUMNS),
            publication_queries.Row.id,
        ),
    ),
)  # fmt: skip
