"""任务完成: the year's task of an area beside what was done, by organiser level and purpose; what nobody asked for is shown too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.comparisons.questions import FILTERS
from app.comparisons.tables import Column, Opens, Row, Table, measured, number, told
from app.domain.indicators import UNCLASSIFIED, Condition, Field, Part, Period, Selection, selection
from app.domain.plans import TASK_COMPLETION, completion, remaining
from app.domain.samples import Level, Purpose
from app.indicators.counts import count
from app.indicators.frames import Frame
from app.planning.queries import tasks_of

LEVELS = (*(one.value for one in Level), UNCLASSIFIED)
WHOLE = "合计"


@dataclass(frozen=True, slots=True)
class Line:
    """``task`` None where none was set."""

    level: str
    purpose: str
    task: int | None
    done: int


@dataclass(frozen=True)
class Levels:
    lines: Sequence[Line]
    table: Table


def levels(frame: Frame) -> Levels:
    """The tasks of exactly this area and year, with everything completed in it."""
    year = frame.over(Period(frame.period.year))
    cells = {(level, purpose.value): _selection(level, purpose) for level in LEVELS for purpose in Purpose}
    done = count(year, cells.values())
    tasks = tasks_of(frame.actor, frame.area.id, frame.period.year, frame.as_of)
    lines = [
        Line(level, purpose, tasks.get((level, purpose)), done[one])
        for (level, purpose), one in cells.items()
        if (level, purpose) in tasks or done[one]
    ]
    return Levels(lines, _table(year, lines, tasks))


def _selection(level: str, purpose: Purpose) -> Selection:
    return selection(Part.COMPLETED, (Condition(Field.LEVEL, (level,)), Condition(Field.PURPOSE, (purpose.value,))))


def _table(frame: Frame, lines: Sequence[Line], tasks: Mapping[tuple[str, str], int]) -> Table:
    columns = [
        Column("level", "组织级别"), Column("purpose", "检验目的"), Column("task", "任务批次", "integer"),
        Column("done", "完成批次", "integer"), Column("remaining", "还差", "integer"), Column("rate", "任务完成率", "number"),
    ]  # fmt: skip
    rows = [_row(one.level, one.purpose, one.task, one.done) for one in lines]
    task = sum(tasks.values()) if tasks else None
    owed = sum(remaining(one.task, one.done) for one in lines if one.task is not None)
    rows.append(_row(WHOLE, None, task, sum(one.done for one in lines), owed))
    notes = (
        TASK_COMPLETION.definition,
        "没有下达任务的级别和目的也列出完成批次，各行之和等于本区域全年抽检批次数；“还差”的合计为各行之和，超额的不抵减。",
    )
    return Table(f"任务完成：组织级别×检验目的　{frame.area.name}　{frame.period.label}", columns, rows, notes)


def _row(level: str, purpose: str | None, task: int | None, done: int, owed: int | None = None) -> Row:
    filters = {"figure": "batch_count", **dict.fromkeys(FILTERS), **({"level": level, "purpose": purpose} if purpose else {})}
    opens = Opens("records", {**filters, "side": "numerator", "span": None, "to_date": None})
    left = owed if owed is not None else None if task is None else remaining(task, done)
    figure = completion(task or 0, done)
    return Row((told(level), told(purpose), number(task), number(done, opens), number(left), measured(figure)), whole=purpose is None)
