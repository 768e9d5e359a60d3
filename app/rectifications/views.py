"""Pages of 责令改正: the list, ordering, one order with its course."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, documents
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain import rectifications as rules
from app.domain import workflow
from app.domain.permissions import Permission
from app.domain.supervision_states import RectificationState, RectificationStep
from app.inspections.models import Inspection
from app.penalties import queries as penalties
from app.printing import operations as printed
from app.rectifications import forms, operations, paper, queries, showing
from app.rectifications.models import RectificationOrder
from app.reference_data.books import calendar
from app.sending import send_file
from app.trail import trail

bp = Blueprint("rectifications", __name__, url_prefix="/rectifications")
KIND = RectificationOrder.__tablename__
PHRASES = ("经复查，已按要求改正。", "经复查，部分项目未改正：", "企业提交了整改报告及照片，整改项目已逐项说明。")
WAITING = {
    RectificationState.ORDERED: "等待企业改正并提交整改报告", RectificationState.REPORTED: "等待执法人员复查",
    RectificationState.FAILED: "等待再次责令改正或立案",
}  # fmt: skip


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``rectifications_of_enterprise(enterprise)`` and ``rectifications_of_inspection(inspection)`` for other pages."""
    return {"rectifications_of_enterprise": showing.of_enterprise, "rectifications_of_inspection": showing.of_inspection}


# ---------------------------------------------------------------- the list

@bp.get("/")
@authorize(Permission.RECTIFY_LIST)
def index() -> ResponseReturnValue:
    actor, today, filters = current_actor(), clock.today(), forms.filters_asked(request.args)
    found = queries.orders(
        actor, filters, today, before=forms.number(request.args.get("before")), after=forms.number(request.args.get("after"))
    )
    return render_template(
        "rectifications/index.html", page=found, filters=filters, kept=forms.kept(filters), counts=queries.counts(actor, today),
        states=list(RectificationState), due=queries.DUE, tones=showing.TONES, lights=showing.lights(found.rows),
    )  # fmt: skip


@bp.route("/inspections/<int:inspection_id>/new", methods=["GET", "POST"])
@authorize(Permission.RECTIFY_HANDLE, queries.inspection_of)
def new(inspection: Inspection) -> ResponseReturnValue:
    """责令改正 after an inspection, with what its findings suggest."""
    failing, actor, inspection_id = queries.failing_of(inspection.id), current_actor(), inspection.id
    form: Any = forms.OrderForm(data={
        "key": secrets.token_hex(16), "ordered_on": clock.today(), "requirement": rules.proposed(failing), "basis": rules.bases(failing),
    })  # fmt: skip
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", order_id=earlier), 303)
        with form.keeping():
            with transaction():
                made = operations.order(inspection, form.written, actor, clock.now(), key=form.key.data or None)
            flash(f"已责令改正：{made.number}，请打印通知书并送达", "success")
            return redirect(url_for(".show", order_id=made.id), 303)
    found = queries.inspection_of(actor, inspection_id)
    page = render_template(
        "rectifications/new.html", form=form, inspection=found, failing=failing, standing=queries.standing_of(inspection_id)
    )
    return page, form.status if form.is_submitted() else 200


# ---------------------------------------------------------------- one order

@bp.get("/<int:order_id>")
@authorize(Permission.RECTIFY_READ, queries.order)
def show(order: RectificationOrder) -> ResponseReturnValue:
    return _page(order)


def _page(order: RectificationOrder, refusal: Any = None) -> str:
    actor = current_actor()
    steps = {
        step.value
        for step in RectificationStep
        if (arrow := workflow.arrow(KIND, order.state, step)) is not None and can(arrow.permission, order)
    }
    row = queries.row_of(actor, order)
    return render_template(
        "rectifications/show.html", order=order, row=row, steps=steps, refusal=refusal, tones=showing.TONES, today=clock.today(),
        light=showing.lights([row]).get(order.id), phrases=PHRASES, people=queries.person_names(order.handler_id),
        penalty=penalties.penalty(actor, order.penalty_id) if order.penalty_id is not None else None,
        may_recheck=order.state in rules.OPEN and can(Permission.INSPECTION_MAKE, order)
        and (order.recheck_id is None or queries.is_void(order.recheck_id)),
        timeline=trail(KIND, order.id, calendar()), waiting=WAITING.get(order.state), **_forms(order, refusal),
    )  # fmt: skip


def _forms(order: RectificationOrder, refusal: Any) -> dict[str, Any]:
    """The small forms of the page; the refused one as it was typed."""
    version, today = order.version, clock.today()
    made: dict[str, Any] = {
        "extending": forms.ExtendForm(formdata=None, data={"version": version}),
        "reporting": forms.ReportForm(formdata=None, data={"version": version, "reported_on": today}),
        "settling": forms.SettleForm(formdata=None, data={"version": version, "rechecked_on": today}),
        "renewing": forms.AgainForm(formdata=None, data={"version": version, "ordered_on": today, "requirement": order.requirement}),
        "linking": forms.LinkForm(formdata=None, data={
            "version": version, "filing_no": order.filing_no, "penalty": str(order.penalty_id or "")
        }),
        "voiding": forms.VoidForm(formdata=None, data={"version": version}),
        "rechecking": forms.RecheckForm(formdata=None, data={"version": version, "planned_on": today, "key": secrets.token_hex(16)}),
    }  # fmt: skip
    made = {name: refusal if isinstance(refusal, type(form)) else form for name, form in made.items()}
    actor = current_actor()
    made["linking"].offer(queries.penalties_of(actor, order.enterprise_id))
    people = [("", "暂不指定"), *((str(one.id), one.name) for one in queries.inspectors(actor, order.org_id))]
    made["rechecking"].lead.choices = made["rechecking"].second.choices = people
    return made


def _step(order: RectificationOrder, form: Any, said: str, taken: Callable[[], Any]) -> ResponseReturnValue:
    order_id = order.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                taken()
            flash(said, "success")
            return redirect(url_for(".show", order_id=order_id), 303)
    found = queries.order(current_actor(), order_id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return _page(found, form), form.status


@bp.post("/<int:order_id>/extend")
@authorize(Permission.RECTIFY_DECIDE, queries.order)
def extend(order: RectificationOrder) -> ResponseReturnValue:
    form: Any = forms.ExtendForm()
    return _step(order, form, "已延长整改期限", lambda: operations.extend(
        order, form.extended_to.data, form.reason.data, current_actor(), seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:order_id>/report")
@authorize(Permission.RECTIFY_HANDLE, queries.order)
def report(order: RectificationOrder) -> ResponseReturnValue:
    form: Any = forms.ReportForm()
    return _step(order, form, "已登记整改报告，请安排复查", lambda: operations.report(
        order, form.reported_on.data, form.report.data, current_actor(), clock.now(), seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:order_id>/pass")
@authorize(Permission.RECTIFY_HANDLE, queries.order)
def passed(order: RectificationOrder) -> ResponseReturnValue:
    return _settled(order, True, "复查合格，责令改正已办结")


@bp.post("/<int:order_id>/fail")
@authorize(Permission.RECTIFY_HANDLE, queries.order)
def failed(order: RectificationOrder) -> ResponseReturnValue:
    return _settled(order, False, "已登记复查不合格，请再次责令改正或关联立案")


def _settled(order: RectificationOrder, well: bool, said: str) -> ResponseReturnValue:
    form: Any = forms.SettleForm()
    return _step(order, form, said, lambda: operations.settle(
        order, well, form.rechecked_on.data, form.comment.data, current_actor(), clock.now(), seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:order_id>/again")
@authorize(Permission.RECTIFY_HANDLE, queries.order)
def again(order: RectificationOrder) -> ResponseReturnValue:
    form: Any = forms.AgainForm()
    return _step(order, form, "已再次责令改正", lambda: operations.again(
        order, form.written, form.reason.data, current_actor(), clock.now(), seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:order_id>/link")
@authorize(Permission.RECTIFY_HANDLE, queries.order)
def link(order: RectificationOrder) -> ResponseReturnValue:
    form: Any = forms.LinkForm()
    return _step(order, form, "已关联立案", lambda: operations.link(
        order, form.filing_no.data or None, forms.number(form.penalty.data), current_actor(), seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:order_id>/void")
@authorize(Permission.RECTIFY_DECIDE, queries.order)
def void(order: RectificationOrder) -> ResponseReturnValue:
    form: Any = forms.VoidForm()
    return _step(order, form, "已作废", lambda: operations.void(order, form.reason.data, current_actor(), seen=form.version.data))


@bp.post("/<int:order_id>/recheck")
@authorize(Permission.INSPECTION_MAKE, queries.order)
def recheck(order: RectificationOrder) -> ResponseReturnValue:
    """安排回头看."""
    form: Any = forms.RecheckForm()
    return _step(order, form, "已安排回头看，请在该次检查中记录，再回到本页登记复查结果", lambda: operations.plan_recheck(
        order, form.planned_on.data, forms.number(form.lead.data), forms.number(form.second.data), current_actor(), clock.now(),
        key=form.key.data or None, seen=form.version.data,
    ))  # fmt: skip


@bp.post("/<int:order_id>/notice")
@authorize(Permission.RECTIFY_READ, queries.order)
def notice(order: RectificationOrder) -> ResponseReturnValue:
    """责令改正通知书; that it was printed is recorded."""
    actor = current_actor()
    made = paper.notice(order, actor)
    with transaction():
        printed.record(made, [order], actor, clock.now())
    name = f"责令改正通知书_{order.number}.docx"
    response = send_file(io.BytesIO(made.content), documents.DOCX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
