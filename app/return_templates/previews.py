"""A template filled for an area and a period before it is adopted (试填): shown, kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app import clock
from app.domain.actors import Actor
from app.domain.indicators import Period
from app.domain.reporting_kinds import ReturnPeriod
from app.errors import NotLikeThis
from app.exports.queries import home_region, organisation_name
from app.indicators import frames
from app.indicators.frames import Area, Frame
from app.indicators.queries import plans
from app.reference_data.books import region_book
from app.return_templates import queries, showing
from app.return_templates.filling import Filled, counted, mapping, written
from app.return_templates.models import ReturnTemplate

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Asked:
    """For which area and period; ``areas`` are those to choose from."""

    area: str
    year: int
    part: int  # the month or the quarter
    kind: ReturnPeriod
    areas: list[tuple[str, str]]

    @property
    def parts(self) -> list[tuple[int, str]]:
        if self.kind is ReturnPeriod.MONTH:
            return [(month, f"{month} 月") for month in range(1, 13)]
        return [(quarter, f"第 {quarter} 季度") for quarter in range(1, 5)] if self.kind is ReturnPeriod.QUARTER else []


def form(row: ReturnTemplate, actor: Actor, sent: Mapping[str, Any]) -> Asked:
    """What the page asks for, last month where nothing is said. Raises NotLikeThis."""
    book, home = region_book(), home_region(actor)
    offered = frames.offered(book, home, *(book.id(plan.region_code) for plan in plans()))
    today = clock.today()
    year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    part = {ReturnPeriod.MONTH: month, ReturnPeriod.QUARTER: (month + 2) // 3, ReturnPeriod.YEAR: 1}[row.period_kind]
    area = str(sent.get("area") or (book.code(home) if home else ""))
    return Asked(
        area, _number(sent.get("year"), year), _number(sent.get("part"), part), row.period_kind,
        [(one.code, book.full_name(one.id)) for one in offered],
    )  # fmt: skip


def _number(written: Any, usual: int) -> int:
    text = str(written or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else usual


def asked(form: Asked) -> dict[str, Any]:
    """The same again, for links."""
    return {"area": form.area, "year": form.year, "part": form.part}


def period_of(kind: ReturnPeriod, year: int, part: int) -> Period:
    """The period of a form. Raises NotLikeThis."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotLikeThis(f"没有 {year} 年的统计，可用年份：{FIRST_YEAR} 至 {LAST_YEAR}")
    try:
        if kind is ReturnPeriod.YEAR:
            return Period(year)
        return Period(year, quarter=part) if kind is ReturnPeriod.QUARTER else Period(year, month=part)
    except ValueError as fault:
        raise NotLikeThis(str(fault)) from None


def words(form: Asked) -> str:
    return f"{form.area}_{period_of(form.kind, form.year, form.part).label}"


def frame(actor: Actor, area: str, period: Period) -> Frame:
    place: Area = frames.area_by_code(region_book(), area)
    return Frame(actor, place, period)


def filled(row: ReturnTemplate, actor: Actor, form: Asked) -> Filled:
    """The cells of the preview. Raises NotLikeThis, naming the cell that cannot be filled."""
    return filled_in(row, actor, frame(actor, form.area, period_of(form.kind, form.year, form.part)))


def filled_in(row: ReturnTemplate, actor: Actor, about: Frame) -> Filled:
    particulars = {
        "填报单位": organisation_name(actor.org_id), "制表人": actor.name, "填报日期": str(clock.today()),
        "报表编号": "（试填，未生成报表）",
    }  # fmt: skip
    return counted(row, about, particulars)


def workbook(row: ReturnTemplate, actor: Actor, form: Asked) -> bytes:
    return written(row, filled(row, actor, form))


def page(row: ReturnTemplate, found: Filled | None, sheet: str | None) -> dict[str, Any]:
    """The sheet with its values."""
    package = queries.package(row)
    chosen = showing.sheet_named(package, sheet)
    cells = found.cells if found else []
    return {
        "sheets": package.sheets, "sheet": chosen, "grid": showing.shown_grid(package, chosen, mapping(row), cells),
        "values": [(one, showing.shown_value(one)) for one in cells], "tones": showing.TONES,
    }  # fmt: skip
