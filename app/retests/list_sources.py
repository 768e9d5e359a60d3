"""复检 to be taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app import clock
from app.domain.masking import mask, mask_name
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, at_once, by_key, column, columns_of, register, spoken
from app.reference_data.books import calendar
from app.retests import exports, forms, queries


def _asked(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"q": str(asked.get("q") or "").strip()[:60] or None, "whole": asked.get("all") == "1"}


register(
    ListSource(
        code="retests", title="复检", unit="件", permission=Permission.RETEST_LIST, endpoints=("retests.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS),
        prepare=lambda actor, part, whole: list(exports.cells(part, clock.today(), calendar())),
        **by_key(lambda actor, filters: queries.listed(actor, filters, clock.today(), *queries.columns()), queries.Retest.id),
    ),
    ListSource(
        code="retest_laboratories", title="复检机构名录", unit="家", permission=Permission.REFERENCE_READ,
        endpoints=("retests.laboratory_list",), asked=_asked, words=spoken(q="关键词", whole="含已失效"),
        fields=(
            column("代码", "RetestLaboratory.code"), column("机构名称", "RetestLaboratory.name"),
            column("地址", "RetestLaboratory.address"), column("复检能力范围", "RetestLaboratory.fields"),
            column("联系人", lambda row: mask_name(row.RetestLaboratory.contact) if row.RetestLaboratory.contact else None),
            column("电话", lambda row: mask(row.RetestLaboratory.phone) if row.RetestLaboratory.phone else None),
            column("有效期起", "RetestLaboratory.valid_from", "date"),
            column("有效期止", "RetestLaboratory.valid_to", "date"), column("来源", "RetestLaboratory.source"),
            column("名录单位", "kept_by"),
        ),
        **at_once(lambda actor, asked: queries.laboratories(actor, None if asked["whole"] else clock.today(), asked["q"])),
    ),
)  # fmt: skip
