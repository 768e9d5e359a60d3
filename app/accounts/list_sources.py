"""用户 and 授权申请 to be taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from app import clock
from app.accounts import forms, grant_queries, queries
from app.accounts.models import AccountGrant, User
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.downloads.lists import ListSource, by_key, column, register, spoken


def _prepared(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Any]:
    roles = queries.roles_of([row.id for row in part])
    return [(row, roles.get(row.id, ())) for row in part]


def _of(title: str, name: str, kind: Any = "text") -> Any:
    return column(title, lambda taken: getattr(taken[0], name), kind)


register(
    ListSource(
        code="users", title="用户", unit="人", permission=Permission.USER_LIST, endpoints=("accounts.users",),
        asked=lambda asked: forms.filters_asked(MultiDict(asked)),
        words=spoken(word="关键词", org_id="机构编号", role="岗位", state=("状态", queries.STATES.get)),
        prepare=_prepared,
        fields=(
            _of("用户名", "username"), _of("姓名", "name"), _of("单位", "org_name"), _of("职务", "position"),
            column("岗位", lambda taken: tuple(taken[1])), _of("启用", "active"), _of("锁定至", "locked_until", "moment"),
            _of("最近登录", "last_sign_in_at", "moment"),
        ),
        **by_key(lambda actor, filters: queries.chosen(actor, filters, clock.now()), User.id),
    ),
)  # fmt: skip


def _view(asked: Mapping[str, Any]) -> str:
    return asked["state"] if asked.get("state") in grant_queries.VIEWS else "asked"


register(
    ListSource(
        code="account_grants", title="授权申请", unit="件", permission=Permission.GRANT_LIST, endpoints=("accounts.grants",),
        asked=_view, words=lambda view: f"状态：{grant_queries.VIEWS[view]}",
        fields=(
            column("编号", "number"), column("种类", "kind"), column("姓名", "person"), column("用户名", "username"),
            column("所属机构", "org_name"), column("申请前岗位", "roles_before"), column("申请后岗位", "roles_after"),
            column("生效日期", "effective_on", "date"), column("申请理由", "reason"), column("申请人", "asker"),
            column("申请时间", "proposed_at", "moment"), column("状态", "state"), column("审批人", "decider"),
            column("审批时间", "decided_at", "moment"), column("审批意见", "opinion"), column("生效时间", "applied_at", "moment"),
        ),
        **by_key(lambda actor, view: grant_queries.listed(actor, view), AccountGrant.id),
    ),
)  # fmt: skip
