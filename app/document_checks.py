"""Is an uploaded file a Word document that may become a template? Asked of the archive itself, before any library opens it.

A template is opened again for every print, so what it may carry is narrow: text, tables, pictures. No macros, no embedded
objects, nothing fetched from elsewhere, no field codes but page numbers.
"""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError
from zipfile import BadZipFile, ZipFile, ZipInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.errors import NotLikeThis

LARGEST = 2 << 20  # as uploaded
LARGEST_UNPACKED = 20 << 20
MOST_PARTS = 300
PART = re.compile(r"(\[Content_Types\]\.xml|_rels/\.rels|docProps/[\w.-]+|customXml/[\w./-]+|word/[\w./-]+)")
FORBIDDEN = re.compile(r"vba|activeX|embeddings|macro|oleObject|\.bin$|\.exe$|attachedToolbars", re.IGNORECASE)
FORBIDDEN_TYPE = re.compile(r"macro|vba|oleObject|activeX|package$", re.IGNORECASE)
HARMLESS_FIELD = re.compile(r"\s*(PAGE|NUMPAGES|SECTIONPAGES)\b[^\"]*")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TAG = re.compile(r"\{[{%#]")
NOT_WORD = "这不是可用的 Word 文件：请用 Word 或 WPS 另存为 .docx 后再上传"
OBJECTS = "文件中有宏、控件或嵌入对象，不能作为模板：请删除后另存为 .docx 再上传"
OUTSIDE = "文件引用了外部内容（链接的图片、超链接或附加模板），不能作为模板：请改为直接插入内容后再上传"
CODES = "文件中有域代码（{}），不能作为模板：除页码外请改为普通文字"
NOT_IN_BODY = "字段只能写在正文中：请把页眉、页脚、脚注或文件属性里的字段移到正文"


def refuse_unsafe(content: bytes) -> None:
    """Raise NotLikeThis unless this is a plain Word document of moderate size."""
    if len(content) > LARGEST:
        raise NotLikeThis(f"模板超过 {LARGEST >> 20} MB：请压缩图片后再上传", field="file")
    for name, part in _parts(content).items():
        if FORBIDDEN.search(name):
            raise NotLikeThis(OBJECTS, field="file")
        if name.endswith((".xml", ".rels")):
            _look_at(name, _parsed(part))


def _parts(content: bytes) -> dict[str, bytes]:
    """Every part of the archive, read no further than it may be long whatever its header claims."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
                raise NotLikeThis("文件解压后过大，不能作为模板：请删去多余的图片和内容", field="file")
            found: dict[str, bytes] = {}
            for entry in entries:
                if not entry.is_dir():
                    found[entry.filename] = _read(archive, entry)
    except (BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as fault:
        raise NotLikeThis(NOT_WORD, field="file") from fault
    if "word/document.xml" not in found or "[Content_Types].xml" not in found:
        raise NotLikeThis(NOT_WORD, field="file")
    return found


def _read(archive: ZipFile, entry: ZipInfo) -> bytes:
    if not PART.fullmatch(entry.filename) or ".." in entry.filename:
        raise NotLikeThis(NOT_WORD, field="file")
    with archive.open(entry) as part:
        content: bytes = part.read(LARGEST_UNPACKED + 1)
    if len(content) > LARGEST_UNPACKED:
        raise NotLikeThis("文件解压后过大，不能作为模板：请删去多余的图片和内容", field="file")
    return content


def _parsed(part: bytes) -> Element:
    try:
        return fromstring(part, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as fault:
        raise NotLikeThis(NOT_WORD, field="file") from fault


def _look_at(name: str, root: Element) -> None:
    for node in root.iter():
        tag = node.tag.rpartition("}")[2]
        if tag == "Relationship" and node.get("TargetMode") == "External":
            raise NotLikeThis(OUTSIDE, field="file")
        if FORBIDDEN_TYPE.search(node.get("ContentType", "")):
            raise NotLikeThis(OBJECTS, field="file")
        if tag in ("object", "OLEObject", "control", "altChunk"):
            raise NotLikeThis(OBJECTS, field="file")
        _look_at_code(node, tag)
    if name != "word/document.xml" and not name.endswith(".rels") and TAG.search("".join(root.itertext())):
        raise NotLikeThis(NOT_IN_BODY, field="file")


def _look_at_code(node: Element, tag: str) -> None:
    code = (node.text or "") if tag == "instrText" else node.get(f"{W}instr", "") if tag == "fldSimple" else ""
    if code.strip() and not HARMLESS_FIELD.fullmatch(code):
        raise NotLikeThis(CODES.format(code.split()[0][:20]), field="file")
