"""Which changes of a conclusion ripple, and what each thing touched asks of whom."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.domain import ripples as words
from app.domain.case_kinds import PenaltyOutcome, TransferBody, TransferKind
from app.domain.case_states import CaseState, ListingState, PenaltyState, TransferState
from app.domain.ripples import Turn, turn

DAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("不合格", "合格", Turn.CLEARED),  # 复检合格
        ("不合格", "未判定", Turn.CLEARED),  # two people decided that nothing is decided
        ("不合格", "无监督项目", Turn.CLEARED),  # the purpose was corrected to 风险监测
        ("不合格", words.VOIDED, Turn.CLEARED),
        ("不合格", words.WITHDRAWN, Turn.CLEARED),  # 撤销导入
        ("合格", "不合格", Turn.FAILED),
        (words.COUNTED, words.NOT_COUNTED, Turn.DISOWNED),  # 假冒
        ("不合格", "不合格", None),  # another item still fails
        ("合格", "合格", None),
        ("未判定", "不合格", None),  # nothing rested on 未判定
        ("合格", "未判定", None),
        (words.WITHDRAWN, "不合格", None),  # the first report
        (None, "合格", None),
    ],
)
def test_what_ripples(before: str | None, after: str | None, found: Turn | None) -> None:
    assert turn(before, after) is found


@pytest.mark.parametrize(
    ("state", "outcome", "paid", "said"),
    [
        (PenaltyState.FILED, None, None, "请撤销立案"),
        (PenaltyState.LEADING, PenaltyOutcome.PUNISHED, None, "请撤销立案"),  # proposed is not decided
        (PenaltyState.DECIDED, PenaltyOutcome.PUNISHED, None, "撤销该决定；已缴纳的罚没款应当退还"),
        (PenaltyState.EXECUTED, PenaltyOutcome.PUNISHED, Decimal("5000.00"), "撤销该决定，退还已缴纳的罚没款 5,000 元"),
        (PenaltyState.CLOSED, PenaltyOutcome.PUNISHED, Decimal("120.50"), "退还已缴纳的罚没款 120.50 元"),
        (PenaltyState.CLOSED, PenaltyOutcome.EXEMPT, None, "请复核该决定"),  # 不予处罚 too rests on the conclusion
        (PenaltyState.DECIDED, PenaltyOutcome.JUSTICE, None, "移送司法机关"),
    ],
)
def test_a_penalty_is_revoked_or_looked_at_again(
    state: PenaltyState, outcome: PenaltyOutcome | None, paid: Decimal | None, said: str
) -> None:
    assert said in words.of_penalty(state, outcome, "蓟市监罚〔2026〕3号", paid)


@pytest.mark.parametrize(
    ("closed", "handled", "said"),
    [(True, True, "案件已办结，现已自动撤销"), (False, True, "停止执行已责令"), (False, False, "无需再办")],
)
def test_a_cancelled_case_is_confirmed(closed: bool, handled: bool, said: str) -> None:
    assert said in words.of_cancelled_case(closed, handled)


def test_the_police_are_told_in_writing_at_once() -> None:
    said = words.of_transfer(TransferKind.TRANSFER, TransferBody.POLICE, TransferState.RECEIVED, "蓟州区公安局")
    assert "请商请其停止办理" in said and "立即书面告知" in said
    closed = words.of_transfer(TransferKind.ASSIST, TransferBody.BUREAU, TransferState.CLOSED, "武隆区局")
    assert "商请其复核" in closed and "立即" not in closed


@pytest.mark.parametrize(
    ("said", "part"),
    [
        (words.of_publication(DAY, "合格"), "2026-11-16 公布的信息仍在网上；请撤下，并公布变更后的结论（合格）"),
        (words.of_publication(DAY, "合格", of_penalty=True), "在处罚案件中登记停止公示"),
        (words.of_document("检告12号", "某店", DAY, "合格"), "文书（检告12号）已于 2026-11-16 送达 某店"),
        (words.of_document(None, "某店", None, "合格"), "文书已送达 某店"),
        (words.of_listing(ListingState.PROPOSED), "请不予列入"),
        (words.of_listing(ListingState.LISTED), "应当移出的及时移出"),
        (words.of_grade(Turn.CLEARED), "恢复因此调高的监督检查频次"),
        (words.of_grade(Turn.FAILED), "重新评定该企业的风险等级"),
        (words.of_return(True, 202611), "2026 年 11 月月报已封存"),
        (words.of_return(False, 202601), "2026 年 1 月月报草稿"),
        (words.of_fee(Decimal("800"), True), "复检费用 800 元由抽样检验部门承担（食品安全法实施条例第四十二条）；请退还申请人预缴的费用"),
        (words.of_fee(None, False), "请核对费用并登记"),
        (words.of_recorded_penalty("3号", Decimal("200")), "退还罚没款 200 元"),
        (words.of_recorded_penalty(None, None), "请复核并依法撤销"),
        (words.of_opened_case(CaseState.OPEN), "请按期启动核查处置"),
        (words.of_opened_case(CaseState.CLOSED), "请核对案件办理情况"),
    ],
)
def test_sentences_say_what_to_do(said: str, part: str) -> None:
    assert part in said
