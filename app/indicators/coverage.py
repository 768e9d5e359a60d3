"""企业抽检覆盖率 (S14): which enterprises in operation were sampled, as producer or sampled unit, and which were not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.indicators import Condition, Field
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.indicators.frames import Clause, Frame, moment, months_of, reach
from app.reference_data.models import Region
from app.sampling.models import BatchFact, Sample

KNOWN = frozenset({Field.PRODUCER_TYPE, Field.SUBTYPE, Field.AREA_TYPE, Field.STATUS})
"""What the register can be asked; a filter on anything else cannot be counted."""


def countable(conditions: Sequence[Condition]) -> bool:
    return all(condition.field in KNOWN for condition in conditions)


def _registered(frame: Frame, conditions: Sequence[Condition]) -> list[Clause]:
    """在营主体 of the type in the area, within the reader's reach; the register is read as it stands, less what came later."""
    found = [Enterprise.status == EnterpriseStatus.ACTIVE, reach(frame.actor, Enterprise.org_id)]
    if not frame.area.whole:
        inside = Region.path.contains(f"/{frame.area.id}/", autoescape=True)
        found.append(Enterprise.region_id.in_(sa.select(Region.id).where(inside)))
    if frame.as_of is not None:
        found.append(Enterprise.created_at <= frame.as_of)
    return [*found, *(clause for condition in conditions for clause in _condition(condition))]


def _condition(condition: Condition) -> list[Clause]:
    if condition.field is Field.STATUS:
        return [sa.type_coerce(Enterprise.status, sa.String).in_(condition.allowed)]
    if condition.field is Field.AREA_TYPE:
        return [Enterprise.area_type.in_(condition.allowed)]
    column = EnterpriseKind.kind if condition.field is Field.PRODUCER_TYPE else EnterpriseKind.subkind
    return [Enterprise.id.in_(sa.select(EnterpriseKind.enterprise_id).where(column.in_(condition.allowed)))]


def sampled_ids(frame: Frame) -> sa.CompoundSelect[Any]:
    """Ids of enterprises with a completed batch in the period, wherever it was taken; a denied producer is not the producer."""
    facts = [*moment(BatchFact, frame.as_of), BatchFact.voided.is_(False), reach(frame.actor, BatchFact.org_id)]
    facts += months_of(BatchFact.month, frame.period)
    there = sa.select(Sample.sampled_enterprise_id).join(BatchFact, BatchFact.sample_id == Sample.id)
    made = sa.select(Sample.producer_id).join(BatchFact, BatchFact.sample_id == Sample.id)
    return sa.union(
        there.where(*facts, Sample.sampled_enterprise_id.is_not(None)),
        made.where(*facts, Sample.producer_id.is_not(None), BatchFact.counts_for_producer.is_(True)),
    )


def enterprises(frame: Frame, conditions: Sequence[Condition]) -> Sequence[Any]:
    """Every enterprise of the denominator with whether it is ``covered``, in the order of the register."""
    sampled = sampled_ids(frame).subquery()
    columns = [getattr(Enterprise, name) for name in ("id", "name", "region_id", "licence_no", "licence_until", "address")]
    covered = Enterprise.id.in_(sa.select(sampled.c[0])).label("covered")
    statement = sa.select(*columns, covered).where(*_registered(frame, conditions))
    return session().execute(statement.order_by(Enterprise.region_id, Enterprise.name, Enterprise.id)).all()
