"""What the three documents of a retest say before anybody writes, and which of them it calls for now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.actors import Actor
from app.domain.case_kinds import Side
from app.domain.documents import DocumentKind
from app.domain.official_documents import KINDS
from app.domain.workflow import DocumentState, RetestState
from app.errors import NotAllowedNow
from app.filters import format_date_cn
from app.official_documents import operations as papers
from app.official_documents.models import OfficialDocument
from app.official_documents.operations import Subject
from app.official_documents.prefill import Recipient, recipients
from app.retests import clocks, queries
from app.retests.models import Retest
from app.retests.testing import tested

K = DocumentKind
NOT_YET = "现在不能制作{}：{}"


def called_for(retest: Retest) -> Sequence[DocumentKind]:
    """The documents that a retest in this state may be told with."""
    if retest.state is RetestState.DECLINED:
        return (K.RETEST_REFUSAL,)
    found = (K.RETEST_ACCEPTANCE,) if retest.decided_on is not None else ()
    return (*found, K.RETEST_DESIGNATION) if retest.laboratory is not None else found


def offered(retest: Retest) -> Sequence[DocumentKind]:
    """Those that have not been made yet."""
    made = {one.kind for one in queries.documents_of(retest) if one.state is not DocumentState.VOIDED}
    return [kind for kind in called_for(retest) if kind.value not in made]


def draft(retest: Retest, kind: DocumentKind, actor: Actor, at: datetime) -> OfficialDocument:
    """起草 with everything that is known; it is read over and issued as every official document is."""
    if kind not in called_for(retest):
        why = "复检还没有作出相应的决定" if kind is not K.RETEST_DESIGNATION else "还没有确定复检机构"
        raise NotAllowedNow(NOT_YET.format(kind.value, why))
    earlier = [one for one in queries.documents_of(retest) if one.kind == kind.value]
    standing = next((one for one in earlier if one.state is not DocumentState.VOIDED), None)
    if standing is not None:
        raise NotAllowedNow(f"本次复检已有{kind.value}（{standing.number or '草稿'}），需要重做的请先作废原文书")
    subject = Subject(retest.sample, about=retest, known=known(retest), whom=whom(retest))
    key = f"retest-{retest.id}-{kind.code}-{len(earlier)}"  # two at once: one of them is refused
    return papers.draft(KINDS[kind], subject, papers.blank(KINDS[kind], subject, retest.side), actor, at, key=key)


def whom(retest: Retest) -> Recipient:
    """The applicant, with the address that the sheet has for this side."""
    side = retest.side if retest.side in (Side.SAMPLED, Side.PRODUCER) else Side.OTHER
    address = next((one.address for one in recipients(retest.sample) if one.side is side), None)
    return Recipient(side, retest.applicant, address)


def known(retest: Retest) -> dict[str, str]:
    due = {each.code: format_date_cn(each.due_on) for each in queries.clocks_of(retest.id)}
    laboratory = retest.laboratory
    contact = [part for part in (laboratory.contact, laboratory.phone) if part] if laboratory is not None else []
    return {
        "复检编号": retest.number, "复检申请人": retest.applicant, "申请日期": format_date_cn(retest.applied_on),
        "收到申请材料日期": format_date_cn(retest.received_on), "受理日期": _day(retest), "不予受理理由": retest.decision or "",
        "申请复检项目": "、".join(item.item for item in retest.items if item.wanted),
        "予以复检项目": "、".join(item.item for item in tested(retest)), "确定复检机构期限": due.get(clocks.ORG, ""),
        "移交备份样品期限": due.get(clocks.TRANSFER, ""), "复检机构": laboratory.name if laboratory is not None else "",
        "复检机构地址": (laboratory.address or "") if laboratory is not None else "", "复检机构联系方式": "　".join(contact),
        "确定日期": format_date_cn(retest.designated_on) if retest.designated_on else "", "确定方式": _how(retest),
    }  # fmt: skip


def _day(retest: Retest) -> str:
    return format_date_cn(retest.decided_on) if retest.decided_on else ""


def _how(retest: Retest) -> str:
    drawing = queries.drawing_of(retest)
    if drawing is None:
        return "名录中仅有一个复检机构可以承担，直接确定"
    return f"从复检机构名录中随机抽取（{drawing.number}，名单 {len(drawing.entries)} 个）"
