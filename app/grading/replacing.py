"""一个企业一个类型只有一个现行等级: the former one gives way to a new one, and comes back when that is voided."""

from __future__ import annotations

from datetime import date, timedelta

from app import history
from app.db import session
from app.domain.actors import Actor
from app.domain.permissions import permits
from app.domain.supervision_states import GradeState, GradeStep
from app.domain.workflow import arrow
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.grading import queries
from app.grading.models import RiskGrade

CHANGED = "该记录已被他人修改，请刷新页面核对后再操作；您填写的内容仍保留在表单中"


def give_way(grade: RiskGrade, effective_from: date, actor: Actor, *, step: GradeStep, seen: int | None = None) -> RiskGrade | None:
    """The grade in force ends the day before the new one begins (or on its own first day, where both begin at once).

    Whether the new one may be put in force (``step``) is asked before anything is changed; the caller takes that step next.
    Returns the former grade, for the new one to remember. Raises as ``history.advance`` does.
    """
    _ask_first(grade, step, actor, seen)
    former = queries.current(grade.enterprise_id, grade.kind)
    if former is None:
        return None
    assert former.effective_from is not None
    if effective_from < former.effective_from:
        raise NotLikeThis(
            f"生效日期不得早于现行等级（{former.number}）的生效日期 {former.effective_from}，请核对", field="effective_from"
        )
    ended = max(former.effective_from, effective_from - timedelta(days=1))
    history.advance(
        former, GradeStep.REPLACE, actor, comment=f"由 {grade.number} 替代", changes={"effective_to": (None, ended)}, asked=True
    )
    former.effective_to = ended
    session().flush()  # one grade in force: the former one must have gone before the new one comes
    return former


def _ask_first(grade: RiskGrade, step: GradeStep, actor: Actor, seen: int | None) -> None:
    if seen is not None and seen != grade.version:
        raise NotAllowedNow(CHANGED)
    found = arrow(RiskGrade.__tablename__, grade.state, step)
    if found is None:
        raise NotAllowedNow("该评分表的状态已经变化，请刷新页面后再操作")
    if step is not GradeStep.RAISE and not permits(actor, found.permission, grade):
        raise NotAllowed("您没有办理该步骤的权限，如确需办理请联系科室负责人")


def step_back(grade: RiskGrade, actor: Actor, reason: str) -> RiskGrade | None:
    """A grade in force has been voided: what it had replaced is in force again. Returns that one."""
    session().flush()
    former = queries.former_of(grade)
    if former is None or former.state is not GradeState.REPLACED:
        return None
    history.advance(
        former, GradeStep.REVIVE, actor, comment=f"{grade.number} 已作废：{reason}"[:500],
        changes={"effective_to": (former.effective_to, None)}, asked=True,
    )  # fmt: skip
    former.effective_to = None
    session().flush()
    return former
