"""草稿 of a report that somebody is typing: kept every half minute, offered again, gone when the report is saved.

Scratch paper of one person: its saves are not in the history, the report it becomes is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.db import session
from app.domain.actors import Actor
from app.domain.entry_rules import CELLS, MOST_ROWS
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.sampling.models import FormDraft, Sample

FORM = "result"
HEAD = ("report_no", "reported_on", "received_on", "laboratory", "reason")
LARGEST = 200_000  # characters of one draft
OLDER = "这份草稿已在另一个窗口保存过更新的内容，本窗口的内容没有覆盖它：请刷新页面后继续录入"


def key_of(sample_id: int) -> str:
    return f"{FORM}:{sample_id}"


def draft_of(actor: Actor, sample_id: int) -> FormDraft | None:
    """What this person was typing for this sample."""
    if actor.user_id is None:
        return None
    return session().scalars(
        sa.select(FormDraft)
        .where(FormDraft.user_id == actor.user_id, FormDraft.draft_key == key_of(sample_id), FormDraft.closed_at.is_(None))
        .execution_options(populate_existing=True)
    ).first()


def typed(form: Mapping[str, Any], rows: list[dict[str, str]]) -> dict[str, Any]:
    """What is kept of a form; blank lines are left out."""
    lines = [{name: str(row[name]) for name in CELLS if row.get(name)} for row in rows[:MOST_ROWS]]
    fields = {name: str(form[name]) for name in HEAD if form.get(name)} | {"rows": [line for line in lines if line]}
    if len(str(fields)) > LARGEST:
        raise NotLikeThis(f"草稿超过 {LARGEST} 个字，没有保存：请核对是否粘贴错了内容")
    return fields


def keep(actor: Actor, sample: Sample, fields: dict[str, Any], revision: int, at: datetime) -> int:
    """Save over the revision that the window has seen; returns the new one. Raises NotAllowedNow when another was newer."""
    if actor.user_id is None:
        raise NotAllowed("草稿只为登录的人保存")
    new = {"fields": fields, "saved_at": at, "closed_at": None, "subject_version": sample.version, "title": sample.number}
    changed = session().execute(
        sa.update(FormDraft)
        .where(
            FormDraft.user_id == actor.user_id, FormDraft.draft_key == key_of(sample.id),
            sa.or_(FormDraft.revision == revision, FormDraft.closed_at.is_not(None)),
        )
        .values(revision=FormDraft.revision + 1, **new)
    )  # fmt: skip
    if changed.rowcount:  # type: ignore[attr-defined]
        kept = draft_of(actor, sample.id)
        assert kept is not None
        return kept.revision
    if draft_of(actor, sample.id) is not None:
        raise NotAllowedNow(OLDER)
    session().add(
        FormDraft(
            org_id=actor.org_id, user_id=actor.user_id, draft_key=key_of(sample.id), form=FORM, subject_id=sample.id, revision=1, **new
        )
    )
    try:
        session().flush()
    except IntegrityError as error:
        raise NotAllowedNow(OLDER) from error
    return 1


def close(actor: Actor, sample_id: int, at: datetime) -> None:
    """The report is saved or the draft given up: it is offered no more."""
    session().execute(
        sa.update(FormDraft)
        .where(FormDraft.user_id == actor.user_id, FormDraft.draft_key == key_of(sample_id), FormDraft.closed_at.is_(None))
        .values(closed_at=at, fields={}, title=None, revision=FormDraft.revision + 1)
    )
