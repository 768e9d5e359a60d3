"""Pages of 行政处罚 on which it passes from hand to hand: proposed, reviewed by each level, decided, revoked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.forms import VersionForm
from app.penalties import afterwards, forms, operations, queries
from app.penalties.models import Penalty
from app.penalties.pages import bp, done, refused


def _step(penalty: Penalty, form: Any, said: str, taken: Callable[[Any], None]) -> ResponseReturnValue:
    penalty_id = penalty.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                taken(form)
            return done(penalty_id, said)
    return refused(penalty_id, form)


@bp.post("/<int:penalty_id>/propose")
@authorize(Permission.PENALTY_HANDLE, queries.penalty)
def propose(penalty: Penalty) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.propose(penalty, current_actor(), clock.now(), form.comment.data or None, seen=form.version.data)

    return _step(penalty, forms.StepForm(), "已送审", taken)


@bp.post("/<int:penalty_id>/recall")
@authorize(Permission.PENALTY_RECALL, queries.penalty)
def recall(penalty: Penalty) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.recall(penalty, current_actor(), seen=form.version.data)

    return _step(penalty, VersionForm(), "已撤回", taken)


def _passed(penalty: Penalty, said: str, operation: Callable[..., None]) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operation(penalty, current_actor(), form.comment.data or None, clock.now(), seen=form.version.data)

    return _step(penalty, forms.StepForm(), said, taken)


def _decided(penalty: Penalty) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        if form.decided_on.data is None:
            raise NotLikeThis("请填写决定日期", field="decided_on")
        operations.decide(
            penalty, current_actor(), form.decided_on.data, clock.now(), decision_no=form.decision_no.data or None,
            comment=form.comment.data or None, seen=form.version.data,
        )  # fmt: skip

    return _step(penalty, forms.StepForm(), "已作出决定，案件的行政处罚部分已随之填写", taken)


# ---------------------------------------------------------------- 部门负责人

@bp.post("/<int:penalty_id>/return")
@authorize(Permission.PENALTY_REVIEW, queries.penalty)
def return_to_handler(penalty: Penalty) -> ResponseReturnValue:
    return _passed(penalty, "已退回办案人", operations.return_to_handler)


@bp.post("/<int:penalty_id>/forward")
@authorize(Permission.PENALTY_REVIEW, queries.penalty)
def forward(penalty: Penalty) -> ResponseReturnValue:
    return _passed(penalty, "已送法制审核", operations.forward)


@bp.post("/<int:penalty_id>/forward-leader")
@authorize(Permission.PENALTY_REVIEW, queries.penalty)
def forward_leader(penalty: Penalty) -> ResponseReturnValue:
    return _passed(penalty, "已报局领导审批", operations.forward_to_leader)


@bp.post("/<int:penalty_id>/decide")
@authorize(Permission.PENALTY_REVIEW, queries.penalty)
def decide(penalty: Penalty) -> ResponseReturnValue:
    return _decided(penalty)


# ---------------------------------------------------------------- 法制审核

@bp.post("/<int:penalty_id>/legal/clear")
@authorize(Permission.PENALTY_LEGAL, queries.penalty)
def clear_legal(penalty: Penalty) -> ResponseReturnValue:
    return _passed(penalty, "法制审核已通过，报局领导审批", operations.clear_legal)


@bp.post("/<int:penalty_id>/legal/return")
@authorize(Permission.PENALTY_LEGAL, queries.penalty)
def legal_return(penalty: Penalty) -> ResponseReturnValue:
    return _passed(penalty, "已退回办案人", operations.return_to_handler)


# ---------------------------------------------------------------- 局领导

@bp.post("/<int:penalty_id>/leader/decide")
@authorize(Permission.PENALTY_LEAD, queries.penalty)
def leader_decide(penalty: Penalty) -> ResponseReturnValue:
    return _decided(penalty)


@bp.post("/<int:penalty_id>/leader/return")
@authorize(Permission.PENALTY_LEAD, queries.penalty)
def leader_return(penalty: Penalty) -> ResponseReturnValue:
    return _passed(penalty, "已退回办案人", operations.return_to_handler)


@bp.post("/<int:penalty_id>/revoke")
@authorize(Permission.PENALTY_REVOKE, queries.penalty)
def revoke(penalty: Penalty) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        afterwards.revoke(
            penalty, current_actor(), form.revoked_on.data, form.reason.data or "", clock.now(), seen=form.version.data
        )

    return _step(penalty, forms.RevokeForm(), "已撤销", taken)
