"""Pages of 异议: the list, registering, one objection and the steps people take on it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, upload_limits
from app.attachments import operations as attachments
from app.authorize import authorize, current_actor
from app.db import transaction
from app.disposal import queries as cases
from app.disposal.models import DisposalCase
from app.domain import official_documents as documents
from app.domain.case_kinds import ObjectionKind, ObjectionOutcome, Side
from app.domain.disposal import Party
from app.domain.permissions import Permission
from app.domain.workflow import ObjectionState
from app.errors import NotFound
from app.objections import exports, forms, operations, papers, queries, showing, timing
from app.objections.models import Objection
from app.objections.pages import KIND, bp, done, page, refused
from app.sampling import queries as samples
from app.sampling.models import Sample

bp.record_once(lambda state: upload_limits.init_app(state.app))  # type: ignore[arg-type]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# ---------------------------------------------------------------- the list

@bp.get("/")
@authorize(Permission.OBJECTION_LIST)
def index() -> ResponseReturnValue:
    actor, filters, today = current_actor(), forms.filters_asked(request.args), clock.today()
    found = queries.objections(
        actor, filters, today, before=forms.number(request.args.get("before")), after=forms.number(request.args.get("after"))
    )
    return render_template(
        "objections/index.html", page=found, filters=filters, kept=forms.kept(filters), kinds=list(ObjectionKind),
        states=list(ObjectionState), outcomes=list(ObjectionOutcome), tones=showing.TONES, state_tones=showing.STATE_TONES,
        standings=showing.standings(found.rows, today), legend=showing.LEGEND, words=exports.conditions(filters),
    )  # fmt: skip


# ---------------------------------------------------------------- registering

@bp.route("/samples/<int:sample_id>/new", methods=["GET", "POST"])
@authorize(Permission.OBJECTION_HANDLE, samples.sample)
def new_of_sample(sample: Sample) -> ResponseReturnValue:
    return _new(sample, {"side": Side.SAMPLED.value, "applicant": sample.sampled_name}, url_for("sampling.show", sample_id=sample.id))


@bp.route("/cases/<int:case_id>/new", methods=["GET", "POST"])
@authorize(Permission.OBJECTION_HANDLE, cases.case)
def new_of_case(case: DisposalCase) -> ResponseReturnValue:
    side = Side.PRODUCER if case.party is Party.PRODUCTION else Side.SAMPLED
    begun = {"side": side.value, "applicant": case.party_name}
    return _new(case.sample, begun, url_for("disposal.show", case_id=case.id) + "#objections")


def _new(sample: Sample, begun: dict[str, Any], back: str) -> ResponseReturnValue:
    form = forms.ApplicationForm(
        data=begun | {"applied_on": clock.today(), "received_on": clock.today(), "key": secrets.token_hex(16)}
    )
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return done(earlier, operations.TWICE, "info")
        with form.keeping():
            with transaction():
                made = operations.apply(sample, form.written, current_actor(), clock.now(), key=form.key.data or None)
            return done(made.id, f"已登记：{made.number}")
    return _application_page(form, sample, "登记异议申请", back)


def _application_page(form: forms.ApplicationForm, sample: Sample, heading: str, back: str) -> ResponseReturnValue:
    received = [(side.value, timing.begun(ObjectionKind.METHOD, side, sample, None)[0]) for side in (Side.SAMPLED, Side.PRODUCER)]
    content = render_template(
        "objections/edit.html", form=form, sample=sample, heading=heading, back=back, received=received,
        receivers=queries.receivers(sample),
    )
    return content, form.status if form.is_submitted() else 200


# ---------------------------------------------------------------- one objection

@bp.get("/<int:objection_id>")
@authorize(Permission.OBJECTION_READ, queries.objection)
def show(objection: Objection) -> ResponseReturnValue:
    return page(objection)


@bp.route("/<int:objection_id>/edit", methods=["GET", "POST"])
@authorize(Permission.OBJECTION_HANDLE, queries.objection)
def edit(objection: Objection) -> ResponseReturnValue:
    objection_id, sample, number = objection.id, objection.sample, objection.number
    _, proven = timing.begun(objection.kind, objection.side, sample, None)
    form = forms.ApplicationForm(data=forms.begun(objection, None if proven else objection.window_from))
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                changed = operations.edit(objection, form.written, current_actor(), clock.now(), seen=form.version.data)
            return done(objection_id, "已保存" if changed else "内容没有变化")
        now = queries.objection(current_actor(), objection_id)  # sending it again is then meant
        form.version.data, form.version.raw_data = now.version if now else None, None
        sample = now.sample if now else sample
    return _application_page(form, sample, f"修改{number}", url_for(".show", objection_id=objection_id))


def _step(objection: Objection, form: Any, operation: Callable[[], Any], said: str) -> ResponseReturnValue:
    """One step of the page; an operation that returns False has been taken already by the same click."""
    objection_id = objection.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                fresh = operation()
            return done(objection_id, said if fresh is not False else "没有变化：这一步已经办理过")
    return refused(objection_id, form)


@bp.post("/<int:objection_id>/ask-correction")
@authorize(Permission.OBJECTION_HANDLE, queries.objection)
def ask_correction(objection: Objection) -> ResponseReturnValue:
    form: Any = forms.CorrectionForm()
    return _step(objection, form, lambda: operations.ask_correction(
        objection, current_actor(), clock.now(), wanting=form.wanting.data, asked_on=form.asked_on.data, due_on=form.due_on.data,
        seen=form.version.data,
    ), "已登记补正告知，请制作补正告知书并送达")  # fmt: skip


@bp.post("/<int:objection_id>/supplement")
@authorize(Permission.OBJECTION_HANDLE, queries.objection)
def supplement(objection: Objection) -> ResponseReturnValue:
    form: Any = forms.SupplementForm()
    return _step(objection, form, lambda: operations.supplement(
        objection, current_actor(), clock.now(), on=form.supplemented_on.data, evidence=form.evidence.data, seen=form.version.data
    ), "已登记补正材料，受理期限自收到之日起重新计算")  # fmt: skip


@bp.post("/<int:objection_id>/accept")
@authorize(Permission.OBJECTION_DECIDE, queries.objection)
def accept(objection: Objection) -> ResponseReturnValue:
    form: Any = forms.AcceptForm()
    return _step(objection, form, lambda: operations.accept(
        objection, current_actor(), clock.now(), on=form.accepted_on.data, seen=form.version.data
    ), "已受理，审核期限开始计算")  # fmt: skip


@bp.post("/<int:objection_id>/decline")
@authorize(Permission.OBJECTION_DECIDE, queries.objection)
def decline(objection: Objection) -> ResponseReturnValue:
    form: Any = forms.DeclineForm()
    return _step(objection, form, lambda: operations.decline(
        objection, current_actor(), clock.now(), reason=form.refusal.data, seen=form.version.data
    ), "已决定不予受理，请制作不予受理通知书并送达")  # fmt: skip


@bp.post("/<int:objection_id>/record")
@authorize(Permission.OBJECTION_HANDLE, queries.objection)
def record(objection: Objection) -> ResponseReturnValue:
    form: Any = forms.InvestigationForm()
    return _step(objection, form, lambda: operations.record(
        objection, current_actor(), investigation=form.investigation.data, seen=form.version.data
    ), "核查情况已保存")  # fmt: skip


@bp.post("/<int:objection_id>/decide")
@authorize(Permission.OBJECTION_DECIDE, queries.objection)
def decide(objection: Objection) -> ResponseReturnValue:
    form: Any = forms.DecisionForm()
    return _step(objection, form, lambda: operations.decide(
        objection, form.decision, current_actor(), clock.now(), seen=form.version.data
    ), "已作出审核结论，检验结论、统计和案件已随之更新")  # fmt: skip


@bp.post("/<int:objection_id>/tell")
@authorize(Permission.OBJECTION_HANDLE, queries.objection)
def tell(objection: Objection) -> ResponseReturnValue:
    form: Any = forms.TellForm()
    return _step(objection, form, lambda: operations.tell(
        objection, current_actor(), clock.now(), on=form.told_on.data, comment=form.told_how.data, seen=form.version.data
    ), "已登记通知审核结论")  # fmt: skip


@bp.post("/<int:objection_id>/withdraw")
@authorize(Permission.OBJECTION_HANDLE, queries.objection)
def withdraw(objection: Objection) -> ResponseReturnValue:
    form: Any = forms.ReasonForm()
    return _step(objection, form, lambda: operations.withdraw(
        objection, current_actor(), form.reason.data, seen=form.version.data
    ), "已登记撤回，期限不再计算")  # fmt: skip


# ---------------------------------------------------------------- documents and files

@bp.post("/<int:objection_id>/documents/<code>")
@authorize(Permission.DOCUMENT_MAKE, lambda actor, objection_id, code: queries.objection(actor, objection_id))
def document(objection: Objection) -> ResponseReturnValue:
    """One click: drafted from what is recorded, to be read and issued on its own page."""
    kind = documents.by_code((request.view_args or {})["code"])
    if kind is None:
        raise NotFound("没有这种文书，请从异议的页面制作")
    with transaction():
        made, fresh = papers.draft(objection, kind, current_actor(), clock.now())
    flash(f"已起草：{made.kind}。请核对后制发" if fresh else f"{made.kind}已经起草过，没有重复起草", "success" if fresh else "info")
    return redirect(url_for("official_documents.show", document_id=made.id), 303)


@bp.post("/<int:objection_id>/files")
@authorize(Permission.OBJECTION_HANDLE, queries.objection)
@upload_limits.takes_files
def attach(objection: Objection) -> ResponseReturnValue:
    form: Any = forms.FileForm()
    objection_id, org_id = objection.id, objection.org_id
    if form.validate_on_submit():
        upload = form.file.data
        with form.keeping():
            with transaction():
                kept = attachments.save(
                    current_actor(), KIND, objection_id, org_id, upload.filename or "", upload.stream.read(), clock.now()
                )
            return done(objection_id, f"已保存附件：{kept.filename}")
    return refused(objection_id, form)
