"""Pages of 复检, once accepted: the laboratory drawn and designated, the backup sample, the conclusion, telling, costs."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain import drawing as rules
from app.domain.permissions import Permission
from app.domain.workflow import RetestStep
from app.retests import designating, forms, queries, testing
from app.retests.models import Retest
from app.retests.pages import again, bp
from app.retests.testing import Concluding


def _taken(retest: Retest, form: Any, step: RetestStep | None, work: Callable[[], str]) -> ResponseReturnValue:
    """One step: shape, transaction, sentence."""
    retest_id = retest.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                said = work()
            flash(said, "success")
            return redirect(url_for(".show", retest_id=retest_id), 303)
    return again(retest_id, form, step)


@bp.post("/<int:retest_id>/freeze")
@authorize(Permission.DRAWING_MAKE, queries.retest)
def freeze(retest: Retest) -> ResponseReturnValue:
    """冻结名单; the draw is then made on the page of the draw, with the word of a witness."""
    form = forms.FreezeForm()

    def work() -> str:
        made = designating.freeze(
            retest, current_actor(), clock.now(), secrets.token_bytes(rules.SECRET_BYTES), avoided=forms.avoided_typed(request.form),
            seen=form.version.data,
        )  # fmt: skip
        return f"名单已冻结：{made.number}。请公布名单校验值和承诺，再由见证人给出公开词后抽取"

    return _taken(retest, form, None, work)


@bp.post("/<int:retest_id>/designate")
@authorize(Permission.RETEST_HANDLE, queries.retest)
def designate(retest: Retest) -> ResponseReturnValue:
    form = forms.DesignateForm()

    def work() -> str:
        day = form.designated_on.data
        assert day is not None
        found = designating.designate(retest, day, current_actor(), clock.now(), form.comment.data, seen=form.version.data)
        return f"已确定复检机构：{found.name}。请通知初检机构在期限内移交备份样品"

    return _taken(retest, form, RetestStep.DESIGNATE, work)


@bp.post("/<int:retest_id>/redesignate")
@authorize(Permission.RETEST_HANDLE, queries.retest)
def redesignate(retest: Retest) -> ResponseReturnValue:
    form = forms.RedesignateForm()

    def work() -> str:
        day = form.redesignated_on.data
        assert day is not None
        designating.redesignate(retest, day, current_actor(), clock.now(), form.comment.data or "", seen=form.version.data)
        return "已登记复检机构不能承担，请重新冻结名单并抽取"

    return _taken(retest, form, RetestStep.REDESIGNATE, work)


@bp.post("/<int:retest_id>/hand-over")
@authorize(Permission.RETEST_HANDLE, queries.retest)
def hand_over(retest: Retest) -> ResponseReturnValue:
    form = forms.HandOverForm()

    def work() -> str:
        day = form.handed_on.data
        assert day is not None
        testing.hand_over(retest, day, form.backup_note.data or None, current_actor(), clock.now(), seen=form.version.data)
        return "已登记移交备份样品"

    return _taken(retest, form, RetestStep.HAND_OVER, work)


@bp.post("/<int:retest_id>/arrive")
@authorize(Permission.RETEST_HANDLE, queries.retest)
def arrive(retest: Retest) -> ResponseReturnValue:
    form = forms.ArriveForm()

    def work() -> str:
        day, intact = form.arrived_on.data, form.seal_intact.data == "是"
        assert day is not None
        testing.arrive(retest, day, intact, form.backup_note.data or None, current_actor(), clock.now(), seen=form.version.data)
        return "已登记收样" if intact else "已登记收样：封样不完好，请由审核人决定是否终止复检"

    return _taken(retest, form, RetestStep.ARRIVE, work)


@bp.post("/<int:retest_id>/conclude")
@authorize(Permission.RETEST_CONCLUDE, queries.retest)
def conclude(retest: Retest) -> ResponseReturnValue:
    form = forms.ConcludeForm()

    def work() -> str:
        concluded_on, received_on = form.concluded_on.data, form.result_received_on.data
        assert concluded_on is not None and received_on is not None
        written = Concluding(form.report_no.data or "", concluded_on, received_on, forms.results_typed(request.form, retest))
        testing.conclude(retest, written, current_actor(), clock.now(), seen=form.version.data)
        return f"已登记复检结论：{testing.meaning(retest)}"

    return _taken(retest, form, RetestStep.CONCLUDE, work)


@bp.post("/<int:retest_id>/tell")
@authorize(Permission.RETEST_HANDLE, queries.retest)
def tell(retest: Retest) -> ResponseReturnValue:
    form = forms.TellForm()

    def work() -> str:
        day = form.told_on.data
        assert day is not None
        testing.tell(retest, day, form.comment.data, current_actor(), clock.now(), seen=form.version.data)
        return "已登记通知复检结论，复检办理完毕"

    return _taken(retest, form, RetestStep.TELL, work)


@bp.post("/<int:retest_id>/pay")
@authorize(Permission.RETEST_HANDLE, queries.retest)
def pay(retest: Retest) -> ResponseReturnValue:
    form = forms.PayForm()

    def work() -> str:
        changed = testing.pay(retest, form.written, current_actor(), clock.now(), seen=form.version.data)
        return "复检费用已登记" if changed else "内容没有变化"

    return _taken(retest, form, RetestStep.PAY, work)
