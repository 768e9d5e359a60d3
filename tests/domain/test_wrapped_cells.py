"""Imported cells are wrapped to fit a column: a name, a number, an address is one line again, what is said in sentences is not.

What a laboratory wrote as 检验项目 and 结果判定 is kept to the letter beside the name that is read from it: it is evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from app.domain import (
    enterprise_rows,
    inspector_rows,
    item_rows,
    plan_tables,
    quota_rows,
    rapid_tests,
    sheet_columns,
    sheet_fields,
)
from app.domain.one_line import BREAK, one_line
from app.domain.sheet_import import parse_sheet_table

WRAPPED = ("甲一\n乙二", "甲一\r\n乙二", "甲一 \n 乙二", "甲一\u2028乙二", "\n甲一\n\n乙二\n")


def sheet(titles: Sequence[str], *lines: Sequence[str]) -> Any:
    return SimpleNamespace(name="Sheet1", rows=[(number, tuple(line)) for number, line in enumerate([titles, *lines], 1)], merged=())


@pytest.mark.parametrize("written", WRAPPED)
def test_a_wrapped_cell_is_one_line(written: str) -> None:
    assert one_line(written) == "甲一 乙二"


@pytest.mark.parametrize("written", ["甲  乙", " 甲", "", "甲/乙"])
def test_what_is_not_wrapped_is_left_alone(written: str) -> None:
    assert one_line(written) == written


@pytest.mark.parametrize("field", [name for name in sheet_columns.PLAIN if name not in sheet_fields.DATE_FIELDS])
def test_every_column_of_a_sampling_sheet(field: str) -> None:
    """Also of those that are split, joined or chosen from; three columns keep their lines."""
    titles = {"number": "抽样编号", "product_name": "样品名称", "sampled_name": "被抽样单位名称"}
    cells = {"number": "XBJ26110119019000001", "product_name": "油麦菜", "sampled_name": "甲店"}
    titles[field], cells[field] = sheet_columns.PLAIN[field].partition("|")[0], "甲一\n乙二"
    (row,) = parse_sheet_table([sheet(list(titles.values()), list(cells.values()))]).rows
    kept = {name for name, text in row.fields.items() if BREAK.search(text)}
    assert kept == ({field} if field in sheet_fields.IN_LINES else set())
    assert field != "samplers" or row.samplers == ("甲一", "乙二")
    assert field not in ("sampled_address", "brand", "batch_no") or row.fields[field] == "甲一 乙二"


REGISTERS: Mapping[str, tuple[Any, Any]] = {
    "enterprises": (enterprise_rows.ALIASES, lambda one: enterprise_rows.parse_enterprises([one], lambda code: (code, "")).rows),
    "inspectors": (inspector_rows.ALIASES, lambda one: inspector_rows.parse_inspectors([one]).rows),
    "quotas": (quota_rows.ALIASES, lambda one: plan_tables.read_tables([one], quota_rows.ALIASES, ("batches",), "").lines),
    "items": (item_rows.ALIASES, lambda one: plan_tables.read_tables([one], item_rows.ALIASES, ("category", "item"), "").lines),
}


@pytest.mark.parametrize(("table", "field"), [(table, field) for table, (aliases, _) in REGISTERS.items() for field in aliases])
def test_every_column_of_a_register(table: str, field: str) -> None:
    aliases, read = REGISTERS[table]
    cells = ["甲一\n乙二" if name == field else "丙" for name in aliases]
    (row,) = read(sheet([titles[0] for titles in aliases.values()], cells))
    kept = {name for name, text in row.fields.items() if BREAK.search(text)}
    assert kept == ({field} if table in ("quotas", "items") and field in plan_tables.IN_LINES else set())


@pytest.mark.parametrize("field", rapid_tests.ALIASES)
def test_every_column_of_rapid_tests(field: str) -> None:
    read = rapid_tests.read({field: "甲一\n乙二"}, datetime(2026, 11, 20))
    assert read.texts[field] == "甲一 乙二"
