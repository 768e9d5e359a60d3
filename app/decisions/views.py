"""Pages of 判定复核: the list, one decision, proposing for one item or several, deciding one or several."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, upload_limits
from app.attachments import operations as attachments
from app.attachments.queries import attachments_of
from app.attachments.types import ACCEPT
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.decisions import forms, operations, queries
from app.decisions.attempts import Attempt
from app.decisions.models import VerdictDecision
from app.domain import decisions as rules
from app.domain.permissions import Permission
from app.domain.workflow import DecisionState, DecisionStep, arrow
from app.forms import OfficeForm, VersionForm
from app.reference_data.forms import number
from app.results.models import ResultRow
from app.results.previews import verdict_tone
from app.trail import trail

bp = Blueprint("decisions", __name__, url_prefix="/decisions")
bp.record_once(lambda state: upload_limits.init_app(state.app))  # type: ignore[arg-type]
KIND = VerdictDecision.__tablename__
TONES = {
    DecisionState.PROPOSED: "yellow", DecisionState.DECIDED: "green", DecisionState.DECLINED: "red",
    DecisionState.WITHDRAWN: "neutral", DecisionState.LAPSED: "neutral",
}  # fmt: skip
PHRASES = ("经与检验机构核实，", "检验机构书面说明：", "经复核原始记录，", "限量适用有误，应适用")
OPINIONS = ("同意。", "同意按拟定判定执行。", "依据不足，请补充检验机构的书面说明。")
BY_HAND = (DecisionStep.DECIDE, DecisionStep.DECLINE, DecisionStep.WITHDRAW)


@bp.get("/")
@authorize(Permission.VERDICT_READ)
def index() -> ResponseReturnValue:
    return _index(forms.BulkForm(formdata=None))


def _index(form: forms.BulkForm, attempts: Sequence[Attempt] = (), said: str = "") -> ResponseReturnValue:
    actor, filters = current_actor(), forms.filters_asked(request.args)
    return render_template(
        "decisions/index.html", page=queries.decisions(actor, filters, number(request.args.get("before"))), filters=filters,
        kept=forms.kept(filters), counts=queries.counts(actor), states=list(DecisionState), tones=TONES, form=form,
        attempts=attempts, said=said, opinions=OPINIONS, own_id=actor.user_id, verdict_tone=verdict_tone,
    ), form.status if form.errors else 200  # fmt: skip


@bp.get("/<int:decision_id>")
@authorize(Permission.VERDICT_READ, queries.decision)
def show(decision: VerdictDecision) -> ResponseReturnValue:
    return _show(decision)


def _show(decision: VerdictDecision, form: OfficeForm | None = None) -> ResponseReturnValue:
    found = ((step, arrow(KIND, decision.state, step)) for step in BY_HAND)
    steps = {step.value for step, taken in found if taken is not None and can(taken.permission, decision)}
    actor, again = current_actor(), None
    if decision.state is DecisionState.LAPSED and can(Permission.VERDICT_PROPOSE, decision):
        again = queries.in_its_place(actor, decision)
    return render_template(
        "decisions/show.html", decision=decision, row=decision.row, form=form, steps=steps, tones=TONES, again=again,
        people=queries.person_names(decision.proposed_by_id, decision.decided_by_id), verdict_tone=verdict_tone,
        files=attachments_of(actor, KIND, decision.id), entries=trail(KIND, decision.id)[::-1], opinions=OPINIONS,
        waiting="等待审定（审定人不得为提出人本人）" if decision.state is DecisionState.PROPOSED else None,
    ), form.status if form is not None else 200  # fmt: skip


# ---------------------------------------------------------------- proposing

@bp.route("/propose", methods=["GET", "POST"])
@authorize(Permission.VERDICT_PROPOSE)
@upload_limits.takes_files
def propose() -> ResponseReturnValue:
    """Items are named by ``row`` in the address or the form; all with one reason."""
    actor, form = current_actor(), forms.ProposeForm()
    rows = queries.result_rows(actor, forms.ids_asked(request.values, "row"))
    picked = forms.chosen(rows, request.form) if form.is_submitted() else forms.Chosen()
    if form.validate_on_submit() and not picked.faults:
        with form.keeping():
            files = form.attached
            with transaction():
                made = operations.propose(picked.wishes, actor, clock.now(), form.reason.data or "", form.basis.data)
                for decision in made:
                    for name, content in files[: forms.MOST_FILES]:
                        attachments.save(actor, KIND, decision.id, decision.org_id, name, content, clock.now())
            flash(f"已提出判定复核 {len(made)} 项，请审核人审定", "success")
            return redirect(url_for(".show", decision_id=made[0].id) if len(made) == 1 else url_for(".index", mine=1), 303)
    return _proposing(form, rows, picked)


def _proposing(form: forms.ProposeForm, ids_or_rows: Sequence[ResultRow], picked: forms.Chosen) -> ResponseReturnValue:
    actor = current_actor()
    rows = queries.result_rows(actor, [row.id for row in ids_or_rows])  # as they are now: a refusal may have told of a change
    own = [row for row in rows if can(Permission.VERDICT_PROPOSE, row)]
    refused = form.is_submitted() and (form.errors or picked.faults)
    return render_template(
        "decisions/propose.html", form=form, rows=own, faults=picked.faults, left_out=len(rows) - len(own), accept=ACCEPT,
        offered={row.id: rules.offered(row.kind, row.report.sample.purpose) for row in own}, shown=forms.shown, phrases=PHRASES,
        picked={wish.row.id: wish.proposed for wish in picked.wishes}, beside=queries.of_rows(actor, [row.id for row in own]),
        verdict_tone=verdict_tone,
    ), form.status if refused else 200  # fmt: skip


@bp.post("/<int:decision_id>/again")
@authorize(Permission.VERDICT_PROPOSE, queries.decision)
def again(decision: VerdictDecision) -> ResponseReturnValue:
    """沿用: one click makes a new proposal like the lapsed one; it still has to be decided."""
    form, decision_id = VersionForm(), decision.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                made = operations.propose_again(decision, current_actor(), clock.now())
            flash(f"已按原判定复核重新提出：{made.item}，请审核人审定", "success")
            return redirect(url_for(".show", decision_id=made.id), 303)
    return _again(decision_id, form)


# ---------------------------------------------------------------- deciding

Operation = Callable[..., None]


def _decided(decision: VerdictDecision, operation: Operation, said: str) -> ResponseReturnValue:
    form, decision_id, item = forms.DecisionForm(), decision.id, decision.item
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operation(decision, current_actor(), form.comment.data or "", clock.now(), seen=form.version.data)
            flash(f"{said}：{item}", "success")
            return redirect(url_for(".show", decision_id=decision_id), 303)
    return _again(decision_id, form)


def _again(decision_id: int, form: OfficeForm) -> ResponseReturnValue:
    found = queries.decision(current_actor(), decision_id)  # a refusal has rolled everything back
    assert found is not None
    return _show(found, form)


@bp.post("/<int:decision_id>/decide")
@authorize(Permission.VERDICT_DECIDE, queries.decision)
def decide(decision: VerdictDecision) -> ResponseReturnValue:
    return _decided(decision, operations.decide, "已审定，结论、统计和核查处置已随之更新")


@bp.post("/<int:decision_id>/decline")
@authorize(Permission.VERDICT_DECIDE, queries.decision)
def decline(decision: VerdictDecision) -> ResponseReturnValue:
    return _decided(decision, operations.decline, "已作不予采纳")


@bp.post("/<int:decision_id>/withdraw")
@authorize(Permission.VERDICT_WITHDRAW, queries.decision)
def withdraw(decision: VerdictDecision) -> ResponseReturnValue:
    form, decision_id, item = VersionForm(), decision.id, decision.item
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.withdraw(decision, current_actor(), seen=form.version.data)
            flash(f"已撤回：{item}", "success")
            return redirect(url_for(".show", decision_id=decision_id), 303)
    return _again(decision_id, form)


@bp.post("/bulk")
@authorize(Permission.VERDICT_DECIDE)
def bulk() -> ResponseReturnValue:
    """审定 or 不予采纳 for every ticked proposal; each succeeds or is refused by itself, and the page says which."""
    form, actor = forms.BulkForm(), current_actor()
    declined = request.form.get("step") == DecisionStep.DECLINE.value
    operation: Operation = operations.decline if declined else operations.decide
    ids = forms.ids_asked(request.form, "decision")
    if not ids:
        form.form_errors.append("请至少勾选一项")
    if not form.validate_on_submit() or form.errors:
        return _index(form)
    attempts = [Attempt(one, one.id, f"{one.sample.number}　{one.item}：{one.proposed.value}") for one in queries.several(actor, ids)]
    for attempt in attempts:
        seen = number(request.form.get(f"version-{attempt.id}")) or -1
        with attempt.keeping(), transaction():
            operation(attempt.subject, actor, form.comment.data or "", clock.now(), seen=seen)
    return _index(forms.BulkForm(formdata=None), attempts, "不予采纳" if declined else "审定")
