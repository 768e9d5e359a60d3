"""The supervisor's morning: what waits for his decision, what is late or nearly so, in how many statements, and as a digest."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from app import clock
from app.accounts import sessions
from app.db import session, transaction
from app.delegations import operations as delegations
from app.disposal.models import CaseUrging, DisposalCase
from app.domain.case_kinds import ClockChangeKind, UrgingLevel
from app.domain.workflow import CaseState, ClockChangeState
from app.legal_clocks.models import ClockChange, LegalClock
from app.pages import morning, queries
from app.reference_data.books import calendar
from tests.disposal.conftest import batch, case, open_cases
from tests.queries import counting

__all__ = ["batch", "case", "open_cases", "sessions"]
TODAY = date(2026, 11, 20)  # a Friday; three working days ahead is the Wednesday


def text(response: Any) -> str:
    return response.get_data(as_text=True)


@pytest.fixture
def several(batch: Any, open_cases: Any) -> Callable[[int], list[DisposalCase]]:
    return lambda number: open_cases(*(batch(f"XC26120119{ordinal:09d}") for ordinal in range(1, number + 1)))


def move(found: DisposalCase, **values: Any) -> None:
    with transaction():
        for name, value in values.items():
            setattr(found, name, value)


def waiting_for(office: Any, who: str) -> dict[str, str]:
    return {card.title: card.count for card in queries.cards(office.actor(who), TODAY, clock.now())}


def test_late_and_nearly_late_come_first_with_their_days(several: Any, office: Any, sign_in: Any):
    late, soon, far = several(3)
    for found, due_on in ((late, TODAY - timedelta(days=7)), (soon, date(2026, 11, 25)), (far, date(2026, 11, 26))):
        move(found, due_on=due_on)
    found = morning.coming_due(office.actor("county:审核人"), TODAY, calendar())
    cases = [(row.name, row.left) for row in found.rows if row.kind == "disposal_case"]
    assert cases == [(late.number, -5), (soon.number, 3)]
    page = text(sign_in(office.people["county:审核人"]).get("/"))
    panel = page.split("已超期和三个工作日内到期")[1]
    assert "已超 5 个工作日" in panel and "剩余 3 个工作日" in panel
    assert f'/disposal/{far.id}"' not in panel


def test_only_supervisors_and_only_of_their_reach(several: Any, office: Any, sign_in: Any):
    (late,) = several(1)
    move(late, due_on=TODAY - timedelta(days=7))
    for who in ("county:办案人", "county:统计员", "county:抽样员"):
        assert "三个工作日内到期" not in text(sign_in(office.people[who]).get("/"))
    assert late.number in text(sign_in(office.people["city:审核人"]).get("/"))
    assert late.number not in text(sign_in(office.people["other:审核人"]).get("/"))


def test_what_ones_own_hands_have_touched_waits_for_somebody_else(several: Any, office: Any):
    own, before, free = several(3)
    handler, reviewer = office.people["county:办案人"].id, office.people["county:审核人"].id
    for found, hands in ((own, f"/{handler}/"), (before, f"/{reviewer}/{handler}/"), (free, f"/{handler}/")):
        move(found, state=CaseState.AWAITING, handler_id=handler, submitted_by_id=handler, hands=hands)
    move(own, submitted_by_id=reviewer)
    assert waiting_for(office, "county:审核人")["待审核案件"] == "1"
    assert waiting_for(office, "county:另一审核人")["待审核案件"] == "3"


def test_a_stand_in_finds_the_work_of_the_principal(several: Any, office: Any, sign_in: Any):
    theirs, principals = several(2)
    handler, reviewer = office.people["county:办案人"].id, office.people["county:审核人"].id
    for found in (theirs, principals):
        move(found, state=CaseState.AWAITING, handler_id=handler, submitted_by_id=handler, hands=f"/{handler}/")
    move(principals, hands=f"/{reviewer}/{handler}/")
    assert "待审核案件" not in waiting_for(office, "county:统计员")
    with transaction():
        wish = delegations.Wish(office.people["county:统计员"].id, TODAY, TODAY, "培训")
        delegations.grant(wish, office.actor("county:审核人"), clock.now())
    assert waiting_for(office, "county:统计员")["待审核案件"] == "1"
    page = text(sign_in(office.people["county:统计员"]).get("/"))
    assert "您受蓟州审核人委托审批，至 2026-11-20" in page and theirs.number in page
    assert "您已委托蓟州统计员审批" in text(sign_in(office.people["county:审核人"]).get("/"))


def test_leading_cases_wait_for_another_leader(several: Any, office: Any):
    (found,) = several(1)
    handler, leader = office.people["county:办案人"].id, office.people["county:局领导"].id
    move(found, state=CaseState.LEADING, handler_id=handler, submitted_by_id=handler, forwarded_by_id=office.people["county:审核人"].id)
    assert waiting_for(office, "county:局领导")["待局领导审批的案件"] == "1"
    move(found, forwarded_for_id=leader)
    assert "待局领导审批的案件" not in waiting_for(office, "county:局领导")
    assert waiting_for(office, "city:局领导")["待局领导审批的案件"] == "1"


def test_urged_cases_stand_on_both_desks(several: Any, office: Any):
    (found,) = several(1)
    move(found, state=CaseState.HANDLING, handler_id=office.people["county:办案人"].id)
    with transaction():
        session().add(
            CaseUrging(org_id=found.org_id, case_id=found.id, level=UrgingLevel.REMIND, reason="请抓紧", due_on=TODAY, urged_at=clock.now())
        )
    assert waiting_for(office, "county:办案人")["被督促、待回复的案件"] == "1"
    assert "督促到期未回复" not in waiting_for(office, "county:审核人")  # today still counts
    with transaction():
        session().query(CaseUrging).one().due_on = TODAY - timedelta(days=1)
    assert waiting_for(office, "county:审核人")["督促到期未回复"] == "1"
    assert "被督促、待回复的案件" not in waiting_for(office, "county:另一办案人")


def test_changes_asked_for_stand_on_the_page_with_their_clock(several: Any, office: Any, sign_in: Any):
    several(1)
    with transaction():
        row = session().query(LegalClock).filter(LegalClock.code == "DISP_DONE").one()
        session().add(
            ClockChange(
                org_id=row.org_id, clock_id=row.id, kind=ClockChangeKind.EXTENSION, amount=10, document_no="延〔2026〕1号",
                reason="等待检验结论", state=ClockChangeState.ASKED, asked_by_id=office.people["county:办案人"].id, asked_at=clock.now(),
            )
        )
    assert waiting_for(office, "county:审核人")["待审批的期限变更"] == "1"
    assert "等待检验结论" in text(sign_in(office.people["county:审核人"]).get("/"))
    assert "等待检验结论" not in text(sign_in(office.people["county:办案人"]).get("/"))


@pytest.mark.parametrize("who", ["county:审核人", "county:局领导", "county:法制审核员"])
def test_the_page_asks_no_more_for_many_than_for_few(several: Any, office: Any, sign_in: Any, app: Any, who: str):
    client = sign_in(office.people[who])
    client.get("/")
    with counting(app) as few:
        client.get("/")
    for found in several(12):
        move(found, due_on=TODAY - timedelta(days=1))
    with counting(app) as many:
        client.get("/")
    assert many.count <= few.count + 1, many  # the working calendar is read where there is a day to count
    assert many.count <= 16, many  # everything that waits is counted in one


def test_the_digest_says_the_same_as_the_page(several: Any, office: Any, app: Any):
    (late,) = several(1)
    move(late, due_on=TODAY - timedelta(days=7), state=CaseState.AWAITING, handler_id=office.people["county:办案人"].id)
    run = app.test_cli_runner().invoke
    told = run(args=["digest", "--as", "county-reviewer"])
    assert told.exit_code == 0, told.output
    for line in ("蓟州审核人　2026-11-20 提要", "待审核案件：1，其中超期 1", "已超期和三个工作日内到期", late.number):
        assert line in told.output
    data = json.loads(run(args=["digest", "--as", "county-reviewer", "--json"]).stdout)
    assert {"title": "待审核案件", "count": "1", "overdue": 1} in data["waiting"]
    assert data["due"][0] == {
        "duty": "完成核查处置", "name": late.number, "due_on": "2026-11-13", "remaining": -5, "light": "超期",
    }  # fmt: skip


def test_the_digest_is_somebodys_and_silent_when_there_is_nothing(office: Any, app: Any):
    run = app.test_cli_runner().invoke
    assert run(args=["digest"]).exit_code == 1
    quiet = run(args=["digest", "--as", "other-reviewer"])
    assert (quiet.exit_code, quiet.output) == (0, "")
    assert "没有待办事项" in run(args=["digest", "--as", "other-reviewer", "--nothing"]).output
