"""判定复核: proposed by one, decided by another, and everything that follows in the same transaction."""

from __future__ import annotations

import io
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm.exc import StaleDataError

from app import clock, history
from app.db import session, transaction
from app.decisions import operations, queries
from app.decisions.operations import Wish
from app.domain.samples import Verdict
from app.domain.workflow import DecisionState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis, Refused
from app.notices.models import AmendmentNotice
from app.results import operations as results
from app.sampling import operations as sampling
from app.sampling.models import Sample
from tests.conftest import Office, make_office
from tests.decisions.conftest import (
    NUMBER,
    decisions,
    import_rows,
    make_pending,
    pending_rows,
    row_of,
    stands,
)
from tests.results.material import lab_row, register_sample

BOTH = pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
PROPOSER, DECIDER = "county:统计员", "county:审核人"


def propose(office: Office, verdict: Verdict = Verdict.FAIL, item: str = "毒死蜱", who: str = PROPOSER) -> Any:
    with transaction():
        return operations.propose([Wish(row_of(item), verdict)], office.actor(who), clock.now(), "检验机构来电更正", "电话记录 3 号")[0]


def decide(office: Office, decision: Any, who: str = DECIDER) -> None:
    found = queries.decision(office.actor(who), decision.id)
    assert found is not None
    with transaction():
        operations.decide(found, office.actor(who), "同意。", clock.now())


def test_a_pending_item_is_settled_and_everything_follows(app: Flask, office: Office) -> None:
    sample_id = make_pending(office)
    assert stands() == ("未判定", 1, [("未判定", "初检")], [])
    decision = propose(office)
    assert stands() == ("未判定", 1, [("未判定", "初检")], [])  # one person decides nothing
    decide(office, decision)
    assert stands() == ("不合格", 0, [("不合格", "判定复核")], ["open"])
    row = row_of()
    assert (row.lab_verdict, row.our_verdict, row.verdict, row.pending) == (Verdict.PASS, Verdict.FAIL, Verdict.FAIL, False)
    assert row.decided_at is not None
    assert [entry.step for entry in history.entries_of("verdict_decision", decision.id)] == ["propose", "decide"]
    told = history.entries_of("sample", sample_id)[-1]
    assert told.step == "amend" and "判定复核：毒死蜱 由“待核”改为“不合格项”" in (told.comment or "")


def test_a_verdict_in_force_is_overruled_and_the_case_is_cancelled(app: Flask, office: Office) -> None:
    register_sample(office, NUMBER)
    import_rows(office, [lab_row(NUMBER, "毒死蜱", "0.9", "不合格项"), lab_row(NUMBER, "铅", "0.1")])
    assert stands()[0] == "不合格" and stands()[3] == ["open"]
    decision = propose(office, Verdict.PASS)
    assert decision.kind.value == "人工改判"
    decide(office, decision)
    assert stands() == ("合格", 0, [("合格", "判定复核")], ["cancelled"])
    assert row_of().lab_verdict is Verdict.FAIL
    decide(office, propose(office, Verdict.FAIL))  # and back again
    assert stands()[0] == "不合格" and stands()[3] == ["open"]


def test_the_laboratory_is_told_of_a_verdict_that_was_overruled(app: Flask, office: Office) -> None:
    laboratory = office.orgs["lab"]
    register_sample(office, NUMBER, laboratory_org_id=laboratory.id, laboratory=laboratory.name)
    import_rows(office, [lab_row(NUMBER, "毒死蜱", "0.9", "不合格项")])
    decide(office, propose(office, Verdict.PASS))
    notice = session().scalars(sa.select(AmendmentNotice).where(AmendmentNotice.kind == "判定复核")).one()
    assert notice.org_id == laboratory.id and "毒死蜱 结果判定：不合格项 → 合格项" in notice.text


def test_who_may_not_and_what_cannot_be(app: Flask, office: Office) -> None:
    make_pending(office)
    with pytest.raises(NotLikeThis, match="不能判为“问题项”"):
        propose(office, Verdict.PROBLEM)
    with pytest.raises(NotLikeThis, match="无需改判"):
        propose(office, Verdict.PASS, "铅")
    decision = propose(office, Verdict.PASS, who="county:审核人")
    with pytest.raises(NotAllowedNow, match="已有待审定"):
        propose(office)
    with pytest.raises(NotAllowed):  # 提出与审定不得为同一人
        decide(office, decision, "county:审核人")
    with pytest.raises(NotAllowed):  # a handler decides nothing
        decide(office, decision, "county:办案人")
    assert queries.decision(office.actor("other:审核人"), decision.id) is None
    with pytest.raises(NotAllowed), transaction():
        operations.withdraw(decision, office.actor("county:统计员"))
    with pytest.raises(NotLikeThis), transaction():
        operations.decline(decision, office.actor("county:另一审核人"), " ", clock.now())
    with transaction():
        operations.decline(decision, office.actor("county:另一审核人"), "依据不足", clock.now())
    assert stands() == ("未判定", 1, [("未判定", "初检")], [])
    with pytest.raises(NotAllowedNow):
        decide(office, decision)
    another = propose(office)
    with transaction():
        operations.withdraw(another, office.actor(PROPOSER))
    assert [one.state for one in decisions()] == [DecisionState.DECLINED, DecisionState.WITHDRAWN]


def test_the_verdict_shown_on_the_page_must_still_hold(app: Flask, office: Office) -> None:
    make_pending(office)
    row = row_of()
    decide(office, propose(office, Verdict.PASS))
    with pytest.raises(NotAllowedNow, match="已经变动"), transaction():
        operations.propose([Wish(row, Verdict.FAIL, (Verdict.UNDECIDED, True))], office.actor(PROPOSER), clock.now(), "理由")


def test_decisions_lapse_with_their_report_and_are_offered_again(app: Flask, office: Office) -> None:
    make_pending(office)
    decide(office, propose(office))
    propose(office, Verdict.FAIL, "铅")
    import_rows(office, pending_rows(说明="更正版"), "b.csv")  # the same reading and limit, a new version of the report
    assert [one.state for one in decisions()] == [DecisionState.LAPSED, DecisionState.LAPSED]
    assert "已更正" in (history.entries_of("verdict_decision", decisions()[0].id)[-1].comment or "")
    assert stands() == ("未判定", 1, [("未判定", "更正")], ["cancelled"])
    lapsed = queries.decision(office.actor(PROPOSER), decisions()[0].id)
    assert lapsed is not None and queries.earlier(office.actor(PROPOSER), [row_of(), row_of("铅")]).keys() == {row_of().id}
    with transaction():
        again = operations.propose_again(lapsed, office.actor(PROPOSER), clock.now())
    assert (again.state, again.proposed) == (DecisionState.PROPOSED, Verdict.FAIL) and "检验机构来电更正" in again.reason
    with pytest.raises(NotAllowedNow, match="没有可以沿用"), transaction():
        operations.propose_again(lapsed, office.actor(PROPOSER), clock.now())
    decide(office, again)
    assert stands() == ("不合格", 0, [("不合格", "判定复核")], ["open"])
    import_rows(office, pending_rows(result="0.8"), "c.csv")  # another reading: nothing to take again
    assert queries.earlier(office.actor(PROPOSER), [row_of()]) == {}


def test_the_same_file_again_leaves_a_decision_alone(app: Flask, office: Office) -> None:
    make_pending(office)
    decide(office, propose(office, Verdict.PASS))
    with pytest.raises(Refused):
        import_rows(office, pending_rows(), "again.csv")
    assert stands()[0] == "合格" and decisions()[0].state is DecisionState.DECIDED


def test_undoing_takes_decisions_back_and_the_restored_report_is_undecided(app: Flask, office: Office) -> None:
    make_pending(office)
    decide(office, propose(office, Verdict.PASS))
    second = import_rows(office, [lab_row(NUMBER, "毒死蜱", "0.1"), lab_row(NUMBER, "铅", "0.1")], "b.csv")
    assert stands()[0] == "合格"
    with transaction():
        results.undo(second, office.actor(PROPOSER), clock.now(), "传错文件")
    row = row_of()
    assert (row.verdict, row.pending, row.decided_at) == (Verdict.UNDECIDED, True, None)  # the earlier report, not the decision
    assert stands() == ("未判定", 1, [("未判定", "撤销导入")], [])
    assert queries.earlier(office.actor(PROPOSER), [row]).keys() == {row.id}


def test_voiding_a_sample_lapses_its_decisions(app: Flask, office: Office) -> None:
    sample_id = make_pending(office)
    decide(office, propose(office, Verdict.PASS))
    sampler = office.actor("county:抽样员")
    with transaction():
        sampling.void(session().get_one(Sample, sample_id, populate_existing=True), sampler, "重复登记", clock.now())
    assert decisions()[0].state is DecisionState.LAPSED
    with pytest.raises(NotAllowedNow, match="不在“已出报告”"):
        propose(office)
    with transaction():
        sampling.revive(session().get_one(Sample, sample_id, populate_existing=True), sampler, clock.now())
    assert stands()[:2] == ("未判定", 1)


@BOTH
def test_two_people_decide_at_once(database: str, request: pytest.FixtureRequest) -> None:
    """One wins; the other is told, and nothing of his is written."""
    app: Flask = request.getfixturevalue(database)
    with transaction():
        office = make_office()
    make_pending(office)
    decision = propose(office)
    gate, outcomes = threading.Barrier(2), []

    def go(who: str, verb: Any) -> None:
        with app.app_context():
            actor = office_actor(who)
            found = queries.decision(actor, decision.id)
            gate.wait()
            try:
                with transaction():
                    verb(found, actor, "意见", clock.now(), seen=1)
                outcomes.append("done")
            except (NotAllowedNow, StaleDataError):
                outcomes.append("told")

    actors = {who: office.actor(who) for who in ("county:审核人", "county:另一审核人")}
    office_actor = actors.__getitem__
    threads = [
        threading.Thread(target=go, args=("county:审核人", operations.decide)),
        threading.Thread(target=go, args=("county:另一审核人", operations.decline)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "told"]
    state = decisions()[0].state
    assert stands()[0] == ("不合格" if state is DecisionState.DECIDED else "未判定")


@BOTH
def test_two_people_propose_at_once(database: str, request: pytest.FixtureRequest) -> None:
    app: Flask = request.getfixturevalue(database)
    with transaction():
        office = make_office()
    make_pending(office)
    actors = [office.actor("county:统计员"), office.actor("county:办案人")]
    gate, outcomes = threading.Barrier(2), []

    def go(actor: Any) -> None:
        with app.app_context():
            row = queries.rows_named(actor, NUMBER, "毒死蜱")[0]
            gate.wait()
            try:
                with transaction():
                    operations.propose([Wish(row, Verdict.FAIL)], actor, clock.now(), "理由")
                outcomes.append("done")
            except NotAllowedNow:
                outcomes.append("told")

    threads = [threading.Thread(target=go, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "told"] and len(decisions()) == 1


# ---------------------------------------------------------------- pages and commands

def test_the_pages_from_pending_to_decided(office: Office, sign_in: Any) -> None:
    sample_id = make_pending(office)
    clerk, reviewer = sign_in(office.people[PROPOSER]), sign_in(office.people[DECIDER])
    row, lead = row_of(), row_of("铅")
    page = clerk.get("/pending-items").get_data(as_text=True)
    assert "对所选项目提出判定复核" in page and f'name="row" value="{row.id}"' in page
    shown = clerk.get(f"/decisions/propose?row={row.id}&row={lead.id}").get_data(as_text=True)
    assert "检验机构判为合格项" in shown and f'name="before-{lead.id}" value="合格项|0"' in shown
    typed = {"row": [str(row.id), str(lead.id)], f"verdict-{row.id}": "不合格项", f"before-{row.id}": "不判定项|1",
             f"before-{lead.id}": "合格项|0", "reason": "机构书面更正", "basis": "衡检函〔2026〕3号"}  # fmt: skip
    refused = clerk.post("/decisions/propose", data=typed)
    assert refused.status_code == 422 and "请选择拟定判定" in refused.get_data(as_text=True)
    assert "机构书面更正" in refused.get_data(as_text=True)  # what was typed stays
    typed |= {f"verdict-{lead.id}": "不合格项", "files": (io.BytesIO(b"%PDF-1.4 x"), "说明.pdf")}
    assert clerk.post("/decisions/propose", data=typed, content_type="multipart/form-data").status_code == 303
    first, second = decisions()
    assert second.basis == "衡检函〔2026〕3号" and first.state is DecisionState.PROPOSED
    assert "已有待审定" in clerk.post("/decisions/propose", data={**typed, "files": []}).get_data(as_text=True)
    assert "说明.pdf" in clerk.get(f"/decisions/{first.id}").get_data(as_text=True)
    assert clerk.post(f"/decisions/{first.id}/decide", data={"comment": "同意", "version": "1"}).status_code == 403
    assert sign_in(office.people["other:审核人"]).get(f"/decisions/{first.id}").status_code == 404
    assert sign_in(office.people["lab:承检机构"]).get("/decisions/").status_code == 403
    assert reviewer.post(f"/decisions/{first.id}/decide", data={"comment": "", "version": "1"}).status_code == 422
    late = reviewer.post(f"/decisions/{first.id}/decline", data={"comment": "写了半天", "version": "9"})
    assert late.status_code == 409 and "写了半天" in late.get_data(as_text=True)
    bulk = {"decision": [str(first.id), str(second.id)], f"version-{first.id}": "1", f"version-{second.id}": "7", "comment": "同意。"}
    done = reviewer.post("/decisions/bulk", data=bulk).get_data(as_text=True)
    assert "成功 1 项，未办理 1 项" in done and "已被他人修改" in done
    assert [one.state.value for one in decisions()] == ["decided", "proposed"]
    assert stands()[0] == "不合格"
    sample_page = clerk.get(f"/sampling/{sample_id}").get_data(as_text=True)
    assert "复核审定" in sample_page and "机构书面更正" in sample_page
    case_page = sign_in(office.people["county:办案人"]).get("/disposal/").get_data(as_text=True)
    case_id = case_page.split('href="/disposal/')[1:]
    number = next(part.split('"')[0] for part in case_id if part.split('"')[0].isdigit())
    evidence = sign_in(office.people["county:办案人"]).get(f"/disposal/{number}").get_data(as_text=True)
    assert "机构书面更正" in evidence and "检验机构：合格项" in evidence and "系统：不合格项" in evidence
    assert clerk.post(f"/decisions/{second.id}/withdraw", data={"version": "1"}).status_code == 303
    assert "我提出的" in clerk.get("/decisions/?state=all&mine=1").get_data(as_text=True)
    entry = clerk.get(f"/samples/{sample_id}/results").get_data(as_text=True)
    assert "机构判定" in entry and "机构书面更正" in entry
    import_rows(office, pending_rows(说明="更正版"), "b.csv")
    assert "沿用并重新提出" in clerk.get("/pending-items").get_data(as_text=True)
    assert clerk.post(f"/decisions/{first.id}/again", data={"version": "1"}).status_code == 303
    assert clerk.post(f"/decisions/{first.id}/again", data={"version": "1"}).status_code == 409


def test_the_same_from_the_command_line(office: Office, run: Any) -> None:
    make_pending(office)
    words = ("decisions", "propose", NUMBER, "毒死蜱", "--verdict", "不合格项", "--reason", "来电")
    status, told, _ = run(*words, "--as", "county-statistician")
    assert status == 0 and told[0]["state"] == "待审定"
    again, _, said = run(*words)
    assert again == 1 and "已有待审定" in said
    assert run("decisions", "propose", NUMBER, "没有的项目", "--verdict", "合格项", "--reason", "x")[0] == 1
    number = str(told[0]["id"])
    own, _, said = run("decisions", "decide", number, "--comment", "同意")  # the local operator is nobody
    assert own == 1 and "权限" in said
    listed = run("decisions", "list")[1]
    assert [(one["before"], one["proposed"], one["lab_verdict"], one["our_verdict"]) for one in listed] == [
        ("待核", "不合格项", "合格项", "不合格项")
    ]
    assert run("decisions", "decide", number, "--comment", "同意", "--as", "county-reviewer")[1]["state"] == "已审定"
    assert stands()[0] == "不合格"
    second = run("decisions", "propose", NUMBER, "毒死蜱", "--verdict", "合格项", "--reason", "复查", "--as", "county-handler")[1]
    assert run("decisions", "withdraw", str(second[0]["id"]), "--as", "county-handler")[0] == 0
    third = run("decisions", "propose", NUMBER, "毒死蜱", "--verdict", "合格项", "--reason", "复查", "--as", "county-handler")[1]
    assert run("decisions", "decline", str(third[0]["id"]), "--comment", "不同意", "--as", "county-reviewer")[1]["state"] == "不予采纳"
    assert run("decisions", "list", "--state", "全部", "--as", "other-reviewer")[1] == []
