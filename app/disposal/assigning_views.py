"""分派、改派 pages: one case on its own page, several from the list."""

from __future__ import annotations

import re

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.disposal import assigning, queries
from app.disposal.forms import AssignForm
from app.disposal.models import DisposalCase
from app.disposal.pages import bp, done, refused
from app.domain.permissions import Permission
from app.errors import NotAllowedNow, NotLikeThis

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
    """The ticked cases of the list: all of them, or none."""
    actor = current_actor()
    ticked = {int(found[1]): int(found[2]) for each in request.form.getlist("case") if (found := TICKED.fullmatch(each))}
    handler = request.form.get("handler", "")
    if not handler.isdecimal() or len(handler) > 18:
        raise NotLikeThis("请选择办理人后再分派")
    with transaction():
        cases = queries.several(actor, list(ticked))
        if len(cases) < len(ticked):
            raise NotAllowedNow("勾选的案件中有不存在或不在您管辖范围内的，本次分派未生效，请刷新列表后重新选择")
        pairs = [(case, ticked[case.id]) for case in cases]
        assigning.give_several(pairs, int(handler), actor, clock.now(), reason=(request.form.get("reason") or "").strip()[:500])
    flash(f"已分派 {len(pairs)} 件案件", "success")
    return redirect(url_for(".index", state=request.form.get("state", "live")[:20]), 303)
