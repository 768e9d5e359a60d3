"""Pages of 监督检查: begun, recorded item by item, signed, and its photos and scans."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, upload_limits
from app.attachments import operations as attachments
from app.attachments.queries import attachments_of
from app.authorize import authorize, current_actor
from app.checklists.models import ChecklistItem
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.supervision_states import InspectionState
from app.errors import NotAllowedNow, NotFound, NotLikeThis
from app.forms import VersionForm
from app.inspections import finishing, forms, operations, queries, recording
from app.inspections.blueprint import bp
from app.inspections.models import Inspection
from app.inspections.pages import KIND, done, grid, refused

KEPT = (InspectionState.RECORDING, InspectionState.FINISHED)


@bp.post("/<int:inspection_id>/start")
@authorize(Permission.INSPECTION_RECORD, queries.inspection)
def start(inspection: Inspection) -> ResponseReturnValue:
    form: Any = forms.StartForm()
    inspection_id = inspection.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.start(
                    inspection, current_actor(), clock.now(), inspected_on=form.inspected_on.data, seen=form.version.data
                )
            flash("已开始检查，请逐项记录", "success")
            return redirect(url_for(".record", inspection_id=inspection_id), 303)
    return refused(inspection_id, form)


@bp.route("/<int:inspection_id>/record", methods=["GET", "POST"])
@authorize(Permission.INSPECTION_RECORD, queries.inspection)
def record(inspection: Inspection) -> ResponseReturnValue:
    """Saved as often as one likes; a button below each 检查内容 saves everything and comes back to it."""
    inspection_id = inspection.id
    form: Any = forms.RecordForm(data=forms.shown(inspection))
    items = [item for item, _ in queries.answered(inspection)]
    if not form.is_submitted() and inspection.state is not InspectionState.RECORDING:
        return redirect(url_for(".show", inspection_id=inspection_id), 303)
    if form.validate_on_submit():
        with form.keeping():
            answers = forms.answers_typed(request.form, items)
            with transaction():
                changed = recording.record(inspection, form.written, answers, current_actor(), seen=form.version.data)
            flash(f"已保存，变动 {changed} 处" if changed else "内容没有变化", "success")
            if request.form.get("go") == "show":
                return redirect(url_for(".show", inspection_id=inspection_id), 303)
            return redirect(url_for(".record", inspection_id=inspection_id, _anchor=_place(items)), 303)
    return _grid("inspections/record.html", inspection_id, form)


def _place(items: Sequence[ChecklistItem]) -> str | None:
    """Where on the page the button was that saved it."""
    groups = list(dict.fromkeys(item.group for item in items))
    if (group := request.form.get("fill")) in groups:
        return f"g{groups.index(group) + 1}"
    return request.form.get("back", "")[:20] or None


def _grid(template: str, inspection_id: int, form: Any) -> ResponseReturnValue:
    """The page as the record is now, with what was typed and could not be saved."""
    found = queries.inspection(current_actor(), inspection_id)
    assert found is not None
    typed = None
    if form.is_submitted():
        form.version.data, form.version.raw_data = found.version, None
        with suppress(NotLikeThis):  # it has been told already
            typed = forms.answers_typed(request.form, [item for item, _ in queries.answered(found)])
    return grid(template, found, form, typed), form.status if form.is_submitted() else 200


@bp.route("/<int:inspection_id>/correct", methods=["GET", "POST"])
@authorize(Permission.INSPECTION_RECORD, queries.inspection)
def correct(inspection: Inspection) -> ResponseReturnValue:
    inspection_id = inspection.id
    form: Any = forms.CorrectForm(data=forms.shown(inspection))
    items = [item for item, _ in queries.answered(inspection)]
    if not form.is_submitted() and inspection.state is not InspectionState.FINISHED:
        return redirect(url_for(".show", inspection_id=inspection_id), 303)
    if form.validate_on_submit():
        with form.keeping():
            answers = forms.answers_typed(request.form, items)
            with transaction():
                finishing.correct(
                    inspection, form.written, answers, form.reason.data or "", current_actor(), clock.now(), seen=form.version.data
                )
                published = inspection.published_on is not None
            told = "已更正。检查结果已经公示，请核对公示内容，需要时撤回后重新公示" if published else "已更正"
            return done(inspection_id, told)
    return _grid("inspections/correct.html", inspection_id, form)


@bp.post("/<int:inspection_id>/sign")
@authorize(Permission.INSPECTION_RECORD, queries.inspection)
def sign(inspection: Inspection) -> ResponseReturnValue:
    form: Any = VersionForm()
    inspection_id = inspection.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                recording.sign(inspection, current_actor(), clock.now(), seen=form.version.data)
            return done(inspection_id, "已签字")
    return refused(inspection_id, form)


# ---------------------------------------------------------------- photos and scans

@bp.post("/<int:inspection_id>/files")
@authorize(Permission.INSPECTION_RECORD, queries.inspection)
@upload_limits.takes_files
def attach(inspection: Inspection) -> ResponseReturnValue:
    form: Any = forms.FileForm()
    inspection_id, org_id = inspection.id, inspection.org_id
    if form.validate_on_submit():
        upload = form.file.data
        with form.keeping():
            _refuse_closed(inspection)
            with transaction():
                kept = attachments.save(
                    current_actor(), KIND, inspection_id, org_id, upload.filename or "", upload.stream.read(), clock.now()
                )
            return done(inspection_id, f"已保存附件：{kept.filename}", "files")
    return refused(inspection_id, form)


def _refuse_closed(inspection: Inspection) -> None:
    if inspection.state not in KEPT:
        raise NotAllowedNow("检查还没有开始或已作废，不能添加或作废附件")


@bp.post("/<int:inspection_id>/files/<int:attachment_id>/void")
@authorize(Permission.INSPECTION_RECORD, lambda actor, inspection_id, attachment_id: queries.inspection(actor, inspection_id))
def void_file(inspection: Inspection) -> ResponseReturnValue:
    form: Any = forms.VoidFileForm()
    inspection_id, wanted = inspection.id, (request.view_args or {})["attachment_id"]
    found = next((one for one in attachments_of(current_actor(), KIND, inspection_id) if one.id == wanted), None)
    if found is None:
        raise NotFound("没有找到该附件，可能已作废，请刷新页面")
    if form.validate_on_submit():
        with form.keeping():
            _refuse_closed(inspection)
            with transaction():
                attachments.void(current_actor(), found, clock.now(), form.reason.data or "")
            return done(inspection_id, "附件已作废", "files")
    return refused(inspection_id, form)
