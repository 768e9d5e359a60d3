"""Drafts of the blocks of 办理情况: kept by the script every half minute, or by the button 保存草稿."""

from __future__ import annotations

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.disposal import block_drafts, queries
from app.disposal.forms import OfficeForm
from app.disposal.models import DisposalCase
from app.disposal.pages import bp
from app.domain.case_record import BLOCKS
from app.domain.permissions import Permission
from app.errors import Refused
from app.forms import whole


@bp.post("/<int:case_id>/draft")
@authorize(Permission.CASE_HANDLE, queries.case)
def save_draft(case: DisposalCase) -> ResponseReturnValue:
    """Answers the script with the revision; answers the button with the page, where the draft is offered."""
    asked_by_script, case_id = request.form.get("auto") == "1", case.id
    revision = request.form.get("draft_revision", default=0, type=whole)
    try:
        with transaction():
            kept = block_drafts.keep(
                current_actor(), case, request.form.get("block"), request.form.lists(), revision, clock.now()
            )
    except Refused as refusal:
        if asked_by_script:
            return jsonify(message=refusal.sentence), refusal.status
        raise
    at = f"{clock.office_time(clock.now()):%H:%M:%S}"
    if asked_by_script:
        return jsonify(revision=kept, saved=at)
    flash(f"草稿已于 {at} 保存，尚未登记：补充完整后请点“保存”", "success")
    return redirect(url_for("disposal.show", case_id=case_id, draft=1, _anchor="record"), 303)


@bp.post("/<int:case_id>/draft/void")
@authorize(Permission.CASE_HANDLE, queries.case)
def void_drafts(case: DisposalCase) -> ResponseReturnValue:
    case_id = case.id
    if OfficeForm().validate_on_submit():
        with transaction():
            block_drafts.close(current_actor(), case_id, BLOCKS, clock.now())
        flash("草稿已放弃", "success")
    return redirect(url_for("disposal.show", case_id=case_id, _anchor="record"), 303)
