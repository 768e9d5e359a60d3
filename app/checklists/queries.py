"""Reading 检查要点表: the editions, the one in force for a kind of enterprise on a day, its items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.checklists.models import Checklist, ChecklistItem
from app.db import session
from app.domain.actors import Actor
from app.reference.checklist_files import ResultRule, result_rule

LARGEST_ID = 2**63 - 1
IN_FORCE = Checklist.superseded_at.is_(None)
LATEST_FIRST = (Checklist.valid_from.desc(), Checklist.id.desc())


def checklist_for(kind: str, on: date) -> Checklist | None:
    """The checklist for this 企业类型 on this day: of several in force the one that began last, and of those the last recorded."""
    rows = session().scalars(sa.select(Checklist).where(IN_FORCE, *_holds(on)).order_by(*LATEST_FIRST))
    return next((row for row in rows if kind in row.kinds.split("、")), None)


def _holds(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        sa.or_(Checklist.valid_from.is_(None), Checklist.valid_from <= on),
        sa.or_(Checklist.valid_to.is_(None), Checklist.valid_to >= on),
    )


def kinds_covered(on: date) -> Sequence[str]:
    """Every 企业类型 that has a checklist on this day, in the order of the lists."""
    rows = session().scalars(sa.select(Checklist.kinds).where(IN_FORCE, *_holds(on)).order_by(Checklist.id))
    return list(dict.fromkeys(kind for kinds in rows for kind in kinds.split("、")))


def most_ordinary(checklist: Checklist, on: date) -> int | None:
    """How many 一般项 may fail for 基本符合."""
    rule = rule_of(checklist, on)
    return rule.most_ordinary if rule is not None else None


def rule_of(checklist: Checklist, on: date) -> ResultRule | None:
    return result_rule(checklist.code, on)


def items_of(checklist_id: int) -> Sequence[ChecklistItem]:
    """In their order."""
    statement = sa.select(ChecklistItem).where(ChecklistItem.checklist_id == checklist_id)
    return session().scalars(statement.order_by(ChecklistItem.ordinal, ChecklistItem.id)).all()


def checklist(actor: Actor, checklist_id: int) -> Checklist | None:
    """One edition with its items; the lists are for everybody."""
    if checklist_id > LARGEST_ID:
        return None
    return session().scalars(sa.select(Checklist).where(Checklist.id == checklist_id).options(selectinload(Checklist.items))).first()


def editions() -> Sequence[sa.Row[tuple[Checklist, int, int]]]:
    """Every edition with how many items and 重点项 it has; by list, the latest first."""
    items = sa.select(sa.func.count()).where(ChecklistItem.checklist_id == Checklist.id).scalar_subquery()
    keys = sa.select(sa.func.count()).where(ChecklistItem.checklist_id == Checklist.id, ChecklistItem.key).scalar_subquery()
    return session().execute(sa.select(Checklist, items, keys).order_by(Checklist.code, *LATEST_FIRST)).all()


def edition(code: str, name: str | None = None) -> Checklist | None:
    """The named edition of a list, else the one recorded last of those that began last."""
    statement = sa.select(Checklist).where(Checklist.code == code).options(selectinload(Checklist.items)).order_by(*LATEST_FIRST)
    return session().scalars(statement.where(Checklist.edition == name) if name else statement).first()


def grouped(items: Iterable[ChecklistItem]) -> Sequence[tuple[str, list[ChecklistItem]]]:
    """Items by 检查内容, in their order."""
    found: dict[str, list[ChecklistItem]] = {}
    for item in items:
        found.setdefault(item.group, []).append(item)
    return list(found.items())
