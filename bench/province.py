"""A province of the measurements: a million batches of ten years in 500 counties, with a bureau in each (模拟省).

Made up from a fixed seed, so that both databases and the floor hold the same rows. Categories, purposes, levels and
conclusions are as uneven as in life; one batch in a hundred has been corrected. Only batches of one year carry result rows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.databases import Database, prepared
from bench.frame import FOLDER, TODAY
from bench.province_items import COPIED, fill_items

CITIES, COUNTIES = 25, 500
PROVINCE = "990000"
WAITING = 10_000  # registered, without a result
CHUNK = 20_000
FIRST_YEAR, LAST_YEAR = 2017, 2026


@dataclass(frozen=True)
class Place:
    """A county and its bureau."""

    region_id: int
    org_id: int


@dataclass(frozen=True)
class Food:
    """A category with its 大类."""

    id: int
    root_id: int
    domain: Any


def province(kind: str, rows: int) -> Database:
    """The data set on one of the databases."""
    return prepared(kind, f"province_{rows}", lambda actor: _fill(actor, rows))


def _fill(actor: Any, rows: int) -> None:
    from app.db import session, transaction
    from app.indicators.summaries import rebuild

    with transaction():
        places = _places(actor)
    batches = _batches(random.Random(811), places, _foods(), rows)
    told = False
    while chunk := list(islice(batches, CHUNK)):
        with transaction():
            _insert(chunk)
        told = told or _tell_the_planner()
    with transaction():
        fill_items()
    _tell_the_planner()
    with transaction():
        rebuild(session())


def _tell_the_planner() -> bool:
    """Statistics after the first rows, as autovacuum gathers them in an office: without them PostgreSQL goes on checking foreign
    keys by plans that it made for empty tables, through whole indexes."""
    import sqlalchemy as sa

    from app.db import engine

    if engine().dialect.name == "postgresql":
        with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))
    return True


# ---------------------------------------------------------------- places


def _places(actor: Any) -> list[Place]:
    """A made-up province: its regions, and a bureau in every city and county."""
    import sqlalchemy as sa

    from app.db import session
    from app.domain.samples import Level
    from app.organisations.models import Organisation
    from app.reference_data.models import Region, RegionLevel

    nation = session().scalars(sa.select(Region).where(Region.code == "100000")).one()
    root = session().get_one(Organisation, actor.org_id)
    top = _region(PROVINCE, "模拟省", RegionLevel.PROVINCE, nation)
    found = []
    for city in range(CITIES):
        region = _region(f"99{city + 1:02d}00", f"模拟{city + 1}市", RegionLevel.CITY, top)
        bureau = _bureau(region, Level.CITY, root)
        for county in range(COUNTIES // CITIES):
            own = _region(f"{region.code[:4]}{county + 1:02d}", f"模拟{city + 1}{county + 1:02d}县", RegionLevel.COUNTY, region)
            found.append(Place(own.id, _bureau(own, Level.COUNTY, bureau).id))
    return found


def _region(code: str, name: str, level: Any, above: Any) -> Any:
    from app import clock
    from app.db import session
    from app.domain.samples import Confidence
    from app.reference_data.models import Region

    made = Region(
        code=code, name=name, short_name=name, level=level, parent_id=above.id, path="/", source="性能测量用的虚构区划",
        confidence=Confidence.UNVERIFIED, recorded_at=clock.now(),
    )  # fmt: skip
    session().add(made)
    session().flush()
    made.path = f"{above.path}{made.id}/"
    return made


def _bureau(region: Any, level: Any, above: Any) -> Any:
    from app import clock
    from app.db import session
    from app.organisations.models import Organisation, OrganisationKind

    made = Organisation(
        code=region.code, name=f"{region.name}市场监督管理局", kind=OrganisationKind.BUREAU, level=level,
        parent_id=above.id, path="/", region_id=region.id, active=True, created_at=clock.now(),
    )  # fmt: skip
    session().add(made)
    session().flush()
    made.path = f"{above.path}{made.id}/"
    return made


def _foods() -> list[Food]:
    import sqlalchemy as sa

    from app.db import session
    from app.reference_data.models import FoodCategory

    rows = session().execute(
        sa.select(FoodCategory.id, FoodCategory.root_id, FoodCategory.parent_id, FoodCategory.domain).order_by(FoodCategory.id)
    )
    return [Food(row.id, row.root_id or row.id, row.domain) for row in rows]


# ---------------------------------------------------------------- batches


def _batches(draw: random.Random, places: Sequence[Place], foods: Sequence[Food], rows: int) -> Iterator[Any]:
    """Rows for sample and for batch_fact; the last ones wait for their results."""
    from app.domain.samples import Domain, Level, Link, Purpose

    # 食用农产品 is half of what is sampled; drugs, devices, cosmetics and industrial goods a tenth
    weights = [
        (450 if one.domain is Domain.AGRICULTURAL else 450 if one.domain is Domain.FOOD else 25)
        / sum(other.domain is one.domain for other in foods)
        for one in foods
    ]
    busy = [draw.lognormvariate(0, 0.7) for _ in places]
    purposes = (Purpose.SUPERVISION, Purpose.EVALUATION, Purpose.MONITORING, Purpose.COMBINED)
    levels = (Level.COUNTY, Level.CITY, Level.PROVINCIAL, Level.NATIONAL)
    links = (Link.CIRCULATION, Link.CATERING, Link.PRODUCTION, Link.ONLINE)
    begin, days = date(FIRST_YEAR, 1, 1), (date.fromisoformat(TODAY) - date(FIRST_YEAR, 1, 1)).days
    total = rows + WAITING
    every = zip(
        draw.choices(places, busy, k=total), draw.choices(foods, weights, k=total),
        draw.choices(purposes, (80, 8, 7, 5), k=total), draw.choices(levels, (55, 25, 15, 5), k=total),
        draw.choices(links, (60, 25, 12, 3), k=total), strict=True,
    )  # fmt: skip
    for number, (place, food, purpose, level, link) in enumerate(every, 1):
        waiting = number > rows
        reported = begin + timedelta(days=days - draw.randrange(60) if waiting else draw.randrange(days))
        yield _batch(draw, number, waiting, place, food, purpose, level, link, reported)


def _batch(
    draw: random.Random, number: int, waiting: bool, place: Place, food: Food, purpose: Any, level: Any, link: Any, day: date
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    from app.domain.samples import Domain, Monitoring, Purpose, Supervision
    from app.domain.workflow import SampleState

    supervision, monitoring = Supervision.NONE, Monitoring.NONE
    if purpose is not Purpose.MONITORING:
        supervision = draw.choices((Supervision.PASS, Supervision.FAIL, Supervision.OPEN), (975, 20, 5))[0]
    if purpose in (Purpose.MONITORING, Purpose.COMBINED):
        monitoring = draw.choices((Monitoring.CLEAR, Monitoring.PROBLEM, Monitoring.UNDECIDED), (93, 5, 2))[0]
    at = datetime.combine(day, datetime.min.time())
    taken = day - timedelta(days=20)
    sample = {
        "id": number, "org_id": place.org_id, "number": f"XBJ{day:%y}{number:012d}",
        "state": SampleState.REGISTERED if waiting else SampleState.REPORTED, "purpose": purpose, "organiser_level": level,
        "domain": food.domain, "category_id": food.id, "region_id": place.region_id, "link": link,
        "product_name": f"样品{number % 7000}号", "sampled_name": f"第{number % 90000}食品经营部", "sampled_on": taken,
        "reported_on": None if waiting else day, "supervision": None if waiting else supervision,
        "monitoring": None if waiting else monitoring, "pending_items": 0, "search_text": f"样品{number % 7000}号",
        "created_at": at, "version": 1,
    }  # fmt: skip
    if waiting:
        return sample, []
    fact = {
        "org_id": place.org_id, "sample_id": number, "sample_number": sample["number"], "version": 1,
        "supervision": supervision, "monitoring": monitoring, "basis": "初检", "purpose": purpose, "domain": food.domain,
        "category_id": food.id, "category_root_id": food.root_id, "region_id": place.region_id,
        "county_id": place.region_id, "link": link, "organiser_level": level, "sampled_on": taken, "reported_on": day,
        "month": day.year * 100 + day.month, "has_residue": food.domain is Domain.AGRICULTURAL and draw.random() < 0.9,
        "counts_for_producer": True, "voided": False, "recorded_at": at, "superseded_at": None,
    }  # fmt: skip
    if number % 100:
        return sample, [fact]
    later = at + timedelta(days=30)
    corrected = {**fact, "version": 2, "basis": "更正", "recorded_at": later}
    return sample, [{**fact, "superseded_at": later}, corrected]


def _insert(chunk: Sequence[Any]) -> None:
    from app.db import insert_many
    from app.sampling.models import BatchFact, Sample

    samples: Any = Sample.__table__
    facts: Any = BatchFact.__table__
    insert_many(samples, [sample for sample, _ in chunk])
    insert_many(facts, [fact for _, found in chunk for fact in found])


# ---------------------------------------------------------------- the same rows in DuckDB

FACTS = (
    "sample_id", "month", "county_id", "category_root_id", "purpose", "domain", "organiser_level", "link", "supervision", "monitoring",
    "has_residue", "voided", "superseded_at",
)  # fmt: skip


def in_duckdb(source: Database, rows: int) -> Path:
    """The facts and result rows of the province as a DuckDB file, by way of CSV; made once."""
    import duckdb

    from bench.import_floors import connect

    path = FOLDER / f"province_{rows}.duckdb"
    if path.exists():
        return path
    beside = path.with_suffix(".part")
    beside.unlink(missing_ok=True)
    connection = connect(source)
    with duckdb.connect(str(beside)) as store:
        for table, columns in (("batch_fact", FACTS), ("result_row", COPIED)):
            _copy(connection, store, table, columns)
    connection.close()
    beside.rename(path)
    return path


def _copy(connection: Any, store: Any, table: str, columns: Sequence[str]) -> None:
    import csv

    text = FOLDER / f"{table}.csv"
    with text.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        cursor = connection.cursor()
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id")
        while some := cursor.fetchmany(CHUNK):
            writer.writerows(some)
    store.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv('{text}', header = true)")
    text.unlink()
