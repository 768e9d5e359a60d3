"""基础数据变更 to be taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.permissions import Permission
from app.domain.trust_kinds import ChangeKind
from app.domain.trust_states import ChangeState
from app.downloads.lists import ListSource, by_key, column, register, spoken
from app.labels import label
from app.reference_changes import queries
from app.reference_changes.models import ReferenceChange


def _one(vocabulary: Any, written: Any) -> Any:
    return next((member for member in vocabulary if member.value == written), None)


def _asked(asked: Mapping[str, Any]) -> queries.Filters:
    word = str(asked.get("q") or "").strip()[:100] or None
    return queries.Filters(_one(ChangeKind, asked.get("kind")), _one(ChangeState, asked.get("state")), word, asked.get("waiting") == "1")


register(
    ListSource(
        code="reference_changes", title="基础数据变更", unit="项", permission=Permission.CHANGE_LIST,
        endpoints=("reference_changes.index",), asked=_asked,
        words=spoken(kind="种类", state=("状态", label), word="关键词", waiting="待我复核"),
        fields=(
            column("编号", "number"), column("种类", "kind"), column("变更", "title"), column("依据文件", "source"),
            column("变更理由", "reason"), column("自哪一天起", "valid_from", "date"), column("状态", lambda row: label(row.state)),
            column("提出人", "proposer"), column("提出时间", "proposed_at", "moment"), column("复核人", "decider"),
            column("复核时间", "decided_at", "moment"), column("意见", "opinion"),
        ),
        **by_key(queries.chosen, ReferenceChange.id),
    ),
)  # fmt: skip
