"""Changing: the weekly capacity of a laboratory. Tasks are made of the list by ``app.assignments``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app import history
from app.db import session
from app.domain.actors import Actor
from app.errors import NotAllowedNow, NotLikeThis
from app.gaps.models import LabCapacity
from app.reference_data import standing

MOST_PER_WEEK = 10_000


@dataclass(frozen=True, slots=True)
class Capacity:
    """每周检验能力 as entered."""

    laboratory_org_id: int
    per_week: int
    valid_from: date
    valid_to: date | None
    source: str


def set_capacity(actor: Actor, entered: Capacity, at: datetime) -> LabCapacity:
    """登记检验能力. A row that begins on the same day is superseded; others stay, the one that begins last being in force."""
    names = {lab.id: lab.name for lab in standing.laboratories()}
    if entered.laboratory_org_id not in names:
        raise NotLikeThis("请选择在用的承检机构", field="laboratory")
    if not 0 <= entered.per_week <= MOST_PER_WEEK:
        raise NotLikeThis(f"每周批次应为 0 至 {MOST_PER_WEEK} 的整数", field="per_week")
    if entered.valid_to is not None and entered.valid_to < entered.valid_from:
        raise NotLikeThis("有效期止不能早于有效期起", field="valid_to")
    before = _current(actor.org_id, entered)
    if before is not None:
        _supersede(before, at)
    row = LabCapacity(
        org_id=actor.org_id, laboratory_org_id=entered.laboratory_org_id, per_week=entered.per_week,
        valid_from=entered.valid_from, valid_to=entered.valid_to, source=entered.source, recorded_at=at,
        recorded_by_id=actor.user_id, superseded_at=None,
    )  # fmt: skip
    session().add(row)
    session().flush()
    history.record(
        LabCapacity.__tablename__, row.id, "set_capacity", actor, org_id=row.org_id, name=names[row.laboratory_org_id],
        comment=row.source,
        changes={"per_week": (before.per_week if before else None, row.per_week), "valid_from": (None, row.valid_from)},
    )  # fmt: skip
    return row


def _current(org_id: int, entered: Capacity) -> LabCapacity | None:
    return session().scalars(
        sa.select(LabCapacity).where(
            LabCapacity.org_id == org_id, LabCapacity.laboratory_org_id == entered.laboratory_org_id,
            LabCapacity.valid_from == entered.valid_from, LabCapacity.superseded_at.is_(None),
        )
    ).first()  # fmt: skip


def _supersede(row: LabCapacity, at: datetime) -> None:
    """Conditionally: of two people who change it at once, the second is told."""
    changed = session().execute(
        sa.update(LabCapacity).where(LabCapacity.id == row.id, LabCapacity.superseded_at.is_(None)).values(superseded_at=at)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise NotAllowedNow("该检验能力刚被他人修改，请刷新后核对再保存")
