"""接口密钥 to be taken out."""

from __future__ import annotations

from app import clock
from app.api import forms, queries
from app.api.models import ApiKey
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, register, spoken

register(
    ListSource(
        code="api_keys", title="接口密钥", unit="个", permission=Permission.API_KEY_LIST, endpoints=("api.keys",),
        asked=forms.filters_asked, words=spoken(q="关键词", state=("状态", lambda state: forms.STATES[state])),
        fields=(
            column("名称", "name"), column("密钥前缀", "prefix"), column("用户名", "username"), column("用户", "user_name"),
            column("所属单位", "org_name"), column("权限范围", "scopes"), column("每分钟次数", "per_minute", "integer"),
            column("有效期至", "expires_on", "date"), column("停用时间", "revoked_at", "moment"),
            column("最近使用", "last_used_at", "moment"),
            column("签发时间", "created_at", "moment"),
        ),
        **by_key(lambda actor, filters: queries.listed(actor, filters, clock.today()), ApiKey.id),
    ),
)  # fmt: skip
