"""Templates and error workbooks go out, are filled in, and come back."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from app.domain.headers import normalise_header
from app.domain.written import Fault
from app.spreadsheet_templates import FaultySheet, TemplateColumn, errors_workbook, write_template
from app.spreadsheets import read_workbook

TOWNS = [f"第{number}镇" for number in range(100)]
COLUMNS = [
    TemplateColumn("抽样编号", required=True, help="按抽样单填写", example="XBJ24520201000000001"),
    TemplateColumn("抽样环节", choices=("生产", "流通", "餐饮")),
    TemplateColumn("乡镇", choices=TOWNS, help="从列表选择"),
    TemplateColumn("抽样日期", required=True, kind="date"),
]


def test_a_template(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path, "抽样单", COLUMNS, "2024-1")
    book = openpyxl.load_workbook(path, rich_text=True)
    data, helped, options = book.worksheets
    assert [sheet.title for sheet in book.worksheets] == ["抽样单", "填写说明", "选项"]
    assert [str(cell.value) for cell in data[1]] == ["抽样编号*", "抽样环节", "乡镇", "抽样日期*"]
    assert data["A1"].value[1].font.color.rgb == "FFC00000"  # the star is red
    assert data.column_dimensions["A"].width > 20
    assert [row[1].value for row in helped.iter_rows(min_row=2)] == ["必填", "选填", "选填", "必填"]
    assert options.sheet_state == "hidden"
    rules = {str(rule.sqref): rule for rule in data.data_validations.dataValidation}
    assert rules["B2:B5001"].formula1 == '"生产,流通,餐饮"'
    assert rules["C2:C5001"].formula1 == "选项!$A$1:$A$100"  # too long to stand in the rule
    assert rules["A2:A5001"].prompt == "按抽样单填写"
    assert [options.cell(row, 1).value for row in (1, 100)] == ["第0镇", "第99镇"]


def test_a_filled_template_tells_its_version(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path, "抽样单", COLUMNS, "2024-1")
    read = read_workbook(path, "t.xlsx")
    assert read.template_version == "2024-1"
    assert [normalise_header(text) for text in read.sheets[0].rows[0][1]] == [
        "抽样编号",
        "抽样环节",
        "乡镇",
        "抽样日期",
    ]


def test_a_file_of_somebody_else_has_no_version(workbook) -> None:
    assert read_workbook(workbook([["甲"]]), "a.xlsx").template_version == ""


def test_an_error_workbook_shows_the_rows_and_can_come_back(tmp_path: Path) -> None:
    rows = [
        (3, ("抽样单号", "检验 项目", "结果")),
        (4, ("GC1", "铅", "=1")),
        (7, ("GC2", "", "x")),
        (9, ("GC3", "镉", "0.1")),
    ]
    faults = [
        Fault(7, "检验项目", "", "检验项目为空：请填写"),
        Fault(7, "结果", "x", "不是数值"),
        Fault(9, "", "", "抽样单已作废"),
    ]
    path = tmp_path / "e.xlsx"
    errors_workbook(path, [FaultySheet("Sheet1", 3, rows, faults)])
    sheet = openpyxl.load_workbook(path).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["抽样单号", "检验 项目", "结果", "错误原因"],
        ["GC1", "铅", "=1", None],
        ["GC2", None, "x", "检验项目：检验项目为空：请填写；结果：不是数值"],
        ["GC3", "镉", "0.1", "抽样单已作废"],
    ]
    assert sheet["C2"].data_type == "s"
    red = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == "FFFFC7CE"}
    assert red == {"B3", "C3", "D3", "D4"}
    again = read_workbook(path, "e.xlsx").sheets[0]
    errors_workbook(path, [FaultySheet("Sheet1", 1, again.rows, [])])
    assert [cell.value for cell in openpyxl.load_workbook(path).active[1]] == [
        "抽样单号",
        "检验 项目",
        "结果",
        "错误原因",
    ]


def test_a_long_list_is_not_written_out_in_the_help(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path, "抽样单", COLUMNS, "2024-1")
    told = [row[3].value for row in openpyxl.load_workbook(path).worksheets[1].iter_rows(min_row=2)]
    assert told[1] == "生产、流通、餐饮"
    assert told[2].startswith("第0镇、") and "共 100 项" in told[2] and "下拉列表" in told[2] and "第99镇" not in told[2]
