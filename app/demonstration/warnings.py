"""消费提示 and 风险预警 of the demonstration county: published, waiting for approval, a draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.demonstration.stage import Stage
from app.domain.actors import Actor, Role
from app.domain.reporting_kinds import WarningKind
from app.risk_warnings import findings, operations, queries
from app.risk_warnings.findings import Question
from app.risk_warnings.models import PublicWarning
from app.risk_warnings.operations import Issue

TRIED = 6
SETTLED = 15  # working days after the last report counted: by then what the laboratories sent has been entered


def warn(stage: Stage) -> int:
    """Nothing where the year has brought no failing item."""
    who, handler, reviewer = stage.person(Role.STATISTICIAN), stage.person(Role.HANDLER), stage.person(Role.REVIEWER)
    last = stage.back(SETTLED + 20)
    year = Question(date(last.year, 1, 1), last)
    with stage.on(stage.back(20), who):
        found = findings.find(who, year, stage.back(20))
        if not found.finding.items:
            return 0
    items = [each.item for each in found.finding.items]
    tip = _steady(stage, WarningKind.TIP, [year, *(Question(year.from_on, last, item=one) for one in items)], who, 20)
    if tip is not None:
        _publish(stage, tip, who, reviewer, handler)
    alert = _steady(stage, WarningKind.ALERT, [Question(year.from_on, last, item=one) for one in items], handler, 3)
    if alert is not None:
        with stage.on(stage.back(3), handler) as at:
            operations.submit(_one(handler, alert), handler, at, "该项目检出不合格，拟通报有关单位自查。")
    with stage.on(stage.back(1), who) as at:
        recent = Question(stage.back(90), stage.back(SETTLED))
        if not findings.find(who, recent, stage.back(1)).batches:
            return 2
        operations.draft(recent, WarningKind.TIP, who, at)
    return 3


def _steady(stage: Stage, kind: WarningKind, questions: Sequence[Question], who: Actor, ago: int) -> int | None:
    """A draft whose batches stand as they were counted: the year was lived before, and what was corrected in it later counts as changed."""
    for question in questions[:TRIED]:
        with stage.on(stage.back(ago), who) as at:
            made = operations.draft(question, kind, who, at)
            if not queries.changed_numbers(made.id):
                return int(made.id)
            operations.void(made, who, "依据的批次已有变化，另行起草。")
    return None


def _publish(stage: Stage, warning_id: int, who: Actor, reviewer: Actor, handler: Actor) -> None:
    with stage.on(stage.back(19), who) as at:
        operations.submit(_one(who, warning_id), who, at, "数据已核对，请审批。")
    with stage.on(stage.back(18), reviewer) as at:
        operations.approve(_one(reviewer, warning_id), reviewer, at, "数据与依据一致，同意。")
    with stage.on(stage.back(17), handler) as at:
        operations.publish(_one(handler, warning_id), Issue(stage.back(17), "本局门户网站"), handler, at)


def _one(who: Actor, warning_id: int) -> PublicWarning:
    found = queries.warning(who, warning_id)
    assert found is not None
    return found
