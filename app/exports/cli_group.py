"""The group of commands, and what several of them need: which return, which month."""

from __future__ import annotations

import re
from typing import Any

import click

from app.domain.actors import Actor
from app.domain.indicators import Period
from app.domain.reporting_kinds import ReturnPeriod
from app.errors import NotFound, NotLikeThis
from app.exports import building, ending, queries
from app.exports.models import MonthlyReturn
from app.labels import label

exports = click.Group("exports", help="报表报送：生成、审核、审批、封存、报送、核验、更正")
MONTH = re.compile(r"(\d{4})-(\d{1,2})")
WRITTEN = re.compile(r"(\d{4})(?:-(\d{1,2})|[Qq](\d))?")


def month(written: str) -> tuple[int, int]:
    found = MONTH.fullmatch(written.strip())
    if found is None or not 1 <= int(found[2]) <= 12 or not 2000 <= int(found[1]) <= 2100:
        raise NotLikeThis(f"“{written}”不是月份，请写成 2026-11 的形式")
    return int(found[1]), int(found[2])


def period(written: str) -> Period:
    """2026-11, 2026Q4, 2026."""
    found = WRITTEN.fullmatch(written.strip())
    if found is None or not 2000 <= int(found[1]) <= 2100:
        raise NotLikeThis(f"“{written}”不是统计期，请写成 2026-11（月报）、2026Q4（季报）或 2026（年报）")
    try:
        return Period(int(found[1]), month=int(found[2]) if found[2] else None, quarter=int(found[3]) if found[3] else None)
    except ValueError as fault:
        raise NotLikeThis(str(fault)) from fault


def one(actor: Actor, number: str) -> MonthlyReturn:
    """A return by its number, a draft by #id. Raises NotFound."""
    found = queries.by_number(actor, number.strip())
    if found is None:
        raise NotFound(f"没有编号为“{number[:40]}”的报表；草稿请写 #序号，可用 flask exports list 查看")
    return found


def told(row: Any) -> dict[str, Any]:
    """One return, for --json."""
    return {
        "id": row.id, "number": row.number, "period": building.period_of(row.period_kind, row.month).label,
        "kind": ReturnPeriod(row.period_kind).value, "state": label(row.state), "as_of": row.as_of,
        "early": ending.counted_early(row),
    }  # fmt: skip


def name(found: MonthlyReturn) -> str:
    return found.number or f"#{found.id}"
