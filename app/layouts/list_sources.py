"""导入格式 to be taken out."""

from __future__ import annotations

from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, register
from app.layouts import queries
from app.layouts.models import LayoutMapping

register(
    ListSource(
        code="layouts", title="导入格式", unit="个", permission=Permission.LAYOUT_READ, endpoints=("layouts.index",),
        asked=lambda asked: asked.get("voided") == "1", words=lambda voided: f"状态：{'已停用' if voided else '使用中'}",
        fields=(
            column("名称", "name"), column("适用承检机构", "laboratory"), column("所属单位", "owner"),
            column("识别的列数", lambda row: len(row.columns), "integer"), column("使用次数", "used", "integer"),
            column("建立人", "maker"),
            column("建立时间", "created_at", "moment"), column("停用时间", "voided_at", "moment"), column("停用原因", "void_reason"),
        ),
        **by_key(lambda actor, voided: queries.listed(actor, voided=voided), LayoutMapping.id),
    ),
)  # fmt: skip
