"""督促: a supervisor reminds, supervises, supervises as a key case; the handler answers. Rows are kept for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import aliased

from app import clock, history
from app.accounts.models import User
from app.db import session
from app.disposal.models import CaseUrging, DisposalCase
from app.disposal.recording import touch
from app.domain import urging as rules
from app.domain.actors import Actor
from app.domain.case_kinds import UrgingLevel
from app.domain.permissions import Permission, permits
from app.domain.urging import Limits, Made
from app.domain.workflow import CaseState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.reference_data.books import calendar
from app.scope import scope

KIND = DisposalCase.__tablename__
MOVED = "该记录已被他人修改，请刷新页面核对后再操作；您填写的内容仍保留在表单中"
STRANGER = "您没有办理该步骤的权限，如确需办理请联系科室负责人"


def limits() -> Limits:
    """What this installation allows."""
    settings = current_app.config
    names = {UrgingLevel.REMIND: "URGING_REMINDERS", UrgingLevel.SUPERVISE: "URGING_SUPERVISIONS", UrgingLevel.KEY: "URGING_KEY"}
    return Limits({level: settings[name] for level, name in names.items()}, settings["URGING_DAYS_APART"])


def of_case(actor: Actor, case: DisposalCase) -> Sequence[Any]:
    """Every urging of the case with its people, oldest first."""
    urger, answerer = aliased(User), aliased(User)
    statement = scope(
        sa.select(*CaseUrging.__table__.c, urger.name.label("urger"), answerer.name.label("answerer"))
        .outerjoin(urger, urger.id == CaseUrging.urged_by_id)
        .outerjoin(answerer, answerer.id == CaseUrging.answered_by_id),
        CaseUrging,
        actor,
    )
    return session().execute(statement.where(CaseUrging.case_id == case.id).order_by(CaseUrging.id)).all()


def made(rows: Sequence[Any]) -> list[Made]:
    """The rows as the rules read them."""
    return [
        Made(row.level, clock.office_time(row.urged_at).date(), row.due_on, row.answered_at is not None) for row in rows
    ]


def offered(case: DisposalCase, rows: Sequence[Any], today: date) -> list[UrgingLevel]:
    return rules.offered(case.state, made(rows), today, calendar(), limits())


def urge(
    case: DisposalCase, actor: Actor, level: UrgingLevel, due_on: date, reason: str, at: datetime, *, seen: int | None = None
) -> CaseUrging:
    """提醒、督办或重点督办. Raises NotAllowedNow when the ladder or the limits forbid it today."""
    _admit(case, actor, Permission.CASE_URGE, seen)
    if not reason.strip():
        raise NotLikeThis("请填写督促事由", field="reason")
    earlier = session().scalars(sa.select(CaseUrging).where(CaseUrging.case_id == case.id).order_by(CaseUrging.id)).all()
    today = clock.office_time(at).date()
    found = rules.complaint(level, due_on, case.state, made(earlier), today, calendar(), limits())
    if found is not None:
        raise (NotLikeThis if found.field == "due_on" else NotAllowedNow)(found.sentence, field=found.field)
    row = CaseUrging(
        org_id=case.org_id, case_id=case.id, level=level, reason=reason.strip()[:500], due_on=due_on, urged_at=at,
        urged_by_id=actor.user_id,
    )
    session().add(row)
    _told(case, actor, "urge_case", reason, {level.value: (None, f"要求 {due_on} 前完成")})
    return row


def answer(case: DisposalCase, actor: Actor, urging_id: int, words: str, at: datetime, *, seen: int | None = None) -> CaseUrging:
    """回复督促, by the handler; once."""
    _admit(case, actor, Permission.CASE_HANDLE, seen)
    row = session().get(CaseUrging, urging_id)
    if row is None or row.case_id != case.id or row.answered_at is not None:
        raise NotAllowedNow("没有这条待回复的督促，可能已经回复，请刷新页面核对")
    if case.state in (CaseState.CLOSED, CaseState.CANCELLED):
        raise NotAllowedNow("案件已办结或撤销，无需回复")
    if not words.strip():
        raise NotLikeThis("请填写回复内容", field="answer")
    row.answer, row.answered_at, row.answered_by_id = words.strip()[:1000], at, actor.user_id
    _told(case, actor, "answer_urging", words, {row.level.value: (f"要求 {row.due_on} 前完成", "已回复")})
    return row


def _admit(case: DisposalCase, actor: Actor, permission: Permission, seen: int | None) -> None:
    if seen is not None and seen != case.version:
        raise NotAllowedNow(MOVED)
    if not permits(actor, permission, case):
        raise NotAllowed(STRANGER)


def _told(case: DisposalCase, actor: Actor, word: str, comment: str, changes: dict[str, tuple[Any, Any]]) -> None:
    history.record(KIND, case.id, word, actor, org_id=case.org_id, name=case.number, comment=comment, changes=changes)
    touch(case)
    session().flush()  # of two at the same moment, the second is told now
