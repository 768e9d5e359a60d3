"""保质期: how labels write it, and the last good day."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.shelf_life import ShelfLife, expires_on, months_later, read_shelf_life, says_nothing


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12个月", ShelfLife(12)),
        ("１２ 个月", ShelfLife(12)),  # full-width, with a blank
        ("12月", ShelfLife(12)),
        ("十二个月", ShelfLife(12)),
        ("1年", ShelfLife(12)),
        ("一年半", ShelfLife(18)),
        ("1.5年", ShelfLife(18)),
        ("半年", ShelfLife(6)),
        ("1年6个月", ShelfLife(18)),
        ("1个半月", ShelfLife(1, 15)),
        ("180天", ShelfLife(days=180)),
        ("一百八十日", ShelfLife(days=180)),
        ("2周", ShelfLife(days=14)),
        ("24小时", ShelfLife(days=1)),
        ("25小时", ShelfLife(days=2)),  # the hour of production is not known
        ("2026-12-01", ShelfLife(until=date(2026, 12, 1))),
        ("保质期至2026年12月1日", ShelfLife(until=date(2026, 12, 1))),
        ("20261201", ShelfLife(until=date(2026, 12, 1))),
        ("90天（0-4℃）", ShelfLife(days=90)),  # the temperature is no range of days
        ("12个月、12个月", ShelfLife(12)),
        ("常温6个月,冷藏12个月", None),
        ("3-6个月", None),
        ("7天～10天", None),
        ("见包装", None),
        ("长期", None),
        ("365", None),  # of what?
        ("0天", None),
        ("1.25年", None),
        ("99999999999年", None),
        ("2026-02-31", None),
        ("生产日期2026-01-01保质期至2026-12-01", None),
        ("/", None),
        ("", None),
        (None, None),
        ("菜" * 10_000, None),
    ],
)
def test_shelf_life_as_written(written: str | None, read: ShelfLife | None) -> None:
    assert read_shelf_life(written) == read


@pytest.mark.parametrize(
    ("made", "written", "last"),
    [
        (date(2026, 1, 15), "12个月", date(2027, 1, 15)),  # the day of production is not counted
        (date(2026, 1, 31), "1个月", date(2026, 2, 28)),
        (date(2024, 1, 31), "1个月", date(2024, 2, 29)),
        (date(2024, 2, 29), "1年", date(2025, 2, 28)),
        (date(2026, 12, 31), "2个月", date(2027, 2, 28)),
        (date(2026, 12, 31), "1天", date(2027, 1, 1)),
        (None, "12个月", None),
        (None, "2026-12-01", date(2026, 12, 1)),
        (date(9999, 12, 1), "12个月", None),
        (date(2026, 1, 1), "见包装", None),
    ],
)
def test_the_last_good_day(made: date | None, written: str, last: date | None) -> None:
    assert expires_on(made, written) == last


def test_months_keep_the_day_where_they_can() -> None:
    assert months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)


@pytest.mark.parametrize(("written", "nothing"), [("/", True), ("  ", True), (None, True), ("见包装", False)])
def test_a_stroke_says_nothing(written: str | None, nothing: bool) -> None:
    assert says_nothing(written) is nothing
