"""移送、协查、通报 through the pages: sent, signed for, answered by the addressee, urged, closed, voided."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa

from app import clock, files, history
from app.db import session, transaction
from app.disposal import operations as disposal
from app.disposal.models import DisposalCase
from app.domain.case_kinds import Side, TransferReply
from app.domain.disposal import CaseMode
from app.domain.workflow import DocumentState, TransferState
from app.legal_clocks import changes
from app.legal_clocks.models import ClockChange, LegalClock
from app.official_documents.models import OfficialDocument
from app.transfers.models import CaseTransfer
from tests.disposal.conftest import again
from tests.downloads.taking import rows_of, taken_out
from tests.transfers.conftest import SENDING, every

US, THEM, CITY = "county:办案人", "other:办案人", "city:办案人"
RECEIPT = {"receipt_on": "2026-11-20", "receipt_by": "王五"}
ANSWER = {"reply": "确认为其生产", "replied_on": "2026-11-20", "reply_no": "武市监复〔2026〕1号", "reply_text": "该批次为其生产"}


def clocks(code):
    return list(session().scalars(sa.select(LegalClock).where(LegalClock.code == code)))


# ---------------------------------------------------------------- sending

def test_a_request_is_numbered_and_its_clock_runs(send):
    sent = send()
    assert (sent.number, sent.state, sent.to_name) == ("协查〔2026〕1号", TransferState.SENT, "武隆区市场监督管理局")
    (running,) = clocks("ASSIST_REPLY")
    assert sent.reply_due_on == running.due_on == date(2026, 12, 11)  # 15 working days
    assert running.subject_kind == "case_transfer" and "待核" not in (running.done_note or "")
    assert [send(kind=kind).number for kind in ("协查", "移送", "通报")] == ["协查〔2026〕2号", "移送〔2026〕1号", "通报〔2026〕1号"]


def test_a_date_that_the_letter_names_is_the_letters_own(send):
    assert send(reply_due_on="2026-11-27").reply_due_on == date(2026, 11, 27)
    assert clocks("ASSIST_REPLY") == []


def test_a_notice_asks_for_no_answer_unless_it_says_so(send):
    assert send(kind="通报").reply_due_on is None
    assert send(kind="通报", reply_due_on="2026-11-30").reply_due_on == date(2026, 11, 30)


def test_the_form_knows_the_case(case, person):
    page = person(US).get(f"/transfers/cases/{case.id}/new?kind=移送").text
    assert "豇豆" in page and "灭蝇胺项目不合格" in page and '<option selected value="移送">' in page
    assert "武隆区市场监督管理局" in page and "蓟州区市场监督管理局</option>" not in page  # nobody writes to himself


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"to_org_id": ""}, "须选择使用本系统的接收单位"),
        ({"to_org_id": "", "channel": "公文", "document_no": "1号"}, "请选择接收单位，或填写不使用本系统的单位名称"),
        ({"channel": "公文"}, "请选择已制发的文书，或填写文号"),
        ({"channel": "行刑衔接平台"}, "行刑衔接平台用于向公安机关等部门移送"),
        ({"subject": " "}, "请填写事由和请求事项"),
        ({"sent_on": "2026-11-21"}, "不能晚于今天"),
        ({"sent_on": "2026-11-01"}, "不能早于收到不合格结论日期"),
        ({"sent_on": "昨天"}, "日期"),
        ({"reply_due_on": "2026-11-19"}, "应晚于发出日期"),
        ({"to_org_id": "999999"}, "没有这个接收单位"),
        ({"document_id": "999999"}, "没有这份已制发的"),
    ],
)
def test_what_cannot_be_sent_comes_back_with_what_was_typed(case, person, office, given, sentence):
    values = {**SENDING, "to_org_id": str(office.orgs["other"].id), "subject": "请核查甲乙丙", **given}
    response = person(US).post(f"/transfers/cases/{case.id}/new", data=values)
    assert response.status_code == 422
    assert sentence in response.text
    assert given.get("subject") or "请核查甲乙丙" in response.text
    assert every() == []


def test_nobody_writes_to_the_own_office(case, person, office):
    values = {**SENDING, "to_org_id": str(office.orgs["county"].id)}
    response = person(US).post(f"/transfers/cases/{case.id}/new", data=values)
    assert response.status_code == 422 and "不能发给本单位" in response.text


def test_the_second_click_sends_nothing(send, case, person, office):
    first = send(key="once")
    values = {**SENDING, "to_org_id": str(office.orgs["other"].id), "key": "once"}
    response = person(US).post(f"/transfers/cases/{case.id}/new", data=values)
    assert response.headers["Location"].endswith(f"/transfers/{first.id}")
    assert len(every()) == 1


def test_an_issued_letter_goes_along_and_both_sides_may_take_it_out(case, send, person, office):
    with transaction():
        letter = OfficialDocument(
            org_id=case.org_id, kind="协查函", number="津蓟市监协查〔2026〕1号", sample_id=case.sample_id, case_id=case.id, side=Side.OTHER,
            recipient="武隆局", fields={}, state=DocumentState.ISSUED, issued_on=date(2026, 11, 20), created_at=clock.now(),
            sha256=files.store(b"letter").sha256,
        )
        session().add(letter)
    sent = send(document_id=str(letter.id))
    assert sent.document_no == "津蓟市监协查〔2026〕1号"
    for who in (US, THEM):
        response = person(who).get(f"/transfers/{sent.id}/letter")
        assert (response.status_code, response.data) == (200, b"letter")
    assert person(THEM).get(f"/documents/{letter.id}").status_code == 404  # the document itself stays with its office


def test_a_cancelled_case_sends_nothing(case, person, office):
    with transaction():
        disposal.cancel_for_samples([case.sample_id], office.actor("county:统计员"), "复检合格")
    response = person(US).post(f"/transfers/cases/{case.id}/new", data={**SENDING, "to_org_id": str(office.orgs["other"].id)})
    assert response.status_code == 409 and "案件已撤销" in response.text


# ---------------------------------------------------------------- the addressee

def test_the_addressee_signs_for_it_and_answers(send, take, person):
    sent = send()
    assert take(THEM, sent, "receipt", **RECEIPT).status_code == 303
    assert take(THEM, sent, "reply", **ANSWER).status_code == 303
    (found,) = every()
    assert (found.state, found.reply, found.receipt_by) == (TransferState.REPLIED, TransferReply.CONFIRMED, "王五")
    (stopped,) = clocks("ASSIST_REPLY")
    assert stopped.done_on == date(2026, 11, 20) and stopped.done_note == "已回复：确认为其生产"
    assert [entry.step for entry in history.entries_of("case_transfer", found.id)] == ["send", "receipt", "reply"]


def test_the_sender_does_not_answer_for_an_addressee_in_the_system(send, take, person):
    sent = send()
    assert take(US, sent, "receipt", **RECEIPT).status_code == 403
    assert take(US, sent, "reply", **ANSWER).status_code == 403
    page = person(US).get(f"/transfers/{sent.id}").text
    assert "本单位不能代为登记" in page and 'id="receipt"' not in page
    assert take(CITY, sent, "receipt", **RECEIPT).status_code == 303  # above both


def test_of_a_letter_the_sender_records_what_came_back(send, take):
    sent = send(to_org_id="", to_name="遵义市某局", channel="公文", document_no="津蓟市监协查〔2026〕9号")
    assert take(US, sent, "receipt", **RECEIPT).status_code == 303
    assert take(US, sent, "reply", **ANSWER).status_code == 303


def test_the_addressee_sees_the_transfer_page_and_no_more(send, case, person):
    sent = send()
    page = person(THEM).get(f"/transfers/{sent.id}").text
    assert "豇豆" in page and "灭蝇胺" in page and case.number in page
    assert f"/disposal/{case.id}" not in page and f"/sampling/{case.sample_id}" not in page
    assert person(THEM).get(f"/disposal/{case.id}").status_code == 404
    assert person(THEM).get(f"/sampling/{case.sample_id}").status_code == 404
    received = person(THEM).get("/transfers/?direction=received").text
    assert sent.number in received and f"/disposal/{case.id}" not in received
    assert sent.number not in person(THEM).get("/transfers/").text  # not of their sending


def test_the_addressee_does_not_urge_close_or_void(send, take):
    sent = send()
    assert take(THEM, sent, "urge", reason="快").status_code == 403
    assert take(THEM, sent, "void", reason="错").status_code == 403
    take(THEM, sent, "reply", **ANSWER)
    assert take(THEM, sent, "close").status_code == 403


def test_a_third_bureau_knows_nothing_of_it(send, take, person, office):
    sent = send(to_org_id=str(office.orgs["city"].id))
    assert person(THEM).get(f"/transfers/{sent.id}").status_code == 404
    for step in ("receipt", "reply", "correct", "urge", "close", "void"):
        assert take(THEM, sent, step, **RECEIPT, **ANSWER, reason="x").status_code == 404
    assert person(THEM).get(f"/transfers/{sent.id}/letter").status_code == 404
    assert sent.number not in person(THEM).get("/transfers/?direction=received").text


@pytest.mark.parametrize(
    ("who", "status"),
    [("county:抽样员", 403), ("county:统计员", 403), ("county:局领导", 403), ("county:系统管理员", 404), ("other:办案人", 404)],
)
def test_only_handlers_and_reviewers_of_the_bureau_send(case, person, who, status, office):
    response = person(who).post(f"/transfers/cases/{case.id}/new", data={**SENDING, "to_org_id": str(office.orgs["other"].id)})
    assert response.status_code == status and every() == []


@pytest.mark.parametrize("who", ["other:抽样员", "other:统计员", "other:局领导"])
def test_only_handlers_and_reviewers_of_the_addressee_answer(send, take, who):
    sent = send()
    assert take(who, sent, "receipt", **RECEIPT).status_code == 403
    assert take(who, sent, "reply", **ANSWER).status_code == 403
    assert take("other:审核人", sent, "receipt", **RECEIPT).status_code == 303


def test_staff_read_and_the_laboratory_does_not(send, person):
    sent = send()
    assert person("county:统计员").get(f"/transfers/{sent.id}").status_code == 200
    assert person("lab:承检机构").get("/transfers/").status_code == 403
    assert person("lab:承检机构").get(f"/transfers/{sent.id}").status_code == 404


# ---------------------------------------------------------------- refusals and second clicks

@pytest.mark.parametrize(
    ("step", "fields", "sentence"),
    [
        ("receipt", {**RECEIPT, "receipt_on": "2026-11-21"}, "不能晚于今天"),
        ("receipt", {**RECEIPT, "receipt_on": "2026-11-19"}, "不能早于发出日期"),
        ("receipt", {**RECEIPT, "receipt_by": " "}, "请填写签收人"),
        ("reply", {**ANSWER, "reply": "已立案"}, "协查的回复结果只能是"),
        ("reply", {**ANSWER, "reply": "其他", "reply_text": ""}, "请写明情况或理由"),
        ("reply", {**ANSWER, "replied_on": ""}, "请填写回复日期"),
    ],
)
def test_what_cannot_be_answered_is_said_at_its_field(send, take, step, fields, sentence):
    sent = send()
    response = take(THEM, sent, step, **fields)
    assert response.status_code == 422 and sentence in response.text
    assert every()[0].state is TransferState.SENT


def test_the_second_click_of_a_step_changes_nothing(send, person):
    sent = send()
    for fields, step in ((RECEIPT, "receipt"), (ANSWER, "reply")):
        version = every()[0].version
        for _ in range(2):
            response = person(THEM).post(f"/transfers/{sent.id}/{step}", data={"version": version, **fields})
            assert response.status_code == 303
    assert [entry.step for entry in history.entries_of("case_transfer", sent.id)] == ["send", "receipt", "reply"]


def test_an_old_page_is_told(send, person, take):
    sent = send()
    version = sent.version
    take(THEM, sent, "receipt", **RECEIPT)
    response = person(THEM).post(f"/transfers/{sent.id}/receipt", data={"version": version, **RECEIPT, "receipt_by": "赵六"})
    assert response.status_code == 409 and "赵六" not in (every()[0].receipt_by or "")


def test_a_correction_needs_its_reason_and_keeps_what_stood_there(send, take, person):
    sent = send()
    take(THEM, sent, "reply", **ANSWER)
    assert take(THEM, sent, "correct", **{**ANSWER, "reply": "非其生产"}).status_code == 422
    assert take(THEM, sent, "correct", **{**ANSWER, "reply": "非其生产", "comment": "核对产品后更正"}).status_code == 303
    assert every()[0].reply is TransferReply.DENIED
    page = person(US).get(f"/transfers/{sent.id}").text
    assert "确认为其生产 → 非其生产" in page and "本身不改变检验结论，也不终结任何案件" in page
    assert f"/objections/cases/{sent.case_id}/new" in page
    assert "登记样品真实性异议" not in person(THEM).get(f"/transfers/{sent.id}").text
    (stopped,) = clocks("ASSIST_REPLY")
    assert stopped.done_note == "已回复：确认为其生产" and stopped.done_on == date(2026, 11, 20)


def test_a_denial_ends_nothing(send, take, case):
    sent = send()
    take(THEM, sent, "reply", **{**ANSWER, "reply": "查无此企业"})
    assert again(case).state.value == "open"


# ---------------------------------------------------------------- urging, closing, voiding

def test_urging_is_counted_and_keeps_its_interval(send, take, person):
    sent = send()
    assert take(US, sent, "urge", reason=" ").status_code == 422
    assert take(US, sent, "urge", reason="请尽快回复").status_code == 303
    response = take(US, sent, "urge", reason="再催")
    assert response.status_code == 409 and "至少间隔 1 天" in response.text
    assert every()[0].urged == 1
    assert "已催办 1 次" in person(THEM).get("/transfers/?direction=received").text


def test_what_asks_for_an_answer_is_closed_after_it(send, take):
    sent = send()
    take(THEM, sent, "receipt", **RECEIPT)
    assert take(US, sent, "close").status_code == 409
    take(THEM, sent, "reply", **ANSWER)
    assert take(US, sent, "close").status_code == 303
    assert (every()[0].state, every()[0].closed_on) == (TransferState.CLOSED, date(2026, 11, 20))
    notice = send(kind="通报")
    take(THEM, notice, "receipt", **RECEIPT)
    assert take(US, notice, "close").status_code == 303  # nothing was asked


def test_only_what_nobody_has_signed_for_is_voided(send, take):
    first = send()
    assert take(US, first, "void", reason="发错单位").status_code == 303
    assert every()[0].state is TransferState.VOIDED
    (cancelled,) = clocks("ASSIST_REPLY")
    assert cancelled.cancelled_at is not None
    assert send().number == "协查〔2026〕2号"  # a voided number stays used
    second = every()[-1]
    take(THEM, second, "receipt", **RECEIPT)
    assert take(US, second, "void", reason="x").status_code == 409


# ---------------------------------------------------------------- the case

@pytest.fixture
def notified(batch, open_cases):
    """The producer's case of a batch whose producer is at home elsewhere: it notifies."""
    found = open_cases(batch(producer_name="武陵山食品厂", producer_address="外省某县"))
    (case,) = [one for one in found if one.mode is CaseMode.NOTIFY]
    return case


def _post(person, case, office, **given):
    values = {**SENDING, "kind": "通报", "to_org_id": str(office.orgs["other"].id), **given}
    response = person(US).post(f"/transfers/cases/{case.id}/new", data=values)
    assert response.status_code == 303, response.text
    return every()[-1]


def test_a_notice_stops_the_clock_of_its_case_and_fills_the_block(notified, person, act, office, take):
    (running,) = clocks("NOTIFY_ORIGIN")
    assert running.done_on is None and running.case_id == notified.id
    act(US, notified, "claim")
    sent = _post(person, notified, office)
    told = again(notified)
    assert (told.notified_org, told.notified_on, told.notified_no) == ("武隆区市场监督管理局", date(2026, 11, 20), "通报〔2026〕1号")
    assert clocks("NOTIFY_ORIGIN")[0].done_on == date(2026, 11, 20)
    assert act(US, notified, "submit").status_code == 303  # every element of a 通报 is there
    assert act(US, notified, "recall").status_code == 303
    assert take(US, sent, "void", reason="发错").status_code == 303
    told = again(notified)
    assert (told.notified_org, told.notified_on, told.notified_no) == (None, None, None)
    assert clocks("NOTIFY_ORIGIN")[0].done_on is None


def test_what_the_handler_has_written_is_left_alone(notified, person, act, office):
    act(US, notified, "claim")
    assert act(US, notified, "record", notified_org="某县局", notified_on="2026-11-20", notified_no="电话通报").status_code == 303
    _post(person, notified, office)
    assert again(notified).notified_org == "某县局"


def test_whoever_does_not_record_the_case_only_stops_its_clock(notified, person, office):
    _post(person, notified, office)  # nobody has claimed it
    assert again(notified).notified_org is None
    assert clocks("NOTIFY_ORIGIN")[0].done_on == date(2026, 11, 20)


def test_a_request_does_not_fill_the_block(send, case, act):
    act(US, case, "claim")
    send()
    assert again(case).notified_org is None
    send(kind="移送", channel="公文", to_org_id="", to_name="蓟州区公安局", body="公安机关", document_no="津蓟市监移送〔2026〕3号")
    assert (again(case).notified_org, again(case).notified_no) == ("蓟州区公安局", "津蓟市监移送〔2026〕3号")


def test_the_case_page_shows_what_was_sent(send, case, person):
    sent = send()
    page = person(US).get(f"/disposal/{case.id}").text
    assert sent.number in page and f"/transfers/cases/{case.id}/new?kind=" in page
    assert f"/transfers/cases/{case.id}/new?kind=" not in person("county:统计员").get(f"/disposal/{case.id}").text


def test_the_police_say_whether_they_take_it_up(send, take, person):
    sent = send(
        kind="移送", body="公安机关", channel="行刑衔接平台", to_org_id="", to_name="蓟州区公安局", subject="涉嫌生产有毒有害食品",
    )  # fmt: skip
    assert "尚未答复" in person(US).get(f"/transfers/{sent.id}").text
    take(US, sent, "reply", **{**ANSWER, "reply": "不予立案", "reply_text": "未达追诉标准"})
    assert "否（不予立案）" in person(US).get(f"/transfers/{sent.id}").text


# ---------------------------------------------------------------- lists

def test_overdue_stands_out_and_is_filtered(send, person):
    late = send(reply_due_on="2026-11-27")
    other = send()
    with transaction():
        found = session().get_one(CaseTransfer, late.id)
        found.sent_on, found.reply_due_on = date(2026, 11, 18), date(2026, 11, 19)
    page = person(US).get("/transfers/?overdue=1").text
    assert f">{late.number}</a>" in page and f">{other.number}</a>" not in page and "已超 1 个工作日" in page
    assert "逾期 1" in person(THEM).get("/transfers/?direction=received").text
    home = person(THEM).get("/").text
    card = re.search(r"收到的移送协查待签收、待回复(.*?)</a>", home, re.S)
    assert card and "超期 1 件" in card[1] and ">2<" in card[1]
    assert "收到的移送协查" not in person(US).get("/").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=协查", True), ("kind=移送", False), ("state=sent", True), ("state=open", True), ("state=closed", False),
        ("body=公安机关", False), ("q=武隆", True), ("q=豇豆", True), ("q=XC2612", True), ("q=没有", False),
        ("sent_from=2026-11-21", False), ("sent_to=2026-11-20", True),
        ("state=nonsense&kind=x&before=abc", True), ("direction=received", False),
    ],
)  # fmt: skip
def test_filters(send, person, query, found):
    sent = send()
    assert (f">{sent.number}</a>" in person(US).get(f"/transfers/?{query}").text) is found


def test_the_list_is_exported_with_its_conditions(send, person):
    sent = send()
    row, mark = rows_of(taken_out(person(THEM), "transfers", "direction=received&kind=协查"))
    assert row["编号"].value == sent.number and "收到的，状态：全部，类别：协查" in mark["编号"].value


def test_an_approved_extension_moves_the_date(send, person, office):
    send()
    (running,) = clocks("ASSIST_REPLY")
    fields = {"kind": "延长", "amount": "5", "document_no": "复函1号", "reason": "需抽样复核", "version": running.version}
    assert person(US).post(f"/clocks/{running.id}/ask", data=fields).status_code == 303
    change = session().scalars(sa.select(ClockChange)).one()
    with transaction():
        changes.approve(change, office.actor("county:审核人"), "同意", clock.now())
    assert every()[0].reply_due_on == date(2026, 12, 18)


def test_cases_of_disposal_have_no_notice_clock(case):
    assert session().get_one(DisposalCase, case.id).mode is CaseMode.DISPOSE
    assert clocks("NOTIFY_ORIGIN") == []
