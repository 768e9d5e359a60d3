"""What belongs to a case besides its record, read: answers, publications, follow-up samples, files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.attachments.models import Attachment
from app.attachments.queries import attachments_of
from app.db import session
from app.disposal.models import CaseAnswer, CaseFollowUp, CasePublication, DisposalCase
from app.domain.actors import Actor
from app.sampling.models import Sample
from app.scope import scope


def answers(actor: Actor, case: DisposalCase) -> Mapping[str, list[Any]]:
    """审核意见 by question, the answer in force first and those it superseded after it."""
    statement = scope(
        sa.select(CaseAnswer, User.name.label("who")).outerjoin(User, User.id == CaseAnswer.answered_by_id), CaseAnswer, actor
    ).where(CaseAnswer.case_id == case.id)
    found: dict[str, list[Any]] = {}
    for row in session().execute(statement.order_by(CaseAnswer.id.desc())):
        found.setdefault(row.CaseAnswer.question, []).append(row)
    return found


def publications(actor: Actor, case: DisposalCase) -> Sequence[CasePublication]:
    """信息公开 of the case, those taken down as well."""
    statement = scope(sa.select(CasePublication), CasePublication, actor)
    of_case = (CasePublication.case_id == case.id, CasePublication.voided_at.is_(None))
    return session().scalars(statement.where(*of_case).order_by(CasePublication.published_on, CasePublication.id)).all()


def follow_ups(actor: Actor, case: DisposalCase) -> Sequence[Any]:
    """跟踪抽检 of the case with what came of them."""
    statement = scope(
        sa.select(
            CaseFollowUp.note, Sample.id.label("sample_id"), Sample.number, Sample.product_name, Sample.sampled_name,
            Sample.sampled_on, Sample.state, Sample.supervision,
        ).join(Sample, Sample.id == CaseFollowUp.sample_id),
        CaseFollowUp,
        actor,
    )  # fmt: skip
    return session().execute(statement.where(CaseFollowUp.case_id == case.id).order_by(CaseFollowUp.id)).all()


def files(actor: Actor, case: DisposalCase) -> Sequence[Attachment]:
    """附件 of every block."""
    return attachments_of(actor, DisposalCase.__tablename__, case.id)
