"""Checks of an uploaded table file before any parser sees it (上传文件的检查).

`check_file` looks at the outside (size, signature, extension) and runs in the web process; `check_package` opens the ZIP
directory and therefore runs in the child process. Both refuse with one sentence that says what to do.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MEGABYTE = 1 << 20
SAVE_AS = "请用 Excel 或 WPS 打开后另存为“Excel 工作簿（*.xlsx）”再上传"
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HTML_STARTS = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<?xml", b"mime-version")
OTHER_MAGIC = {b"%PDF": "PDF", b"\x89PNG": "图片", b"\xff\xd8\xff": "图片", b"GIF8": "图片", b"Rar!": "RAR 压缩包"}
FORMATS = {".xlsx": "xlsx", ".xls": "xls", ".csv": "csv"}
WRONG_EXTENSIONS = {
    ".xlsm": "文件可能带有宏（.xlsm），不能接收",
    ".xlsb": "不支持二进制工作簿（.xlsb）",
    ".et": "不支持 WPS 表格（.et）",
    ".ods": "不支持 ODS 表格",
    ".numbers": "不支持 Numbers 表格",
}
# deflate itself cannot exceed about 1030 : 1; honest sheets stay below 60 : 1
MAX_RATIO = 200
MAX_MEMBERS = 2_000
HEAD = 64 << 10
# declaration and comments, then the root element: nothing else, so no DTD; possessive, so no backtracking
PROLOGUE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>\s++|<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->)*+<[A-Za-z_]",
    re.S,
)


class UnreadableFile(ValueError):
    """The file cannot be taken in; the text is one sentence for the user."""


@dataclass(frozen=True)
class ReadLimits:
    """读取上限: what one uploaded table may cost us."""

    file_bytes: int = 20 * MEGABYTE
    unpacked_bytes: int = 300 * MEGABYTE
    rows: int = 300_000
    columns: int = 300
    memory_bytes: int = 768 * MEGABYTE
    cpu_seconds: int = 30
    wall_seconds: int = 60


def check_file(path: Path, filename: str, limits: ReadLimits) -> str:
    """Return the format ("xlsx", "xls", "csv") that extension and signature agree on, or refuse."""
    extension = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if extension not in FORMATS:
        reason = WRONG_EXTENSIONS.get(extension, f"不支持的文件类型“{extension or filename}”")
        raise UnreadableFile(f"{reason}：{SAVE_AS}")
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFile("文件是空的（0 字节）：请检查文件是否保存成功后重新上传")
    if size > limits.file_bytes:
        raise UnreadableFile(f"文件超过 {limits.file_bytes // MEGABYTE} MB：请拆分成几个文件分别上传")
    with path.open("rb") as handle:
        head = handle.read(4096)
    found = _signature(head)
    if found != FORMATS[extension]:
        raise UnreadableFile(_mismatch(path, extension, found))
    if found == "xls" and _contains(path, "_VBA_PROJECT"):
        raise UnreadableFile(f"文件带有宏，不能接收：{SAVE_AS}")
    return found


def _signature(head: bytes) -> str:
    if head.startswith(ZIP_MAGIC):
        return "xlsx"
    if head.startswith(OLE_MAGIC):
        return "xls"
    for magic, name in OTHER_MAGIC.items():
        if head.startswith(magic):
            return name
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(HTML_STARTS):
        return "html"
    return "csv" if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in head else "binary"


def _mismatch(path: Path, extension: str, found: str) -> str:
    if found == "xls" and _contains(path, "EncryptedPackage"):
        return "文件设有打开密码：请在 Excel 中取消密码（文件→信息→保护工作簿）后重新上传"
    actual = {
        "html": "其实是网页（有些系统导出的“.xls”是网页）",
        "xls": "其实是旧版 .xls",
        "xlsx": "其实是 .xlsx 或压缩包",
        "csv": "其实是纯文本",
        "binary": "不是表格",
    }.get(found, f"其实是{found}")
    return f"文件扩展名是 {extension}，内容{actual}：{SAVE_AS}"


def _contains(path: Path, stream_name: str) -> bool:
    """Whether an OLE directory names this stream; directory entries are UTF-16LE."""
    return stream_name.encode("utf-16-le") in path.read_bytes()


def check_package(path: Path, limits: ReadLimits) -> None:
    """Refuse an .xlsx whose ZIP directory or XML prologues are not those of an honest workbook."""
    try:
        with zipfile.ZipFile(path) as package:
            _check_directory(package.infolist(), limits)
            _check_kind(package)
            for info in package.infolist():
                if info.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_markup(package, info)
    except UnreadableFile:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise UnreadableFile(f"文件不完整或已损坏（可能没有上传完）：请重新上传；仍不行时{SAVE_AS}") from None


def _check_directory(members: list[zipfile.ZipInfo], limits: ReadLimits) -> None:
    if len(members) > MAX_MEMBERS:
        raise UnreadableFile(f"文件内部部件过多（{len(members)} 个），疑似压缩炸弹：{SAVE_AS}")
    if sum(info.file_size for info in members) > limits.unpacked_bytes:
        raise UnreadableFile(
            f"文件解压后超过 {limits.unpacked_bytes // MEGABYTE} MB：请删除数据区以外的格式和图片，或拆分成几个文件再上传"
        )
    if any(_is_bomb(info) for info in members):
        raise UnreadableFile(f"文件压缩比异常，疑似压缩炸弹：{SAVE_AS}")
    names = [info.filename for info in members]
    if len(set(names)) < len(names) or any(_is_unsafe(name) for name in names):
        raise UnreadableFile(f"文件内部的部件名称不正常，可能被改动过：{SAVE_AS}")
    if any(info.flag_bits & 1 for info in members):
        raise UnreadableFile("文件设有密码：请取消密码后重新上传")


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    return info.file_size > MEGABYTE and info.file_size > MAX_RATIO * max(info.compress_size, 1)


def _is_unsafe(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _check_kind(package: zipfile.ZipFile) -> None:
    names = {name.lower() for name in package.namelist()}
    if "xl/workbook.bin" in names:
        raise UnreadableFile(f"文件其实是二进制工作簿（.xlsb）：{SAVE_AS}")
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise UnreadableFile(f"文件不是 Excel 工作簿（只是改了扩展名）：{SAVE_AS}")
    types = b"".join(
        _head(package, name) for name in package.namelist() if name.lower() == "[content_types].xml"
    ).lower()
    if b"vbaproject" in types or b"macroenabled" in types or any("vbaproject.bin" in name for name in names):
        raise UnreadableFile(f"文件带有宏，不能接收：{SAVE_AS}")


def _check_markup(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """A workbook has no use for a DTD; entity expansion and external entities begin with one, before the root element."""
    head = _head(package, info.filename)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:4]:
        raise UnreadableFile(f"文件内部编码不是 UTF-8：{SAVE_AS}")
    if head and not PROLOGUE.match(head):
        raise UnreadableFile(f"文件内部含有外部实体声明或不是正常的 XML，不能接收：{SAVE_AS}")


def _head(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        return part.read(HEAD)


def blocks(package: zipfile.ZipFile, name: str, overlap: int = 4096) -> Iterator[bytes]:
    """A part in blocks that overlap, so that no searched-for tag is cut in two."""
    with package.open(name) as part:
        tail = b""
        while block := part.read(MEGABYTE):
            yield tail + block
            tail = block[-overlap:]
