"""What a publication means elsewhere: 信息公开 of the cases of its batches, and the tasks of 波及清单 that it settles.

The publication is the one place where it is typed. A case of the same office gets its entry from it and loses it with it; a case of another
office shows the publication and keeps its own record.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.disposal import supplements
from app.disposal.models import CasePublication, DisposalCase
from app.domain.actors import Actor
from app.domain.case_kinds import PublicationKind
from app.domain.case_states import CaseState
from app.domain.permissions import Permission, permits
from app.domain.workflow import RippleTaskState
from app.publications.models import Publication, PublicationItem
from app.ripples import operations as ripples
from app.ripples.models import RippleTask

PART = 500
ITEM = PublicationItem.__tablename__


def tell_cases(publication: Publication, sample_ids: Sequence[int], actor: Actor, at: datetime) -> int:
    """登记信息公开 in the cases of these batches. Returns how many entries were made."""
    assert publication.published_on is not None
    made = 0
    for start in range(0, len(sample_ids), PART):
        asked = sa.select(DisposalCase).where(
            DisposalCase.sample_id.in_(sample_ids[start : start + PART]), DisposalCase.org_id == publication.org_id,
            DisposalCase.state != CaseState.CANCELLED,
        )
        for case in session().scalars(asked.order_by(DisposalCase.id)):
            made += supplements.published_with(
                case, actor, publication.published_on, at, document_no=publication.announcement_no, url=publication.url
            )
    return made


def take_down(publication: Publication, sample_ids: Sequence[int], on: date, reason: str, actor: Actor) -> int:
    """撤下 the entries that came from this publication."""
    taken = 0
    for start in range(0, len(sample_ids), PART):
        asked = (
            sa.select(CasePublication, DisposalCase)
            .join(DisposalCase, DisposalCase.id == CasePublication.case_id)
            .where(
                DisposalCase.sample_id.in_(sample_ids[start : start + PART]), DisposalCase.org_id == publication.org_id,
                CasePublication.kind == PublicationKind.PRODUCT, CasePublication.document_no == publication.announcement_no,
                CasePublication.removed_on.is_(None), CasePublication.voided_at.is_(None),
            )
        )  # fmt: skip
        for entry, case in session().execute(asked.order_by(CasePublication.id)).all():
            supplements.taken_down_with(case, entry, actor, max(on, entry.published_on), reason)
            taken += 1
    return taken


def settle(item_ids: Sequence[int], actor: Actor, at: datetime, note: str) -> int:
    """Tasks of 波及清单 that asked for what has now been published; only where this person may work them off."""
    asked = sa.select(RippleTask).where(
        RippleTask.subject_kind == ITEM, RippleTask.subject_id.in_(item_ids), RippleTask.state == RippleTaskState.OPEN
    )
    done = 0
    for task in session().scalars(asked.order_by(RippleTask.id)).all():
        if permits(actor, Permission.RIPPLE_HANDLE, task):
            ripples.finish(task, actor, at, note)
            done += 1
    return done


def cases_of(sample_ids: Sequence[int]) -> Sequence[Any]:
    """Cases of these batches, for the page of a publication."""
    columns = (DisposalCase.id, DisposalCase.sample_id, DisposalCase.number, DisposalCase.state)
    return session().execute(sa.select(*columns).where(DisposalCase.sample_id.in_(sample_ids)).order_by(DisposalCase.id)).all()
