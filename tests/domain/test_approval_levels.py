"""Which levels must agree: sections always, legal review and the leader for what the law or the settings call major."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from app.domain.approval_levels import (
    CaseOccasion,
    Need,
    Thresholds,
    UnknownOccasion,
    levels,
    missing,
    occasions,
    of_case,
    of_penalty,
    sentence,
)
from app.domain.case_kinds import ApprovalLevel, LicenceKind, PenaltyExcuse, PenaltyOutcome
from app.domain.case_record import PenaltyKind

SECTION, LEGAL, LEADER = ApprovalLevel
LIMITS = Thresholds(Decimal(3000), Decimal(100000), frozenset(CaseOccasion))


@dataclass(frozen=True)
class Measures:
    outcome: PenaltyOutcome | None = PenaltyOutcome.PUNISHED
    excuse: PenaltyExcuse | None = None
    income: Decimal = Decimal()
    goods_value: Decimal = Decimal()
    fine: Decimal = Decimal()
    stop_business: bool = False
    licence: LicenceKind | None = None
    major: str | None = None

    @property
    def total(self) -> Decimal:
        return self.income + self.fine


@dataclass(frozen=True)
class Recorded:
    exempted: str | None = None
    penalty_kind: PenaltyKind | None = None


EXEMPT = Measures(PenaltyOutcome.EXEMPT, PenaltyExcuse.GOOD_FAITH)


@pytest.mark.parametrize(
    ("measures", "needed"),
    [
        (Measures(), [SECTION]),  # a mere warning
        (Measures(fine=Decimal("3000")), [SECTION]),  # 行政处罚法 51: 三千元以下
        (Measures(fine=Decimal("3000.01")), [SECTION, LEADER]),
        (Measures(income=Decimal("1500"), fine=Decimal("1501")), [SECTION, LEADER]),  # the total counts
        (Measures(goods_value=Decimal("99999.99")), [SECTION]),  # goods are not in the total
        (Measures(fine=Decimal("99999.99")), [SECTION, LEADER]),
        (Measures(fine=Decimal("100000")), [SECTION, LEGAL, LEADER]),  # 十万元以上, the amount itself included
        (Measures(income=Decimal("60000"), fine=Decimal("60000")), [SECTION, LEADER]),  # fine and forfeiture apart
        (Measures(income=Decimal("40000"), goods_value=Decimal("60000")), [SECTION, LEGAL, LEADER]),
        (Measures(stop_business=True), [SECTION, LEGAL, LEADER]),
        (Measures(licence=LicenceKind.TRADE), [SECTION, LEGAL, LEADER]),
        (Measures(major="社会影响大"), [SECTION, LEGAL, LEADER]),
        (Measures(major="  "), [SECTION]),
        (Measures(PenaltyOutcome.JUSTICE), [SECTION, LEGAL, LEADER]),
        (Measures(PenaltyOutcome.DISMISSED), [SECTION]),
        (EXEMPT, [SECTION]),
        (replace(EXEMPT, goods_value=Decimal("3000.01")), [SECTION, LEADER]),
        (replace(EXEMPT, excuse=PenaltyExcuse.OTHER), [SECTION, LEADER]),
        (Measures(None), [SECTION]),  # nothing proposed yet
    ],
)
def test_levels_of_a_penalty(measures: Measures, needed: list[ApprovalLevel]) -> None:
    assert list(levels(of_penalty(measures, LIMITS))) == needed


def test_whatever_needs_legal_review_also_needs_the_leader() -> None:
    for measures in (Measures(stop_business=True), Measures(PenaltyOutcome.JUSTICE), Measures(fine=Decimal(10**6))):
        found = levels(of_penalty(measures, replace(LIMITS, leader_amount=Decimal(10**12))))
        assert (LEGAL in found) == (LEADER in found)


@pytest.mark.parametrize(
    ("recorded", "transferred", "needed"),
    [
        (Recorded(penalty_kind=PenaltyKind.PUNISHED), False, [SECTION]),
        (Recorded("产品控制：已售完"), False, [SECTION, LEADER]),
        (Recorded(" \n"), False, [SECTION]),
        (Recorded(penalty_kind=PenaltyKind.EXEMPT), False, [SECTION, LEADER]),
        (Recorded(penalty_kind=PenaltyKind.NOT_FILED), False, [SECTION, LEADER]),
        (Recorded(), True, [SECTION, LEADER]),
    ],
)
def test_levels_of_a_case(recorded: Recorded, transferred: bool, needed: list[ApprovalLevel]) -> None:
    assert list(levels(of_case(recorded, LIMITS, transferred=transferred))) == needed
    nothing = replace(LIMITS, case_leader_for=frozenset())
    assert levels(of_case(recorded, nothing, transferred=transferred)) == (SECTION,)


def test_what_is_missing_is_said_with_its_reasons() -> None:
    needs = of_penalty(Measures(stop_business=True, fine=Decimal(200000)), LIMITS)
    assert missing(needs, [SECTION, LEGAL, LEADER]) == ()
    left = missing(needs, [SECTION])
    assert [need.level for need in left] == [LEGAL, LEGAL, LEADER, LEADER]
    told = sentence(left)
    assert told.startswith("法制审核（责令停产停业；罚款达到 100000 元）、局领导（")
    assert sentence([Need(SECTION, "甲")]) == "部门负责人（甲）"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("", set()),
        ("免除要件,不予处罚,移送", {CaseOccasion.EXEMPTED, CaseOccasion.NOT_PUNISHED, CaseOccasion.TRANSFERRED}),
        ("免除要件、 不予立案，", {CaseOccasion.EXEMPTED, CaseOccasion.NOT_FILED}),
    ],
)
def test_the_setting_is_read_with_any_comma(written: str, found: set[CaseOccasion]) -> None:
    assert occasions(written) == found


def test_an_unknown_word_in_the_setting_is_refused() -> None:
    with pytest.raises(UnknownOccasion, match="免除要求"):
        occasions("免除要求")
