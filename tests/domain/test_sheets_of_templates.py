"""What our own templates bring besides the sheet to be filled in is nothing a reader is told of; a sheet of somebody else's is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from app.domain import announcements, rapid_tests
from app.domain.enterprise_rows import parse_enterprises
from app.domain.headers import OF_TEMPLATE
from app.domain.inspector_rows import parse_inspectors
from app.domain.plan_tables import read_tables
from app.domain.result_rows import parse_results
from app.domain.sheet_import import parse_sheet_table


@dataclass(frozen=True)
class Sheet:
    name: str
    rows: Sequence[tuple[int, Sequence[str]]] = ((1, ("栏目", "说明")), (2, ("名称", "必填")))


@pytest.mark.parametrize("read", [
    announcements.parse, parse_inspectors, parse_results, parse_sheet_table,
    lambda sheets: parse_enterprises(sheets, lambda code: None),
    lambda sheets: rapid_tests.parse(sheets, datetime(2026, 11, 20, 9)),
    lambda sheets: read_tables(sheets, {"food": ("食品分类",)}, ("food",), "没有食品分类一列"),
])  # fmt: skip
def test_help_and_options_are_passed_over(read: Callable[[Iterable[Any]], Any]) -> None:
    assert list(read([Sheet(name) for name in OF_TEMPLATE]).remarks) == []
    (said,) = read([Sheet("汇总"), *(Sheet(name) for name in OF_TEMPLATE)]).remarks
    assert "工作表“汇总”" in said and "未读取" in said
