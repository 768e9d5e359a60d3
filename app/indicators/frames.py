"""The frame of a figure: who asks, for which area, for which period, as known when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock
from app.domain.actors import BUREAU_STAFF, Actor
from app.domain.indicators import Period
from app.errors import NotLikeThis
from app.indicators.models import AreaSummary, BatchSummary, WideSummary, YearSummary
from app.indicators.summaries import county_key
from app.indicators.yearly import NATION
from app.reference_data.models import Region, RegionLevel
from app.reference_data.region_names import RegionBook
from app.sampling.models import BatchFact
from app.scope import below

Clause = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Area:
    """抽样地 of a figure: a region with everything in it."""

    id: int
    code: str
    name: str
    level: RegionLevel
    book: RegionBook = field(repr=False, compare=False)

    @property
    def inside(self) -> frozenset[int]:
        """Ids of the region and of everything in it."""
        return self.book.below(self.id)

    @property
    def children(self) -> list[Area]:
        return [area(self.book, region_id) for region_id in self.book.children(self.id)]

    @property
    def whole(self) -> bool:
        """The nation holds everything, also batches whose place nobody could read."""
        return self.level is RegionLevel.COUNTRY

    @property
    def fine(self) -> bool:
        """Finer than the summary, which stops at counties."""
        return self.level is RegionLevel.TOWNSHIP

    def holds(self, county: Any) -> Clause:
        """Whether the county (or the city, where no county is known) lies in the area."""
        if self.whole:
            return sa.true()
        return county == self.id if self.level is RegionLevel.COUNTY else self.lies_in(county)

    def lies_in(self, region: Any) -> Clause:
        """Whether a region of any level is the area or lies in it."""
        inside = Region.path.contains(f"/{self.id}/", autoescape=True)
        return region.in_(sa.select(Region.id).where(inside))  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything but the definition that decides a figure. ``as_of`` None is now."""

    actor: Actor
    area: Area
    period: Period
    as_of: datetime | None = None

    @property
    def today(self) -> date:
        """The day on which the figure was or is known."""
        return clock.office_time(self.as_of).date() if self.as_of else clock.today()

    def over(self, period: Period) -> Frame:
        return replace(self, period=period)

    def within(self, area: Area) -> Frame:
        return replace(self, area=area)

    def facts(self) -> list[Clause]:
        """The versions of batches in force at the moment, in the area and the period, that the reader may count."""
        return [*self.place(), *months_of(BatchFact.month, self.period)]

    def place(self) -> list[Clause]:
        """The versions in force in the area, of any date."""
        return [*self.in_area(), reach(self.actor, BatchFact.org_id)]

    def in_area(self) -> list[Clause]:
        """The same of every organisation: where somebody's case or transfer is about another's batch."""
        return [*moment(BatchFact, self.as_of), BatchFact.voided.is_(False), *self._place()]

    def _place(self) -> list[Clause]:
        if self.area.fine:
            return [BatchFact.region_id == self.area.id]
        if self.area.level is RegionLevel.COUNTY:
            return [BatchFact.county_id == self.area.id]
        return [self.area.holds(county_key())]

    @property
    def asks_all(self) -> bool:
        """Asked by somebody who may count everything there is."""
        return topmost(self.actor) and self.actor.has(*BUREAU_STAFF)

    @property
    def wide(self) -> bool:
        """Everything in a province or the nation, asked by somebody who may count all of it."""
        return self.asks_all and self.area.level in (RegionLevel.PROVINCE, RegionLevel.COUNTRY)

    def summaries(self, lines: Any = BatchSummary) -> list[Clause]:
        """The lines of a summary in the area and the period that the reader may count."""
        yearly = issubclass(lines, AreaSummary | YearSummary)
        span = [lines.year == self.period.year] if yearly else months_of(lines.month, self.period)
        if issubclass(lines, WideSummary | YearSummary):
            return [lines.region_id == self.area.id, *span]
        return [reach(self.actor, lines.org_id), self.area.holds(lines.county_id), *span]


def reach(actor: Actor, column: Any) -> Clause:
    """Figures count the reader's organisation and those below it; the topmost one counts all, without asking each row."""
    if not actor.has(*BUREAU_STAFF):
        return sa.false()
    return sa.true() if topmost(actor) else below(actor, column)


def topmost(actor: Actor) -> bool:
    """The organisation above all others."""
    return actor.org_path.strip("/").isdecimal()


def moment(model: Any, as_of: datetime | None) -> list[Clause]:
    """The rows in force: not superseded now, or known and not yet superseded then."""
    if as_of is None:
        return [model.superseded_at.is_(None)]
    return [model.recorded_at <= as_of, sa.or_(model.superseded_at.is_(None), model.superseded_at > as_of)]


def months_of(column: Any, period: Period) -> list[Clause]:
    """The month (202611) lies in the period. Month by month, not from the first to the last: an index by month and place is then
    asked twelve times for one place and not once for all of them."""
    return [column.in_([period.year * 100 + month for month in period.months])]


# ---------------------------------------------------------------- areas


def area(book: RegionBook, region_id: int) -> Area:
    return Area(region_id, book.code(region_id), book.name(region_id), book.level(region_id), book)


def area_by_code(book: RegionBook, code: str) -> Area:
    """The area of a 区划代码, or a sentence that names some we know."""
    region_id = book.id(code.strip())
    if region_id is None:
        known = "、".join(_known_places(book)) or "（基础数据尚未装载）"
        raise NotLikeThis(f"没有区划代码为“{code[:20]}”的区域，已知的市县有：{known}", field="area")
    return area(book, region_id)


def _known_places(book: RegionBook) -> list[str]:
    nation = book.id(NATION)
    inside = book.below(nation) if nation is not None else ()
    counties = sorted(
        (one for one in inside if book.level(one) in (RegionLevel.CITY, RegionLevel.COUNTY)), key=book.code
    )
    return [f"{book.name(one)} {book.code(one)}" for one in counties[:60]]


def offered(book: RegionBook, *region_ids: int | None) -> list[Area]:
    """Areas to choose from: each of these, what it lies in and what lies directly in it."""
    found: set[int] = set()
    for region_id in region_ids:
        if region_id is not None:
            found |= {*book.up(region_id), *book.children(region_id)}
    return [area(book, one) for one in sorted(found, key=lambda one: [*reversed(book.codes_up(one))])]


# ---------------------------------------------------------------- periods and moments


FIRST_YEAR, LAST_YEAR = 2000, 2100


def period(year: int, month: int | None = None, cumulative: bool = False, quarter: int | None = None) -> Period:
    """A year, a quarter, a month, or January up to one of them."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotLikeThis(f"没有 {year} 年的统计，可用年份：{FIRST_YEAR} 至 {LAST_YEAR}", field="year")
    try:
        return Period(year, quarter=quarter, month=month, cumulative=cumulative and (month or quarter) is not None)
    except ValueError as fault:
        raise NotLikeThis(str(fault), field="year") from fault


PRECISION = (
    (re.compile(r"\d{4}-\d{2}-\d{2}"), timedelta(days=1)),
    (re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}([+-]\d{2}:?\d{2}|Z)?"), timedelta(minutes=1)),
    (re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}([+-]\d{2}:?\d{2}|Z)?"), timedelta(seconds=1)),
)


def read_moment(written: str | None) -> datetime | None:
    """截至时点 as written, to the end of what was written: a date means its last moment. Without a zone it is the office's.

    Nothing written means now.
    """
    text = (written or "").strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NotLikeThis(f"“{text[:40]}”不是时间，请写成 2026-11-01 或 2026-11-01T17:30", field="as_of") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise NotLikeThis(f"没有 {found.year} 年的统计，可用年份：{FIRST_YEAR} 至 {LAST_YEAR}", field="as_of")
    whole = next((length for pattern, length in PRECISION if pattern.fullmatch(text)), None)
    aware = found if found.tzinfo else found.replace(tzinfo=clock.OFFICE)
    utc = aware.astimezone(UTC).replace(tzinfo=None)
    return utc + whole - timedelta(microseconds=1) if whole else utc


def sums(clauses: Iterable[Clause], lines: Any) -> list[sa.ColumnElement[int]]:
    """Batches of each condition, one column each: many counts in one pass over the lines of a summary.

    As INTEGER, since PostgreSQL adds up BIGINT as numeric, at several times the cost of whole numbers.
    """
    added = sa.func.sum(sa.cast(lines.batches, sa.Integer))
    return [sa.func.coalesce(added if _always(clause) else added.filter(clause), 0) for clause in clauses]


def _always(clause: Clause) -> bool:
    return clause.compare(sa.true())


def rows(clauses: Iterable[Clause]) -> list[sa.ColumnElement[int]]:
    """The same over rows that are one batch each."""
    return [sa.func.count().filter(clause) for clause in clauses]


FEW = 4


def any_of(clauses: Sequence[Clause]) -> list[Clause]:
    """What none of the conditions counts need not be read; asking each line for many conditions twice costs more than it saves."""
    return [sa.or_(*clauses)] if len(clauses) <= FEW and not any(_always(one) for one in clauses) else []
