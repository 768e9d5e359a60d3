"""核查处置 pages: the list, one case with everything about it, and the steps people take on it."""

from __future__ import annotations

import io
import secrets

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.disposal import (
    approval_showing,
    assigning,
    assigning_views,
    block_drafts,
    clocks,
    decision_views,
    draft_views,
    enforcement_views,
    forms,
    operations,
    queries,
    repeat_pages,
    supplement_views,
    timeline_views,
    urging_views,
)
from app.disposal.exports import note, workbook
from app.disposal.models import DisposalCase, Party
from app.disposal.pages import LEGEND, STATE_TONES, TONES, bp, done, page, refused
from app.disposal.record_forms import RecordForm
from app.disposal.urging_queries import AT_RANK, URGED
from app.domain.case_kinds import UrgingLevel
from app.domain.permissions import Permission
from app.domain.workflow import CaseState
from app.forms import VersionForm
from app.paging import from_day
from app.reference_data.books import calendar
from app.sending import send_file

__all__ = [
    "assigning_views", "bp", "decision_views", "draft_views", "enforcement_views", "repeat_pages", "supplement_views", "timeline_views",
    "urging_views",
]  # fmt: skip

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"



# ---------------------------------------------------------------- the list

@bp.get("/")
@authorize(Permission.CASE_LIST)
def index() -> ResponseReturnValue:
    actor, today, days = current_actor(), clock.today(), calendar()
    filters = forms.filters_asked(request.args, actor.user_id)
    after = request.args.get("after") or (None if filters.by_urging else from_day(request.args.get("start")))
    listed = queries.cases(actor, filters, today, after=after, before=request.args.get("before"))
    return render_template(
        "disposal/index.html", page=listed, filters=filters, kept=forms.kept(filters), counts=queries.counts(actor, today),
        handlers=queries.handlers(actor), bureaus=queries.bureaus(actor), parties=list(Party), lights=forms.LIGHTS,
        terms=[clocks.left_and_light(row, today, days) for row in listed.rows], words=clocks.remaining_words,
        tones=TONES, state_tones=STATE_TONES, legend=LEGEND, states=list(CaseState), urged=URGED, at_rank=AT_RANK,
        urging_tones=approval_showing.TONES,
        levels=[level.value for level in UrgingLevel] if can(Permission.CASE_URGE) else [], bulk_key=secrets.token_hex(16),
        people=assigning.assignable(actor, {filters.org_id or actor.org_id}) if can(Permission.CASE_ASSIGN) else [],
    )


@bp.get("/export")
@authorize(Permission.CASE_LIST)
def export() -> ResponseReturnValue:
    """The list as asked for, as a workbook; who took it out is in the history."""
    actor, today = current_actor(), clock.today()
    filters = forms.filters_asked(request.args, actor.user_id)
    rows = queries.every_case(actor, filters, today)
    content = workbook(rows, filters, actor, clock.now(), calendar())
    with transaction():
        note(rows, filters, actor, content)
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"核查处置案件{today}.xlsx")


# ---------------------------------------------------------------- one case

@bp.get("/<int:case_id>")
@authorize(Permission.CASE_READ, queries.case)
def show(case: DisposalCase) -> ResponseReturnValue:
    """A reviewer's first sight of what was submitted is noted: from then on it is not recalled."""
    if operations.unread_by(case, current_actor()):
        with transaction():
            operations.note_reading(case, current_actor(), clock.now())
    return page(case)


@bp.post("/<int:case_id>/claim")
@authorize(Permission.CASE_CLAIM, queries.case)
def claim(case: DisposalCase) -> ResponseReturnValue:
    form = VersionForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.claim(case, current_actor(), clock.now(), seen=form.version.data)
            return done(case, f"已领取：{case.number}，请在期限前办结")
    return refused(case, form)


@bp.post("/<int:case_id>/record")
@authorize(Permission.CASE_HANDLE, queries.case)
def record(case: DisposalCase) -> ResponseReturnValue:
    """One block of the record, or several at once; what is not sent stays as it is."""
    form = RecordForm().only(request.form.get("block"), request.form).knowing(case)
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                block_drafts.close(current_actor(), case.id, [form.block] if form.block else (), clock.now())
                written = form.written(operations.record_of(case))
                changed = operations.record(
                    case, current_actor(), written, clock.now(), reason=form.reason_given, seen=form.version.data
                )
            return done(case, f"{form.block or '办理情况'}已保存" if changed else "内容没有变化", anchor="record")
    return refused(case, form, record_form=form)


@bp.post("/<int:case_id>/submit")
@authorize(Permission.CASE_HANDLE, queries.case)
def submit(case: DisposalCase) -> ResponseReturnValue:
    form = VersionForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.submit(case, current_actor(), clock.now(), seen=form.version.data)
            return done(case, f"已提交审核：{case.number}")
    return refused(case, form)
