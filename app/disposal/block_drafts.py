"""草稿 of a block of 办理情况: what somebody was typing, kept apart from the record until it is saved or given up.

Scratch paper of one person: its saves are not in the history, the record it becomes is. With the draft is kept what the block
said when it was begun, so that whoever goes on with it is told what others have recorded since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from app.db import session
from app.disposal.models import DisposalCase
from app.disposal.record_forms import RecordForm, in_words
from app.disposal.recording import record_of
from app.domain.actors import Actor
from app.domain.case_record import BLOCKS, TITLES
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.sampling.models import FormDraft

FORM = "case"
LARGEST = 50_000  # characters of one draft
MOST_FIELDS = 60
OLDER = "这份草稿已在另一个窗口保存过更新的内容，本窗口的内容没有覆盖它：请刷新页面后继续填写"
BLOCK_ORDER = tuple(BLOCKS)


@dataclass(frozen=True, slots=True)
class Offered:
    """The drafts of one case: revision by block, for the forms, and what is offered to go on with."""

    drafts: Mapping[str, FormDraft]

    def revision(self, block: str) -> int:
        return self.drafts[block].revision if block in self.drafts else 0

    @property
    def open(self) -> Sequence[tuple[str, datetime]]:
        return [(block, self.drafts[block].saved_at) for block in BLOCKS if block in self.drafts and self.drafts[block].closed_at is None]


def key_of(case_id: int, block: str) -> str:
    return f"{FORM}:{case_id}:{BLOCK_ORDER.index(block)}"


def offered(actor: Actor, case: DisposalCase) -> Offered:
    """What this person was typing for this case, closed ones too: their revision goes on counting."""
    keys = {key_of(case.id, block): block for block in BLOCKS}
    statement = sa.select(FormDraft).where(FormDraft.user_id == actor.user_id, FormDraft.draft_key.in_(keys))
    found = session().scalars(statement.execution_options(populate_existing=True)) if actor.user_id is not None else ()
    return Offered({keys[draft.draft_key]: draft for draft in found})


def typed(block: str, sent: Iterable[tuple[str, list[str]]]) -> dict[str, list[str]]:
    """What is kept of a form: the fields of its block, as they were typed."""
    wanted = {*BLOCKS[block], *(("reason",) if "received_on" in BLOCKS[block] else ())}
    fields = {name: values for name, values in sent if name.partition("-")[0] in wanted}
    if len(fields) > MOST_FIELDS or len(str(fields)) > LARGEST:
        raise NotLikeThis(f"草稿超过 {LARGEST} 个字，没有保存：请核对是否粘贴错了内容")
    return fields


def keep(
    actor: Actor, case: DisposalCase, block: str | None, sent: Iterable[tuple[str, list[str]]], revision: int, at: datetime
) -> int:
    """Save over the revision that the window has seen; returns the new one. Raises NotAllowedNow when another was newer."""
    if actor.user_id is None:
        raise NotAllowed("草稿只为登录的人保存")
    if block is None or block not in BLOCKS:
        raise NotLikeThis("没有这一部分，请刷新页面后再保存草稿")
    before = offered(actor, case).drafts.get(block)
    begun = before.fields.get("begun") if before is not None and before.closed_at is None else None
    new: dict[str, Any] = {
        "fields": {"typed": typed(block, sent), "begun": begun or _said(case, block)}, "saved_at": at, "closed_at": None,
        "subject_version": case.version, "title": f"{case.number} {block}",
    }  # fmt: skip
    changed = session().execute(
        sa.update(FormDraft)
        .where(
            FormDraft.user_id == actor.user_id, FormDraft.draft_key == key_of(case.id, block),
            sa.or_(FormDraft.revision == revision, FormDraft.closed_at.is_not(None)),
        )
        .values(revision=FormDraft.revision + 1, **new)
    )  # fmt: skip
    if changed.rowcount:  # type: ignore[attr-defined]
        return offered(actor, case).revision(block)
    if before is not None:
        raise NotAllowedNow(OLDER)
    key = key_of(case.id, block)
    session().add(FormDraft(org_id=actor.org_id, user_id=actor.user_id, draft_key=key, form=FORM, subject_id=case.id, revision=1, **new))
    try:
        session().flush()
    except IntegrityError as error:
        raise NotAllowedNow(OLDER) from error
    return 1


def close(actor: Actor, case_id: int, blocks: Iterable[str], at: datetime) -> None:
    """The block is saved or the draft given up: it is offered no more."""
    keys = [key_of(case_id, block) for block in blocks if block in BLOCKS]
    session().execute(
        sa.update(FormDraft)
        .where(FormDraft.user_id == actor.user_id, FormDraft.draft_key.in_(keys), FormDraft.closed_at.is_(None))
        .values(closed_at=at, fields={}, title=None, revision=FormDraft.revision + 1)
    )


def _said(case: DisposalCase, block: str) -> dict[str, str]:
    """What the block says, in words: only compared and shown."""
    saved = record_of(case)
    return {name: str(in_words(getattr(saved, name)) or "") for name in BLOCKS[block]}


# ---------------------------------------------------------------- going on with them

def resumed(case: DisposalCase, form: RecordForm, found: Offered) -> RecordForm:
    """The form of the page with what was being typed in place of what is recorded."""
    for block, _ in found.open:
        values = [(name, value) for name, each in found.drafts[block].fields.get("typed", {}).items() for value in each]
        draft = RecordForm(formdata=MultiDict([*values, ("version", str(case.version))]), meta={"csrf": False})
        form.adopt(draft.only(block, ()).knowing(case))
    form.block = None
    return form


def moved(case: DisposalCase, found: Offered) -> list[tuple[str, str, str]]:
    """What others have recorded since a draft was begun: title, what it said then, what it says now."""
    rows = []
    for block, _ in found.open:
        begun, now = found.drafts[block].fields.get("begun", {}), _said(case, block)
        rows += [(TITLES[name], begun.get(name, ""), text) for name, text in now.items() if begun.get(name, "") != text]
    return rows
