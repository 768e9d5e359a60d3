"""Filling and taking back elements of an archive; every version stays. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from app import clock, history
from app.archives import queries
from app.archives.models import ArchiveElement
from app.attachments import operations as attachments
from app.db import session
from app.domain.actors import Actor
from app.domain.archives import complaint
from app.domain.masking import mask_person
from app.domain.permissions import Permission, permits
from app.enterprises.models import Enterprise
from app.enterprises.operations import refuse_merged
from app.enterprises.queries import kinds_of
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.reference.archive_elements import Element

KIND = Enterprise.__tablename__
SUBJECT = ArchiveElement.__tablename__
STALE = "该企业的档案要素刚被更新（也可能是重复提交），请核对后再保存；您填写的内容仍保留在表单中"
UNCHANGED = "内容没有变化，未保存"
FUTURE = "核实日期不能晚于今天，请核对"
NO_REASON = "请填写撤下的原因"
NOT_THERE = "该项没有在档内容，可能已被撤下，请刷新页面核对"
FOREIGN = "“{}”不是该企业的档案要素：请核对企业类型"
UPDATED = "（已更新）"


@dataclass(frozen=True, slots=True)
class Given:
    """What is said of one element; ``file`` is a new paper (name, content), None leaves the one on file."""

    value: str | None
    file: tuple[str, bytes] | None = None


def fill(
    enterprise: Enterprise, given: Mapping[str, Given], seen_on: date, actor: Actor, at: datetime, *, seen: str | None = None
) -> list[str]:
    """填写要素: a new version of each element said otherwise; the names of those changed.

    Raises NotAllowedNow when the archive moved since ``seen`` (``queries.mark``), NotLikeThis at the field ``value_CODE`` or ``seen_on``.
    """
    _begin(enterprise, actor, seen)
    if seen_on > clock.today():
        raise NotLikeThis(FUTURE, field="seen_on")
    elements, on_file = _elements(enterprise), queries.current(enterprise.id)
    changed: dict[str, tuple[str | None, str | None]] = {}
    for code, said in given.items():
        element, before = elements.get(code), on_file.get(code)
        if element is None:
            raise NotLikeThis(FOREIGN.format(code[:40]))
        if said.file is None and said.value == (before.value if before is not None else None):
            continue
        kept_paper = before.attachment_id if before is not None else None
        if wrong := complaint(element.form, said.value, said.file is not None or kept_paper is not None):
            raise NotLikeThis(f"{element.name}：{wrong}" + ("；不再成立的请在档案页面“撤下”" if before else ""), field=f"value_{code}")
        made = _version(enterprise, element, said, seen_on, actor, at, before)
        changed[element.name] = (_words(element, before), _words(element, made, UPDATED if element.personal and before else ""))
    if not changed:
        raise NotLikeThis(UNCHANGED)
    history.record(
        KIND, enterprise.id, "edit", actor, org_id=enterprise.org_id, name=enterprise.name, comment=f"填写档案要素，核实日期 {seen_on}",
        changes={f"档案·{name}": pair for name, pair in changed.items()},
    )  # fmt: skip
    return list(changed)


def _version(
    enterprise: Enterprise, element: Element, said: Given, seen_on: date, actor: Actor, at: datetime, before: ArchiveElement | None
) -> ArchiveElement:
    if before is not None:
        before.superseded_at = at
    made = ArchiveElement(
        org_id=enterprise.org_id, enterprise_id=enterprise.id, code=element.code, value=said.value,
        attachment_id=before.attachment_id if before is not None else None, seen_on=seen_on, recorded_at=at, recorded_by_id=actor.user_id,
    )  # fmt: skip
    _flush()
    session().add(made)
    _flush()
    if said.file is not None:
        name, content = said.file
        try:
            made.attachment_id = attachments.save(actor, SUBJECT, made.id, enterprise.org_id, name, content, at).id
        except NotLikeThis as refusal:
            raise NotLikeThis(refusal.sentence, field=f"file_{element.code}") from refusal
    return made


def _flush() -> None:
    """Two people may fill one element at the same moment: the database decides who was first."""
    try:
        session().flush()
    except IntegrityError as error:
        raise NotAllowedNow(STALE) from error


def withdraw(enterprise: Enterprise, code: str, reason: str, actor: Actor, at: datetime, *, seen: str | None = None) -> str:
    """撤下: the element no longer holds; what was on file stays readable. Returns its name."""
    _begin(enterprise, actor, seen)
    row = queries.current(enterprise.id).get(code)
    if row is None:
        raise NotAllowedNow(NOT_THERE)
    if not reason.strip():
        raise NotLikeThis(NO_REASON, field="reason")
    element = _elements(enterprise).get(code)
    row.superseded_at = at
    _flush()
    name = element.name if element is not None else code
    history.record(
        KIND, enterprise.id, "edit", actor, org_id=enterprise.org_id, name=enterprise.name, comment=f"撤下档案要素：{reason.strip()}",
        changes={f"档案·{name}": (_words(element, row), "撤下")},
    )  # fmt: skip
    return name


def unmask(enterprise: Enterprise, actor: Actor) -> None:
    """Who looked at the people in an archive is in the history of the enterprise. The caller has asked PERSONAL_UNMASK."""
    personal = [element.name for element in _elements(enterprise).values() if element.personal]
    history.record(
        KIND, enterprise.id, "unmask", actor, org_id=enterprise.org_id, name=enterprise.name, comment="查看档案：" + "、".join(personal)
    )


def _begin(enterprise: Enterprise, actor: Actor, seen: str | None) -> None:
    if not permits(actor, Permission.ENTERPRISE_CORRECT, enterprise):
        raise NotAllowed("您没有更正该企业档案的权限，如确需办理请联系科室负责人")
    refuse_merged(enterprise)
    if seen is not None and seen != queries.mark(enterprise.id):
        raise NotAllowedNow(STALE)


def _elements(enterprise: Enterprise) -> dict[str, Element]:
    kinds: Sequence[str] = [kind for kind, _ in kinds_of([enterprise.id]).get(enterprise.id, [])]
    return {element.code: element for element in queries.elements_of(kinds, clock.today())}


def _words(element: Element | None, row: ArchiveElement | None, after: str = "") -> str | None:
    """A version as the history tells it: people masked, a paper said to be there."""
    if row is None:
        return None
    value = row.value if row.value is None or (element is not None and not element.personal) else mask_person(row.value)
    paper = "（附文件）" if row.attachment_id is not None else ""
    return f"{value or ''}{paper}{after}" or None
