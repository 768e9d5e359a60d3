"""Exported cells hold exactly what was given, never run, and print on A4."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from app.spreadsheet_cells import CellValue, Column, fitting_widths, safe_cell, safe_text, sheet_name, write_csv
from app.spreadsheet_stream import TableSheet, write_table
from app.spreadsheets import read_workbook

HOSTILE = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0"]
AWKWARD = [
    "&<>\"'", "两行\n文字", " 前后空格 ", "_x0041_", "130426198001011234", "007", "1e5", "TRUE", "#N/A", "𠮷野家", "\x00\x07控制符",
]  # fmt: skip


def cell(path: Path, address: str = "A2") -> openpyxl.cell.Cell:
    return openpyxl.load_workbook(path).active[address]


@pytest.mark.parametrize("text", HOSTILE + AWKWARD)
def test_text_comes_back_as_the_same_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xlsx"
    write_table(path, [TableSheet("表", [Column("列")], [[text]])])
    written = cell(path)
    assert written.data_type == "s"  # never "f"
    # openpyxl does not undo Excel's _x005F_ escape
    expected = text.replace("\x00\x07", "").replace("_x0041_", "_x005F_x0041_").replace("\r", "\n")
    assert written.value.replace("\r", "\n") == expected
    assert written.quotePrefix is False


def test_text_read_back_by_our_own_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_table(path, [TableSheet("表", [Column("列")], [[text] for text in HOSTILE + AWKWARD])])
    read = [cells[0] for _, cells in read_workbook(path, "a.xlsx").sheets[0].rows[1:]]
    assert [text.strip() for text in read] == [text.replace("\x00\x07", "").strip() for text in HOSTILE + AWKWARD]


@pytest.mark.parametrize("text", HOSTILE)
def test_safe_cell_writes_no_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)  # with its own defaults, which do make formulas
    safe_cell(book.add_worksheet(), 1, 0, text)
    book.close()
    assert cell(path).data_type == "s"


@pytest.mark.parametrize(("kind", "value", "read", "shown"), [
    ("date", date(2020, 8, 27), datetime(2020, 8, 27), "yyyy-mm-dd"),  # a real date, which Excel can sort and filter
    ("date", datetime(2020, 8, 27, 12, 0), datetime(2020, 8, 27, 12, 0), "yyyy-mm-dd"),
    ("date", date(1900, 3, 1), datetime(1900, 3, 1), "yyyy-mm-dd"),
    ("date", "不详", "不详", "yyyy-mm-dd"),
    ("integer", 12, 12, "0"),
    ("decimal", Decimal("0.1"), 0.1, "General"),
    ("decimal", Decimal("1E-7"), 1e-7, "General"),
    ("decimal", Decimal("0.1234567890123456"), "0.1234567890123456", "General"),  # 16 digits do not fit a number
    ("decimal", Decimal("NaN"), "NaN", "General"),
    ("integer", 130426198001011234, "130426198001011234", "0"),
    ("percent", Fraction(1, 4), 0.25, "0.00%"),
    ("percent", Fraction(1, 3), 0.333333333333, "0.00%"),
    ("text", True, "是", "@"),
    ("text", None, None, "@"),
    ("text", "", None, "@"),
])  # fmt: skip
def test_a_value_is_what_its_column_says(tmp_path: Path, kind: str, value: CellValue, read: object, shown: str) -> None:
    path = tmp_path / "a.xlsx"
    write_table(path, [TableSheet("表", [Column("列", kind)], [[value]])])
    written = cell(path)
    assert (written.value, written.number_format) == (read, shown)


def test_a_text_too_long_for_a_cell_says_so(tmp_path: Path) -> None:
    write_table(tmp_path / "a.xlsx", [TableSheet("表", [Column("列")], [["长" * 40_000]])])
    text = cell(tmp_path / "a.xlsx").value
    assert len(text) == 32_767 and text.endswith("已截断）")


def test_a_table_is_ready_to_print(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    columns = [Column("抽样编号"), Column("抽样日期", "date"), Column("数量", "integer", width=8)]
    rows = [["GC20131100120630263", date(2020, 8, 27), number] for number in range(700)]
    assert write_table(path, [TableSheet("明细", columns, rows), TableSheet("空", columns, [])]) == 700
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # openpyxl warns of anything it has to repair
        book = openpyxl.load_workbook(path)
    sheet, empty = book.worksheets
    assert (sheet.max_row, sheet.max_column) == (701, 3)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C701"
    assert empty.auto_filter.ref == "A1:C1"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape",
        9,
        0,
    )
    assert sheet["A1"].fill.fgColor.rgb == "FFD9E2F3"
    assert sheet.column_dimensions["A"].width > 19 > sheet.column_dimensions["C"].width


def test_rows_are_never_held_in_memory(tmp_path: Path) -> None:
    alive = 0
    most = 0

    class Tracked(list[CellValue]):
        def __init__(self, text: str) -> None:
            nonlocal alive, most
            super().__init__([text])
            alive += 1
            most = max(most, alive)

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def rows() -> Iterator[list[CellValue]]:
        for number in range(5_000):
            yield Tracked(f"第{number}")

    told: list[int] = []
    write_table(tmp_path / "a.xlsx", [TableSheet("表", [Column("列")], rows())], told.append)
    assert most < 2_000
    assert told[-1] == 5_000 and told == sorted(told)


def test_a_row_with_too_few_cells_is_our_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        write_table(tmp_path / "a.xlsx", [TableSheet("表", [Column("甲"), Column("乙")], [["1"]])])


def test_two_columns_of_one_name_are_our_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        write_table(tmp_path / "a.xlsx", [TableSheet("表", [Column("甲"), Column("甲")], [])])


def test_a_column_is_as_wide_as_its_longest_line() -> None:
    assert fitting_widths([Column("甲")], [["一二三四五六\nabc"]]) == [14.0]  # six Chinese characters take twelve
    assert fitting_widths([Column("甲")], [["一" * 100]]) == [60]
    assert fitting_widths([Column("日期", "date")], [[date(2020, 8, 27)]]) == [12.0]


def test_sheet_names_are_legal_and_unique() -> None:
    used: set[str] = set()
    titles = ["不合格/问题 [2020]", "不合格/问题 [2020]", "长" * 40, "长" * 41, "'引号'", "", "History", "ABC", "abc"]
    assert [sheet_name(title, used) for title in titles] == [
        "不合格_问题 _2020_", "不合格_问题 _2020_(2)", "长" * 31, "长" * 28 + "(2)", "引号", "Sheet", "History_", "ABC", "abc(2)",
    ]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), [
    ("=1+1", "'=1+1"), ("@x", "'@x"), ("-1", "'-1"), ("普通", "普通"), (Decimal("-1E-7"), "-0.0000001"), (None, ""),
    (date(2020, 8, 27), "2020-08-27"), (True, "是"), (-3, "-3"),
])  # fmt: skip
def test_a_csv_cell(value: CellValue, text: str) -> None:
    assert safe_text(value) == text


def test_csv_comes_back_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, ["编号", "名称"], [["007", text] for text in HOSTILE])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # or Chinese Excel shows mojibake
    assert all(row[1].startswith("'") for row in list(csv.reader(path.open(encoding="utf-8-sig")))[1:])
    read = read_workbook(path, "a.csv").sheets[0].rows
    assert [cells for _, cells in read][1:] == [("007", text) for text in HOSTILE]
