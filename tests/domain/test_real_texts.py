"""Every result and limit of the real material is read, or stands in the list below with the reason why nobody can read it."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.limit_texts import Op
from app.domain.readings import ReadingKind, parse_reading, read_result
from app.domain.text_report import Written, written_rows
from app.domain.verdicts import judge_row

SHARED = Path(os.environ.get("SHIAN_SHARED_DATA", "../shared/data"))
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="real material is not on this machine")
NOTICES = ("announcements_2021_01_06.csv", "announcements_2022.csv", "announcements_2022_05_06.csv", "announcements_2022_frozen.csv")

# Limits that stay 不判定, by hand: the text as the source has it, and why a person has to decide.
OPEN_LIMITS = (
    (r"m=2\.5×10$|1×106|[mM]=10[245]|M=10$", "an exponent was lost before the file reached us"),
    (r"m=1000，M=1000$", "m and M are the same: the source has slipped"),
    (r"^不得检测", "a slip of the pen for 不得检出, or not to be tested"),
    (r"^(mg/kg|%|°T|g/k)$", "the columns of this line have moved"),
    (r"产品明示|执行标准|符合GB|商业无菌|通过试验|呈阳性", "refers to another text, or is no number"),
    (r"^\d+(\.\d+)?:\d|；\d+(\.\d+)?:1$", "a ratio"),
    (r"干重|干基|干物质", "dry matter: the basis of the result must be known"),
    (r"[\u4e00-\u9fff]", "names foods, grades, ages or conditions: somebody must choose the one that applies"),
    (r"^[^\u4e00-\u9fff]+[,，;；/、][^\u4e00-\u9fff]+$", "several different values: somebody must choose the one that applies"),
)  # fmt: skip
PLAIN = re.compile(r"[≤≥<>＜＞]?\s*\d+(\.\d+)?\s*(×10[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?\s*((mg|μg|ug|g|CFU|MPN)/(\d*(kg|g|mL|L)))?|不得(检出|使用)(/25g)?")
# Results of notices that stay 不判定, by hand: (result, column of units) as the site published them.
OPEN_RESULTS = (
    (r"^标签中", "words"),
    (r"^[\d.]+\|(①?×10|.*，×10⁴，)", "an exponent or a mantissa was lost"),
    (r"^25\|(未?检出/g；)", "the 25 of /25g was torn out of all five results"),
    (r"^530000\|n₁：；", "torn apart, with a remark among the results"),
    (r"^7\.5\|×10⁴,1\.3×10⁵", "no unit is left"),
)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (SHARED / name).open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def _standard_rows() -> set[Written]:
    """最小允许限 and 最大允许限 of the item table of 2015 and of the rows of 2020."""
    names = ("最小允许限", "最小允许限单位", "最大允许限", "最大允许限单位")
    return {
        Written("", "", *(row[name] for name in names))
        for file in ("category_items_2015.csv", "result_rows_2020_vegetable.csv")
        for row in _rows(file)
    }


def test_no_real_limit_stays_open_because_of_us() -> None:
    rows = _standard_rows() | {Written("", "", "", "", row["限量值"], "") for name in NOTICES for row in _rows(name)}
    open_rows = [row for row in rows if row.limit is not None and row.limit.op is Op.TEXT]
    assert len(rows) > 800
    for row in open_rows:
        texts = [text for text in (row.low, row.high) if text]
        why = [reason for pattern, reason in OPEN_LIMITS if any(re.search(pattern, text) for text in texts)]
        assert why, row
        if row.high_unit == row.low_unit:
            assert not all(PLAIN.fullmatch(text) for text in texts), row
    assert len(open_rows) <= 480  # foods, grades and ages written into one cell, most of them


def test_no_real_result_stays_open_because_of_us() -> None:
    """Notices are of failures: what is read and has a readable limit is 不合格项, and nothing is ever 合格项."""
    read = 0
    for name in NOTICES:
        for row in _rows(name):
            if not row["检测项目"].strip() or not row["检测结果"]:
                continue
            ours = judge_row(row["检测结果"], row["单位"], max_text=row["限量值"])
            if ours.verdict.value == "不合格项":
                read += 1
                continue
            assert ours.verdict.value == "不判定项"
            damaged = any(re.search(pattern, f"{row['检测结果']}|{row['单位']}") for pattern, _ in OPEN_RESULTS)
            assert damaged or any(re.search(pattern, row["限量值"]) for pattern, _ in OPEN_LIMITS[:2]), row
    assert read >= 75


@pytest.mark.parametrize("name", NOTICES)
def test_torn_cells_are_read_whole(name: str) -> None:
    """The site puts the first number into one column and the others into the column of units."""
    torn = re.compile(r"×10[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:CFU/m?[gL])?[,，/](?!.*[,，]×)")
    for row in (row for row in _rows(name) if torn.match(row["单位"])):
        reading, _ = read_result(row["检测结果"], row["单位"])
        assert reading.kind is ReadingKind.SERIES and len(reading.series) >= 4, row


def test_results_of_uploads_and_of_the_base_table() -> None:
    from app.spreadsheets import read_workbook

    upload = written_rows(read_workbook(SHARED / "lab_upload_2020.xlsx", "lab_upload_2020.xlsx").sheets)
    assert all(parse_reading(row.result).kind is not ReadingKind.TEXT for row in upload)
    base = written_rows(read_workbook(SHARED / "base_table_template.xls", "base_table_template.xls").sheets)
    (rule,) = {row.result for row in base}
    assert parse_reading(rule).kind is ReadingKind.TEXT  # a rule for reporting, in the column of results
    assert all(parse_reading(row["检验结果"]).kind is not ReadingKind.TEXT for row in _rows("result_rows_2020_vegetable.csv"))
