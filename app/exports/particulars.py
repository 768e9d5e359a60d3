"""What every sheet of a return shares: who reports, for which area and month, as known when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app import clock
from app.domain.indicators import Period
from app.exports.figures import Ledger
from app.indicators.models import Plan
from app.spreadsheet_cells import Column
from app.spreadsheet_reports import ReportSheet, ReportValue

RATE = "0.00"
Row = list[ReportValue]


@dataclass(frozen=True)
class Particulars:
    """What the head of every sheet says."""

    org_name: str
    plan: Plan
    ledger: Ledger
    month: Period
    chain_head: str

    @property
    def cumulative(self) -> Period:
        return self.month.to_date

    @property
    def when(self) -> str:
        """How the columns call the period: 本月, 本季, 本年."""
        return "本月" if self.month.month else "本季" if self.month.quarter else "本年"

    @property
    def head(self) -> str:
        """The particulars of every sheet; the number follows when the return is sealed."""
        frame = self.ledger.frame
        as_of = clock.office_time(frame.as_of) if frame.as_of else None
        moment = f"{as_of:%Y-%m-%d %H:%M:%S}" if as_of else ""
        return f"填报单位：{self.org_name}　统计区域：{frame.area.name}　统计期：{self.month.label}　数据截至：{moment}"

    def sheet(
        self, title: str, columns: Sequence[Column], rows: Sequence[Row], *notes: str, totals: int = 0
    ) -> ReportSheet:
        heading = f"{self.ledger.frame.area.name}{self.month.label}{title}"
        return ReportSheet(title, heading, self.head, columns, rows, notes, totals)
