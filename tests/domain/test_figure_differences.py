"""Which reason a version of a batch has for coming after the one before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from app.domain.figure_differences import Reason, moved, reasons, standing
from app.domain.samples import Domain, Level, Link, Monitoring, Purpose, Supervision

THEN = date(2026, 11, 10)


@dataclass(frozen=True)
class Version:
    basis: str = "更正"
    supervision: Supervision = Supervision.FAIL
    monitoring: Monitoring = Monitoring.NONE
    purpose: Purpose = Purpose.SUPERVISION
    domain: Domain = Domain.FOOD
    category_id: int | None = 1
    region_id: int | None = 2
    org_id: int = 3
    link: Link | None = None
    organiser_level: Level | None = None
    reported_on: date = date(2026, 11, 5)
    has_residue: bool = False
    counts_for_producer: bool = True
    voided: bool = False


OLD = Version(basis="初检")
PASSED = replace(OLD, supervision=Supervision.PASS)


@pytest.mark.parametrize(
    ("old", "new", "amended", "expected"),
    [
        (None, OLD, False, [Reason.LATE]),  # dated before the earlier moment: it should have been counted then
        (None, replace(OLD, reported_on=THEN), False, [Reason.LATE]),
        (None, replace(OLD, reported_on=date(2026, 11, 11)), False, [Reason.NEW]),
        (OLD, replace(PASSED, basis="复检"), False, [Reason.RETEST]),
        (OLD, replace(PASSED, basis="异议"), False, [Reason.OBJECTION]),
        (OLD, replace(PASSED, basis="判定复核"), False, [Reason.DECIDED]),
        (OLD, replace(PASSED, basis="更正"), True, [Reason.REPORT]),  # with another version of the report
        (OLD, replace(PASSED, basis="更正"), False, [Reason.SHEET]),  # of the sheet alone
        (OLD, replace(OLD, basis="更正", reported_on=date(2026, 11, 6)), True, [Reason.REPORT]),  # the same month
        (OLD, replace(OLD, basis="更正", reported_on=date(2026, 12, 1)), True, [Reason.REPORT, Reason.PERIOD]),
        (OLD, replace(OLD, basis="更正", category_id=9), False, [Reason.SHEET, Reason.CATEGORY]),
        (OLD, replace(OLD, basis="更正", domain=Domain.DRUG, category_id=9), False, [Reason.SHEET, Reason.CATEGORY]),
        (OLD, replace(OLD, basis="更正", region_id=9, org_id=9), False, [Reason.SHEET, Reason.AREA, Reason.OFFICE]),
        (OLD, replace(OLD, basis="作废", voided=True), False, [Reason.VOIDED]),
        (OLD, replace(OLD, basis="撤销导入", voided=True), False, [Reason.UNDONE]),
        (OLD, replace(PASSED, basis="撤销导入"), False, [Reason.UNDONE]),
        (replace(OLD, voided=True), replace(OLD, basis="恢复"), False, [Reason.REVIVED]),
        (replace(OLD, voided=True), replace(OLD, basis="更正"), True, [Reason.REVIVED]),  # imported again
    ],
)
def test_reasons(old: Version | None, new: Version, amended: bool, expected: list[Reason]) -> None:
    assert list(reasons(old, new, THEN, report_amended=amended)) == expected


def test_what_a_batch_was_in_words() -> None:
    assert standing(None) == "尚未登记报告"
    assert standing(OLD) == "监督：不合格，报告日期 2026-11-05"
    assert standing(replace(OLD, monitoring=Monitoring.PROBLEM)) == "监督：不合格，监测：问题，报告日期 2026-11-05"
    assert standing(replace(OLD, voided=True)) == "已作废"
    assert moved(OLD, replace(OLD, link=Link.PRODUCTION, has_residue=True)) == ["link", "has_residue"]
