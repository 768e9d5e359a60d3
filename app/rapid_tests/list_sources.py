"""快检记录 to be taken out."""

from __future__ import annotations

from app import clock
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.rapid_tests import forms, queries, workbooks
from app.rapid_tests.models import RapidTest

register(
    ListSource(
        code="rapid_tests", title="快检记录", unit="条", marked_apart=True,
        permission=Permission.RAPID_READ, endpoints=("rapid_tests.index",),
        asked=forms.filters_asked, words=workbooks.conditions, fields=columns_of(workbooks.COLUMNS),
        prepare=lambda actor, part, whole: workbooks.lines(part),
        **by_key(lambda actor, filters: queries.whole_rows(actor, filters, clock.today()), RapidTest.id),
    )
)  # fmt: skip
