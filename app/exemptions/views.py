"""Pages of exemptions (规则豁免) and caps (频次上限)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, history
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain.caps import window_words
from app.domain.permissions import Permission
from app.domain.workflow import ExemptionState, ExemptionStep, arrow
from app.exemptions import forms, operations, queries, tallies
from app.exemptions.models import CapRule, RuleExemption
from app.forms import OfficeForm
from app.reference_data.forms import given, number
from app.trail import trail

bp = Blueprint("exemptions", __name__, url_prefix="/exemptions")
KIND = RuleExemption.__tablename__
TONES = {
    ExemptionState.ASKED: "yellow", ExemptionState.APPROVED: "green", ExemptionState.DECLINED: "neutral",
    ExemptionState.REVOKED: "red",
}  # fmt: skip
USUAL_DAYS = 30
COUNTED_DAYS = 365


@bp.get("/")
@authorize(Permission.EXEMPTION_READ)
def index() -> ResponseReturnValue:
    actor, filters = current_actor(), queries.filters_asked(request.args)
    page = queries.exemptions(actor, filters, number(request.args.get("before")))
    kept = {name: value for name in ("state", "rule", "month") if (value := request.args.get(name))}
    return render_template(
        "exemptions/index.html", page=page, filters=filters, kept=kept, names=queries.cap_names(), tones=TONES,
        states=list(ExemptionState), counts=queries.counts(actor, clock.today() - timedelta(days=COUNTED_DAYS)),
    )  # fmt: skip


@bp.get("/counts")
@authorize(Permission.EXEMPTION_READ)
def counts() -> ResponseReturnValue:
    """Per month and kind, those of cases as well."""
    since = clock.today() - timedelta(days=COUNTED_DAYS)
    return render_template("exemptions/counts.html", lines=tallies.lines(current_actor(), since), since=since)


@bp.route("/ask", methods=["GET", "POST"])
@authorize(Permission.EXEMPTION_ASK)
def ask() -> ResponseReturnValue:
    today, actor, args = clock.today(), current_actor(), request.args
    until = today + timedelta(days=USUAL_DAYS)
    form = forms.AskForm(
        data={"batches": 1, "valid_from": today, "valid_to": until, **{name: args.get(name, "") for name in ("rule", "key", "earlier")}}
    )
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                made = operations.ask(_asked(form), actor, clock.now())
            flash(f"已提交豁免申请：{made.number}，批准后再登记抽样单", "success")
            return redirect(url_for(".show", exemption_id=made.id), 303)
    numbers = _numbers(form)
    return render_template(
        "exemptions/ask.html", form=form, names=queries.cap_names(), earlier=queries.earlier_samples(actor, numbers),
        subject=operations.subject_name(form.key.data or "")[:400],
    ), _status(form)  # fmt: skip


def _numbers(form: forms.AskForm) -> list[str]:
    """抽样编号 of the samples that the finding named, without the dates behind them."""
    named = (text.partition("（")[0].strip() for text in (form.earlier.data or "").split("、"))
    return [number[:40] for number in named if number][:100]


def _asked(form: forms.AskForm) -> operations.Request:
    return operations.Request(
        form.rule.data or "", (form.key.data or "")[:400], form.reason.data or "", form.batches.data or 0,
        given(form.valid_from), given(form.valid_to), _numbers(form),
    )  # fmt: skip


def _status(form: OfficeForm) -> int:
    return form.status if form.is_submitted() else 200


@bp.get("/<int:exemption_id>")
@authorize(Permission.EXEMPTION_READ, queries.exemption)
def show(exemption: RuleExemption) -> ResponseReturnValue:
    return _show(exemption)


def _show(exemption: RuleExemption, form: OfficeForm | None = None) -> ResponseReturnValue:
    numbers = (exemption.earlier or "").split("、")
    steps = (ExemptionStep.APPROVE, ExemptionStep.DECLINE, ExemptionStep.REVOKE)
    allowed = {step.value for step in steps if arrow(KIND, exemption.state, step) and can(Permission.EXEMPTION_DECIDE, exemption)}
    return render_template(
        "exemptions/show.html", exemption=exemption, form=form, steps=allowed, tones=TONES, names=queries.cap_names(),
        earlier=queries.earlier_samples(current_actor(), numbers), uses=queries.uses(exemption.id), numbers=numbers,
        people=queries.person_names(exemption.asked_by_id, exemption.decided_by_id), entries=trail(KIND, exemption.id)[::-1],
    ), _status(form) if form is not None else 200  # fmt: skip


def _decided(exemption: RuleExemption, operation: Any, said: str) -> ResponseReturnValue:
    form, exemption_id, name = forms.DecisionForm(), exemption.id, exemption.number
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operation(exemption, current_actor(), form.comment.data or "", clock.now(), seen=form.version.data)
            flash(f"{said}：{name}", "success")
            return redirect(url_for(".show", exemption_id=exemption_id), 303)
    again = queries.exemption(current_actor(), exemption_id)  # a refusal has rolled everything back
    assert again is not None
    return _show(again, form)


@bp.post("/<int:exemption_id>/approve")
@authorize(Permission.EXEMPTION_DECIDE, queries.exemption)
def approve(exemption: RuleExemption) -> ResponseReturnValue:
    return _decided(exemption, operations.approve, "已批准豁免")


@bp.post("/<int:exemption_id>/decline")
@authorize(Permission.EXEMPTION_DECIDE, queries.exemption)
def decline(exemption: RuleExemption) -> ResponseReturnValue:
    return _decided(exemption, operations.decline, "已作不予批准")


@bp.post("/<int:exemption_id>/revoke")
@authorize(Permission.EXEMPTION_DECIDE, queries.exemption)
def revoke(exemption: RuleExemption) -> ResponseReturnValue:
    return _decided(exemption, operations.revoke, "已收回豁免")


# ---------------------------------------------------------------- caps

@bp.get("/caps")
@authorize(Permission.REFERENCE_READ)
def caps() -> ResponseReturnValue:
    return render_template("exemptions/caps.html", caps=queries.caps(), today=clock.today(), words=window_words)


@bp.get("/caps/<int:cap_id>")
@authorize(Permission.REFERENCE_READ, queries.cap)
def cap(row: CapRule) -> ResponseReturnValue:
    versions = queries.cap_versions(row.code)
    entries = [entry for version in versions for entry in history.entries_of(CapRule.__tablename__, version.id)]
    return render_template(
        "exemptions/cap.html", cap=row, versions=versions, entries=sorted(entries, key=lambda entry: entry.seq), words=window_words
    )
