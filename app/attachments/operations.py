"""Keep and withdraw attachments. Whoever calls has asked the permission of the record the file belongs to."""

from __future__ import annotations

import re
from datetime import datetime

from flask import current_app

from app import files, history
from app.attachments.models import Attachment
from app.attachments.types import mime_of
from app.db import session
from app.domain.actors import Actor
from app.errors import NotAllowedNow, NotLikeThis

UNSAFE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff<>:\"/\\|?*]+")
LONGEST_NAME = 150


def safe_name(written: str) -> str:
    """The user's file name without folders, control characters and direction marks that hide the real ending."""
    name = UNSAFE.sub("_", written.replace("\\", "/").rpartition("/")[2]).strip(" ._")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def save(
    actor: Actor,
    subject_kind: str,
    subject_id: int | None,
    org_id: int,
    filename: str,
    content: bytes,
    at: datetime,
) -> Attachment:
    """Keep an uploaded file with a record; ``subject_kind`` is the record's table name.

    Raises NotLikeThis when the file is empty, too large, or not of an allowed kind.
    """
    name = safe_name(filename)
    limit = current_app.config["MAX_UPLOAD"]
    if not name or not content:
        raise NotLikeThis("文件没有内容或没有文件名，请重新选择文件", field="file")
    if len(content) > limit:
        raise NotLikeThis(f"文件“{name}”超过 {limit >> 20} MB，请压缩或拆分后再上传", field="file")
    return keep(actor, subject_kind, subject_id, org_id, name, mime_of(name, content), content, at)


def keep(
    actor: Actor,
    subject_kind: str,
    subject_id: int | None,
    org_id: int,
    filename: str,
    mime: str,
    content: bytes,
    at: datetime,
) -> Attachment:
    """Keep a file that the program itself made (a monthly return, an export): no allow-list, no limit."""
    stored = files.store(content)
    attachment = Attachment(
        org_id=org_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        sha256=stored.sha256,
        filename=filename,
        mime=mime,
        size=stored.size,
        created_at=at,
        created_by_id=actor.user_id,
    )
    session().add(attachment)
    session().flush()
    changes = {"sha256": (None, stored.sha256), "size": (None, stored.size)}
    history.record("attachment", attachment.id, "create", actor, org_id=org_id, name=filename, changes=changes)
    return attachment


def void(actor: Actor, attachment: Attachment, at: datetime, reason: str) -> None:
    """Withdraw an attachment: it is no longer listed nor handed out; its bytes and history stay."""
    if attachment.voided_at is not None:
        raise NotAllowedNow("该附件已被作废，请刷新页面核对")
    if not reason.strip():
        raise NotLikeThis("请填写作废附件的原因", field="reason")
    attachment.voided_at = at
    history.record(
        "attachment", attachment.id, "void", actor, org_id=attachment.org_id, name=attachment.filename, comment=reason
    )


def note_download(actor: Actor, attachment: Attachment) -> None:
    """Whoever takes a file out is in the history."""
    history.record(
        "attachment", attachment.id, "download", actor, org_id=attachment.org_id, name=attachment.filename
    )
