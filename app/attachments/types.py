"""Which files may be attached (允许上传的附件类型): the ending and the first bytes must say the same thing."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.errors import NotLikeThis

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_MEMBERS = 5000
MAX_UNPACKED = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """One allowed kind of file."""

    mime: str
    looks_right: Callable[[bytes], bool]


def _starts(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(marks)


def _office(part: str) -> Callable[[bytes], bool]:
    """An Office document is a zip with the named part; one that unpacks beyond reason is refused unread."""

    def looks_right(content: bytes) -> bool:
        if not content.startswith(b"PK\x03\x04"):
            return False
        try:
            members = zipfile.ZipFile(io.BytesIO(content)).infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
        modest = len(members) <= MAX_MEMBERS and sum(member.file_size for member in members) <= MAX_UNPACKED
        return modest and part in {member.filename for member in members}

    return looks_right


def _text(content: bytes) -> str | None:
    """UTF-8 or the GB18030 that Chinese Excel writes; None for anything with control bytes that no text has."""
    if any(byte < 32 and byte not in b"\t\r\n" for byte in content):
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _is_text(content: bytes) -> bool:
    return bool(content) and _text(content) is not None


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return True


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS: Mapping[str, Kind] = {
    "pdf": Kind("application/pdf", _starts(b"%PDF-")),
    "png": Kind("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "jpg": Kind("image/jpeg", _starts(b"\xff\xd8\xff")),
    "jpeg": Kind("image/jpeg", _starts(b"\xff\xd8\xff")),
    "docx": Kind(DOCX, _office("word/document.xml")),
    "xlsx": Kind(XLSX, _office("xl/workbook.xml")),
    "xls": Kind("application/vnd.ms-excel", _starts(OLE)),
    "csv": Kind("text/csv", _is_text),
    "json": Kind("application/json", _is_json),
}
ALLOWED = "、".join(KINDS)
ACCEPT = ",".join(f".{ending}" for ending in KINDS)  # for <input accept>


def mime_of(filename: str, content: bytes) -> str:
    """The media type of an allowed file.

    Raises NotLikeThis when the ending is not allowed or the content is something else.
    """
    ending = filename.rpartition(".")[2].lower() if "." in filename else ""
    kind = KINDS.get(ending)
    if kind is None:
        raise NotLikeThis(f"不支持的附件类型“{ending or '无扩展名'}”，请上传以下类型的文件：{ALLOWED}", field="file")
    if not kind.looks_right(content):
        raise NotLikeThis(f"文件“{filename}”的内容与扩展名 .{ending} 不符或已损坏，请核对后重新上传", field="file")
    return kind.mime
