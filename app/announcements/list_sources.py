"""外部公示 to be taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.announcements import forms, queries, workbooks
from app.announcements.models import ExternalFinding
from app.authorize import current_actor
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.reference_data.books import category_book


def _listed(actor: Actor, filters: queries.Filters) -> sa.Select[Any]:
    return queries.listed(actor, filters, [ExternalFinding])


def _prepared(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Any]:
    book = category_book()
    return [workbooks.line(row, book) for row in part]


register(
    ListSource(
        code="external_findings", title="外部公示", unit="条", marked_apart=True,
        permission=Permission.FINDING_LIST, endpoints=("announcements.index",),
        asked=forms.filters_asked, words=lambda filters: workbooks.conditions(current_actor(), filters),
        fields=columns_of(workbooks.COLUMNS), prepare=_prepared, **by_key(_listed, ExternalFinding.id),
    )
)  # fmt: skip
