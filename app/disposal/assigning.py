"""分派 and 改派: who handles a case, decided by a supervisor. Only people who can open the case are given it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from app import clock, history
from app.accounts.models import User, UserRole
from app.db import session
from app.disposal import clock_keeping
from app.disposal.models import DisposalCase
from app.disposal.operations import take
from app.domain.actors import Actor, Role
from app.domain.permission_tests import with_hand
from app.domain.workflow import CaseState, CaseStep, PenaltyState
from app.errors import NotAllowedNow, NotLikeThis
from app.labels import label
from app.organisations.models import Organisation
from app.penalties.models import Penalty


def assignable(actor: Actor, org_ids: Iterable[int]) -> Sequence[User]:
    """Working handlers of the actor's reach who can open the cases of all these bureaus: their own holds them or is above it."""
    wanted = set(org_ids)
    paths = session().scalars(sa.select(Organisation.path).where(Organisation.id.in_(wanted))).all()
    above = [{int(part) for part in path.split("/") if part} for path in paths]
    if not above:
        return []
    handling = sa.select(UserRole.user_id).where(UserRole.role == Role.HANDLER)
    return session().scalars(
        sa.select(User)
        .where(User.active, User.org_id.in_(set.intersection(*above) & actor.reach), User.id.in_(handling))
        .order_by(User.org_id.desc(), User.id)
    ).all()


def give(
    case: DisposalCase, user_id: int, actor: Actor, at: datetime, *, reason: str | None = None, seen: int | None = None
) -> None:
    """分派 a case that nobody has, 改派 one that somebody handles (with the reason).

    Raises NotLikeThis for somebody who cannot open the case, NotAllowedNow when somebody was quicker.
    """
    _give(case, {user.id: user for user in assignable(actor, [case.org_id])}, user_id, actor, at, reason, seen)


def name_of(user_id: int) -> str:
    """Who that is, for what is said of a case that was given."""
    return session().scalar(sa.select(User.name).where(User.id == user_id)) or "该人员"


def _give(
    case: DisposalCase, people: dict[int, User], user_id: int, actor: Actor, at: datetime, reason: str | None, seen: int | None
) -> None:  # fmt: skip
    if seen is not None and seen != case.version:  # the second click of the same page: the case is his already
        raise NotAllowedNow("该案件已被他人办理，请刷新页面核对后再分派")
    if user_id not in people:
        raise NotLikeThis(f"所选人员不能打开案件 {case.number}：须为承办单位或其上级单位的在岗办案人，请另选一人", field="handler")
    if case.state is CaseState.HANDLING:
        _reassign(case, people[user_id], actor, at, reason, seen)
        return
    started_on = case.started_on or clock.office_time(at).date()
    changes = {"handler_id": (case.handler_id, user_id), "started_on": (case.started_on, started_on)}
    history.advance(case, CaseStep.ASSIGN, actor, comment=reason, seen=seen, changes=changes)
    take(case, user_id, at, started_on)
    _settle(case, actor)


def _reassign(case: DisposalCase, person: User, actor: Actor, at: datetime, reason: str | None, seen: int | None) -> None:
    if case.handler_id == person.id:
        raise NotLikeThis(f"案件 {case.number} 已由{person.name}办理，请选择另一人", field="handler")
    if not (reason or "").strip():
        raise NotLikeThis(f"案件 {case.number} 为“{label(case.state)}”，改派须填写理由", field="reason")
    changes = {"handler_id": (case.handler_id, person.id)}
    history.advance(case, CaseStep.REASSIGN, actor, comment=reason, seen=seen, changes=changes)
    _hand_over(case, person, actor, reason or "")
    take(case, person.id, at, case.started_on or clock.office_time(at).date())
    _settle(case, actor)


def _hand_over(case: DisposalCase, person: User, actor: Actor, reason: str) -> None:
    """The penalty is investigated by whoever handles the case; who had it before does not review it later."""
    going = (Penalty.case_id == case.id, Penalty.state.not_in((PenaltyState.CLOSED, PenaltyState.REVOKED)))
    for penalty in session().scalars(sa.select(Penalty).where(*going).order_by(Penalty.id).with_for_update()):
        if penalty.decided_by_id == person.id:
            raise NotLikeThis(f"{person.name}审批过行政处罚 {penalty.number}，不能再办理，请选择另一人", field="handler")
        changes = {"handler_id": (penalty.handler_id, person.id)}
        penalty.hands = with_hand(with_hand(penalty.hands, penalty.handler_id), person.id)
        penalty.handler_id = person.id
        history.record(
            Penalty.__tablename__, penalty.id, "hand_over", actor, org_id=penalty.org_id, name=penalty.number, comment=reason,
            changes=changes,
        )  # fmt: skip


def _settle(case: DisposalCase, actor: Actor) -> None:
    session().flush()  # whoever claims it at the same moment is told now
    clock_keeping.keep([case], actor)
