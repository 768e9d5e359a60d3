"""A typed report is submitted, checked, approved, sent back and withdrawn; nothing of it counts before its approval."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock
from app.authorize import local_operator
from app.db import session, transaction
from app.errors import NotAllowedNow
from app.history import HistoryEntry
from app.results import entry
from app.results import operations as results
from app.results.models import ResultReport
from app.reviews.models import ResultReturn, ResultReview
from app.sampling.models import BatchFact, Sample
from tests.results.material import cases, count, figures, register_sample, rows_of, sample_named
from tests.results.test_report_entry import item, typed
from tests.reviews.conftest import Desk, as_json, newest

ONE = "XC26120119460010001"
FAILING = [item("毒死蜱", "0.32", ""), item("克百威", "未检出", lod="0.01")]


@pytest.fixture
def one(office: Any) -> int:
    return register_sample(office, ONE)


def nothing_in_force() -> bool:
    return (count(ResultReport), count(BatchFact), cases(), sample_named(ONE)["state"].value) == (0, 0, [], "registered")


def test_nothing_is_in_force_until_two_others_have_agreed(two_levels: None, desk: Desk, one: int) -> None:
    """C14: submit → check → approve by three people; the page shows the approver everything."""
    page = desk.page("clerk", f"/samples/{one}/results")
    assert 'value="提交送审"' in page
    saved = desk("clerk").post(f"/samples/{one}/results", data=typed(FAILING))
    assert saved.status_code == 303 and nothing_in_force()
    review = newest()
    assert (review.title, review.state.value, review.levels, review.report_no) == (f"{ONE} 检验报告 BG1", "submitted", 2, "BG1")
    shown = desk.page("checker", f"/reviews/{review.id}")
    for words in ("毒死蜱", "0.32 mg/kg", "不合格项", "大于最大允许限", "监督“不合格”", "批准后启动核查处置", "校核通过", "退回填报人"):
        assert words in shown, words
    assert desk.press("approver", "approve").status_code == 409  # not checked yet
    assert desk.press("checker", "check", comment="核对无误").status_code == 303 and nothing_in_force()
    assert desk.press("checker", "approve").status_code == 403  # who checked does not approve
    assert desk.press("clerk", "withdraw").status_code == 409  # somebody has acted on it
    assert desk.press("approver", "approve", comment="同意").status_code == 303
    assert (sample_named(ONE)["state"].value, sample_named(ONE)["supervision"].value) == ("reported", "不合格")
    assert (cases(), len(figures())) == ([(ONE, "open")], 1)
    assert [(row["item"], row["verdict"].value) for row in rows_of(ONE)] == [("毒死蜱", "不合格项"), ("克百威", "合格项")]
    report, review = session().scalars(sa.select(ResultReport)).one(), newest()
    assert (review.state.value, review.approved_at, review.approved_by_id) == ("approved", report.recorded_at, report.recorded_by_id)
    told = [(e.step, e.actor_name) for e in session().scalars(sa.select(HistoryEntry).where(HistoryEntry.subject_kind == "result_review"))]
    assert told == [("submit", "蓟州统计员"), ("check", "蓟州审核人"), ("approve", "另一审核人")]
    assert desk.press("leader", "approve").status_code == 409  # the second click


def test_one_level_and_nobody_approves_his_own(one_level: None, desk: Desk, command: Any, one: int, tmp_path: Path) -> None:
    """C14: self-approval is impossible on the server, the page and the command."""
    path = as_json(tmp_path, report_no="BG1", reported_on="2026-11-12", rows=FAILING)
    status, told, _ = command("reviews", "submit", "--sample", ONE, "--content", path, "--as", "county-statistician")
    assert (status, told["state"], told["levels"]) == (0, "checked", 1) and nothing_in_force()
    number = str(told["id"])
    assert "批准生效" not in desk.page("clerk", f"/reviews/{number}")
    for who, words in ((("--as", "county-statistician"), "没有执行该命令的权限"), ((), "没有办理该步骤的权限")):
        status, told, said = command("reviews", "approve", number, *who)
        assert status == 1 and words in said + str(told), (who, said, told)
    assert desk.press("clerk", "approve").status_code == 403
    assert desk.press("stranger", "approve").status_code == 404
    assert desk.press("handler", "approve").status_code == 403
    assert desk.press("checker", "check").status_code == 409  # one level: nobody checks
    assert nothing_in_force()
    status, told, _ = command("reviews", "show", number, "--as", "county-leader")
    assert (status, told["steps"]) == (0, ["approve", "return"]) and "毒死蜱 0.32" in told["summary"]
    status, told, _ = command("reviews", "approve", number, "--as", "county-leader")
    assert (status, told[0]["done"]) == (0, True) and "启动核查处置 1 件" in told[0]["message"]
    assert cases() == [(ONE, "open")]


def test_a_submitter_of_an_earlier_round_does_not_approve(one_level: None, office: Any, desk: Desk, one: int) -> None:
    """One who holds two roles hands it in, a colleague hands it in again: the first still may not approve."""
    from app.accounts.models import UserRole
    from app.domain.actors import Role

    with transaction():
        session().add(UserRole(user_id=office.people["county:另一审核人"].id, role=Role.STATISTICIAN))
    desk("approver").post(f"/samples/{one}/results", data=typed(FAILING))
    assert desk.press("leader", "decline", comment="请核对").status_code == 303
    assert desk("clerk").post(f"/samples/{one}/results", data=typed(FAILING)).status_code == 303
    assert newest().submitted_by_id == office.people["county:统计员"].id
    assert desk.press("approver", "approve").status_code == 403 and nothing_in_force()
    assert desk.press("approver", "decline", comment="我自己退").status_code == 403


def test_sent_back_corrected_and_handed_in_again(two_levels: None, desk: Desk, one: int) -> None:
    """C15: the reason of every return stays; the form comes back filled in; the history holds hash and summary of each content."""
    desk("clerk").post(f"/samples/{one}/results", data=typed(FAILING))
    first = newest()
    version, sha256 = first.version, first.content_sha256
    assert desk.press("checker", "return").status_code == 422  # no reason
    assert desk.press("checker", "return", comment="毒死蜱小数点").status_code == 303
    assert desk.press("checker", "check").status_code == 409
    form = desk.page("clerk", f"/samples/{one}/results?review={first.id}")
    assert 'value="0.32"' in form and 'value="BG1"' in form
    assert "毒死蜱小数点" in desk.page("clerk", "/reviews/?queue=returned") and "被退回的检验结果" in desk.page("clerk", "/")
    again = typed([item("毒死蜱", "0.032", ""), item("克百威", "未检出", lod="0.01")], report_no="BG2")  # even the number was wrong
    assert desk("clerk").post(f"/samples/{one}/results?review={first.id}", data=again).status_code == 303
    second = newest()
    assert (second.id, second.state.value, second.report_no) == (first.id, "submitted", "BG2")
    assert second.version > version and second.content_sha256 != sha256
    assert desk.press("checker", "check").status_code == 303
    assert desk.press("approver", "decline", comment="判定依据缺标准号").status_code == 303
    assert desk("clerk").post(f"/samples/{one}/results?review={first.id}", data=again).status_code == 303
    assert newest().checked_by_id is None  # checked anew
    page = desk.page("approver", f"/reviews/{first.id}")
    assert "历次退回（2 次）" in page and "毒死蜱小数点" in page and "判定依据缺标准号" in page
    entries = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "submit").order_by(HistoryEntry.seq)).all()
    assert "毒死蜱 0.32 mg/kg" in entries[0].changes and "毒死蜱 0.032 mg/kg" in entries[1].changes
    assert "content_sha256" in entries[1].changes
    assert all(row.resolved_at for row in session().scalars(sa.select(ResultReturn))) and nothing_in_force()
    assert desk.press("clerk", "withdraw").status_code == 303 and newest().state.value == "withdrawn"
    assert desk("clerk").post(f"/samples/{one}/results", data=again).status_code == 303  # free again
    assert count(ResultReview) == 2


def test_while_it_waits_nobody_submits_or_saves_the_same(one_level: None, app: Flask, desk: Desk, office: Any, one: int) -> None:
    desk("clerk").post(f"/samples/{one}/results", data=typed(FAILING))
    second = desk("sampler").post(f"/samples/{one}/results", data=typed(FAILING))
    assert second.status_code == 409 and f"第 {newest().id} 号送审" in second.get_data(as_text=True)
    assert desk("sampler").post(f"/samples/{one}/results", data=typed(FAILING, report_no="BG2")).status_code == 303  # another report
    actor = office.actor("county:统计员")
    entered = entry.Entered("BG1", clock.today(), None, None, [item("铅", "0.01")])

    def save_past_it() -> None:
        outcome = entry.to_write(entry.prepare_entry(actor, session().get_one(Sample, one), entered), None)
        with transaction():
            results.enter(outcome, actor, clock.now())

    with pytest.raises(NotAllowedNow, match="须提交送审"):
        save_past_it()
    app.config["RESULTS_REVIEW"] = "direct"  # the setting was changed: what is open still waits
    with pytest.raises(NotAllowedNow, match="已在审核中"):
        save_past_it()
    assert nothing_in_force()


def test_approval_judges_again_and_says_what_stands_in_its_way(one_level: None, desk: Desk, office: Any, one: int) -> None:
    """The sample was voided meanwhile: approval is refused in a sentence, and it can be sent back."""
    desk("clerk").post(f"/samples/{one}/results", data=typed(FAILING))
    voided = desk("sampler").post(f"/sampling/{one}/void", data={"version": "1", "reason": "重复登记"})
    assert voided.status_code == 303
    answer = desk.press("leader", "approve")
    assert answer.status_code == 409 and "现在不能生效" in answer.get_data(as_text=True)
    assert (count(ResultReport), newest().state.value) == (0, "submitted")
    assert desk.press("leader", "decline", comment="样品已作废").status_code == 303


def test_the_laboratory_checks_its_own_and_does_not_approve(two_levels: None, desk: Desk, office: Any) -> None:
    """laboratory_org_id: its people see their submissions and may check a colleague's; the bureau approves."""
    one = register_sample(office, ONE, laboratory_org_id=office.orgs["lab"].id, laboratory="衡清食品检验中心")
    assert desk("lab").post(f"/samples/{one}/results", data=typed(FAILING)).status_code == 303
    review = newest()
    assert (review.org_id, review.laboratory_org_id) == (office.orgs["county"].id, office.orgs["lab"].id)
    assert ONE in desk.page("lab", "/reviews/?queue=mine")
    assert desk.press("lab", "check").status_code == 403 and desk.press("lab", "approve").status_code == 403
    assert desk.press("checker", "check").status_code == 303 and desk.press("leader", "approve").status_code == 303
    report = session().scalars(sa.select(ResultReport)).one()
    assert report.laboratory_org_id == office.orgs["lab"].id


def test_many_at_once_each_with_its_outcome(one_level: None, desk: Desk, command: Any, office: Any) -> None:
    numbers = [f"XC2612011946001000{digit}" for digit in (1, 2, 3)]
    ids = [register_sample(office, number) for number in numbers]
    for sample_id in ids:
        desk("clerk").post(f"/samples/{sample_id}/results", data=typed([item("毒死蜱", "未检出")]))
    waiting = session().scalars(sa.select(ResultReview).order_by(ResultReview.id)).all()
    page = desk.page("leader", "/reviews/?queue=approve")
    assert all(f'value="{review.id}-{review.version}"' in page for review in waiting) and "待批准的检验结果" in desk.page("leader", "/")
    desk("sampler").post(f"/sampling/{ids[1]}/void", data={"version": "1", "reason": "重复"})
    chosen = [f"{review.id}-{review.version}" for review in waiting[:2]] + [f"{waiting[2].id}-99"]
    answer = desk("leader").post("/reviews/approve", data={"review": chosen, "queue": "approve"}).get_data(as_text=True)
    assert answer.count("已办理") == 1 and answer.count("未办理") == 2 and "已被他人修改" in answer and "现在不能生效" in answer
    assert count(ResultReport) == 1
    status, told, _ = command("reviews", "approve", str(waiting[0].id), str(waiting[2].id), "--as", "county-leader")
    assert (status, [one["done"] for one in told], count(ResultReport)) == (1, [False, True], 2)
    status, told, _ = command("reviews", "list", "--queue", "approved", "--as", "county-leader")
    assert [row["id"] for row in told] == [waiting[2].id, waiting[0].id]


def test_the_operator_at_the_machine_submits_and_never_approves(one_level: None, command: Any, one: int, tmp_path: Path) -> None:
    path = as_json(tmp_path, report_no="BG1", reported_on="2026-11-12", rows=FAILING)
    _, told, _ = command("reviews", "submit", "--sample", ONE, "--content", path)
    assert command("reviews", "approve", str(told["id"]))[0] == 1 and nothing_in_force()
    assert local_operator().user_id is None
    assert command("reviews", "approve", str(told["id"]), "--as", "county-leader")[0] == 0
    assert sample_named(ONE)["state"].value == "reported"
    broken = as_json(tmp_path, report_no="BG2", reported_on="昨天", rows=FAILING)
    status, _, said = command("reviews", "submit", "--sample", ONE, "--content", broken)
    assert status == 1 and "JSON" in said


def test_a_report_typed_at_the_command_line_waits_too(two_levels: None, command: Any, one: int) -> None:
    of_report = ("--report-no", "BG1", "--reported-on", "2026-11-12")
    given = ("results", "enter", ONE, *of_report, "--row", "检验项目=毒死蜱;检验结果=0.32;结果单位=mg/kg")
    status, told, said = command(*given)
    assert (status, told["review"], told["written"]) == (0, newest().id, 0) and "已提交送审" in said and nothing_in_force()
    status, _, said = command(*given)
    assert status == 1 and f"第 {newest().id} 号送审" in said
