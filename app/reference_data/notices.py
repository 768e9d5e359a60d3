"""放假安排 as a clerk types it: one line per day or run of days, «2027-10-01至2027-10-07 放假 国庆节»."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.holiday_notice import read_text
from app.domain.working_days import SATURDAY

_LINE = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2})(?:\s*(?:至|到|~|～|—|\.\.)\s*(\d{4}-\d{1,2}-\d{1,2}))?[\s,，]+(\S+?)(?:[\s,，]+(\S.*))?"
)
LONGEST_RUN = 31
LONGEST_NAME = 40


class RestDay(StrEnum):
    """What a line says of its days; 恢复平常 takes back an earlier line."""

    OFF = "放假"
    WORKED = "调休上班"
    PLAIN = "恢复平常"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One day of a notice."""

    day: date
    kind: RestDay
    name: str


class UnreadableNotice(ValueError):
    """Lines that cannot be read, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("；".join(faults))


def read_notice(text: str, year: int) -> list[NoticeLine]:
    """Every day named in the text; all faulty lines are reported at once."""
    days: list[NoticeLine] = []
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            days += _read_line(line.strip(), year)
        except ValueError as fault:
            faults.append(f"第 {number} 行：{fault}")
    seen: set[date] = set()
    for day in days:
        if day.day in seen:
            faults.append(f"{day.day} 重复，请只保留一行")
        seen.add(day.day)
    if faults:
        raise UnreadableNotice(faults)
    return days


def from_text(text: str, year: int) -> str:
    """The published notice as lines that a clerk may correct. Raises UnreadableText."""
    runs: list[tuple[date, date, RestDay, str]] = []
    for one in read_text(text, year):
        kind = RestDay.WORKED if one.working else RestDay.OFF
        last = runs[-1] if runs else None
        if last and last[2:] == (kind, one.name) and one.day - last[1] == timedelta(days=1) and kind is RestDay.OFF:
            runs[-1] = (last[0], one.day, kind, one.name)
        else:
            runs.append((one.day, one.day, kind, one.name))
    return "\n".join(f"{first}{f'至{last}' if last != first else ''} {kind.value} {name}" for first, last, kind, name in runs)


def _read_line(line: str, year: int) -> Iterator[NoticeLine]:
    found = _LINE.fullmatch(line)
    if found is None or found[3] not in list(RestDay):
        raise ValueError(f"“{line[:40]}”看不懂，请写成“2027-10-01至2027-10-07 放假 国庆节”或“2027-10-09 调休上班 国庆节”")
    first, kind = _day(found[1]), RestDay(found[3])
    last = _day(found[2]) if found[2] else first
    name = (found[4] or "").strip() or ("恢复平常" if kind is RestDay.PLAIN else "")
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(f"“{line[:40]}”缺少节日名称，或名称超过 {LONGEST_NAME} 字")
    if not 0 <= (last - first).days < LONGEST_RUN:
        raise ValueError(f"{first} 至 {last} 的起止日期不合理，请核对")
    return (_notice_day(first + timedelta(days=step), kind, name, year) for step in range((last - first).days + 1))


def _notice_day(day: date, kind: RestDay, name: str, year: int) -> NoticeLine:
    if day.year != year and (day.year, day.month) != (year - 1, 12):
        raise ValueError(f"{day} 不属于 {year} 年的放假通知，请核对年份")
    if kind is RestDay.WORKED and day.weekday() < SATURDAY:
        raise ValueError(f"{day} 不是周末，不能列为调休上班；要取消放假请写“恢复平常”")
    return NoticeLine(day, kind, name)


def _day(written: str) -> date:
    try:
        year, month, day = (int(part) for part in written.split("-"))
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"“{written}”不是有效日期，请核对") from None
