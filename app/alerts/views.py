"""Pages of 安全告警, and of the history chain: its anchors, its verification, and whether a printed anchor fits."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, jobs
from app.alerts import anchor_file, anchors, forms, operations, queries, rollbacks
from app.alerts.jobs import JOB
from app.alerts.models import SecurityAlert
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.trust_kinds import AlertKind
from app.domain.trust_states import AlertState
from app.errors import Refused
from app.pages.addresses import address_of
from app.penalties.forms import number
from app.reference_data.books import calendar
from app.step_views import StepPages
from app.trail import trail

bp = Blueprint("alerts", __name__, url_prefix="/alerts")
KIND = SecurityAlert.__tablename__
TONES = {AlertState.OPEN: "red", AlertState.HANDLED: "green"}
PHRASES = ("经核实为本人操作，情况正常。", "已联系本人核实并要求修改密码。", "已停用账号，正在进一步调查。")


@bp.get("/")
@authorize(Permission.ALERT_LIST)
def index() -> ResponseReturnValue:
    actor, filters = current_actor(), forms.filters_asked(request.args)
    found = queries.alerts(actor, filters, before=number(request.args.get("before")), after=number(request.args.get("after")))
    return render_template(
        "alerts/index.html", page=found, filters=filters, kept=forms.kept(filters), counts=queries.counts(actor), tones=TONES,
        kinds=[(kind.value, kind.value) for kind in AlertKind],
    )  # fmt: skip


@bp.get("/<int:alert_id>")
@authorize(Permission.ALERT_READ, queries.alert)
def show(alert: SecurityAlert) -> ResponseReturnValue:
    return _page(alert, forms.HandleForm(formdata=None, data={"version": alert.version}))


def _page(alert: SecurityAlert, form: Any) -> str:
    return render_template(
        "alerts/show.html", alert=alert, form=form, tones=TONES, phrases=PHRASES, timeline=trail(KIND, alert.id, calendar()),
        people=queries.names(alert.user_id, alert.handled_by_id), person=address_of("user_account", alert.user_id),
        handling=alert.state is AlertState.OPEN and can(Permission.ALERT_HANDLE, alert),
    )  # fmt: skip


STEPS = StepPages("alert_id", queries.alert, _page)


@bp.post("/<int:alert_id>/handle")
@authorize(Permission.ALERT_HANDLE, queries.alert)
def handle(alert: SecurityAlert) -> ResponseReturnValue:
    return STEPS.take(
        alert, forms.HandleForm(), "已记录处理情况",
        lambda form: operations.handle(alert, current_actor(), form.opinion.data, clock.now(), seen=form.version.data),
    )  # fmt: skip


# ---------------------------------------------------------------- the chain

@bp.get("/chain")
@authorize(Permission.AUDIT_VERIFY)
def chain() -> ResponseReturnValue:
    form, answer = forms.CompareForm(request.args), None
    if form.seq.data is not None or form.head.data:
        answer = _compared(form)
    return render_template(
        "alerts/chain.html", anchors=queries.anchors(), form=form, answer=answer, file=anchor_file.file(),
        rollbacks=rollbacks.every(),
    )  # fmt: skip


def _compared(form: forms.CompareForm) -> tuple[bool, str] | None:
    if not form.validate():
        return None
    try:
        return anchors.compare(form.seq.data or 0, form.head.data or "")
    except Refused as refusal:
        form.head.errors = [refusal.sentence]
        return None


@bp.post("/chain/verify")
@authorize(Permission.AUDIT_VERIFY)
def verify() -> ResponseReturnValue:
    with transaction():
        if queries.verifying(JOB):
            said, tone = "校验正在进行，请稍后刷新本页查看结果", "info"
        else:
            jobs.enqueue(JOB, {}, current_actor())
            said, tone = "已开始逐条校验，完成后结果列在下面", "success"
    flash(said, tone)
    return redirect(url_for(".chain"), 303)
