"""Filling a kept form: only the mapped cells change, whatever the workbook holds beside them."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from app.domain.cell_addresses import Cell
from app.spreadsheet_dependence import spans
from app.spreadsheet_filling import UnfitCell, calculated_on_load, filled
from app.spreadsheet_gate import UnreadableFile
from app.spreadsheet_packages import CellPlace, Package, SheetXml, is_date_format, is_percent_format
from tests.return_templates.forms_made import MADE, form, parts, saved

FORM = form()
SHEET, HIDDEN = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"


def opened(content: bytes, results: bool = False) -> Any:
    return load_workbook(io.BytesIO(content), data_only=results)


def test_every_other_part_is_the_same_byte_for_byte() -> None:
    """Styles, pictures, charts, comments, drop-downs, content types: in the same order, under the same names."""
    made = filled(FORM, {(MADE, "B5"): 12, (MADE, "A2"): "填报单位：某县市场监督管理局"})
    before, after = parts(FORM), parts(made)
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == {SHEET, HIDDEN, "xl/workbook.xml"}
    first, second = (zipfile.ZipFile(io.BytesIO(each)).infolist() for each in (FORM, made))
    assert [(one.filename, one.compress_type, one.date_time) for one in first] == [
        (one.filename, one.compress_type, one.date_time) for one in second
    ]


def test_in_the_sheet_only_the_mapped_cells_change() -> None:
    before = parts(FORM)[SHEET].decode()
    after = parts(filled(FORM, {(MADE, "B5"): Decimal("97.80")}))[SHEET].decode()
    at = before.index('<c r="D5"')
    assert after == before[:at] + '<c r="B5"><v>97.80</v></c>' + before[at:].replace("<f>B5+C5</f><v>0</v>", "<f>B5+C5</f>").replace(
        "<f>D5/2</f><v>0</v>", "<f>D5/2</f>"
    )


def test_without_formulas_the_workbook_part_stays() -> None:
    book = Workbook()
    book.active.title, book.active["B2"] = "一", 3  # type: ignore[union-attr, index]
    content = saved(book)
    before, after = parts(content), parts(filled(content, {("一", "B2"): 4}))
    assert {name for name in before if before[name] != after[name]} == {SHEET}


def test_an_old_total_does_not_stand_beside_new_figures() -> None:
    """What may depend on a filled cell loses its kept result, over sheets and formulas; what does not depend keeps it."""
    results = opened(filled(FORM, {(MADE, "B5"): 12}), results=True)
    sheet, hidden = results[MADE], results["校验"]
    assert [sheet["D5"].value, sheet["E6"].value, hidden["A1"].value, hidden["A2"].value] == [None] * 4
    assert [sheet["D6"].value, sheet["F6"].value, hidden["A3"].value] == [0, 0, 0]
    assert b'fullCalcOnLoad="1"' in parts(filled(FORM, {(MADE, "B5"): 12}))["xl/workbook.xml"]


@pytest.mark.parametrize(("formula", "read"), [
    ("B5+C5", 2),
    ("SUM(B3:C6,'表 一'!$A$1)", 2),
    ("SUM(B:B)*2%", 1),
    ("SUM(3:4)", 1),
    ('IF(A1="B9",TRUE,"本月")', 1),
    ("合计+1", None),  # a name
    ("SUM(表1[本月])", None),  # a table
    ("INDIRECT(\"B5\")", None),
    ("TODAY()", None),
    ("SUM(一月:三月!B5)", None),  # a span of sheets
    ("A1:INDEX(B:B,3)", None),
    ("[1]外部!A1", None),  # another workbook
    ("LOG10(A1)", 1),  # a function that looks like a cell
])  # fmt: skip
def test_what_a_formula_reads(formula: str, read: int | None) -> None:
    found = spans(CellPlace(1, 0, formula=formula), MADE)
    assert (None if found is None else len(found)) == read


def test_the_same_values_give_the_same_bytes() -> None:
    values = {(MADE, "B5"): 12, (MADE, "Z9"): "末列以外", ("空表", "C3"): date(2026, 11, 20)}
    assert filled(FORM, values) == filled(FORM, dict(reversed(values.items())))


@pytest.mark.parametrize(("cell", "reason"), [
    ("D5", "D5 是公式单元格，由 Excel 计算，不能填写"),
    ("C2", "C2 属于合并单元格 A2:F2，请填在左上角的 A2"),
])  # fmt: skip
def test_formula_and_covered_cells_are_refused(cell: str, reason: str) -> None:
    with pytest.raises(UnfitCell, match=reason):
        filled(FORM, {(MADE, cell): 1})
    with pytest.raises(UnfitCell, match="模板中没有工作表“二月”"):
        filled(FORM, {("二月", "A1"): 1})


def test_a_text_stays_a_text_and_a_day_is_shown_as_one() -> None:
    made = opened(filled(FORM, {
        (MADE, "B5"): "=HYPERLINK(1)", (MADE, "F5"): date(2026, 11, 20), (MADE, "B6"): date(2026, 11, 20), (MADE, "C5"): "甲<乙>&_x000D_",
        (MADE, "C6"): "123456789012345678",
    }))[MADE]  # fmt: skip
    assert made["B5"].data_type == "s" and made["B5"].value == "=HYPERLINK(1)"
    assert made["F5"].is_date and made["F5"].value.date() == date(2026, 11, 20) and made["B6"].value == "2026-11-20"
    assert made["C5"].value == "甲<乙>&_x005F_x000D_"  # openpyxl does not undo the escape that Excel undoes
    assert made["C6"].value == "123456789012345678"


def test_a_new_cell_takes_the_style_of_its_row_or_column() -> None:
    xml = SheetXml(
        b'<worksheet xmlns="m"><cols><col min="3" max="4" style="7"/></cols>'
        b'<sheetData><row r="2" s="5" customFormat="1"/><row r="9"><c r="A9" s="2"/></row></sheetData></worksheet>'
    )
    assert [xml.style_of(one) for one in (Cell(2, 3), Cell(9, 3), Cell(9, 1), Cell(9, 2))] == ["5", "7", "2", ""]


PREFIXED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    "note='a>b'><!-- <row r=\"1\"> --><x:sheetData>{rows}</x:sheetData></x:worksheet>"
)


@pytest.mark.parametrize(("rows", "expected"), [
    ("", '<x:row r="3"><x:c r="B3"><x:v>1</x:v></x:c></x:row>'),
    ('<x:row r="3" ht="20"/>', '<x:row r="3" ht="20"><x:c r="B3"><x:v>1</x:v></x:c></x:row>'),
    ('<x:row r="2"/><x:row r="9"/>', '<x:row r="2"/><x:row r="3"><x:c r="B3"><x:v>1</x:v></x:c></x:row><x:row r="9"/>'),
    ('<x:row r="3"><x:c r="A3" s="1"/><x:c r="B3" s="4"/><x:c r="C3" s="5"/></x:row>',
     '<x:row r="3"><x:c r="A3" s="1"/><x:c r="B3" s="4"><x:v>1</x:v></x:c><x:c r="C3" s="5"/></x:row>'),
    ("<x:row/><x:row/><x:row><x:c/><x:c><x:v>5</x:v></x:c><x:c/></x:row>",
     '<x:row/><x:row/><x:row><x:c/><x:c r="B3"><x:v>1</x:v></x:c><x:c/></x:row>'),
])  # fmt: skip
def test_xml_as_other_programs_write_it(rows: str, expected: str) -> None:
    """Prefixes, rows and cells without numbers, single tags, comments that look like rows."""
    book = Workbook()
    book.active.title = "一"  # type: ignore[union-attr]
    content = parts(saved(book)) | {SHEET: PREFIXED.format(rows=rows).encode()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, part in content.items():
            package.writestr(name, part)
    made = parts(filled(target.getvalue(), {("一", "B3"): 1}))[SHEET].decode()
    assert made == PREFIXED.format(rows=expected)


@pytest.mark.parametrize(("workbook", "told"), [
    (b'<workbook><sheets></sheets><calcPr calcId="1"/></workbook>',
     b'<workbook><sheets></sheets><calcPr calcId="1" fullCalcOnLoad="1"/></workbook>'),
    (b'<workbook><sheets></sheets><calcPr fullCalcOnLoad="0" calcId="1"></calcPr></workbook>',
     b'<workbook><sheets></sheets><calcPr calcId="1" fullCalcOnLoad="1"></calcPr></workbook>'),
    (b"<x:workbook><x:sheets></x:sheets><x:oleSize/></x:workbook>",
     b'<x:workbook><x:sheets></x:sheets><x:calcPr fullCalcOnLoad="1"/><x:oleSize/></x:workbook>'),
])  # fmt: skip
def test_the_workbook_is_told_to_calculate(workbook: bytes, told: bytes) -> None:
    assert calculated_on_load(workbook) == told


@pytest.mark.parametrize(("code", "day", "percent"), [
    ("0.00%", False, True), ("yyyy\"年\"m\"月\"", True, False), ("[$-804]yyyy-mm-dd", True, False), ("0\"year\"", False, False),
    ("General", False, False), ("#,##0.00_);[Red](#,##0.00)", False, False),
])  # fmt: skip
def test_number_formats(code: str, day: bool, percent: bool) -> None:
    assert (is_date_format(code), is_percent_format(code)) == (day, percent)


@pytest.mark.parametrize("xml", [
    b"<worksheet/>", b"<worksheet><sheetData>", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData/></worksheet>',
])  # fmt: skip
def test_broken_sheets_are_refused(xml: bytes) -> None:
    with pytest.raises(UnreadableFile, match="文件内部结构不完整"):
        SheetXml(xml)
    with pytest.raises(UnreadableFile, match="文件内部结构不完整"):
        Package(b"PK\x03\x04 no zip")


# ---------------------------------------------------------------- any workbook

TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x9FFF, exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
CONTENT = st.one_of(
    st.integers(-10**9, 10**9), TEXT.filter(lambda text: not text.startswith("=")), st.booleans(), st.just("=1+2"), st.just("=SUM(A1:C3)")
)
NEW = st.one_of(st.integers(-10**9, 10**9), TEXT, st.decimals(-10**6, 10**6, places=2).map(lambda one: one + 0))
PLACE = st.tuples(st.integers(1, 12), st.integers(1, 30))


@settings(max_examples=60, deadline=None)
@given(
    cells=st.dictionaries(PLACE, CONTENT, max_size=25), wanted=st.dictionaries(PLACE, NEW, min_size=1, max_size=12),
    merged=st.sampled_from(["", "B2:D4", "A1:AD1"]),
)  # fmt: skip
def test_what_was_filled_is_read_back_and_the_rest_is_as_before(cells: Any, wanted: Any, merged: str) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "一"
    for (row, column), value in cells.items():
        sheet.cell(row, column, value)
    if merged:
        sheet.merge_cells(merged)
    content = saved(book)
    before = opened(content)["一"]
    fit = {place: value for place, value in wanted.items() if _fit(before, place)}
    made = opened(filled(content, {("一", f"{get_column_letter(c)}{r}"): value for (r, c), value in fit.items()}))["一"]
    for row in range(1, 13):
        for column in range(1, 31):
            expected = fit.get((row, column), before.cell(row, column).value)
            found = made.cell(row, column).value
            assert found == (float(expected) if isinstance(expected, Decimal) else expected), (row, column)
            assert (row, column) in fit or made.cell(row, column).data_type == before.cell(row, column).data_type
    assert [str(one) for one in made.merged_cells.ranges] == [str(one) for one in before.merged_cells.ranges]


def _fit(sheet: Any, place: tuple[int, int]) -> bool:
    cell = sheet.cell(*place)
    return cell.data_type != "f" and type(cell).__name__ != "MergedCell"
