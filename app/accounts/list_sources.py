"""用户 to be taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from app import clock
from app.accounts import forms, queries
from app.accounts.models import User
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
