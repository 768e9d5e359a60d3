"""复检 from the application to the conclusion and the costs, by its pages."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import sqlalchemy as sa

from app import history
from app.db import session, transaction
from app.disposal import locks
from app.disposal.models import DisposalCase
from app.domain.case_kinds import RetestConclusion, RetestPayer, Side
from app.domain.samples import Supervision, Verdict
from app.domain.workflow import CaseState, RetestState
from app.drawings import queries as drawings
from app.drawings import replaying
from app.legal_clocks.models import LegalClock
from app.official_documents.models import OfficialDocument
from app.results.models import ResultRow
from app.retests import queries
from app.ripples.models import Ripple, RippleTask
from app.sampling.models import BatchFact
from tests.downloads.taking import taken_out
from tests.retests.conftest import (
    APPLICATION,
    HANDLER,
    OTHER_REVIEWER,
    REVIEWER,
    TODAY,
    Batch,
    add_row,
    build,
    clocks_of,
    draw,
    fetch,
    only,
    results,
)


def text(response: Any) -> str:
    return response.get_data(as_text=True)


def test_from_the_application_to_a_passing_conclusion(
    failing: Batch, listed: None, apply: Any, step: Any, sign_in: Any, office: Any
) -> None:
    """Everything in its order; the conclusion is overturned with its case, and the applicant gets his money back."""
    retest_id = apply(failing)
    made = fetch(office, retest_id)
    assert (made.number, made.state, made.served_on) == ("复检〔2026〕1号", RetestState.APPLIED, date(2026, 11, 19))
    notice = session().scalars(sa.select(OfficialDocument).where(OfficialDocument.side == Side.SAMPLED)).one()
    applied = session().scalars(
        sa.select(LegalClock).where(LegalClock.subject_kind == "official_document", LegalClock.subject_id == notice.id,
                                    LegalClock.code == "RETEST_APPLY")
    ).one()  # fmt: skip
    assert (applied.done_on, applied.done_note) == (date(2026, 11, 20), "已提出复检申请（复检〔2026〕1号）")
    assert clocks_of(retest_id)["RETEST_ACCEPT"].due_on == date(2026, 11, 27)
    page = text(sign_in(office.people[REVIEWER]).get(f"/retests/{retest_id}"))
    assert "可以复检" in page and "还有 8 个工作日" not in page and "至 2026-11-30；2026-11-20 提出申请，还有 6 个工作日" in page

    assert step(REVIEWER, retest_id, "accept", decided_on=TODAY, comment="同意受理。").status_code == 303
    kept = fetch(office, retest_id)
    assert "灭蝇胺：可以复检" in (kept.feasibility or "") and kept.decided_by_id == office.people[REVIEWER].id
    assert step(REVIEWER, retest_id, "freeze").status_code == 303
    client = sign_in(office.people[REVIEWER])
    draw(office, retest_id, client)
    assert step(HANDLER, retest_id, "designate", designated_on=TODAY).status_code == 303
    chosen = fetch(office, retest_id)
    assert chosen.laboratory is not None and chosen.laboratory.name in ("华北复检中心", "滨海复检研究院")
    name = chosen.laboratory.name
    drawing = drawings.drawing(office.actor(REVIEWER), chosen.drawing_id or 0)
    assert drawing is not None and replaying.replay(drawing) == []
    assert [each.excluded_why for each in drawing.entries] == ["初检机构不得作为复检机构", None, None]
    assert step(HANDLER, retest_id, "hand-over", handed_on=TODAY, backup_note="封条完好").status_code == 303
    backup = queries.backup_of(failing.sample.id)
    assert backup is not None and backup.place == f"复检机构：{name}"
    assert "移交" in (history.entries_of("backup_sample", backup.id)[-1].comment or "")
    assert step(HANDLER, retest_id, "arrive", arrived_on=TODAY, seal_intact="是").status_code == 303
    assert step(HANDLER, retest_id, "conclude", **results(office, retest_id, 灭蝇胺="合格项")).status_code == 303

    ended = fetch(office, retest_id)
    assert (ended.state, ended.conclusion) == (RetestState.CONCLUDED, RetestConclusion.PASS)
    assert failing.now.supervision is Supervision.PASS
    fact = session().scalars(sa.select(BatchFact).where(BatchFact.superseded_at.is_(None))).one()
    assert (fact.basis, fact.supervision) == ("复检", Supervision.PASS)
    row = session().scalars(sa.select(ResultRow).where(ResultRow.item == "灭蝇胺")).one()
    assert (row.verdict, row.lab_verdict) == (Verdict.PASS, Verdict.FAIL)  # what the laboratory reported stays readable
    assert session().get_one(DisposalCase, failing.case.id).state is CaseState.CANCELLED
    ripple = session().scalars(sa.select(Ripple)).one()
    assert (ripple.source_kind, ripple.source_id) == ("retest", retest_id)
    assert locks.penalty_lock(failing.sample.id) is not None
    assert step(HANDLER, retest_id, "tell", told_on=TODAY).status_code == 303
    assert locks.penalty_lock(failing.sample.id) is None
    paid = {"payer": "抽样检验部门承担", "fee": "800.00", "prepaid_on": TODAY, "refunded_on": TODAY}
    assert step(HANDLER, retest_id, "pay", **{**paid, "payer": "申请人承担"}).status_code == 422
    assert step(HANDLER, retest_id, "pay", **paid).status_code == 303
    final = fetch(office, retest_id)
    assert (final.state, final.payer, final.fee) == (RetestState.TOLD, RetestPayer.ORGANISER, 800)
    assert {code: (each.done_on is not None) for code, each in clocks_of(retest_id).items()} == dict.fromkeys(
        ("RETEST_ACCEPT", "RETEST_ORG", "RETEST_ORG_REFUSE", "RETEST_TRANSFER", "RETEST_RESULT", "RETEST_TELL"), True
    )
    shown = text(client.get(f"/retests/{retest_id}"))
    assert "复检合格" in shown and "波及事项" in shown
    assert session().scalar(sa.select(sa.func.count()).select_from(RippleTask)) > 0


def test_a_failing_conclusion_changes_nothing(handed: int, failing: Batch, step: Any, sign_in: Any, office: Any) -> None:
    answer = step(HANDLER, handed, "conclude", **results(office, handed, 灭蝇胺="不合格项"))
    assert answer.status_code == 303
    page = text(sign_in(office.people[HANDLER]).get(f"/retests/{handed}"))
    assert "复检维持" in page and "复检不合格" in page
    assert failing.now.supervision is Supervision.FAIL
    assert session().get_one(DisposalCase, failing.case.id).state is CaseState.OPEN
    assert session().scalars(sa.select(Ripple)).all() == []


def test_an_item_that_cannot_be_retested_keeps_the_sample_failing(
    listed: None, apply: Any, step: Any, sign_in: Any, office: Any
) -> None:
    """办法 31: 大肠菌群 is not retested; 灭蝇胺 passes, and the sample stays 不合格."""
    with transaction():
        found = build(office, microbial=True)
    retest_id = apply(found, items=["灭蝇胺", "大肠菌群"])
    client = sign_in(office.people[REVIEWER])
    assert "其他项目无论复检结果如何，样品结论仍为不合格" in text(client.get(f"/retests/{retest_id}"))
    step(REVIEWER, retest_id, "accept", decided_on=TODAY)
    step(REVIEWER, retest_id, "freeze")
    draw(office, retest_id, client)
    step(HANDLER, retest_id, "designate", designated_on=TODAY)
    step(HANDLER, retest_id, "hand-over", handed_on=TODAY)
    step(HANDLER, retest_id, "arrive", arrived_on=TODAY, seal_intact="是")
    assert step(HANDLER, retest_id, "conclude", **results(office, retest_id, 灭蝇胺="合格项")).status_code == 303
    assert fetch(office, retest_id).conclusion is RetestConclusion.PASS
    assert found.now.supervision is Supervision.FAIL
    assert session().get_one(DisposalCase, found.case.id).state is not CaseState.CANCELLED
    row = session().scalars(sa.select(ResultRow).where(ResultRow.item == "灭蝇胺")).one()
    assert row.verdict is Verdict.PASS
    assert "仍有不合格项：大肠菌群" in text(client.get(f"/retests/{retest_id}"))


def test_of_two_items_one_passes(failing: Batch, listed: None, apply: Any, step: Any, sign_in: Any, office: Any) -> None:
    """复检不合格 as a whole; the item that passed is overturned, and who pays is decided by the office."""
    with transaction():
        add_row(failing.sample, "克百威")
    retest_id = apply(failing, items=["灭蝇胺", "克百威"])
    step(REVIEWER, retest_id, "accept", decided_on=TODAY)
    step(REVIEWER, retest_id, "freeze")
    draw(office, retest_id, sign_in(office.people[REVIEWER]))
    step(HANDLER, retest_id, "designate", designated_on=TODAY)
    step(HANDLER, retest_id, "hand-over", handed_on=TODAY)
    step(HANDLER, retest_id, "arrive", arrived_on=TODAY, seal_intact="是")
    half = results(office, retest_id, 灭蝇胺="合格项")
    refused = step(HANDLER, retest_id, "conclude", **half)
    assert refused.status_code == 422 and "请填写克百威的复检结果和判定" in text(refused) and 'value="FJ-2026-001"' in text(refused)
    both = results(office, retest_id, 灭蝇胺="合格项", 克百威="不合格项")
    assert step(HANDLER, retest_id, "conclude", **both).status_code == 303
    assert fetch(office, retest_id).conclusion is RetestConclusion.FAIL
    assert failing.now.supervision is Supervision.FAIL
    verdicts = dict(session().execute(sa.select(ResultRow.item, ResultRow.verdict)).all())
    assert (verdicts["灭蝇胺"], verdicts["克百威"]) == (Verdict.PASS, Verdict.FAIL)
    assert step(HANDLER, retest_id, "pay", payer="抽样检验部门承担", fee="500").status_code == 303


def test_a_broken_seal_is_reported_and_the_reviewer_ends_it(handed: int, failing: Batch, step: Any, sign_in: Any, office: Any) -> None:
    assert step(HANDLER, handed, "arrive", arrived_on=TODAY, seal_intact="否").status_code == 422  # without the report
    assert step(HANDLER, handed, "arrive", arrived_on=TODAY, seal_intact="否", backup_note="封条断裂，已拍照").status_code == 303
    page = text(sign_in(office.people[REVIEWER]).get(f"/retests/{handed}"))
    assert "复检机构报告封样不完好：封条断裂，已拍照" in page and "终止复检" in page
    assert step(REVIEWER, handed, "terminate", ended_on=TODAY, comment="").status_code == 422
    assert step(REVIEWER, handed, "terminate", ended_on=TODAY, comment="备份样品不能用于复检").status_code == 303
    assert fetch(office, handed).state is RetestState.TERMINATED
    assert failing.now.supervision is Supervision.FAIL
    assert [each.code for each in clocks_of(handed).values() if each.done_on is None and each.cancelled_at is None] == []


def test_an_application_is_corrected_before_the_decision(failing: Batch, apply: Any, sign_in: Any, office: Any, step: Any) -> None:
    retest_id = apply(failing)
    client = sign_in(office.people[HANDLER])
    changed = {**APPLICATION, "received_on": "2026-11-19", "applied_on": "2026-11-19", "version": 1}
    assert "没有变化" in text(client.post(f"/retests/{retest_id}/edit", data={**APPLICATION, "version": 1}, follow_redirects=True))
    assert client.post(f"/retests/{retest_id}/edit", data=changed).status_code == 303
    assert clocks_of(retest_id)["RETEST_ACCEPT"].due_on == date(2026, 11, 26)
    window = session().scalars(sa.select(LegalClock).where(LegalClock.code == "RETEST_APPLY")).one()
    assert window.done_on == date(2026, 11, 19)
    assert client.post(f"/retests/{retest_id}/edit", data={**changed, "reason": "另一理由"}).status_code == 409  # an old page
    assert step(REVIEWER, retest_id, "accept", decided_on=TODAY).status_code == 303
    assert client.post(f"/retests/{retest_id}/edit", data={**changed, "version": 3, "reason": "晚了"}).status_code == 409


def test_what_cannot_be_is_refused_at_its_field(failing: Batch, sign_in: Any, office: Any) -> None:
    client = sign_in(office.people[HANDLER])
    address = f"/retests/samples/{failing.sample.id}/new"
    for changed, said in (
        ({"applicant": ""}, "请填写申请人"),
        ({"items": []}, "请至少选择一个申请复检的项目"),
        ({"received_on": "2026-11-21"}, "不能晚于今天"),
        ({"applied_on": "2026-11-20", "received_on": "2026-11-19"}, "申请日期不能晚于收到申请材料日期"),
        ({"applied_on": "2026-11-17"}, "申请日期早于检验报告日期"),
        ({"served_on": "2026-11-21"}, "收到检验结论日期不能晚于今天"),
        ({"reason": ""}, "请填写申请理由"),
    ):
        answer = client.post(address, data={**APPLICATION, **changed})
        assert (answer.status_code, said in text(answer)) == (422, True), (changed, said)
    assert queries.of_sample(failing.sample.id) == []


def test_a_page_sent_twice_registers_one_application(failing: Batch, sign_in: Any, office: Any) -> None:
    client = sign_in(office.people[HANDLER])
    sent = {**APPLICATION, "key": "0123456789abcdef"}
    address = f"/retests/samples/{failing.sample.id}/new"
    first, second = client.post(address, data=sent), client.post(address, data=sent)
    assert first.headers["Location"] == second.headers["Location"]
    third = client.post(address, data=APPLICATION)
    assert third.status_code == 409 and "已有一件复检正在办理" in text(third)
    assert len(queries.of_sample(failing.sample.id)) == 1


def test_a_conforming_sample_has_nothing_to_retest(batch: Any, sign_in: Any, office: Any) -> None:
    passing = batch(supervision=Supervision.PASS)
    client = sign_in(office.people[HANDLER])
    assert client.get(f"/retests/samples/{passing.id}/new").status_code == 409
    assert "登记复检申请" not in text(client.get(f"/sampling/{passing.id}"))


def test_the_pages_of_sample_and_case_show_it(failing: Batch, apply: Any, sign_in: Any, office: Any) -> None:
    client = sign_in(office.people[HANDLER])
    assert f"/retests/samples/{failing.sample.id}/new" in text(client.get(f"/disposal/{failing.case.id}"))
    assert "可以复检" in text(client.get(f"/retests/samples/{failing.sample.id}/check"))
    retest_id = apply(failing)
    for address in (f"/disposal/{failing.case.id}", f"/sampling/{failing.sample.id}"):
        page = text(client.get(address))
        assert f"/retests/{retest_id}" in page and "复检〔2026〕1号" in page
    laboratory = sign_in(office.people["lab:承检机构"]) if "lab:承检机构" in office.people else None
    if laboratory is not None:
        assert "复检〔2026〕1号" not in text(laboratory.get(f"/sampling/{failing.sample.id}"))


def test_no_two_fields_of_a_page_share_an_id(failing: Batch, listed: None, apply: Any, step: Any, sign_in: Any, office: Any) -> None:
    """受理 and 不予受理 stand on one page: a label or a phrase must reach its own field."""
    retest_id = apply(failing)
    for state in ("applied", "accepted"):
        for person in (HANDLER, REVIEWER):
            ids = re.findall(r'\sid="([^"]+)"', text(sign_in(office.people[person]).get(f"/retests/{retest_id}")))
            assert sorted(ids) == sorted(set(ids)), (state, person)
        step(REVIEWER, retest_id, "accept", decided_on=TODAY)


def test_the_list_by_state_and_as_a_workbook(failing: Batch, apply: Any, step: Any, sign_in: Any, office: Any) -> None:
    retest_id = apply(failing)
    client = sign_in(office.people[HANDLER])
    page = text(client.get("/retests/"))
    assert "复检〔2026〕1号" in page and "复检受理决定" in page
    assert "复检〔2026〕1号" not in text(client.get("/retests/?state=overdue"))
    assert "复检〔2026〕1号" in text(client.get("/retests/?q=好又多"))
    assert "复检〔2026〕1号" not in text(client.get("/retests/?side=标称生产企业"))
    assert client.get("/retests/?state=nonsense&before=x&after=99999999999999999999").status_code == 200
    step(REVIEWER, retest_id, "decline", decided_on=TODAY, ground="LATE", comment="超过七个工作日")
    assert "复检〔2026〕1号" not in text(client.get("/retests/"))
    assert "复检〔2026〕1号" in text(client.get("/retests/?state=declined"))
    assert taken_out(client, "retests", "state=all").startswith(b"PK")


def test_documents_are_drafted_from_the_retest(handed: int, step: Any, sign_in: Any, office: Any) -> None:
    client = sign_in(office.people[HANDLER])
    assert client.post(f"/retests/{handed}/documents/retest-refusal").status_code == 409  # it was accepted
    assert client.post(f"/retests/{handed}/documents/transfer-letter").status_code == 404
    assert client.post(f"/retests/{handed}/documents/retest-acceptance").status_code == 303
    assert client.post(f"/retests/{handed}/documents/retest-acceptance").status_code == 409  # a second click
    assert client.post(f"/retests/{handed}/documents/retest-designation").status_code == 303
    acceptance, designation = session().scalars(
        sa.select(OfficialDocument).where(OfficialDocument.about_kind == "retest").order_by(OfficialDocument.id)
    ).all()  # fmt: skip
    assert acceptance.recipient == "蓟州区文昌街好又多超市"
    assert (acceptance.fields["予以复检项目"], acceptance.fields["受理日期"]) == ("灭蝇胺", "2026年11月20日")
    retest = fetch(office, handed)
    assert retest.laboratory is not None and designation.fields["复检机构"] == retest.laboratory.name
    assert "随机抽取" in designation.fields["确定方式"]
    for each in (acceptance, designation):
        assert client.post(f"/documents/{each.id}/issue", data={"issued_on": TODAY, "version": 1}).status_code == 303
    numbers = session().scalars(sa.select(OfficialDocument.number).where(OfficialDocument.about_kind == "retest")).all()
    assert sorted(str(each) for each in numbers) == ["津蓟市监复受〔2026〕1号", "津蓟市监复定〔2026〕1号"]
    assert "复检机构确定通知书" in text(client.get(f"/retests/{handed}"))


def test_the_history_reads_in_the_words_of_the_form(handed: int, step: Any, sign_in: Any, office: Any) -> None:
    page = text(sign_in(office.people[OTHER_REVIEWER]).get(f"/retests/{handed}"))
    for word in ("登记复检申请", "受理复检", "冻结复检机构名单", "确定复检机构", "移交备份样品", "登记复检机构收样", "封样完好：是"):
        assert word in page
    assert only().id == handed
