"""责令改正: its pages, and one in any state."""

from __future__ import annotations

from datetime import date
from typing import Any

from app import clock
from app.domain.supervision_states import RectificationState, RectificationStep
from app.inspections import finishing
from app.rectifications import operations
from app.rectifications.models import RectificationOrder
from app.rectifications.operations import Written
from tests.flows.door import DAY, REASON, Door, said
from tests.inspections.material import POOR, planned, recorded

S, T = RectificationState, RectificationStep
AGAIN = said(term="term", ordered_on=DAY, due_on="2026-12-05", requirement="补建进货查验记录。", reason="仍未建立")
DOORS = {
    "rectification_order": {
        T.EXTEND: Door("/rectifications/{id}/extend", said(extended_to="2026-12-20", reason="设备到货较晚"), "reason"),
        T.REPORT: Door("/rectifications/{id}/report", said(reported_on=DAY, report="已建立进货查验记录。")),
        T.PASS: Door("/rectifications/{id}/pass", said(rechecked_on=DAY, comment="经复查已改正。")),
        T.FAIL: Door("/rectifications/{id}/fail", said(rechecked_on=DAY, comment="仍未改正。")),
        T.ORDER_AGAIN: Door("/rectifications/{id}/again", AGAIN, "reason"),
        T.LINK: Door("/rectifications/{id}/link", said(filing_no="津蓟市监立〔2026〕9号")),
        T.VOID: Door("/rectifications/{id}/void", REASON, "reason"),
    }
}
MADE_BY = {("rectification_order", T.ORDER): ("rectifications.new",)}
WRITTEN = Written("建立进货查验记录。", "《食品安全法》", False, date(2026, 11, 20), date(2026, 11, 30))


def failing_inspection(office: Any) -> Any:
    """A finished inspection with one item that was not met."""
    lead, second = office.actor("county:抽样员"), office.actor("county:办案人")
    found = recorded(planned(office).id, lead, second, record=POOR, failing=("1.1",))
    finishing.finish(found, lead, clock.now())
    return found


def order(office: Any, state: RectificationState) -> RectificationOrder:
    handler, at = office.actor("county:办案人"), clock.now()
    made = operations.order(failing_inspection(office), WRITTEN, handler, at)
    if state is S.VOIDED:
        operations.void(made, "写错", office.actor("county:审核人"))
    if state is S.REPORTED:
        operations.report(made, date(2026, 11, 20), "已改正。", handler, at)
    if state in (S.PASSED, S.FAILED):
        operations.settle(made, state is S.PASSED, date(2026, 11, 20), "已复查。", handler, at)
    return made


MAKE = {"rectification_order": order}
