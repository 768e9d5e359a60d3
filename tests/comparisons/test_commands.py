"""``flask comparisons …``: the rows of the pages as JSON, refusals as sentences."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.samples import Link, Supervision
from tests.indicators.conftest import Batch, Books

COMMANDS = (
    "regions", "years", "heatmap", "items", "laboratories", "levels", "disposal", "what-if", "forecast", "parts", "score --plan jizhou",
)  # fmt: skip


def run(app: Any, line: str, *more: str) -> Any:
    result = app.test_cli_runner().invoke(args=["comparisons", *line.split(), "--json", "--area", "120119", "--year", "2026", *more])
    assert result.exit_code == 0, result.output + result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_comparison_is_a_command(app: Any, books: Books, line: str) -> None:
    books.add(Batch(), Batch(supervision=Supervision.FAIL))
    assert run(app, line)


def test_regions_carry_counts_interval_mark_and_rank(app: Any, books: Books) -> None:
    books.add(Batch(region="120119100"), Batch(region="120119100", supervision=Supervision.FAIL), Batch(region="120119101"), Batch())
    rows = {row["part"]: row for row in run(app, "regions")}
    whole = rows.pop("合计")
    assert (whole["numerator"], whole["denominator"], whole["value"]) == (3, 4, "75.00")
    assert sum(row["denominator"] for row in rows.values()) == 4
    ranked = sorted((row["rank"], row["value"]) for row in rows.values() if row["rank"])
    assert ranked == [(1, "100.00"), (2, "50.00")]
    assert all(row["mark"].startswith("样本量小") for row in rows.values())
    assert whole["interval"] == "30.06%～95.44%"


def test_a_filter_a_moment_and_a_period(app: Any, books: Books) -> None:
    one = Batch(link=Link.CATERING)
    books.add(one, replace(one, reported_on=date(2026, 3, 1)), Batch())
    rows = run(app, "parts", "--by", "month", "--figure", "batch_count", "--filter", "stage = 餐饮", "--span", "q4", "--to-date")
    assert [row["numerator"] for row in rows] == [1, 1, 2]
    assert run(app, "parts", "--figure", "batch_count", "--as-of", "2026-01-01")[-1]["numerator"] == 0
    rows = run(app, "years", "--figure", "batch_count", "--span", "m11")
    assert [row["numerator"] for row in rows["抽检批次数：同比环比　蓟州区　2026年11月"]] == [2, 0, 0]


def test_bounds_of_a_rate_with_its_target(app: Any, books: Books) -> None:
    books.add(*[Batch()] * 3, Batch(supervision=Supervision.FAIL), Batch(supervision=Supervision.OPEN))
    found = run(app, "what-if", "--target", "80")
    assert (found["pending"], found["undecided"], found["awaited"], found["retests_to_meet"]) == (1, 1, 0, 1)
    assert [row["value"] for row in found["rows"]] == ["75.00", "60.00", "80.00", "75.00", "100.00"]
    assert [row["met"][:2] for row in found["rows"]] == ["未达", "未达", "达到", "未达", "达到"]


def test_the_years_end_of_a_plan(app: Any, books: Books) -> None:
    books.add(Batch(), Batch(reported_on=date(2026, 3, 2)))
    rows = run(app, "forecast", "--plan", "jizhou")
    of_residents = next(row for row in rows if row["name"] == "农产品和食品抽检")
    assert (of_residents["done"], of_residents["goal"], of_residents["light"]) == (2, 6365, "红灯")  # 8 per thousand of 795,516
    assert of_residents["reached_on"] == "本年内达不到"
    row = run(app, "forecast", "--target", "2")[0]
    assert (row["reached_on"], row["light"]) == ("已达到", "绿灯")


def test_a_score_hides_nothing(app: Any, books: Books) -> None:
    books.add(Batch())
    found = run(app, "score --plan jizhou")
    assert len([row for row in found["rows"] if row["weight"]]) == 25 + 1 and found["weight"] == "100.0"
    assert {"没有数值，未计分", "未达标，按比例得分"} <= {row["outcome"] for row in found["rows"]}
    assert "未达标" in found["rows"][-1]["name"] and "没有数值" in found["rows"][-1]["name"]


def test_a_workbook_from_the_command_line(app: Any, books: Books, tmp_path: Path) -> None:
    books.add(Batch())
    run(app, "regions", "--output", str(tmp_path / "对比.xlsx"))
    assert (tmp_path / "对比.xlsx").read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["regions", "--figure", "x"], "pass_rate"), (["regions", "--span", "m13"], "m1 至 m12"), (["regions", "--filter", "x=1"], "可用"),
        (["score", "--plan", "x"], "jizhou"), (["balance"], "没有在执行的抽检计划"), (["what-if", "--figure", "batch_count"], "不是合格率"),
        (["forecast", "--figure", "pass_rate"], "不是抽检数量"),
    ],
)
def test_refusals(app: Any, arguments: list[str], sentence: str) -> None:
    result = app.test_cli_runner().invoke(args=["comparisons", *arguments, "--json"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
