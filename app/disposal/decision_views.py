"""审核、审批 pages of a case: recalled, approved, passed on to the leader, returned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.disposal import forms, operations, queries
from app.disposal.models import DisposalCase
from app.disposal.pages import bp, done, refused
from app.domain.permissions import Permission
from app.forms import VersionForm


@bp.post("/<int:case_id>/recall")
@authorize(Permission.CASE_RECALL, queries.case)
def recall(case: DisposalCase) -> ResponseReturnValue:
    form = VersionForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.recall(case, current_actor(), seen=form.version.data)
            return done(case, f"已撤回：{case.number}，可以继续登记")
    return refused(case, form)


def _decided(case: DisposalCase, operation: Callable[..., Any], said: str) -> ResponseReturnValue:
    form = forms.DecisionForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operation(case, current_actor(), clock.now(), form.comment.data, seen=form.version.data)
            return done(case, f"{said}：{case.number}")
    return refused(case, form, decision_form=form)


@bp.post("/<int:case_id>/approve")
@authorize(Permission.CASE_APPROVE, queries.case)
def approve(case: DisposalCase) -> ResponseReturnValue:
    return _decided(case, operations.approve, "审核通过，案件已办结")


@bp.post("/<int:case_id>/forward")
@authorize(Permission.CASE_APPROVE, queries.case)
def forward(case: DisposalCase) -> ResponseReturnValue:
    return _decided(case, operations.forward, "已报局领导审批")


@bp.post("/<int:case_id>/return")
@authorize(Permission.CASE_APPROVE, queries.case)
def return_to_handler(case: DisposalCase) -> ResponseReturnValue:
    return _decided(case, operations.return_to_handler, "已退回经办人")


@bp.post("/<int:case_id>/lead")
@authorize(Permission.CASE_LEAD, queries.case)
def lead(case: DisposalCase) -> ResponseReturnValue:
    return _decided(case, operations.approve, "审批通过，案件已办结")


@bp.post("/<int:case_id>/lead-return")
@authorize(Permission.CASE_LEAD, queries.case)
def lead_return(case: DisposalCase) -> ResponseReturnValue:
    return _decided(case, operations.return_to_handler, "已退回经办人")
