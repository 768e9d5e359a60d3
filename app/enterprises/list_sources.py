"""企业档案、许可到期和企业历次抽检 to be taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app import clock
from app.domain.actors import Actor
from app.domain.enterprise_rows import PERSONAL, TITLES
from app.domain.permissions import Permission, permits
from app.downloads.lists import ListSource, by_key, column, columns_of, register
from app.enterprises import forms, licence_exports, licence_forms, licence_queries, queries, workbooks
from app.enterprises.models import Enterprise

PEOPLE = frozenset(TITLES[name] for name in PERSONAL)


def _prepared(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Any]:
    may = frozenset(row.id for row in part if whole and permits(actor, Permission.PERSONAL_UNMASK, row))
    return workbooks.cells(part, may)


register(
    ListSource(
        code="enterprises", title="企业档案", unit="家", marked_apart=True,
        permission=Permission.ENTERPRISE_LIST, endpoints=("enterprises.index",),
        asked=forms.filters_asked, words=workbooks.conditions, prepare=_prepared,
        fields=tuple(
            column(one.header, place, one.kind, personal=one.header in PEOPLE) for place, one in enumerate(workbooks.COLUMNS)
        ),
        **by_key(queries.whole_rows, Enterprise.id),
    ),
    ListSource(
        code="licences", title="许可到期", unit="条", permission=Permission.ENTERPRISE_LIST, endpoints=("enterprises.licences",),
        asked=licence_forms.filters_asked, words=licence_exports.conditions, fields=columns_of(licence_exports.COLUMNS),
        prepare=lambda actor, part, whole: licence_exports.cells(part),
        **by_key(
            lambda actor, filters: licence_queries.listed(actor, filters, clock.today(), *licence_queries.COLUMNS),
            licence_queries.Row.id,
        ),
    ),
)  # fmt: skip
