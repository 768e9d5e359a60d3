"""Which 行政处罚案件 the block 行政处罚 of a case comes from, and when the case was filed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import sqlalchemy as sa

from app.db import session
from app.domain.workflow import PenaltyState
from app.penalties.models import Penalty

PART = 500
NOT_TYPED = "本案已立案（{}），行政处罚部分由该处罚案件记入，不在此重复填写；请在处罚案件中办理"


def source(case_id: int) -> Penalty | None:
    """The newest penalty of the case that has not been revoked."""
    standing = sa.select(Penalty).where(Penalty.case_id == case_id, Penalty.state != PenaltyState.REVOKED)
    return session().scalars(standing.order_by(Penalty.id.desc()).limit(1)).first()


def not_typed(case_id: int) -> str | None:
    """Why the block is not typed by hand, as a sentence; None where it may be."""
    found = source(case_id)
    return NOT_TYPED.format(found.number) if found is not None else None


def filed_on(case_ids: Iterable[int]) -> Mapping[int, date]:
    """The first day on which each case was filed; a filing that was revoked later counts, for it was made in time or not."""
    listed = sorted(set(case_ids))
    found: dict[int, date] = {}
    for start in range(0, len(listed), PART):
        statement = sa.select(Penalty.case_id, sa.func.min(Penalty.filed_on)).where(
            Penalty.case_id.in_(listed[start : start + PART])
        )
        found |= {case_id: day for case_id, day in session().execute(statement.group_by(Penalty.case_id))}
    return found
