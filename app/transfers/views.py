"""Pages of 移送、协查、通报: both directions, sending from a case, and the steps of one of them."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, documents
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.disposal import queries as cases
from app.disposal.models import DisposalCase
from app.domain import transfers as rules
from app.domain.case_kinds import TransferBody, TransferKind
from app.domain.permissions import Permission
from app.domain.workflow import TransferState, TransferStep, arrow
from app.errors import NotFound
from app.legal_clocks.operations import clock_of
from app.official_documents import operations as papers
from app.official_documents.queries import office_of
from app.reference_data.books import calendar
from app.sending import send_file
from app.trail import trail
from app.transfers import forms, notifying, operations, prefill, queries
from app.transfers.models import CaseTransfer
from app.transfers.showing import STATE_TONES, panel, standing

bp = Blueprint("transfers", __name__, url_prefix="/transfers")
KIND = CaseTransfer.__tablename__
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``case_transfers(case)`` for the block of 移送、协查、通报 on the page of a case."""
    return {"case_transfers": panel}


# ---------------------------------------------------------------- the list

@bp.get("/")
@authorize(Permission.TRANSFER_LIST)
def index() -> ResponseReturnValue:
    actor, today, days = current_actor(), clock.today(), calendar()
    filters = forms.filters_asked(request.args)
    page = queries.transfers(
        actor, filters, today, before=forms.number(request.args.get("before")), after=forms.number(request.args.get("after"))
    )
    counts = {one: queries.count(actor, queries.Filters(direction=one), today) for one in queries.DIRECTIONS}
    late = {one: queries.count(actor, queries.Filters(direction=one, overdue=True), today) for one in queries.DIRECTIONS}
    return render_template(
        "transfers/index.html", page=page, filters=filters, kept=forms.kept(filters), directions=queries.DIRECTIONS, counts=counts,
        late=late, kinds=list(TransferKind), bodies=list(TransferBody), states=list(TransferState), tones=STATE_TONES, reach=actor.reach,
        standings=[standing(row, today, days) for row in page.rows],
    )  # fmt: skip


def _file(content: bytes, mime: str, name: str) -> ResponseReturnValue:
    response = send_file(io.BytesIO(content), mime, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


# ---------------------------------------------------------------- sending

@bp.route("/cases/<int:case_id>/new", methods=["GET", "POST"])
@authorize(Permission.TRANSFER_SEND, cases.case)
def new(case: DisposalCase) -> ResponseReturnValue:
    asked = next((one for one in TransferKind if one.value == request.args.get("kind")), None)
    begun = prefill.blank(case, asked, clock.today())
    form = forms.SendForm(data={**begun, "key": secrets.token_hex(16)})
    form.offering(queries.offices(case, office_of(case.org_id).id), queries.letters(case.id))
    case_id, number, subjects = case.id, case.number, prefill.subjects(case)
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", transfer_id=earlier), 303)
        with form.keeping():
            with transaction():
                made = operations.send(case, _with_due(form), current_actor(), clock.now(), key=form.key.data or None)
            flash(f"已发出：{made.number}，接收单位 {made.to_name}", "success")
            return redirect(url_for(".show", transfer_id=made.id), 303)
    page = render_template(
        "transfers/new.html", form=form, case_id=case_id, number=number, usual=prefill.usual_words(clock.today()), subjects=subjects,
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200


def _with_due(form: forms.SendForm) -> rules.Sending:
    """Without a date of its own the letter asks for an answer by the usual one."""
    written = form.written
    if written.reply_due_on is not None or written.kind not in rules.REPLY_RULES:
        return written
    return replace(written, reply_due_on=operations.usual_due(written.kind, written.sent_on))


# ---------------------------------------------------------------- one of them

@bp.get("/<int:transfer_id>")
@authorize(Permission.TRANSFER_READ, queries.transfer)
def show(transfer: CaseTransfer) -> ResponseReturnValue:
    return _page(transfer)


def _page(transfer: CaseTransfer, typed: Any = None, status: int = 200) -> ResponseReturnValue:
    """The page; ``typed`` is the form that was refused, with what was typed in it."""
    actor, days = current_actor(), calendar()
    code = rules.REPLY_RULES.get(transfer.kind)
    running = clock_of(transfer, code) if code is not None else None
    return render_template(
        "transfers/show.html", transfer=transfer, tones=STATE_TONES, standing=standing(transfer, clock.today(), days),
        sender=queries.office_name(transfer.org_id), ours=transfer.org_id in actor.reach, theirs=transfer.to_org_id in actor.reach,
        clock=running if running is not None and running.cancelled_at is None else None, steps=_steps(transfer),
        rows=cases.failing_rows([transfer.sample_id]).get(transfer.sample_id, []), filing=rules.filing(transfer.body, transfer.reply),
        advice=rules.advice(transfer.reply), refusal=typed, forms=_forms(transfer, typed), trail=trail(KIND, transfer.id, days),
        recordable=notifying.records(transfer.case, actor), urged_on=queries.last_urged_on(transfer.id) if transfer.urged else None,
    ), status  # fmt: skip


def _steps(transfer: CaseTransfer) -> set[str]:
    """What this reader may do now."""
    actor = current_actor()
    found = {
        step.value
        for step in TransferStep
        if (known := arrow(KIND, transfer.state, step)) is not None and can(known.permission, transfer)
    }
    if not operations.may_answer(transfer, actor):
        found -= {TransferStep.RECEIPT.value, TransferStep.REPLY.value, TransferStep.CORRECT.value}
    if rules.close_fault(transfer.state, transfer.reply_due_on) is not None:
        found.discard(TransferStep.CLOSE.value)
    return found


def _forms(transfer: CaseTransfer, typed: Any) -> dict[str, Any]:
    today, seen = clock.today(), {"version": transfer.version}
    answered = operations.answer_of(transfer)
    known = {name: getattr(answered, name) for name in ("replied_on", "reply_no", "reply_text")} if answered else {"replied_on": today}
    known |= {"reply": answered.reply.value} if answered else {}
    made = {
        "receipt": forms.ReceiptForm(formdata=None, data={**seen, "receipt_on": today, "receipt_by": current_actor().name}),
        "answer": forms.AnswerForm(formdata=None, data={**seen, **known}).about(transfer),
    }
    return {name: typed if isinstance(typed, type(form)) else form for name, form in made.items()}


def _taken(transfer: CaseTransfer, form: Any, work: Callable[[int], bool | None], said: str) -> ResponseReturnValue:
    """One step by its form: what is refused comes back with everything that was typed."""
    transfer_id = transfer.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                changed = work(form.version.data)
            flash(said if changed is not False else "已经登记过，没有重复登记", "success")
            return redirect(url_for(".show", transfer_id=transfer_id), 303)
    found = queries.transfer(current_actor(), transfer_id)
    if found is None:
        raise NotFound("没有找到该记录，可能不在您的管辖范围内")
    form.version.data, form.version.raw_data = found.version, None
    return _page(found, form, form.status)


@bp.post("/<int:transfer_id>/receipt")
@authorize(Permission.TRANSFER_ANSWER, queries.transfer)
def receipt(transfer: CaseTransfer) -> ResponseReturnValue:
    form = forms.ReceiptForm()
    actor, at = current_actor(), clock.now()
    return _taken(transfer, form, lambda seen: operations.receive(transfer, *form.written, actor, at, seen=seen), "已登记签收")


@bp.post("/<int:transfer_id>/reply")
@authorize(Permission.TRANSFER_ANSWER, queries.transfer)
def reply(transfer: CaseTransfer) -> ResponseReturnValue:
    form = forms.AnswerForm().about(transfer)
    actor, at = current_actor(), clock.now()
    return _taken(transfer, form, lambda seen: operations.reply(transfer, form.written, actor, at, seen=seen), "已登记回复")


@bp.post("/<int:transfer_id>/correct")
@authorize(Permission.TRANSFER_ANSWER, queries.transfer)
def correct(transfer: CaseTransfer) -> ResponseReturnValue:
    form = forms.AnswerForm().about(transfer)
    actor, at = current_actor(), clock.now()
    return _taken(
        transfer, form,
        lambda seen: operations.correct(transfer, form.written, form.comment.data or "", actor, at, seen=seen), "已更正回复",
    )  # fmt: skip


@bp.post("/<int:transfer_id>/urge")
@authorize(Permission.TRANSFER_SEND, queries.transfer)
def urge(transfer: CaseTransfer) -> ResponseReturnValue:
    form = forms.ReasonForm()
    actor, at = current_actor(), clock.now()
    return _taken(transfer, form, lambda seen: operations.urge(transfer, form.reason.data or "", actor, at, seen=seen), "已催办")


@bp.post("/<int:transfer_id>/close")
@authorize(Permission.TRANSFER_SEND, queries.transfer)
def close(transfer: CaseTransfer) -> ResponseReturnValue:
    form = forms.CloseForm()
    actor, at = current_actor(), clock.now()
    return _taken(transfer, form, lambda seen: operations.close(transfer, form.comment.data, actor, at, seen=seen), "已办结")


@bp.post("/<int:transfer_id>/void")
@authorize(Permission.TRANSFER_SEND, queries.transfer)
def void(transfer: CaseTransfer) -> ResponseReturnValue:
    form = forms.ReasonForm()
    actor, at = current_actor(), clock.now()
    return _taken(transfer, form, lambda seen: operations.void(transfer, form.reason.data or "", actor, at, seen=seen), "已作废")


@bp.get("/<int:transfer_id>/letter")
@authorize(Permission.TRANSFER_READ, queries.transfer)
def letter(transfer: CaseTransfer) -> ResponseReturnValue:
    """The letter as it was issued, for whoever it was sent to as well; who took it out is in the history."""
    found = queries.letter(transfer.document_id) if transfer.document_id is not None else None
    if found is None:
        raise NotFound("这一件没有随附本系统制发的文书")
    content = papers.kept(found)
    with transaction():
        papers.printed(found, current_actor())
    return _file(content, documents.DOCX, papers.filename(found))
