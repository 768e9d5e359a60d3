"""任职, recorded and ended. ``User.position`` is what the main post of the day says; nothing else writes it. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app import clock, history
from app.accounts.models import User, UserPosition
from app.db import session
from app.domain import positions as rules
from app.domain.actors import Actor
from app.domain.positions import Post
from app.errors import NotAllowedNow, NotLikeThis
from app.organisations.models import Organisation

KIND = User.__tablename__


@dataclass(frozen=True, slots=True)
class Written:
    """任职 as it is typed."""

    org: Organisation
    department: str | None
    title: str | None
    main: bool
    from_on: date
    until_on: date | None = None


def of_user(user_id: int) -> Sequence[UserPosition]:
    """Every post of a person, the latest first."""
    return session().scalars(
        sa.select(UserPosition).where(UserPosition.user_id == user_id).order_by(UserPosition.from_on.desc(), UserPosition.id.desc())
    ).all()


def offices(user_id: int) -> Mapping[int, str]:
    """Names of the organisations of a person's posts."""
    wanted = sa.select(UserPosition.org_id).where(UserPosition.user_id == user_id)
    return dict(session().execute(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))).tuples().all())


def position(actor: Actor, user_id: int, position_id: int) -> UserPosition | None:
    """One post of a person of the actor's reach."""
    return session().scalars(
        sa.select(UserPosition)
        .join(User, User.id == UserPosition.user_id)
        .where(UserPosition.id == position_id, UserPosition.user_id == user_id, User.org_id.in_(actor.reach))
        .execution_options(populate_existing=True)
    ).first()


def as_post(row: UserPosition) -> Post:
    return Post(row.main, row.from_on, row.until_on, row.id)


def add(user: User, written: Written, actor: Actor, at: datetime) -> UserPosition:
    """登记任职. Raises NotLikeThis when its dates meet those of another main post, or it says nothing."""
    if not (written.department or written.title):
        raise NotLikeThis("请填写科室或职务", field="department")
    if written.org.id not in actor.reach:
        raise NotLikeThis("任职单位须为本单位或下级单位，请重新选择", field="org_id")
    session().execute(sa.select(User.id).where(User.id == user.id).with_for_update())
    found = rules.complaint(Post(written.main, written.from_on, written.until_on), [as_post(row) for row in of_user(user.id)])
    if found is not None:
        raise NotLikeThis(found[0], field=found[1])
    made = UserPosition(
        user_id=user.id, org_id=written.org.id, department=written.department or None, title=written.title or None, main=written.main,
        from_on=written.from_on, until_on=written.until_on, recorded_at=at, recorded_by_id=actor.user_id,
    )  # fmt: skip
    session().add(made)
    session().flush()
    told = {"任职": (None, in_words(made)), "任职单位": (None, written.org.name)}
    history.record(KIND, user.id, "add_post", actor, org_id=user.org_id, name=user.username, changes=told)
    show(user, clock.office_time(at).date())
    return made


def end(user: User, row: UserPosition, until_on: date, actor: Actor, *, seen: int | None = None) -> None:
    """结束任职 on a day; an earlier end may be corrected, nothing is deleted."""
    if seen is not None and seen != row.version:
        raise NotAllowedNow("该任职刚被他人修改，请刷新页面核对后再操作")
    others = [as_post(other) for other in of_user(user.id) if other.id != row.id]
    found = rules.complaint(Post(row.main, row.from_on, until_on, row.id), others)
    if found is not None:
        raise NotLikeThis(found[0], field="until_on")
    before, row.until_on = in_words(row), until_on
    told = {"任职": (before, in_words(row))}
    history.record(KIND, user.id, "end_post", actor, org_id=user.org_id, name=user.username, changes=told)
    session().flush()
    show(user, clock.today())


def begin_main(user: User, written: str | None, on: date, actor: Actor, at: datetime) -> None:
    """The main post of a new or moved person: what he had before ends the day before."""
    for row in of_user(user.id):
        if row.until_on is None or row.until_on >= on:
            end(user, row, max(row.from_on, on - timedelta(days=1)), actor)
    department, title = rules.split(written)
    first = any(row.main and as_post(row).holds(on) for row in of_user(user.id))  # begun today, and ended again today
    if department or title:
        from_on = on + timedelta(days=1) if first else on
        add(user, Written(user.organisation, department, title, True, from_on), actor, at)
    else:
        show(user, on)


def end_all(user: User, on: date, actor: Actor) -> None:
    """Everything that still goes on ends with this day."""
    for row in of_user(user.id):
        if row.until_on is None or row.until_on > on:
            end(user, row, max(row.from_on, on), actor)


def in_words(row: UserPosition) -> str:
    until = str(row.until_on) if row.until_on else "今"
    return f"{'' if row.main else '兼职 '}{rules.joined(row.department, row.title) or '未写明'}（{row.from_on} 至 {until}）"


def show(user: User, today: date) -> None:
    """What stands at the person's name: the main post of the day, or the last one he had."""
    rows = [row for row in of_user(user.id) if row.main and row.from_on <= today]
    now = next((row for row in rows if as_post(row).holds(today)), rows[0] if rows else None)
    words = rules.joined(now.department, now.title) if now is not None else user.position
    if words != user.position:
        session().execute(sa.update(User).where(User.id == user.id).values(position=words))
        session().expire(user, ["position"])


def show_all(today: date) -> int:
    """Whoever begins or has ended a main post these days; returns how many people were looked at."""
    moving = sa.select(UserPosition.user_id).where(
        UserPosition.main,
        sa.or_(UserPosition.from_on.between(today - timedelta(days=7), today), UserPosition.until_on == today - timedelta(days=1)),
    )
    people = session().scalars(sa.select(User).where(User.id.in_(moving))).all()
    for user in people:
        show(user, today)
    return len(people)
