"""监督检查: the suggested result, what is still missing, dates in order (市场监管总局令第49号)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from app.domain.inspections import (
    Finding,
    InspectionRecord,
    Signing,
    finish_fault,
    lacking,
    record_faults,
    suggested,
    tally,
)
from app.domain.supervision_kinds import CompanySignature, FindingAnswer, InspectionMeasure, InspectionResult

M, F, NA, NC = FindingAnswer.MEETS, FindingAnswer.FAILS, FindingAnswer.NOT_APPLICABLE, FindingAnswer.NOT_CHECKED
R, DAY = InspectionResult, date(2026, 11, 20)


def found(*answers: tuple[FindingAnswer | None, bool]) -> list[Finding]:
    return [Finding(f"1.{place}", key, answer, "情况" if answer is F else None) for place, (answer, key) in enumerate(answers, 1)]


@pytest.mark.parametrize(("answers", "most", "result"), [
    ([(M, True), (M, False)], 8, R.MEETS),
    ([(M, True), (NA, True), (NC, False)], 8, R.MEETS),  # what was not looked at is not held against anybody
    ([(M, True)] + [(F, False)] * 8, 8, R.MOSTLY_MEETS),  # exactly the threshold
    ([(M, True)] + [(F, False)] * 9, 8, R.FAILS),
    ([(F, True), (M, False)], 8, R.FAILS),  # one 重点项 is enough
    ([(F, False)], 0, R.FAILS),
    ([(F, False)], None, R.FAILS),  # no rule: no leniency
    ([(NA, True), (NC, True)], 8, None),
    ([(None, True), (None, False)], 8, None),
    ([], 8, None),
])  # fmt: skip
def test_suggested_result(answers, most, result):
    assert suggested(tally(found(*answers)), most) is result


WHOLE = InspectionRecord(
    inspected_on=DAY, result=R.MEETS, measure=InspectionMeasure.NONE, opinion="未发现问题", company_person="王五",
    company_signature=CompanySignature.SIGNED,
)  # fmt: skip
SIGNED = Signing(1, 2, True, True)
MET = found((M, True), (M, False))
POOR = found((F, True), (M, False))


@pytest.mark.parametrize(("changed", "findings", "signing", "missing"), [
    ({}, MET, SIGNED, set()),
    ({"inspected_on": None}, MET, SIGNED, {"inspected_on"}),
    ({"opinion": None}, MET, SIGNED, {"opinion"}),
    ({"measure": None}, MET, SIGNED, {"measure"}),
    ({"result": None}, MET, SIGNED, {"result"}),
    ({}, [*MET, Finding("1.3", False, None)], SIGNED, {"findings"}),  # an item without an answer
    ({"result": R.FAILS, "measure": InspectionMeasure.RECTIFY}, POOR, SIGNED, set()),
    ({"result": R.FAILS, "measure": InspectionMeasure.RECTIFY}, [replace(POOR[0], note=None), POOR[1]], SIGNED, {"findings"}),
    ({"result": R.FAILS, "measure": InspectionMeasure.ON_THE_SPOT}, POOR, SIGNED, {"measure"}),  # 不符合 needs 责令改正 or 立案
    ({"result": R.MOSTLY_MEETS}, found((M, True), (F, False)), SIGNED, {"measure"}),
    ({"result": R.MEETS}, POOR, SIGNED, {"result_reason"}),  # departs from what the findings say
    ({"result": R.MEETS, "result_reason": "当场核实为误记"}, POOR, SIGNED, set()),
    ({"company_person": None}, MET, SIGNED, {"company_person"}),
    ({"company_signature": None}, MET, SIGNED, {"company_signature"}),
    ({"company_signature": CompanySignature.REFUSED}, MET, SIGNED, {"witness"}),
    ({"company_signature": CompanySignature.REFUSED, "witness": "社区李六"}, MET, SIGNED, set()),
    ({}, MET, Signing(1, 2, True, False), {"signatures"}),
    ({}, MET, Signing(1, 1, True, True), {"second_id"}),
    ({}, MET, Signing(1, None, True, False), {"second_id"}),
    # 拒绝检查 and 无法联系 have no findings and no company to sign, but people and circumstances
    ({"result": R.OBSTRUCTED, "company_signature": None}, found((None, True)), SIGNED, set()),
    ({"result": R.NOT_FOUND, "opinion": None}, found((None, True)), SIGNED, {"opinion"}),
    ({"result": R.NOT_FOUND}, [], Signing(1, 2, False, False), {"signatures"}),
])  # fmt: skip
def test_what_is_missing_before_it_is_finished(changed, findings, signing, missing):
    assert set(lacking(replace(WHOLE, **changed), findings, 8, signing)) == missing


@pytest.mark.parametrize(("written", "days", "faulty"), [
    ({"inspected_on": date(2026, 11, 21)}, {}, {"inspected_on"}),
    ({"inspected_on": DAY, "to_at": datetime(2026, 11, 20, 3)}, {"to_at": DAY}, {"from_at"}),
    ({"from_at": datetime(2026, 11, 20, 3), "to_at": datetime(2026, 11, 20, 2)}, {}, {"to_at"}),
    ({"inspected_on": DAY, "from_at": datetime(2026, 11, 18, 3)}, {"from_at": date(2026, 11, 18)}, {"from_at"}),
    ({"inspected_on": DAY, "from_at": datetime(2026, 11, 20, 1), "to_at": datetime(2026, 11, 20, 2)}, {"from_at": DAY}, set()),
])  # fmt: skip
def test_dates_in_order(written, days, faulty):
    assert set(record_faults(InspectionRecord(**written), DAY, days)) == faulty


@pytest.mark.parametrize(("finished", "refused"), [(date(2026, 11, 19), True), (DAY, False), (date(2026, 11, 21), True)])
def test_the_result_is_formed_between_the_inspection_and_today(finished, refused):
    assert (finish_fault(DAY, finished, DAY) is not None) is refused
