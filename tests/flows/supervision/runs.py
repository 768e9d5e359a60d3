"""年度评定: its pages, and a run in any state."""

from __future__ import annotations

from datetime import date
from typing import Any

from app import clock
from app.domain.supervision_states import RiskRunState, RiskRunStep
from app.grading import runs
from app.grading.judging import Rules
from app.grading.models import RiskRun
from app.grading.runs import Wanted
from tests.flows.door import WHY, Door, said
from tests.grading.conftest import SALE, build_firm, build_profile

DOORS = {
    "risk_run": {
        RiskRunStep.SUBMIT: Door("/grading/runs/{id}/submit"),
        RiskRunStep.RETURN: Door("/grading/runs/{id}/return", WHY),
        RiskRunStep.CONFIRM: Door("/grading/runs/{id}/confirm", said(effective_from="2026-11-20", comment="同意")),
        RiskRunStep.DISCARD: Door("/grading/runs/{id}/discard"),
    }
}
MADE_BY = {("risk_run", RiskRunStep.PREVIEW): ("grading.begin_run",)}


def preview(run: RiskRun, actor: Any, at: Any) -> None:
    """All parts in one transaction."""
    rules = Rules(run.kind, run.to_on)
    while runs.preview_part(run.id, actor, at, rules):
        pass


def risk_run(office: Any, state: RiskRunState) -> RiskRun:
    """Previewed and submitted by one, confirmed by another."""
    maker, reviewer, at = office.actor("county:统计员"), office.actor("county:另一审核人"), clock.now()
    build_profile(build_firm(office.orgs["county"].id), {"area": "300", "suppliers": "60"})
    made = runs.prepare(Wanted(SALE, 2026), maker, at)
    preview(made, maker, at)
    if state is RiskRunState.DISCARDED:
        runs.discard(made, maker)
    if state in (RiskRunState.SUBMITTED, RiskRunState.CONFIRMED):
        runs.submit(made, maker)
    if state is RiskRunState.CONFIRMED:
        runs.confirm(made, reviewer, at, date(2026, 11, 20))
    return made


MAKE = {"risk_run": risk_run}
