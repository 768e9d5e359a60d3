"""Figures over a million batches (统计看板): our questions to the summary against DuckDB over the same rows.

Groupings of one county and of the whole province, ten years, the heat map, the items and every figure of a plan; then what
keeping the summaries costs the transaction that brings 10,000 facts. Both sides must count the same, and it is said when they do not.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bench.databases import Database, opened
from bench.frame import Report, alternately, arguments, chosen, repeated
from bench.province import PROVINCE, WAITING, in_duckdb, province
from bench.province_items import YEAR

COUNTY = "990713"
PLAN = "liupanshui"
IN_FORCE = "superseded_at IS NULL AND NOT voided"
ONE_YEAR = f"month BETWEEN {YEAR}01 AND {YEAR}12"


@dataclass(frozen=True)
class Question:
    """Ours and the floor's way to the same numbers."""

    name: str
    ours: Callable[[], Any]
    floor: Callable[[], Any]
    goal: str = "≤ 1.0"


# ---------------------------------------------------------------- the floor


def _floor(store: Any, columns: str, where: str, group: str) -> Callable[[], dict[Any, int]]:
    """A grouping by DuckDB: {group: batches}."""
    statement = f"SELECT {columns}, count(*) FROM batch_fact WHERE {IN_FORCE} AND {where} GROUP BY {group}"

    def ask() -> dict[Any, int]:
        return {row[:-1] if len(row) > 2 else row[0]: row[-1] for row in store.execute(statement).fetchall()}

    return ask


SUPERVISED = "purpose IN ('监督抽检', '抽检监测')"
# (domains, further condition) of the rates and volumes of the plan; the same that plans/indicators.csv names
RATES = (("'食品'", "true"), ("'食用农产品'", "true"), ("'药品'", "true"), ("'工业产品'", "link = '生产'"))
VOLUMES = (("'食品', '食用农产品'", "true"), ("'食品', '食用农产品'", "has_residue"), ("'医疗器械'", "true"))


def _plan_floor(store: Any, place: str) -> Callable[[], list[int]]:
    counts = [f"count(*) FILTER (WHERE domain IN ({domains}) AND {further})" for domains, further in VOLUMES]
    for domains, further in RATES:
        for conclusions in ("'合格'", "'合格', '不合格'", "'未判定'"):
            counts.append(
                f"count(*) FILTER (WHERE domain IN ({domains}) AND {further} AND {SUPERVISED} "
                f"AND supervision IN ({conclusions}))"
            )
    statement = f"SELECT {', '.join(counts)} FROM batch_fact WHERE {IN_FORCE} AND {ONE_YEAR} AND {place}"

    def ask() -> list[int]:
        return list(store.execute(statement).fetchone())

    return ask


def _heat_floor(store: Any, place: str) -> Callable[[], Any]:
    counts = ", ".join(f"count(*) FILTER (WHERE supervision IN ({one}))" for one in ("'合格'", "'合格', '不合格'", "'未判定'"))
    where = f"{IN_FORCE} AND {ONE_YEAR} AND {place} AND {SUPERVISED}"
    statement = f"SELECT category_root_id, month, {counts} FROM batch_fact WHERE {where} GROUP BY 1, 2"
    return lambda: store.execute(statement).fetchall()


def _items_floor(store: Any, place: str) -> Callable[[], dict[Any, Any]]:
    statement = (
        "SELECT item, count(*) FILTER (WHERE verdict <> '未检验'), count(*) FILTER (WHERE verdict = '不合格项' AND NOT pending) "
        f"FROM result_row JOIN batch_fact USING (sample_id) WHERE {IN_FORCE} AND {ONE_YEAR} AND {place} GROUP BY item"
    )
    return lambda: {row[0]: tuple(row[1:]) for row in store.execute(statement).fetchall()}


# ---------------------------------------------------------------- ours


class Ours:
    """The product's own questions, for one area."""

    def __init__(self, actor: Any, code: str) -> None:
        from app.indicators import queries
        from app.indicators.frames import Frame, area_by_code, period
        from app.reference_data.books import region_book

        self.frame = Frame(actor, area_by_code(region_book(), code), period(YEAR))
        self.plan = queries.plan_by_code(actor, PLAN)

    def by(self, name: str) -> Callable[[], dict[Any, int]]:
        """Completed batches by one of the groups that pages offer."""
        from app.domain.indicators import Part, selection
        from app.indicators.counts import count_by
        from app.indicators.groups import By

        completed = selection(Part.COMPLETED)
        return lambda: _fresh(lambda: count_by(self.frame, [completed], By(name))[completed])

    def crossed(self, years: Sequence[int] = (YEAR,)) -> Callable[[], dict[Any, int]]:
        """Month (or year) × category from the smallest summary, with the conditions of the frame."""
        import sqlalchemy as sa

        from app.db import session
        from app.indicators.models import BatchSummary, WideSummary, YearSummary

        ten = len(years) > 1
        lines: Any = BatchSummary if not self.frame.wide else YearSummary if ten else WideSummary
        unit = lines.month if not ten else lines.year if lines is YearSummary else lines.month // 100
        place = lines.region_id == self.frame.area.id if self.frame.wide else self.frame.area.holds(lines.county_id)
        when = unit.between(years[0], years[-1]) if ten else lines.month.between(YEAR * 100 + 1, YEAR * 100 + 12)
        statement = sa.select(unit, lines.category_root_id, sa.func.sum(lines.batches)).where(place, when)
        statement = statement.group_by(unit, lines.category_root_id)
        return lambda: _fresh(lambda: {(int(row[0]), row[1]): int(row[2]) for row in session().execute(statement)})

    def heat_map(self) -> Callable[[], Any]:
        """The page 类别×月份 of the pass rate: every cell and both sums."""
        from app.comparisons.heatmap import heat_map
        from app.comparisons.questions import question

        asked = question(self.frame.actor, "pass_rate", {})
        return lambda: _fresh(lambda: heat_map(self.frame, asked))

    def items(self) -> Callable[[], dict[Any, Any]]:
        """The counts of the page 检验项目: tested and failed by item."""
        from app.comparisons.items import counted

        return lambda: _fresh(lambda: {item: (tested, failed) for item, tested, failed in counted(self.frame, ())})

    def figures(self) -> Callable[[], list[int]]:
        """Every figure of the plan that is counted batch by batch, as the page asks for them: in one call."""
        from app.indicators.figures import Asked, answers, counts_batches
        from app.indicators.queries import indicators

        asked = [Asked(one.formula, one.conditions) for one in indicators(self.plan) if counts_batches(one.formula)]

        def ask() -> list[int]:
            found = answers(self.frame, asked)
            return [int(found[one].figure.numerator or 0) for one in asked]

        return lambda: _fresh(ask)

    def counts(self) -> Callable[[], list[int]]:
        """The counts of these figures alone, without residents and without what still waits at the laboratory."""
        from app.indicators.counts import count
        from app.indicators.figures import Asked, counts_batches
        from app.indicators.queries import indicators

        asked = [Asked(one.formula, one.conditions) for one in indicators(self.plan) if counts_batches(one.formula)]
        parts = [part for one in asked for part in one.parts]
        return lambda: _fresh(lambda: list(count(self.frame, parts).values()))

    def table(self) -> Callable[[], Any]:
        """The whole table of the plan, reported values, disposal rates and all."""
        from app.indicators import tables

        return lambda: _fresh(lambda: tables.table(self.plan, self.frame))


def _fresh(ask: Callable[[], Any]) -> Any:
    """Each question in a reading transaction of its own, as each page has one."""
    from app.db import session

    try:
        return ask()
    finally:
        session().rollback()


# ---------------------------------------------------------------- asking


def ask_all(report: Report, database: Database, store: Any) -> None:
    import sqlalchemy as sa

    from app.db import session
    from app.reference_data.models import Region

    with opened(database) as actor:
        county_id = session().scalars(sa.select(Region.id).where(Region.code == COUNTY)).one()
        for area, code, place in (("county", COUNTY, f"county_id = {county_id}"), ("province", PROVINCE, "true")):
            for question in _questions(Ours(actor, code), store, area, place):
                _compare(report, f"{question.name}, {database.kind}", question, database.kind != "sqlite")


def _questions(ours: Ours, store: Any, area: str, place: str) -> list[Question]:
    year = f"{ONE_YEAR} AND {place}"
    ten = tuple(range(YEAR - 8, YEAR + 2))
    found = [
        Question(f"{area}, year, month × category", ours.crossed(), _floor(store, "month, category_root_id", year, "1, 2")),
        Question(f"{area}, year, by category", ours.by("category"), _floor(store, "category_root_id", year, "1")),
        Question(f"{area}, year, by month", ours.by("month"), _floor(store, "month", year, "1")),
        Question(
            f"{area}, ten years, year × category", ours.crossed(ten),
            _floor(store, "month // 100, category_root_id", place, "1, 2"), "≤ 2 × 22 ms",
        ),
        Question(f"{area}, year, heat map of the pass rate", ours.heat_map(), _heat_floor(store, place), "≤ 1.0 + 10 ms"),
        Question(f"{area}, year, items tested and failed", ours.items(), _items_floor(store, place), "≤ 0.5"),
        Question(f"{area}, plan {PLAN}: counts", ours.counts(), _plan_floor(store, place)),
        Question(f"{area}, plan {PLAN}: figures", ours.figures(), _plan_floor(store, place), "≤ 1.0 + 10 ms"),
        Question(f"{area}, plan {PLAN}: whole table", ours.table(), _plan_floor(store, place), "≤ 1.0 + 10 ms"),
    ]  # fmt: skip
    if area == "province":
        found.append(Question("province, year, by county", ours.by("area"), _floor(store, "county_id", year, "1")))
    return found


def _compare(report: Report, name: str, question: Question, server: bool) -> None:
    ours, floor = question.ours(), question.floor()
    if isinstance(ours, dict) and ours != floor:
        report.note(name, f"DIFFERS: {len(ours)} groups against {len(floor)}, {len(ours.items() ^ floor.items())} of them unlike")
    paths: Mapping[str, Any] = {"ours": repeated(question.ours), "floor": repeated(question.floor)}
    medians = alternately(report.options.times, paths, warm=True)
    report.compare(name, medians["ours"], medians["floor"], question.goal, server=server)


# ---------------------------------------------------------------- upkeep


class _TakenBack(Exception):
    """Ends a measured transaction without changing the data set."""


def upkeep(report: Report, database: Database) -> None:
    """10,000 facts written with and without the summaries, all in one month and spread over a year; then taken back."""
    with opened(database):
        for name, months in (("one month", (11,)), ("ten months", tuple(range(1, 11)))):
            drafts = _drafts(months)
            paths = {"with": lambda d=drafts: _write(d, True), "without": lambda d=drafts: _write(d, False)}
            medians = alternately(report.options.times, paths, warm=True)
            what = f"upkeep, {len(drafts):,} facts of {name} in {len({draft.org_id for draft in drafts})} bureaus"
            server = database.kind != "sqlite"
            report.compare(f"{what}, {database.kind} (facts alone)", medians["with"], medians["without"], "–", server=server)


def _drafts(months: Sequence[int]) -> list[Any]:
    """Facts for the samples that wait."""
    import sqlalchemy as sa

    from app.db import session
    from app.domain.facts import Conclusion
    from app.domain.samples import Monitoring, Supervision
    from app.domain.workflow import SampleState
    from app.sampling.facts import draft_of
    from app.sampling.models import Sample

    draw = random.Random(7)
    waiting = session().scalars(
        sa.select(Sample).where(Sample.state == SampleState.REGISTERED).order_by(Sample.id.desc()).limit(WAITING)
    )
    passed = Conclusion(Supervision.PASS, Monitoring.NONE)
    found = []
    for sample in waiting:
        day = date(2026, draw.choice(months), 15)
        found.append(draft_of(sample, passed, reported_on=day, has_residue=False, basis="初检"))
    session().rollback()
    session().expunge_all()
    return found


def _write(drafts: Sequence[Any], summaries: bool) -> None:
    from app import clock, db
    from app.indicators.summaries import refresh_touched
    from app.sampling.facts import write_facts

    def take_back(current: Any) -> None:
        raise _TakenBack

    db._last_of_all.append(take_back)
    if not summaries:
        db._before_commit.remove(refresh_touched)
    try:
        with db.transaction():
            write_facts(drafts, clock.now())
    except _TakenBack:
        return
    finally:
        db._last_of_all.remove(take_back)
        if not summaries:
            db._before_commit.append(refresh_touched)


def main() -> None:
    import duckdb

    options = arguments(__doc__ or "", rows=1_000_000, databases=True).parse_args()
    report = Report("dashboard", options)
    for kind in chosen(options):
        database = province(kind, options.rows)
        path: Path = in_duckdb(database, options.rows)
        _tell_sizes(report, database)
        with duckdb.connect(str(path), read_only=True) as store:
            ask_all(report, database, store)
        upkeep(report, database)
    report.finish()


def _tell_sizes(report: Report, database: Database) -> None:
    from bench.import_floors import connect

    connection = connect(database)
    tables = ("batch_fact", "batch_summary", "area_summary", "wide_summary", "year_summary", "result_row", "item_summary")
    sizes = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
    connection.close()
    report.note(f"rows, {database.kind}", ", ".join(f"{table} {number:,}" for table, number in sizes.items()))


if __name__ == "__main__":
    main()
