"""The group of ``flask enterprises …``, and how a command names one enterprise."""

from __future__ import annotations

import click

from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.enterprises import queries
from app.enterprises.credit_codes import one_spelling
from app.enterprises.models import Enterprise
from app.enterprises.queries import Filters
from app.errors import NotAllowed, NotFound

enterprises = click.Group("enterprises", help="企业档案：导入、许可证")


def one_enterprise(actor: Actor, written: str, permission: Permission = Permission.ENTERPRISE_READ) -> Enterprise:
    """By 统一社会信用代码 or whole name, with its kinds and categories.

    Raises NotFound unless exactly one in the actor's scope is meant, NotAllowed when he may not do this with it.
    """
    rows = queries.exported(actor, Filters(q=written[:60]), 200)
    meant = [row.id for row in rows if written.strip() == row.name or one_spelling(written) == row.credit_code]
    if len(meant) != 1:
        raise NotFound(f"企业档案中与“{written[:40]}”一致的有 {len(meant)} 个，请用统一社会信用代码指明，或该企业不在您的管辖范围内")
    found = queries.enterprise(actor, meant[0])
    assert found is not None
    if not permits(actor, permission, found):
        raise NotAllowed("您没有办理该事项的权限，如确需办理请联系科室负责人")
    return found
