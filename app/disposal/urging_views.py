"""督促 pages of a case: a supervisor urges, the handler answers."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.disposal import queries, urging
from app.disposal.forms import UrgeForm, UrgingAnswerForm
from app.disposal.models import DisposalCase
from app.disposal.pages import bp, done, refused
from app.domain.case_kinds import UrgingLevel
from app.domain.permissions import Permission


@bp.post("/<int:case_id>/urge")
@authorize(Permission.CASE_URGE, queries.case)
def urge(case: DisposalCase) -> ResponseReturnValue:
    form: Any = UrgeForm()
    if form.validate_on_submit():
        level = UrgingLevel(form.level.data)
        with form.keeping():
            with transaction():
                urging.urge(
                    case, current_actor(), level, form.due_on.data, form.reason.data, clock.now(), seen=form.version.data
                )
            return done(case, f"已{level.value}：{case.number}", "urgings")
    return refused(case, form)


@bp.post("/<int:case_id>/answer-urging")
@authorize(Permission.CASE_HANDLE, queries.case)
def answer_urging(case: DisposalCase) -> ResponseReturnValue:
    form: Any = UrgingAnswerForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                urging.answer(
                    case, current_actor(), form.urging.data, form.answer.data, clock.now(), seen=form.version.data
                )
            return done(case, "已回复", "urgings")
    return refused(case, form)
