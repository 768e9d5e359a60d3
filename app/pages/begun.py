"""我发起的: what the person has put before others and nobody has decided yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.disposal.models import DisposalCase
from app.domain.actors import BUREAU_STAFF, Actor
from app.domain.permissions import Permission as P
from app.domain.workflow import CaseState, PlanState, ReviewState
from app.legal_clocks.models import ClockChange, LegalClock
from app.pages.morning import DECISIONS, Decision
from app.plans.models import SamplingPlan
from app.reviews.models import ResultReview
from app.scope import scope

LISTED = 6
ASKERS = frozenset({"proposed_by_id", "asked_by_id", "submitted_by_id", "checked_by_id"})  # who put it before others
CALLED = ("title", "number", "name", "item")  # by what people know a record, the first that it has
# Decided from desks of their own, and therefore not in the supervisor's table.
BESIDES = (
    Decision("待审核案件", P.CASE_APPROVE, DisposalCase, (CaseState.AWAITING, CaseState.LEADING), ("submitted_by_id",),
             "disposal.index", {}),
    Decision("待审核的抽检计划", P.PLAN_APPROVE, SamplingPlan, (PlanState.SUBMITTED,), ("submitted_by_id",), "plans.index", {}),
    Decision("待审核的检验结果", P.RESULT_APPROVE, ResultReview, (ReviewState.SUBMITTED, ReviewState.CHECKED), ("submitted_by_id",),
             "reviews.index", {}),
)  # fmt: skip


def begun(actor: Actor) -> Sequence[Any]:
    """Each with ``waits`` in words, the record's ``kind`` and ``subject_id``, its ``name``; one more than are listed, read at once."""
    if actor.user_id is None:
        return []
    kinds = [kind for kind in (*BESIDES, *DECISIONS) if ASKERS & set(kind.people)]
    if not actor.has(*BUREAU_STAFF):  # nobody else has a case
        kinds = [kind for kind in kinds if kind.model is not DisposalCase]
    every = sa.union_all(*(_asked(actor, kind) for kind in kinds))
    return session().execute(every.order_by("waits", "subject_id").limit(LISTED + 1)).all()


def _asked(actor: Actor, kind: Decision) -> sa.Select[Any]:
    model, columns = kind.model, kind.model.__table__.c
    mine = sa.or_(*(columns[name] == actor.user_id for name in kind.people if name in ASKERS))
    shown = LegalClock if model is ClockChange else model  # a change of a term stands on the page of the term
    names = [shown.__table__.c[name] for name in CALLED if name in shown.__table__.c]
    statement = sa.select(
        sa.literal(kind.title).label("waits"), sa.literal(shown.__tablename__).label("kind"), shown.id.label("subject_id"),
        sa.func.coalesce(*names, sa.literal("")).label("name"),
    )  # fmt: skip
    if model is ClockChange:
        statement = statement.join(ClockChange, ClockChange.clock_id == LegalClock.id)
    asked = [model.state.in_(kind.states), mine, *([kind.only] if kind.only is not None else [])]
    return scope(statement.where(*asked), model, actor)
