"""消费提示、风险预警: their pages, and one in any state."""

from __future__ import annotations

from datetime import date
from typing import Any

from app import clock
from app.domain.reporting_kinds import WarningKind
from app.domain.reporting_states import WarningState, WarningStep
from app.risk_warnings import operations
from app.risk_warnings.findings import Question
from app.risk_warnings.operations import Issue
from tests.disposal.conftest import build_batch
from tests.flows.door import DAY, WHY, Door, said

DOORS = {
    "public_warning": {
        WarningStep.EDIT: Door("/warnings/{id}/edit", said(title="关于豇豆的消费提示", body="修改后的正文")),
        WarningStep.SUBMIT: Door("/warnings/{id}/submit", WHY),
        WarningStep.RECALL: Door("/warnings/{id}/recall"),
        WarningStep.RETURN: Door("/warnings/{id}/return", WHY),
        WarningStep.APPROVE: Door("/warnings/{id}/approve", WHY),
        WarningStep.PUBLISH: Door("/warnings/{id}/publish", said(published_on=DAY, channel="本局门户网站")),
        WarningStep.WITHDRAW: Door("/warnings/{id}/withdraw", WHY),
        WarningStep.VOID: Door("/warnings/{id}/void", WHY),
    }
}
MADE_BY = {("public_warning", WarningStep.DRAFT): ("risk_warnings.new",)}
YEAR = Question(date(2026, 1, 1), date(2026, 11, 20))


def warning(office: Any, state: WarningState) -> Any:
    handler, reviewer = office.actor("county:办案人"), office.actor("county:审核人")
    build_batch(office)
    at = clock.now()
    made = operations.draft(YEAR, WarningKind.TIP, handler, at)
    if state is WarningState.VOIDED:
        operations.void(made, handler, "重复")
    if state in (WarningState.SUBMITTED, WarningState.APPROVED, WarningState.PUBLISHED, WarningState.WITHDRAWN):
        operations.submit(made, handler, at)
    if state in (WarningState.APPROVED, WarningState.PUBLISHED, WarningState.WITHDRAWN):
        operations.approve(made, reviewer, at)
    if state in (WarningState.PUBLISHED, WarningState.WITHDRAWN):
        operations.publish(made, Issue(clock.today(), "本局门户网站"), handler, at)
    if state is WarningState.WITHDRAWN:
        operations.withdraw(made, reviewer, "依据已变化", at)
    return made


MAKE = {"public_warning": warning}
