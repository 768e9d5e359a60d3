"""What the commands about cases share: their group, and how a case is named."""

from __future__ import annotations

import click

from app.disposal import queries
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.errors import NotFound, NotLikeThis

group = click.Group("cases", help="核查处置案件：列表、详情和办理")


def one_case(actor: Actor, number: str, org: str | None) -> DisposalCase:
    """The one case with this number in the actor's reach."""
    found = queries.case_numbered(actor, number, org)
    if not found:
        raise NotFound(f"没有找到案件“{number[:40]}”，请核对编号（如 核处〔2026〕12号），或该案件不在您的管辖范围内")
    if len(found) > 1:
        holders = "、".join(queries.organisation_name(case.org_id) for case in found)
        raise NotLikeThis(f"“{number[:40]}”有 {len(found)} 件（{holders}），请用 --org 指明承办单位代码")
    return found[0]
