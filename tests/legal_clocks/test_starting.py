"""Clocks as other records start and stop them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app import history
from app.db import session, transaction
from app.disposal.models import DisposalCase
from app.errors import NotLikeThis
from app.legal_clocks import operations as legal
from app.legal_clocks.models import LegalClock
from tests.disposal.conftest import act, again, batch, case, open_cases  # noqa: F401


def steps(clock: LegalClock) -> list[str]:
    return [entry.step for entry in history.entries_of("legal_clock", clock.id)]


def of(case: DisposalCase) -> dict[str, LegalClock]:  # noqa: F811
    return {
        row.code: row for row in session().scalars(sa.select(LegalClock).where(LegalClock.case_id == case.id).order_by(LegalClock.id))
    }


def test_a_duty_starts_stops_moves_and_goes(office: Any, case: DisposalCase) -> None:  # noqa: F811
    """N1: 申请复检 within 7 working days of delivery; 国庆 8 days left out, 10-11 counted."""
    actor = office.actor("county:办案人")
    with transaction():
        clock = legal.start(case, "RETEST_APPLY", date(2025, 9, 30), actor, case_id=case.id, event="收到检验结论通知书")
    assert clock.due_on == date(2025, 10, 16) and clock.article.startswith("《食品安全抽样检验管理办法》第30条")
    assert clock.why.startswith("09-30 收到检验结论通知书，国庆节、中秋节 8 天不计，10-11 调休计入 → 10-16")
    assert clock.rule_id is not None and not clock.provisional and clock.duty_of == "食品生产经营者"
    with transaction():  # the second call changes nothing
        legal.start(case, "RETEST_APPLY", date(2025, 9, 30), actor, event="收到检验结论通知书")
        legal.restart(case, "RETEST_APPLY", date(2025, 9, 30), actor, "没有变化")
    assert steps(clock) == ["start_clock"]
    with transaction():
        legal.restart(case, "RETEST_APPLY", date(2025, 10, 9), actor, "送达回证日期有误")
    assert (clock.due_on, clock.started_on) == (date(2025, 10, 17), date(2025, 10, 9))
    entry = history.entries_of("legal_clock", clock.id)[-1]
    assert entry.comment == "送达回证日期有误" and "2025-10-17" in (entry.changes or "")
    with transaction():
        legal.stop(case, "RETEST_APPLY", date(2025, 10, 13), "已提出复检申请", actor)
        legal.stop(case, "RETEST_APPLY", date(2025, 10, 15), "再次", actor)
        legal.cancel(case, actor, "RETEST_APPLY")  # done is done
    assert (clock.done_on, clock.done_note, clock.cancelled_at) == (date(2025, 10, 13), "已提出复检申请", None)
    with transaction():
        legal.start(case, "RETEST_APPLY", date(2025, 10, 20), actor)  # served again
        assert legal.cancel(case, actor, "RETEST_APPLY", "文书作废") == 1
    assert clock.done_on is None and clock.cancelled_at is not None
    assert steps(clock) == ["start_clock", "start_clock", "stop_clock", "start_clock", "cancel_clock"]


def test_what_a_party_let_pass_is_nobodys_delay(office: Any, sign_in: Any, case: DisposalCase) -> None:  # noqa: F811
    actor = office.actor("county:办案人")
    with transaction():
        legal.start(case, "RETEST_APPLY", date(2026, 10, 20), actor, case_id=case.id, event="收到检验结论通知书")
        legal.start(case, "RETEST_ORG", date(2026, 10, 20), actor, case_id=case.id)  # the office's own
    client = sign_in(office.people["county:审核人"])
    rows = {
        state: client.get(f"/clocks/?state={state}").text.partition("<tbody")[2].partition("</tbody>")[0]
        for state in ("running", "overdue", "lapsed")
    }
    assert "申请复检" in rows["lapsed"] and "期限已满，没有提出" in rows["lapsed"] and "light-red" not in rows["lapsed"]
    assert "申请复检" not in rows["overdue"] and "申请复检" not in rows["running"]
    assert "确定复检机构" in rows["overdue"] and "确定复检机构" in rows["running"]


def test_hours_run_from_the_minute_and_count_holidays(office: Any, case: DisposalCase) -> None:  # noqa: F811
    actor = office.actor("county:办案人")
    with transaction():  # 16:30 in Shanghai
        clock = legal.start(case, "URGENT", datetime(2025, 9, 30, 8, 30), actor)
    assert (clock.due_on, clock.due_at) == (date(2025, 10, 1), datetime(2025, 10, 1, 8, 30))
    assert "10-01 16:30" in clock.why
    with transaction():
        assert legal.recount(actor, [clock]) == []


def test_no_rule_no_clock(office: Any, case: DisposalCase) -> None:  # noqa: F811
    actor = office.actor("county:办案人")
    for code, day in (("NONE", date(2026, 1, 5)), ("OBJ_OTHER_APPLY", date(2015, 1, 5))):
        with pytest.raises(NotLikeThis), transaction():
            legal.start(case, code, day, actor)
    assert "NONE" not in of(case) and "OBJ_OTHER_APPLY" not in of(case)


def test_the_clocks_of_a_case_follow_its_record(case: DisposalCase, act: Any) -> None:  # noqa: F811
    """D7: 启动、控制、完成 with their reasons; the due dates in the list are the clocks' own."""
    found = of(case)
    assert set(found) == {"DISP_START", "DISP_CONTROL", "DISP_DONE", "CASE_FILE", "SERVE"}
    assert (case.start_due_on, case.due_on) == (found["DISP_START"].due_on, found["DISP_DONE"].due_on)
    assert found["DISP_DONE"].why == case.due_why and found["DISP_DONE"].provisional == case.due_provisional
    assert found["DISP_START"].done_on is None and case.number in found["DISP_START"].subject_name
    act("county:办案人", case, "claim")
    act("county:办案人", case, "record", started_on="2026-11-20", control_on="2026-11-20", control="封存")
    found = of(again(case))
    assert (found["DISP_START"].done_on, found["DISP_CONTROL"].done_on) == (date(2026, 11, 20), date(2026, 11, 20))
    act("county:办案人", case, "record", started_on="2026-11-20", received_on="2026-11-19", control_on="", control="", reason="签收单")
    found = of(again(case))
    assert case.received_on == found["DISP_DONE"].started_on == date(2026, 11, 19)
    assert case.due_on == found["DISP_DONE"].due_on and case.start_due_on == found["DISP_START"].due_on
    assert found["DISP_CONTROL"].done_on is None  # what was taken back runs again
    assert history.entries_of("legal_clock", found["DISP_DONE"].id)[-1].comment == "签收单"


def test_a_case_that_goes_takes_its_clocks_along(case: DisposalCase, office: Any) -> None:  # noqa: F811
    from app.disposal.operations import cancel_for_samples

    with transaction():
        cancel_for_samples([case.sample_id], office.actor("county:统计员"), "误判")
    assert all(clock.cancelled_at for clock in of(case).values())
