"""常住人口 and 放假安排."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.reference_acts import ChangeAct
from app.domain.samples import Confidence
from app.errors import NotFound, NotLikeThis
from app.reference_changes import gauges
from app.reference_changes.handling import Handler, Line, Told, Values, handles, word
from app.reference_data import amendments, books
from app.reference_data.models import CalendarYear, Population, Region, WorkDay
from app.reference_data.notices import NoticeLine, RestDay, UnreadableNotice, read_notice


def region_of(values: Values) -> Region:
    found = session().get(Region, int(values["subject"]))
    if found is None:
        raise NotFound("没有找到这个地区，请从行政区划列表重新进入")
    return found


@handles(ChangeAct.POPULATION)
class PopulationChange(Handler):
    """常住人口 of a region in a year."""

    def gauge(self, values: Values) -> Mapping[str, Any]:
        now = gauges.this_year()
        return {"figures": gauges.figures(int(values["subject"]), {min(int(values["year"]), now), now})}

    def _current(self, values: Values) -> list[Population]:
        return list(
            session().scalars(
                sa.select(Population)
                .where(
                    Population.region_id == int(values["subject"]), Population.year == int(values["year"]),
                    Population.superseded_at.is_(None),
                )
                .order_by(Population.recorded_at, Population.id)
            )
        )  # fmt: skip

    def told(self, values: Values) -> Told:
        region, known = region_of(values), self._current(values)
        before = known[-1] if known else None
        year, residents = int(values["year"]), int(values["residents"])
        lines = [
            Line(f"{year} 年常住人口", f"{before.residents:,} 人" if before else None, f"{residents:,} 人"),
            Line("来源", before.source if before else None, word(values, "source")),
        ]
        name = f"{books.region_book().full_name(region.id)} {year}"
        return Told(f"{region.name} {year} 年常住人口 {residents:,} 人", name[:200], None, lines)

    def base(self, values: Values) -> Any:
        return [row.id for row in self._current(values)]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        figure = int(values["year"]), int(values["residents"]), word(values, "source") or ""
        amendments.add_population(region_of(values), *figure, Confidence(values["confidence"]), actor)


def lines_of(values: Values) -> list[NoticeLine]:
    try:
        return read_notice(values.get("days") or "", int(values["year"]))
    except UnreadableNotice as fault:
        raise NotLikeThis("\n".join(fault.faults), field="days") from fault


@handles(ChangeAct.CALENDAR)
class CalendarChange(Handler):
    """放假安排 of a year."""

    moves_clocks = True

    def gauge(self, values: Values) -> Mapping[str, Any]:
        return {"clocks": gauges.clocks()}

    def told(self, values: Values) -> Told:
        year, days = int(values["year"]), lines_of(values)
        calendar = books.calendar()
        lines = [Line(_named(one.day), _stands(calendar, one.day), f"{one.kind.value} {one.name}".strip()) for one in days]
        if values.get("published"):
            pending = calendar.provisional_years(date(year, 1, 1), date(year, 1, 1))
            lines.append(Line("年度安排", "待公布" if pending else "已公布", "已公布"))
        off = sum(one.kind is RestDay.OFF for one in days)
        worked = sum(one.kind is RestDay.WORKED for one in days)
        return Told(f"{year} 年放假安排：放假 {off} 天，调休上班 {worked} 天", str(year), None, lines)

    def base(self, values: Values) -> Any:
        year, named = int(values["year"]), [one.day for one in lines_of(values)]
        rows = session().scalars(
            sa.select(WorkDay.id)
            .where(WorkDay.superseded_at.is_(None), sa.or_(WorkDay.year == year, WorkDay.day.in_(named)))
            .order_by(WorkDay.id)
        )
        years = session().scalars(
            sa.select(CalendarYear.id).where(CalendarYear.year == year, CalendarYear.superseded_at.is_(None))
        )
        return [list(rows), list(years)]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        said = word(values, "source") or "", Confidence(values["confidence"]), bool(values.get("published"))
        amendments.add_notice(int(values["year"]), lines_of(values), *said, actor)


def _named(on: date) -> str:
    return f"{on.isoformat()} 周{'一二三四五六日'[on.weekday()]}"


def _stands(calendar: Any, on: date) -> str:
    worked, off = calendar.makeup(on), calendar.holiday(on)
    return f"调休上班 {worked}" if worked else f"放假 {off}" if off else "平常日"
