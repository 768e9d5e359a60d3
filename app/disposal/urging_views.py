"""督促 pages of a case: a supervisor urges, the handler answers."""

from __future__ import annotations

import re
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.desk import queries as desk
from app.disposal import bulk, queries, urging
from app.disposal.forms import BulkUrgeForm, UrgeForm, UrgingAnswerForm, told
from app.disposal.models import DisposalCase
from app.disposal.pages import bp, done, refused
from app.domain.case_kinds import UrgingLevel
from app.domain.permissions import Permission
from app.errors import NotLikeThis

TICKED = re.compile(r"([0-9]{1,18})\.[0-9]{1,9}")  # a case; each is asked anew, so the version the list showed says nothing here


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


@bp.post("/urge")
@authorize(Permission.CASE_URGE)
def urge_several() -> ResponseReturnValue:
    """The ticked cases of the list, each by itself: what one refuses does not hold up the others."""
    form: Any = BulkUrgeForm()
    key = (form.key.data or "")[:60] or None
    if key and (earlier := desk.sent_before(key)) is not None:
        return redirect(url_for("desk.bulk", action_id=earlier.id), 303)
    if not form.validate():
        raise NotLikeThis(told(form))
    ticked = [int(found[1]) for each in request.form.getlist("case") if (found := TICKED.fullmatch(each))]
    level = UrgingLevel(form.level.data)
    made = bulk.urge(current_actor(), ticked, level, form.due_on.data, form.urge_reason.data, transaction, key=key)
    return redirect(url_for("desk.bulk", action_id=made.id), 303)


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
