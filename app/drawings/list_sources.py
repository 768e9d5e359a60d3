"""随机抽取 to be taken out."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, register, spoken
from app.drawings import forms, queries
from app.drawings.models import Drawing

register(
    ListSource(
        code="drawings", title="随机抽取", unit="次", permission=Permission.DRAWING_READ, endpoints=("drawings.index",),
        asked=lambda asked: forms.filters_asked(MultiDict(asked)), words=spoken(kind="类别", state="状态"),
        fields=(
            column("编号", "number"), column("类别", "kind"), column("抽取事由", "subject"), column("状态", "state"),
            column("名单数", "entries", "integer"), column("抽取数", "take", "integer"), column("封存时间", "committed_at", "moment"),
            column("抽取时间", "drawn_at", "moment"), column("单位", "org_name"),
        ),
        **by_key(queries.chosen_drawings, Drawing.id),
    ),
)  # fmt: skip
