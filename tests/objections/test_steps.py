"""异议 by pages and commands: registered, corrected, accepted or declined, concluded, told; who may, and when each is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.chain import HistoryEntry
from app.db import session, transaction
from app.domain.case_kinds import ObjectionEffect, ObjectionKind, ObjectionOutcome, Side
from app.domain.case_workflow import OBJECTION
from app.domain.samples import Supervision
from app.domain.workflow import ObjectionState, ObjectionStep, SampleState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.legal_clocks.models import ClockChange, LegalClock
from app.objections import operations, queries
from app.objections.models import Objection
from app.sampling.models import Sample
from tests.downloads.taking import taken_out
from tests.objections.conftest import (
    HANDLER,
    PRODUCER,
    REVIEWER,
    SECOND,
    SELLER,
    TYPED,
    accept,
    application,
    clocks,
    decide,
    delivered,
    found,
    looked_into,
    register,
    row_id,
)

TODAY = date(2026, 11, 20)


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


def all_objections() -> list[Objection]:
    session().expire_all()
    return list(session().scalars(sa.select(Objection).order_by(Objection.id)))


# ---------------------------------------------------------------- the whole way by pages

def test_from_the_application_to_the_conclusion_by_pages(failed: Sample, sign_in: Callable[..., Any], office: Any) -> None:
    handler, reviewer = sign_in(office.people[HANDLER]), sign_in(office.people[REVIEWER])
    sample_id, item = failed.id, row_id(failed)
    form = handler.get(f"/objections/samples/{sample_id}/new")
    assert form.status_code == 200 and "没有送达登记" in text(form) and f'value="{SELLER}"' in text(form)
    sent = TYPED | {"key": "k1"}
    assert handler.post(f"/objections/samples/{sample_id}/new", data=sent).status_code == 303
    again = handler.post(f"/objections/samples/{sample_id}/new", data=sent, follow_redirects=True)  # the second click
    assert "没有重复登记" in text(again)
    (made,) = all_objections()
    at = f"/objections/{made.id}"
    assert (made.number, made.state, made.window_from) == ("异议〔2026〕1号", ObjectionState.APPLIED, date(2026, 11, 18))
    page = text(handler.get(at))
    assert "没有送达回证证明" in page and "最后一日为 2026-11-27" in page and "异议受理决定" in page
    assert handler.post(f"{at}/accept", data={"accepted_on": "2026-11-20", "version": 1}).status_code == 403
    early = reviewer.post(f"{at}/accept", data={"accepted_on": "2026-11-19", "version": 1})
    assert early.status_code == 422 and "不能早于收到材料的日期" in text(early) and 'value="2026-11-19"' in text(early)
    assert reviewer.post(f"{at}/accept", data={"accepted_on": "2026-11-20", "version": 1}).status_code == 303
    twice = reviewer.post(f"{at}/accept", data={"accepted_on": "2026-11-20", "version": 1}, follow_redirects=True)
    assert "已经办理过" in text(twice)
    version = found(office, made.id).version
    conclusion = {"outcome": "异议成立", "effect": "改判合格", "items": item, "text": "方法不适用。"}
    soon = reviewer.post(f"{at}/decide", data=conclusion | {"version": version})
    assert soon.status_code == 409 and "请先登记核查情况" in text(soon) and "方法不适用。" not in text(handler.get(at))
    looked = {"investigation": "检验机构书面说明方法不适用", "version": version}
    assert handler.post(f"{at}/record", data=looked).status_code == 303
    assert "申请中止" in text(handler.get(at))  # consulting other departments does not count
    version = found(office, made.id).version
    wrong = reviewer.post(f"{at}/decide", data=conclusion | {"effect": "抽样无效，样品作废", "items": [], "version": version})
    assert wrong.status_code == 422 and "处理只能是" in text(wrong) and "方法不适用。" in text(wrong)
    assert reviewer.post(f"{at}/decide", data=conclusion | {"version": version}).status_code == 303
    assert "已经办理过" in text(reviewer.post(f"{at}/decide", data=conclusion | {"version": version}, follow_redirects=True))
    told = {"told_on": "2026-11-20", "told_how": "直接送达", "version": found(office, made.id).version}
    assert reviewer.post(f"{at}/tell", data=told).status_code == 403
    assert handler.post(f"{at}/tell", data=told).status_code == 303
    done = found(office, made.id)
    assert (done.state, done.told_on, done.decision) == (ObjectionState.TOLD, TODAY, "方法不适用。")
    assert [one.step for one in history.entries_of("objection", made.id)] == ["apply", "accept", "record", "decide", "tell"]
    assert session().get_one(Sample, sample_id).supervision is Supervision.PASS
    for page_at in (at, f"/sampling/{sample_id}", "/objections/", "/objections/?state=told&kind=检验方法异议"):
        answer = handler.get(page_at)
        assert answer.status_code == 200, page_at
        assert made.number in text(answer), page_at
    trail = text(handler.get(at))
    assert 'href="/ripples/1"' in trail
    assert "改判合格的项目" in trail and "灭蝇胺" in trail


def test_the_case_registers_for_its_own_party(failed: Sample, sign_in: Callable[..., Any], office: Any) -> None:
    handler = sign_in(office.people[HANDLER])
    cases = {case.party.value: case.id for case in whole_cases(failed)}
    assert f'value="{PRODUCER}"' in text(handler.get(f"/objections/cases/{cases['生产']}/new"))
    sent = TYPED | {"side": "标称生产企业", "applicant": PRODUCER, "kind": "样品真实性异议"}
    assert handler.post(f"/objections/cases/{cases['生产']}/new", data=sent).status_code == 303
    number = all_objections()[0].number
    page = text(handler.get(f"/disposal/{cases['流通']}"))
    assert number in page and "正在办理，作出审核结论前不能登记或修改行政处罚" in page
    refused = handler.post(f"/objections/cases/{cases['生产']}/new", data=sent)
    assert refused.status_code == 409 and "不要重复登记" in text(refused) and "所用方法不适用于豇豆" in text(refused)


def whole_cases(sample: Sample) -> list[Any]:
    from app.disposal.models import DisposalCase

    return list(session().scalars(sa.select(DisposalCase).where(DisposalCase.sample_id == sample.id)))


# ---------------------------------------------------------------- late, unproven, incomplete

def test_a_late_application_is_declined_with_the_sentence_and_not_accepted(
    failed: Sample, sign_in: Callable[..., Any], office: Any
) -> None:
    made = register(
        office, failed, kind=ObjectionKind.SAMPLING, window_from=None, applied_on=date(2026, 11, 12), received_on=date(2026, 11, 13)
    )
    reviewer = sign_in(office.people[REVIEWER])
    page = text(reviewer.get(f"/objections/{made.id}"))
    assert "2026-11-02 抽样完成，7 个工作日内可以提出，最后一日为 2026-11-11；2026-11-12 提出，已逾期" in page
    assert f'action="/objections/{made.id}/accept"' not in page
    refused = reviewer.post(f"/objections/{made.id}/accept", data={"accepted_on": "2026-11-20", "version": made.version})
    assert refused.status_code == 409 and "请作不予受理决定" in text(refused)
    with pytest.raises(NotAllowedNow, match="已逾期"):
        accept(office, made)
    reasons = "；".join(operations.grounds(found(office, made.id)))
    declined = reviewer.post(f"/objections/{made.id}/decline", data={"refusal": reasons, "version": made.version})
    assert declined.status_code == 303
    done = found(office, made.id)
    assert (done.state, done.refusal, done.decided_on) == (ObjectionState.DECLINED, reasons, TODAY)
    assert clocks(made)["OBJ_ACCEPT"].done_on == TODAY


def test_the_receipt_on_record_prevails_over_what_the_applicant_says(failed: Sample, office: Any) -> None:
    delivered(office, failed, date(2026, 11, 16))
    with pytest.raises(NotLikeThis, match="送达回证登记的送达日期为 2026-11-16"):
        register(office, failed, window_from=date(2026, 11, 18))
    made = register(office, failed, window_from=None)
    assert made.window_from == date(2026, 11, 16)
    stopped = session().scalars(sa.select(LegalClock).where(LegalClock.code == "OBJ_OTHER_APPLY")).one()
    assert stopped.done_on == date(2026, 11, 19) and made.number in (stopped.done_note or "")
    still = session().scalars(sa.select(LegalClock).where(LegalClock.code == "RETEST_APPLY")).one()
    assert still.done_on is None  # a retest may still be asked for


def test_a_delivery_recorded_later_makes_the_application_late(failed: Sample, office: Any) -> None:
    made = register(office, failed, applied_on=date(2026, 11, 19))
    delivered(office, failed, date(2026, 11, 9))
    with pytest.raises(NotAllowedNow, match="2026-11-09 收到检验结果通知书"):
        accept(office, made)


def test_without_any_receipt_the_time_has_not_begun(failed: Sample, office: Any) -> None:
    made = register(office, failed, window_from=None)
    assert made.window_from is None
    assert accept(office, made).state is ObjectionState.ACCEPTED


def test_papers_are_asked_for_once_and_the_five_days_begin_again(failed: Sample, sign_in: Callable[..., Any], office: Any) -> None:
    made = register(office, failed, evidence=None, received_on=date(2026, 11, 19))
    handler, reviewer = sign_in(office.people[HANDLER]), sign_in(office.people[REVIEWER])
    at = f"/objections/{made.id}"
    with pytest.raises(NotAllowedNow, match="请先一次性告知补正"):
        accept(office, made)
    assert "没有提交证明材料" in text(handler.get(at))
    asked = {"wanting": "方法比对资料", "asked_on": "2026-11-20", "due_on": "2026-11-20", "version": made.version}
    assert "补正期限应晚于告知日期" in text(handler.post(f"{at}/ask-correction", data=asked))
    assert handler.post(f"{at}/ask-correction", data=asked | {"due_on": "2026-11-27"}).status_code == 303
    now = clocks(made)
    assert (now["OBJ_CORRECT"].started_on, now["OBJ_CORRECT"].done_on) == (date(2026, 11, 19), TODAY)
    assert now["OBJ_ACCEPT"].cancelled_at is not None
    early = reviewer.post(f"{at}/decline", data={"refusal": "未补正", "version": found(office, made.id).version})
    assert early.status_code == 409 and "补正期限到 2026-11-27" in text(early)
    supplied = {"supplemented_on": "2026-11-20", "evidence": "方法比对资料", "version": found(office, made.id).version}
    assert handler.post(f"{at}/supplement", data=supplied).status_code == 303
    begun = clocks(made)["OBJ_ACCEPT"]
    assert (begun.started_on, begun.due_on, begun.cancelled_at) == (TODAY, date(2026, 11, 27), None)
    assert "收到补正材料" in begun.why
    second = handler.post(f"{at}/ask-correction", data=asked | {"due_on": "2026-11-30", "version": found(office, made.id).version})
    assert second.status_code == 409 and "只能一次性告知" in text(second)
    assert "ask-correction" not in text(handler.get(at))
    assert accept(office, made).state is ObjectionState.ACCEPTED
    assert clocks(made)["OBJ_ACCEPT"].done_on == TODAY


def test_what_was_never_supplied_is_declined_after_the_time_for_it(
    failed: Sample, office: Any, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = register(office, failed, evidence=None)
    with transaction():
        operations.ask_correction(
            found(office, made.id), office.actor(HANDLER), clock.now(), wanting="授权书", asked_on=TODAY, due_on=date(2026, 11, 25)
        )
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at.replace(month=11, day=26))
    status, told, _ = run("objections", "decline", made.number, "--as", "county-reviewer")
    assert status == 0 and told["refusal"] == "期满（2026-11-25）未补正：授权书"


# ---------------------------------------------------------------- clocks

@pytest.mark.parametrize(("kind", "begun", "code", "due"), [
    (ObjectionKind.SAMPLING, None, "OBJ_SAMPLING_DECIDE", date(2026, 12, 18)),  # 20 working days
    (ObjectionKind.METHOD, date(2026, 11, 18), "OBJ_OTHER_DECIDE", date(2027, 1, 4)),  # 30 working days
])  # fmt: skip
def test_each_kind_is_decided_in_its_own_time(
    failed: Sample, office: Any, kind: ObjectionKind, begun: date | None, code: str, due: date
) -> None:
    made = register(office, failed, kind=kind, window_from=begun, applied_on=date(2026, 11, 11))
    assert clocks(made)["OBJ_ACCEPT"].due_on == date(2026, 11, 26)
    accept(office, made)
    now = clocks(made)
    assert set(now) == {"OBJ_ACCEPT", code} and now[code].due_on == due
    assert now[code].started_on == TODAY and now[code].subject_name.startswith(made.number)
    with transaction():
        operations.withdraw(found(office, made.id), office.actor(HANDLER), "双方和解")
    assert clocks(made)[code].cancelled_at is not None


def test_consulting_other_departments_does_not_count(
    failed: Sample, sign_in: Callable[..., Any], office: Any, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """办法 39¶3: by the clock's own pause, asked by one person and approved by another."""
    made = accept(office, register(office, failed))
    clock_id, at = clocks(made)["OBJ_OTHER_DECIDE"].id, clock.now()
    handler, reviewer = sign_in(office.people[HANDLER]), sign_in(office.people[REVIEWER])
    assert f'href="/clocks/{clock_id}#ask"' in text(handler.get(f"/objections/{made.id}"))
    asked = {"kind": "中止", "from_on": "2026-11-23", "document_no": "商函 3 号", "reason": "商请卫生健康部门明确判定依据", "version": 1}
    assert handler.post(f"/clocks/{clock_id}/ask", data=asked).status_code == 303
    approved = reviewer.post("/clocks/changes/1/approve", data={"comment": "同意", "version": 1})
    assert approved.status_code == 303
    monkeypatch.setattr(clock, "today", lambda: date(2027, 1, 8))
    monkeypatch.setattr(clock, "now", lambda: at.replace(year=2027, month=1, day=8))
    assert run("objections", "list", "--overdue", "--as", "county-reviewer")[1] == []  # its term would be over, but it stands still
    handler, reviewer = sign_in(office.people[HANDLER]), sign_in(office.people[REVIEWER])
    assert "起中止" in text(reviewer.get(f"/objections/{made.id}"))
    resumed = {"resumed_on": "2026-11-30", "comment": "已复函", "version": session().get_one(ClockChange, 1).version}
    assert handler.post("/clocks/changes/1/resume", data=resumed).status_code == 303
    assert clocks(made)["OBJ_OTHER_DECIDE"].due_on == date(2027, 1, 11)  # five working days later
    assert "中止" in text(handler.get(f"/objections/{made.id}"))


def test_the_day_of_receipt_corrected_moves_the_clock(failed: Sample, office: Any) -> None:
    made = register(office, failed, applied_on=date(2026, 11, 18))
    with transaction():
        changed = operations.edit(
            found(office, made.id), application(applied_on=date(2026, 11, 18), received_on=date(2026, 11, 18)), office.actor(HANDLER),
            clock.now(),
        )  # fmt: skip
    assert changed
    assert clocks(made)["OBJ_ACCEPT"].started_on == date(2026, 11, 18)


# ---------------------------------------------------------------- what is refused

@pytest.mark.parametrize(("given", "said"), [
    ({"received_on": "2026-11-21"}, "收到日期不能晚于今天"),
    ({"applied_on": "2026-11-20", "received_on": "2026-11-19"}, "不能晚于收到日期"),
    ({"window_from": "2026-11-21"}, "晚于收到异议的日期"),
    ({"kind": "抽样过程异议"}, "抽样过程异议自抽样日期起算为 2026-11-02"),
    ({"applicant": " "}, "请填写申请人"),
    ({"content": ""}, "请填写异议内容"),
    ({"kind": "别的"}, "异议类别"),
    ({"applied_on": "昨天"}, "提出日期"),
])  # fmt: skip
def test_what_cannot_be_true_is_refused_at_its_field(
    failed: Sample, sign_in: Callable[..., Any], office: Any, given: dict[str, str], said: str
) -> None:
    answer = sign_in(office.people[HANDLER]).post(f"/objections/samples/{failed.id}/new", data=TYPED | given)
    assert answer.status_code == 422 and said in text(answer)
    assert all_objections() == []


def test_what_nobody_could_object_to(batch: Callable[..., Sample], office: Any) -> None:
    passed = batch("XC26120119123450002", supervision=Supervision.PASS)
    with pytest.raises(NotLikeThis, match="只能登记抽样过程异议"):
        register(office, passed)
    voided = batch("XC26120119123450003")
    with transaction():
        session().get_one(Sample, voided.id).state = SampleState.VOIDED
    with pytest.raises(NotAllowedNow, match="已作废"):
        register(office, voided)


def test_to_whom_it_is_addressed(batch: Callable[..., Sample], office: Any) -> None:
    """办法 37: about the sampling to whoever carried it out, about all else to whoever organised it."""
    sample = batch(organiser_org_id=office.orgs["city"].id)
    with pytest.raises(NotLikeThis, match="应当向天津市市场监督管理委员会提出"):
        register(office, sample)
    made = register(office, sample, kind=ObjectionKind.SAMPLING, window_from=None, applied_on=date(2026, 11, 10))
    assert made.org_id == office.orgs["county"].id
    with pytest.raises(NotLikeThis, match="受理部门不同"), transaction():
        operations.edit(made, application(), office.actor(HANDLER), clock.now())
    with transaction():
        city = operations.apply(sample, application(), office.actor("city:办案人"), clock.now())
    assert city.org_id == office.orgs["city"].id


# ---------------------------------------------------------------- two people, roles, other bureaus

def test_whoever_registered_or_looked_into_it_does_not_conclude_it(failed: Sample, office: Any) -> None:
    made = register(office, failed)
    with transaction():
        session().get_one(Objection, made.id).asked_by_id = office.people[REVIEWER].id
    with pytest.raises(NotAllowed):
        accept(office, made, REVIEWER)
    looked = looked_into_by_second(office, made)
    with pytest.raises(NotAllowed):
        decide(office, looked, ObjectionEffect.NONE, outcome=ObjectionOutcome.REJECTED, who=REVIEWER)
    assert decide(office, looked, ObjectionEffect.NONE, outcome=ObjectionOutcome.REJECTED, who=SECOND).outcome is ObjectionOutcome.REJECTED


def looked_into_by_second(office: Any, made: Objection) -> Objection:
    accept(office, made, SECOND)
    with transaction():
        operations.record(found(office, made.id), office.actor(HANDLER), investigation="核查")
    return found(office, made.id)


def test_a_recorder_with_both_roles_does_not_conclude(failed: Sample, office: Any) -> None:
    from app.accounts.models import UserRole
    from app.domain.actors import Role

    with transaction():
        session().add(UserRole(user_id=office.people["county:另一办案人"].id, role=Role.REVIEWER))
    made = register(office, failed)
    accept(office, made)
    both = office.actor("county:另一办案人")
    with transaction():
        operations.record(found(office, made.id), both, investigation="核查")
    with pytest.raises(NotAllowed, match="核查情况与作出审核结论不得为同一人"):
        decide(office, made, ObjectionEffect.NONE, outcome=ObjectionOutcome.REJECTED, who="county:另一办案人")


AS_REVIEWER = ("--as", "county-reviewer")
POSTS = ("accept", "decline", "ask-correction", "supplement", "record", "decide", "tell", "withdraw", "edit")


def test_another_bureau_knows_of_nothing(failed: Sample, sign_in: Callable[..., Any], office: Any) -> None:
    made = register(office, failed)
    for who in ("other:办案人", "other:审核人", "lab:承检机构", "county:系统管理员"):
        client = sign_in(office.people[who])
        assert client.get(f"/objections/{made.id}").status_code == 404, who
        assert [client.post(f"/objections/{made.id}/{step}").status_code for step in POSTS] == [404] * len(POSTS), who
    assert made.number not in text(sign_in(office.people["other:办案人"]).get("/objections/"))


@pytest.mark.parametrize(("who", "denied"), [
    ("county:办案人", ("accept", "decline", "decide")),
    ("county:审核人", ("ask-correction", "supplement", "record", "tell", "withdraw", "edit")),
    ("county:局领导", ("ask-correction", "supplement", "record", "tell", "withdraw", "edit")),
])  # fmt: skip
def test_each_role_has_its_steps(
    failed: Sample, sign_in: Callable[..., Any], office: Any, who: str, denied: tuple[str, ...]
) -> None:
    made = register(office, failed)
    client = sign_in(office.people[who])
    got = {step: client.post(f"/objections/{made.id}/{step}").status_code for step in POSTS}
    assert {step for step, status in got.items() if status == 403} == set(denied)


LAWFUL: dict[str, dict[str, Any]] = {
    "ask-correction": {"wanting": "授权书", "asked_on": "2026-11-20", "due_on": "2026-11-27"},
    "supplement": {"supplemented_on": "2026-11-20", "evidence": "授权书"}, "accept": {"accepted_on": "2026-11-20"},
    "decline": {"refusal": "不符合条件"}, "record": {"investigation": "另行核查"},
    "decide": {"outcome": "异议不成立", "effect": "不改变检验结论", "text": "不成立"}, "tell": {"told_on": "2026-11-20"},
    "withdraw": {"reason": "不再主张"}, "edit": TYPED | {"content": "另有理由"},
}  # fmt: skip


@pytest.mark.parametrize("state", list(ObjectionState))
def test_every_other_step_is_refused_in_every_state(
    failed: Sample, sign_in: Callable[..., Any], office: Any, state: ObjectionState
) -> None:
    made = looked_into(office, register(office, failed))
    with transaction():
        one = session().get_one(Objection, made.id)
        one.outcome, one.effect, one.correction_due_on = ObjectionOutcome.REJECTED, ObjectionEffect.NONE, date(2026, 11, 19)
        one.decided_on, one.state = TODAY, state
    clients = {"decide": sign_in(office.people[SECOND]), "handle": sign_in(office.people[HANDLER])}
    for step, fields in LAWFUL.items():
        if (state, ObjectionStep(step.replace("-", "_"))) in OBJECTION:
            continue
        version = found(office, made.id).version
        client = clients["decide" if step in ("accept", "decline", "decide") else "handle"]
        response = client.post(f"/objections/{made.id}/{step}", data=fields | {"version": version})
        assert (step, response.status_code) == (step, 409)
        assert (found(office, made.id).state, found(office, made.id).version) == (state, version)


# ---------------------------------------------------------------- commands, documents, files

def test_the_same_by_commands(failed: Sample, run: Callable[..., Any], tmp_path: Any) -> None:
    status, made, said = run(
        "objections", "apply", failed.number, "--kind", "检验方法异议", "--side", "被抽样单位", "--applicant", SELLER, "--content",
        "方法不适用", "--window-from", "2026-11-18", "--as", "county-handler",
    )  # fmt: skip
    assert status == 0 and made["number"] == "异议〔2026〕1号" and "没有送达回证证明" in made["doubt"], said
    number = made["number"]
    status, _, said = run("objections", "accept", number, "--as", "county-handler")
    assert status == 1 and "没有执行该命令的权限" in said
    status, _, said = run("objections", "accept", number, "--as", "county-reviewer")
    assert status == 1 and "请先一次性告知补正" in said
    assert run("objections", "edit", number, "--evidence", "方法比对资料", "--as", "county-handler")[0] == 0
    letter = tmp_path / "申请书.pdf"
    letter.write_bytes(b"%PDF-1.4\n%%EOF\n")
    assert run("objections", "attach", number, str(letter), "--as", "county-handler")[1]["filename"] == "申请书.pdf"
    assert run("objections", "accept", number, "--as", "county-reviewer")[1]["state"] == "审核中"
    status, drafted, _ = run("objections", "document", number, "异议受理通知书", "--as", "county-handler")
    assert status == 0 and drafted["fresh"]
    assert run("objections", "document", number, "异议受理通知书", "--as", "county-handler")[1]["fresh"] is False
    assert "还不制作" in run("objections", "document", number, "objection-conclusion", "--as", "county-handler")[2]
    assert "可用：异议受理通知书" in run("objections", "document", number, "移送函", "--as", "county-handler")[2]
    assert run("objections", "record", number, "--text", "核查", "--as", "county-handler")[0] == 0
    shown = run("objections", "show", number, "--as", "county-reviewer")[1]
    assert [one["item"] for one in shown["items"]] == ["灭蝇胺"] and shown["hindrances"] == []
    assert "（异议〔2026〕1号）正在办理" in shown["lock"]
    upheld = ("objections", "decide", number, "--outcome", "异议成立", "--effect", "改判合格", "--text", "方法不适用", *AS_REVIEWER)
    assert "可选：灭蝇胺" in run(*upheld, "--item", "铅")[2]
    assert "至少选择一个检验项目" in run(*upheld)[2]
    assert run(*upheld, "--item", "灭蝇胺")[1]["effect"] == "改判合格"
    assert run("objections", "tell", number, "--how", "邮寄", "--as", "county-handler")[1]["state"] == "已通知结论"
    listed = run("objections", "list", "--state", "已通知结论", "--as", "county-reviewer")[1]
    assert [one["number"] for one in listed] == [number]
    assert run("objections", "list", "--state", "正在办理", "--as", "county-reviewer")[1] == []
    status, _, said = run("objections", "withdraw", number, "--reason", "不再主张", "--as", "county-handler")
    assert status == 1 and "不能执行" in said
    assert "没有找到异议" in run("objections", "show", "异议〔2026〕9号", "--as", "other-reviewer")[2]
    assert "没有找到异议" in run("objections", "show", number, "--as", "other-reviewer")[2]


def test_documents_say_what_is_recorded(failed: Sample, sign_in: Callable[..., Any], office: Any) -> None:
    from app.official_documents.models import OfficialDocument

    made = looked_into(office, register(office, failed))
    handler = sign_in(office.people[HANDLER])
    assert handler.post(f"/objections/{made.id}/documents/objection-conclusion").status_code == 409
    decide(office, made, ObjectionEffect.NONE, outcome=ObjectionOutcome.REJECTED)
    for code in ("objection-acceptance", "objection-conclusion", "objection-conclusion"):
        assert handler.post(f"/objections/{made.id}/documents/{code}").status_code == 303
    first, second = session().scalars(sa.select(OfficialDocument).order_by(OfficialDocument.id))
    assert (first.about_kind, first.about_id, first.recipient) == ("objection", made.id, SELLER)
    assert first.fields["审核期限"] == "2027年1月4日" and first.fields["异议编号"] == made.number
    assert second.fields["审核结论"] == "异议不成立" and "调阅原始记录" in second.fields["核查情况"]
    assert second.recipient_address == "文昌街 1 号"
    for paper in (first.id, second.id):
        issued = handler.post(f"/documents/{paper}/issue", data={"issued_on": "2026-11-20", "version": 1})
        assert issued.status_code == 303
        assert made.number in text(handler.get(f"/documents/{paper}/preview"))
        assert f'href="/objections/{made.id}"' in text(handler.get(f"/documents/{paper}"))
    page = text(handler.get(f"/objections/{made.id}"))
    assert "津蓟市监异结〔2026〕1号" in page and "津蓟市监异受〔2026〕1号" in page
    refused = handler.get(f"/documents/samples/{failed.id}/new/objection-acceptance")
    assert refused.status_code == 422 and "从异议的页面制作" in text(refused)


def test_a_claim_of_counterfeit_leads_to_the_letter_of_assistance(failed: Sample, sign_in: Callable[..., Any], office: Any) -> None:
    made = register(office, failed, kind=ObjectionKind.AUTHENTICITY, side=Side.PRODUCER, applicant=PRODUCER)
    page = text(sign_in(office.people[HANDLER]).get(f"/objections/{made.id}"))
    assert "/new/assist-letter" in page and "制作协查函" in page and "kind=%E5%8D%8F%E6%9F%A5" in page
    other = register(office, failed, kind=ObjectionKind.METHOD)
    assert "协查" not in text(sign_in(office.people[HANDLER]).get(f"/objections/{other.id}")).split("异议文书")[1]


def test_a_file_is_kept_with_the_objection(failed: Sample, sign_in: Callable[..., Any], office: Any) -> None:
    import io

    made = register(office, failed)
    handler = sign_in(office.people[HANDLER])
    sent = {"file": (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "进货凭证.pdf")}
    assert handler.post(f"/objections/{made.id}/files", data=sent, content_type="multipart/form-data").status_code == 303
    assert "进货凭证.pdf" in text(handler.get(f"/objections/{made.id}"))
    bad = {"file": (io.BytesIO(b"MZ"), "程序.exe")}
    assert handler.post(f"/objections/{made.id}/files", data=bad, content_type="multipart/form-data").status_code == 422


def test_what_waits_for_the_reader_and_what_is_not_finished(
    failed: Sample, sign_in: Callable[..., Any], office: Any, run: Callable[..., Any]
) -> None:
    register(office, failed)
    accept(office, register(office, failed, kind=ObjectionKind.STANDARD))  # waits for what is found, not for the reviewer
    assert len(session().scalars(queries.to_decide(office.actor(REVIEWER))).all()) == 1
    assert len(session().scalars(queries.unfinished(office.actor(HANDLER))).all()) == 2
    assert "共 <b>1</b> 条" in text(sign_in(office.people[REVIEWER]).get("/objections/?state=mine"))
    assert "共 <b>2</b> 条" in text(sign_in(office.people[HANDLER]).get("/objections/?state=running"))
    assert len(run("objections", "list", "--state", "待我审核", "--as", "county-reviewer")[1]) == 1


def test_the_list_as_a_workbook_is_on_record(failed: Sample, sign_in: Callable[..., Any], office: Any) -> None:
    import io

    from openpyxl import load_workbook

    made = register(office, failed, contact="李经理 13800001234")
    register(office, failed, kind=ObjectionKind.STANDARD)
    content = taken_out(sign_in(office.people[REVIEWER]), "objections", "kind=检验方法异议&state=running")
    book = load_workbook(io.BytesIO(content))
    head, *rows, _ = book["异议"].iter_rows(values_only=True)
    assert [row[0] for row in rows] == [made.number] and len(rows[0]) == len(head)
    assert dict(zip(head, rows[0], strict=True))["状态"] == "待受理"
    assert not any("13800001234" in str(cell) for row in rows for cell in row)
    told = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "export")).one()
    assert told.comment.startswith("异议类别：检验方法异议，状态：正在办理；列：") and "；共 1 件；" in told.comment


def test_overdue_ones_are_found(failed: Sample, sign_in: Callable[..., Any], office: Any, run: Callable[..., Any]) -> None:
    late = register(office, failed, applied_on=date(2026, 11, 10), received_on=date(2026, 11, 10), window_from=date(2026, 11, 9))
    register(office, failed, kind=ObjectionKind.STANDARD)
    listed = run("objections", "list", "--overdue", "--as", "county-reviewer")[1]
    assert [one["number"] for one in listed] == [late.number] and "已超" in listed[0]["standing"]
    page = text(sign_in(office.people[REVIEWER]).get("/objections/?overdue=1"))
    assert late.number in page and "共 <b>1</b> 条" in page
