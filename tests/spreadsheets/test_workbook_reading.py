"""Cells become text that means what their writer meant, with the row numbers of the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from app.spreadsheet_child import MAX_TABLE, number_text
from app.spreadsheets import UnreadableFile, read_workbook, sheets_coming


@pytest.mark.parametrize(("value", "text"), [
    ("未检出", "未检出"),
    (" XC20412830465130015", " XC20412830465130015"),  # what is written is kept, blanks included
    (8.0, "8"),  # not 8.0
    (0.0197, "0.0197"),
    (0.1 + 0.2, "0.3"),  # what the sheet shows; 0.30000000000000004 would fail a limit of 0.3
    (4.8e-7, "0.00000048"),  # no exponent
    (130426198001011234, "130426198001011200"),  # 18 digits stored as a number: no 1.30E+17 (noted as spoilt)
    (1e20, "100000000000000000000"),
    (-0.5, "-0.5"),
    (True, "是"),
    (False, "否"),
    (dt.date(2020, 8, 27), "2020-08-27"),
    (dt.datetime(2020, 8, 27, 9, 30), "2020-08-27 09:30:00"),
    (dt.time(9, 30), "09:30:00"),
    ("=危险", "#公式无结果"),  # a formula without a stored value; a blank would be taken for "nothing"
])  # fmt: skip
def test_a_cell_as_text(workbook: Callable[..., Path], value: object, text: str) -> None:
    rows = read_workbook(workbook([["甲", value, "乙"]]), "结果.xlsx").sheets[0].rows
    assert rows == [(1, ("甲", text, "乙"))]


@pytest.mark.parametrize(("value", "text"), [
    (0.0, "0"), (-0.0, "0"), (1e15, "1000000000000000"), (1e-10, "0.0000000001"), (12345.678, "12345.678"),
])  # fmt: skip
def test_a_number_has_no_exponent_and_no_needless_zero(value: float, text: str) -> None:
    assert number_text(value) == text


def test_an_error_cell_keeps_its_error(workbook: Callable[..., Path]) -> None:
    def spoil(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        parts[name] = parts[name].replace(b'<c r="B1" t="n"><v>1</v></c>', b'<c r="B1" t="e"><f>C9</f><v>#REF!</v></c>')
        assert b"#REF!" in parts[name]

    assert read_workbook(workbook([["甲", 1, "乙"]], spoil), "a.xlsx").sheets[0].rows == [(1, ("甲", "#REF!", "乙"))]


def test_row_numbers_are_those_of_the_file(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["C3"], book.active["D5"], book.active["C7"] = "表头", "值", "   "
    hidden = book.create_sheet("隐藏")
    hidden["A1"] = "x"
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    read = read_workbook(tmp_path / "a.xlsx", "a.xlsx")
    assert read.sheets[0].rows == [(3, ("", "", "表头", "")), (5, ("", "", "", "值"))]  # row 7 holds only blanks
    assert [(sheet.name, sheet.hidden) for sheet in read.sheets] == [("Sheet", False), ("隐藏", True)]


def test_merged_and_hidden_cells_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in ("编号", "甲", None, "乙"):
        sheet.append([line, 1])
    sheet.merge_cells("A2:A3")
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.save(tmp_path / "a.xlsx")
    read = read_workbook(tmp_path / "a.xlsx", "a.xlsx").sheets[0]
    assert read.merged == ((2, 1, 3, 1),)
    assert read.hidden_rows == 1
    assert read.notes == ("第 4 行被隐藏或筛选掉，已读取，请核对", "的 B 列被隐藏，已读取，请核对")


def test_a_code_spoilt_by_excel_is_named(workbook: Callable[..., Path]) -> None:
    notes = read_workbook(workbook([["编号"], [130426198001011234]]), "a.xlsx").sheets[0].notes
    assert len(notes) == 1 and notes[0].startswith("A2 ")


@pytest.mark.parametrize(("content", "cells"), [
    ("抽样编号,结果\nGC1,0.1\n".encode(), ("抽样编号", "结果")),  # UTF-8
    ("\ufeff抽样编号,结果\nGC1,0.1\n".encode(), ("抽样编号", "结果")),  # BOM is not part of the first header
    ("抽样编号,结果\nGC1,0.1\n".encode("gb18030"), ("抽样编号", "结果")),  # Chinese Excel
    ("抽样编号\t结果\nGC1\t0.1\n".encode("utf-16"), ("抽样编号", "结果")),  # Excel's "Unicode text"
    ("抽样编号;结果\r\nGC1;0,1\r\n".encode(), ("抽样编号", "结果")),
    ("抽样编号\t结果\nGC1\t0.1\n".encode(), ("抽样编号", "结果")),
    ('"抽样\n编号","结果,合并"\nGC1,0.1\n'.encode(), ("抽样\n编号", "结果,合并")),  # quotes hide separators
    (b'="0012",\'=1\nGC1,0.1\n', ("0012", "=1")),  # how exports keep a code as text
])  # fmt: skip
def test_csv_in_every_usual_dress(tmp_path: Path, content: bytes, cells: tuple[str, ...]) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    read = read_workbook(path, "结果.CSV")
    assert read.format == "csv"
    assert read.sheets[0].rows[0] == (1, cells)
    assert read.sheets[0].rows[1][0] == 2


def test_separators_of_our_own_pipe_cannot_be_smuggled_in(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("甲\x1f乙,丙\n1,2\n".encode())
    assert read_workbook(tmp_path / "a.csv", "a.csv").sheets[0].rows == [(1, ("甲 乙", "丙")), (2, ("1", "2"))]


def test_more_distinct_texts_than_are_remembered(tmp_path: Path) -> None:
    lines = [[f"{line}-{column}" if column else "同" for column in range(300)] for line in range(2_200)]
    (tmp_path / "a.csv").write_text("\n".join(map(",".join, lines)))
    read = read_workbook(tmp_path / "a.csv", "a.csv").sheets[0].rows
    assert 2 * MAX_TABLE < 2_200 * 299
    assert read == [(number, tuple(line)) for number, line in enumerate(lines, 1)]


def test_true_is_not_one(workbook: Callable[..., Path]) -> None:
    rows = read_workbook(workbook([[1, True, 0, False], [True, 1, False, 0]]), "a.xlsx").sheets[0].rows
    assert [cells for _, cells in rows] == [("1", "是", "0", "否"), ("是", "1", "否", "0")]


def test_short_lines_of_a_csv_are_filled_up(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b,c\n\n1\n")
    assert read_workbook(tmp_path / "a.csv", "a.csv").sheets[0].rows == [(1, ("a", "b", "c")), (3, ("1", "", ""))]


def test_a_million_formatted_empty_rows_are_only_empty(workbook: Callable[..., Path]) -> None:
    def pad(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        empty = b"".join(b'<row r="%d" ht="15"/>' % line for line in range(3, 1_048_577))
        parts[name] = parts[name].replace(b"</sheetData>", empty + b"</sheetData>")

    assert len(read_workbook(workbook([["甲"], ["乙"]], pad), "a.xlsx").sheets[0].rows) == 2


def test_the_same_bytes_have_the_same_digest(workbook: Callable[..., Path]) -> None:
    path = workbook([["甲"]])
    assert read_workbook(path, "一.xlsx").sha256 == read_workbook(path, "二.xlsx").sha256


@pytest.mark.parametrize(("name", "sheet", "rows", "first"), [
    ("lab_upload_2020.xlsx", "Sheet1", 7, "抽样单号"),
    ("base_table_template.xls", "上报", 2, "食品大类(一级)"),  # the old binary format
    ("announcements_2022.csv", "CSV", 722, "信息来源"),  # GB18030
    ("result_rows_2020_vegetable.csv", "CSV", 18, "检验项目"),  # UTF-8 with BOM
])  # fmt: skip
def test_real_files(shared: Path, name: str, sheet: str, rows: int, first: str) -> None:
    read = read_workbook(shared / name, name).sheets[0]
    assert (read.name, len(read.rows), read.rows[0][1][0]) == (sheet, rows, first)


def _three_sheets(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["甲", 1])
    for title in ("二", "三"):
        sheet = book.create_sheet(title)
        for number in range(2_500):
            sheet.append([f"{title}{number}", number])
    book["二"].row_dimensions[7].hidden = True
    book.save(path)
    return path


def test_sheets_are_the_same_while_they_come(tmp_path: Path) -> None:
    path = _three_sheets(tmp_path / "a.xlsx")
    whole = read_workbook(path, "a.xlsx").sheets
    with sheets_coming(path, "a.xlsx") as sheets:
        coming = [(sheet.name, list(sheet.rows), sheet.merged, sheet.notes) for sheet in sheets]
    assert coming == [(sheet.name, sheet.rows, sheet.merged, sheet.notes) for sheet in whole]


def test_rows_that_nobody_takes_are_passed_over(tmp_path: Path) -> None:
    with sheets_coming(_three_sheets(tmp_path / "a.xlsx"), "a.xlsx") as sheets:
        assert [(sheet.name, next(sheet.rows)[1][1]) for sheet in sheets] == [("Sheet", "1"), ("二", "0"), ("三", "0")]
    with sheets_coming(tmp_path / "a.xlsx", "a.xlsx") as sheets:
        first, second = next(sheets), next(sheets)
        assert (list(first.rows), len(second.notes), list(second.rows)) == ([], 1, [])


def test_an_empty_file_is_told_after_its_last_sheet(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with sheets_coming(tmp_path / "a.xlsx", "a.xlsx") as sheets, pytest.raises(UnreadableFile, match="没有内容"):
        list(sheets)
