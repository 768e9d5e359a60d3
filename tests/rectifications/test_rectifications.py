"""责令改正 by page and by command, from the inspection to its re-check, its paper and its list."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document

from app import clock, history
from app.db import session, transaction
from app.domain.supervision_kinds import InspectionNature
from app.domain.supervision_states import RectificationState
from app.inspections import finishing
from app.inspections.models import Inspection
from app.rectifications.models import RectificationOrder
from tests.downloads.taking import taken_out, values_of
from tests.flows.supervision.rectifications import failing_inspection
from tests.inspections.material import planned, recorded
from tests.queries import counting

HANDLER, REVIEWER = "county:办案人", "county:审核人"
ORDERED = {
    "term": "term", "ordered_on": "2026-11-20", "due_on": "2026-11-30", "requirement": "补建进货查验记录。", "basis": "《食品安全法》",
    "key": "k1",
}  # fmt: skip


@pytest.fixture
def people(sign_in: Any, office: Any) -> Callable[[str], Any]:
    clients: dict[str, Any] = {}
    return lambda name: clients.setdefault(name, sign_in(office.people[name]))


@pytest.fixture
def inspection(office: Any) -> Inspection:
    with transaction():
        return failing_inspection(office)  # type: ignore[no-any-return]


@pytest.fixture
def order(inspection: Inspection, people: Any) -> RectificationOrder:
    assert people(HANDLER).post(f"/rectifications/inspections/{inspection.id}/new", data=ORDERED).status_code == 303
    return reread()


def reread() -> RectificationOrder:
    session().expire_all()
    return session().scalars(sa.select(RectificationOrder)).one()


def test_ordered_once_with_what_the_findings_suggest(inspection: Inspection, people: Any) -> None:
    at, handler = f"/rectifications/inspections/{inspection.id}/new", people(HANDLER)
    assert "1．1.1" in handler.get(at).text  # the item that was not met
    for typed, sentence in (
        ({"due_on": ""}, "请填写改正期限"), ({"due_on": "2026-11-19"}, "不能早于责令日期"), ({"ordered_on": "2026-11-21"}, "责令日期应在"),
        ({"requirement": " "}, "请填写改正要求"), ({"term": "at_once"}, "改正期限为责令当日"), ({"due_on": "30.11."}, "不是有效日期"),
    ):  # fmt: skip
        refused = handler.post(at, data=ORDERED | typed)
        assert refused.status_code == 422
        assert sentence in refused.text
    assert people("county:审核人").post(at, data=ORDERED).status_code == 403
    assert people("other:办案人").post(at, data=ORDERED).status_code == 404
    for _ in range(2):  # the second click leads to the same order
        assert handler.post(at, data=ORDERED).status_code == 303
    made = reread()
    assert (made.number, made.state, made.due_on) == ("津蓟市监责改〔2026〕1号", RectificationState.ORDERED, date(2026, 11, 30))
    second = handler.post(at, data=ORDERED | {"key": "k2"})
    assert second.status_code == 409
    assert "已有责令改正通知书" in second.text


def test_nothing_to_put_right_is_no_order(office: Any, people: Any) -> None:
    lead, second = office.actor("county:抽样员"), office.actor(HANDLER)
    with transaction():
        clean = recorded(planned(office).id, lead, second)
        finishing.finish(clean, lead, clock.now())
    refused = people(HANDLER).post(f"/rectifications/inspections/{clean.id}/new", data=ORDERED)
    assert refused.status_code == 409
    assert "没有不符合项目" in refused.text


def test_failed_rechecked_ordered_again_and_passed(order: RectificationOrder, people: Any) -> None:
    handler, at = people(HANDLER), f"/rectifications/{order.id}"
    fail = {"version": order.version, "rechecked_on": "2026-11-20", "comment": "仍未建立记录。"}
    assert handler.post(f"{at}/fail", data=fail | {"rechecked_on": "2026-11-19"}).status_code == 422
    assert handler.post(f"{at}/fail", data=fail).status_code == 303
    again = {
        "version": reread().version, "term": "term", "ordered_on": "2026-11-20", "due_on": "2026-12-05", "requirement": "补建记录。",
        "reason": "仍未改正",
    }  # fmt: skip
    assert handler.post(f"{at}/again", data=again | {"due_on": "2026-11-01"}).status_code == 422
    assert handler.post(f"{at}/again", data=again).status_code == 303
    found = reread()
    assert (found.rounds, found.due_on, found.rechecked_on, found.recheck) == (2, date(2026, 12, 5), None, None)
    assert handler.post(f"{at}/pass", data=fail | {"version": found.version, "comment": "已改正。"}).status_code == 303
    assert [one.step for one in history.entries_of("rectification_order", order.id)] == ["order", "fail", "order_again", "pass"]


def test_a_look_back_is_an_inspection_of_its_own(order: RectificationOrder, people: Any, office: Any) -> None:
    data = {"version": order.version, "planned_on": "2026-11-28", "lead": office.people[HANDLER].id, "second": "", "key": "r1"}
    assert people(HANDLER).post(f"/rectifications/{order.id}/recheck", data=data).status_code == 303
    found = reread()
    made = session().get_one(Inspection, found.recheck_id)
    assert (made.nature, made.recheck_of_id, made.planned_on) == (InspectionNature.RECHECK, order.inspection_id, date(2026, 11, 28))
    again = people(HANDLER).post(f"/rectifications/{order.id}/recheck", data=data | {"version": found.version, "key": "r2"})
    assert again.status_code == 409
    assert "回头看" in people(HANDLER).get(f"/rectifications/{order.id}").text


def test_extended_by_the_reviewer_and_seen_when_late(order: RectificationOrder, people: Any, app: Any) -> None:
    reviewer, data = people(REVIEWER), {"version": order.version, "extended_to": "2026-11-30", "reason": "设备到货较晚"}
    assert reviewer.post(f"/rectifications/{order.id}/extend", data=data).status_code == 422
    assert reviewer.post(f"/rectifications/{order.id}/extend", data=data | {"extended_to": "2026-12-10"}).status_code == 303
    for term, late in ((date(2026, 11, 20), False), (date(2026, 11, 19), True)):  # due today is not late
        with transaction():
            moved = {"ordered_on": date(2026, 11, 1), "due_on": date(2026, 11, 5), "extended_to": term}
            session().execute(sa.update(RectificationOrder).values(**moved))
        with counting(app) as asked:
            page = reviewer.get("/rectifications/?due=overdue")
        assert (order.number in page.text) is late
        assert asked.count <= 20, asked
    assert "逾期 1 天" in reviewer.get(f"/rectifications/{order.id}").text


def test_an_inspection_that_is_voided_takes_its_order_along(order: RectificationOrder, office: Any, people: Any) -> None:
    inspection = session().get_one(Inspection, order.inspection_id)
    data = {"version": inspection.version, "reason": "检查对象有误"}
    assert people(REVIEWER).post(f"/inspections/{inspection.id}/void", data=data).status_code == 303
    assert reread().state is RectificationState.VOIDED


def test_the_notice_on_paper_the_workbook_and_the_pages_of_others(order: RectificationOrder, people: Any) -> None:
    handler = people(HANDLER)
    paper = Document(io.BytesIO(handler.post(f"/rectifications/{order.id}/notice").data))
    text = "\n".join(one.text for one in paper.paragraphs)
    for part in ("津蓟市监责改〔2026〕1号", "好又多超市", "补建进货查验记录。", "2026年11月30日", "《食品安全法》"):
        assert part in text
    assert [one.step for one in history.entries_of("rectification_order", order.id)] == ["order", "print"]
    assert [row["文号"] for row in values_of(taken_out(handler, "rectifications"))] == [order.number]
    assert order.number in handler.get(f"/inspections/{order.inspection_id}").text
    assert people("other:办案人").get(f"/rectifications/{order.id}").status_code == 404
    assert people("lab:承检机构").get("/rectifications/").status_code == 403


def test_by_command(inspection: Inspection, app: Any, tmp_path: Any) -> None:
    def run(who: str, *arguments: str) -> Any:
        result = app.test_cli_runner().invoke(args=["rectifications", *arguments, "--json", "--as", who])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    number = run("county-handler", "order", inspection.number, "--due", "2026-11-30")["number"]
    assert run("county-reviewer", "extend", number, "--to", "2026-12-10", "--reason", "设备到货较晚")["due_on"] == "2026-12-10"
    assert run("county-handler", "report", number, "--text", "已整改")["state"] == "待复查"
    assert run("county-handler", "recheck", number, "--result", "不合格", "--text", "仍有缺项")["state"] == "复查不合格"
    assert run("county-handler", "link", number, "--filing-no", "津蓟市监立〔2026〕9号")["filing_no"]
    assert run("county-handler", "again", number, "--due", "2026-12-05", "--reason", "仍未改正")["rounds"] == 2
    assert [one["state"] for one in run("county-handler", "list")] == ["整改中"]
    run("county-handler", "notice", number, "--output", str(tmp_path / "notice.docx"))
    assert run("county-reviewer", "void", number, "--reason", "写错")["state"] == "已作废"
