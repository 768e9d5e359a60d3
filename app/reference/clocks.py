"""Reader of the work-day tables and the deadline rules (work_days, calendar_years, deadline_rules).

Each file is checked on its own and against the others: a make-up day must be a weekend day, a day is named once, two
rules of one code never hold on the same day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Final

from app.domain.deadlines import DeadlineRule, Standing, Unit
from app.domain.working_days import SATURDAY, DayKind, WorkingDays
from app.reference.problems import CONFIDENCES, CellFault, Row, read_rows, refuse

HERE: Final = Path(__file__).parent
DAY_COLUMNS: Final = ("day", "kind", "name", "year", "source", "confidence")
YEAR_COLUMNS: Final = ("year", "status", "source")
RULE_COLUMNS: Final = (
    *("code", "name", "actor", "trigger", "amount", "unit", "start_hours", "extension", "extension_final"),
    *("extension_note", "pause_note", "standing", "article", "valid_from", "valid_to", "source", "confidence", "note"),
)


class YearStatus(StrEnum):
    """Whether the State Council's notice for the year is out."""

    CONFIRMED = "confirmed"
    PROVISIONAL = "provisional"


@dataclass(frozen=True, slots=True)
class WorkDay:
    """One day off or one make-up day (放假/调休上班)."""

    day: date
    kind: DayKind
    name: str
    year: int  # of the notice: 2018-12-31 is a holiday of 2019
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year of the working calendar and its notice."""

    year: int
    status: YearStatus
    source: str


def read_work_days(folder: Path = HERE) -> tuple[WorkDay, ...]:
    """Every day off and every make-up day."""
    rows = read_rows(folder / "work_days.csv", DAY_COLUMNS, _work_day)
    seen: dict[date, Row] = {}
    problems = []
    for row, listed in rows:
        if listed.day in seen:
            problems.append(f"{row.place} {listed.day} 与 {seen[listed.day].place} 重复")
        seen[listed.day] = row
    refuse(problems)
    return tuple(listed for _, listed in rows)


def read_calendar_years(folder: Path = HERE) -> tuple[CalendarYear, ...]:
    """The years of the calendar, oldest first."""
    rows = read_rows(folder / "calendar_years.csv", YEAR_COLUMNS, _calendar_year)
    refuse(
        [
            f"{row.place} 年份 {later.year} 应排在 {earlier.year} 之后且不重复"
            for (_, earlier), (row, later) in pairwise(rows)
            if later.year <= earlier.year
        ]
    )
    return tuple(listed for _, listed in rows)


def read_deadline_rules(folder: Path = HERE) -> tuple[DeadlineRule, ...]:
    """The deadline table, predecessors included."""
    rows = read_rows(folder / "deadline_rules.csv", RULE_COLUMNS, _rule)
    by_date = sorted(rows, key=lambda pair: (pair[1].code, pair[1].valid_from))
    refuse(
        [
            f"{row.place} 期限 {later.code} 自 {later.valid_from} 起的规则与 {earlier.valid_from} 起的规则重叠"
            for (_, earlier), (row, later) in pairwise(by_date)
            if earlier.code == later.code and (earlier.valid_to is None or later.valid_from <= earlier.valid_to)
        ]
    )
    return tuple(rule for _, rule in rows)


def read_working_days(folder: Path = HERE) -> WorkingDays:
    """The shipped working calendar, ready to count with."""
    days, years = read_work_days(folder), read_calendar_years(folder)
    refuse(_unlisted(days, years))
    return WorkingDays.of(days, {listed.year for listed in years if listed.status is YearStatus.CONFIRMED})


def _unlisted(days: Sequence[WorkDay], years: Sequence[CalendarYear]) -> list[str]:
    listed, used = {year.year for year in years}, {day.year for day in days}
    return [
        f"work_days.csv 用到 {year} 年，但 calendar_years.csv 没有这一年，请补一行" for year in sorted(used - listed)
    ] + [
        f"calendar_years.csv 把 {year.year} 年列为已公布，但 work_days.csv 没有这一年的放假日"
        for year in years
        if year.status is YearStatus.CONFIRMED and year.year not in used
    ]


def _work_day(row: Row) -> WorkDay:
    day, kind, year = row.day("day"), row.word("kind", DayKind), row.year("year")
    if kind is DayKind.MAKEUP and day.weekday() < SATURDAY:
        raise CellFault(f"{day} 不是周末，不能列为调休上班")
    if year - day.year not in (0, 1) or (year > day.year and day.month != 12):
        raise CellFault(f"{day} 不属于 {year} 年的放假通知，请核对年份")
    return WorkDay(day, kind, row.text("name"), year, row.text("source"), row.choice("confidence", CONFIDENCES))


def _calendar_year(row: Row) -> CalendarYear:
    return CalendarYear(row.year("year"), row.word("status", YearStatus), row.text("source"))


def _rule(row: Row) -> DeadlineRule:
    valid_from, valid_to = row.day("valid_from"), row.optional_day("valid_to")
    if valid_to is not None and valid_to < valid_from:
        raise CellFault(f"有效期止 {valid_to} 早于有效期起 {valid_from}")
    amount, extension, final = row.whole("amount"), row.optional_whole("extension"), row.optional("extension_final")
    if not amount:
        raise CellFault("“amount”应大于 0")
    if (extension is None) != (not final):
        raise CellFault("“extension”与“extension_final”须同时填写或同时留空")
    return DeadlineRule(
        code=row.text("code"),
        name=row.text("name"),
        actor=row.text("actor"),
        trigger=row.text("trigger"),
        amount=amount,
        unit=row.word("unit", Unit),
        article=row.text("article"),
        valid_from=valid_from,
        valid_to=valid_to,
        source=row.text("source"),
        confidence=row.choice("confidence", CONFIDENCES),
        extension=extension,
        extension_final=bool(final) and row.choice("extension_final", ("是", "否")) == "是",
        extension_note=row.optional("extension_note"),
        pause_note=row.optional("pause_note"),
        start_hours=row.optional_whole("start_hours"),
        standing=row.word("standing", Standing),
        note=row.optional("note"),
    )
