"""Who answers for a nonconforming batch, what cannot be true of a record, what is missing before closing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest

from app.domain.case_record import RECORDED, TITLES, CaseRecord, PenaltyKind, differences, faults
from app.domain.disposal import (
    CaseMode,
    Element,
    case_number,
    elements,
    exemption_text,
    exemptions,
    folded_number,
    missing,
    parties,
)
from app.domain.samples import Link

DISPOSE, NOTIFY = CaseMode.DISPOSE, CaseMode.NOTIFY


@dataclass
class Sheet:
    link: Link | None
    sampled_name: str | None
    producer_name: str | None
    sampled_enterprise_id: int | None = None
    producer_id: int | None = None


@pytest.mark.parametrize(
    ("sheet", "bureau_here", "expected"),
    [
        # sampled at the producer
        (Sheet(Link.PRODUCTION, "甲厂", "甲厂"), True, ["生产 处置"]),
        (Sheet(Link.PRODUCTION, "甲厂", "乙公司（委托方）"), False, ["生产 处置"]),
        (Sheet(Link.PRODUCTION, "甲厂", None), False, ["生产 处置"]),
        # no producer on the sheet
        (Sheet(Link.CIRCULATION, "某店", "/"), False, ["流通 处置"]),
        (Sheet(Link.CIRCULATION, "某店", "／"), True, ["流通 处置"]),
        (Sheet(Link.CIRCULATION, "某店", " "), True, ["流通 处置"]),
        (Sheet(Link.CIRCULATION, "某店", "无"), True, ["流通 处置"]),
        (Sheet(Link.CATERING, "某饭店", None), False, ["餐饮 处置"]),
        (Sheet(Link.ONLINE, "某网店", "—"), False, ["网抽 处置"]),
        (Sheet(None, "某单位", "/"), False, ["流通 处置"]),
        # another firm made it
        (Sheet(Link.CIRCULATION, "某店", "甲厂"), True, ["流通 处置", "生产 处置 producer"]),
        (Sheet(Link.CIRCULATION, "某店", "甲厂"), False, ["流通 处置", "生产 通报 producer"]),
        (Sheet(Link.ONLINE, "某网店", "甲厂"), False, ["网抽 处置", "生产 通报 producer"]),
        (Sheet(Link.CATERING, "某饭店", "甲厂"), True, ["餐饮 处置", "生产 处置 producer"]),
        # made where it was sampled: the register decides, else the names, whatever their brackets and blanks
        (Sheet(Link.CIRCULATION, "甲（天津）店", "甲(天津)店 "), True, ["生产 处置"]),
        (Sheet(Link.CIRCULATION, "甲店", "甲食品厂", 7, 7), True, ["生产 处置"]),
        (Sheet(Link.CIRCULATION, "甲店", "甲店", 7, 8), True, ["流通 处置", "生产 处置 producer"]),
        (Sheet(Link.CIRCULATION, None, None), True, ["流通 处置"]),
    ],
)
def test_parties(sheet: Sheet, bureau_here: bool, expected: list[str]) -> None:
    found = [
        f"{each.party.value} {each.mode.value}{' producer' if each.is_producer else ''}"
        for each in parties(sheet, bureau_here)
    ]
    assert found == expected


FULL = CaseRecord(
    received_on=date(2026, 11, 2), served_on=date(2026, 11, 3), control_on=date(2026, 11, 3), control="封存",
    cause_on=date(2026, 11, 4), cause="原料", rectified_on=date(2026, 11, 9), rectification="合格",
    penalty_kind=PenaltyKind.PUNISHED, penalty_no="〔2026〕7号", penalty_on=date(2026, 11, 9), penalty="罚款",
    published_on=date(2026, 11, 10), publication="网站",
)


@pytest.mark.parametrize(
    ("changed", "lacking"),
    [
        ({}, []),
        ({"served_on": None}, ["送达"]),
        ({"control": None}, ["产品控制"]),
        ({"control_on": None}, ["产品控制"]),
        ({"cause": None}, ["原因排查"]),
        ({"rectified_on": None}, ["整改复查"]),
        ({"published_on": None}, ["信息公开"]),
        ({"penalty_kind": None}, ["行政处罚"]),
        ({"penalty_no": None}, ["行政处罚"]),
        ({"penalty_on": None}, ["行政处罚"]),
        ({"penalty": None}, []),  # the decision says it
        # no penalty: the reason, and no decision
        ({"penalty_kind": PenaltyKind.EXEMPT, "penalty_no": None, "penalty_on": None}, []),
        ({"penalty_kind": PenaltyKind.NOT_FILED, "penalty": None}, ["行政处罚"]),
        # exempted with a reason; a name without one is no exemption
        ({"control": None, "exempted": "产品控制：已售完"}, []),
        ({"control": None, "exempted": "产品控制："}, ["产品控制"]),
        ({"control": None, "exempted": "信息公开：不适用"}, ["产品控制"]),
        ({"served_on": None, "cause": None}, ["送达", "原因排查"]),
    ],
)
def test_missing_before_closing(changed: dict[str, object], lacking: list[str]) -> None:
    assert [state.element.value for state in missing(DISPOSE, replace(FULL, **changed))] == lacking  # type: ignore[arg-type]


def test_a_notification_needs_whom_when_and_by_which_letter() -> None:
    bare = CaseRecord(date(2026, 11, 2))
    assert [state.element for state in missing(NOTIFY, bare)] == [
        Element.NOTIFIED_ORG, Element.NOTIFIED_ON, Element.NOTIFIED_NO,
    ]
    done = replace(bare, notified_org="某局", notified_on=date(2026, 11, 3), exempted="通报文号：系统内通报，无文号")
    assert missing(NOTIFY, done) == ()
    assert [state.done for state in elements(NOTIFY, done)] == [True, True, False]


def test_every_element_can_be_exempted() -> None:
    for mode in CaseMode:
        reasons = {state.element: "不适用" for state in elements(mode, CaseRecord(date(2026, 11, 2)))}
        assert missing(mode, CaseRecord(date(2026, 11, 2), exempted=exemption_text(reasons))) == ()


def test_exemptions_survive_being_written() -> None:
    reasons = {Element.CAUSE: "进口食品：境外生产", Element.CONTROL: "已\n售完"}
    assert exemptions(exemption_text(reasons)) == {Element.CAUSE: "进口食品：境外生产", Element.CONTROL: "已 售完"}
    assert exemption_text({Element.CAUSE: "  "}) is None


TODAY, SAMPLED, REPORTED = date(2026, 11, 20), date(2026, 10, 20), date(2026, 10, 30)


@pytest.mark.parametrize(
    ("changed", "faulty"),
    [
        ({}, []),
        ({"received_on": date(2026, 10, 30)}, []),  # received on the day it was issued
        ({"received_on": date(2026, 10, 29)}, ["received_on"]),
        ({"received_on": date(2026, 11, 21)}, ["received_on", "served_on", "rectified_on", "penalty_on", "published_on"]),
        ({"served_on": date(2026, 11, 2)}, []),  # served on the day of receipt
        ({"served_on": date(2026, 11, 1)}, ["served_on"]),
        ({"served_on": date(2026, 11, 20)}, []),
        ({"served_on": date(2026, 11, 21)}, ["served_on"]),
        ({"started_on": date(2026, 11, 1)}, ["started_on"]),
        # goods may be stopped before the report is received (限时报告), never before the sampling
        ({"control_on": date(2026, 10, 20)}, []),
        ({"control_on": date(2026, 10, 19)}, ["control_on"]),
        ({"notified_on": date(2026, 11, 1)}, ["notified_on"]),
        ({"penalty_amount": Decimal("0")}, []),
        ({"penalty_amount": Decimal("-0.01")}, ["penalty_amount"]),
        ({"penalty_amount": Decimal("1000000000000")}, ["penalty_amount"]),
        ({"penalty_amount": Decimal(5), "penalty_kind": PenaltyKind.EXEMPT}, ["penalty_amount"]),
        ({"penalty_amount": Decimal(5), "penalty_kind": None}, ["penalty_amount"]),
    ],
)
def test_faults(changed: dict[str, object], faulty: list[str]) -> None:
    record = replace(FULL, **changed)  # type: ignore[arg-type]
    assert sorted(faults(record, TODAY, sampled_on=SAMPLED, reported_on=REPORTED)) == sorted(faulty)


def test_a_year_nobody_meant_is_refused_where_no_other_date_is_known() -> None:
    assert list(faults(CaseRecord(date(1026, 11, 2)), TODAY)) == ["received_on"]


def test_every_recorded_field_has_its_title() -> None:
    assert tuple(TITLES) == RECORDED


def test_differences_name_the_fields_that_changed() -> None:
    assert differences(FULL, replace(FULL, cause="用药")) == {"cause": ("原料", "用药")}
    assert differences(FULL, FULL) == {}


@pytest.mark.parametrize("typed", ["核处〔2026〕12号", "核处[2026]12号", "核处（2026）12 号", "核处【2026】12号", "核处(２０２６)12号"])
def test_case_numbers_are_found_whatever_the_brackets(typed: str) -> None:
    assert folded_number(typed) == case_number(2026, 12)
