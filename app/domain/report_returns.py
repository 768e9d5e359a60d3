"""检验报告退修率: of the reports completed in a month, how many went back to their laboratory. Divided by ``returns.Rate`` alone.

A report is counted once, whatever the number of its versions, in the month of the date of its first version; what is not in force any
more (an import undone, a sheet voided) is not counted. A return that was taken back (撤回退修) does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.returns import Rate

NAME = "检验报告退修率"
DEFINITION = (
    "检验报告退修率 ＝ 期间内出具的检验报告中被退修过的份数 ÷ 检验报告份数；"
    "按检验报告首次登记的报告日期归入月份，一份报告更正几次都只计一份；"
    "已撤销、已作废的报告和已撤回的退修不计"
)
UNKNOWN = "未注明检验机构"


@dataclass(frozen=True, slots=True)
class Report:
    """One report in force: the date of its first version, its laboratory, and the codes under which it was returned."""

    id: int
    laboratory: str
    reported_on: date
    reasons: frozenset[str]

    @property
    def month(self) -> str:
        return f"{self.reported_on:%Y-%m}"

    @property
    def returned(self) -> bool:
        return bool(self.reasons)


@dataclass(frozen=True, slots=True)
class LaboratoryRates:
    """One laboratory: the whole period, and each of its months that has reports."""

    whole: Rate
    months: Sequence[Rate]


def rate_of(name: str, reports: Sequence[Report]) -> Rate:
    return Rate(name, sum(report.returned for report in reports), len(reports))


def per_laboratory(reports: Iterable[Report]) -> list[LaboratoryRates]:
    """The laboratories with the most returns first; months in their order."""
    grouped: dict[str, list[Report]] = {}
    for report in reports:
        grouped.setdefault(report.laboratory, []).append(report)
    found = [LaboratoryRates(rate_of(name, group), per_month(group)) for name, group in grouped.items()]
    return sorted(found, key=lambda one: (-one.whole.returned, -one.whole.sheets, one.whole.name))


def per_month(reports: Iterable[Report]) -> list[Rate]:
    grouped: dict[str, list[Report]] = {}
    for report in reports:
        grouped.setdefault(report.month, []).append(report)
    return [rate_of(month, grouped[month]) for month in sorted(grouped)]


def per_reason(reports: Sequence[Report]) -> list[Rate]:
    """Of all reports, how many came back under each reason."""
    counts: dict[str, int] = {}
    for report in reports:
        for reason in report.reasons:
            counts[reason] = counts.get(reason, 0) + 1
    return [Rate(reason, count, len(reports)) for reason, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def chosen(reports: Iterable[Report], *, laboratory: str = "", month: str = "", reason: str = "", returned: bool = False) -> list[int]:
    """Ids of exactly the reports that one number counts."""
    return [
        report.id
        for report in reports
        if (not laboratory or report.laboratory == laboratory)
        and (not month or report.month == month)
        and (not reason or reason in report.reasons)
        and (not returned or report.returned)
    ]
