"""执法文书 from the draft to the delivery, by pages and commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, documents, history
from app.db import session, transaction
from app.disposal import operations as disposal
from app.disposal import queries
from app.disposal.models import DisposalCase, Party
from app.domain.case_kinds import Side
from app.domain.official_documents import KINDS
from app.domain.samples import Supervision
from app.errors import NotAllowedNow
from app.legal_clocks.models import LegalClock
from app.official_documents import operations
from app.official_documents.models import OfficialDocument
from app.official_documents.operations import Subject
from app.reference_data.models import Counter
from tests.disposal.conftest import build_batch
from tests.downloads.taking import taken_out, values_of

TODAY = "2026-11-20"
DIRECT = {
    "way": "直接送达", "sent_on": TODAY, "delivered_on": TODAY, "servers": "张三、李四", "place": "文昌街 1 号", "receiver": "赵六",
    "relation": "法定代表人",
}  # fmt: skip


@pytest.fixture
def case(office: Any) -> DisposalCase:
    """A nonconforming batch whose sheet names its producer and a platform, and the county's case of it."""
    with transaction():
        sample = build_batch(
            office, producer_name="蓟州区甲食品厂", producer_address="工业路 2 号",
            extra={"平台名称": "天天优选", "平台地址": "网络路 3 号"}, laboratory="衡清食品检验中心",
        )  # fmt: skip
        disposal.open_for_samples([sample.id], office.actor("county:统计员"), clock.now())
    asked = sa.select(DisposalCase.id).where(DisposalCase.sample_id == sample.id, DisposalCase.party == Party.CIRCULATION)
    return whole(office, session().scalar(asked))


def whole(office: Any, case_id: int | None) -> DisposalCase:
    """The case with its sample and its people, as a page fetches it."""
    found = queries.case(office.actor("county:办案人"), case_id or 0)
    assert found is not None
    return found


@pytest.fixture
def handler(office: Any, sign_in: Callable[..., Any]) -> Any:
    return sign_in(office.people["county:办案人"])


def all_documents() -> list[OfficialDocument]:
    session().expire_all()
    return list(session().scalars(sa.select(OfficialDocument).order_by(OfficialDocument.id)))


def clocks_of(document: OfficialDocument) -> dict[str, LegalClock]:
    found = session().scalars(
        sa.select(LegalClock).where(LegalClock.subject_kind == "official_document", LegalClock.subject_id == document.id)
    )
    return {one.code: one for one in found}


def test_a_notice_from_one_click_to_the_clocks_its_delivery_starts(case: DisposalCase, handler: Any, office: Any, sign_in: Any):
    case_id, sample_id = case.id, case.sample_id
    assert handler.post(f"/documents/cases/{case_id}/notices").status_code == 303
    drafts = all_documents()
    assert [one.side for one in drafts] == [Side.SAMPLED, Side.PRODUCER, Side.PLATFORM]
    assert [one.recipient for one in drafts] == ["蓟州区文昌街好又多超市", "蓟州区甲食品厂", "天天优选"]
    assert "灭蝇胺：检验结果 1.2 mg/kg（标准限量：≤0.5 mg/kg，GB 2763-2021）" in drafts[0].fields["不合格项目"]
    again = handler.post(f"/documents/cases/{case_id}/notices")
    assert again.status_code == 409
    assert "没有重复起草" in again.text
    assert len(all_documents()) == 3
    first, second = drafts[0].id, drafts[1].id
    assert handler.post(f"/documents/{first}/deliver", data=DIRECT | {"version": 1}).status_code == 409  # a draft is not delivered

    sent = {"issued_on": TODAY, "version": 1}
    assert handler.post(f"/documents/{first}/issue", data=sent | {"issued_on": "2026-11-17"}).status_code == 422  # before the report
    assert handler.post(f"/documents/{first}/issue", data=sent).status_code == 303
    twice = handler.post(f"/documents/{first}/issue", data=sent, follow_redirects=True)  # the second click
    assert "没有重复编号" in twice.text
    assert handler.post(f"/documents/{second}/issue", data=sent).status_code == 303
    assert [one.number for one in all_documents()] == ["津蓟市监检告〔2026〕1号", "津蓟市监检告〔2026〕2号", None]

    content = handler.get(f"/documents/{first}/file").data
    with transaction():  # what the file says does not follow later changes
        session().get_one(OfficialDocument, first).recipient = "另一名称"
    assert handler.get(f"/documents/{first}/file").data == content
    assert handler.get(f"/documents/{first}/preview").text.count("津蓟市监检告〔2026〕1号") >= 1
    assert "灭蝇胺" in handler.get(f"/documents/{first}/preview").text

    refused = handler.post(f"/documents/{first}/deliver", data=DIRECT | {"servers": "张三", "receiver": "", "version": 3})
    assert refused.status_code == 422
    assert "须由两名以上执法人员送达" in refused.text
    assert "请填写签收人" in refused.text
    assert handler.post(f"/documents/{first}/deliver", data=DIRECT | {"version": 3}).status_code == 303
    document = all_documents()[0]
    assert (document.state.value, document.delivered_on) == ("delivered", date(2026, 11, 20))
    assert session().get_one(DisposalCase, case_id).served_on == date(2026, 11, 20)
    assert {code: one.due_on for code, one in clocks_of(document).items()} == {
        "RETEST_APPLY": date(2026, 12, 1), "OBJ_OTHER_APPLY": date(2026, 12, 1),
    }  # fmt: skip
    assert operations.delivered_on(sample_id, Side.SAMPLED) == date(2026, 11, 20)
    assert operations.delivered_on(sample_id, Side.PRODUCER) is None
    assert [one.step for one in history.entries_of("official_document", first)][:3] == ["draft", "issue", "print"]
    for page in (f"/disposal/{case_id}", f"/sampling/{sample_id}", f"/documents/{first}", "/documents/?q=检告"):
        answer = handler.get(page)
        assert answer.status_code == 200, page
        assert "津蓟市监检告〔2026〕1号" in answer.text, page
    assert "津蓟市监检告〔2026〕1号" in [row["文号"] for row in values_of(taken_out(handler, "official_documents", "q=检告"))]
    assert "送达回证" in handler.get(f"/documents/{first}").text
    assert sign_in(office.people["other:办案人"]).get(f"/documents/{first}").status_code == 404
    assert sign_in(office.people["county:审核人"]).post(f"/documents/{second}/deliver", data=DIRECT).status_code == 403


@pytest.fixture
def issued(case: DisposalCase, office: Any) -> OfficialDocument:
    """The notice to the sampled party, issued today."""
    actor, at = office.actor("county:办案人"), clock.now()
    with transaction():
        made = operations.draft_notices(Subject(case.sample, case), actor, at)[0]
    with transaction():
        operations.issue(made, date(2026, 11, 20), actor, at)
    return made


def test_delivery_is_corrected_and_taken_back_with_what_it_set_going(
    issued: OfficialDocument, case: DisposalCase, office: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 26))
    at, case_id, document_id = clock.now(), case.id, issued.id
    monkeypatch.setattr(clock, "now", lambda: at.replace(month=11, day=26))
    handler = sign_in(office.people["county:办案人"])
    mail = {"way": "邮寄送达", "sent_on": TODAY, "servers": "张三", "place": "文昌街 1 号", "mail_no": "EMS12345"}
    assert handler.post(f"/documents/{document_id}/deliver", data=mail | {"version": issued.version}).status_code == 303
    assert all_documents()[0].state.value == "issued"  # on its way
    attempt = session().scalar(sa.text("SELECT id FROM document_delivery"))
    arrived = mail | {"delivered_on": "2026-11-24", "receiver": "赵六", "attempt": attempt, "version": all_documents()[0].version}
    assert handler.post(f"/documents/{document_id}/deliver", data=arrived).status_code == 303
    assert session().get_one(DisposalCase, case_id).served_on == date(2026, 11, 24)
    stale = arrived | {"delivered_on": "2026-11-23"}
    assert handler.post(f"/documents/{document_id}/deliver", data=stale | {"reason": "回执日期看错"}).status_code == 409
    version = all_documents()[0].version
    assert handler.post(f"/documents/{document_id}/deliver", data=stale | {"version": version}).status_code == 422  # no reason
    fixed = stale | {"version": version, "reason": "回执日期看错"}
    assert handler.post(f"/documents/{document_id}/deliver", data=fixed).status_code == 303
    document = all_documents()[0]
    assert document.delivered_on == date(2026, 11, 23)
    assert session().get_one(DisposalCase, case_id).served_on == date(2026, 11, 23)
    assert {one.started_on for one in clocks_of(document).values()} == {date(2026, 11, 23)}
    assert "回执日期看错" in handler.get(f"/documents/{document_id}").text

    assert handler.post(f"/documents/{document_id}/void", data={"reason": "送错", "version": document.version}).status_code == 403
    chief = sign_in(office.people["county:审核人"])
    assert chief.post(f"/documents/{document_id}/void", data={"reason": "", "version": document.version}).status_code == 422
    assert chief.post(f"/documents/{document_id}/void", data={"reason": "送错", "version": document.version}).status_code == 303
    assert session().get_one(DisposalCase, case_id).served_on is None
    assert all(one.cancelled_at is not None for one in clocks_of(document).values())
    assert operations.delivered_on(document.sample_id or 0, Side.SAMPLED) is None
    assert chief.get(f"/documents/{document_id}/file").status_code == 200  # the file stays


@pytest.mark.parametrize("kind", [one for one in KINDS.values() if one.of_case], ids=lambda kind: kind.kind.code)
def test_every_kind_is_made_from_the_page_of_a_case(kind: Any, case: DisposalCase, handler: Any):
    path = f"/documents/cases/{case.id}/new/{kind.kind.code}"
    page = handler.get(path)
    assert page.status_code == 200
    data = {f"field_{place}": f"内容{place}" for place in range(len(kind.fields))}
    data |= {"side": kind.sides[0].value, "recipient": "某某单位", "key": "k1", "version": ""}
    empty = dict.fromkeys(data, "") | {"side": kind.sides[0].value, "key": "k0"}
    assert "请填写受送达人" in handler.post(path, data=empty).text
    handler.post(path, data=empty | {"recipient": "某某单位"})
    handler.post(path, data=data)
    handler.post(path, data=data)  # the second click of the same page
    lacking, whole = all_documents()
    refused = handler.post(f"/documents/{lacking.id}/issue", data={"issued_on": TODAY, "version": 1})
    assert refused.status_code == 422
    assert f"请先补充：{kind.required[0]}" in refused.text
    handler.post(f"/documents/{whole.id}/edit", data=data | {"field_0": "改过的内容", "version": 1})
    assert handler.post(f"/documents/{whole.id}/issue", data={"issued_on": TODAY, "version": 2}).status_code == 303
    number = all_documents()[1].number
    assert number == f"津蓟市监{kind.word}〔2026〕1号"  # the refused one took no number
    preview = handler.get(f"/documents/{whole.id}/preview").text
    for word in (number, "某某单位", "改过的内容", f"内容{len(kind.fields) - 1}"):
        assert word in preview
    assert handler.post(f"/documents/{whole.id}/edit", data=data | {"version": 3}).status_code == 409
    handler.post(f"/documents/{lacking.id}/discard", data={"reason": "重复", "version": 1})
    assert all_documents()[0].state.value == "voided"


def test_the_office_sets_its_letters_and_a_passing_sample_gets_no_notice(issued: OfficialDocument, office: Any, handler: Any):
    with transaction():
        office.orgs["county"].document_prefix = "蓟市监食"
        session().merge(office.orgs["county"])
    actor = office.actor("county:办案人")
    second = all_documents()[1]
    with transaction():
        operations.issue(second, date(2026, 11, 20), actor, clock.now())
    assert second.number == "蓟市监食检告〔2026〕2号"
    with transaction():
        passing = build_batch(office, "XC26120119123450009", supervision=Supervision.PASS)
    assert handler.post(f"/documents/samples/{passing.id}/notices").status_code == 409
    assert "还没有登记送达" in handler.get(f"/documents/{second.id}").text
    proof = handler.get(f"/documents/{second.id}/proof").data
    assert documents.used_fields(proof).fields == frozenset()
    assert proof == handler.get(f"/documents/{second.id}/proof").data


def test_two_at_once_take_two_numbers_and_a_failed_one_none(case: DisposalCase, office: Any):
    actor, at = office.actor("county:办案人"), clock.now()
    with transaction():
        first, second, _ = operations.draft_notices(Subject(case.sample, case), actor, at)
    with pytest.raises(NotAllowedNow), transaction():
        operations.issue(first, date(2026, 11, 20), actor, at, seen=99)  # somebody else changed it meanwhile
    session().expire_all()
    for one in (first, second):
        with transaction():
            operations.issue(one, date(2026, 11, 20), actor, at)
    assert [first.number, second.number] == ["津蓟市监检告〔2026〕1号", "津蓟市监检告〔2026〕2号"]
    assert session().scalar(sa.select(Counter.last).where(Counter.kind == "document-result-notice")) == 2


def test_commands_do_what_pages_do(app: Any, case: DisposalCase, tmp_path: Any):
    number = case.number

    def run(*words: str) -> Any:
        return app.test_cli_runner().invoke(args=["official-documents", *words])

    made = run("make", "result-notice", "--case", number, "--all", "--json")
    assert made.exit_code == 0, made.output
    ids = [str(one["id"]) for one in json.loads(made.stdout)]
    assert len(ids) == 3
    assert run("make", "rectify-order", "--sample", case.sample.number).exit_code == 1
    assert run("edit", ids[0], "联系人=王五").exit_code == 0
    assert run("issue", ids[0]).exit_code == 0
    assert "已制发" in run("list").output
    deliver = ["deliver", ids[0], "--way", "留置送达", "--sent-on", TODAY, "--delivered-on", TODAY, "--servers", "张三、李四"]
    refused = run(*deliver)
    assert refused.exit_code == 1
    assert "请写明拒收事由" in refused.output
    assert run(*deliver, "--place", "文昌街 1 号", "--refusal", "拒绝签收", "--witnesses", "王五").exit_code == 0
    files = [tmp_path / name for name in ("a.docx", "b.docx", "proof.docx")]
    for file in files[:2]:
        assert run("print", ids[0], "--output", str(file)).exit_code == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    assert run("print", ids[0], "--proof", "--output", str(files[2])).exit_code == 0
    assert run("void", ids[1], "--reason", "重复").exit_code == 0
    assert run("issue", ids[1]).exit_code == 1
    assert [one.state.value for one in all_documents()] == ["delivered", "voided", "drafted"]
