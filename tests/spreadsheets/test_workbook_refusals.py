"""What is not an honest table is refused with one sentence, before it can cost anything."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from threading import Event

import openpyxl
import pytest

from app.child_process import FRAME
from app.child_process import watch as _watch
from app.spreadsheets import ROWS, ReadLimits, UnreadableFile, read_workbook

SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refusal(path: Path, filename: str, limits: ReadLimits | None = None) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read_workbook(path, filename, limits)
    return str(refused.value)


@pytest.mark.parametrize(("filename", "content", "said"), [
    ("a.xlsx", b"", "0 字节"),
    ("a.csv", b"", "0 字节"),
    ("a.xlsx", b"PK\x03\x04" + b"\0" * (20 << 20), "超过 20 MB"),  # one byte and more above the limit
    ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "其实是网页"),  # some platforms' "Excel export"
    ("a.xls", b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "其实是网页"),
    ("a.xlsx", OLE + b"\0" * 600, "旧版 .xls"),
    ("a.xlsx", OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
    ("a.xls", OLE + b"\0" * 600 + "_VBA_PROJECT_CUR".encode("utf-16-le"), "宏"),
    ("a.xls", OLE + b"\0" * 600, "损坏"),
    ("a.xls", b"PK\x03\x04" + b"\0" * 100, "其实是 .xlsx"),
    ("a.xlsx", b"%PDF-1.7", "PDF"),
    ("a.csv", b"\x89PNG\r\n", "图片"),
    ("a.csv", b"a,b\n" + b"\0\1\2" * 9, "不是表格"),
    ("a.csv", b"a,b\n" + b"1,2\n" * 2000 + b"\0", "二进制"),  # zeros after the first bytes
    ("a.csv", b"\xff\xff\xff,\xff", "编码"),
    ("a.csv", b"  \n , \n", "没有内容"),
    ("a.xlsm", b"PK\x03\x04", "宏"),
    ("a.xlsb", b"PK\x03\x04", ".xlsb"),
    ("a.et", OLE, "WPS"),
    ("a.exe", b"MZ", ".exe"),
    ("noextension", b"x", "noextension"),
    ("a.xlsx", b"PK\x03\x04" + b"x" * 500, "不完整"),
])  # fmt: skip
def test_a_file_refused_for_its_bytes(tmp_path: Path, filename: str, content: bytes, said: str) -> None:
    (tmp_path / "upload").write_bytes(content)
    sentence = refusal(tmp_path / "upload", filename)
    assert said in sentence
    assert "请" in sentence  # says what to do


def test_the_size_limit_itself_is_still_accepted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b\n1,2\n")
    assert read_workbook(tmp_path / "a.csv", "a.csv", ReadLimits(file_bytes=8)).sheets
    assert "超过" in refusal(tmp_path / "a.csv", "a.csv", ReadLimits(file_bytes=7))


def with_part(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda parts: parts.update({name: content})


def with_text(part: str, before: bytes, after: bytes) -> Callable[[dict[str, bytes]], None]:
    def edit(parts: dict[str, bytes]) -> None:
        assert before in parts[part]
        parts[part] = parts[part].replace(before, after, 1)

    return edit


XXE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(("edit", "said"), [
    (with_part("xl/media/image1.png", b"\0" * (301 << 20)), "300 MB"),
    (with_part("xl/media/image1.png", b"\0" * (30 << 20)), "压缩炸弹"),  # 1000 : 1
    (lambda parts: parts.update({f"xl/x{i}.bin": b"" for i in range(2001)}), "部件过多"),
    (with_part("/etc/cron.d/x", b"x"), "部件名称"),
    (with_part("../../x.xml", b"<x/>"), "部件名称"),
    (with_part("xl/vbaProject.bin", b"x"), "宏"),
    (with_text("[Content_Types].xml", b"sheet.main", b"sheet.macroEnabled.main"), "宏"),
    (with_text(SHEET, b"<worksheet", XXE + b"<worksheet"), "外部实体"),
    (with_text("xl/styles.xml", b"<styleSheet", b"<!-- <a> -->\n" + XXE + b"<styleSheet"), "外部实体"),
    (with_text("docProps/core.xml", b"<cp:", b"<!-- " + b"x" * 70_000 + b" -->" + XXE + b"<cp:"), "外部实体"),
    (with_part("xl/workbook.xml", "<x/>".encode("utf-16")), "UTF-8"),
    (lambda parts: parts.pop("xl/workbook.xml"), "不是 Excel 工作簿"),
    (lambda parts: parts.pop("[Content_Types].xml"), "不是 Excel 工作簿"),
    (with_text(SHEET, b"<sheetData>", b"<sheetData"), "损坏"),
    (lambda parts: parts.pop(SHEET), "损坏"),
])  # fmt: skip
def test_a_package_refused(workbook: Callable[..., Path], edit: Callable[[dict[str, bytes]], None], said: str) -> None:
    assert said in refusal(workbook([["甲", 1]], edit), "a.xlsx")


def test_an_upload_cut_off_half_way(workbook: Callable[..., Path]) -> None:
    path = workbook([["甲", number] for number in range(500)])
    path.write_bytes(path.read_bytes()[:-900])
    assert "重新上传" in refusal(path, "a.xlsx")


def test_a_member_twice(tmp_path: Path, workbook: Callable[..., Path]) -> None:
    path = workbook([["甲"]])
    with zipfile.ZipFile(path, "a") as package, pytest.warns(UserWarning):
        package.writestr(SHEET, b"<worksheet/>")
    assert "部件名称" in refusal(path, "a.xlsx")


@pytest.mark.parametrize(("cell", "said"), [
    ("XFD1048576", "无法解析|远离数据区|XFD"),  # calamine alone would allocate 550 GB and abort the process
    ("XFD2", "XFD"),
    ("KO1", "KO"),  # column 301
])  # fmt: skip
def test_a_cell_far_from_the_data(tmp_path: Path, cell: str, said: str) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active[cell] = 1, 1
    book.save(tmp_path / "a.xlsx")
    assert any(word in refusal(tmp_path / "a.xlsx", "a.xlsx") for word in said.split("|"))


def test_column_300_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["KN1"] = "末列"
    book.save(tmp_path / "a.xlsx")
    assert read_workbook(tmp_path / "a.xlsx", "a.xlsx").sheets[0].rows[0][1][299] == "末列"


@pytest.mark.parametrize("filename", ["a.xlsx", "a.csv"])
def test_rows_are_limited_over_all_sheets(tmp_path: Path, workbook: Callable[..., Path], filename: str) -> None:
    path = workbook([[number] for number in range(11)])
    if filename == "a.csv":
        path.write_text("1\n" * 11)
    assert read_workbook(path, filename, ReadLimits(rows=11)).sheets
    assert "超过 10 行" in refusal(path, filename, ReadLimits(rows=10))


def test_csv_columns_are_limited(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1\n" + "1," * 300 + "1")
    assert "第 2 行" in refusal(tmp_path / "a.csv", "a.csv")


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits are Linux")
@pytest.mark.parametrize(("limits", "said"), [
    (ReadLimits(cpu_seconds=1), "无法解析"),
    (ReadLimits(memory_bytes=50 << 20), "内存上限"),
])  # fmt: skip
def test_a_child_over_its_limits_is_a_sentence(tmp_path: Path, limits: ReadLimits, said: str) -> None:
    path = tmp_path / "big.csv"
    path.write_text(("1," * 249 + "1\n") * 40_000)
    assert said in refusal(path, "big.csv", limits)


SHEET_FRAME = FRAME.pack(b"S", 44) + b'{"name": "x", "hidden": false, "merged": []}'


@pytest.mark.parametrize("sent", [
    b"",  # died at once
    FRAME.pack(b"R", 100) + b"x",  # cut off
    FRAME.pack(b"R", 4_000_000_000),  # a length nobody may make us reserve
    FRAME.pack(b"S", 2) + b"{}",
    FRAME.pack(b"S", 1) + b"x",
    FRAME.pack(b"R", 13) + ROWS.pack(True, 0, 0, 0),  # rows without a sheet
    SHEET_FRAME + FRAME.pack(b"R", 21) + ROWS.pack(True, 1, 1, 0) + b"\1\0\0\0\7\0\0\0",  # text 7 of none
    SHEET_FRAME + FRAME.pack(b"R", 17) + ROWS.pack(True, 1, 1, 0) + b"\1\0\0\0",  # a row less than said
    SHEET_FRAME + FRAME.pack(b"R", 14) + ROWS.pack(True, 0, 0, 1) + b"\xff",  # no UTF-8
])  # fmt: skip
def test_a_child_that_talks_nonsense_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    (tmp_path / "a.csv").write_text("1")
    monkeypatch.setattr("app.spreadsheets._child", lambda *_: nullcontext(BytesIO(sent)))
    assert "无法解析" in refusal(tmp_path / "a.csv", "a.csv")


@pytest.mark.parametrize("limits", [
    ReadLimits(wall_seconds=0),  # too long
    ReadLimits(memory_bytes=1 << 20),  # too much: what replaces the resource limits on Windows
])  # fmt: skip
def test_the_watch_ends_a_child(limits: ReadLimits) -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    _watch_in_time(process, limits)
    assert process.wait(5) != 0


def _watch_in_time(process: subprocess.Popen[bytes], limits: ReadLimits) -> None:
    from threading import Thread

    over = Event()
    watch = Thread(target=_watch, args=(process, limits, over, False), daemon=True)
    watch.start()
    try:
        process.wait(5)
    finally:
        over.set()
        watch.join(5)
