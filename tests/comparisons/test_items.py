"""检验项目: counts by class and item from the summary and row by row, their lists, and what stood at a moment; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.authorize import local_operator
from app.comparisons import by_part, counting, disposal, forecasts, heatmap, items, levels, outlook, years
from app.comparisons.listed import Slice, page
from app.comparisons.parts import WAYS, parts
from app.comparisons.questions import question
from app.db import session, transaction
from app.domain.indicators import Period, parse_filter
from app.domain.samples import Link, Supervision, Verdict
from app.indicators.frames import Frame, area_by_code, read_moment
from app.indicators.records import Side
from app.indicators.summaries import rebuild
from app.reference_data.books import region_book
from app.results.models import OverturnedVerdict, ResultReport, ResultRow
from tests.conftest import make_office
from tests.indicators.conftest import Batch, Books

P, F, U, N = Verdict.PASS, Verdict.FAIL, Verdict.UNDECIDED, Verdict.UNTESTED
CONDITIONS = ("", "category = 肉制品", "stage = 餐饮", "category in (肉制品;未分类)")
AREAS = ("100000", "120000", "120119", "120119100")


def report(sample: Any, rows: list[tuple[str, Verdict]], at: Any) -> list[ResultRow]:
    made = ResultReport(
        org_id=sample.org_id, sample_id=sample.id, report_no=f"R{sample.id}", reported_on=date(2026, 11, 5), recorded_at=at
    )
    session().add(made)
    session().flush()
    found = [
        ResultRow(
            org_id=sample.org_id, report_id=made.id, sample_id=sample.id, ordinal=at, item=item, item_written=item, our_verdict=verdict,
            verdict=verdict, limit_source="row",
        )
        for at, (item, verdict) in enumerate(rows)
    ]  # fmt: skip
    session().add_all(found)
    session().flush()
    return found


def rows_of(books: Books) -> list[ResultRow]:
    """铅 and 毒死蜱 are in the item list, 某项 is in none."""
    before = clock.now() - timedelta(days=30)
    unplaced = Batch(category=None, region="120000", supervision=Supervision.FAIL)
    one, two, three = books.add(Batch(), Batch(link=Link.CATERING, region="120119100"), unplaced, at=before)
    with transaction():
        found = report(one, [("铅", P), ("毒死蜱", F), ("某项", N)], before)
        found += report(two, [("铅", F), ("毒死蜱", U), ("某项", P)], before)
        found += report(three, [("铅", P)], before)
        rebuild(session())
    return found


def frame(area: str = "120119", as_of: str | None = None, period: Period | None = None) -> Frame:
    return Frame(local_operator(), area_by_code(region_book(), area), period or Period(2026), read_moment(as_of))


def lines(of: Frame, written: str = "", item_class: str | None = None) -> dict[str | None, tuple[int, int]]:
    found = items.items(of, parse_filter(written), 30, item_class)
    return {one.key: (one.tested, one.failed) for one in found.lines}


def check_lists(of: Frame, written: str) -> None:
    """Every number has a list of exactly so many rows."""
    for item_class in (None, *items.CLASSES):
        for key, (tested, failed) in lines(of, written, item_class).items():
            which = (item_class, key) if item_class else (key, None)
            for side, number in ((items.TESTED_SIDE, tested), (items.FAILED_SIDE, failed)):
                found = items.records(of, parse_filter(written), items.Asked(side, *which), 0, 50)
                assert (found.count, len(found.rows)) == (number, number)


def test_items_by_class_and_their_lists(books: Books, monkeypatch: Any) -> None:
    rows_of(books)
    assert lines(frame("100000")) == {"重金属等元素污染物": (3, 1), "农药残留": (2, 1), "未分类": (1, 0), None: (6, 2)}
    assert lines(frame("100000"), item_class="重金属等元素污染物") == {"铅": (3, 1), None: (3, 1)}
    quick = {(area, written): lines(frame(area), written) for area in AREAS for written in CONDITIONS}
    for (area, written), found in quick.items():
        check_lists(frame(area), written)
        monkeypatch.setattr(items, "_summarised", lambda *_: False)
        assert lines(frame(area), written) == found  # row by row the same as from the summary
        monkeypatch.undo()


def test_what_stood_at_a_moment(books: Books) -> None:
    failed = rows_of(books)[1]
    day = str(clock.today() - timedelta(days=10))
    with transaction():
        failed.verdict = P
        session().add(
            OverturnedVerdict(
                org_id=failed.org_id, sample_id=failed.sample_id, report_id=failed.report_id, result_row_id=failed.id, item=failed.item,
                before=F, before_pending=False, after=P, basis="复检", reason="复检合格", overturned_at=clock.now(),
            )
        )  # fmt: skip
        rebuild(session())
    assert lines(frame())["农药残留"] == (2, 0)
    assert lines(frame(as_of=day))["农药残留"] == (2, 1)
    check_lists(frame(as_of=day), "")
    shown = items.records(frame(as_of=day), (), items.Asked(items.FAILED_SIDE, None, "毒死蜱"), 0, 50).rows
    assert [row.verdict for row in shown] == ["不合格项"]  # as it was then, not as it is now
    assert lines(frame(as_of=str(clock.today() - timedelta(days=60)))) == {None: (0, 0)}


@pytest.mark.postgres
def test_postgresql_compares_like_sqlite(pg_app: Any) -> None:
    with transaction():
        books = Books(make_office().orgs)
    rows_of(books)
    books.add(replace(Batch(), reported_on=date(2025, 11, 3)))
    actor = local_operator()
    for area in AREAS:
        for written in CONDITIONS:
            check_lists(frame(area), written)
        check_lists(frame(area, str(clock.today())), "")
    of = frame("120000")
    for code in ("pass_rate", "batches_per_thousand", "disposal_rate", "case_days", "case_filing_rate", "grading_rate"):
        asked = question(actor, code, {})
        for by in WAYS if code in ("pass_rate", "batches_per_thousand") else ("area",):
            divided = parts(of, by)
            for one in counting.figures(of, asked, divided):
                if one.key is not None and code == "pass_rate":
                    found = page(of, asked, Side.DENOMINATOR, Slice(divided, one.key), 0, 50)
                    assert found.count == one.figure.denominator, (by, one.key)
        assert by_part.compared(of, asked, "area", 30).table.rows
        assert years.compared(frame("120000", period=Period(2026, month=11)), asked, 30).table.rows
    rate = question(actor, "pass_rate", {})
    meat = session().scalar(sa.text("SELECT id FROM food_category WHERE name = '肉制品' AND parent_id IS NULL"))
    for node in (None, meat):
        assert heatmap.heat_map(of, rate, node).lines[-1].whole.figure is not None
    assert levels.levels(of).lines and disposal.disposal(of, (), "org", 30).table.rows
    assert outlook.outlook(of, rate, 30, "98").bounds.now.denominator == 3
    assert outlook.pending(of, rate, 0, 20).count == 0
    assert forecasts.forecasts(of, [question(actor, "batch_count", {})], "10").lines[0].found.done == 3
