"""变动告知 to be taken out."""

from __future__ import annotations

from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, register, spoken
from app.notices import queries
from app.notices.models import AmendmentNotice

register(
    ListSource(
        code="notices", title="变动告知", unit="条", permission=Permission.NOTICE_LIST, endpoints=("notices.index",),
        asked=queries.filters_asked, words=spoken(
            unread=("状态", lambda unread: "未读"), kind="类别", number="抽样编号", below="含下级",
        ),
        prepare=lambda actor, part, whole: queries.seen(part, actor),
        fields=(
            column("类别", "kind"), column("标题", "title"), column("内容", "text"), column("抽样编号", "sample_number"),
            column("变动单位", "sender"), column("告知单位", "told"), column("告知时间", "created_at", "moment"),
            column("阅读时间", "read_at", "moment"), column("阅读人", "reader"),
        ),
        **by_key(queries.listed, AmendmentNotice.id),
    ),
)  # fmt: skip
