"""波及清单 in words: which changes of a conclusion ripple, and what each thing touched asks of whom.

A sentence says what is to be done, by whoever the task belongs to. Plain values in, a sentence out.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.domain.case_kinds import PenaltyOutcome, RippleCause, TransferBody, TransferKind
from app.domain.case_states import CaseState, ListingState, PenaltyState, TransferState
from app.domain.samples import Supervision


class Turn(StrEnum):
    """How a conclusion turned."""

    CLEARED = "不再是不合格"
    FAILED = "由合格变更为不合格"
    DISOWNED = "不再计入标称生产企业"


VOIDED, WITHDRAWN = "样品作废", "未出结论"  # what a conclusion is after a void, after its reports were taken back
COUNTED, NOT_COUNTED = "不合格（计入标称生产企业）", "不合格（不计入标称生产企业）"
# What people asked for and waited for is listed even where the program has done everything by itself.
ALWAYS_LISTED: Collection[RippleCause] = (RippleCause.RETEST, RippleCause.OBJECTION)


def turn(before: str | None, after: str | None) -> Turn | None:
    """None where nothing that was done because of the conclusion need be looked at again."""
    if (before, after) == (COUNTED, NOT_COUNTED):
        return Turn.DISOWNED
    if before == Supervision.FAIL and after != Supervision.FAIL:
        return Turn.CLEARED
    return Turn.FAILED if before == Supervision.PASS and after == Supervision.FAIL else None


# ---------------------------------------------------------------- what is to be done

def of_cancelled_case(was_closed: bool, handled: bool) -> str:
    """A case that the program has cancelled."""
    if was_closed:
        return "案件已办结，现已自动撤销；请核对已落实的控制、召回、整改措施，告知当事人解除，并在案卷中附上改判材料"
    if handled:
        return "案件已自动撤销；请通知当事人停止执行已责令的控制、召回、整改措施"
    return "案件尚未办理，已自动撤销，无需再办"


def of_going_case(reason: str) -> str:
    """A case that goes on."""
    return f"{reason}；本案继续办理，请核对案件中据此认定的内容"


def of_opened_case(state: CaseState) -> str:
    if state is CaseState.OPEN:
        return "结论变更为不合格，案件已自动建立或恢复，请按期启动核查处置"
    return "结论变更为不合格，请核对案件办理情况"


def of_penalty(state: PenaltyState, outcome: PenaltyOutcome | None, decision_no: str | None, paid: Decimal | None) -> str:
    """A penalty that rests on a conclusion which does not hold any more."""
    if state not in (PenaltyState.DECIDED, PenaltyState.EXECUTED, PenaltyState.CLOSED):
        return "处罚案件尚未作出决定，立案所依据的检验结论已变更；请撤销立案，并告知当事人"
    if outcome is not PenaltyOutcome.PUNISHED:
        return f"已作出“{outcome.value if outcome else '处理'}”的决定，所依据的检验结论已变更；请复核该决定，需要时予以撤销并告知当事人"
    named = f"处罚决定 {decision_no} " if decision_no else "处罚决定"
    refund = f"，退还已缴纳的罚没款 {money(paid)} 元" if paid else "；已缴纳的罚没款应当退还"
    return f"{named}所依据的检验结论已变更；请复核并依法撤销该决定{refund}，已公示的处罚信息一并撤下"


def of_recorded_penalty(number: str | None, amount: Decimal | None) -> str:
    """A penalty that is recorded in the case only."""
    named = f"处罚决定 {number} " if number else "行政处罚"
    return f"案件中登记的{named}所依据的检验结论已变更；请复核并依法撤销" + (f"，退还罚没款 {money(amount)} 元" if amount else "")


def money(amount: Decimal | None) -> str:
    return f"{amount or 0:,.2f}".removesuffix(".00")


def of_publication(published_on: date, after: str, of_penalty: bool = False) -> str:
    if of_penalty:
        return f"{published_on:%Y-%m-%d} 公示的处罚信息仍在网上；决定撤销后请停止公示，并在处罚案件中登记停止公示的日期和理由"
    up = f"{published_on:%Y-%m-%d} 公布的信息仍在网上；请撤下，并公布变更后的结论（{after}）"
    return f"{up}，完成后在案件的信息公开中登记撤下，并写明更正公告的文号"


def of_document(number: str | None, recipient: str, delivered_on: date | None, after: str) -> str:
    told = f"（{number}）" if number else ""
    on = f"已于 {delivered_on:%Y-%m-%d} " if delivered_on else "已"
    return f"文书{told}{on}送达 {recipient}，所载结论已变更；请将变更后的结论（{after}）书面告知受送达人"


def of_listed_item(notice_no: str, published_on: date, found: Turn, after: str) -> str:
    """A batch in a published list (抽检结果公示)."""
    where = f"{published_on:%Y-%m-%d} 已在公告号 {notice_no} 中公布"
    if found is Turn.DISOWNED:
        return f"{where}，标称生产企业已认定为被假冒；请起草更正公告，说明该批次产品非其生产"
    kind = "合格" if found is Turn.FAILED else "不合格"
    return f"{where}为{kind}，结论已变更为{after}；请起草撤回公告，并按现结论另行公布"


def of_party(after: str) -> str:
    return f"检验结论曾告知该单位；请将变更后的结论（{after}）书面告知"


def of_transfer(kind: TransferKind, body: TransferBody, state: TransferState, to_name: str) -> str:
    """The sender's part."""
    ended = state is TransferState.CLOSED
    ask = "如对方已据此处理，请商请其复核" if ended else "请商请其停止办理，必要时撤回材料"
    urgent = "，移送司法的应当立即书面告知" if body is TransferBody.POLICE else ""
    return f"已向 {to_name} 发出{kind.value}；请告知检验结论已变更，{ask}{urgent}"


def of_received_transfer(kind: TransferKind) -> str:
    """The receiver's part, where it works with this system too."""
    return f"收到的{kind.value}所依据的检验结论已变更；请停止据此办理，已经处理的请复核"


def of_listing(state: ListingState) -> str:
    if state is ListingState.PROPOSED:
        return "列入失信名单的提议所依据的检验结论已变更；请不予列入"
    return "已列入失信名单，所依据的检验结论已变更；请复核，应当移出的及时移出并公示"


def of_grade(found: Turn) -> str:
    if found is Turn.FAILED:
        return "检验结论变更为不合格；请重新评定该企业的风险等级，并核对监督检查频次"
    return "该批次不合格不再计入该企业；请重新评定风险等级，恢复因此调高的监督检查频次"


def of_return(sealed: bool, month: int) -> str:
    """A monthly return that counted the batch as it was."""
    words = f"{month // 100} 年 {month % 100} 月"
    if sealed:
        return f"{words}月报已封存，按原结论统计；请向接收单位说明变更，或按现结论另制月报"
    return f"{words}月报草稿按原结论统计；请重新生成后再封存"


def of_fee(fee: Decimal | None, prepaid: bool) -> str:
    """实施条例 42: the retest passes, so the authority that had the sample tested bears its cost."""
    amount = f" {money(fee)} 元" if fee else ""
    paid = "请退还申请人预缴的费用，并登记退还日期" if prepaid else "请核对费用并登记；申请人已预缴的应当退还"
    return f"复检结论为合格，复检费用{amount}由抽样检验部门承担（食品安全法实施条例第四十二条）；{paid}"
