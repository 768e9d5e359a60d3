"""Pages of 复检: the list, registering an application, one retest, the decision on it."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.case_kinds import RetestConclusion, Side
from app.domain.documents import DocumentKind
from app.domain.permissions import Permission
from app.domain.retests import Ground
from app.domain.workflow import RetestState, RetestStep
from app.errors import NotFound
from app.official_documents.queries import delivered_on
from app.reference_data.books import calendar
from app.retests import documents, exports, feasibility, forms, laboratory_views, operations, queries, step_views
from app.retests.models import Retest
from app.retests.pages import LEGEND, STATE_TONES, TONES, again, bp, page
from app.sampling import queries as samples
from app.sampling.models import Sample

__all__ = ["bp", "laboratory_views", "step_views"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# ---------------------------------------------------------------- the list

@bp.get("/")
@authorize(Permission.RETEST_LIST)
def index() -> ResponseReturnValue:
    actor, today, filters = current_actor(), clock.today(), forms.filters_asked(request.args)
    listed = queries.retests(
        actor, filters, today, before=forms.number(request.args.get("before")), after=forms.number(request.args.get("after"))
    )
    return render_template(
        "retests/index.html", page=listed, filters=filters, kept=forms.kept(filters), counts=queries.counts(actor, today),
        standings=exports.standings(listed.rows, today, calendar()), states=list(RetestState), sides=list(Side),
        conclusions=list(RetestConclusion), tones=TONES, state_tones=STATE_TONES, legend=LEGEND,
    )  # fmt: skip


# ---------------------------------------------------------------- registering

@bp.route("/samples/<int:sample_id>/new", methods=["GET", "POST"])
@authorize(Permission.RETEST_HANDLE, samples.sample)
def new(sample: Sample) -> ResponseReturnValue:
    operations.refuse_unfit(sample)
    rows = feasibility.named(queries.failing_rows(sample.id))
    names = list(rows)
    lawful = [name for name, row in rows.items() if not feasibility.is_microbial(row)] or names
    side = Side.PRODUCER if request.args.get("side") == Side.PRODUCER.value else Side.SAMPLED
    applicant = (sample.producer_name if side is Side.PRODUCER else sample.sampled_name) or ""
    served = delivered_on(sample.id, side)
    form = forms.ApplyForm(data=forms.suggested(applicant, side, served, clock.today(), lawful)).offer(names)
    form.key.data = form.key.data or secrets.token_hex(16)
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", retest_id=earlier), 303)
        with form.keeping():
            with transaction():
                made = operations.apply(sample, form.written, current_actor(), clock.now(), key=form.key.data or None)
            flash(f"已登记：{made.number}。请由另一人决定是否受理", "success")
            return redirect(url_for(".show", retest_id=made.id), 303)
    return _application(form, sample, "登记复检申请", url_for("sampling.show", sample_id=sample.id), side)


@bp.route("/<int:retest_id>/edit", methods=["GET", "POST"])
@authorize(Permission.RETEST_HANDLE, queries.retest)
def edit(retest: Retest) -> ResponseReturnValue:
    retest_id, number = retest.id, retest.number
    form = forms.ApplyForm(data=forms.values_of(retest)).offer([item.item for item in retest.items])
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                changed = operations.edit(retest, form.written, current_actor(), clock.now(), seen=form.version.data)
            flash("已保存" if changed else "内容没有变化", "success")
            return redirect(url_for(".show", retest_id=retest_id), 303)
    now = queries.retest(current_actor(), retest_id)
    assert now is not None
    form.version.data, form.version.raw_data = now.version, None  # sending it again is then meant
    return _application(form, now.sample, f"修改{number}", url_for(".show", retest_id=retest_id), now.side)


def _application(form: forms.ApplyForm, sample: Sample, heading: str, back: str, side: Side) -> ResponseReturnValue:
    proven = {each: delivered_on(sample.id, each) for each in (Side.SAMPLED, Side.PRODUCER)}
    rows = feasibility.named(queries.failing_rows(sample.id))
    return render_template(
        "retests/edit.html", form=form, sample=sample, heading=heading, back=back, proven=proven, rows=rows,
        found=feasibility.of_sample(sample, side, clock.today()),
        microbial={name for name, row in rows.items() if feasibility.is_microbial(row)},
    ), form.status if form.is_submitted() else 200  # fmt: skip


@bp.get("/samples/<int:sample_id>/check")
@authorize(Permission.RETEST_READ, samples.sample)
def check(sample: Sample) -> ResponseReturnValue:
    """复检可行性 of a sample, for either side, before anybody has applied."""
    operations.refuse_unfit(sample)
    found = {side: feasibility.of_sample(sample, side, clock.today()) for side in (Side.SAMPLED, Side.PRODUCER)}
    return render_template("retests/check.html", sample=sample, sides=found)


# ---------------------------------------------------------------- one retest

@bp.get("/<int:retest_id>")
@authorize(Permission.RETEST_READ, queries.retest)
def show(retest: Retest) -> ResponseReturnValue:
    return page(retest)


@bp.post("/<int:retest_id>/accept")
@authorize(Permission.RETEST_DECIDE, queries.retest)
def accept(retest: Retest) -> ResponseReturnValue:
    form, retest_id, number = forms.AcceptForm(), retest.id, retest.number
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.accept(
                    retest, form.decided_on.data, current_actor(), clock.now(), form.comment.data, seen=form.version.data  # type: ignore[arg-type]
                )
            return done(retest_id, f"已受理：{number}。请随机确定复检机构")
    return again(retest_id, form, RetestStep.ACCEPT)


@bp.post("/<int:retest_id>/decline")
@authorize(Permission.RETEST_DECIDE, queries.retest)
def decline(retest: Retest) -> ResponseReturnValue:
    form, retest_id, number = forms.DeclineForm(), retest.id, retest.number
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.decline(
                    retest, form.decided_on.data, Ground[form.ground.data], current_actor(), clock.now(), form.comment.data or "",  # type: ignore[arg-type]
                    seen=form.version.data,
                )  # fmt: skip
            return done(retest_id, f"已作不予受理决定：{number}。请制作不予受理通知书并送达")
    return again(retest_id, form, RetestStep.DECLINE)


def _ended(retest: Retest, step: RetestStep, operation: Any, said: str) -> ResponseReturnValue:
    form, retest_id = forms.EndForm(), retest.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operation(retest, form.ended_on.data, current_actor(), clock.now(), form.comment.data or "", seen=form.version.data)
            return done(retest_id, said)
    return again(retest_id, form, step)


@bp.post("/<int:retest_id>/withdraw")
@authorize(Permission.RETEST_HANDLE, queries.retest)
def withdraw(retest: Retest) -> ResponseReturnValue:
    return _ended(retest, RetestStep.WITHDRAW, operations.withdraw, "已登记撤回，原检验结论有效")


@bp.post("/<int:retest_id>/terminate")
@authorize(Permission.RETEST_DECIDE, queries.retest)
def terminate(retest: Retest) -> ResponseReturnValue:
    return _ended(retest, RetestStep.TERMINATE, operations.terminate, "已终止复检，原检验结论有效")


def done(retest_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for(".show", retest_id=retest_id), 303)


@bp.post("/<int:retest_id>/documents/<code>")
@authorize(Permission.DOCUMENT_MAKE, lambda actor, retest_id, code: queries.retest(actor, retest_id))
def document(retest: Retest) -> ResponseReturnValue:
    """起草 one of the documents of the retest; it is then read over and issued on its own page."""
    kind = next((each for each in DocumentKind if each.code == (request.view_args or {})["code"]), None)
    if kind is None or kind not in (DocumentKind.RETEST_ACCEPTANCE, DocumentKind.RETEST_REFUSAL, DocumentKind.RETEST_DESIGNATION):
        raise NotFound("没有这种复检文书，请从复检页面进入")
    with transaction():
        made = documents.draft(retest, kind, current_actor(), clock.now())
    flash(f"已起草：{made.kind}。请核对后制发", "success")
    return redirect(url_for("official_documents.show", document_id=made.id), 303)
