"""Telling an organisation that another one changed data of its (变动告知), and its having read it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from app import clock, history
from app.db import session
from app.domain.actors import Actor
from app.domain.notices import LONGEST_TITLE, fitting
from app.errors import NotAllowedNow
from app.notices import queries
from app.notices.models import AmendmentNotice

KIND = AmendmentNotice.__tablename__


def notify(
    org_id: int | None, from_actor: Actor, kind: str, title: str, text: str, sample_id: int | None = None
) -> AmendmentNotice | None:
    """Tell an organisation. Nobody is told of what he did himself, and a sheet without a laboratory has nobody to tell."""
    if org_id is None or org_id == from_actor.org_id:
        return None
    notice = AmendmentNotice(
        org_id=org_id, from_org_id=from_actor.org_id, sample_id=sample_id, kind=kind[:40], title=title[:LONGEST_TITLE],
        text=fitting(text.splitlines()) or title[:LONGEST_TITLE], created_at=clock.now(), created_by_id=from_actor.user_id,
    )  # fmt: skip
    session().add(notice)
    session().flush()
    history.record(KIND, notice.id, "notify", from_actor, org_id=org_id, name=notice.title)
    return notice


def mark_read(notice: AmendmentNotice, actor: Actor, at: datetime) -> bool:
    """标记已读, by somebody of the organisation that is told. False when it was read before."""
    if notice.org_id != actor.org_id:
        raise NotAllowedNow("该告知发给其他单位，应由收到告知的单位标记已读")
    changed = session().execute(
        sa.update(AmendmentNotice)
        .where(AmendmentNotice.id == notice.id, AmendmentNotice.read_at.is_(None))
        .values(read_at=at, read_by_id=actor.user_id)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        return False
    history.record(KIND, notice.id, "read_notice", actor, org_id=notice.org_id, name=notice.title)
    return True


def mark_all_read(actor: Actor, at: datetime) -> int:
    """全部标记已读: every unread one of the actor's own organisation. Returns how many."""
    changed = session().execute(
        sa.update(AmendmentNotice).where(AmendmentNotice.id.in_(queries.unread(actor))).values(read_at=at, read_by_id=actor.user_id)
    ).rowcount  # type: ignore[attr-defined]
    if changed:
        history.record(KIND, None, "read_notice", actor, org_id=actor.org_id, comment=f"全部标记已读，共 {changed} 条")
    return int(changed)
