"""更正公告 and 撤回公告: announcements of their own about an earlier one, item to item. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain import publications as rules
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.publications import NATURE_OF, Remedy
from app.domain.reporting_kinds import PublicNature
from app.domain.reporting_states import PublicationState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.publications import guard, operations, queries
from app.publications.models import Publication, PublicationItem
from app.publications.operations import Wording

FOREWORDS = {
    Remedy.CORRECT: "以下信息原已公布，现予更正；以本公告为准。",
    Remedy.WITHDRAW: "以下信息原已公布，现予撤回；相关批次不再作为原公告内容。",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be put right: which items of the earlier list, how, and why."""

    remedy: Remedy
    items: Sequence[int]
    reason: str
    title: str | None = None


def draft(original: Publication, wish: Wish, actor: Actor, at: datetime, *, key: str | None = None) -> Publication:
    """起草更正或撤回公告. What is corrected takes the words of the record as it stands; what is withdrawn keeps its own.

    Raises NotLikeThis where nothing is chosen or nothing differs, NotAllowedNow where another announcement about it is under way.
    """
    if not permits(actor, Permission.PUBLICATION_EDIT, original):
        raise NotAllowed("您没有办理该步骤的权限，如确需办理请联系科室负责人")
    if original.state is not PublicationState.PUBLISHED or original.nature is not PublicNature.FIRST:
        raise NotAllowedNow("只有已公布的首次公示可以更正或撤回其中的批次")
    if not wish.reason.strip():
        raise NotLikeThis("请填写更正或撤回的理由，如 复检合格，原检验结论已变更", field="reason")
    title = (wish.title or "").strip() or f"关于{wish.remedy.value}{original.announcement_no}部分内容的公告"
    made = operations.make(original.kind, NATURE_OF[wish.remedy], Wording(title, FOREWORDS[wish.remedy]), actor, at, key)
    rows = _chosen(original, wish)
    made.corrects_id, made.reason = original.id, wish.reason.strip()[:500]
    contents = {row.sample_id: _content(row, original, wish) for row in rows}
    operations.fill(made, [row.sample_id for row in rows], actor, corrects={row.sample_id: row.id for row in rows}, contents=contents)
    return made


def _chosen(original: Publication, wish: Wish) -> Sequence[PublicationItem]:
    statement = sa.select(PublicationItem).where(
        PublicationItem.publication_id == original.id, PublicationItem.id.in_(list(wish.items)), PublicationItem.withdrawn_at.is_(None)
    )
    rows = session().scalars(statement.order_by(PublicationItem.ordinal).with_for_update()).all()
    if not rows:
        raise NotLikeThis("请勾选要更正或撤回的批次（已撤回的不能再选）", field="items")
    later = queries.followers([row.id for row in rows])
    busy = [row.sample_number for row in rows if queries.in_preparation(later.get(row.id, ())) is not None]
    if busy:
        raise NotAllowedNow(f"{'、'.join(busy[:5])} 已有办理中的更正或撤回公告，请先办结或作废")
    return rows


def _content(row: PublicationItem, original: Publication, wish: Wish) -> dict[str, Any]:
    number = original.announcement_no or original.number
    later = queries.followers([row.id]).get(row.id, ())
    before = queries.in_force_content(row, later)
    if wish.remedy is Remedy.WITHDRAW:
        return {**before, "note": rules.withdrawal_note(number, wish.reason.strip())}
    now = guard.content_now(row, original)
    changed = rules.differences(before, now)
    if not changed:
        raise NotLikeThis(f"{row.sample_number} 与记录一致，无需更正；公布有误的，请先更正记录", field="items")
    return {**now, "note": rules.correction_note(number, changed)}
