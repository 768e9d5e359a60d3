"""How a task is told on its page, in the list, in commands and on the printed sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app import clock
from app.assignments import queries
from app.assignments.listing import LIVE
from app.assignments.models import SamplingAssignment
from app.blinding import shown
from app.disposal.clocks import remaining_words
from app.domain.actors import Actor
from app.domain.assignments import Progress, progress, task_light
from app.domain.deadlines import DeadlineLight, remaining_working_days
from app.domain.samples import Link
from app.domain.workflow import AssignmentState
from app.domain.working_days import WorkingDays
from app.lights import AMBER_WORDS
from app.reference_data.books import category_book, region_book

LIGHT_TONES = {DeadlineLight.GREEN: "green", DeadlineLight.AMBER: "yellow", DeadlineLight.RED: "red"}
STATE_TONES = {
    AssignmentState.ASSIGNED: "yellow", AssignmentState.ACCEPTED: "blue", AssignmentState.DECLINED: "red",
    AssignmentState.FINISHED: "green", AssignmentState.CANCELLED: "neutral",
}  # fmt: skip
LEGEND = (
    (DeadlineLight.GREEN.value, "green", "期限充裕"),
    (DeadlineLight.AMBER.value, "yellow", AMBER_WORDS),
    (DeadlineLight.RED.value, "red", "已过完成日期且未抽满"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a task stands today, in words and light."""

    done: int
    batches: int
    progress: Progress
    light: DeadlineLight | None
    words: str

    @property
    def tone(self) -> str:
        return LIGHT_TONES[self.light] if self.light else "grey"


def standing(task: Any, done: int, today: date, calendar: WorkingDays) -> Standing:
    """``task`` is a task or a row of the list."""
    stands = progress(done, task.batches, task.to_on, today, task.state in LIVE)
    light = task_light(task.from_on, task.to_on, today, stands, calendar)
    return Standing(done, task.batches, stands, light, _words(task, stands, light, remaining_working_days(today, task.to_on, calendar)))


def _words(task: Any, stands: Progress, light: DeadlineLight | None, left: int) -> str:
    if stands is Progress.FULL:
        return "已抽满，请办结" if task.state is AssignmentState.ACCEPTED else "已抽满"
    if task.state is AssignmentState.DECLINED:
        return "待改派或取消"
    return remaining_words(left, light)


class Words:
    """The names behind a task's ids; the books are asked for once per page, not once per row."""

    def __init__(self) -> None:
        self._categories, self._regions = category_book(), region_book()

    def category(self, category_id: int | None) -> str:
        """不限品种 where the task names no food."""
        known = category_id is not None and category_id in self._categories
        return self._categories.by_id(category_id).path if known and category_id else "不限品种"

    def region(self, region_id: int) -> str:
        return self._regions.full_name(region_id) if region_id in self._regions else "—"

    def link(self, link: Link | None) -> str:
        return link.value if link else "不限环节"


# ---------------------------------------------------------------- the printed task sheet

@dataclass(frozen=True, slots=True)
class Person:
    """One of the team."""

    name: str
    org_name: str
    position: str | None


@dataclass(frozen=True, slots=True)
class TaskSheet:
    """Everything that a printed 抽样任务单 says."""

    number: str
    state: AssignmentState
    org_name: str
    issuer: str | None  # who gave it out
    issued_on: date
    plan_name: str | None
    plan_year: int | None
    purpose: str | None  # 任务类别
    level: str | None  # 任务级别
    drawing_number: str | None
    category: str
    region: str
    link: str
    enterprise_name: str | None
    enterprise_code: str | None
    enterprise_address: str | None
    batches: int
    done: int
    from_on: date
    to_on: date
    laboratory_name: str | None
    laboratory_phone: str | None
    team: tuple[Person, ...]
    note: str | None


def task_sheet(task: SamplingAssignment, reader: Actor) -> TaskSheet:
    """What the printed sheet of a task says; the task's ``members`` are loaded."""
    around, words = shown(queries.around(task), reader), Words()
    plan, enterprise, laboratory = around.plan, around.enterprise, around.laboratory
    return TaskSheet(
        number=task.number, state=task.state, org_name=around.organisation.name, issuer=around.issuer,
        issued_on=clock.office_time(task.created_at).date(), plan_name=plan.name if plan else None,
        plan_year=plan.year if plan else None, purpose=plan.purpose.value if plan else None,
        level=plan.level.value if plan else None, drawing_number=around.drawing.number if around.drawing else None,
        category=words.category(task.category_id), region=words.region(task.region_id), link=words.link(task.link),
        enterprise_name=enterprise.name if enterprise else None, enterprise_code=enterprise.credit_code if enterprise else None,
        enterprise_address=enterprise.address if enterprise else None, batches=task.batches,
        done=queries.done([task.id]).get(task.id, 0), from_on=task.from_on, to_on=task.to_on,
        laboratory_name=laboratory.name if laboratory else None, laboratory_phone=laboratory.phone if laboratory else None,
        team=tuple(Person(user.name, user.organisation.name, user.position) for user in around.members), note=shown(task, reader).note,
    )  # fmt: skip


def told(rows: Sequence[Any], names: Mapping[int, str], today: date, calendar: WorkingDays) -> list[dict[str, Any]]:
    """Rows of the list for ``--json``."""
    words = Words()
    return [
        {
            "id": row.id, "number": row.number, "state": row.state.value, "org": row.org_name, "plan": row.plan_name,
            "category": words.category(row.category_id), "region": words.region(row.region_id), "link": words.link(row.link),
            "enterprise": row.enterprise_name, "laboratory": row.laboratory_name, "samplers": names.get(row.id, ""),
            "from_on": row.from_on, "to_on": row.to_on, "batches": row.batches, "done": row.done,
            "light": each.light.value if each.light else None, "overdue": each.progress is Progress.OVERDUE,
        }
        for row in rows
        for each in (standing(row, row.done, today, calendar),)
    ]  # fmt: skip
