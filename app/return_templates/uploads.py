"""An authority's file on its way in (模板文件): only .xlsx, read through the gates first, then opened as the package it is."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from app.errors import NotLikeThis
from app.spreadsheet_gate import MEGABYTE, OLE_MAGIC, ReadLimits, UnreadableFile
from app.spreadsheet_packages import Package
from app.spreadsheets import read_workbook

ONLY = "请在 Excel 中另存为 .xlsx 后再上传"
MOST_BYTES = 5 * MEGABYTE
LIMITS = ReadLimits(file_bytes=MOST_BYTES, unpacked_bytes=64 * MEGABYTE, rows=20_000)
SIGNED = "_xmlsignatures/"


def package_of(filename: str, content: bytes) -> Package:
    """The workbook of an upload. Raises NotLikeThis with one sentence."""
    if not filename.lower().endswith(".xlsx"):
        raise NotLikeThis(f"“{filename[-40:]}”不是 .xlsx 文件：{ONLY}", field="file")
    if content.startswith(OLE_MAGIC):
        raise NotLikeThis(f"文件扩展名是 .xlsx，内容是旧版 .xls，或设有打开密码：{ONLY}", field="file")
    if len(content) > MOST_BYTES:
        raise NotLikeThis(f"文件超过 {MOST_BYTES // MEGABYTE} MB：请删除模板中不需要的图片和数据后再上传", field="file")
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "upload.xlsx"
            path.write_bytes(content)
            read_workbook(path, filename, LIMITS)
        package = Package(content)
        for one in package.sheets:
            package.sheet(one.name)
    except UnreadableFile as fault:
        raise NotLikeThis(str(fault), field="file") from None
    if any(name.startswith(SIGNED) for name in package.parts):
        raise NotLikeThis("文件带有数字签名，填写后签名即失效：请另存为不带签名的 .xlsx 后再上传", field="file")
    return package
