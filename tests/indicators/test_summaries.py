"""The summaries follow the facts in the same transaction, whoever writes them."""

from __future__ import annotations

import json
import threading
import uuid
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import CacheStats

from app import clock, migrate
from app.authorize import local_operator
from app.db import engine, session, transaction
from app.domain.indicators import Part, Period, parse_filter, selection
from app.domain.samples import Domain, ItemKind, Supervision, Verdict
from app.indicators.counts import count, count_by
from app.indicators.frames import Frame, area_by_code
from app.indicators.groups import By
from app.indicators.models import AreaSummary, BatchSummary, ItemSummary, WideSummary, YearItemSummary, YearSummary
from app.indicators.smallest import smallest
from app.reference_data.books import region_book
from app.reference_data.models import Region
from app.results.models import ResultReport, ResultRow
from app.sampling.facts import write_facts
from app.sampling.models import BatchFact
from tests.conftest import make_office
from tests.indicators.conftest import Batch, Books


def lines() -> list[tuple[Any, ...]]:
    columns = (BatchSummary.month, BatchSummary.domain, BatchSummary.supervision, BatchSummary.batches)
    return sorted(tuple(row) for row in session().execute(sa.select(*columns)))


def test_facts_written_in_a_bare_application_reach_the_summaries(books: Books) -> None:
    first, _ = books.add(Batch(), Batch())
    assert lines() == [(202611, "食品", "合格", 2)]
    books.rewrite(first, Batch(reported_on=date(2026, 10, 31), supervision=Supervision.FAIL))
    assert lines() == [(202610, "食品", "不合格", 1), (202611, "食品", "合格", 1)]


def test_what_has_no_place_category_or_level_has_a_key_of_its_own(books: Books) -> None:
    books.add(Batch(region=None, category=None, level=None))
    row = session().scalars(sa.select(BatchSummary)).one()
    assert (row.county_id, row.category_root_id, row.organiser_level) == (0, 0, "—")


@pytest.mark.parametrize("database", ["app", "pg_app"])
def test_the_statements_of_the_years_are_compiled_once(database: str, request: pytest.FixtureRequest) -> None:
    """Compiling them anew for every transaction took longer than running them."""
    request.getfixturevalue(database)
    with transaction():
        books = Books(make_office().orgs)
    books.add(Batch())
    kept = Counter[bool]()

    def notice(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.startswith("INSERT INTO") and "ON CONFLICT" in statement:
            kept[context.cache_hit is CacheStats.CACHE_HIT] += 1

    sa.event.listen(engine(), "after_cursor_execute", notice)
    try:
        books.add(Batch(), Batch(supervision=Supervision.FAIL))
    finally:
        sa.event.remove(engine(), "after_cursor_execute", notice)
    assert set(kept) == {True}, kept


def test_a_refused_transaction_leaves_the_summaries_as_they_were(books: Books) -> None:
    books.add(Batch())
    before = lines()
    draft = books._draft(books.samples[0], Batch(domain=Domain.DRUG))
    with pytest.raises(RuntimeError, match="on purpose"), transaction():
        write_facts([draft], clock.now())
        raise RuntimeError("on purpose")
    assert lines() == before


def test_items_of_reports_that_stand_are_summed(books: Books, app: Any) -> None:
    sample, voided = books.add(Batch(), Batch())
    with transaction():
        for one, verdicts, gone in (
            (sample, (Verdict.PASS, Verdict.FAIL, Verdict.UNTESTED), None),
            (sample, (Verdict.FAIL,), clock.now()),  # the report before its correction
            (voided, (Verdict.FAIL,), None),
        ):
            _report(one, verdicts, gone)
    books.rewrite(voided, Batch(), basis="作废", voided=True)
    assert [(row.item, row.tested, row.failed) for row in session().scalars(sa.select(ItemSummary))] == [("铅", 2, 1)]
    assert year_items() == [(2026, "铅", 2, 1, 1)]
    assert check(app)["different"] == []
    books.rewrite(sample, Batch(reported_on=date(2025, 12, 31)))
    assert year_items() == [(2025, "铅", 2, 1, 1)]
    filled_again()
    assert year_items() == [(2025, "铅", 2, 1, 1)]
    assert check(app)["different"] == []


def year_items() -> list[tuple[Any, ...]]:
    one = YearItemSummary
    return [tuple(row) for row in session().execute(sa.select(one.year, one.item, one.tested, one.failed, one.lines))]


def _report(sample: Any, verdicts: tuple[Verdict, ...], gone: Any) -> None:
    report = ResultReport(
        org_id=sample.org_id, sample_id=sample.id, report_no=f"R{uuid.uuid4().hex[:8]}", reported_on=date(2026, 11, 5),
        recorded_at=clock.now(), superseded_at=gone,
    )  # fmt: skip
    session().add(report)
    session().flush()
    for ordinal, verdict in enumerate(verdicts):
        session().add(
            ResultRow(
                org_id=sample.org_id,
                report_id=report.id,
                sample_id=sample.id,
                ordinal=ordinal,
                item="铅",
                item_written="铅",
                kind=ItemKind.SUPERVISION,
                our_verdict=verdict,
                verdict=verdict,
                limit_source="none",
            )
        )


def check(app: Any, *more: str) -> dict[str, Any]:
    result = app.test_cli_runner().invoke(args=["indicators", "check", "--json", *more])
    found: dict[str, Any] = json.loads(result.stdout)
    assert result.exit_code == (1 if found["different"] else 0)
    return found


def test_check_finds_what_was_tampered_with_and_rebuild_repairs_it(books: Books, app: Any) -> None:
    books.add(
        Batch(), Batch(domain=Domain.AGRICULTURAL, supervision=Supervision.FAIL), Batch(supervision=Supervision.OPEN)
    )
    sound = check(app)
    assert sound["compared"] > 60
    assert sound["different"] == []
    with transaction():
        session().execute(
            sa.update(BatchSummary).where(BatchSummary.domain == "食品").values(batches=BatchSummary.batches + 1)
        )
    spoilt = check(app)["different"]
    assert any(one["what"].startswith("批次汇总") for one in spoilt)
    assert any(one["what"].startswith("每千人抽检批次 蓟州区") for one in spoilt)
    assert check(app, "--rebuild")["different"] == []


@pytest.mark.postgres
def test_two_writers_of_one_month_leave_right_summaries_on_postgresql(pg_app: Any) -> None:
    with pg_app.app_context(), transaction():
        orgs = {key: org.id for key, org in make_office().orgs.items()}
    started = threading.Barrier(2)
    faults: list[BaseException] = []

    def write(number: int) -> None:
        try:
            with pg_app.app_context():
                books = Books({"county": type("Org", (), {"id": orgs["county"]})}, made=number * 1000)
                started.wait()
                for turn in range(5):
                    books.add(*[Batch(), replace(Batch(), reported_on=date(2026, 10, 5 + turn))] * 5)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(number,)) for number in (1, 2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []
    with pg_app.app_context():
        assert lines() == [(202610, "食品", "合格", 50), (202611, "食品", "合格", 50)]
        assert check(pg_app)["different"] == []
        assert filled_again() == [(2026, 100)]
        assert check(pg_app)["different"] == []


@pytest.mark.postgres
@pytest.mark.parametrize("as_of", [None, "now"])
def test_postgresql_counts_lists_and_parts_like_sqlite(pg_app: Any, as_of: str | None) -> None:
    from app.authorize import local_operator
    from app.domain.indicators import FORMULAS, Period, parse_filter
    from app.indicators.breakdowns import breakdown
    from app.indicators.figures import Asked
    from app.indicators.frames import Frame, area_by_code
    from app.indicators.groups import By
    from app.indicators.records import Side, Slice, page, records
    from app.reference_data.books import region_book

    with transaction():
        books = Books(make_office().orgs)
    failing = Batch(supervision=Supervision.FAIL, level=None, link=None, category=None, region="120119101")
    books.add(Batch(), failing, Batch(region="120000", domain=Domain.AGRICULTURAL, residue=True))
    for code in ("120119101", "120119", "120000", "100000"):
        area = area_by_code(region_book(), code)
        frame = Frame(local_operator(), area, Period(2026), clock.now() if as_of else None)
        asked = Asked(FORMULAS["pass_rate"], parse_filter("domain in (食品;食用农产品); category in (肉制品;未分类)"))
        listed = records(frame, asked.formula, asked.conditions)
        expected = {"120119101": (0, 1), "120119": (1, 2)}.get(code, (2, 3))
        assert (len(listed.numerator), len(listed.denominator)) == expected
        for by in By:
            *parts, whole = breakdown(frame, asked, by)
            assert sum(part.figure.denominator or 0 for part in parts) == whole.figure.denominator == expected[1]
            for part in parts:
                found = page(frame, asked, Side.DENOMINATOR, 0, 20, Slice(by, part.key or ""))
                assert found.count == len(found.rows) == part.figure.denominator


def wide_lines() -> list[tuple[str, int, str, int]]:
    """(区划代码, month, 监督结论, batches) of the lines above cities."""
    columns = (Region.code, WideSummary.month, WideSummary.supervision, WideSummary.batches)
    statement = sa.select(*columns).join(Region, Region.id == WideSummary.region_id)
    return sorted(tuple(row) for row in session().execute(statement))


def test_a_province_and_the_nation_have_lines_of_their_own(books: Books, app: Any) -> None:
    first, _, _ = books.add(Batch(), Batch(region="500156"), Batch(region=None))
    both = [("120000", 202611, "合格", 1), ("500000", 202611, "合格", 1)]
    assert wide_lines() == [("100000", 202611, "合格", 3), *both]
    books.rewrite(first, Batch(supervision=Supervision.FAIL))
    assert ("120000", 202611, "不合格", 1) in wide_lines()
    assert ("100000", 202611, "合格", 2) in wide_lines()
    assert check(app)["different"] == []


def test_the_topmost_reader_and_the_lines_agree(books: Books, app: Any) -> None:
    """The same question to the wide lines, the fine lines and the batches."""
    books.add(Batch(), Batch(region="500156"), Batch(domain=Domain.AGRICULTURAL), Batch(reported_on=date(2026, 3, 31)))
    book = region_book()
    for code, expected in (("100000", 4), ("120000", 3)):
        frame = Frame(local_operator(), area_by_code(book, code), Period(2026))
        completed = selection(Part.COMPLETED)
        assert frame.wide
        assert count(frame, [completed])[completed] == expected
        fine = session().scalar(sa.select(sa.func.sum(BatchSummary.batches)).where(*frame.summaries()))
        batches = session().scalar(sa.select(sa.func.count()).select_from(BatchFact).where(*frame.facts()))
        assert (fine, batches) == (expected, expected)
        for by in (By.CATEGORY, By.MONTH, By.PURPOSE, By.LEVEL):
            assert sum(count_by(frame, [completed], by)[completed].values()) == expected


def test_a_spoilt_line_above_the_months_is_found(books: Books, app: Any) -> None:
    books.add(Batch())
    with transaction():
        for model in (WideSummary, YearSummary, AreaSummary):
            session().execute(sa.update(model).values(batches=7))
    spoilt = [found["what"].split()[0] for found in check(app)["different"] if found["shown"] == 7]
    assert Counter(spoilt) == {"省级和全国汇总": 2, "省级和全国年度汇总": 2, "地区年度汇总": 1}
    assert check(app, "--rebuild")["different"] == []


def area_lines() -> list[tuple[int, int]]:
    """(year, batches) of every county together."""
    statement = sa.select(AreaSummary.year, sa.func.sum(AreaSummary.batches)).group_by(AreaSummary.year).order_by(AreaSummary.year)
    return [(year, int(batches)) for year, batches in session().execute(statement)]


def filled_again() -> list[tuple[int, int]]:
    """The lines of the years as the migration makes them of those of the months."""
    session().rollback()
    migrate.downgrade(engine(), "20261201_reporting")
    migrate.upgrade(engine())
    return area_lines()


def test_lines_of_years_follow_every_month_and_are_made_of_them_by_the_migration(books: Books, app: Any) -> None:
    first, *_ = books.add(
        Batch(), Batch(region=None), Batch(region="500156", reported_on=date(2025, 3, 31)), Batch(reported_on=date(2026, 3, 31))
    )
    assert area_lines() == [(2025, 1), (2026, 3)]
    books.rewrite(first, Batch(reported_on=date(2025, 12, 31), supervision=Supervision.FAIL))
    assert area_lines() == [(2025, 2), (2026, 2)]
    assert not session().scalar(sa.select(sa.func.count()).select_from(AreaSummary).where(AreaSummary.batches <= 0))
    assert check(app)["different"] == []
    assert filled_again() == [(2025, 2), (2026, 2)]
    assert check(app)["different"] == []


SMALLEST = [
    ("topmost", "120000", Period(2026), By.AREA, "", AreaSummary),
    ("topmost", "120000", Period(2026), By.AREA, "domain = 食品; item group in (农药残留;兽药残留)", AreaSummary),
    ("topmost", "120000", Period(2026), By.AREA, "category = 肉制品", BatchSummary),  # 大类 of a place: only the fine lines
    ("topmost", "120000", Period(2026, month=12, cumulative=True), By.AREA, "", AreaSummary),  # twelve months are the year
    ("topmost", "120000", Period(2026, quarter=3, cumulative=True), By.AREA, "", BatchSummary),
    ("topmost", "120000", Period(2026), By.CATEGORY, "organiser level = 市级", YearSummary),
    ("topmost", "120000", Period(2026), None, "", YearSummary),
    ("topmost", "120000", Period(2026), By.MONTH, "", WideSummary),
    ("topmost", "120119", Period(2026), None, "", AreaSummary),
    ("county", "120119", Period(2026), By.PURPOSE, "", AreaSummary),
    ("county", "120119", Period(2026), By.CATEGORY, "", BatchSummary),
    ("county", "120000", Period(2026), By.AREA, "", AreaSummary),
]


def test_the_smallest_table_that_knows_enough_is_asked(office: Any) -> None:
    readers = {"topmost": local_operator(), "county": office.actor("county:统计员")}
    for reader, code, period, by, filters, lines in SMALLEST:
        frame = Frame(readers[reader], area_by_code(region_book(), code), period)
        assert smallest(frame, [selection(Part.COMPLETED, parse_filter(filters))], by) is lines, (reader, code, period, by, filters)


def test_nobody_but_the_topmost_reads_the_wide_lines(books: Books, office: Any) -> None:
    nation = area_by_code(region_book(), "100000")
    assert not Frame(office.actor("county:统计员"), nation, Period(2026)).wide
    assert not Frame(office.actor("city:统计员"), nation, Period(2026)).wide
    assert Frame(local_operator(), nation, Period(2026)).wide
