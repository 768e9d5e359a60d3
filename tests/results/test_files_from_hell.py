"""Workbooks as laboratories really send them, from file to rows: built here, read by the child process, parsed by the rules."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.domain.result_rows import WrittenTable, parse_results
from app.domain.written import NO_RESULT
from app.spreadsheet_notes import notes_of
from app.spreadsheet_scan import SheetMarks, spans
from app.spreadsheets import read_workbook
from tests.results.material import as_csv, lab_row

SHEET = "xl/worksheets/sheet1.xml"
HEADER = ("报告书编号", "检验结果", "抽样单号", "检验项目", "结果单位", "结果判定")  # in nobody's order
ONE, TWO = "XC26120119460010001", "XC26120119460010002"


def row(number: str | None, item: str, result: object, unit: str = "mg/kg", verdict: str = "合格项") -> list[object]:
    return [f"BG{number[-4:]}" if number else None, result, number, item, unit, verdict]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., WrittenTable]:
    """Parse a workbook made of these rows, after somebody has worked on it and its XML has been edited."""

    def parsed(
        rows: Sequence[Sequence[object]], work: Callable[[Any], None] | None = None, edit: tuple[str, str] | None = None
    ) -> WrittenTable:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "结果"
        for cells in rows:
            sheet.append(list(cells))
        if work:
            work(sheet)
        path = tmp_path / "file.xlsx"
        book.save(path)
        if edit:
            _edit(path, *edit)
        return parse_results(read_workbook(path, "结果.xlsx").sheets)

    return parsed


def _edit(path: Path, before: str, after: str) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert before.encode() in parts[SHEET], parts[SHEET].decode()[:2000]
    parts[SHEET] = parts[SHEET].replace(before.encode(), after.encode(), 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


def faults(table: WrittenTable) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.column, fault.message[:12]) for fault in table.faults]


@pytest.mark.parametrize("above", [0, 9, 29])
def test_a_header_anywhere_near_the_top_in_any_order(read: Any, above: int) -> None:
    table = read([*([f"说明 {line}"] for line in range(above)), HEADER, row(ONE, "铅", 0.032)])
    found = table.rows[0]
    assert (found.line, found.number, found.report_no, found.item, found.result, table.faults) == (
        above + 2, ONE, "BG0001", "铅", "0.032", ()
    )  # fmt: skip
    assert not table.headers_unclear


def test_two_header_rows_with_merged_cells(read: Any) -> None:
    """Group headings above; 单位 means what its group says, in either group."""
    top = ["抽样编号", "报告书编号", "检验项目", "检测结果", None, "最大允许限", None, "单项判定"]
    low = [None, None, None, "数值", "单位", "数值", "单位", None]

    def merge(sheet: Any) -> None:
        for span in ("A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2", "H2:H3"):
            sheet.merge_cells(span)

    table = read([["2026年结果"], top, low, [ONE, "BG1", "铅", 0.03, "mg/kg", 0.2, "mg/kg", "合格"]], merge)
    found = table.rows[0]
    assert (found.line, found.result, found.unit, found.max_limit, found.max_unit, found.verdict) == (
        4, "0.03", "mg/kg", "0.2", "mg/kg", "合格项"
    )  # fmt: skip
    assert (table.header_tops, table.header_lines) == ({"结果": 2}, {"结果": 3})
    assert "工作表“结果”的表头占第 2、3 两行" in table.remarks
    assert found.headers[3:7] == ("检测结果 数值", "检测结果 单位", "最大允许限 数值", "最大允许限 单位")  # as messages name them


def test_vertically_merged_cells_are_filled_and_told(read: Any) -> None:
    rows = [HEADER, row(ONE, "铅", 0.1), [None, 0.2, None, "镉", None, "合格项"], row(TWO, "铅", 0.3)]

    def merge(sheet: Any) -> None:
        for span in ("A2:A3", "C2:C3", "E2:E4"):
            sheet.merge_cells(span)

    table = read(rows, merge)
    assert [(one.number, one.report_no, one.item, one.unit) for one in table.rows] == [
        (ONE, "BG0001", "铅", "mg/kg"), (ONE, "BG0001", "镉", "mg/kg"), (TWO, "BG0002", "铅", "mg/kg"),
    ]  # fmt: skip
    assert "有 3 处纵向合并的单元格（第 2–4 行），已逐行填入合并的内容，请核对" in table.remarks[0]


def test_hidden_rows_columns_and_sheets_are_read_and_told(read: Any) -> None:
    def hide(sheet: Any) -> None:
        for line in (3, 4, 6):
            sheet.row_dimensions[line].hidden = True
        sheet.column_dimensions["E"].hidden = True
        sheet.column_dimensions["J"].hidden = True  # beyond the last cell
        other = sheet.parent.create_sheet("旧数据")
        for cells in (HEADER, row(TWO, "铅", 0.1)):
            other.append(list(cells))
        other.sheet_state = "hidden"

    table = read([HEADER, *(row(ONE, item, 0.1) for item in ("铅", "镉", "汞", "砷", "铬"))], hide)
    assert (len(table.rows), table.faults) == (6, ())
    assert table.remarks[:2] == (
        "工作表“结果”第 3–4、6 行被隐藏或筛选掉，已读取，请核对", "工作表“结果”的 E 列被隐藏，已读取，请核对",
    )  # fmt: skip
    assert "工作表“旧数据”是隐藏的，已读取，请核对" in table.remarks


def test_formulas_are_read_by_their_stored_result_or_refused(read: Any) -> None:
    rows = [HEADER, row(ONE, "铅", "=1/8"), row(ONE, "镉", "=1/3")]
    table = read(rows, edit=("<f>1/8</f><v></v></c>", "<f>1/8</f><v>0.125</v></c>"))
    assert [one.result for one in table.rows] == ["0.125", NO_RESULT]
    assert faults(table) == [(3, "检验结果", "单元格是公式，文件里没有")]
    assert "有 1 个单元格是公式（B2），按文件保存的计算结果读取，请核对" in table.remarks[0]


def test_error_cells_are_refused_by_cell(read: Any) -> None:
    table = read(
        [HEADER, row(ONE, "铅", 0.1), row(ONE, "镉", 1)],
        edit=('<c r="B3" t="n"><v>1</v></c>', '<c r="B3" t="e"><v>#DIV/0!</v></c>'),
    )
    assert faults(table) == [(3, "检验结果", "单元格是公式错误 #DI")]


@pytest.mark.parametrize("value", [dt.date(2026, 3, 5), dt.datetime(2026, 3, 5, 10, 30), dt.time(1, 10), dt.time(0, 3, 5)])
def test_a_result_that_excel_made_a_date(read: Any, value: object) -> None:
    """3-5 typed into a cell becomes the fifth of March."""
    table = read([HEADER, row(ONE, "铅", value)])
    assert faults(table) == [(2, "检验结果", "是日期或时间，可能是 E")]


@pytest.mark.parametrize("text", ["-0.5", "1:10", "3-5", "<10", "10-20", "未检出（<0.01）", "2;3;4;5;6"])
def test_a_result_that_only_looks_a_little_like_a_date(read: Any, text: str) -> None:
    assert read([HEADER, row(ONE, "铅", text)]).faults == ()


def test_several_reports_of_one_sample_and_one_item_twice_in_one_report() -> None:
    from types import SimpleNamespace

    from app.domain.result_import import plan_import

    lines = [row(ONE, "铅", "0.1"), row(ONE, "铅", "0.2")]
    lines[1][0] = "BG-F"  # of its own report
    cells = [(number, tuple(map(str, line))) for number, line in enumerate([list(HEADER), *lines], 1)]
    known = {ONE: SimpleNamespace(id=1, number=ONE, voided=False)}
    assert plan_import(parse_results([SimpleNamespace(name="a", rows=cells)]).rows, known, {}).refused == 0
    cells[2] = 3, ("", *cells[2][1][1:2], "", *cells[2][1][3:])  # continues the row above
    plan = plan_import(parse_results([SimpleNamespace(name="a", rows=cells)]).rows, known, {})
    assert [(fault.column, fault.message) for fault in plan.errors] == [
        ("检验项目", "同一报告里“铅”与第 2 行重复：请只保留一行")
    ]


def test_a_million_formatted_empty_rows_cost_nothing(read: Any) -> None:
    def paint(sheet: Any) -> None:
        sheet.row_dimensions[1_048_576].height = 15

    assert len(read([HEADER, row(ONE, "铅", 0.1)], paint).rows) == 1


def test_what_is_hidden_is_named_briefly() -> None:
    marks = SheetMarks(hidden_rows=set(range(2, 60, 2)) | {500}, hidden_columns={(1, 12), (300, 16384)})
    marks.formulas = {(line, 2) for line in range(2, 40)}
    notes = notes_of(marks, [], last_row=100, last_column=14)
    assert notes == [
        "第 2、4、6、8、10、12、14、16、18、20 等共 29 行被隐藏或筛选掉，已读取，请核对",
        "的 A、B、C、D、E、F、G、H、I、J 等 12 列被隐藏，已读取，请核对",
        "有 38 个单元格是公式（B2、B3、B4、B5、B6 等），按文件保存的计算结果读取，请核对",
    ]
    assert spans([]) == [] and spans([3, 1, 2, 7]) == [(1, 3), (7, 7)]


# ---------------------------------------------------------------- what must not be learned from a refusal


@pytest.mark.parametrize("who", ["county-statistician", "lab-laboratory"])
def test_somebody_elses_number_reads_like_nobodys(office: Any, command: Any, who: str) -> None:
    """In either layout the refusal is the same to the letter, but for the number itself."""
    from tests.results.material import national_csv, national_row, register_sample

    register_sample(office, "XC26500156460010001", place="other", laboratory_org_id=office.orgs["otherlab"].id)
    elsewhere = {"被抽样省份": "重庆", "被抽样地市": "重庆", "县（市、区）": "武隆区"}
    for make in (
        lambda number: as_csv([lab_row(number, "毒死蜱", "未检出")]),
        lambda number: national_csv([national_row(number, "毒死蜱", "未检出", **elsewhere)]),
    ):
        taken, free = "XC26500156460010001", "XC26500156460019999"
        answers = [command("import", "--as", who, content=make(number)) for number in (taken, free)]
        said = [[{**error, "value": ""} for error in answer["errors"]] for _, answer, _ in answers]
        first, second = (str(errors).replace(number, "") for errors, number in zip(said, (taken, free), strict=True))
        assert first == second and len(said[0]) == 1
        assert [answer["refused"] for _, answer, _ in answers] == [1, 1]
