"""Pages of one publication: shown, changed, approved, published, corrected, withdrawn."""

from __future__ import annotations

import io
import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, taken_out
from app.authorize import authorize, current_actor
from app.db import transaction
from app.documents import DOCX
from app.domain import publications as rules
from app.domain.permissions import Permission
from app.domain.publications import Remedy, Stated
from app.printing import operations as printing
from app.publications import correcting, forms, operations, paper, queries, workbooks
from app.publications.blueprint import bp, page
from app.publications.correcting import Wish
from app.publications.models import Publication
from app.sending import send_file
from app.step_views import StepPages

P = Permission


STEPS = StepPages("publication_id", queries.publication, page)


@bp.get("/<int:publication_id>")
@authorize(P.PUBLICATION_READ, queries.publication)
def show(publication: Publication) -> ResponseReturnValue:
    return page(publication, above=forms.number(request.args.get("above")) or 0)


@bp.get("/<int:publication_id>/notice")
@authorize(P.PUBLICATION_READ, queries.publication)
def notice(publication: Publication) -> ResponseReturnValue:
    """公告 with its list, as it is printed or put on a website."""
    rows = queries.every_item(publication)
    stated = Stated(publication.announcement_no or "", publication.published_on)
    return render_template(
        "publications/notice.html", found=publication, org_name=queries.organisation_name(publication.org_id),
        opening=paper.opening(publication, len(rows), queries.organisation_name(publication.org_id)),
        columns=[rules.heading(name) for name in (rules.columns_of(rows[0].content, publication.kind) if rows else ())],
        cells=[rules.row_of(row.content, publication.kind, row.ordinal, stated) for row in rows], foreword=rules.FOREWORD,
    )  # fmt: skip


@bp.get("/<int:publication_id>/notice.docx")
@authorize(P.PUBLICATION_READ, queries.publication)
def letter(publication: Publication) -> ResponseReturnValue:
    """公告 as a Word file; the print is on record."""
    actor = current_actor()
    made = paper.announcement(publication, actor)
    with transaction():
        printing.record(made, [publication], actor, clock.now())
    response = send_file(io.BytesIO(made.content), DOCX, as_attachment=True, download_name=f"{publication.number}公告.docx")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/<int:publication_id>/list.xlsx")
@authorize(P.PUBLICATION_READ, queries.publication)
def list_workbook(publication: Publication) -> ResponseReturnValue:
    """The approved list for the website; what leaves the house is on record."""
    content = workbooks.to_publish(publication)
    with transaction():
        taken_out.note(
            queries.KIND, publication.id, publication.number, "待发布的清单", current_actor(), content, org_id=publication.org_id
        )
    name = workbooks.filename(publication)
    response = send_file(io.BytesIO(content), workbooks.XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.route("/<int:publication_id>/edit", methods=["GET", "POST"])
@authorize(P.PUBLICATION_EDIT, queries.publication)
def edit(publication: Publication) -> ResponseReturnValue:
    publication_id, number = publication.id, publication.number
    values = {name: getattr(publication, name) for name in ("title", "announcement_no", "foreword", "version")}
    form: Any = forms.EditForm(data=values)
    if form.validate_on_submit():
        drop = [one for one in map(forms.number, request.form.getlist("drop")) if one is not None]
        with form.keeping():
            with transaction():
                operations.edit(publication, form.wording(), current_actor(), drop=drop, seen=form.version.data)
            flash("已保存", "success")
            return redirect(url_for(".show", publication_id=publication_id), 303)
    if form.status == 409 and (found := queries.publication(current_actor(), publication_id)) is not None:
        form.version.data, form.version.raw_data = found.version, None
    found = queries.publication(current_actor(), publication_id)
    made = render_template(
        "publications/edit.html", form=form, publication_id=publication_id, number=number, rows=queries.every_item(found) if found else [],
        dropped=request.form.getlist("drop"),
    )  # fmt: skip
    return made, form.status if form.is_submitted() else 200


@bp.post("/<int:publication_id>/refresh")
@authorize(P.PUBLICATION_EDIT, queries.publication)
def refresh(publication: Publication) -> ResponseReturnValue:
    return STEPS.take(publication, forms.StepForm(), "已按现在的记录重新取数", lambda form: operations.refresh(
        publication, current_actor(), clock.now(), seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:publication_id>/submit")
@authorize(P.PUBLICATION_EDIT, queries.publication)
def submit(publication: Publication) -> ResponseReturnValue:
    return STEPS.take(publication, forms.StepForm(), "已提交审批", lambda form: operations.submit(
        publication, current_actor(), clock.now(), comment=form.comment.data, seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:publication_id>/recall")
@authorize(P.PUBLICATION_EDIT, queries.publication)
def recall(publication: Publication) -> ResponseReturnValue:
    return STEPS.take(publication, forms.StepForm(), "已撤回送审", lambda form: operations.recall(
        publication, current_actor(), comment=form.comment.data, seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:publication_id>/return")
@authorize(P.PUBLICATION_DECIDE, queries.publication)
def send_back(publication: Publication) -> ResponseReturnValue:
    return STEPS.take(publication, forms.ReasonForm(), "已退回", lambda form: operations.send_back(
        publication, current_actor(), form.comment.data, seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:publication_id>/approve")
@authorize(P.PUBLICATION_DECIDE, queries.publication)
def approve(publication: Publication) -> ResponseReturnValue:
    return STEPS.take(publication, forms.StepForm(), "已批准，请按时公布", lambda form: operations.approve(
        publication, current_actor(), clock.now(), comment=form.comment.data, seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:publication_id>/publish")
@authorize(P.PUBLICATION_ISSUE, queries.publication)
def publish(publication: Publication) -> ResponseReturnValue:
    return STEPS.take(publication, forms.IssueForm(), "已登记公布，清单工作簿已留存", lambda form: operations.publish(
        publication, form.issue(), current_actor(), clock.now(), seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:publication_id>/withdraw")
@authorize(P.PUBLICATION_WITHDRAW, queries.publication)
def withdraw(publication: Publication) -> ResponseReturnValue:
    return STEPS.take(publication, forms.WithdrawForm(), "已撤回整份公示", lambda form: operations.withdraw(
        publication, form.comment.data, form.withdrawn_on.data, current_actor(), clock.now(), seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:publication_id>/void")
@authorize(P.PUBLICATION_EDIT, queries.publication)
def void(publication: Publication) -> ResponseReturnValue:
    return STEPS.take(publication, forms.ReasonForm(), "已作废，其中的批次可以列入其他公示", lambda form: operations.void(
        publication, current_actor(), form.comment.data, seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:publication_id>/correct")
@authorize(P.PUBLICATION_EDIT, queries.publication)
def correct(publication: Publication) -> ResponseReturnValue:
    """起草更正或撤回公告 of the ticked batches."""
    form: Any = forms.CorrectForm()
    publication_id = publication.id
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", publication_id=earlier), 303)
        chosen = [one for one in map(forms.number, request.form.getlist("item")) if one is not None]
        wish = Wish(Remedy(form.remedy.data), chosen, form.reason.data, form.title.data or None)
        with form.keeping():
            with transaction():
                made = correcting.draft(publication, wish, current_actor(), clock.now(), key=form.key.data or secrets.token_hex(16))
            flash(f"已起草{made.nature.value} {made.number}，请核对后提交审批", "success")
            return redirect(url_for(".show", publication_id=made.id), 303)
    return STEPS.again(publication_id, form)
