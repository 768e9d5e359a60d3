"""执法文书 to be taken out."""

from __future__ import annotations

from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.official_documents import exports, forms, queries

register(
    ListSource(
        code="official_documents", title="执法文书", unit="件", permission=Permission.DOCUMENT_LIST,
        endpoints=("official_documents.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: exports.cells(part),
        **by_key(lambda actor, filters: queries.listed(actor, filters, *queries.COLUMNS), queries.Doc.id),
    ),
)  # fmt: skip
