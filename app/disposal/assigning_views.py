"""分派、改派 pages: one case on its own page, several from the list."""

from __future__ import annotations

import re

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.desk import queries as desk
from app.disposal import assigning, bulk, queries
from app.disposal.forms import AssignForm, BulkAssignForm, told
from app.disposal.models import DisposalCase
from app.disposal.pages import bp, done, refused
from app.domain.permissions import Permission
from app.errors import NotLikeThis

TICKED = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})")  # a case and the version the list showed


@bp.post("/<int:case_id>/assign")
@authorize(Permission.CASE_ASSIGN, queries.case)
def assign(case: DisposalCase) -> ResponseReturnValue:
    form = AssignForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                assigning.give(
                    case, form.handler.data, current_actor(), clock.now(), reason=form.reason.data or None, seen=form.version.data
                )
            return done(case, f"已分派：{case.number}")
    return refused(case, form)


@bp.post("/assign")
@authorize(Permission.CASE_ASSIGN)
def assign_several() -> ResponseReturnValue:
    """The ticked cases of the list, each by itself: what one refuses does not hold up the others."""
    form = BulkAssignForm()
    key = (form.key.data or "")[:60] or None
    if key and (earlier := desk.sent_before(key)) is not None:
        return redirect(url_for("desk.bulk", action_id=earlier.id), 303)
    if not form.validate():
        raise NotLikeThis(told(form))
    ticked = {int(found[1]): int(found[2]) for each in request.form.getlist("case") if (found := TICKED.fullmatch(each))}
    made = bulk.assign(current_actor(), ticked, form.handler.data, form.reason.data or None, transaction, key=key)
    return redirect(url_for("desk.bulk", action_id=made.id), 303)
