"""企业自查报告: the periods of a year, the day each report is due, and how one stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

PER_YEAR = (1, 2, 4)
MONTHS_OF_YEAR = 12
LONGEST_SUMMARY = 2000
SOON = 7  # calendar days before the due day that the list points at
_LABEL = re.compile(r"(\d{4})(?:(H)([12])|(Q)([1-4]))?")


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """报告期: a year, a half (2026H1) or a quarter (2026Q3), first and last day included."""

    label: str
    first: date
    last: date

    @property
    def words(self) -> str:
        """2026年度, 2026年上半年, 2026年第3季度."""
        return period_words(self.label)

    def due_on(self, days: int) -> date:
        """So many calendar days after the period has ended."""
        return self.last + timedelta(days=days)


def periods(year: int, per_year: int) -> Sequence[ReportPeriod]:
    """The periods of a year in which an enterprise reports once, twice or four times. Raises ValueError for another number."""
    if per_year not in PER_YEAR:
        raise ValueError(f"每年报告次数只能是 {'、'.join(map(str, PER_YEAR))}")
    length = MONTHS_OF_YEAR // per_year
    return [_period(year, per_year, ordinal, length) for ordinal in range(1, per_year + 1)]


def _period(year: int, per_year: int, ordinal: int, length: int) -> ReportPeriod:
    label = str(year) if per_year == 1 else f"{year}{'H' if per_year == 2 else 'Q'}{ordinal}"
    ends = ordinal * length
    following = date(year + 1, 1, 1) if ends == MONTHS_OF_YEAR else date(year, ends + 1, 1)
    return ReportPeriod(label, date(year, (ordinal - 1) * length + 1, 1), following - timedelta(days=1))


def period(label: str) -> ReportPeriod | None:
    """The period that a label names; None for a label that names none."""
    found = _LABEL.fullmatch(label)
    if found is None or not 2000 <= int(found[1]) <= 2100:
        return None
    per_year, ordinal = (2, int(found[3])) if found[2] else (4, int(found[5])) if found[4] else (1, 1)
    return periods(int(found[1]), per_year)[ordinal - 1]


def period_words(label: str) -> str:
    """A label in words; what is no label stays as it is."""
    found = _LABEL.fullmatch(label)
    if found is None:
        return label
    if found[2]:
        return f"{found[1]}年{'上' if found[3] == '1' else '下'}半年"
    return f"{found[1]}年第{found[5]}季度" if found[4] else f"{found[1]}年度"


def standing(due_on: date, received_on: date | None, today: date) -> tuple[str, str]:
    """A tone and the words for one report: 逾期 3 天, 还有 5 天, 按期收到, 逾期 2 天收到."""
    if received_on is not None:
        late = (received_on - due_on).days
        return ("yellow", f"逾期 {late} 天收到") if late > 0 else ("green", "按期收到")
    left = (due_on - today).days
    if left < 0:
        return "red", f"逾期 {-left} 天"
    return ("yellow" if left <= SOON else "green"), (f"还有 {left} 天" if left else "今天到期")


def findings_fault(problems: int | None, rectified: int | None) -> str | None:
    """What cannot be true about the problems found, as a sentence."""
    if any(one is not None and one < 0 for one in (problems, rectified)):
        return "自查发现问题数、已整改数不能是负数，请核对"
    if rectified and (problems is None or rectified > problems):
        return "已整改数不能多于自查发现问题数，请核对"
    return None


def received_fault(received_on: date, first: date, today: date) -> str | None:
    if received_on > today:
        return "收到日期不能晚于今天，请核对"
    return f"收到日期不能早于报告期开始（{first}），请核对" if received_on < first else None
