"""The workbook of the main job, right and wrong, for the flows by the test client and by a real browser."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape
from pathlib import Path

from app.spreadsheet_cells import Column
from app.spreadsheet_stream import TableSheet, write_table
from tests.results.material import NATIONAL_HEADER, national_row

PASSED, FAILED, SMALL = "XC26120119460010001", "XC26120119460010002", "XC26120119460010003"
GOOD = (
    national_row(PASSED, "毒死蜱", "未检出"),
    national_row(PASSED, "克百威", "0.01"),
    national_row(FAILED, "毒死蜱", "0.56", "不合格项"),
    national_row(SMALL, "毒死蜱", "0.02"),
)
# (line of the sheet, column, what the clerk wrote, part of the reason that the page gives)
FAULTS = (
    (4, "结果判定", "大概合格", "不是规定的写法"),
    (5, "抽样时间", "2026-13-02", "没有13月"),
)


def with_faults() -> list[dict[str, str]]:
    rows = [dict(row) for row in GOOD]
    for line, column, written, _ in FAULTS:
        rows[line - 2][f"{column}*"] = written  # line 1 is the header
    return rows


def write_workbook(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """A workbook as the national system exports it: every cell text."""
    columns = [Column(title) for title in NATIONAL_HEADER]
    write_table(path, [TableSheet("Sheet1", columns, [[row.get(title) for title in NATIONAL_HEADER] for row in rows])])
    return path


def words(markup: str) -> str:
    """What a reader sees of a piece of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())
