"""法定期限 to be taken out."""

from __future__ import annotations

from app import clock
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.legal_clocks import exports, forms, queries
from app.legal_clocks.models import LegalClock
from app.reference_data.books import calendar

register(
    ListSource(
        code="legal_clocks", title="法定期限", unit="项", permission=Permission.CLOCK_LIST, endpoints=("legal_clocks.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: list(exports.cells(part, clock.now(), calendar())),
        **by_key(lambda actor, filters: queries.chosen(actor, filters, clock.today(), calendar()), LegalClock.id),
    ),
)  # fmt: skip
