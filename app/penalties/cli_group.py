"""What the commands about penalties share: their group, and how a penalty, a day and an amount are named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import click

from app import clock
from app.disposal.forms import figure
from app.domain.actors import Actor
from app.errors import NotFound, NotLikeThis
from app.labels import label
from app.penalties import queries
from app.penalties.models import Penalty
from app.penalties.recording import cents, record_of

group = click.Group("penalties", help="行政处罚：立案、审批、决定、执行、公示")
ORG = click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")
NUMBER = click.argument("number")


def one_penalty(actor: Actor, number: str, org: str | None) -> Penalty:
    """The one penalty with this number in the actor's reach."""
    found = queries.penalties_numbered(actor, number, org)
    if not found:
        raise NotFound(f"没有找到处罚案件“{number[:40]}”，请核对立案号（如 立〔2026〕1号），或该案件不在您的管辖范围内")
    if len(found) > 1:
        raise NotLikeThis(f"“{number[:40]}”有 {len(found)} 件，请用 --org 指明承办单位代码")
    return found[0]


def day(written: str | None) -> date:
    """As written, else today."""
    try:
        return date.fromisoformat(written) if written else clock.today()
    except ValueError:
        raise NotLikeThis(f"“{(written or '')[:20]}”不是有效日期，请按 2026-11-20 的格式填写") from None


def told(penalty: Penalty) -> dict[str, Any]:
    saved = record_of(penalty)
    return {
        "number": penalty.number, "state": label(penalty.state), "party": penalty.party_name, "found_on": penalty.found_on,
        "filed_on": penalty.filed_on, "outcome": penalty.outcome.value if penalty.outcome else None, "income": saved.income,
        "fine": saved.fine, "goods_value": saved.goods_value, "total": saved.total, "decision_no": penalty.decision_no,
        "decided_on": penalty.decided_on, "served_on": penalty.served_on, "paid": cents(penalty.paid), "closed_on": penalty.closed_on,
    }  # fmt: skip


def amount(written: str, title: str) -> Decimal:
    """An amount of money as typed."""
    try:
        return Decimal(figure(written))
    except ArithmeticError:
        raise NotLikeThis(f"{title}请填写数字，最多两位小数，如 5000 或 5000.50") from None
