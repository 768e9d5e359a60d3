"""机构 to be taken out."""

from __future__ import annotations

from app.domain.permissions import Permission
from app.downloads.lists import ListSource, at_once, column, register, spoken
from app.organisations import forms, queries

register(
    ListSource(
        code="organisations", title="机构", unit="个", permission=Permission.ORGANISATION_READ, endpoints=("organisations.index",),
        asked=forms.filters_asked, words=spoken(word="关键词", kind="类别", active="启用"),
        fields=(
            column("机构代码", "code"), column("机构名称", "name"), column("类别", "kind"), column("级别", "level"),
            column("所在区域", "region_name"), column("启用日期", "enabled_on", "date"), column("电话", "phone"), column("启用", "active"),
        ),
        **at_once(lambda actor, filters: [branch.row for branch in queries.tree(actor, filters)]),
    ),
)  # fmt: skip
