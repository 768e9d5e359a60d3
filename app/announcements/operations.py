"""Linking external findings by hand, and proposing links anew (关联外部公示). Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import history
from app.announcements import queries
from app.announcements.matching import Matcher, Named
from app.announcements.models import ExternalFinding
from app.db import session
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.workflow import SampleState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.sampling import queries as samples

KIND = ExternalFinding.__tablename__
NOT_YOURS = "您没有关联外部公示的权限，如确需办理请联系科室负责人"
STALE = "该公示刚被他人关联或取消关联，请刷新页面核对后再操作；您填写的内容仍保留在表单中"
NO_REASON = "请填写关联或取消关联的依据"
NO_ENTERPRISE = "没有找到企业“{}”：请填写本单位企业档案中的统一社会信用代码或企业全称"
SEVERAL = "有 {} 家企业名为“{}”：请填写统一社会信用代码"
NO_SAMPLE = "没有找到样品“{}”：请核对抽样编号"
VOIDED = "样品“{}”已作废，不能关联：请核对抽样编号"
SAME = "该公示已关联到“{}”，未作更改"
OUT_OF_REACH = "“{}”不在导入该公示的单位的管辖范围内，不能关联：请由导入单位办理，或在本单位另行导入后关联"
NOT_LINKED = "该公示的{}没有关联，无需取消"
ROLES: Mapping[str, tuple[str, str]] = {  # key -> title, column
    "producer": ("标称生产企业", "producer_id"), "sampled": ("被抽样单位", "sampled_enterprise_id"), "sample": ("样品", "sample_id"),
}  # fmt: skip
BY_HAND = "人工关联"
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Target:
    """What a finding is linked to, with the words that history keeps."""

    id: int
    words: str


def target_of(actor: Actor, role: str, written: str) -> Target:
    """The enterprise or sample meant, within the actor's reach. Raises NotLikeThis."""
    if role == "sample":
        sample = samples.sample_numbered(actor, written)
        if sample is None:
            raise NotLikeThis(NO_SAMPLE.format(written[:60]), field="target")
        if sample.state is SampleState.VOIDED:
            raise NotLikeThis(VOIDED.format(sample.number), field="target")
        return Target(sample.id, sample.number)
    found = queries.enterprises_called(actor, written)
    if len(found) != 1:
        raise NotLikeThis(SEVERAL.format(len(found), written[:60]) if found else NO_ENTERPRISE.format(written[:60]), field="target")
    code = f"（{found[0].credit_code}）" if found[0].credit_code else ""
    return Target(found[0].id, f"{found[0].name}{code}")


def link(
    finding: ExternalFinding, role: str, target: Target, actor: Actor, reason: str, at: datetime, *, seen: int | None = None
) -> None:
    """关联: the finding is about this enterprise or sample. It stays a finding: nothing is counted, no case is opened."""
    title, column = _asked(finding, role, actor, reason, seen)
    if getattr(finding, column) == target.id:
        raise NotLikeThis(SAME.format(target.words), field="target")
    if actor.org_id != finding.org_id and not queries.belongs(finding.org_id, role, target.id):
        raise NotLikeThis(OUT_OF_REACH.format(target.words), field="target")  # its readers would learn of somebody else's record
    before = _shown(finding, column, title)
    setattr(finding, column, target.id)
    _tell(finding, title, f"{BY_HAND}：{target.words}", actor, at)
    history.record(
        KIND, finding.id, "link_finding", actor, org_id=finding.org_id, name=finding.product_name, comment=reason,
        changes={title: (before, target.words)},
    )  # fmt: skip


def unlink(finding: ExternalFinding, role: str, actor: Actor, reason: str, at: datetime, *, seen: int | None = None) -> None:
    """取消关联: a proposal that is wrong is not made again by itself."""
    title, column = _asked(finding, role, actor, reason, seen)
    if getattr(finding, column) is None:
        raise NotLikeThis(NOT_LINKED.format(title))
    before = _shown(finding, column, title)
    setattr(finding, column, None)
    _tell(finding, title, "", actor, at)
    history.record(
        KIND, finding.id, "unlink_finding", actor, org_id=finding.org_id, name=finding.product_name, comment=reason,
        changes={title: (before, None)},
    )  # fmt: skip


def _asked(finding: ExternalFinding, role: str, actor: Actor, reason: str, seen: int | None) -> tuple[str, str]:
    if not permits(actor, Permission.FINDING_LINK, finding):
        raise NotAllowed(NOT_YOURS)
    if seen is not None and seen != finding.version:
        raise NotAllowedNow(STALE)
    if not reason.strip():
        raise NotLikeThis(NO_REASON, field="reason")
    return ROLES[role]


def _notes(finding: ExternalFinding) -> dict[str, str]:
    """How each link was found, by title."""
    parts = (part.partition("：") for part in (finding.link_note or "").split("；"))
    return {title: how for title, _, how in parts if how}


def _shown(finding: ExternalFinding, column: str, title: str) -> str | None:
    return (_notes(finding).get(title) or "已关联") if getattr(finding, column) is not None else None


def _tell(finding: ExternalFinding, title: str, how: str, actor: Actor, at: datetime) -> None:
    """Keep how each link was found; the version moves even when the note does not."""
    notes = _notes(finding) | {title: how.replace("；", "，")}
    finding.link_note = "；".join(f"{name}：{words}" for name, words in notes.items() if words)[:300] or None
    finding.linked_at, finding.linked_by_id = at, actor.user_id
    session().flush()


def match_again(actor: Actor, at: datetime) -> int:
    """重新匹配: propose links for findings without one, enterprises and samples having been registered since. How many found one."""
    if not permits(actor, Permission.FINDING_IMPORT):
        raise NotAllowed(NOT_YOURS)
    matched, after = 0, 0
    while found := queries.unlinked(actor, after, AT_ONCE):
        after = found[-1].id
        matched += _propose(actor, found, at)
    return matched


def _propose(actor: Actor, found: Sequence[ExternalFinding], at: datetime) -> int:
    named = [Named(one.producer_name or "", one.sampled_name or "", one.number or "") for one in found]
    matcher, matched = Matcher(actor, named), 0
    for finding, names in zip(found, named, strict=True):
        links: Any = matcher.links(names)
        if links.any:
            for _, column in ROLES.values():
                setattr(finding, column, getattr(links, column))
            finding.link_note, finding.linked_at = links.note, at
            history.record(
                KIND, finding.id, "link_finding", actor, org_id=finding.org_id, name=finding.product_name,
                comment=f"重新匹配：{links.note}",
            )  # fmt: skip
            matched += 1
    return matched
