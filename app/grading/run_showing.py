"""年度评定 on pages and in commands: counts in words, why an enterprise moves, why another was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.db import session
from app.domain.actors import Actor
from app.domain.risk_moves import Direction, direction
from app.domain.rounding import plain
from app.domain.supervision_kinds import Grade
from app.domain.supervision_states import RiskRunState
from app.grading import run_queries as queries
from app.grading.judging import Judged, Rules, Unfit, judged
from app.grading.models import RiskRun
from app.jobs import Job
from app.labels import label

DIRECTIONS = {one: label(one) for one in Direction}
TONES = {Direction.UP: "red", Direction.DOWN: "green", Direction.SAME: "neutral", Direction.FIRST: "blue"}
RUN_TONES = {
    RiskRunState.PREVIEWED: "neutral", RiskRunState.SUBMITTED: "yellow", RiskRunState.CONFIRMED: "green", RiskRunState.DISCARDED: "neutral",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moved:
    """One enterprise of a run: which way it moves, and why in words."""

    row: Any
    direction: Direction
    why: str


def moved(rows: Sequence[Any]) -> list[Moved]:
    """Rows of a run's list with their reasons, in one statement more."""
    both = [one for row in rows for one in (row.id, row.former_id) if one is not None]
    events = queries.adjustments(both)
    return [Moved(row, direction(row.former_grade, row.grade), why(row, events)) for row in rows]


def why(row: Any, events: Mapping[int, Sequence[str]]) -> str:
    """What changed between the former grade and this one."""
    if row.former_id is None:
        told = [f"静态 {_points(row.static_points)} 分，动态 {_points(row.dynamic_points)} 分" if row.dynamic_points is not None else
                f"静态 {_points(row.static_points)} 分，未检查"]  # fmt: skip
    else:
        told = [
            f"{name} {_points(before)}→{_points(after)} 分"
            for name, before, after in (
                ("静态", row.former_static, row.static_points), ("动态", row.former_dynamic, row.dynamic_points),
                ("总分", row.former_total, row.total),
            )
            if before != after
        ]  # fmt: skip
    if row.steps:
        told.append(f"{'上调' if row.steps > 0 else '下调'} {abs(row.steps)} 级：{'、'.join(events.get(row.id, ()))}")
    elif row.former_steps and row.former_id is not None:
        told.append(f"原{'上调' if row.former_steps > 0 else '下调'}情形（{'、'.join(events.get(row.former_id, ()))}）不再计入")
    return "；".join(told) or "无变化"


def _points(value: Any) -> str:
    return "未计" if value is None else plain(value.normalize())


def left_out(actor: Actor, run: RiskRun, after: int = 0, size: int = queries.PAGE) -> list[Judged]:
    """Enterprises that the run did not grade, with the reason as it is now."""
    ids = queries.left_out(actor, run, after=after, size=size)
    return list(judged(ids, Rules(run.kind, run.to_on), run.year, (run.from_on, run.to_on))) if ids else []


def figures(counts: Mapping[str, Any]) -> dict[str, int]:
    """The counts of a run under Chinese titles, for commands."""
    return (
        {"应评定": counts["expected"], "已看": counts["seen"], "能评定": counts["graded"], "其中没有检查记录": counts["uninspected"]}
        | {f"{one.value}级": counts["grades"].get(one.value, 0) for one in Grade}
        | {title: counts["moves"].get(one.value, 0) for one, title in DIRECTIONS.items()}
        | {one.value: counts["unfit"].get(one.name.lower(), 0) for one in Unfit}
    )


def job_of(run: RiskRun) -> Job | None:
    """The background job that works or worked on the run last."""
    number = run.counts.get("job_id")
    return None if number is None else session().get(Job, number, populate_existing=True)
