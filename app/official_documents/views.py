"""Pages of 执法文书: the list, drafting, issuing, taking out the kept file, delivery, voiding."""

from __future__ import annotations

import io
import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, document_preview, documents, upload_limits
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.disposal import queries as cases
from app.disposal.models import DisposalCase
from app.domain import official_documents as rules
from app.domain.case_kinds import Side
from app.domain.official_documents import Kind
from app.domain.permissions import Permission
from app.domain.workflow import DocumentState, DocumentStep, arrow
from app.errors import NotFound
from app.official_documents import deliveries, forms, operations, queries, showing
from app.official_documents.models import OfficialDocument
from app.official_documents.operations import Subject
from app.sampling import queries as samples
from app.sampling.models import Sample
from app.sending import send_file
from app.trail import trail

bp = Blueprint("official_documents", __name__, url_prefix="/documents")
bp.record_once(lambda state: upload_limits.init_app(state.app))  # type: ignore[arg-type]
KIND = OfficialDocument.__tablename__
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {
    DocumentState.DRAFTED: "yellow", DocumentState.ISSUED: "blue", DocumentState.DELIVERED: "green", DocumentState.VOIDED: "neutral",
}  # fmt: skip


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``case_papers(case)`` for the block of 执法文书 on the page of a case."""
    return {"case_papers": lambda case: showing.of_case(current_actor(), case)}


# ---------------------------------------------------------------- the list

@bp.get("/")
@authorize(Permission.DOCUMENT_LIST)
def index() -> ResponseReturnValue:
    filters = forms.filters_asked(request.args)
    page = queries.documents(
        current_actor(), filters, before=forms.number(request.args.get("before")), after=forms.number(request.args.get("after"))
    )
    return render_template(
        "official_documents/index.html", page=page, filters=filters, kept=forms.kept(filters), kinds=[one.value for one in rules.KINDS],
        states=list(DocumentState), sides=list(Side), tones=TONES,
    )  # fmt: skip


def _file(content: bytes, mime: str, name: str) -> ResponseReturnValue:
    response = send_file(io.BytesIO(content), mime, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


# ---------------------------------------------------------------- drafting

@bp.route("/cases/<int:case_id>/new/<code>", methods=["GET", "POST"])
@authorize(Permission.DOCUMENT_MAKE, lambda actor, case_id, code: cases.case(actor, case_id))
def new_of_case(case: DisposalCase) -> ResponseReturnValue:
    return _new(Subject(queries.sample_whole(case.sample_id), case))


@bp.route("/samples/<int:sample_id>/new/<code>", methods=["GET", "POST"])
@authorize(Permission.DOCUMENT_MAKE, lambda actor, sample_id, code: samples.sample(actor, sample_id))
def new_of_sample(sample: Sample) -> ResponseReturnValue:
    return _new(Subject(sample))


def _new(subject: Subject) -> ResponseReturnValue:
    kind = _kind((request.view_args or {})["code"])
    operations.refuse_unfit(kind, subject)
    back = _back(subject)
    side = next((one for one in kind.sides if one.value == request.args.get("side")), kind.sides[0])
    key = secrets.token_hex(16)
    form = forms.draft_form(kind, operations.blank(kind, subject, side), key=key)
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", document_id=earlier), 303)
        with form.keeping():
            with transaction():
                made = operations.draft(kind, subject, form.written, current_actor(), clock.now(), key=form.key.data or None)
            flash(f"已起草：{made.kind}。请核对后制发", "success")
            return redirect(url_for(".show", document_id=made.id), 303)
    page = render_template("official_documents/edit.html", form=form, kind=kind, back=back, heading=f"起草{kind.kind.value}")
    return page, form.status if form.is_submitted() else 200


def _kind(code: str) -> Kind:
    kind = rules.by_code(code)
    if kind is None:
        raise NotFound("没有这种文书，请从案件或样品的页面进入")
    return kind


def _back(subject: Subject) -> str:
    if subject.case is not None:
        return url_for("disposal.show", case_id=subject.case.id) + "#documents"
    return url_for("sampling.show", sample_id=subject.sample.id) + "#documents"


@bp.post("/cases/<int:case_id>/notices")
@authorize(Permission.DOCUMENT_MAKE, cases.case)
def notices_of_case(case: DisposalCase) -> ResponseReturnValue:
    return _notices(Subject(queries.sample_whole(case.sample_id), case))


@bp.post("/samples/<int:sample_id>/notices")
@authorize(Permission.DOCUMENT_MAKE, samples.sample)
def notices_of_sample(sample: Sample) -> ResponseReturnValue:
    return _notices(Subject(sample))


def _notices(subject: Subject) -> ResponseReturnValue:
    """检验结果通知书 for every recipient that the sample names, in one click."""
    back = _back(subject)
    with transaction():
        made = operations.draft_notices(subject, current_actor(), clock.now())
    flash(f"已起草检验结果通知书 {len(made)} 份：{'、'.join(one.recipient for one in made)}。请逐份核对后制发", "success")
    return redirect(back, 303)


# ---------------------------------------------------------------- one document

@bp.get("/<int:document_id>")
@authorize(Permission.DOCUMENT_READ, queries.document)
def show(document: OfficialDocument) -> ResponseReturnValue:
    return _page(document)


def _page(document: OfficialDocument, refusal: Any = None) -> ResponseReturnValue:
    kind = operations.kind_of(document)
    steps = {
        step.value for step in DocumentStep if (taken := arrow(KIND, document.state, step)) is not None and can(taken.permission, document)
    }
    issuing = refusal if isinstance(refusal, forms.IssueForm) else forms.IssueForm(formdata=None, issued_on=clock.today())
    issuing.version.data, issuing.version.raw_data = document.version, None
    return render_template(
        "official_documents/show.html", document=document, kind=kind, steps=steps, tones=TONES, refusal=refusal, issuing=issuing,
        lacking=rules.lacking(kind, document.fields), titles=rules.TITLES,
        office=queries.office_of(document.org_id), issuer=queries.person_name(document.issued_by_id) if document.issued_on else None,
        entries=trail(KIND, document.id)[::-1], told_of=showing.told_of(document),
    ), refusal.status if refusal is not None else 200  # fmt: skip


def _again(document_id: int, form: Any) -> ResponseReturnValue:
    """The document as it is now, with the refusal."""
    document = queries.document(current_actor(), document_id)
    assert document is not None
    return _page(document, form)


@bp.route("/<int:document_id>/edit", methods=["GET", "POST"])
@authorize(Permission.DOCUMENT_MAKE, queries.document)
def edit(document: OfficialDocument) -> ResponseReturnValue:
    document_id, title, kind = document.id, document.title, operations.kind_of(document)
    saved = operations.Written(document.side, document.recipient, document.recipient_address, document.fields)
    form = forms.draft_form(kind, saved, version=document.version)
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                changed = operations.edit(document, form.written, current_actor(), seen=form.version.data)
            flash("已保存" if changed else "内容没有变化", "success")
            return redirect(url_for(".show", document_id=document_id), 303)
        now = queries.document(current_actor(), document_id)  # sending it again is then meant
        form.version.data, form.version.raw_data = now.version if now else None, None
    back = url_for(".show", document_id=document_id)
    page = render_template("official_documents/edit.html", form=form, kind=kind, back=back, heading=f"修改{title}")
    return page, form.status if form.is_submitted() else 200


@bp.post("/<int:document_id>/issue")
@authorize(Permission.DOCUMENT_MAKE, queries.document)
def issue(document: OfficialDocument) -> ResponseReturnValue:
    form, document_id = forms.IssueForm(), document.id
    if form.validate_on_submit() and form.issued_on.data is not None:
        with form.keeping():
            with transaction():
                fresh = operations.issue(document, form.issued_on.data, current_actor(), clock.now(), seen=form.version.data)
            flash(f"已制发：{document.number}" if fresh else f"这份文书已经制发，文号是 {document.number}，没有重复编号", "success")
            return redirect(url_for(".show", document_id=document_id), 303)
    return _again(document_id, form)


@bp.post("/<int:document_id>/discard")
@authorize(Permission.DOCUMENT_MAKE, queries.document)
def discard(document: OfficialDocument) -> ResponseReturnValue:
    """A draft is withdrawn by whoever makes documents; one that has been issued meanwhile is refused by its arrow."""
    return _void(document)


@bp.post("/<int:document_id>/void")
@authorize(Permission.DOCUMENT_VOID, queries.document)
def void(document: OfficialDocument) -> ResponseReturnValue:
    return _void(document)


def _void(document: OfficialDocument) -> ResponseReturnValue:
    form, document_id = forms.ReasonForm(), document.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.void(document, current_actor(), form.reason.data or "", seen=form.version.data)
            flash("已作废；文号不再使用，文书仍可查看", "success")
            return redirect(url_for(".show", document_id=document_id), 303)
    return _again(document_id, form)


# ---------------------------------------------------------------- the file

@bp.get("/<int:document_id>/file")
@authorize(Permission.DOCUMENT_READ, queries.document)
def file(document: OfficialDocument) -> ResponseReturnValue:
    """The file as it was issued, to the last bit; each taking out is on record."""
    content, name = operations.kept(document), operations.filename(document)
    with transaction():
        operations.printed(document, current_actor())
    return _file(content, documents.DOCX, name)


@bp.get("/<int:document_id>/preview")
@authorize(Permission.DOCUMENT_READ, queries.document)
def preview(document: OfficialDocument) -> ResponseReturnValue:
    trial = document.sha256 is None
    content = operations.trial(document, current_actor()) if trial else operations.kept(document)
    if not trial:  # the page of an issued document is for printing
        with transaction():
            operations.printed(document, current_actor())
    return render_template("printing/page.html", pages=document_preview.pages(content), title=document.kind, trial=trial)


@bp.get("/<int:document_id>/proof")
@authorize(Permission.DOCUMENT_READ, queries.document)
def proof(document: OfficialDocument) -> ResponseReturnValue:
    """送达回证: of one attempt, else an empty one to take along."""
    chosen = forms.number(request.args.get("delivery"))
    delivery = queries.delivery_of(document, chosen) if chosen is not None else None
    content = deliveries.proof(document, delivery, current_actor())
    return _file(content, documents.DOCX, f"送达回证（{document.number}）.docx")


# ---------------------------------------------------------------- delivery

@bp.route("/<int:document_id>/deliver", methods=["GET", "POST"])
@authorize(Permission.DOCUMENT_DELIVER, queries.document)
@upload_limits.takes_files
def deliver(document: OfficialDocument) -> ResponseReturnValue:
    """登记送达经过; of an attempt that was on its way, what became of it; of a delivered document, the correction."""
    document_id, title, correcting = document.id, document.title, document.state is DocumentState.DELIVERED
    attempt = queries.delivered_attempt(document) if correcting else _attempt(document)
    form = forms.DeliveryForm(data=_begun(document, attempt))
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                _delivered(document, attempt, form, correcting)
            flash("已更正送达登记" if correcting else "已登记送达经过", "success")
            return redirect(url_for(".show", document_id=document_id), 303)
        now = queries.document(current_actor(), document_id)
        form.version.data, form.version.raw_data = now.version if now else None, None
    page = render_template(
        "official_documents/deliver.html", form=form, title=title, document_id=document_id, correcting=correcting, needed=rules.ALWAYS
    )
    return page, form.status if form.is_submitted() else 200


def _attempt(document: OfficialDocument) -> Any:
    chosen = forms.number(request.form.get("attempt") or request.args.get("attempt"))
    return queries.delivery_of(document, chosen) if chosen is not None else None


def _begun(document: OfficialDocument, attempt: Any) -> dict[str, Any]:
    if attempt is None:
        return {"sent_on": clock.today(), "version": document.version, "place": document.recipient_address}
    written = deliveries.written_of(attempt)
    begun = {name: getattr(written, name) for name in rules.TITLES}
    return begun | {"way": written.way.value, "version": document.version, "attempt": attempt.id}


def _delivered(document: OfficialDocument, attempt: Any, form: forms.DeliveryForm, correcting: bool) -> None:
    actor, at, seen, scan = current_actor(), clock.now(), form.version.data, form.scanned
    if correcting:
        deliveries.correct(document, form.written, form.reason.data or "", actor, at, scan=scan, seen=seen)
    elif attempt is not None:
        deliveries.arrived(document, attempt, form.written, actor, at, scan=scan, seen=seen)
    else:
        deliveries.record(document, form.written, actor, at, scan=scan, seen=seen)
