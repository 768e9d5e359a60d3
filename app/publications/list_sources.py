"""抽检结果公示 to be taken out."""

from __future__ import annotations

from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.publications import exports, forms, queries

register(
    ListSource(
        code="publications", title="抽检结果公示清单", unit="件", permission=Permission.PUBLICATION_LIST,
        endpoints=("publications.index",), asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: [exports.line(row) for row in part],
        **by_key(
            lambda actor, filters: queries.listed(actor, filters, *queries.columns()), queries.Row.id,
            ids=lambda actor, filters: queries.listed(actor, filters, queries.Row.id),
        ),
    )
)  # fmt: skip
