"""Keeping what is being typed: drafts with their revisions, templates. Never commits, never sees a request.

A draft is scratch paper of one person: its saves are not in the history, the sheet it becomes is. Closing it empties it,
because it holds phones and names that are kept apart once they are registered.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import history
from app.db import session
from app.domain.actors import Actor
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.sampling import creating
from app.sampling.columns import OFFICE_PEOPLE, is_personal
from app.sampling.models import FormDraft, SheetTemplate
from app.sampling.sheet_layout import FIELDS, NEVER_IN_TEMPLATES, PICKED
from app.sheets import queries

OLDER = "这份草稿已在另一个窗口保存过更新的内容，本窗口的内容没有覆盖它：请到草稿列表打开最新的一份继续填写"
REGISTERED = "这张抽样单已经登记，草稿不再保存"
GIVEN_UP = "这份草稿已经放弃，本窗口的内容没有保存：请复制需要的内容后重新登记"
LARGEST = 60_000  # characters of one draft
LONGEST_NAME = 60
KEPT = {*FIELDS, *PICKED, "rest_absent", "rapid"}


def typed(written: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a draft, out of whatever was sent; blank ones are left out."""
    fields = {name: str(text) for name, text in written.items() if name in KEPT and str(text).strip()}
    if sum(map(len, fields.values())) > LARGEST:
        raise NotLikeThis(f"草稿超过 {LARGEST} 个字，没有保存：请核对是否粘贴错了内容")
    return fields


def keep(
    actor: Actor, key: str, tab: str, revision: int, written: Mapping[str, Any], at: datetime
) -> int:
    """Save a draft over the revision that this window has seen, or over its own last save. Returns the new revision."""
    if actor.user_id is None:
        raise NotAllowed("草稿只为登录的人保存")
    fields, known = typed(written), queries.draft_keyed(actor, key)
    if creating.submitted(actor, key) is not None:
        raise NotAllowedNow(REGISTERED)
    if known is None:
        return _first(actor, key, tab, fields, at)
    if known.closed_at is not None:
        raise NotAllowedNow(GIVEN_UP)
    if revision != known.revision and tab != known.tab:
        raise NotAllowedNow(OLDER)
    following = known.revision + 1
    changed = session().execute(
        sa.update(FormDraft)
        .where(FormDraft.id == known.id, FormDraft.revision == known.revision, FormDraft.closed_at.is_(None))
        .values(fields=fields, tab=tab[:40], revision=following, saved_at=at, title=title_of(fields))
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise NotAllowedNow(OLDER)
    return following


def _first(actor: Actor, key: str, tab: str, fields: dict[str, str], at: datetime) -> int:
    session().add(
        FormDraft(
            org_id=actor.org_id, user_id=actor.user_id, draft_key=key, form=queries.SHEET, title=title_of(fields), fields=fields,
            saved_at=at, revision=1, tab=tab[:40],
        )
    )  # fmt: skip
    try:
        session().flush()
    except IntegrityError as error:
        raise NotAllowedNow(OLDER) from error
    return 1


def title_of(fields: Mapping[str, str]) -> str:
    """What the list of drafts calls it."""
    parts = [fields[name] for name in ("product_name", "sampled_name") if fields.get(name)]
    return " · ".join(parts)[:200] or "（未填写名称）"


def close(actor: Actor, key: str | None, at: datetime) -> None:
    """Registered or given up: it is offered no more, and what it held of people is gone from it."""
    if key and actor.user_id is not None:
        session().execute(
            sa.update(FormDraft)
            .where(FormDraft.user_id == actor.user_id, FormDraft.draft_key == key, FormDraft.closed_at.is_(None))
            .values(closed_at=at, fields={}, title=None, revision=FormDraft.revision + 1)
        )


def not_overtaken(actor: Actor, key: str | None, tab: str, revision: int) -> None:
    """A sheet is not registered out of a window that another one has overtaken."""
    known = queries.draft_keyed(actor, key)
    if known is None or known.closed_at is not None:
        return
    if revision != known.revision and tab != known.tab:
        raise NotAllowedNow(OLDER.replace("本窗口的内容没有覆盖它", "本窗口的内容没有登记"))


# ---------------------------------------------------------------- templates

def save_template(actor: Actor, name: str, fields: Mapping[str, Any], shared: bool, at: datetime) -> SheetTemplate:
    """常用模板 of what a sheet has in common with the next: nothing of the one sample, nobody's phone but the office's own."""
    kept = {
        field: text
        for field, text in typed(fields).items()
        if field not in NEVER_IN_TEMPLATES and (field in OFFICE_PEOPLE or not is_personal(field))
    }
    if not kept:
        raise NotLikeThis("模板里还没有内容：请先在抽样单上填写要保存的栏目")
    if any(one.name == name and one.user_id == actor.user_id for one in queries.templates(actor)):
        raise NotLikeThis(f"您已有名为“{name}”的模板：请换一个名称，或先作废原来的", field="name")
    template = SheetTemplate(
        org_id=actor.org_id, user_id=actor.user_id, name=name[:LONGEST_NAME], shared=shared, fields=kept, created_at=at
    )
    session().add(template)
    session().flush()
    history.record(
        SheetTemplate.__tablename__, template.id, "create", actor, org_id=actor.org_id, name=name,
        comment="全单位共用" if shared else "本人使用",
    )  # fmt: skip
    return template


def void_template(template: SheetTemplate, actor: Actor, at: datetime) -> None:
    """作废: offered no more; what was registered with it stays."""
    if template.voided_at is not None:
        raise NotAllowedNow("该模板已经作废")
    template.voided_at = at
    history.record(SheetTemplate.__tablename__, template.id, "void", actor, org_id=template.org_id, name=template.name)
