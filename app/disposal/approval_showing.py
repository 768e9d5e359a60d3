"""What a page shows of approvals, assigning and urging of a case, with the forms that this reader may send now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.authorize import can
from app.db import session
from app.disposal import approvals, assigning, urging
from app.disposal.forms import AssignForm, UrgeForm, UrgingAnswerForm
from app.disposal.models import CaseApproval, DisposalCase
from app.domain import workflow
from app.domain.actors import Actor
from app.domain.case_kinds import UrgingLevel
from app.domain.permissions import Permission
from app.domain.workflow import CaseState, CaseStep
from app.scope import scope

TONES = {UrgingLevel.REMIND: "blue", UrgingLevel.SUPERVISE: "yellow", UrgingLevel.KEY: "red"}
USUAL_DAYS = 3  # to answer in, before the supervisor chooses another day


def showing(actor: Actor, case: DisposalCase, typed: Any, today: date) -> dict[str, Any]:
    """Everything for ``_approvals.html``, ``_assign.html`` and ``_urgings.html``; ``typed`` is the form that was refused."""
    rows = urging.of_case(actor, case)
    answering = case.state not in (CaseState.CLOSED, CaseState.CANCELLED) and can(Permission.CASE_HANDLE, case)
    people = assigning.assignable(actor, [case.org_id]) if _may_assign(case) else []
    return {
        "outlook": approvals.outlook(case), "opinions": opinions(actor, case), "urgings": rows, "tones": TONES,
        "answering": answering, "answer_form": typed if isinstance(typed, UrgingAnswerForm) else None,
        "assign_form": _assign_form(case, people, typed), "urge_form": _urge_form(case, rows, typed, today),
        "reached": max((row.level for row in rows), key=list(UrgingLevel).index, default=None),
    }  # fmt: skip


def opinions(actor: Actor, case: DisposalCase) -> Sequence[Any]:
    """审批意见 of every level and round, in order, those on its penalties as well."""
    decider, principal = aliased(User), aliased(User)
    statement = scope(
        sa.select(*CaseApproval.__table__.c, decider.name.label("who"), principal.name.label("principal"))
        .outerjoin(decider, decider.id == CaseApproval.decided_by_id)
        .outerjoin(principal, principal.id == CaseApproval.on_behalf_of_id),
        CaseApproval,
        actor,
    )
    return session().execute(statement.where(CaseApproval.case_id == case.id).order_by(CaseApproval.id)).all()


def _may_assign(case: DisposalCase) -> bool:
    step = CaseStep.REASSIGN if case.state is CaseState.HANDLING else CaseStep.ASSIGN
    return workflow.arrow(DisposalCase.__tablename__, case.state, step) is not None and can(Permission.CASE_ASSIGN, case)


def _assign_form(case: DisposalCase, people: Sequence[User], typed: Any) -> AssignForm | None:
    form = typed if isinstance(typed, AssignForm) else AssignForm(formdata=None, data={"version": case.version}) if people else None
    if form is not None:
        form.handler.choices = [(0, "请选择"), *((person.id, person.name) for person in people if person.id != case.handler_id)]
    return form


def _urge_form(case: DisposalCase, rows: Sequence[Any], typed: Any, today: date) -> UrgeForm | None:
    if isinstance(typed, UrgeForm):
        return typed
    levels = urging.offered(case, rows, today) if can(Permission.CASE_URGE, case) else []
    if not levels:
        return None
    data = {"version": case.version, "level": levels[-1].value, "due_on": today + timedelta(days=USUAL_DAYS)}
    form = UrgeForm(formdata=None, data=data)
    form.level.choices = [(level.value, level.value) for level in levels]
    return form
