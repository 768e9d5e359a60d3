"""常用语 kept as a list: added, put in another order, retired. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app import history
from app.db import session
from app.domain import phrases as rules
from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.phrases import queries
from app.phrases.models import Phrase

KIND = Phrase.__tablename__
MOVED = "常用语刚被修改，请核对后再保存；您填写的内容仍保留在下面"


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a list."""

    added: Sequence[str]
    retired: Sequence[str]
    moved: bool

    @property
    def nothing(self) -> bool:
        return not (self.added or self.retired or self.moved)

    @property
    def words(self) -> str:
        told = [f"新增 {len(self.added)} 条" if self.added else "", f"删除 {len(self.retired)} 条" if self.retired else ""]
        return "，".join(part for part in (*told, "顺序已调整" if self.moved else "") if part) or "内容没有变化"


def keep(actor: Actor, phrases: Sequence[str], at: datetime, *, office: bool, seen: str | None = None) -> Changed:
    """These phrases in this order are the list now; what is no longer among them is retired.

    Raises NotAllowed for an office's list that is not his to keep, NotLikeThis for too long or too many, NotAllowedNow when the list
    is not the one that was shown.
    """
    _refuse_stranger(actor, office)
    fault = rules.complaint(phrases)
    if fault is not None:
        raise NotLikeThis(fault, field="text")
    standing = queries.kept(actor, office=office)
    if seen is not None and seen != queries.stamp(standing):
        raise NotAllowedNow(MOVED)
    known = {one.text: one for one in standing}
    before = [one.text for one in standing if one.text in phrases]
    retired = [one for one in standing if one.text not in phrases]
    added = [text for text in phrases if text not in known]
    for one in retired:
        _retire(actor, one, at)
    for position, text in enumerate(phrases):
        if text in known:
            known[text].position = position
        else:
            _add(actor, text, position, at, office)
    moved = before != [text for text in phrases if text in known]
    if moved:
        first = known[next(text for text in phrases if text in known)]
        _note(actor, first, "order_phrases", "、".join(phrases))
    session().flush()
    return Changed(added, [one.text for one in retired], moved)


def add(actor: Actor, text: str, at: datetime, *, office: bool) -> Changed:
    """One more at the end. Raises as ``keep`` does; NotLikeThis for one that says nothing or is there."""
    found = rules.written(text)
    standing = [one.text for one in queries.kept(actor, office=office)]
    if len(found) != 1:
        raise NotLikeThis("请写一条常用语，如 同意。")
    if found[0] in standing:
        raise NotLikeThis(f"已有这条常用语：{found[0]}")
    begun = standing or (list(rules.DEFAULTS) if office else [])  # the office goes on from what was offered until now
    return keep(actor, list(dict.fromkeys([*begun, *found])), at, office=office)


def retire(actor: Actor, text: str, at: datetime, *, office: bool) -> Changed:
    """One less. Raises as ``keep`` does; NotLikeThis for one that is not there."""
    standing = [one.text for one in queries.kept(actor, office=office)]
    if text.strip() not in standing:
        raise NotLikeThis(f"没有这条常用语：{text.strip()[:40]}；请用 flask phrases list 核对")
    return keep(actor, [one for one in standing if one != text.strip()], at, office=office)


def _refuse_stranger(actor: Actor, office: bool) -> None:
    if office and not may_ever(actor, Permission.PHRASE_OFFICE):
        raise NotAllowed("本单位的常用语由系统管理员、审核人或局领导维护")
    if not office and actor.user_id is None:
        raise NotLikeThis("我的常用语属于个人，请用 --as 指明用户；本单位的请用 --office")


def _add(actor: Actor, text: str, position: int, at: datetime, office: bool) -> None:
    made = Phrase(
        org_id=actor.org_id, user_id=None if office else actor.user_id, text=text, position=position, created_at=at,
        created_by_id=actor.user_id,
    )  # fmt: skip
    session().add(made)
    session().flush()
    _note(actor, made, "add_phrase", None)


def _retire(actor: Actor, one: Phrase, at: datetime) -> None:
    one.retired_at, one.retired_by_id = at, actor.user_id
    _note(actor, one, "retire_phrase", None)


def _note(actor: Actor, one: Phrase, step: str, comment: str | None) -> None:
    history.record(KIND, one.id, step, actor, org_id=one.org_id, name=one.text, comment=comment)
