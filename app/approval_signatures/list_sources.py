"""审批签名 to be taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.approval_signatures import forms, queries
from app.audit.words import masked, subject_word
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, register, spoken
from app.labels import step_label
from app.trail import SIGNED_BY


def _told(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Any]:
    names = queries.names_of(part)
    return [(row, masked(names.get((row.subject_kind, row.subject_id)))) for row in part]


register(
    ListSource(
        code="signatures", title="审批签名", unit="条", permission=Permission.SIGNATURE_LIST, endpoints=("approval_signatures.index",),
        asked=forms.filters_asked, words=spoken(
            q="签名人", kind=("记录类别", subject_word), meaning="签名意义", state=("核对结果", lambda state: state.value),
            from_on="日期自", to_on="日期至",
        ),
        prepare=_told,
        fields=(
            column("签名时间", lambda one: one[0].signed_at, "moment"), column("签名人", lambda one: one[0].name),
            column("记录类别", lambda one: subject_word(one[0].subject_kind)), column("记录", 1),
            column("办理步骤", lambda one: step_label(one[0].subject_kind, one[0].step)), column("签名意义", lambda one: one[0].meaning),
            column("身份确认方式", lambda one: SIGNED_BY[one[0].method]), column("内容摘要", lambda one: one[0].record_sha256),
            column("版本", lambda one: one[0].record_version, "integer"),
            column("核对结果", lambda one: one[0].checked.value if one[0].checked else "尚未核对"),
            column("单位", lambda one: one[0].org_name),
        ),
        **by_key(lambda actor, filters: queries.listed(actor, filters, *queries.COLUMNS), queries.Row.id),
    ),
)  # fmt: skip
