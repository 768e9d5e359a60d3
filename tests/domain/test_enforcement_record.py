"""行政执法全过程记录: what each part must show, by a table; and what the rates over records count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from app.domain.case_record import PenaltyKind
from app.domain.disposal import CaseMode
from app.domain.enforcement_record import Decision, Papers, RecordPart, complete, missing
from app.domain.indicators import FORMULAS, Period, TallyPart, in_tally, recount_tally

DAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Case:
    mode: CaseMode = CaseMode.DISPOSE
    exempted: str | None = None
    handler_id: int | None = 1
    started_on: date | None = DAY
    served_on: date | None = DAY
    control_on: date | None = DAY
    control: str | None = "封存"
    cause_on: date | None = DAY
    cause: str | None = "原料问题"
    penalty_kind: PenaltyKind | None = PenaltyKind.EXEMPT
    penalty_no: str | None = None
    penalty_on: date | None = None
    penalty: str | None = "初次违法"
    rectify_ordered: bool | None = None
    rectified_on: date | None = None
    recheck_passed: bool | None = None
    published_on: date | None = DAY
    notified_org: str | None = None
    notified_on: date | None = None
    notified_no: str | None = None
    submitted_by_id: int | None = 1
    approved_by_id: int | None = 2


FILED = Papers(frozenset({"启动情况", "产品控制", "原因排查"}))
S, E, D, X = RecordPart
NOTICE = frozenset({"检验结果通知书"})


def test_a_full_record_lacks_nothing():
    found = missing(Case(), FILED)
    assert list(found) == list(RecordPart) and complete(found)


PUNISHED = {"penalty_kind": PenaltyKind.PUNISHED, "penalty": None}
NUMBERED = {**PUNISHED, "penalty_no": "罚1号", "penalty_on": DAY}
DONE = Decision("立1号", True, True, served=True, executed=True)


@pytest.mark.parametrize(
    ("case", "papers", "part", "said"),
    [
        ({"started_on": None}, {}, S, "启动核查处置日期"),
        ({"handler_id": None}, {}, S, "经办人"),
        ({}, {"blocks": frozenset({"产品控制", "原因排查"}), "delivered": frozenset({"检验结果通知书"})}, S, "启动文书"),
        ({"control": None}, {}, E, "产品控制的日期和措施"),
        ({}, {"blocks": frozenset({"启动情况", "原因排查"})}, E, "现场检查记录"),
        ({"cause_on": None}, {}, E, "原因排查的日期和结论"),
        ({}, {"blocks": frozenset({"启动情况", "产品控制"})}, E, "排查整改报告"),
        ({"submitted_by_id": None}, {}, D, "提交审核"),
        ({"approved_by_id": None}, {}, D, "审批记录"),
        ({"penalty_kind": None}, {}, D, "是否行政处罚的结论"),
        (PUNISHED, {"blocks": FILED.blocks | {"行政处罚"}}, D, "处罚决定书的编号和日期"),
        ({"penalty": None}, {}, D, "不予处罚或不予立案的理由"),
        ({}, {"decisions": (Decision("立1号", False, False),)}, D, "立1号 没有作出决定"),
        ({}, {"decisions": (replace(DONE, major=True),)}, D, "立1号 没有法制审核"),
        ({"served_on": None}, {}, X, "检验结果的送达日期"),
        ({}, {"blocks": frozenset({"产品控制", "原因排查"}), "issued": frozenset({"检验结果通知书"})}, X, "送达回证"),
        (NUMBERED, {}, X, "处罚决定书和执行凭证"),
        (NUMBERED, {"decisions": (replace(DONE, served=False),)}, X, "决定书没有送达日期"),
        (NUMBERED, {"decisions": (replace(DONE, executed=False),)}, X, "没有执行记录"),
        ({"rectify_ordered": True}, {}, X, "复查验收合格"),
        ({"rectify_ordered": True, "rectified_on": DAY, "recheck_passed": False}, {}, X, "复查验收合格"),
        ({"published_on": None}, {}, X, "信息公开"),
    ],
)
def test_what_is_not_there_is_said_in_its_part(case, papers, part, said):
    found = missing(replace(Case(), **case), replace(FILED, **papers))
    assert {one: len(sentences) for one, sentences in found.items() if sentences} == {part: 1}
    assert said in found[part][0]


@pytest.mark.parametrize(
    ("case", "papers"),
    [
        ({"control": None, "control_on": None, "exempted": "产品控制：该批次已售完"}, {"blocks": frozenset({"启动情况", "原因排查"})}),
        ({"cause": None, "exempted": "原因排查：标称生产企业已注销"}, {"blocks": frozenset({"启动情况", "产品控制"})}),
        ({"penalty_kind": None, "exempted": "行政处罚：另案处理"}, {}),
        ({"published_on": None, "exempted": "信息公开：按上级要求不公开"}, {}),
        ({"rectify_ordered": True, "rectified_on": DAY, "recheck_passed": True}, {}),
        (NUMBERED, {"blocks": FILED.blocks | {"行政处罚"}}),
        (NUMBERED, {"decisions": (DONE,)}),
        ({}, {"decisions": (replace(DONE, major=True, legal=True),)}),
        ({}, {"blocks": frozenset({"产品控制", "整改复查"}), "issued": NOTICE, "delivered": NOTICE}),
    ],
)
def test_what_is_exempted_or_shown_otherwise_is_enough(case, papers):
    assert complete(missing(replace(Case(), **case), replace(FILED, **papers)))


NOTIFIED = Case(
    CaseMode.NOTIFY, control_on=None, control=None, cause_on=None, cause=None, penalty_kind=None, penalty=None, served_on=None,
    published_on=None, notified_org="某县局", notified_on=DAY, notified_no="1号",
)  # fmt: skip


def test_a_notice_asks_for_its_own_evidence():
    papers = Papers(frozenset({"启动情况"}), sent=True)
    assert complete(missing(NOTIFIED, papers))
    assert "没有通报的凭证" in missing(NOTIFIED, replace(papers, sent=False))[X][0]
    assert missing(replace(NOTIFIED, notified_no=None), papers)[X] == ("没有通报文号",)
    assert complete(missing(NOTIFIED, Papers(frozenset({"启动情况", "通报移送"}))))


# ---------------------------------------------------------------- rates over records

@dataclass(frozen=True)
class Record:
    day: date
    met: bool
    amount: int = 1


RECORDS = [
    Record(date(2026, 11, 30), True), Record(date(2026, 11, 1), False), Record(date(2026, 12, 1), True),
    Record(date(2026, 10, 31), False),
]  # fmt: skip


@pytest.mark.parametrize("code", ["rectification_rate", "transfer_handling_rate", "enforcement_record_rate"])
def test_a_rate_over_records_counts_the_days_of_the_period(code):
    found = recount_tally(FORMULAS[code], RECORDS, Period(2026, month=11))
    assert (found.numerator, found.denominator, found.display) == (1, 2, "50.00")
    assert FORMULAS[code].numerator


def test_an_average_divides_what_the_records_come_to():
    records = [Record(date(2026, 11, 3), True, 30), Record(date(2026, 11, 4), False, 11), Record(date(2026, 12, 1), True, 99)]
    found = recount_tally(FORMULAS["case_days"], records, Period(2026, month=11))
    assert (found.numerator, found.denominator, found.shown) == (41, 2, "20.5 个工作日")


def test_nothing_over_nothing():
    assert recount_tally(FORMULAS["rectification_rate"], [], Period(2026)).display == "—"
    with pytest.raises(ValueError, match="不按记录逐件计数"):
        recount_tally(FORMULAS["pass_rate"], [], Period(2026))


def test_a_numerator_is_part_of_its_denominator():
    for top, under in (
        (TallyPart.RECTIFIED, TallyPart.RECTIFY_DUE), (TallyPart.REPLIED, TallyPart.REPLY_DUE),
        (TallyPart.FULLY_RECORDED, TallyPart.CASES_CLOSED),
    ):  # fmt: skip
        for one in RECORDS:
            assert in_tally(one, under, DAY, DAY) or not in_tally(one, top, DAY, DAY)
