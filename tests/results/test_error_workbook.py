"""错误反馈: the user's own workbook comes back with the refused rows alone; corrected, it imports what failed."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from app.results import sheets
from app.results.models import ResultReport
from app.spreadsheet_rewriting import rewritten
from app.spreadsheets import ReadLimits
from tests.results.material import count, register_sample, sample_named

ONE, TWO, THREE = (f"XC2612011946001000{place}" for place in (1, 2, 3))
TOP = ("抽样编号", "报告书编号", "检验项目", "检测结果", None, "备用", "单项判定")
LOW = (None, None, None, "数值", "单位", None, None)


def workbook(verdict: str = "大概合格") -> bytes:
    """A laboratory's own: a heading, two header rows, merged numbers, colours, widths, a hidden column, a second sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "十一月"
    sheet.append(["某检测公司结果表"])
    sheet.append(TOP)
    sheet.append(LOW)
    for span in ("A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "G2:G3"):
        sheet.merge_cells(span)
    for number, said in ((ONE, "合格"), (TWO, verdict), (THREE, "合格")):
        for item in ("毒死蜱", "克百威"):
            first = item == "毒死蜱"
            sheet.append([number if first else None, f"BG{number[-4:]}" if first else None, item, "未检出", "mg/kg", "=1+1", said])
    for span in ("A4:A5", "A6:A7", "A8:A9", "E4:E9"):  # the unit once for all of them
        sheet.merge_cells(span)
    sheet["C6"].font = openpyxl.styles.Font(name="楷体", bold=True)
    sheet.column_dimensions["C"].width = 33
    sheet.column_dimensions["G"].hidden = True
    sheet.row_dimensions[6].hidden = True
    book.create_sheet("说明").append(["填表说明"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def staged(office: Any, clerk: Any, upload: Any) -> Any:
    for number in (ONE, TWO, THREE):
        register_sample(office, number)
    return upload(clerk, workbook(), "十一月.xlsx")


@pytest.mark.parametrize("kept", [True, False])
def test_the_refused_rows_come_back_to_be_corrected(
    staged: Any, clerk: Any, confirm: Any, upload: Any, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the user's own workbook, or in a new one where that cannot be kept; either is read again by its own header."""
    if not kept:
        monkeypatch.setattr(sheets, "rewritten", lambda *_: None)
    assert (staged.new_count, staged.refused_count) == (2, 1)
    assert confirm(clerk, staged, skip_refused="y").status_code == 303
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"/imports/{staged.id}/errors.xlsx").data))
    sheet = book.active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert book.sheetnames == ["十一月"]
    body = [row for row in rows if row[2] in ("毒死蜱", "克百威")]
    assert [(row[0], row[2], row[4], row[6]) for row in body] == [
        (TWO, "毒死蜱", "mg/kg", "大概合格"), (TWO, "克百威", "mg/kg", "大概合格"),
    ]  # fmt: skip
    assert body[0][7].startswith("单项判定：“大概合格”不是规定的写法")
    line = rows.index(body[0]) + 1
    assert sheet.cell(line, 7).fill.fgColor.rgb.endswith("FFC7CE") and sheet.cell(line, 8).fill.fgColor.rgb.endswith("FFC7CE")
    if kept:
        assert (sheet["A1"].value, rows[2][7], sheet["C4"].font.name, sheet.column_dimensions["C"].width) == (
            "某检测公司结果表", "错误原因", "楷体", 33
        )  # fmt: skip
        assert not sheet.column_dimensions["G"].hidden and not sheet.row_dimensions[4].hidden
        assert "D2:E2" in [str(span) for span in sheet.merged_cells.ranges]
    for number in range(line, line + 2):
        sheet.cell(number, 7).value = "合格"
    corrected = io.BytesIO()
    book.save(corrected)
    again = upload(clerk, corrected.getvalue(), "错误反馈.xlsx")
    assert (again.samples, again.new_count, again.refused_count, again.preview["faults"]) == (1, 1, 0, [])
    assert not any("错误原因" in remark for remark in again.preview["remarks"])
    assert confirm(clerk, again).status_code == 303
    assert (sample_named(TWO)["state"].value, count(ResultReport)) == ("reported", 3)


def test_what_cannot_be_kept_is_left_to_the_other_writer(tmp_path: Any) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 not a workbook")
    assert rewritten(path, {}) is None
    path.write_bytes(workbook())
    plan = {"十一月": {"header": 3, "rows": {6: ["=1+1", [2]]}}}
    content = rewritten(path, plan)
    assert content is not None
    cell = openpyxl.load_workbook(io.BytesIO(content)).active["H4"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")  # a reason is no formula
    assert rewritten(path, plan, ReadLimits(memory_bytes=1 << 20)) is None
