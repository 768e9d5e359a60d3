"""Which cases wait for whom: to take, to handle, to answer, to review, to decide; also under a delegation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.disposal import urging_queries
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.permissions import DELEGABLE, Permission, may_ever
from app.domain.workflow import CaseState

Clause = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Queue:
    """Cases that wait for whoever holds a permission, and the list that shows them."""

    title: str
    permission: Permission
    query: Mapping[str, str]
    condition: Callable[[Actor, date], Clause]
    icon: str = "shield-check"
    quiet: bool = False  # nothing is said while nothing waits


def parties(actor: Actor, permission: Permission) -> list[frozenset[int]]:
    """In whose name the actor may decide: the people none of whom may have had a hand in what is decided."""
    me = {actor.user_id} if actor.user_id is not None else set()
    found = [frozenset(me)] if may_ever(replace(actor, principals=()), permission) else []
    stood = actor.principals if permission in DELEGABLE else ()
    return found + [frozenset(me | {one.user_id or 0}) for one in stood if may_ever(one, permission)]


def untouched(people: frozenset[int], *columns: Any) -> Clause:
    """None of these people stands in any of the columns."""
    return sa.and_(sa.true(), *(sa.or_(column.is_(None), column.not_in(people)) for column in columns))


def not_in_hands(people: frozenset[int], hands: Any) -> Clause:
    """None of these people has ever handled it ("/3/17/")."""
    return sa.and_(sa.true(), *(sa.or_(hands.is_(None), sa.not_(hands.contains(f"/{one}/"))) for one in sorted(people)))


def _to_claim(actor: Actor, today: date) -> Clause:
    return DisposalCase.state == CaseState.OPEN


def _mine(actor: Actor, today: date) -> Clause:
    return sa.and_(DisposalCase.handler_id == actor.user_id, DisposalCase.state == CaseState.HANDLING)


def _to_answer(actor: Actor, today: date) -> Clause:
    return urging_queries.mine(actor)


def _unanswered(actor: Actor, today: date) -> Clause:
    return urging_queries.overdue(today)


def _to_review(actor: Actor, today: date) -> Clause:
    """经办与审核不得为同一人: one's own submissions, and what one had in hand before, wait for somebody else."""
    return _decidable(actor, CaseState.AWAITING, Permission.CASE_APPROVE)


def _to_lead(actor: Actor, today: date) -> Clause:
    """Whoever passed a case on does not decide it as well."""
    return _decidable(actor, CaseState.LEADING, Permission.CASE_LEAD, DisposalCase.forwarded_by_id, DisposalCase.forwarded_for_id)


def _decidable(actor: Actor, state: CaseState, permission: Permission, *columns: Any) -> Clause:
    others = [
        sa.and_(
            untouched(people, DisposalCase.handler_id, DisposalCase.submitted_by_id, *columns),
            not_in_hands(people, DisposalCase.hands),
        )
        for people in parties(actor, permission)
    ]
    return sa.and_(DisposalCase.state == state, sa.or_(sa.false(), *others))


P = Permission
QUEUES: Sequence[Queue] = (
    Queue("待领取案件", P.CASE_CLAIM, {"state": "open"}, _to_claim),
    Queue("我办理的案件", P.CASE_HANDLE, {"state": "handling", "mine": "1"}, _mine),
    Queue("被督促、待回复的案件", P.CASE_HANDLE, {"state": "live", "mine": "1", "urged": "unanswered"}, _to_answer, "bell", quiet=True),
    Queue("待审核案件", P.CASE_APPROVE, {"state": "awaiting"}, _to_review),
    Queue("待局领导审批的案件", P.CASE_LEAD, {"state": "leading"}, _to_lead, quiet=True),
    Queue("督促到期未回复", P.CASE_URGE, {"state": "live", "urged": "late", "sort": "urged"}, _unanswered, "bell", quiet=True),
)
LISTED = ("待领取案件", "我办理的案件", "待审核案件", "待局领导审批的案件")  # in the table of the home page


def queues(actor: Actor) -> list[Queue]:
    """Those of this person; the local operator of the command line has no desk."""
    return [each for each in QUEUES if may_ever(actor, each.permission)] if actor.user_id is not None else []
