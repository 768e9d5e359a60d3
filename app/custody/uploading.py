"""Pictures on their way in (照片和签字图像): examined in a child process, then kept as they came with a small copy beside."""

from __future__ import annotations

import base64
import binascii
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from werkzeug.datastructures import FileStorage

from app import files
from app.attachments.models import Attachment
from app.attachments.operations import keep, safe_name
from app.domain.actors import Actor
from app.errors import NotLikeThis
from app.pictures import ENDINGS, Picture, PictureLimits, UnreadablePicture, examine

DRAWN = "data:image/png;base64,"
LONGEST_DRAWING = 400_000  # characters of base64


@dataclass(frozen=True, slots=True)
class Incoming:
    """One picture that was found good; nothing is in the database yet."""

    filename: str
    content: bytes
    picture: Picture


def take(filename: str, content: bytes) -> Incoming:
    """Examine one picture. Raises NotLikeThis with a sentence."""
    with tempfile.TemporaryDirectory(prefix="shian-picture-") as folder:
        path = Path(folder) / "picture"
        path.write_bytes(content)
        try:
            picture = examine(path)
        except UnreadablePicture as refusal:
            raise NotLikeThis(str(refusal), field="files") from refusal
    name = safe_name(filename) or "照片"
    ending = ENDINGS[picture.mime]
    known = name.lower().endswith((".jpg", ".jpeg") if ending == ".jpg" else (ending,))
    return Incoming(name if known else f"{name}{ending}", content, picture)


def read(file: FileStorage) -> Incoming:
    """One uploaded file."""
    return take(file.filename or "", file.stream.read(PictureLimits().file_bytes + 1))


def drawn(written: str) -> Incoming:
    """What the canvas sent: a PNG as a data address."""
    if len(written) > LONGEST_DRAWING:
        raise NotLikeThis("手写签名过于复杂，请清除后重写", field="drawn")
    try:
        content = base64.b64decode(written.removeprefix(DRAWN), validate=True) if written.startswith(DRAWN) else b""
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise NotLikeThis("没有收到手写签名，请在签名框内书写，或上传纸质签字的扫描件", field="drawn")
    return take("手写签名.png", content)


def save(incoming: Incoming, subject_kind: str, subject_id: int, org_id: int, actor: Actor, at: datetime) -> tuple[Attachment, str]:
    """Keep the original unchanged, and the small copy; returns the attachment and the copy's digest."""
    small = files.store(incoming.picture.thumbnail).sha256
    kept = keep(actor, subject_kind, subject_id, org_id, incoming.filename, incoming.picture.mime, incoming.content, at)
    return kept, small
