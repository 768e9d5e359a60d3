"""送达检验结果: each case that serves its party has the clock, from the receipt of the conclusion to the delivery of the notice."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from app import history
from app.db import session, transaction
from app.disposal import operations
from app.disposal.models import DisposalCase
from app.domain.disposal import CaseMode
from app.legal_clocks.models import LegalClock
from tests.disposal.conftest import again

HANDLER = "county:办案人"
DIRECT = {
    "way": "直接送达", "sent_on": "2026-11-20", "delivered_on": "2026-11-20", "servers": "张三、李四", "place": "街", "receiver": "赵六",
}  # fmt: skip


def served(case: DisposalCase) -> LegalClock:
    session().expire_all()
    return session().scalars(sa.select(LegalClock).where(LegalClock.case_id == case.id, LegalClock.code == "SERVE")).one()


def deliver(client: Any, case: DisposalCase) -> None:
    client.post(f"/documents/cases/{case.id}/notices")
    client.post("/documents/1/issue", data={"issued_on": "2026-11-20", "version": 1})
    assert client.post("/documents/1/deliver", data=DIRECT | {"version": 2, "relation": "法定代表人"}).status_code == 303


def test_the_clock_starts_with_the_case_and_stops_with_the_delivery(case: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    clock = served(case)
    assert (clock.started_on, clock.due_on, clock.done_on) == (case.received_on, date(2026, 11, 27), None)
    client = sign_in(office.people[HANDLER])
    page = client.get(f"/disposal/{case.id}").text
    assert "送达检验结果" in page and "2026-11-27" in page
    assert "送达检验结果" in client.get("/clocks/").text
    deliver(client, case)
    clock = served(case)
    assert clock.done_on == again(case).served_on == date(2026, 11, 20) and "检验结果通知书" in (clock.done_note or "")
    act(HANDLER, case, "claim")
    act(HANDLER, case, "record", remark="其他登记不改变送达")
    assert served(case).done_on == date(2026, 11, 20)
    steps = [entry.step for entry in history.entries_of("legal_clock", clock.id)]
    assert steps == ["start_clock", "stop_clock"]  # started once, stopped once


def test_a_voided_notice_lets_it_run_again(case: DisposalCase, sign_in: Any, office: Any) -> None:
    deliver(sign_in(office.people[HANDLER]), case)
    reviewer = sign_in(office.people["county:审核人"])
    assert reviewer.post("/documents/1/void", data={"reason": "送错了人", "version": 3}).status_code == 303
    assert served(case).done_on is None and again(case).served_on is None


def test_what_the_handler_records_by_hand_counts_as_well(case: DisposalCase, act: Any) -> None:
    act(HANDLER, case, "claim")
    act(HANDLER, case, "record", served_on="2026-11-20")
    assert served(case).done_on == date(2026, 11, 20)
    act(HANDLER, case, "record", served_on="")
    assert served(case).done_on is None


def test_a_case_that_only_notifies_serves_nobody(batch: Any, open_cases: Any) -> None:
    cases = open_cases(batch(producer_name="外省食品厂"))
    modes = {case.mode: session().scalar(
        sa.select(sa.func.count()).where(LegalClock.case_id == case.id, LegalClock.code == "SERVE")
    ) for case in cases}  # fmt: skip
    assert modes == {CaseMode.DISPOSE: 1, CaseMode.NOTIFY: 0}


def test_an_older_case_gets_it_at_the_next_recount(case: DisposalCase, office: Any) -> None:
    with transaction():
        session().execute(sa.delete(LegalClock).where(LegalClock.code == "SERVE"))
    for _ in range(2):  # a second recount adds nothing
        with transaction():
            operations.recount(office.actor("county:统计员"))
        assert served(case).due_on == date(2026, 11, 27)
    assert operations.complete_clocks(office.actor("county:统计员")) == []


def test_a_cancelled_case_ends_it(case: DisposalCase, office: Any) -> None:
    with transaction():
        operations.cancel_for_samples([case.sample_id], office.actor("county:统计员"), "误判")
    assert served(case).cancelled_at is not None
