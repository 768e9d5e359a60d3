"""行政处罚 from filing to publication: who may, in which order, what it does to the case and its clocks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from app import history
from app.db import session, transaction
from app.disposal.models import CaseApproval, CasePublication, DisposalCase
from app.domain.case_kinds import ApprovalAnswer, ApprovalLevel
from app.domain.case_record import PenaltyKind
from app.domain.workflow import CaseState, PenaltyState
from app.penalties.models import Penalty
from tests.downloads.taking import taken_out, values_of
from tests.penalties.conftest import EXEMPT, FINED, HEAVY, MILD, TODAY, again, clocks, reread

SECTION, LEGAL, LEADER = ApprovalLevel


def all_penalties() -> list[Penalty]:
    session().expire_all()
    return list(session().scalars(sa.select(Penalty).order_by(Penalty.id)))


def approvals(penalty: Penalty) -> list[tuple[ApprovalLevel, ApprovalAnswer]]:
    rows = session().scalars(sa.select(CaseApproval).where(CaseApproval.penalty_id == penalty.id).order_by(CaseApproval.id))
    return [(row.level, row.answer) for row in rows]


# ---------------------------------------------------------------- filing

def test_filing_takes_a_number_stops_one_clock_and_starts_another(filed: Penalty, mine: DisposalCase, people: Any) -> None:
    assert (filed.number, filed.state, filed.party_name) == ("立〔2026〕1号", PenaltyState.FILED, "蓟州区文昌街好又多超市")
    found = clocks(filed)
    assert found["CASE_FILE"].done_on == date(2026, 11, 20)
    assert (found["CASE_DECIDE"].started_on, found["CASE_DECIDE"].due_on) == (date(2026, 11, 20), date(2027, 2, 18))  # 90 日
    assert "file_penalty" in [entry.step for entry in history.entries_of("disposal_case", mine.id)]
    assert "立〔2026〕1号" in people("county:办案人").get(f"/disposal/{mine.id}").text


def test_the_second_click_files_nothing_twice(filed: Penalty, mine: DisposalCase, people: Any) -> None:
    data = {"found_on": TODAY, "filed_on": TODAY, "version": again(mine).version, "key": "first"}
    answer = people("county:办案人").post(f"/penalties/cases/{mine.id}/file", data=data)
    assert (answer.status_code, answer.location) == (303, f"/penalties/{filed.id}")
    other = people("county:办案人").post(f"/penalties/cases/{mine.id}/file", data=data | {"key": "other"})
    assert other.status_code == 409
    assert "本案已立案（立〔2026〕1号）" in other.text
    assert len(all_penalties()) == 1


@pytest.mark.parametrize(
    ("found_on", "filed_on", "sentence"),
    [
        ("2026-11-20", "2026-11-21", "立案日期不能晚于今天"),
        ("2026-11-20", "2026-11-19", "立案日期不能早于发现线索日期"),
        ("", "2026-11-20", "请填写发现线索日期"),
        ("2026-11-20", "昨天", "立案日期不是有效日期"),
    ],
)
def test_impossible_days_of_filing_are_refused(
    mine: DisposalCase, people: Any, found_on: str, filed_on: str, sentence: str
) -> None:
    data = {"found_on": found_on, "filed_on": filed_on, "version": mine.version, "key": "x"}
    answer = people("county:办案人").post(f"/penalties/cases/{mine.id}/file", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert all_penalties() == []


def test_only_the_handler_of_the_case_files_and_another_bureau_does_not_know_it(
    filed: Penalty, mine: DisposalCase, people: Any, step: Any
) -> None:
    for person, status in (
        ("county:另一办案人", 403), ("county:审核人", 403), ("county:统计员", 403), ("other:办案人", 404), ("lab:承检机构", 403),
    ):  # fmt: skip
        answer = people(person).post(f"/penalties/cases/{mine.id}/file", data={"version": 1})
        assert answer.status_code in (status, 404 if person.startswith("lab") else status)
        assert step(person, filed, "record", **MILD).status_code in (status, 404 if person.startswith("lab") else status)
    assert people("other:审核人").get(f"/penalties/{filed.id}").status_code == 404
    assert people("county:抽样员").get(f"/penalties/{filed.id}").status_code == 200
    assert "立〔2026〕1号" not in people("other:办案人").get("/penalties/").text


def test_a_case_without_filing_is_answered_in_its_record(mine: DisposalCase, people: Any) -> None:
    """不予立案: the block says so, and the clock of filing stops."""
    filing = clocks_of_case(mine)["CASE_FILE"]
    assert (filing.started_on, filing.due_on, filing.done_on) == (date(2026, 11, 20), date(2026, 12, 11), None)  # 15 个工作日
    written = {"version": mine.version, "block": "行政处罚", "penalty_kind": "不予立案", "penalty": "没有违法事实"}
    assert people("county:办案人").post(f"/disposal/{mine.id}/record", data=written).status_code == 303
    assert clocks_of_case(mine)["CASE_FILE"].done_on == date(2026, 11, 20)
    data = {"found_on": TODAY, "filed_on": TODAY, "version": again(mine).version, "key": "x"}
    refused = people("county:办案人").post(f"/penalties/cases/{mine.id}/file", data=data)
    assert refused.status_code == 409
    assert "请先清空该部分" in refused.text
    emptied = {"version": again(mine).version, "block": "行政处罚", "penalty_kind": "", "penalty": ""}
    assert people("county:办案人").post(f"/disposal/{mine.id}/record", data=emptied).status_code == 303
    assert clocks_of_case(mine)["CASE_FILE"].done_on is None


def clocks_of_case(case: DisposalCase) -> dict[str, Any]:
    from app.legal_clocks.queries import of_case

    session().expire_all()
    return {one.code: one for one in of_case(case.id)}


# ---------------------------------------------------------------- recording

@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"total": "2080.50"}, "罚没款合计应为 2120.50"),
        ({"fine": "-5"}, "罚款（元）请填写数字"),
        ({"fine": "5.123"}, "最多两位小数"),
        ({"goods": ""}, "请写明没收了什么"),
        ({"outcome": "不予行政处罚"}, "请选择理由"),
        ({"outcome": "撤销立案"}, "不能同时警告"),
    ],
)
def test_what_cannot_be_true_is_refused_and_kept_on_the_page(filed: Penalty, step: Any, typed: dict[str, str], sentence: str) -> None:
    answer = step("county:办案人", filed, "record", **FINED | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "销售灭蝇胺超标的豇豆 5 公斤" in answer.text
    assert reread(filed.id).facts is None


def test_amounts_are_exact_to_the_cent(filed: Penalty, step: Any) -> None:
    """NUMERIC is floating point on SQLite: what is read back is what was typed."""
    from app.penalties.recording import record_of

    typed = FINED | {"income": "0.1", "fine": "999999999999.89", "goods_value": "33333333.33", "goods_kilograms": "0.125"}
    assert step("county:办案人", filed, "record", **typed, total="999999999999.99").status_code == 303
    saved = record_of(reread(filed.id))
    assert [saved.income, saved.fine, saved.goods_value] == [Decimal("0.10"), Decimal("999999999999.89"), Decimal("33333333.33")]
    assert saved.total == Decimal("999999999999.99")
    assert saved.goods_kilograms == Decimal("0.125")
    version = reread(filed.id).version
    assert "内容没有变化" in step("county:办案人", filed, "record", **typed).text or reread(filed.id).version == version


def test_whoever_saves_second_is_told(filed: Penalty, people: Any) -> None:
    client, version = people("county:办案人"), filed.version
    assert client.post(f"/penalties/{filed.id}/record", data=MILD | {"version": version}).status_code == 303
    late = client.post(f"/penalties/{filed.id}/record", data=MILD | {"facts": "另一说法", "version": version})
    assert late.status_code == 409
    assert "另一说法" in late.text
    assert reread(filed.id).facts == MILD["facts"]


def test_nothing_is_proposed_before_facts_and_grounds(filed: Penalty, step: Any) -> None:
    refused = step("county:办案人", filed, "propose")
    assert refused.status_code == 409
    assert "缺违法事实、违反条款和处罚依据、拟作决定" in refused.text


# ---------------------------------------------------------------- levels

def test_a_small_fine_is_decided_by_the_section(decided: Any, mine: DisposalCase) -> None:
    penalty = decided(**FINED)
    assert (penalty.state, penalty.decision_no, penalty.decided_on) == (
        PenaltyState.DECIDED, "津蓟市监处罚〔2026〕1号", date(2026, 11, 20),
    )  # fmt: skip
    assert approvals(penalty) == [(SECTION, ApprovalAnswer.APPROVED)]
    case = again(mine)
    assert (case.penalty_kind, case.penalty_no, case.penalty_on) == (PenaltyKind.PUNISHED, penalty.decision_no, date(2026, 11, 20))
    assert case.penalty_amount.quantize(Decimal("0.01")) == Decimal("2120.50")
    assert case.penalty == (
        "警告；没收违法所得 120.50 元；没收豇豆（货值 80.00 元）；罚款 2000.00 元。罚没款合计人民币贰仟壹佰贰拾元伍角整"
    )
    last = history.entries_of("disposal_case", case.id)[-1]
    assert (last.step, last.comment) == ("record", "由行政处罚案件 立〔2026〕1号 记入")
    assert clocks(penalty)["CASE_DECIDE"].done_on == date(2026, 11, 20)
    assert clocks(penalty)["PEN_PUBLISH"].due_on == date(2026, 12, 18)  # 20 个工作日


def test_a_heavy_one_passes_legal_review_and_the_leader(proposed: Any, step: Any, people: Any) -> None:
    penalty = proposed(**HEAVY)
    for name, missing in (("decide", "法制审核（罚款达到 100000 元）、局领导"), ("forward-leader", "法制审核（罚款达到 100000 元）")):
        refused = step("county:审核人", penalty, name, decided_on=TODAY)
        assert refused.status_code == 409
        assert missing in refused.text
    assert step("county:审核人", penalty, "forward", comment="请法制审核").status_code == 303
    assert step("county:法制审核员", penalty, "legal/clear").status_code == 422  # an opinion is needed
    assert step("county:审核人", penalty, "legal/clear", comment="同意。").status_code == 403
    assert "待法制审核的行政处罚" in people("county:法制审核员").get("/").text
    assert step("county:法制审核员", penalty, "legal/clear", comment="事实清楚，同意。").status_code == 303
    assert step("county:局领导", penalty, "leader/decide", decided_on=TODAY, decision_no="津蓟市监处罚〔2026〕88号").status_code == 303
    penalty = reread(penalty.id)
    assert (penalty.state, penalty.decision_no) == (PenaltyState.DECIDED, "津蓟市监处罚〔2026〕88号")
    assert approvals(penalty) == [
        (SECTION, ApprovalAnswer.FORWARDED), (LEGAL, ApprovalAnswer.FORWARDED), (LEADER, ApprovalAnswer.APPROVED),
    ]  # fmt: skip
    page = people("county:办案人").get(f"/penalties/{penalty.id}").text
    assert "人民币壹拾万零壹佰贰拾元伍角整" in page and "事实清楚，同意。" in page


def test_what_needs_only_the_leader_skips_legal_review(proposed: Any, step: Any) -> None:
    penalty = proposed(**FINED | {"fine": "50000"})
    assert step("county:审核人", penalty, "decide", decided_on=TODAY).status_code == 409
    assert step("county:审核人", penalty, "forward-leader").status_code == 303
    assert step("county:局领导", penalty, "leader/decide", decided_on=TODAY).status_code == 303
    assert approvals(penalty) == [(SECTION, ApprovalAnswer.FORWARDED), (LEADER, ApprovalAnswer.APPROVED)]


def test_everybody_is_another_person(proposed: Any, step: Any, office: Any) -> None:
    from app.accounts.models import UserRole
    from app.domain.actors import Role

    with transaction():  # one handler and one reviewer hold every other role as well
        for name, roles in (
            ("county:办案人", (Role.REVIEWER, Role.LEGAL, Role.LEADER)), ("county:审核人", (Role.LEGAL, Role.LEADER)),
            ("county:法制审核员", (Role.LEADER,)),
        ):  # fmt: skip
            for role in roles:
                session().add(UserRole(user_id=office.people[name].id, role=role))
    penalty = proposed(**HEAVY)
    assert step("county:办案人", penalty, "forward").status_code == 403
    assert step("county:审核人", penalty, "forward").status_code == 303
    assert step("county:审核人", penalty, "legal/clear", comment="同意。").status_code == 403
    assert step("county:办案人", penalty, "legal/clear", comment="同意。").status_code == 403
    assert step("county:法制审核员", penalty, "legal/clear", comment="同意。").status_code == 303
    for person in ("county:办案人", "county:审核人", "county:法制审核员"):
        assert step(person, penalty, "leader/decide", decided_on=TODAY).status_code == 403
    assert step("county:局领导", penalty, "leader/decide", decided_on=TODAY).status_code == 303


def test_returned_with_a_reason_and_recalled_without(proposed: Any, filed: Penalty, step: Any) -> None:
    penalty = proposed(**HEAVY)
    assert step("county:审核人", penalty, "return", comment=" ").status_code == 422
    assert step("county:审核人", penalty, "forward").status_code == 303
    assert step("county:办案人", penalty, "recall").status_code == 409  # it lies with somebody else by now
    assert step("county:法制审核员", penalty, "legal/return", comment="程序不完备，请补正。").status_code == 303
    assert step("county:办案人", penalty, "propose").status_code == 303
    assert step("county:办案人", penalty, "recall").status_code == 303
    assert reread(penalty.id).state is PenaltyState.FILED
    assert step("county:办案人", penalty, "propose").status_code == 303
    assert step("county:审核人", penalty, "forward").status_code == 303  # the same reviewer, in a new round
    assert approvals(penalty) == [
        (SECTION, ApprovalAnswer.FORWARDED), (LEGAL, ApprovalAnswer.RETURNED), (SECTION, ApprovalAnswer.FORWARDED),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("decided_on", "sentence"),
    [("2026-11-21", "不能晚于今天"), ("2026-11-19", "不能早于立案日期"), ("", "请填写决定日期")],
)
def test_impossible_days_of_decision_are_refused(proposed: Any, step: Any, decided_on: str, sentence: str) -> None:
    penalty = proposed(**FINED)
    refused = step("county:审核人", penalty, "decide", decided_on=decided_on)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert reread(penalty.id).state is PenaltyState.PROPOSED


def test_no_number_of_a_decision_is_lost_by_a_refusal(proposed: Any, step: Any) -> None:
    penalty = proposed(**HEAVY)
    assert step("county:审核人", penalty, "decide", decided_on=TODAY).status_code == 409
    assert step("county:审核人", penalty, "return", comment="罚款过重").status_code == 303
    assert step("county:办案人", penalty, "record", **FINED).status_code == 303
    assert step("county:办案人", penalty, "propose").status_code == 303
    assert step("county:审核人", penalty, "decide", decided_on=TODAY).status_code == 303
    assert reread(penalty.id).decision_no == "津蓟市监处罚〔2026〕1号"


def test_the_block_of_the_case_is_not_typed_twice(decided: Any, mine: DisposalCase, people: Any) -> None:
    decided(**FINED)
    client, case = people("county:办案人"), again(mine)
    page = client.get(f"/disposal/{case.id}").text
    assert "行政处罚部分由该处罚案件记入，不在此重复填写" in page
    data = {"version": case.version, "block": "行政处罚", "penalty_kind": "不予处罚", "penalty": "改了"}
    refused = client.post(f"/disposal/{case.id}/record", data=data)
    assert refused.status_code == 422
    assert again(mine).penalty_kind is PenaltyKind.PUNISHED
    other = {"version": again(mine).version, "block": "其他", "remark": "其他部分照常"}
    assert client.post(f"/disposal/{case.id}/record", data=other).status_code == 303


def test_an_exempted_party_is_not_fined_and_not_published(decided: Any, mine: DisposalCase, step: Any) -> None:
    penalty = decided(**EXEMPT)
    assert penalty.decision_no == "津蓟市监不罚〔2026〕1号"
    case = again(mine)
    assert (case.penalty_kind, case.penalty_amount) == (PenaltyKind.EXEMPT, None)
    assert "第136条" in (case.penalty or "") and "没收豇豆" in (case.penalty or "")
    assert "PEN_PUBLISH" not in clocks(penalty)
    assert step("county:办案人", penalty, "publish", published_on=TODAY, document_no="1").status_code == 409


# ---------------------------------------------------------------- locked

def test_a_running_objection_locks_the_decision_and_not_the_investigation(
    filed: Penalty, step: Any, monkeypatch: pytest.MonkeyPatch, people: Any
) -> None:
    from app.penalties import operations

    held: list[str | None] = [None]
    monkeypatch.setattr(operations, "penalty_lock", lambda sample_id: held[0])
    assert step("county:办案人", filed, "record", **FINED).status_code == 303
    held[0] = "异议（异议〔2026〕1号）正在办理"
    refused = step("county:办案人", filed, "propose")
    assert (refused.status_code, "正在办理" in refused.text) == (409, True)
    assert step("county:办案人", filed, "record", **FINED | {"fine": "1500"}).status_code == 303
    held[0] = None
    assert step("county:办案人", filed, "propose").status_code == 303
    held[0] = "异议（异议〔2026〕1号）正在办理"
    for name in ("decide", "forward", "forward-leader"):
        assert step("county:审核人", filed, name, decided_on=TODAY).status_code == 409
    assert reread(filed.id).state is PenaltyState.PROPOSED
    assert step("county:审核人", filed, "return", comment="等异议办结").status_code == 303


def test_of_a_cancelled_case_nothing_is_decided_any_more(proposed: Any, mine: DisposalCase, step: Any, office: Any) -> None:
    """A retest that passes cancels the case: the penalty is not decided any more, and somebody revokes it."""
    from app.disposal.operations import cancel_for_samples

    penalty = proposed(**FINED)
    with transaction():
        cancel_for_samples([mine.sample_id], office.actor("county:统计员"), "复检合格")
    refused = step("county:审核人", penalty, "decide", decided_on=TODAY)
    assert (refused.status_code, "核查处置案件已撤销" in refused.text) == (409, True)
    assert step("county:审核人", penalty, "revoke", revoked_on=TODAY, reason="复检合格").status_code == 409  # it lies with the reviewer
    assert step("county:审核人", penalty, "return", comment="复检合格").status_code == 303
    assert step("county:办案人", penalty, "propose").status_code == 409
    assert step("county:审核人", penalty, "revoke", revoked_on=TODAY, reason="复检合格").status_code == 303
    assert clocks(penalty)["CASE_DECIDE"].cancelled_at is not None
    assert again(mine).penalty_kind is None


# ---------------------------------------------------------------- afterwards

def test_less_than_the_total_is_said_in_words(decided: Any, step: Any) -> None:
    penalty = decided(**FINED)
    assert step("county:办案人", penalty, "close", closed_on=TODAY).status_code == 409  # not executed
    part = {"served_on": TODAY, "executed_on": TODAY, "paid": "2000"}
    refused = step("county:办案人", penalty, "execute", **part)
    assert refused.status_code == 422
    assert "少于罚没款合计 2120.50 元，请写明原因" in refused.text
    assert step("county:办案人", penalty, "execute", **part | {"served_on": "2026-11-19"}).status_code == 422
    assert step("county:办案人", penalty, "execute", **part, execution="批准延期缴纳余款").status_code == 303
    assert step("county:办案人", penalty, "close", closed_on=TODAY).status_code == 303
    assert reread(penalty.id).state is PenaltyState.CLOSED


def test_a_warning_is_closed_once_served(decided: Any, step: Any) -> None:
    penalty = decided(**MILD)
    assert "PEN_PUBLISH" not in clocks(penalty)  # 仅警告不公示
    assert step("county:办案人", penalty, "execute", served_on=TODAY, executed_on=TODAY, paid="0").status_code == 409
    refused = step("county:办案人", penalty, "close", closed_on=TODAY)
    assert refused.status_code == 422
    assert "请填写决定书送达日期" in refused.text
    assert step("county:办案人", penalty, "close", closed_on=TODAY, served_on=TODAY).status_code == 303


def test_a_slip_is_corrected_with_its_reason(decided: Any, mine: DisposalCase, step: Any) -> None:
    penalty = decided(**FINED)
    typed = {
        "decided_on": TODAY, "decision_no": "津蓟市监处罚〔2026〕7号", "facts": penalty.facts, "basis": penalty.basis, "excuse_note": "",
        "party_code": "",
    }  # fmt: skip
    assert step("county:办案人", penalty, "correct", **typed).status_code == 422
    assert step("county:办案人", penalty, "correct", **typed | {"decided_on": "2026-11-30"}, reason="笔误").status_code == 422
    assert step("county:办案人", penalty, "correct", **typed, reason="文号登记有误").status_code == 303
    assert again(mine).penalty_no == "津蓟市监处罚〔2026〕7号"
    assert history.entries_of("penalty", penalty.id)[-1].comment == "文号登记有误"


def test_revoked_by_another_it_leaves_the_case_and_hurries_its_removal(decided: Any, mine: DisposalCase, step: Any) -> None:
    penalty = decided(**FINED)
    assert step("county:办案人", penalty, "publish", published_on=TODAY, document_no="公示 1").status_code == 303
    assert step("county:办案人", penalty, "revoke", revoked_on=TODAY, reason="复检合格").status_code == 403
    assert step("county:审核人", penalty, "revoke", revoked_on=TODAY, reason=" ").status_code == 422
    assert step("county:审核人", penalty, "revoke", revoked_on=TODAY, reason="复检合格").status_code == 303
    assert reread(penalty.id).state is PenaltyState.REVOKED
    case = again(mine)
    assert (case.penalty_kind, case.penalty_no, case.penalty_amount, case.penalty) == (None, None, None, None)
    assert session().scalars(sa.select(CasePublication)).one().remove_due_on == date(2026, 11, 20)
    assert case.state is CaseState.HANDLING
    assert "CASE_DECIDE" in clocks(penalty) and step("county:审核人", penalty, "revoke", revoked_on=TODAY, reason="再撤").status_code == 409


# ---------------------------------------------------------------- publication

def test_published_in_time_and_due_for_removal(decided: Any, step: Any, people: Any, app: Any) -> None:
    penalty = decided(**FINED)
    for typed, sentence in (
        ({"published_on": "2026-11-19", "url": "https://jizhou.example/1"}, "公示日期应在决定日期"),
        ({"published_on": TODAY}, "请填写公示编号"),
        ({"published_on": TODAY, "url": "jizhou"}, "网址请以 http"),
    ):
        refused = step("county:办案人", penalty, "publish", **typed)
        assert refused.status_code == 422
        assert sentence in refused.text
    assert "待公示" in people("county:办案人").get("/penalties/?due=publish").text
    assert penalty.number in people("county:办案人").get("/penalties/?due=publish").text
    assert step("county:办案人", penalty, "publish", published_on=TODAY, url="https://jizhou.example/1").status_code == 303
    assert step("county:办案人", penalty, "publish", published_on=TODAY, url="https://jizhou.example/2").status_code == 409
    made = session().scalars(sa.select(CasePublication)).one()
    assert (made.kind.value, made.penalty_id, made.remove_due_on) == ("行政处罚信息", penalty.id, date(2029, 11, 20))
    assert clocks(penalty)["PEN_PUBLISH"].done_on == date(2026, 11, 20)
    assert penalty.number not in people("county:办案人").get("/penalties/?due=publish").text
    with transaction():
        session().get_one(CasePublication, made.id).remove_due_on = date(2026, 11, 20)
    assert penalty.number in people("county:办案人").get("/penalties/?due=removals").text
    assert step("county:办案人", penalty, "unpublish", publication=made.id, removed_on=TODAY, reason="").status_code == 422
    assert step("county:办案人", penalty, "unpublish", publication=made.id, removed_on=TODAY, reason="期满").status_code == 303
    assert step("county:办案人", penalty, "unpublish", publication=made.id, removed_on=TODAY, reason="期满").status_code == 409
    assert clocks(penalty)["PEN_PUBLISH"].done_on == date(2026, 11, 20)


def test_a_penalty_is_published_on_its_own_page_only(decided: Any, mine: DisposalCase, step: Any, people: Any) -> None:
    penalty, client = decided(**FINED), people("county:办案人")
    typed = {"kind": "行政处罚信息", "published_on": TODAY, "document_no": "1", "version": again(mine).version}
    refused = client.post(f"/disposal/{mine.id}/publish", data=typed)
    assert refused.status_code == 409
    assert "请在处罚案件的页面登记" in refused.text
    assert step("county:办案人", penalty, "publish", published_on=TODAY, document_no="1").status_code == 303
    assert again(mine).publication == "行政处罚信息　1"
    made = session().scalars(sa.select(CasePublication)).one()
    taken = {"publication": made.id, "removed_on": TODAY, "reason": "期满", "version": again(mine).version}
    assert client.post(f"/disposal/{mine.id}/unpublish", data=taken).status_code == 409


def test_the_list_is_filtered_and_taken_out(decided: Any, people: Any) -> None:
    penalty, client = decided(**FINED), people("county:统计员")
    for query, found in (
        ("q=立(2026)1号", True), ("q=好又多", True), ("q=处罚〔2026〕1", True), ("state=decided", True), ("state=legal", False),
        ("outcome=不予行政处罚", False), ("decided_from=2026-11-21", False), ("filed_to=2026-11-20", True), ("state=?&after=x", True),
    ):  # fmt: skip
        assert (penalty.number in client.get(f"/penalties/?{query}").text) is found, query
    assert [row["立案号"] for row in values_of(taken_out(client, "penalties", "state=decided"))]
    assert history.entries_of("penalty", penalty.id)[-1].step == "decide"
    assert client.get("/penalties/99999999999999999999").status_code == 404


def test_a_small_fine_is_shown_three_months_where_the_office_says_how_small(decided: Any, step: Any, app: Any) -> None:
    app.config["PENALTY_SMALL_FINE"] = 3000
    penalty = decided(**MILD | {"fine": "3000"})
    assert step("county:办案人", penalty, "publish", published_on=TODAY, document_no="1").status_code == 303
    assert session().scalars(sa.select(CasePublication)).one().remove_due_on == date(2027, 2, 20)


def test_a_party_of_another_province_is_pushed(decided: Any, step: Any) -> None:
    penalty = decided(**FINED, other_province="y")
    assert clocks(penalty)["PEN_PUBLISH_PUSH"].due_on == date(2026, 12, 4)  # 10 个工作日
    assert "PEN_PUBLISH" not in clocks(penalty)
    assert step("county:办案人", penalty, "publish", published_on=TODAY, document_no="推送 1").status_code == 303
    assert clocks(penalty)["PEN_PUBLISH_PUSH"].done_on == date(2026, 11, 20)


