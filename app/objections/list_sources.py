"""异议 to be taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app import clock
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.objections import exports, forms, queries
from app.reference_data.books import calendar


def _cells(part: Sequence[Any]) -> list[Any]:
    at, days = clock.now(), calendar()
    return [exports.cells(row, at, days) for row in part]


register(
    ListSource(
        code="objections", title="异议", unit="件", permission=Permission.OBJECTION_LIST, endpoints=("objections.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: _cells(part),
        **by_key(lambda actor, filters: queries.listed(actor, filters, clock.today(), *queries.COLUMNS), queries.Objection.id),
    ),
)  # fmt: skip
