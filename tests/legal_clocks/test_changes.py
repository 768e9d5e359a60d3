"""D8: 延长 and 中止 with their document and their approver, through the page and the command line."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from app import clock as time
from app import history
from app.db import session, transaction
from app.disposal.models import DisposalCase
from app.domain.case_kinds import ClockChangeKind
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.legal_clocks import changes, queries
from app.legal_clocks import operations as legal
from app.legal_clocks.changes import Request
from app.legal_clocks.models import ClockChange, LegalClock
from app.reference_data.books import calendar
from app.reference_data.models import CalendarYear, DeadlineRuleRow
from tests.disposal.conftest import act, again, awaiting_case, batch, case, closed_case, open_cases  # noqa: F401
from tests.downloads.taking import taken_out

MORE, STOP = ClockChangeKind.EXTENSION, ClockChangeKind.PAUSE


def done_clock(case: DisposalCase) -> LegalClock:  # noqa: F811
    return session().scalars(sa.select(LegalClock).where(LegalClock.case_id == case.id, LegalClock.code == "DISP_DONE")).one()


def test_an_extension_is_asked_by_one_and_approved_by_another(case: DisposalCase, office: Any, sign_in: Any) -> None:  # noqa: F811
    """90 days from 2026-11-20 end on 2027-02-18; 30 more end on Saturday 2027-03-20, so on Monday the 22nd."""
    handler, reviewer = sign_in(office.people["county:办案人"]), sign_in(office.people["county:审核人"])
    clock = done_clock(case)
    at, asked = f"/clocks/{clock.id}", {"kind": "延长", "amount": "30", "document_no": "蓟市监延〔2026〕3号", "reason": "涉案企业在外省"}
    assert handler.post(f"{at}/ask", data=asked | {"document_no": "", "version": clock.version}).status_code == 422
    assert reviewer.post(f"{at}/ask", data=asked | {"version": clock.version}).status_code == 403
    assert handler.post(f"{at}/ask", data=asked | {"version": clock.version}).status_code == 303
    again_asked = handler.post(f"{at}/ask", data=asked | {"version": clock.version})
    assert again_asked.status_code == 409 and "待审批" in again_asked.text and "涉案企业在外省" in again_asked.text
    change = session().scalars(sa.select(ClockChange)).one()
    step = f"/clocks/changes/{change.id}"
    assert handler.post(f"{step}/approve", data={"comment": "同意", "version": change.version}).status_code == 403
    assert reviewer.post(f"{step}/approve", data={"comment": "", "version": change.version}).status_code == 422
    assert reviewer.post(f"{step}/approve", data={"comment": "同意延长", "version": change.version}).status_code == 303
    assert reviewer.post(f"{step}/decline", data={"comment": "晚了", "version": change.version}).status_code == 409
    clock = done_clock(case)
    assert (clock.due_on, clock.extended, again(case).due_on) == (date(2027, 3, 22), 30, date(2027, 3, 22))
    assert (change.due_before, change.due_after) == (date(2027, 2, 18), date(2027, 3, 22))
    page = handler.get(at).text
    assert "蓟市监延〔2026〕3号" in page and "2027-03-22" in page and "延长 30 日（自然日）" in page and "期限待核" not in page
    for kind, subject in (("legal_clock", clock.id), ("disposal_case", case.id)):
        told = [entry for entry in history.entries_of(kind, subject) if entry.step == "change_approve"]
        assert len(told) == 1 and "同意延长" in (told[0].comment or "") and "2027-03-22" in (told[0].changes or "")
    counted = queries.monthly(office.actor("county:审核人"), date(2026, 1, 1))
    assert [(row.month, row.code, row.extended, row.paused) for row in counted] == [("2026-11", "DISP_DONE", 1, 0)]


def test_what_is_recorded_later_does_not_lose_the_extension(case: DisposalCase, office: Any, act: Any) -> None:  # noqa: F811
    asker, decider = office.actor("county:办案人"), office.actor("county:审核人")
    with transaction():
        change = changes.ask(done_clock(case), Request(MORE, "延1号", "理由", 30), asker, time.now())
    with transaction():
        changes.approve(change, decider, "同意", time.now())
    act("county:办案人", case, "claim")
    act("county:办案人", case, "record", started_on="2026-11-20", control_on="2026-11-20", control="封存")
    assert again(case).due_on == done_clock(case).due_on == date(2027, 3, 22)
    with transaction():
        changes.void(session().get_one(ClockChange, change.id), decider, "批错案件")
    assert again(case).due_on == date(2027, 2, 18)


def test_an_open_pause_stops_the_light_until_it_is_resumed(case: DisposalCase, office: Any, monkeypatch: Any) -> None:  # noqa: F811
    """Due 2027-02-18; 11-23 to 12-02 are ten days that do not count, so 02-28, a Sunday, so Monday 03-01."""
    asker, decider, clock = office.actor("county:办案人"), office.actor("county:审核人"), done_clock(case)
    with transaction():
        change = changes.ask(clock, Request(STOP, "中止1号", "等待鉴定", from_on=date(2026, 11, 23)), asker, time.now())
    with transaction():
        changes.approve(change, decider, "同意", time.now())
    assert clock.due_on == date(2027, 2, 18)
    days = calendar()
    stopped = queries.standing_of(clock, date(2026, 11, 23), date(2027, 6, 1), days)
    assert stopped.light is None and stopped.left == days.working_days_between(date(2026, 11, 22), date(2027, 2, 18))
    filters = queries.Filters(queries.PAUSED)
    assert [row.id for row in queries.clocks(asker, filters, date(2026, 12, 1), days)[0]] == [clock.id]
    late = queries.clocks(asker, queries.Filters(queries.OVERDUE), date(2027, 6, 1), days)[0]
    assert clock.id not in [row.id for row in late]
    monkeypatch.setenv("SHIAN_TODAY", "2026-12-03")
    with pytest.raises(NotLikeThis, match="恢复日期"), transaction():
        changes.resume(change, date(2026, 11, 23), asker, "鉴定已出", time.now())
    with transaction():
        changes.resume(session().get_one(ClockChange, change.id), date(2026, 12, 3), asker, "鉴定已出", time.now())
    assert change.to_on == date(2026, 12, 2) and done_clock(case).due_on == again(case).due_on == date(2027, 3, 1)
    assert "中止 2026-11-23 至 2026-12-02" in done_clock(case).why
    with pytest.raises(NotAllowedNow, match="只有未定结束日期"), transaction():
        changes.resume(change, date(2026, 12, 3), asker, "再次", time.now())


@pytest.mark.parametrize(("code", "started", "asked", "sentence"), [
    ("RETEST_APPLY", date(2026, 11, 18), Request(MORE, "1号", "理由", 1), "不得延长"),  # 办法 30: late is not accepted
    ("RETEST_APPLY", date(2026, 11, 18), Request(STOP, "1号", "理由", from_on=date(2026, 11, 20)), "不得中止"),
    ("SERVE", date(2026, 11, 18), Request(MORE, "1号", "理由", 1), "法规未规定延长"),  # 办法 29 gives none
    ("RETEST_ORG", date(2026, 11, 18), Request(MORE, "1号", "理由", 6), "最多延长 5 个工作日"),  # 办法 32
    ("RETEST_ORG", date(2026, 11, 18), Request(MORE, "1号", "理由", 0), "大于 0"),
    ("RETEST_ORG", date(2026, 11, 18), Request(MORE, " ", "理由", 1), "文号"),
    ("URGENT", date(2026, 11, 20), Request(MORE, "1号", "理由", 1), "按小时计算"),
    ("RETEST_ORG", date(2026, 11, 2), Request(MORE, "1号", "理由", 1), "已于 2026-11-09 届满"),
    ("CASE_DECIDE", date(2026, 11, 18), Request(STOP, "1号", "理由", from_on=date(2026, 11, 1)), "中止开始日应在"),
    ("CASE_DECIDE", date(2026, 11, 18), Request(STOP, "1号", "理由", from_on=date(2026, 11, 20), to_on=date(2026, 11, 19)), "早于"),
])  # fmt: skip
def test_what_the_law_does_not_allow(
    code: str, started: date, asked: Request, sentence: str, case: DisposalCase, office: Any  # noqa: F811
) -> None:
    actor = office.actor("county:办案人")
    with transaction():
        clock = legal.start(case, code, started, actor)
    with pytest.raises((NotAllowedNow, NotLikeThis), match=sentence), transaction():
        changes.ask(clock, asked, actor, time.now())
    assert session().scalar(sa.select(sa.func.count()).select_from(ClockChange)) == 0


def test_once_is_once_and_nobody_decides_for_himself(case: DisposalCase, office: Any) -> None:  # noqa: F811
    from dataclasses import replace

    asker, decider = office.actor("county:办案人"), office.actor("county:审核人")
    both = replace(asker, roles=asker.roles | decider.roles)
    with transaction():
        clock = legal.start(case, "RETEST_ORG", date(2026, 11, 18), asker)
        change = changes.ask(clock, Request(MORE, "1号", "理由", 2), both, time.now())
    with pytest.raises(NotAllowed), transaction():
        changes.approve(change, both, "同意", time.now())
    with transaction():
        changes.approve(session().get_one(ClockChange, change.id), decider, "同意", time.now())
    assert clock.due_on == date(2026, 11, 27)  # 7 working days from 11-18
    with pytest.raises(NotAllowedNow, match="只能延长一次"), transaction():
        changes.ask(clock, Request(MORE, "2号", "理由", 2), asker, time.now())
    with transaction():
        legal.stop(case, "RETEST_ORG", date(2026, 11, 20), None, asker)
    with pytest.raises(NotAllowedNow, match="已于 2026-11-20 办结"), transaction():
        changes.ask(clock, Request(STOP, "3号", "理由", from_on=date(2026, 11, 20)), asker, time.now())


def test_the_list_its_export_and_who_may_see_it(case: DisposalCase, office: Any, sign_in: Any) -> None:  # noqa: F811
    client, clock = sign_in(office.people["county:统计员"]), done_clock(case)
    page = client.get("/clocks/")
    assert page.status_code == 200 and case.number in page.text and "剩余 61 个工作日" in page.text and "未领取" in page.text
    assert "完成核查处置" not in client.get("/clocks/?state=overdue").text.partition("<tbody")[2].partition("</tbody>")[0]
    soon = client.get("/clocks/?state=soon&days=5").text.partition("<tbody")[2].partition("</tbody>")[0]
    assert "启动核查处置" in soon and "完成核查处置" not in soon  # due on the fifth working day
    assert client.get("/clocks/?page=9999999999&days=x&code=x").status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(taken_out(client, "legal_clocks", "code=DISP_DONE")))
    row = [cell.value for cell in book["法定期限"][2]]
    assert row[0] == "完成核查处置" and row[8].date() == date(2027, 2, 18) and row[12] == 61 and "正常" in row
    stranger = sign_in(office.people["other:审核人"])
    assert stranger.get(f"/clocks/{clock.id}").status_code == 404 and case.number not in stranger.get("/clocks/").text
    assert sign_in(office.people["lab:承检机构"]).get("/clocks/").status_code == 403


def test_commands(app: Any, case: DisposalCase, office: Any) -> None:  # noqa: F811
    clock = done_clock(case)

    def run(*args: str, person: str = "county-handler") -> Any:
        return app.test_cli_runner().invoke(args=["clocks", *args, "--as", person, "--json"])

    listed = json.loads(run("list", "--code", "DISP_DONE").stdout)
    assert [(row["id"], row["due_on"], row["remaining"]) for row in listed] == [(clock.id, "2027-02-18", 61)]
    asked = json.loads(run("extend", str(clock.id), "30", "--document", "延1号", "--reason", "外省协查").stdout)
    number = str(asked["changes"][0]["id"])
    assert run("decide", number, "--approve", "--comment", "同意").exit_code == 1
    decided = json.loads(run("decide", number, "--approve", "--comment", "同意", person="county-reviewer").stdout)
    assert decided["due_on"] == "2027-03-22" and decided["changes"][0]["state"] == "已批准"
    paused = json.loads(run("pause", str(clock.id), "--from", "2026-11-19", "--document", "中1号", "--reason", "鉴定").stdout or "{}")
    assert paused == {}  # before the clock began
    paused = json.loads(run("pause", str(clock.id), "--from", "2026-11-20", "--document", "中1号", "--reason", "鉴定").stdout)
    number = str(paused["changes"][1]["id"])
    refused = run("decide", number, "--decline", "--comment", "理由不足", person="county-reviewer2")
    assert json.loads(refused.stdout)["due_on"] == "2027-03-22"
    assert run("resume", number, "--on", "2026-11-20", "--comment", "恢复").exit_code == 1
    shown = json.loads(run("show", str(clock.id)).stdout)
    assert [entry["step"] for entry in shown["history"]][-2:] == ["申请延长或中止", "不予批准延长或中止"]
    assert run("show", "999999").exit_code == 1 and run("void", number, "--comment", "x").exit_code == 1


def test_a_notice_or_a_new_rule_moves_what_still_runs(app: Any, case: DisposalCase, office: Any, sign_in: Any) -> None:  # noqa: F811
    """What was 暂定 is confirmed by the notice itself, entered on its page; no job has to run on the right day."""
    clock = done_clock(case)
    assert clock.provisional
    now = time.now()
    with transaction():
        row = session().scalars(
            sa.select(DeadlineRuleRow).where(DeadlineRuleRow.code == "DISP_DONE", DeadlineRuleRow.superseded_at.is_(None))
        ).one()
        row.superseded_at = now
        kept = {column.name: getattr(row, column.name) for column in DeadlineRuleRow.__table__.columns if column.name != "id"}
        session().add(DeadlineRuleRow(**kept | {"amount": 60, "recorded_at": now, "superseded_at": None}))
        for year in session().scalars(sa.select(CalendarYear).where(CalendarYear.year == 2027)):
            year.superseded_at = now
        session().add(CalendarYear(year=2027, confirmed=True, source="国办发明电〔2026〕9号", recorded_at=now))
    result = app.test_cli_runner().invoke(args=["clocks", "recount", "--json"])
    assert "DISP" not in result.stdout and clock.id in [each["id"] for each in json.loads(result.stdout)]
    clock = done_clock(case)
    assert clock.due_on == again(case).due_on == date(2027, 1, 19) and not clock.provisional
    assert history.entries_of("legal_clock", clock.id)[-1].step == "recount_clock"
    assert history.entries_of("disposal_case", case.id)[-1].step == "recount_clock"
    assert json.loads(app.test_cli_runner().invoke(args=["clocks", "recount", "--json"]).stdout) == []


def test_what_will_be_late_is_said_before_it_is(app: Any, closed_case: DisposalCase, office: Any, sign_in: Any) -> None:  # noqa: F811
    """N16: five closed cases took 70 working days each; the open one, just received, has 61 left."""
    from app.disposal.operations import open_for_samples
    from tests.disposal.conftest import build_batch

    with transaction():
        ids = [build_batch(office, f"XC2612011912346{n:04d}").id for n in range(6)]
        made = open_for_samples(ids, office.actor("county:统计员"), time.now())
    page = sign_in(office.people["county:审核人"]).get("/clocks/forecast").text
    assert "样本不足" in page and "预计超期" not in page
    closing = {"state": "closed", "closed_on": date(2026, 11, 20), "received_on": date(2026, 8, 6)}
    with transaction():
        for case in made[:5]:
            values = {"handler_id": closed_case.handler_id, "submitted_by_id": closed_case.submitted_by_id}
            session().execute(
                sa.update(DisposalCase.__table__)
                .where(DisposalCase.__table__.c.id == case.id)
                .values(**closing, **values, approved_by_id=closed_case.approved_by_id)
            )
    days = calendar().working_days_between(date(2026, 8, 6), date(2026, 11, 20))
    assert days > 61
    page = sign_in(office.people["county:审核人"]).get("/clocks/forecast").text
    assert "预计超期" in page and made[5].number in page and f">{days}<" in page
    found = json.loads(app.test_cli_runner().invoke(args=["clocks", "forecast", "--json", "--as", "county-reviewer"]).stdout)
    assert [(each["case"], each["outlook"], each["based_on"]) for each in found] == [(made[5].number, "预计超期", 6)]


def test_a_request_carries_its_paper(case: DisposalCase, office: Any, sign_in: Any, app: Any, tmp_path: Any) -> None:  # noqa: F811
    """The scan of the document stands beside its number; what is no paper is refused and nothing is asked."""
    handler, clock = sign_in(office.people["county:办案人"]), done_clock(case)
    asked = {"kind": "延长", "amount": "30", "document_no": "蓟市监延〔2026〕3号", "reason": "涉案企业在外省", "version": clock.version}
    at = f"/clocks/{clock.id}/ask"
    refused = handler.post(at, data=asked | {"paper": (io.BytesIO(b"MZ\x90"), "批准.exe")})
    assert refused.status_code == 422 and session().scalar(sa.select(sa.func.count()).select_from(ClockChange)) == 0
    assert handler.post(at, data=asked | {"paper": (io.BytesIO(b"%PDF-1.4 x"), "批准文书.pdf")}).status_code == 303
    change = session().scalars(sa.select(ClockChange)).one()
    link = f"/attachments/{change.attachment_id}"
    assert link in handler.get(f"/clocks/{clock.id}").text and handler.get(link).data == b"%PDF-1.4 x"
    assert sign_in(office.people["other:办案人"]).get(link).status_code == 404
    run, paper = app.test_cli_runner().invoke, tmp_path / "回执.pdf"
    paper.write_bytes(b"%PDF-1.4 y")
    handler.post(f"/clocks/changes/{change.id}/void", data={"comment": "文号有误", "version": change.version})
    args = ["clocks", "extend", str(clock.id), "30", "--document", "2号", "--reason", "鉴定", "--file", str(paper), "--json"]
    found = run(args=args)
    assert found.exit_code == 0, found.stderr
    assert json.loads(found.stdout)["changes"][1]["attachment"] > change.attachment_id
