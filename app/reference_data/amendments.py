"""What the office enters itself: new dated versions of a limit, a population figure, a year's holidays, and regions.

Nothing is changed in place: the row in force is superseded, and what it said stays readable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock, history
from app.db import session
from app.domain.actors import Actor
from app.domain.quantities import Op, parse_limit_text
from app.domain.rounding import Basis
from app.domain.samples import Confidence
from app.domain.working_days import SATURDAY
from app.errors import NotAllowedNow, NotLikeThis
from app.reference_data import books, standing
from app.reference_data.editions import add_nodes
from app.reference_data.models import CalendarYear, FoodLimit, Population, Region, RegionLevel, WorkDay
from app.reference_data.notices import NoticeLine, RestDay
from app.reference_data.region_import import RegionImport
from app.reference_data.shipped import written_places
from app.reference_data.standing import WordKind

OVERTAKEN = "该版本已被新版本替代，请刷新页面，在现行版本上操作"
TOO_LONG = 300


@dataclass(frozen=True, slots=True)
class LimitVersion:
    """What a new version of a limit says. ``limit`` is as standards write it: ≤0.2, 21～39, 不得检出, n=5,c=2,m=…"""

    limit: str
    unit: str | None
    standard: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: Confidence
    note: str | None = None
    comparison: Basis = Basis.FULL


def add_limit(item: str, category: str | None, region: str | None, version: LimitVersion, actor: Actor) -> FoodLimit:
    """A limit for an item and a food that had none."""
    known, place = books.item_book().resolve(item), books.category_book().by_path(category or "")
    if not known.known:
        raise NotLikeThis(f"检验项目“{item[:60]}”不在项目库中，请核对名称", field="item")
    if category and place is None:
        raise NotLikeThis(f"食品分类“{category[:60]}”不在分类库中，请从列表中选择完整路径", field="category")
    if region and books.region_book().id(region) is None:
        raise NotLikeThis(f"没有代码为“{region[:12]}”的地区，请填写行政区划代码；全国适用的请留空", field="region")
    _refuse_retired(known.name, place.id if place else None, version.valid_from)
    identity = {"item": known.name, "category": place.path if place else None, "region": region or None}
    return _record_limit(_limit_row(identity, version), version, actor, {})


def _refuse_retired(item: str, category_id: int | None, begins: date) -> None:
    for field, gone in (("item", standing.item_ended(item, begins)), ("category", standing.ended(WordKind.CATEGORY, category_id, begins))):
        if gone is not None:
            raise NotLikeThis(gone.remedy, field=field)


def add_limit_version(old: FoodLimit, version: LimitVersion, actor: Actor) -> FoodLimit:
    """A new version of a limit. One that begins later closes the old one the day before; else it replaces it."""
    now = clock.now()
    identity = {"item": old.item, "category": old.category, "region": old.region}
    row = _limit_row(identity, version)
    last = version.valid_from - timedelta(days=1)
    if old.valid_from is not None and old.valid_from >= version.valid_from:
        supersede(old, now)
    elif old.valid_to is None or old.valid_to > last:
        supersede(old, now)
        session().add(_copy(old, valid_to=last, shipped=False, recorded_at=now))
    elif old.superseded_at is not None:
        raise NotAllowedNow(OVERTAKEN)
    changes: dict[str, Any] = {"限量": (_said(old), _said(row)), "有效期起": (old.valid_from, row.valid_from)}
    if old.comparison != row.comparison:
        changes["比较方法"] = (old.comparison or Basis.FULL.value, row.comparison or Basis.FULL.value)
    return _record_limit(row, version, actor, changes)


def end_limit(row: FoodLimit, last: date, source: str, actor: Actor, now: datetime) -> FoodLimit:
    """废止: the limit holds until this day; what it said stays readable."""
    if row.superseded_at is not None:
        raise NotAllowedNow(OVERTAKEN)
    if row.valid_from is not None and last < row.valid_from:
        raise NotLikeThis("最后一个有效日早于有效期起，请核对", field="valid_to")
    if row.valid_to is not None and row.valid_to <= last:
        raise NotLikeThis(f"该限量本来只到 {row.valid_to}，请填写更早的日期", field="valid_to")
    supersede(row, now)
    ended: FoodLimit = _copy(row, valid_to=last, shipped=False, source=source[:TOO_LONG], recorded_at=now)
    session().add(ended)
    session().flush()
    name = f"{row.item}／{row.category or '全部食品'}"
    changes = {"有效期止": (row.valid_to, last), "依据": (row.source, source)}
    history.record("food_limit", ended.id, "add_version", actor, org_id=actor.org_id, name=name, changes=changes)
    return ended


def _limit_row(identity: Mapping[str, str | None], version: LimitVersion) -> FoodLimit:
    if version.valid_to is not None and version.valid_to < version.valid_from:
        raise NotLikeThis("有效期止早于有效期起，请核对", field="valid_to")
    read = parse_limit_text(version.limit)
    if read is None:
        raise NotLikeThis("请填写限量，如 ≤0.2、21～39、不得检出、n=5,c=2,m=10000,M=100000", field="limit")
    if version.comparison is Basis.ROUNDED and read.minimum is None and read.maximum is None:
        raise NotLikeThis("该限量没有可修约到的数值，请选择“全数值比较法”", field="comparison")
    text = version.limit if read.op is Op.TEXT else None
    return FoodLimit(
        **identity,
        op=read.op.value, minimum=read.minimum, maximum=read.maximum, n=read.n, c=read.c, m=read.m, big_m=read.big_m,
        places=written_places(read.minimum, read.maximum), unit=version.unit or read.unit, text=text, note=version.note,
        comparison=version.comparison.value if version.comparison is Basis.ROUNDED else None,
        standard=version.standard, valid_from=version.valid_from, valid_to=version.valid_to, source=version.source,
        confidence=version.confidence, shipped=False, recorded_at=clock.now(), superseded_at=None,
    )  # fmt: skip


def _record_limit(row: FoodLimit, version: LimitVersion, actor: Actor, changes: Mapping[str, Any]) -> FoodLimit:
    session().flush()
    other = _overlapping(row)
    if other is not None:
        raise NotLikeThis(
            f"与自 {other.valid_from} 起的现行限量（{_said(other)}，{other.standard}）有效期重叠，请填写有效期止或先改那一条",
            field="valid_from",
        )
    session().add(row)
    session().flush()
    told = changes or {"限量": (None, _said(row)), "有效期起": (None, row.valid_from)}
    name = f"{row.item}／{row.category or '全部食品'}"
    history.record("food_limit", row.id, "add_version", actor, org_id=actor.org_id, name=name, changes=told)
    return row


def _overlapping(row: FoodLimit) -> FoodLimit | None:
    """Another limit in force for the same item, food and region on a day of this one: nobody could say which judges."""
    same = (
        FoodLimit.superseded_at.is_(None),
        FoodLimit.item == row.item,
        FoodLimit.category.is_not_distinct_from(row.category),
        FoodLimit.region.is_not_distinct_from(row.region),
    )
    end, begin = row.valid_to or date.max, row.valid_from or date.min
    for other in session().scalars(sa.select(FoodLimit).where(*same).order_by(FoodLimit.valid_from, FoodLimit.id)):
        if (other.valid_from or date.min) <= end and begin <= (other.valid_to or date.max):
            return other
    return None


def _said(row: FoodLimit) -> str:
    return books.limit_of(row).words()


def _copy(row: Any, **changed: Any) -> Any:
    """The same row as a version of its own, with what has changed."""
    columns = [column.name for column in row.__table__.c if column.name not in ("id", "superseded_at")]
    return type(row)(**{**{name: getattr(row, name) for name in columns}, **changed}, superseded_at=None)


def supersede(row: Any, now: datetime) -> None:
    """Take the row out of force, unless somebody else has just done so."""
    table = row.__table__
    done = session().execute(
        sa.update(table).where(table.c.id == row.id, table.c.superseded_at.is_(None)).values(superseded_at=now)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotAllowedNow(OVERTAKEN)
    session().expire(row, ["superseded_at"])


def version_after(old: Any, last: date | None, changed: Mapping[str, Any], now: datetime) -> Any:
    """A new version of a dated row. One that begins later closes the old one on ``last``; else, and without ``last``, it replaces it."""
    begins = getattr(old, "valid_from", None)
    supersede(old, now)
    if last is not None and begins is not None and begins <= last:
        session().add(_copy(old, valid_to=last, shipped=False, recorded_at=now))
    made = _copy(old, **{**changed, "shipped": False, "recorded_at": now})
    session().add(made)
    session().flush()
    return made


def add_population(region: Region, year: int, residents: int, source: str, confidence: Confidence, actor: Actor) -> None:
    """常住人口 of a year: a further year, or a new version of a known one."""
    if year > clock.today().year:
        raise NotLikeThis(f"{year} 年尚未到来，请核对年份", field="year")
    now = clock.now()
    known = session().scalars(
        sa.select(Population).where(
            Population.region_id == region.id, Population.year == year, Population.superseded_at.is_(None)
        )
    ).all()
    if any(row.residents == residents and row.source == source and row.confidence == confidence for row in known):
        raise NotLikeThis(f"{region.name} {year} 年常住人口已是 {residents} 人，没有变化", field="residents")
    for row in known:
        supersede(row, now)
    session().add(_population(region.id, year, residents, source, confidence, now))
    before = known[-1].residents if known else None
    changes = {f"{year}年常住人口": (before, residents), "来源": (known[-1].source if known else None, source)}
    history.record(
        "population", region.id, "add_version", actor, org_id=actor.org_id, name=f"{region.name} {year}", changes=changes
    )


def _population(
    region_id: int, year: int, residents: int, source: str, confidence: Confidence, now: datetime
) -> Population:
    return Population(
        region_id=region_id, year=year, residents=residents, source=source, confidence=confidence, shipped=False,
        recorded_at=now, superseded_at=None,
    )  # fmt: skip


def add_notice(
    year: int, lines: Sequence[NoticeLine], source: str, confidence: Confidence, published: bool, actor: Actor
) -> int:
    """放假安排 of a year, or a change of some of its days. ``published`` says that the year's notice is now complete."""
    now = clock.now()
    known = {row.day: row for row in session().scalars(sa.select(WorkDay).where(WorkDay.superseded_at.is_(None)))}
    publishing = published and year not in _confirmed_years()
    if publishing:
        lines = [*lines, *_guesses(year, known.values(), {line.day for line in lines})]
    changes: dict[str, tuple[str | None, str]] = {}
    for line in lines:
        old, working = known.get(line.day), _works(line)
        if old is not None and (old.working, old.name, old.source) == (working, line.name, source):
            continue
        if old is not None:
            supersede(old, now)
        session().add(
            WorkDay(
                day=line.day, year=year, working=working, name=line.name, source=source, confidence=confidence,
                shipped=False, recorded_at=now, superseded_at=None,
            )
        )  # fmt: skip
        changes[line.day.isoformat()] = (old.name if old else None, f"{line.kind.value} {line.name}")
    changes |= _publish(year, source, now) if publishing else {}
    if not changes:
        raise NotLikeThis("与现有日历完全相同，没有需要保存的内容", field="days")
    history.record(
        "calendar_year", None, "add_version", actor, org_id=actor.org_id, name=f"{year} 年放假安排", changes=changes
    )
    return len(changes)


def _works(line: NoticeLine) -> bool:
    if line.kind is RestDay.PLAIN:
        return line.day.weekday() < SATURDAY
    return line.kind is RestDay.WORKED


def _confirmed_years() -> set[int]:
    confirmed = sa.select(CalendarYear.year).where(CalendarYear.superseded_at.is_(None), CalendarYear.confirmed)
    return set(session().scalars(confirmed))


def _guesses(year: int, known: Iterable[WorkDay], named: set[date]) -> list[NoticeLine]:
    """Days that a file guessed before the notice was out, and that the notice does not name, are plain days after all."""
    return [
        NoticeLine(row.day, RestDay.PLAIN, RestDay.PLAIN.value)
        for row in known
        if row.year == year and row.shipped and row.day not in named
    ]


def _publish(year: int, source: str, now: datetime) -> dict[str, tuple[str | None, str]]:
    current = sa.select(CalendarYear).where(CalendarYear.year == year, CalendarYear.superseded_at.is_(None))
    known = session().scalars(current).all()
    for row in known:
        supersede(row, now)
    session().add(
        CalendarYear(year=year, confirmed=True, source=source, shipped=False, recorded_at=now, superseded_at=None)
    )
    return {"年度安排": ("待公布" if known else None, "已公布")}


def import_regions(plan: RegionImport, source: str, actor: Actor) -> None:
    """Add the regions and population figures of a checked file; regions already known stay as they are."""
    now = clock.now()
    known = {row["code"]: dict(row) for row in session().execute(sa.select(Region.__table__)).mappings()}
    rows = [
        {
            "code": line.code, "name": line.name, "short_name": line.short_name, "aliases": None,
            "level": RegionLevel(line.level), "above": line.parent_code, "path": "/", "source": source,
            "confidence": Confidence.UNVERIFIED, "valid_from": None, "valid_to": None, "recorded_at": now,
            "superseded_at": None,
        }
        for line in plan.new
    ]  # fmt: skip
    add_nodes(Region, "code", known, rows)
    regions = {row.code: row for row in session().scalars(sa.select(Region))}
    for line in plan.populations:
        if line.year is not None and line.residents is not None:
            region = regions[line.code]
            add_population(region, line.year, line.residents, source, Confidence.UNVERIFIED, actor)
    if plan.new:
        history.record(
            "region", None, "load", actor, org_id=actor.org_id, name=source, changes={"行政区划": (None, len(plan.new))}
        )
