"""Pages of 监督检查: finished, linked to a case, voided, printed."""

from __future__ import annotations

import io
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app import clock, document_preview, documents
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.documents import DocumentKind
from app.domain.permissions import Permission
from app.inspections import finishing, forms, printing, queries
from app.inspections.blueprint import bp
from app.inspections.models import Inspection
from app.inspections.pages import done, refused
from app.printing import operations as printed
from app.sending import send_file

PRINTED = {"result": DocumentKind.INSPECTION_RESULT, "items": DocumentKind.INSPECTION_ITEMS}


@bp.post("/<int:inspection_id>/finish")
@authorize(Permission.INSPECTION_RECORD, queries.inspection)
def finish(inspection: Inspection) -> ResponseReturnValue:
    form: Any = forms.FinishForm()
    inspection_id = inspection.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                finishing.finish(
                    inspection, current_actor(), clock.now(), finished_on=form.finished_on.data, seen=form.version.data
                )
                due = inspection.publish_due_on
            return done(inspection_id, f"检查已完成，检查结果请于 {due} 前公示")
    return refused(inspection_id, form)


@bp.post("/<int:inspection_id>/link")
@authorize(Permission.INSPECTION_RECORD, queries.inspection)
def link(inspection: Inspection) -> ResponseReturnValue:
    form: Any = forms.LinkForm()
    form.offer(queries.penalties_of(current_actor(), inspection.enterprise_id))
    inspection_id = inspection.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                finishing.link(
                    inspection, form.filing_no.data or None, forms.number(form.penalty.data), current_actor(), seen=form.version.data
                )
            return done(inspection_id, "已关联立案")
    return refused(inspection_id, form)


@bp.post("/<int:inspection_id>/cancel")
@authorize(Permission.INSPECTION_MAKE, queries.inspection)
def cancel(inspection: Inspection) -> ResponseReturnValue:
    """Before it has begun, by whoever plans."""
    return _void(inspection)


@bp.post("/<int:inspection_id>/void")
@authorize(Permission.INSPECTION_VOID, queries.inspection)
def void(inspection: Inspection) -> ResponseReturnValue:
    """Once it has begun, by a reviewer."""
    return _void(inspection)


def _void(inspection: Inspection) -> ResponseReturnValue:
    form: Any = forms.VoidForm()
    inspection_id = inspection.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                finishing.void(inspection, form.reason.data or "", current_actor(), clock.now(), seen=form.version.data)
            return done(inspection_id, "已作废")
    return refused(inspection_id, form)


@bp.get("/<int:inspection_id>/document")
@authorize(Permission.INSPECTION_READ, queries.inspection)
def document(inspection: Inspection) -> ResponseReturnValue:
    """``what``: result (结果记录表) or items (要点记录表); ``view`` shows it instead. Each print is recorded."""
    kind = PRINTED.get(request.args.get("what", ""), DocumentKind.INSPECTION_RESULT)
    made = printing.document(inspection, kind, current_actor())
    with transaction():
        printed.record(made, [inspection], current_actor(), clock.now())
    if request.args.get("view"):
        return render_template("printing/page.html", pages=document_preview.pages(made.content), title=made.kind.value, trial=False)
    name = printed.filename(made, [inspection])
    response = send_file(io.BytesIO(made.content), documents.DOCX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
