"""审计日志 to be taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from app.audit import forms, queries
from app.audit.words import subject_word
from app.chain import HistoryEntry
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, register, spoken
from app.labels import state_label, step_label


def _asked(asked: Mapping[str, Any]) -> queries.Filters:
    return forms.of(MultiDict(asked)).filters


def _told(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Any]:
    """As the auditor's page tells it: people in free text are masked."""
    return [queries.told(row) for row in part]


def _moved(entry: Any) -> str | None:
    if not entry.to_state or entry.from_state == entry.to_state:
        return None
    return f"{state_label(entry.kind, entry.from_state)} → {state_label(entry.kind, entry.to_state)}"


def _changed(entry: Any) -> str | None:
    return "；".join(f"{one.field}：{one.before} → {one.after}" for one in entry.changes) or None


register(
    ListSource(
        code="audit", title="审计日志", unit="条", permission=Permission.AUDIT_READ, endpoints=("audit.index",),
        asked=_asked, words=spoken(
            subject="办理对象", kind=("对象类别", subject_word), actor="操作人", step=("操作", lambda step: forms.STEPS.get(step, step)),
            group="类别", address="地址", channel="渠道", since="日期自", until="日期至",
        ),
        prepare=_told,
        fields=(
            column("序号", "seq", "integer"), column("时间", "at", "moment"), column("操作人", "actor"), column("渠道", "channel"),
            column("地址", "address"), column("对象类别", lambda entry: subject_word(entry.kind)), column("办理对象", "subject"),
            column("操作", lambda entry: step_label(entry.kind, entry.step)), column("状态变化", _moved), column("意见或说明", "comment"),
            column("修改内容", _changed),
        ),
        **by_key(queries.listed, HistoryEntry.id),
    ),
)  # fmt: skip
