"""Uploaded photographs (上传的照片): type by the first bytes, opened in a child process only, told in one sentence when not taken.

The original is kept as it came. What the pages show is the small picture the child makes anew: pixels only, upright, without
any of the original's metadata.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from app.child_process import FRAME, child

MEGABYTE = 1 << 20
MAX_FRAME = 4 * MEGABYTE
JPEG, PNG = "image/jpeg", "image/png"
MAGIC = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
ENDINGS = {JPEG: ".jpg", PNG: ".png"}
OTHERS = (
    (0, b"GIF8", "GIF 图片"), (0, b"BM", "BMP 图片"), (0, b"II*\0", "TIFF 图片"), (0, b"MM\0*", "TIFF 图片"), (8, b"WEBP", "WebP 图片"),
    (0, b"%PDF", "PDF 文件"), (0, b"PK\x03\x04", "压缩包或 Office 文件"), (0, b"\xd0\xcf\x11\xe0", "旧版 Office 文件"),
    (4, b"ftypheic", "HEIC 图片"), (4, b"ftypheix", "HEIC 图片"), (4, b"ftypmif1", "HEIC 图片"), (4, b"ftyp", "视频"),
)  # fmt: skip
MARKUP = (b"<script", b"<html", b"<!doctype html", b"<?php", b"rar!\x1a\x07")  # what no camera writes
TRY = "请上传手机或相机拍摄的 JPEG、PNG 照片"
BROKEN = "照片不完整或已损坏（可能没有传完）：请重新上传；仍不行时请重新拍摄或另存为 JPEG"


class UnreadablePicture(ValueError):
    """The picture cannot be taken in; the text is one sentence for the user."""


@dataclass(frozen=True)
class PictureLimits:
    """照片上限: what one picture may cost us."""

    file_bytes: int = 10 * MEGABYTE
    jpeg_pixels: int = 120_000_000  # a phone of 108 megapixels; JPEG is decoded at an eighth of its size
    png_pixels: int = 40_000_000
    side: int = 480
    memory_bytes: int = 768 * MEGABYTE
    cpu_seconds: int = 10
    wall_seconds: int = 20


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of a picture, and its small copy (JPEG without metadata)."""

    mime: str
    width: int
    height: int
    taken_at: datetime | None  # the camera's own wall clock
    latitude: Decimal | None
    longitude: Decimal | None
    device: str | None
    thumbnail: bytes


def examine(path: Path, limits: PictureLimits | None = None) -> Picture:
    """Look at an uploaded picture. Raises UnreadablePicture with one sentence."""
    limits = limits or PictureLimits()
    mime = _mime(path, limits)
    try:
        with child("app.picture_child", {"path": str(path.resolve()), "mime": mime, "limits": asdict(limits)}, limits) as stream:
            said = _take_all(stream)
    except UnreadablePicture:
        raise
    except (ValueError, LookupError, TypeError):  # not what our own child sends
        said = None
    if said is None:
        raise UnreadablePicture(f"照片无法解析（内容异常或过大）：{TRY}")
    return Picture(mime=mime, **said)


def _mime(path: Path, limits: PictureLimits) -> str:
    """The type by the first bytes, whatever the file is called."""
    size = path.stat().st_size
    if size == 0:
        raise UnreadablePicture(f"文件是空的（0 字节）：{TRY}")
    if size > limits.file_bytes:
        raise UnreadablePicture(f"照片超过 {limits.file_bytes // MEGABYTE} MB：请在手机相机设置中降低分辨率，或压缩后再上传")
    content = path.read_bytes()
    mime = next((mime for magic, mime in MAGIC.items() if content.startswith(magic)), None)
    if mime is None:
        raise UnreadablePicture(f"内容不是 JPEG 或 PNG 照片，{_what_else(content)}：{TRY}")
    _refuse_polyglot(path, content)
    return mime


def _what_else(content: bytes) -> str:
    for at, magic, name in OTHERS:
        if content[at : at + len(magic)] == magic:
            return f"其实是{name}" + ("（请把手机相机格式设为“兼容性最佳”）" if name.startswith("HEIC") else "")
    head = content[:2048].lower()
    if b"<svg" in head:
        return "其实是 SVG 矢量图"
    return "其实是网页或文本" if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "无法识别"


def _refuse_polyglot(path: Path, content: bytes) -> None:
    """A picture that is at the same time something else: an archive behind it, a document or a page within it."""
    folded = content.lower()
    if b"%pdf-" in folded[:1024] or any(mark in folded for mark in MARKUP) or zipfile.is_zipfile(path):
        raise UnreadablePicture(f"照片里夹带了其他文件或网页内容，不能接收：{TRY}")


def _take_all(stream: IO[bytes]) -> dict[str, Any] | None:
    """What the child says; None when it did not come to the end."""
    facts: dict[str, Any] = {}
    while len(head := stream.read(FRAME.size)) == FRAME.size:
        kind, length = FRAME.unpack(head)
        payload = stream.read(length) if length <= MAX_FRAME else b""
        if len(payload) < length:
            return None
        if kind == b"E":
            raise UnreadablePicture(payload.decode()[:300])
        if kind == b"N":
            facts |= _facts(json.loads(payload))
        elif kind == b"T":
            facts["thumbnail"] = payload
        elif kind == b"Z":
            return facts if "thumbnail" in facts else None
    return None


def _facts(said: dict[str, Any]) -> dict[str, Any]:
    """Checked again: the sender has read a hostile file."""
    taken_at, device = said["taken_at"], said["device"]
    return {
        "width": int(said["width"]), "height": int(said["height"]),
        "taken_at": datetime.fromisoformat(taken_at) if taken_at else None,
        "latitude": _degrees(said["latitude"], 90), "longitude": _degrees(said["longitude"], 180),
        "device": str(device)[:100] if device else None,
    }  # fmt: skip


def _degrees(written: str | None, most: int) -> Decimal | None:
    found = Decimal(written) if written else None
    return found if found is not None and found.is_finite() and abs(found) <= most else None
