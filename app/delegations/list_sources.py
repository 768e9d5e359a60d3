"""审批委托 to be taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app import clock
from app.delegations import queries
from app.delegations.models import Delegation
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, register


def _asked(asked: Mapping[str, Any]) -> str:
    return asked["state"] if asked.get("state") in queries.VIEWS else queries.STANDING


register(
    ListSource(
        code="delegations", title="审批委托", unit="件", permission=Permission.DELEGATION_LIST, endpoints=("delegations.index",),
        asked=_asked, words=lambda view: f"状态：{queries.VIEWS[view]}",
        fields=(
            column("编号", "number"), column("委托人", "giver"), column("受托人", "taker"), column("开始日期", "from_on", "date"),
            column("结束日期", "to_on", "date"), column("委托理由", "reason"),
            column("状态", lambda row: queries.VIEWS[queries.view_of(row, clock.today())]), column("委托时间", "granted_at", "moment"),
            column("收回时间", "revoked_at", "moment"),
        ),
        **by_key(lambda actor, view: queries.listed(actor, view, clock.today()), Delegation.id),
    ),
)  # fmt: skip
