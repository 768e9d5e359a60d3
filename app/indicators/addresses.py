"""What the address of a page of figures says: area, year, month and moment; every such page can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import request

from app import clock
from app.authorize import current_actor
from app.errors import NotLikeThis
from app.indicators import frames, holdings, queries
from app.indicators.frames import Area, Frame
from app.indicators.models import Plan
from app.reference_data.books import region_book
from app.reference_data.region_names import RegionBook

QUARTERS = ("Q1", "Q2", "Q3", "Q4")


@dataclass(frozen=True)
class Here:
    """The frame that the address asks for, and the arguments that ask for it again."""

    plan: Plan
    frame: Frame
    as_of: str | None

    @property
    def args(self) -> dict[str, Any]:
        period = self.frame.period
        return {
            "area": self.frame.area.code,
            "year": period.year,
            "month": f"Q{period.quarter}" if period.quarter else period.month,  # one field, so that a link to a month replaces both
            "to_date": "1" if period.cumulative and (period.month or period.quarter) else None,
            "as_of": self.as_of,
        }

    @property
    def as_of_input(self) -> str:
        """The moment as a browser's field for date and time takes it."""
        as_of = self.frame.as_of
        return clock.office_time(as_of).strftime("%Y-%m-%dT%H:%M") if as_of else ""

    @cached_property
    def held(self) -> bool:
        """Whether the reader's office has anything to count in the area."""
        return holdings.any_in(self.frame)

    @property
    def year_args(self) -> dict[str, Any]:
        """The same without the month or quarter."""
        return {**self.args, "month": None, "to_date": None}

    @property
    def years(self) -> list[int]:
        """Years to choose from, the one shown included."""
        last = max(self.plan.to_year, clock.today().year)
        return sorted({*range(self.plan.from_year - 1, last + 1), self.frame.period.year}, reverse=True)

    def areas(self, *more: int | None) -> list[Area]:
        return frames.offered(self.frame.area.book, self.frame.area.id, self.plan.region_id, *more)


def here(plan: Plan, given: Mapping[str, str] | None = None) -> Here:
    """Read the address, or what was kept of it; the plan's own area, or the reader's where that is another place; this year by default."""
    book = region_book()
    args: Mapping[str, str] = request.args if given is None else given
    code = args.get("area")
    found = frames.area_by_code(book, code) if code else frames.area(book, default_area(book, plan))
    year = _whole(args, "year", "年份") or clock.today().year
    month, quarter = _months(args)
    period = frames.period(year, month, args.get("to_date") == "1", quarter)
    as_of = (args.get("as_of") or "").strip() or None
    return Here(plan, Frame(current_actor(), found, period, frames.read_moment(as_of)), as_of)


def default_area(book: RegionBook, plan: Plan) -> int:
    """Figures are the reader's: of a plan of another place its own area would hold none of them."""
    own = queries.own_region(current_actor())
    if own is None or plan.region_id in book.up(own.id) or own.id in book.up(plan.region_id):
        return plan.region_id
    return int(own.id)


def _months(args: Mapping[str, str]) -> tuple[int | None, int | None]:
    """Month and quarter; one list of the page offers both, a quarter as Q1 to Q4."""
    written = (args.get("month") or "").strip().upper()
    if written in QUARTERS:
        return None, QUARTERS.index(written) + 1
    return _whole(args, "month", "月份"), _whole(args, "quarter", "季度")


def _whole(args: Mapping[str, str], name: str, label: str) -> int | None:
    written = (args.get(name) or "").strip()
    if not written:
        return None
    if not written.isascii() or not written.isdecimal() or len(written) > 4:
        raise NotLikeThis(f"{label}“{written[:20]}”不是数字，请重新选择", field=name)
    return int(written)


def position(name: str = "after") -> int:
    """Where a page of a list begins."""
    written = request.args.get(name, "0")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 18 else 0
