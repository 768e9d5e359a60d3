"""The figures of a plan, from facts to the command and the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app import clock
from app.domain.samples import Domain, Level, Link, Monitoring, Purpose, Supervision
from tests.indicators.conftest import Batch, Books

FAIL, OPEN = Supervision.FAIL, Supervision.OPEN
CROP = Batch(domain=Domain.AGRICULTURAL, category="食用农产品")
Show = Callable[..., dict[str, dict[str, Any]]]
Listed = Callable[..., dict[str, list[str]]]


def test_4200_batches_of_795516_residents_are_5_28_and_miss_8(books: Books, show: Show) -> None:
    books.many(Batch(), 4200)
    row = show("jizhou")["13"]
    assert (row["value"], row["numerator"], row["denominator"]) == ("5.28", 4200, 795516)
    assert (row["op"], row["target"], row["met"], row["light"]) == (">=", "8", False, "红灯")


def test_97_996_per_cent_is_shown_as_98_and_does_not_meet_98(
    books: Books, show: Show, sign_in: Any, office: Any
) -> None:
    books.many(CROP, 24_499)
    books.many(replace(CROP, supervision=FAIL), 501)
    row = show("jizhou")["14"]
    assert (row["value"], row["met"]) == ("98.00", False)
    page = sign_in(office.people["county:统计员"]).get("/indicators/jizhou?year=2026").text
    assert "显示为 98.00%，实际 97.996%，未达到 ≥98%" in page


@pytest.mark.parametrize(
    ("batch", "counted"),
    [
        (Batch(), (1, 1)),
        (Batch(supervision=FAIL), (0, 1)),
        (Batch(supervision=OPEN), (0, 0)),  # 未判定 is shown beside the rate, not in it
        (Batch(purpose=Purpose.COMBINED), (1, 1)),  # the supervision half of 抽检监测
        (Batch(purpose=Purpose.MONITORING), (0, 0)),  # 风险监测 is never in a pass rate, whatever it concludes
        (Batch(purpose=Purpose.EVALUATION), (0, 0)),  # 评价性抽检 is counted on its own
        (CROP, (0, 0)),  # 食用农产品 is a domain of its own
    ],
)
def test_what_the_pass_rate_of_food_counts(books: Books, show: Show, batch: Batch, counted: tuple[int, int]) -> None:
    books.add(replace(batch, region="520201"))
    row = show("liupanshui", "520200")["19"]
    assert (row["numerator"], row["denominator"]) == counted


def test_nothing_over_nothing_is_neither_met_nor_missed(show: Show) -> None:
    row = show("jizhou")["14"]
    assert (row["value"], row["met"], row["light"], row["numerator"], row["denominator"]) == (None, None, None, 0, 0)


@pytest.mark.parametrize(
    ("plan", "no", "area", "inside", "outside"),
    [
        # the plan's own filters: domain and organiser level
        ("jizhou", "19", "120119", Batch(domain=Domain.DRUG), Batch(domain=Domain.DRUG, level=Level.CITY)),
        # only batches with pesticide or veterinary-drug residues
        ("liupanshui", "18", "520200", Batch(region="520203", residue=True), Batch(region="520203")),
        # the link is not in the summary
        (
            "liupanshui", "30", "520200",
            Batch(region="520203", domain=Domain.INDUSTRIAL, link=Link.PRODUCTION),
            Batch(region="520203", domain=Domain.INDUSTRIAL, link=Link.CIRCULATION),
        ),
        # evaluation only
        ("wulong", "11", "500156", Batch(region="500156001", purpose=Purpose.EVALUATION), Batch(region="500156")),
        # a city counts its counties, and what only names the city
        ("jingmen", "17", "420800", Batch(region="420802", domain=Domain.INDUSTRIAL), Batch(domain=Domain.INDUSTRIAL)),
        ("jingmen", "17", "420800", Batch(region="420800", domain=Domain.INDUSTRIAL), Batch(region=None, domain=Domain.INDUSTRIAL)),
        # a township counts its own only
        ("jizhou", "13", "120119100", Batch(region="120119100"), Batch(region="120119101")),
        # a month counts the reports dated in it
        ("jizhou", "13", "120119", Batch(reported_on=date(2026, 11, 30)), Batch(reported_on=date(2026, 12, 1))),
    ],
)  # fmt: skip
def test_filters_areas_and_periods(
    books: Books, listed: Listed, plan: str, no: str, area: str, inside: Batch, outside: Batch
) -> None:
    books.add(inside, outside)
    assert listed(plan, no, area, month=11)["numerator"] == ["DBJ1"]


def test_a_corrected_voided_or_retested_batch_leaves_the_figure(books: Books, show: Show) -> None:
    first, second, third = books.add(CROP, replace(CROP, supervision=FAIL), CROP)
    books.rewrite(second, CROP, basis="复检")  # a retest that passes replaces 不合格 by 合格
    books.rewrite(third, CROP, basis="撤销导入", voided=True)
    books.rewrite(first, replace(CROP, domain=Domain.FOOD))
    row = show("jizhou")["14"]
    assert (row["numerator"], row["denominator"]) == (1, 1)


def test_yesterdays_figure_is_reproduced_after_a_correction(books: Books, show: Show) -> None:
    yesterday = clock.now() - timedelta(days=1)
    sample, _ = books.add(replace(CROP, supervision=FAIL), CROP, at=yesterday)
    books.rewrite(sample, CROP, basis="复检")
    then = clock.office_time(yesterday)
    assert show("jizhou")["14"]["value"] == "100.00"
    assert show("jizhou", as_of=then.date().isoformat())["14"]["value"] == "50.00"
    assert show("jizhou", as_of=(then - timedelta(seconds=5)).isoformat())["14"]["value"] is None


@pytest.mark.parametrize(
    ("written", "until"),
    [
        ("2026-11-01", datetime(2026, 11, 1, 15, 59, 59, 999999)),  # the office's day ends at 16:00 UTC
        ("2026-11-01T17:30", datetime(2026, 11, 1, 9, 30, 59, 999999)),
        ("2026-11-01 17:30:05", datetime(2026, 11, 1, 9, 30, 5, 999999)),
        ("2026-11-01T17:30:05.250000", datetime(2026, 11, 1, 9, 30, 5, 250000)),
        ("2026-11-01T09:30:05Z", datetime(2026, 11, 1, 9, 30, 5, 999999)),
        ("", None),
    ],
)
def test_a_moment_reaches_to_the_end_of_what_was_written(written: str, until: datetime | None) -> None:
    from app.indicators.frames import read_moment

    assert read_moment(written) == until


def test_a_month_of_volume_is_not_judged_against_the_year(books: Books, show: Show) -> None:
    books.many(Batch(), 700)
    row = show("jizhou", month=11)["13"]
    assert (row["value"], row["met"], row["light"]) == ("0.88", None, "绿灯")  # ahead of November's share of 8


@pytest.mark.parametrize("month", range(1, 13))
def test_no_single_month_is_judged_against_the_year(books: Books, show: Show, month: int) -> None:
    books.add(Batch(reported_on=date(2026, month, 5)))
    assert show("jizhou", month=month)["13"]["met"] is None


def test_population_of_a_city_is_named_and_missing_population_is_said(books: Books, show: Show) -> None:
    books.add(Batch(region="420802"))
    assert show("jingmen", "420800")["14"]["denominator"] == 2_596_927
    assert show("jingmen", "420802")["14"]["value"] is None


def test_monitoring_counts_in_volume_and_in_its_own_rate(books: Books, show: Show, app: Any) -> None:
    books.add(
        Batch(purpose=Purpose.MONITORING, supervision=Supervision.NONE, monitoring=Monitoring.PROBLEM),
        Batch(purpose=Purpose.MONITORING, supervision=Supervision.NONE, monitoring=Monitoring.UNDECIDED),
    )
    assert show("jizhou")["13"]["numerator"] == 2
    from app.authorize import local_operator
    from app.domain.indicators import FORMULAS, Period
    from app.indicators.figures import figure
    from app.indicators.frames import Frame, area_by_code
    from app.reference_data.books import region_book

    frame = Frame(local_operator(), area_by_code(region_book(), "120119"), Period(2026))
    found = figure(frame, FORMULAS["problem_rate"])
    assert (found.display, found.undecided) == ("50.00", 1)
    assert (
        figure(frame, FORMULAS["balance"]).display == "0.07"
    )  # all in November, which has 15 of the 215 working days so far


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--plan", "nowhere", "--area", "120119", "--year", "2026"], "jizhou、jingmen、liupanshui、wulong、yili"),
        (["--plan", "jizhou", "--area", "999999", "--year", "2026"], "蓟州区 120119"),
        (["--plan", "jizhou", "--area", "120119", "--year", "26"], "2000 至 2100"),
        (["--plan", "jizhou", "--area", "120119", "--year", "2026", "--month", "13"], "1 至 12"),
        (["--plan", "jizhou", "--area", "120119", "--year", "2026", "--as-of", "昨天"], "2026-11-01"),
    ],
)
def test_refuses_what_it_does_not_know_and_names_what_it_does(app: Any, arguments: list[str], sentence: str) -> None:
    result = app.test_cli_runner().invoke(args=["indicators", "show", "--json", *arguments])
    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr


def test_every_plan_shows_every_indicator(app: Any, show: Show) -> None:
    # 119 rows of the tables and 56 targets of the texts
    counts = {plan: len(show(plan)) for plan in ("jizhou", "jingmen", "liupanshui", "wulong", "yili")}
    assert sum(counts.values()) == 119 + 56
    keys = ["no", "name", "value", "numerator", "denominator", "target", "op", "met", "light", "definition"]
    assert list(show("jizhou")["1"]) == keys


@pytest.mark.parametrize(
    ("year", "no", "target"),
    [
        (2023, "1", "3.7"),  # a yearly row where the plan has one
        (2025, "1", "4.1"),  # the annex and the table disagree: the yearly row, the other shown beside
        (2026, "1", "4"),  # else the target year's value, never interpolated
        (2024, "8", "12"),  # rows of 8 are additions of the year, not levels
    ],
)
def test_target_of_the_year(app: Any, show: Show, year: int, no: str, target: str) -> None:
    assert show("wulong", "500156", year=year)[no]["target"] == target


def test_an_exported_figure_names_its_batches_and_their_hash(books: Books) -> None:
    import hashlib

    from app.authorize import local_operator
    from app.domain.indicators import FORMULAS, Period
    from app.indicators.frames import Frame, area_by_code
    from app.indicators.records import provenance
    from app.reference_data.books import region_book

    books.add(Batch(), Batch(supervision=FAIL), Batch(supervision=OPEN))
    frame = Frame(local_operator(), area_by_code(region_book(), "120119"), Period(2026, month=11))
    found = provenance(frame, FORMULAS["pass_rate"])
    assert (found.numerator, found.denominator) == (["DBJ1"], ["DBJ1", "DBJ2"])
    # anybody can repeat it: the numbers sorted, one a line, SHA-256
    assert found.denominator_hash == hashlib.sha256(b"DBJ1\nDBJ2").hexdigest()
