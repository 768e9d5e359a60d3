"""文书模板: the shipped ones, and those an office has put in their place. Never commits, never sees a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import documents, files, history
from app.db import session
from app.domain import documents as rules
from app.domain.actors import Actor
from app.domain.documents import DocumentKind
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.printing import queries
from app.printing.models import DocumentTemplate

FOLDER = Path(__file__).resolve().parent.parent / "reference" / "documents"
KIND = DocumentTemplate.__tablename__
TABLE: Any = DocumentTemplate.__table__
NOT_YOURS = "您没有更换文书模板的权限，如确需办理请联系系统管理员"
MOVED = "该模板刚被他人更换，本次操作未生效：请刷新页面，核对现用模板后再办理"
SAME = "上传的文件与现用模板完全相同，未作任何更改"
SHIPPED = "现用的就是随系统提供的模板，无需恢复"


@dataclass(frozen=True, slots=True)
class Template:
    """The template that holds now; ``row`` is None for the shipped one."""

    kind: DocumentKind
    content: bytes
    sha256: str
    row: DocumentTemplate | None


@cache
def shipped(kind: DocumentKind) -> bytes:
    """The template that comes with the program."""
    return (FOLDER / f"{kind.code}.docx").read_bytes()


def in_force(actor: Actor, kind: DocumentKind) -> Template:
    """The template by which this actor's organisation prints."""
    row = queries.template_in_force(actor.org_path, kind)
    content = files.read(row.sha256) if row is not None else shipped(kind)
    return Template(kind, content, sha256(content).hexdigest(), row)


def replace(
    kind: DocumentKind, content: bytes, filename: str, reason: str, actor: Actor, at: datetime, *, seen: int | None = None
) -> DocumentTemplate:
    """Put a checked file in the place of the template of the actor's organisation; the former one is kept.

    Raises NotLikeThis with what is wrong with the file, NotAllowedNow when somebody was quicker.
    """
    _ask(actor)
    if not reason.strip():
        raise NotLikeThis("请填写更换原因", field="reason")
    documents.check(content, rules.fields(kind), rules.lists(kind))
    stored = files.store(content)
    now = in_force(actor, kind)
    _refuse_moved(now, seen)
    if now.sha256 == stored.sha256:
        raise NotLikeThis(SAME, field="file")
    _supersede(actor, kind, at)
    made = DocumentTemplate(
        org_id=actor.org_id, kind=kind.value, filename=filename[-200:], sha256=stored.sha256, reason=reason.strip(),
        recorded_at=at, recorded_by_id=actor.user_id,
    )  # fmt: skip
    session().add(made)
    try:
        session().flush()
    except IntegrityError as error:
        raise NotAllowedNow(MOVED) from error
    changes = {"template": (now.sha256, stored.sha256), "filename": (now.row.filename if now.row else "随系统提供", made.filename)}
    history.record(KIND, made.id, "replace_template", actor, org_id=actor.org_id, name=kind.value, comment=reason, changes=changes)
    return made


def restore(kind: DocumentKind, reason: str, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """Back to the template of the organisation above, or the shipped one; what was in force is kept."""
    _ask(actor)
    if not reason.strip():
        raise NotLikeThis("请填写恢复原因", field="reason")
    now = in_force(actor, kind)
    _refuse_moved(now, seen)
    if now.row is None or now.row.org_id != actor.org_id:
        raise NotAllowedNow(SHIPPED)
    _supersede(actor, kind, at)
    after = in_force(actor, kind)
    history.record(
        KIND, now.row.id, "restore_template", actor, org_id=actor.org_id, name=kind.value, comment=reason,
        changes={"template": (now.sha256, after.sha256)},
    )  # fmt: skip


def _ask(actor: Actor) -> None:
    if not permits(actor, Permission.TEMPLATE_EDIT):
        raise NotAllowed(NOT_YOURS)


def _refuse_moved(now: Template, seen: int | None) -> None:
    """``seen`` is the id of the template the page showed, 0 for the shipped one."""
    if seen is not None and seen != (now.row.id if now.row else 0):
        raise NotAllowedNow(MOVED)


def _supersede(actor: Actor, kind: DocumentKind, at: datetime) -> None:
    session().execute(
        sa.update(TABLE)
        .where(TABLE.c.org_id == actor.org_id, TABLE.c.kind == kind.value, TABLE.c.superseded_at.is_(None))
        .values(superseded_at=at)
    )
