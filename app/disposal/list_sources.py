"""核查处置案件 to be taken out, with everything recorded of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from app import clock
from app.authorize import current_actor
from app.disposal import exports, forms, queries, record_exports
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, columns_of, register
from app.reference_data.books import calendar

RECORDED = tuple(one.header for one in record_exports.COLUMNS)


def _prepared(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Any]:
    found = record_exports.recorded(actor, [row.id for row in part])
    return list(exports.cells(part, found, clock.now(), calendar()))


register(
    ListSource(
        code="cases", ticks="case", title="核查处置案件", unit="件", permission=Permission.CASE_LIST, endpoints=("disposal.index",),
        asked=lambda asked: forms.filters_asked(MultiDict(asked), current_actor().user_id), words=exports.conditions,
        fields=columns_of((*exports.COLUMNS, *record_exports.COLUMNS), off=RECORDED), prepare=_prepared,
        **by_key(lambda actor, filters: queries.chosen_cases(actor, filters, clock.today()), DisposalCase.id),
    )
)  # fmt: skip
