"""样品流转 through the pages: sealing, handing over, receiving, refusing, voiding."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app import history
from app.custody.models import CustodyEvent, CustodySeal
from app.db import session
from app.domain.sampling_kinds import CustodyKind
from app.domain.workflow import SampleState
from tests.custody.conftest import HANDOVER, SEALING, again, arrive, complaints, kinds, version_of
from tests.queries import counting

CHAIN = [CustodyKind.SEALED, CustodyKind.HANDED_OVER]


def event_of(sample, kind):
    statement = sa.select(CustodyEvent).where(CustodyEvent.sample_id == sample.id, CustodyEvent.kind == kind)
    return session().scalars(statement.execution_options(populate_existing=True).order_by(CustodyEvent.id.desc())).first()


def test_a_sample_is_sealed_handed_over_and_received(sampler, lab, sample):
    for step in (SEALING, HANDOVER):
        assert sampler.post(f"/custody/samples/{sample.id}/events", data=step).status_code == 303
    assert kinds(sample) == CHAIN
    foot = sampler.get(f"/custody/samples/{sample.id}").text.split("办理记录")[-1]
    assert foot.count("登记样品流转") == 2 and "登记抽样单" not in foot  # what was done here, not the whole life of the sheet
    page = lab.get(f"/custody/samples/{sample.id}/receive")
    assert page.status_code == 200 and "收样检查" in page.text
    answer = arrive(lab, sample)
    assert answer.status_code == 303, complaints(answer)
    assert kinds(sample) == [*CHAIN, CustodyKind.RECEIVED]
    received = event_of(sample, CustodyKind.RECEIVED)
    assert (str(received.temperature), received.person) == ("4.5", "检验员甲")
    assert "样品外观完好：是" in received.condition and "封条完好：是" in received.condition
    assert str(again(sample).arrived_on) == "2026-11-19"  # the laboratory's clock runs from the receipt
    steps = [entry.step for entry in history.entries_of("sample", sample.id)]
    assert steps.count("custody") == 3 and "edit" in steps
    shown = sampler.get(f"/sampling/{sample.id}")
    assert "样品流转" in shown.text and "已接收" in shown.text


def test_the_page_says_when_and_why_the_sample_is_due(sampler, sample):
    """5 working days from 2026-11-18, a Wednesday: 11-25."""
    page = sampler.get(f"/custody/samples/{sample.id}").text
    assert "11-18 现场抽样 → 11-25" in page and "第20条第1款" in page
    assert "剩余 3 个工作日" in page
    assert "2028-11-20" in page and "抽样文书保存" in page  # two years, which end on a Saturday: moved to Monday


@pytest.mark.parametrize(("written", "sentence"), [
    ({"happened_at": "2026-11-17T10:00"}, "早于抽样日期2026-11-18"),
    ({"happened_at": "2026-11-21T10:00"}, "晚于现在"),
    ({"happened_at": "2026-02-31T10:00"}, "不是有效时间"),
    ({"happened_at": ""}, "请填写时间"),
    ({"person": ""}, "请填写经办人姓名"),
    ({"person": "王" * 61}, "经办人不得超过60个字"),
    ({"seal_no": ""}, "请填写检验样品的封条号"),
    ({"backup_seal_no": ""}, "请填写备份样品的封条号"),
    ({"backup_seal_no": "ＦＴ－０００１"}, "同一个封条号"),  # the same number in full width
    ({"seal_no": "封😀条"}, "不符合格式"),
    ({"seal_no": "F" * 10_000}, "检验样品封条号不得超过60个字"),
])
def test_what_cannot_be_true_of_a_sealing_is_refused_and_kept(sampler, sample, written, sentence):
    answer = sampler.post(f"/custody/samples/{sample.id}/events", data={**SEALING, **written})
    assert answer.status_code == 422 and sentence in complaints(answer)
    assert kinds(sample) == []
    if "person" not in written:
        assert "李四" in answer.text  # what was typed stays


def test_steps_come_in_their_order_and_once(sampler, lab, sample):
    answer = sampler.post(f"/custody/samples/{sample.id}/events", data=HANDOVER)
    assert answer.status_code == 409 and "还没有登记封样" in complaints(answer)
    assert sampler.post(f"/custody/samples/{sample.id}/events", data=SEALING).status_code == 303
    answer = sampler.post(f"/custody/samples/{sample.id}/events", data=SEALING)
    assert answer.status_code == 409 and "不能重复登记" in complaints(answer)
    answer = arrive(lab, sample)
    assert answer.status_code == 409 and "还没有登记移交" in complaints(answer)
    assert lab.get(f"/custody/samples/{sample.id}/receive").status_code == 409
    assert kinds(sample) == [CustodyKind.SEALED]


def test_a_handover_names_how_and_a_posted_one_its_number(sampler, sample):
    sampler.post(f"/custody/samples/{sample.id}/events", data=SEALING)
    answer = sampler.post(f"/custody/samples/{sample.id}/events", data={**HANDOVER, "carrier": ""})
    assert answer.status_code == 422 and "不得由被抽样单位自行寄送" in complaints(answer)
    answer = sampler.post(f"/custody/samples/{sample.id}/events", data={**HANDOVER, "carrier": "寄送"})
    assert answer.status_code == 422 and "请填写寄送单号" in complaints(answer)
    answer = sampler.post(f"/custody/samples/{sample.id}/events", data={**HANDOVER, "carrier": "被抽样单位寄送"})
    assert answer.status_code == 422
    answer = sampler.post(f"/custody/samples/{sample.id}/events", data={**HANDOVER, "carrier": "寄送", "tracking_no": "SF1"})
    assert answer.status_code == 303


def test_a_seal_is_used_once_in_a_bureau(sampler, sample, make):
    other = make("XBJ26120119000010002")
    assert sampler.post(f"/custody/samples/{sample.id}/events", data=SEALING).status_code == 303
    clash = {**SEALING, "seal_no": "FT-0003", "backup_seal_no": "ft-0001"}  # the test sample's seal, as a backup's
    answer = sampler.post(f"/custody/samples/{other.id}/events", data=clash)
    assert answer.status_code == 422
    assert f"封条号“FT-0001”已用于其他样品（{sample.number}）" in complaints(answer)
    assert kinds(other) == []
    assert session().scalar(sa.select(CustodySeal.id).where(CustodySeal.seal_no == "FT-0003")) is None  # rolled back with the rest


def test_a_voided_sealing_frees_its_seals(sampler, sample, make):
    other = make("XBJ26120119000010002")
    sampler.post(f"/custody/samples/{sample.id}/events", data=SEALING)
    wrong = event_of(sample, CustodyKind.SEALED)
    answer = sampler.post(f"/custody/events/{wrong.id}/void", data={"reason": ""})
    assert answer.status_code == 422 and "请填写作废原因" in complaints(answer)
    assert sampler.post(f"/custody/events/{wrong.id}/void", data={"reason": "贴错样品"}).status_code == 303
    again_voided = sampler.post(f"/custody/events/{wrong.id}/void", data={"reason": "再次"})
    assert again_voided.status_code == 409
    assert sampler.post(f"/custody/samples/{other.id}/events", data=SEALING).status_code == 303
    wrong = event_of(sample, CustodyKind.SEALED)
    assert wrong.void_reason == "贴错样品" and wrong.seal_no == "FT-0001"  # never changed, only set aside
    assert "已作废的流转记录 1 条" in sampler.get(f"/custody/samples/{sample.id}").text


def test_a_step_recorded_again_lies_between_its_neighbours(sampler, lab, handed):
    assert arrive(lab, handed).status_code == 303
    wrong = event_of(handed, CustodyKind.SEALED)
    sampler.post(f"/custody/events/{wrong.id}/void", data={"reason": "封条号写错"})
    late = {**SEALING, "happened_at": "2026-11-18T16:00"}
    answer = sampler.post(f"/custody/samples/{handed.id}/events", data=late)
    assert answer.status_code == 422 and "晚于移交时间2026-11-1815:00" in complaints(answer)
    assert sampler.post(f"/custody/samples/{handed.id}/events", data=SEALING).status_code == 303
    assert kinds(handed) == [*CHAIN, CustodyKind.RECEIVED]


def test_other_seals_at_receipt_are_named_both(lab, handed):
    answer = arrive(lab, handed, seal_no="FT-0009")
    assert answer.status_code == 422
    assert "封条号“FT-0009”与封样时登记的“FT-0001”不一致" in complaints(answer)
    assert kinds(handed) == CHAIN and again(handed).arrived_on is None


def test_a_sample_that_fails_a_check_is_not_received(lab, handed):
    answer = arrive(lab, handed, checks=["APPEARANCE", "STATE", "SHEET"])
    assert answer.status_code == 422 and "封条完好" in complaints(answer) and "应当拒收" in complaints(answer)


@pytest.mark.parametrize(("temperature", "stored"), [
    ("-18", "-18.0"), ("－18℃", "-18.0"), ("４．５", "4.5"), ("", None), ("101", "bad"), ("-100.5", "bad"), ("冷", "bad"),
    ("1e3", "bad"), ("NaN", "bad"), ("4.55", "bad"),
])
def test_temperature_as_people_write_it(lab, handed, temperature, stored):
    answer = arrive(lab, handed, temperature=temperature)
    if stored == "bad":
        assert answer.status_code == 422 and "不是有效数字" in complaints(answer)
        return
    assert answer.status_code == 303, complaints(answer)
    found = event_of(handed, CustodyKind.RECEIVED).temperature
    assert (None if found is None else str(found)) == stored


def test_a_refusal_needs_its_reason_and_ends_the_sample(lab, sampler, handed):
    answer = arrive(lab, handed, refuse="1", reason="", checks=["APPEARANCE"])
    assert answer.status_code == 422 and "拒收须书面说明理由" in complaints(answer)
    answer = arrive(lab, handed, refuse="1", reason="封条破损，样品解冻", checks=["SHEET"], seal_no="")
    assert answer.status_code == 303, complaints(answer)
    assert again(handed).state is SampleState.REJECTED and again(handed).arrived_on is None
    refused = event_of(handed, CustodyKind.REFUSED)
    assert "封条完好：否" in refused.condition and refused.reason == "封条破损，样品解冻"
    assert "封条破损，样品解冻" in sampler.get(f"/sampling/{handed.id}").text  # in the history of the sheet
    answer = sampler.post(f"/custody/events/{refused.id}/void", data={"reason": "误登记"})
    assert answer.status_code == 409 and "不能作废" in answer.text
    assert arrive(lab, handed).status_code == 409


def test_a_voided_receipt_takes_the_day_of_arrival_back(lab, handed):
    arrive(lab, handed)
    received = event_of(handed, CustodyKind.RECEIVED)
    assert lab.post(f"/custody/events/{received.id}/void", data={"reason": "日期写错"}).status_code == 303
    assert again(handed).arrived_on is None
    assert arrive(lab, handed, happened_at="2026-11-20T00:00").status_code == 303
    assert str(again(handed).arrived_on) == "2026-11-20"


def test_whoever_looked_at_an_older_page_is_told(lab, handed):
    answer = arrive(lab, handed, version=version_of(handed) - 1)
    assert answer.status_code == 409 and "刚被他人办理" in complaints(answer)
    assert "检验员甲" in answer.text
    assert kinds(handed) == CHAIN


def test_a_scanner_opens_the_sample_by_number_or_seal(lab, handed):
    for written in (handed.number, handed.number.lower(), "FT-0002", " ft-0001 "):
        answer = lab.get("/custody/scan", query_string={"number": written})
        assert answer.status_code == 303 and answer.location.endswith(f"/custody/samples/{handed.id}/receive"), written
    answer = lab.get("/custody/scan", query_string={"number": "<b>无此号"})
    assert answer.status_code == 404 and "没有找到" in answer.text and "<b>无" not in answer.text
    assert "autofocus" in lab.get("/custody/scan").text


def test_a_monitoring_sample_needs_no_backup_seal(sampler, make):
    from app.domain.samples import Purpose

    watched = make("XBF26120119000010001", purpose=Purpose.MONITORING)
    answer = sampler.post(f"/custody/samples/{watched.id}/events", data={**SEALING, "backup_seal_no": ""})
    assert answer.status_code == 303, complaints(answer)


def test_what_was_not_sampled_has_no_custody(sampler, make):
    gone = make("XBJ26120119000010009", state=SampleState.VOIDED, void_reason="登记错误")
    answer = sampler.post(f"/custody/samples/{gone.id}/events", data=SEALING)
    assert answer.status_code == 409 and "已作废" in complaints(answer)


def test_the_page_of_a_sample_sends_few_statements(app, sampler, lab, handed):
    arrive(lab, handed)
    with counting(app) as sent:
        assert sampler.get(f"/custody/samples/{handed.id}").status_code == 200
    assert sent.count <= 26, sent
