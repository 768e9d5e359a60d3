"""限时报告: opened with the results, cancelled and reopened with them, filled in, acknowledged, printed."""

from __future__ import annotations

import io
import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy.orm.exc import StaleDataError

from app import clock, document_preview, documents, history
from app.db import session, transaction
from app.decisions import operations as decisions
from app.decisions.operations import Wish
from app.domain import documents as kinds
from app.domain.documents import DocumentKind
from app.domain.samples import Verdict
from app.domain.urgent import Recipient, Told
from app.domain.workflow import UrgentState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.printing.models import PrintedDocument
from app.printing.templates import shipped
from app.results import operations as results
from app.sampling import operations as sampling
from app.sampling.models import Sample
from app.urgent import operations, queries
from app.urgent.clock import shown
from app.urgent.form_fields import Filled
from app.urgent.models import UrgentReport
from app.urgent.printing import document
from tests.conftest import Office, make_office
from tests.decisions.conftest import NUMBER, import_rows, row_of
from tests.decisions.conftest import run as run  # the fixture
from tests.downloads.taking import taken_out
from tests.results.material import lab_row, register_sample

BOTH = pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
CLERK, HANDLER, REVIEWER = "county:统计员", "county:办案人", "county:审核人"
SERIOUS, MILD = "2.0", "0.3"  # of at most 0.2: ten times, and one and a half


def give(office: Office, result: str = SERIOUS, verdict: str = "不合格项", name: str = "a.csv", **cells: str) -> Any:
    return import_rows(office, [lab_row(NUMBER, "毒死蜱", result, verdict, **cells), lab_row(NUMBER, "铅", "0.1")], name)


def serious(office: Office, **columns: Any) -> UrgentReport:
    register_sample(office, NUMBER, laboratory_org_id=office.orgs["lab"].id, **columns)
    give(office)
    return now()


def now() -> UrgentReport:
    """The only report, as the database has it."""
    session().rollback()
    session().expire_all()
    found = session().scalars(sa.select(UrgentReport).options(sa.orm.joinedload(UrgentReport.sample))).all()
    assert len(found) == 1
    return found[0]


def count() -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(UrgentReport)) or 0


def form(report: UrgentReport, **changed: Any) -> Filled:
    told = [Told(one, f"{one.name} 局", report.confirmed_at, "电话", "王五") for one in (Recipient.ORGANISER, Recipient.PLACE)]
    told.append(Told(Recipient.PRODUCER, "", None, "", ""))
    values = {"confirmed_at": report.confirmed_at, "told": told, "measures": "已下架", "contact": "赵六", "phone": "22820000"}
    return Filled(**values | changed)


def steps(report: UrgentReport) -> list[str]:
    return [entry.step for entry in history.entries_of("urgent_report", report.id)]


def test_a_serious_result_opens_one_report_in_the_same_transaction(app: Flask, office: Office) -> None:
    report = serious(office)
    assert (report.state, report.items, report.org_id) == (UrgentState.OPEN, "毒死蜱", office.orgs["county"].id)
    assert report.due_at - report.confirmed_at == timedelta(hours=24) and "10.00 倍" in report.trigger
    assert "第28条" in (report.due_article or "") and shown(report.confirmed_at).strftime("%H:%M") in (report.due_why or "")  # type: ignore[union-attr]
    give(office, "3.0", name="b.csv")  # more of it: the same report, told of the change
    assert now().id == report.id and "15.00 倍" in now().trigger and steps(report) == ["open", "edit"]


@pytest.mark.parametrize("cells", [{"result": MILD}, {"verdict": "合格项"}], ids=["mild", "pending"])
def test_what_is_not_serious_or_not_confirmed_opens_none(app: Flask, office: Office, cells: dict[str, str]) -> None:
    register_sample(office, NUMBER)
    give(office, **cells)
    assert count() == 0


def test_results_from_before_the_bureau_worked_here_open_none(app: Flask, office: Office) -> None:
    register_sample(office, NUMBER)
    with transaction():
        office.orgs["county"].enabled_on = date(2026, 11, 13)
    give(office)
    assert count() == 0


def test_a_decision_confirms_and_another_takes_it_back(app: Flask, office: Office) -> None:
    register_sample(office, NUMBER)
    give(office, verdict="合格项")
    for verdict, state in ((Verdict.FAIL, UrgentState.OPEN), (Verdict.PASS, UrgentState.CANCELLED)):
        with transaction():
            made = decisions.propose([Wish(row_of(), verdict)], office.actor(CLERK), clock.now(), "来电")[0]
        with transaction():
            decisions.decide(made, office.actor(REVIEWER), "同意。", clock.now())
        assert now().state is state


def test_cancelled_when_the_reason_is_gone_and_reopened_when_it_is_back(app: Flask, office: Office) -> None:
    report = serious(office)
    confirmed = report.confirmed_at
    second = give(office, MILD, name="b.csv")
    assert now().state is UrgentState.CANCELLED
    assert "不再有需要限时报告的项目" in (history.entries_of("urgent_report", report.id)[-1].comment or "")
    with transaction():
        results.undo(second, office.actor(CLERK), clock.now(), "传错")
    assert (now().state, now().confirmed_at) == (UrgentState.OPEN, confirmed)  # the same report buys no time
    sampler = office.actor("county:抽样员")
    with transaction():
        operations.report(now(), form(now()), office.actor(HANDLER), clock.now())
    with transaction():
        sampling.void(session().get_one(Sample, report.sample_id, populate_existing=True), sampler, "重复", clock.now())
    assert now().state is UrgentState.CANCELLED and "样品已作废：重复" in (history.entries_of("urgent_report", report.id)[-1].comment or "")
    with transaction():
        sampling.revive(session().get_one(Sample, report.sample_id, populate_existing=True), sampler, clock.now())
    assert (now().state, now().reported_at) == (UrgentState.OPEN, None)
    assert steps(report) == ["open", "cancel", "reopen", "report", "cancel", "reopen"]


def test_reported_corrected_and_acknowledged(app: Flask, office: Office) -> None:
    report, handler, reviewer = serious(office), office.actor(HANDLER), office.actor(REVIEWER)
    with pytest.raises(NotAllowedNow, match="尚未填报"), transaction():
        operations.acknowledge(report, reviewer, clock.now())
    with pytest.raises(operations.FaultyForm) as told, transaction():
        operations.report(now(), form(now(), told=[], measures=" ", confirmed_at=clock.now() + timedelta(hours=1)), handler, clock.now())
    assert set(told.value.faults) == {"confirmed_at", "measures"}
    with pytest.raises(NotAllowed), transaction():
        operations.report(now(), form(now()), reviewer, clock.now())  # reviewers acknowledge, they do not report
    with transaction():
        operations.report(now(), form(now()), office.actor("lab:承检机构"), clock.now())
    assert now().reported_at == report.confirmed_at
    earlier = now().confirmed_at - timedelta(hours=5)
    with pytest.raises(NotLikeThis, match="没有变化"), transaction():
        operations.correct(now(), form(now()), handler, "理由", clock.now())
    with pytest.raises(NotLikeThis, match="理由"), transaction():
        operations.correct(now(), form(now(), measures="已封存"), handler, " ", clock.now())
    moved = form(now(), measures="已封存", confirmed_at=earlier)
    with transaction():
        operations.correct(now(), moved, handler, "确认时间写错", clock.now())
    assert now().due_at == earlier + timedelta(hours=24)  # the clock follows the confirmation
    with transaction():
        operations.acknowledge(now(), reviewer, clock.now(), "收悉")
    with transaction():
        operations.correct(now(), form(now(), measures="已封存并下架"), handler, "措施写漏", clock.now())
    assert (now().state, now().acknowledged_at, now().acknowledged_by_id) == (UrgentState.REPORTED, None, None)
    with transaction():
        operations.acknowledge(now(), reviewer, clock.now(), "收悉")
    assert steps(now()) == ["open", "report", "correct", "acknowledge", "correct", "acknowledge"]


def test_the_seconds_that_no_form_shows_are_no_change(app: Flask, office: Office) -> None:
    report, handler = serious(office), office.actor(HANDLER)
    with transaction():
        report.confirmed_at = (report.confirmed_at - timedelta(minutes=2)).replace(second=37)
    typed = form(now(), confirmed_at=now().confirmed_at.replace(second=0, microsecond=0))
    with transaction():
        operations.report(now(), typed, handler, clock.now())
    assert now().confirmed_at.second == 37
    assert "confirmed_at" not in (history.entries_of("urgent_report", report.id)[-1].changes or "")


@BOTH
def test_two_people_report_at_once(database: str, request: pytest.FixtureRequest) -> None:
    app: Flask = request.getfixturevalue(database)
    with transaction():
        office = make_office()
    report_id = serious(office).id
    actors = [office.actor(HANDLER), office.actor("lab:承检机构")]
    gate, outcomes = threading.Barrier(2), []

    def go(actor: Any) -> None:
        with app.app_context():
            found = queries.report(actor, report_id)
            assert found is not None
            gate.wait()
            try:
                with transaction():
                    operations.report(found, form(found), actor, clock.now(), seen=1)
                outcomes.append("done")
            except (NotAllowedNow, StaleDataError):
                outcomes.append("told")

    threads = [threading.Thread(target=go, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "told"] and steps(now()) == ["open", "report"]


def test_the_one_page_form(app: Flask, office: Office) -> None:
    report = serious(office)
    with transaction():
        operations.report(report, form(report, measures="已责令下架封存"), office.actor(HANDLER), clock.now())
    found = queries.report(office.actor(REVIEWER), report.id)
    assert found is not None
    made = document(found, office.actor(REVIEWER))
    pages = str(document_preview.pages(made.content))
    for words in (NUMBER, "蓟州区惠民超市", "毒死蜱", "2.0 mg/kg", "不合格项", "10.00", "已责令下架封存", "ORGANISER 局", report.number):
        assert words in pages, words
    used = documents.used_fields(shipped(DocumentKind.URGENT))
    assert used.fields <= set(kinds.fields(DocumentKind.URGENT)) and used.rows.keys() == {"各项目", "各报送"}


def test_a_blind_laboratory_reports_without_learning_whose_food_it_is(
    app: Flask, office: Office, sign_in: Any, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = serious(office, producer_name="暗记食品厂", sampled_name="暗记超市")
    told = [*form(report).told[:2], Told(Recipient.PRODUCER, "暗记县局", report.confirmed_at, "系统", "钱七")]
    with transaction():
        operations.report(report, form(report, told=told, measures="暗记超市已下架"), office.actor(HANDLER), clock.now())
    monkeypatch.setitem(app.config, "BLIND_TESTING", True)
    lab = sign_in(office.people["lab:承检机构"])
    addresses = ("/", "/urgent/", *(f"/urgent/{report.id}{part}" for part in ("", "/report", "/preview")))
    assert [address for address in addresses if "暗记" in lab.get(address).get_data(as_text=True)] == []
    assert report.number not in lab.get("/urgent/?q=暗记超市").get_data(as_text=True)
    book = load_workbook(io.BytesIO(taken_out(lab, "urgent_reports", "state=all")))
    assert "暗记" not in str([[cell.value for cell in row] for row in book["限时报告"]])
    printed = document_preview.pages(document(now(), office.actor("lab:承检机构")).content)
    assert "暗记" not in str(printed) and "毒死蜱" in str(printed)
    assert "暗记" not in str(run("urgent", "show", NUMBER, "--as", "lab-laboratory"))
    seen = lab.get(f"/urgent/{report.id}/report").get_data(as_text=True)
    assert "PRODUCER_at" not in seen
    at = f"{shown(report.confirmed_at):%Y-%m-%dT%H:%M}"
    typed = {"version": "2", "confirmed_at": at, "contact": "赵六", "phone": "2", "reason": "改"}
    typed["measures"] = "（盲样检验，不显示）已下架"  # as its page shows them
    for name in ("ORGANISER", "PLACE"):
        typed |= {f"{name}_authority": "某局", f"{name}_at": at, f"{name}_way": "电话", f"{name}_person": "王五"}
    assert lab.post(f"/urgent/{report.id}/report", data=typed).status_code == 303
    kept = now().fields or {}
    assert kept["measures"] == "暗记超市已下架" and kept["told"][2]["authority"] == "暗记县局"  # what it cannot see it cannot spoil


# ---------------------------------------------------------------- pages and commands

def test_the_pages_from_home_to_acknowledged(office: Office, sign_in: Any) -> None:
    report = serious(office, producer_name="某某食品厂")
    handler, reviewer, lab = (sign_in(office.people[who]) for who in (HANDLER, REVIEWER, "lab:承检机构"))
    for client in (handler, reviewer, lab):
        home = client.get("/").get_data(as_text=True)
        assert "24 小时限时报告：1 件待办" in home and "剩余 23 小时" in home
    assert "限时报告" not in sign_in(office.people["other:审核人"]).get("/").get_data(as_text=True).split("<main")[1]
    assert sign_in(office.people["other:审核人"]).get(f"/urgent/{report.id}").status_code == 404
    assert sign_in(office.people["otherlab:承检机构"]).get(f"/urgent/{report.id}").status_code == 404
    assert sign_in(office.people["county:系统管理员"]).get("/urgent/").status_code == 403
    assert report.number in handler.get("/urgent/?light=green").get_data(as_text=True)
    assert report.number not in handler.get("/urgent/?state=open&light=red").get_data(as_text=True)
    shown_page = handler.get(f"/urgent/{report.id}").get_data(as_text=True)
    assert "10.00 倍" in shown_page and "节假日不扣除" in shown_page and "第28条" in shown_page
    assert reviewer.get(f"/urgent/{report.id}/report").status_code == 403
    blank = handler.get(f"/urgent/{report.id}/report").get_data(as_text=True)
    assert "蓟州区市场监督管理局" in blank and f'value="{shown(report.confirmed_at):%Y-%m-%dT%H:%M}"' in blank
    at = f"{shown(report.confirmed_at):%Y-%m-%dT%H:%M}"
    typed = {"version": "1", "confirmed_at": at, "measures": "已责令下架", "contact": "赵六", "phone": "22820000"}
    for name in ("ORGANISER", "PLACE"):
        typed |= {f"{name}_authority": "某局", f"{name}_at": at, f"{name}_way": "电话", f"{name}_person": "王五"}
    refused = handler.post(f"/urgent/{report.id}/report", data=typed)  # the producer's authority has not been told
    assert refused.status_code == 422 and "请填写向标称生产企业所在地市场监督管理部门报告" in refused.get_data(as_text=True)
    assert "已责令下架" in refused.get_data(as_text=True)
    assert "日期和时间" in handler.post(f"/urgent/{report.id}/report", data=typed | {"PLACE_at": "昨天"}).get_data(as_text=True)
    typed |= {f"PRODUCER_{name}": text for name, text in (("authority", "外省局"), ("at", at), ("way", "系统"), ("person", "钱七"))}
    assert handler.post(f"/urgent/{report.id}/report", data=typed).status_code == 303
    late = lab.post(f"/urgent/{report.id}/report", data=typed | {"measures": "我写的", "reason": "更正"})
    assert late.status_code == 409 and "我写的" in late.get_data(as_text=True)
    unreasoned = lab.post(f"/urgent/{report.id}/report", data=typed | {"measures": "我写的", "version": "2"})
    assert "请填写理由" in unreasoned.get_data(as_text=True)
    assert "限时报告：" not in handler.get("/").get_data(as_text=True) and "1 件待办" in reviewer.get("/").get_data(as_text=True)
    assert handler.post(f"/urgent/{report.id}/acknowledge", data={"version": "2"}).status_code == 403
    assert reviewer.post(f"/urgent/{report.id}/acknowledge", data={"version": "1"}).status_code == 409
    assert reviewer.post(f"/urgent/{report.id}/acknowledge", data={"version": "2"}).status_code == 303
    assert now().state is UrgentState.ACKNOWLEDGED
    assert "24 小时限时报告" in handler.get(f"/sampling/{report.sample_id}").get_data(as_text=True)
    assert "外省局" in handler.get(f"/urgent/{report.id}/preview").get_data(as_text=True)
    page = handler.post(f"/urgent/{report.id}/print", data={"way": "page"})
    assert page.status_code == 200 and "食品安全抽样检验限时报告情况表" in page.get_data(as_text=True)
    assert handler.post(f"/urgent/{report.id}/print", data={"way": "docx"}).data.startswith(b"PK")
    assert session().scalar(sa.select(sa.func.count()).select_from(PrintedDocument)) == 2
    book = load_workbook(io.BytesIO(taken_out(handler, "urgent_reports", "state=all")))
    assert [cell.value for cell in book["限时报告"][2]][:3] == [report.number, NUMBER, "菠菜"]


def test_the_same_from_the_command_line(office: Office, run: Any, tmp_path: Path) -> None:
    report = serious(office)
    listed = run("urgent", "list")[1]
    assert [(one["number"], one["state"], one["light"]) for one in listed] == [(report.number, "待报告", "正常")]
    at = f"{shown(report.confirmed_at):%Y-%m-%d %H:%M}"
    words = ("urgent", "report", NUMBER, "--measures", "已下架", "--contact", "赵六", "--phone", "1", "--confirmed-at", at)
    status, _, said = run(*words, "--told", f"组织=,{at},电话,王五")
    assert status == 1 and "抽样地市场监督管理部门" in said
    assert run(*words, "--told", "上级=x")[0] == 1
    told = ("--told", f"组织=,{at},电话,王五", "--told", f"抽样地=某局，{at}，书面，李四")
    assert run("urgent", "acknowledge", NUMBER, "--as", "county-reviewer")[0] == 1
    assert run(*words, *told, "--as", "county-handler")[1]["state"] == "已报告"
    assert run(*words, *told, "--reason", "无")[0] == 1  # nothing has changed
    changed = [*words[:4], "已封存", *words[5:]]
    assert run(*changed, *told, "--reason", "补充措施")[0] == 0
    shown_data = run("urgent", "show", report.number)[1]
    assert shown_data["form"]["measures"] == "已封存" and "某局" in shown_data["form"][Recipient.PLACE.value] and shown_data["why"]
    assert run("urgent", "print", NUMBER, "--output", str(tmp_path / "a.docx"))[0] == 0 and (tmp_path / "a.docx").stat().st_size > 1000
    assert run("urgent", "acknowledge", NUMBER, "--as", "county-reviewer")[1]["state"] == "已签收"
    assert run("urgent", "show", NUMBER, "--as", "other-reviewer")[0] == 1
