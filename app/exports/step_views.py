"""The steps of a return: each is one form, one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.exports import forms, operations, queries, showing
from app.exports.blueprint import bp
from app.exports.models import MonthlyReturn
from app.forms import seen


def _step(found: MonthlyReturn, form: Any, said: str | Callable[[], str], taken: Callable[[Any], None]) -> ResponseReturnValue:
    return_id = found.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                taken(form)
            flash(said if isinstance(said, str) else said(), "success")
            return redirect(url_for(".show", return_id=return_id), 303)
    again = queries.monthly_return(current_actor(), return_id)
    assert again is not None
    form.version.data, form.version.raw_data = again.version, None
    return render_template("exports/show.html", **showing.shown(again, form)), form.status


@bp.post("/<int:return_id>/remake")
@authorize(Permission.RETURN_MAKE, queries.monthly_return)
def remake(found: MonthlyReturn) -> ResponseReturnValue:
    """Counted first, outside the transaction; whoever was faster keeps his."""
    version, at = seen(), clock.now()
    operations.refuse_stale(found, version)
    prepared = operations.prepare_again(found, at)
    with transaction():
        operations.remake(prepared, current_actor(), at, seen=version)
    flash("已按现有记录重新生成，请核对审核结果", "success")
    return redirect(url_for(".show", return_id=found.id), 303)


@bp.post("/<int:return_id>/explain")
@authorize(Permission.RETURN_MAKE, queries.monthly_return)
def explain(found: MonthlyReturn) -> ResponseReturnValue:
    words = {name.removeprefix("why-"): value for name, value in request.form.items() if name.startswith("why-")}
    return _step(
        found, forms.ExplainForm(), "审核说明已保存",
        lambda form: operations.explain(found, words, current_actor(), seen=form.version.data),
    )  # fmt: skip


@bp.post("/<int:return_id>/check")
@authorize(Permission.RETURN_MAKE, queries.monthly_return)
def check(found: MonthlyReturn) -> ResponseReturnValue:
    return _step(
        found, forms.StepForm(), "审核通过，已提交审批",
        lambda form: operations.check(found, current_actor(), clock.now(), form.comment.data, seen=form.version.data),
    )  # fmt: skip


@bp.post("/<int:return_id>/recall")
@authorize(Permission.RETURN_MAKE, queries.monthly_return)
def recall(found: MonthlyReturn) -> ResponseReturnValue:
    return _step(found, forms.StepForm(), "已撤回到草稿", lambda form: operations.recall(found, current_actor(), seen=form.version.data))


@bp.post("/<int:return_id>/return")
@authorize(Permission.RETURN_APPROVE, queries.monthly_return)
def send_back(found: MonthlyReturn) -> ResponseReturnValue:
    return _step(
        found, forms.StepForm(), "已退回制表人",
        lambda form: operations.send_back(found, current_actor(), form.comment.data, seen=form.version.data),
    )  # fmt: skip


@bp.post("/<int:return_id>/approve")
@authorize(Permission.RETURN_APPROVE, queries.monthly_return)
def approve(found: MonthlyReturn) -> ResponseReturnValue:
    return _step(
        found, forms.StepForm(), "已批准，请封存",
        lambda form: operations.approve(
            found, current_actor(), clock.now(), form.comment.data, seen=form.version.data, confirmed=form.confirmed.data
        ),
    )  # fmt: skip


@bp.post("/<int:return_id>/discard")
@authorize(Permission.RETURN_MAKE, queries.monthly_return)
def discard(found: MonthlyReturn) -> ResponseReturnValue:
    return _step(
        found, forms.StepForm(), "草稿已放弃",
        lambda form: operations.discard(found, current_actor(), form.comment.data, seen=form.version.data),
    )  # fmt: skip


@bp.post("/<int:return_id>/seal")
@authorize(Permission.RETURN_SEAL, queries.monthly_return)
def seal(found: MonthlyReturn) -> ResponseReturnValue:
    """What is sealed is counted once more first: it must come out as it was approved."""
    version = seen()
    again = operations.recounted(found, version)
    with transaction():
        operations.seal(found, current_actor(), clock.now(), seen=version, again=again)
    flash(f"已封存：{found.number}", "success")
    return redirect(url_for(".show", return_id=found.id), 303)


@bp.post("/<int:return_id>/send")
@authorize(Permission.RETURN_SEAL, queries.monthly_return)
def send(found: MonthlyReturn) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        sending = operations.Sending(form.sent_on.data, form.sent_to.data, form.sent_document.data or None)
        operations.send(found, sending, current_actor(), clock.now(), seen=form.version.data)

    return _step(found, forms.SendForm(), "已登记报送", taken)


# ---------------------------------------------------------------- 更正报

@bp.get("/<int:return_id>/correct")
@authorize(Permission.RETURN_MAKE, queries.monthly_return)
def correcting(found: MonthlyReturn) -> ResponseReturnValue:
    form = forms.CorrectForm(formdata=None, data={"key": secrets.token_hex(16)})
    return render_template("exports/correct.html", form=form, **showing.page(found))


@bp.post("/<int:return_id>/correct")
@authorize(Permission.RETURN_MAKE, queries.monthly_return)
def correct(found: MonthlyReturn) -> ResponseReturnValue:
    form: Any = forms.CorrectForm()
    if form.validate_on_submit():
        with form.keeping():
            actor, at = current_actor(), clock.now()
            prepared = operations.prepare_correction(found, form.reason.data, actor, at, form.key.data or None)
            with transaction():
                made = operations.keep(prepared, actor, at)
            flash("更正报草稿已生成，请核对后提交审批", "success")
            return redirect(url_for(".show", return_id=made.id), 303)
    return render_template("exports/correct.html", form=form, **showing.page(found)), form.status


