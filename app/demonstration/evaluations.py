"""规划评估 of the demonstration county: the first half of the year in the archive, the year so far waiting for approval."""

from __future__ import annotations

from app.demonstration.stage import Stage
from app.domain.actors import Role
from app.domain.evaluations import CODES
from app.domain.reporting_kinds import EvaluationKind
from app.evaluations import operations
from app.evaluations.models import PlanEvaluation
from app.exports.queries import home_region, plan_of
from app.indicators.frames import area
from app.reference_data.books import region_book

HALF = 6
TEXT = {
    "work": "抽检监测按月推进，不合格产品全部启动核查处置，风险等级按年评定，监督检查按等级安排。",
    "measures": "对落后指标逐项明确责任科室和完成时间，四季度集中补齐抽检缺口，按月通报进度。",
    "adjustment": "无",
}


def evaluate(stage: Stage) -> int:
    """Two reports; none in the first half of a year or before the plan begins."""
    clerk = stage.person(Role.STATISTICIAN)
    home = home_region(clerk)
    plan = plan_of(home) if home is not None else None
    if home is None or plan is None:
        return 0
    if stage.today.year < plan.from_year or stage.today.month < HALF:
        return 0
    for month in (HALF, stage.today.month):
        with stage.on(stage.back(9), clerk) as at:
            found = operations.draft(plan, area(region_book(), home), EvaluationKind.YEARLY, stage.today.year, month, clerk, at)
            operations.edit(found, found.title, {code: found.sections.get(code) or TEXT[code] for code in CODES}, clerk)
            operations.submit(found, clerk)
        if month == HALF:
            _finish(stage, found)
    return 2


def _finish(stage: Stage, found: PlanEvaluation) -> None:
    with stage.on(stage.back(7), stage.person(Role.REVIEWER)) as at:
        operations.approve(found, stage.person(Role.REVIEWER), at, "同意。")
    with stage.on(stage.back(6), stage.person(Role.STATISTICIAN)) as at:
        operations.archive(found, stage.person(Role.STATISTICIAN), at)
