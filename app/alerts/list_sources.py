"""安全告警 to be taken out."""

from __future__ import annotations

from app.alerts import forms, queries
from app.domain.permissions import Permission
from app.domain.trust_states import AlertState
from app.downloads.lists import ListSource, by_key, column, register, spoken
from app.labels import label

register(
    ListSource(
        code="alerts", title="安全告警", unit="条", permission=Permission.ALERT_LIST, endpoints=("alerts.index",),
        asked=forms.filters_asked, words=spoken(
            q="关键词", state=("状态", lambda state: label(AlertState(state))), kind="种类", from_on="日期自", to_on="日期至",
        ),
        fields=(
            column("种类", lambda row: row.kind.value), column("内容", "text"), column("次数", "count", "integer"),
            column("首次", "first_at", "moment"), column("最近", "last_at", "moment"), column("相关人员", "person"), column("地址", "ip"),
            column("状态", lambda row: label(row.state)), column("处理情况", "opinion"), column("处理人", "handler"),
            column("处理时间", "handled_at", "moment"), column("单位", "org_name"),
        ),
        **by_key(lambda actor, filters: queries.listed(actor, filters, *queries.COLUMNS), queries.Row.id),
    ),
)  # fmt: skip
