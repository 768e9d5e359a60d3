"""退修: a sheet sent back for correction under a rule and with a reason, until it has been corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app import history
from app.db import session
from app.domain.actors import Actor
from app.domain.lint import RULES
from app.domain.workflow import SampleStep
from app.errors import NotLikeThis
from app.sampling.models import Sample, SampleReturn

OTHER = "其他"


def return_sheet(
    sample: Sample, actor: Actor, rule: str | None, reason: str, at: datetime, *, seen: int | None = None
) -> SampleReturn:
    """退回修改: no report is taken in until the sheet has been corrected. ``rule`` None is a reason that no rule names."""
    if rule and rule not in RULES:
        raise NotLikeThis("没有这条检查规则，请从列表中选择；列表中没有的选“其他”", field="rule")
    history.advance(sample, SampleStep.RETURN, actor, comment=f"{rule}：{reason}" if rule and reason.strip() else reason, seen=seen)
    row = SampleReturn(
        org_id=sample.org_id, sample_id=sample.id, rule_code=rule or None, reason=reason, returned_at=at,
        returned_by_id=actor.user_id,
    )  # fmt: skip
    session().add(row)
    session().flush()
    return row


def open_return(sample_id: int) -> SampleReturn | None:
    """The return that still waits for its correction."""
    return session().scalars(
        sa.select(SampleReturn)
        .where(SampleReturn.sample_id == sample_id, SampleReturn.resolved_at.is_(None))
        .order_by(SampleReturn.id.desc())
    ).first()


def resolve(sample_id: int, at: datetime) -> None:
    """The sheet has been corrected."""
    for row in session().scalars(
        sa.select(SampleReturn).where(SampleReturn.sample_id == sample_id, SampleReturn.resolved_at.is_(None))
    ):
        row.resolved_at = at


def returns_of(sample_id: int) -> Sequence[SampleReturn]:
    """Every return of one sample, newest first. The caller has fetched the sample in scope."""
    return session().scalars(
        sa.select(SampleReturn).where(SampleReturn.sample_id == sample_id).order_by(SampleReturn.id.desc())
    ).all()
