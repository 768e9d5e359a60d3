"""Forms as an authority would issue them, made with openpyxl for the tests: merged heads, formulas, a chart, drop-downs, a hidden sheet."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.styles import Border, Font, Side
from openpyxl.worksheet.datavalidation import DataValidation

MADE = "表一"


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def picture() -> io.BytesIO:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\x00" + b"\xc0\x20\x20" * 2 for _ in range(2)))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def form() -> bytes:
    """A monthly form: title and unit merged, two figures with their sum, a rate, five rows for a list, notes."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = MADE
    sheet["A1"], sheet["A1"].font = "食品安全抽检月报", Font(bold=True, size=16)
    sheet.merge_cells("A1:F1")
    sheet["A2"] = "填报单位："
    sheet.merge_cells("A2:F2")
    for place, title in zip("ABCDEF", ("项目", "本月", "累计", "合计", "合格率", "备注"), strict=True):
        sheet[f"{place}4"] = title
        sheet[f"{place}4"].border = Border(bottom=Side("thin"))
    sheet["A5"], sheet["D5"] = "批次数", "=B5+C5"
    sheet["A6"], sheet["D6"], sheet["E6"] = "不合格", "=SUM(B6:C6)", "=D5/2"
    sheet["E5"].number_format, sheet["F5"].number_format = "0.00%", "yyyy-mm-dd"
    sheet["F6"] = "=1+1"
    validation = DataValidation(type="list", formula1='"是,否"')
    validation.add("F5")
    sheet.add_data_validation(validation)
    sheet["A7"].comment = Comment("填表说明", "省局")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=5, max_row=6))
    sheet.add_chart(chart, "H4")
    sheet.add_image(Image(picture()), "H20")
    other: Any = book.create_sheet("校验")
    other["A1"], other["A2"], other["A3"] = f"='{MADE}'!D5", "=A1*2", "=C9"
    other.sheet_state = "hidden"
    book.create_sheet("空表")
    book.calculation.fullCalcOnLoad = None
    return with_results(saved(book))


def with_results(content: bytes) -> bytes:
    """The same workbook with a kept result in every formula cell, as Excel writes it; openpyxl writes none."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for info in source.infolist():
            part = source.read(info)
            if info.filename.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"</f><v>?\s*/?(?:</v)?>", b"</f><v>0</v>", part)
            made.writestr(info, part)
    return target.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {info.filename: package.read(info) for info in package.infolist()}
