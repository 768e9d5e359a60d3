"""Statistical periods (统计期): a year, a quarter, a month, or January up to one; each ends on its real last day."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Period:
    """A year, or one quarter or month of it; `cumulative` starts on 1 January (1月至本月)."""

    year: int
    quarter: int | None = None
    month: int | None = None
    cumulative: bool = False

    def __post_init__(self) -> None:
        if self.quarter is not None and self.month is not None:
            raise ValueError("统计期只能选择季度或月份之一")
        if not date.min.year <= self.year <= date.max.year:
            raise ValueError(f"没有 {self.year} 年，请填写四位年份")
        if self.quarter is not None and not 1 <= self.quarter <= 4:
            raise ValueError(f"没有第 {self.quarter} 季度，请填写 1 至 4")
        if self.month is not None and not 1 <= self.month <= 12:
            raise ValueError(f"没有 {self.month} 月，请填写 1 至 12")

    @property
    def months(self) -> range:
        """The months covered, by number."""
        last = self.month or (self.quarter or 4) * 3
        length = 1 if self.month else 3 if self.quarter else 12
        return range(1 if self.cumulative else last - length + 1, last + 1)

    @property
    def first(self) -> date:
        """First day, included."""
        return date(self.year, self.months[0], 1)

    @property
    def last(self) -> date:
        """Last day, included: 28 or 29 February, 30 November."""
        month = self.months[-1]
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def label(self) -> str:
        """As printed: 2026年11月, 2026年1—11月, 2026年第4季度, 2026年."""
        first, last = self.months[0], self.months[-1]
        if len(self.months) == 12:
            return f"{self.year}年"
        if self.cumulative and first != last:
            return f"{self.year}年{first}—{last}月"
        if self.quarter and not self.cumulative:
            return f"{self.year}年第{self.quarter}季度"
        return f"{self.year}年{last}月"

    @property
    def to_date(self) -> Period:
        """From 1 January to the end of this period."""
        return Period(self.year, self.quarter, self.month, cumulative=True)

    @property
    def year_before(self) -> Period:
        """The same period of the year before, for 同比."""
        return Period(self.year - 1, self.quarter, self.month, self.cumulative)

    @property
    def before(self) -> Period | None:
        """The period just before, for 环比; None where that is the year before anyway, or where the period is cumulative."""
        if (self.cumulative and len(self.months) > 1) or len(self.months) == 12:
            return None
        if self.month:
            return Period(self.year, month=self.month - 1) if self.month > 1 else Period(self.year - 1, month=12)
        quarter = self.quarter or 1
        return Period(self.year, quarter=quarter - 1) if quarter > 1 else Period(self.year - 1, quarter=4)

    def contains(self, day: date | None) -> bool:
        """Whether a day lies in the period; no day lies in none."""
        return day is not None and self.first <= day <= self.last
