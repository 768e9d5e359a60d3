"""审批委托, granted and taken back. Never commits, never sees a request.

A delegation gives the stand-in the approvals of the principal (``permissions.DELEGABLE``), from one day to another and only as far
as the principal holds them himself that day; history names both. It is asked anew at every request, so that what has ended or
was taken back gives nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask import current_app

from app import clock, counters, history
from app.accounts.models import User
from app.db import session
from app.delegations import queries
from app.delegations.models import Delegation
from app.domain.actors import Actor
from app.domain.delegations import Period, complaint
from app.domain.workflow import DelegationStep
from app.errors import NotAllowed, NotLikeThis

COUNTER = "delegation"


@dataclass(frozen=True, slots=True)
class Wish:
    """委托: to whom, from when to when, and why."""

    to_user_id: int
    from_on: date
    to_on: date
    reason: str
    submission_key: str | None = None


def grant(wish: Wish, actor: Actor, at: datetime) -> Delegation:
    """委托审批, by the person himself: nobody gives away what is another's.

    Raises NotAllowed, or NotLikeThis when the dates or the people make no delegation.
    """
    giver = person(actor)
    names = {row.id: row.name for row in queries.takers(actor)}
    if wish.to_user_id != giver and wish.to_user_id not in names:
        raise NotLikeThis("受托人须为本单位在岗的工作人员，请重新选择", field="to_user")
    _lock(giver, wish.to_user_id)
    _refuse(wish, giver, clock.office_time(at).date())
    year = clock.office_time(at).year
    made = Delegation(
        org_id=actor.org_id, number=f"审委〔{year}〕{counters.take(actor.org_id, COUNTER, year)[0]}号", from_user_id=giver,
        to_user_id=wish.to_user_id, from_on=wish.from_on, to_on=wish.to_on, reason=wish.reason.strip()[:500], granted_at=at,
        granted_by_id=giver, submission_key=wish.submission_key,
    )  # fmt: skip
    told = {"委托": (None, f"{actor.name} 委托 {names[wish.to_user_id]}"), "委托期间": (None, f"{wish.from_on} 至 {wish.to_on}")}
    history.advance(made, DelegationStep.GRANT, actor, comment=wish.reason, changes=told)
    return made


def person(actor: Actor) -> int:
    """The person himself; the local operator of the command line is nobody's."""
    if actor.user_id is None:
        raise NotAllowed("委托审批须由本人办理，请用 --as 指明委托人的用户名")
    return actor.user_id


def _lock(*user_ids: int) -> None:
    """Two who grant at once: on PostgreSQL the second waits here and then sees the first's delegation."""
    session().execute(sa.select(User.id).where(User.id.in_(user_ids)).order_by(User.id).with_for_update())


def _refuse(wish: Wish, from_user_id: int, today: date) -> None:
    wanted = Period(from_user_id, wish.to_user_id, wish.from_on, wish.to_on)
    granted = queries.meeting((from_user_id, wish.to_user_id), wish.from_on, wish.to_on)
    periods = [Period(each.from_user_id, each.to_user_id, each.from_on, each.to_on) for each in granted]
    found = complaint(wanted, periods, today, current_app.config["DELEGATION_DAYS"])
    if found is not None:
        raise NotLikeThis(found.sentence, field=found.field)


def revoke(delegation: Delegation, actor: Actor, reason: str, at: datetime, *, seen: int | None = None) -> None:
    """收回委托, at once; what was approved under it stands."""
    history.advance(delegation, DelegationStep.REVOKE, actor, comment=reason, seen=seen)
    delegation.revoked_at = at
    session().flush()
