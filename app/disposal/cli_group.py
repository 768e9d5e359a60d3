"""What the commands about cases share: their group, and how a case is named."""

from __future__ import annotations

import click

from app.disposal import queries
from app.disposal.models import DisposalCase
from app.disposal.queries import ALL_STATES, LIVE_STATES
from app.domain.actors import Actor
from app.domain.workflow import CaseState
from app.errors import NotFound, NotLikeThis
from app.labels import label

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


def state_asked(written: str | None) -> str:
    """The state as people or programs write it; nothing is every state."""
    known = {label(state): state.value for state in CaseState} | {"未办结": LIVE_STATES, "全部": ALL_STATES}
    if written is None:
        return ALL_STATES
    if written in known.values():
        return written
    if written not in known:
        raise NotLikeThis(f"没有“{written[:20]}”这种状态，可用：{'、'.join(known)}")
    return known[written]
