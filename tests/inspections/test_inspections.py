"""监督检查: planned, recorded in parts, signed by two, finished, corrected, linked, voided, printed, listed."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.db import session, transaction
from app.domain.supervision_states import InspectionState
from app.enterprises.models import Enterprise
from app.inspections import finishing, queries
from app.inspections.models import Inspection
from app.legal_clocks.models import LegalClock
from tests.downloads.taking import taken_out, values_of
from tests.inspections.material import CLEAN, POOR, firm, planned, recorded, reread

LEAD, SECOND = "county:抽样员", "county:办案人"
DAY = "2026-11-20"
CONCLUDED = {
    "inspected_on": DAY, "from_at": "09:30", "to_at": "11：05", "place": "文昌街 1 号", "result": "基本符合", "measure": "当场改正",
    "opinion": "对上述不符合项目责令当场改正。", "company_signature": "拒绝签字", "witness": "社区李六",
}  # fmt: skip


@pytest.fixture
def made(office: Any) -> Inspection:
    with transaction():
        return planned(office)


def again(inspection: Inspection) -> Inspection:
    session().expire_all()
    return session().get_one(Inspection, inspection.id)


def items(inspection: Inspection, office: Any) -> Any:
    return [item for item, _ in queries.answered(reread(office.actor(LEAD), inspection.id))]


def test_an_inspection_from_plan_to_result(office, sign_in):
    """By pages alone: 40 items in two savings, two signatures, the time for making it public."""
    lead, second = sign_in(office.people[LEAD]), sign_in(office.people[SECOND])
    with transaction():
        enterprise_id = firm(office).id
    people = {"lead_id": office.people[LEAD].id, "second_id": office.people[SECOND].id}
    sent = {"kind": "食品销售者", "nature": "日常监督检查", "planned_on": DAY, "key": "k1", **people}
    assert lead.post(f"/inspections/new/{enterprise_id}", data=sent).status_code == 303
    assert lead.post(f"/inspections/new/{enterprise_id}", data=sent).status_code == 303  # the second click
    made = session().scalars(sa.select(Inspection)).one()
    assert lead.post(f"/inspections/{made.id}/start", data={"version": made.version, "inspected_on": DAY}).status_code == 303

    every = items(made, office)
    first = {f"answer-{one.id}": "符合" for one in every[:5]} | {f"note-{one.id}": "" for one in every}
    page = lead.get(f"/inspections/{made.id}/record").text
    assert page.count("<fieldset") == len(every) == 44
    part = {"version": again(made).version, **CONCLUDED, **first, "back": "g2"}
    assert lead.post(f"/inspections/{made.id}/record", data=part).status_code == 303
    assert "还有 39 项没有填写结果" in lead.get(f"/inspections/{made.id}").text
    ordinary = next(one for one in every if not one.key)
    rest = {f"answer-{one.id}": "符合" for one in every} | {f"answer-{ordinary.id}": "不符合", f"note-{ordinary.id}": "未公示许可证"}
    assert lead.post(f"/inspections/{made.id}/record", data={"version": again(made).version, **CONCLUDED, **rest}).status_code == 303

    assert lead.post(f"/inspections/{made.id}/finish", data={"version": again(made).version, "finished_on": DAY}).status_code == 409
    for client in (lead, second):
        assert client.post(f"/inspections/{made.id}/sign", data={"version": again(made).version}).status_code == 303
        assert client.post(f"/inspections/{made.id}/sign", data={"version": again(made).version}).status_code == 409  # not for the other
    assert second.post(f"/inspections/{made.id}/finish", data={"version": again(made).version, "finished_on": DAY}).status_code == 303
    done = again(made)
    assert (done.state, done.result.value, done.finished_on) == (InspectionState.FINISHED, "基本符合", date(2026, 11, 20))
    assert done.publish_due_on == date(2026, 12, 18)  # twenty working days, no holiday among them
    assert clock.office_time(done.to_at).strftime("%H:%M") == "11:05"
    running = session().scalars(sa.select(LegalClock).where(LegalClock.subject_kind == "inspection")).one()
    assert (running.code, running.due_on) == ("INSP_PUBLISH", done.publish_due_on)
    told = history.entries_of("inspection", made.id)
    assert [one.step for one in told] == ["plan", "start", "record", "record", "record", "record", "finish"]


@pytest.mark.parametrize(("changed", "said"), [
    ({"inspected_on": "2026-11-21"}, "不能晚于今天"),
    ({"to_at": "08:00"}, "结束时间早于开始时间"),
    ({"from_at": "25:00"}, "请按 09:30 的格式填写"),
    ({"opinion": "字" * 2001}, "不得超过 2000 个字"),
    ({"answer": "大概符合"}, "不在选项中"),
    ({"answer": "", "note": "有问题"}, "还没有选择结果"),
])  # fmt: skip
def test_what_was_typed_stays_when_it_is_refused(office, sign_in, made, changed, said):
    with transaction():
        recorded(made.id, office.actor(LEAD), office.actor(SECOND), signed=False)
    first, before = items(made, office)[0], again(made).version
    fields = {name: value for name, value in changed.items() if name not in ("answer", "note")}
    mine = {f"answer-{first.id}": changed.get("answer", "不符合"), f"note-{first.id}": changed.get("note", "冰柜温度过高")}
    answer = sign_in(office.people[LEAD]).post(f"/inspections/{made.id}/record", data={"version": before, **CONCLUDED, **fields, **mine})
    assert answer.status_code == 422 and said in answer.text
    assert again(made).version == before
    if "answer" not in changed:
        assert "冰柜温度过高" in answer.text


def test_a_change_takes_back_both_signatures(office, sign_in, made):
    with transaction():
        recorded(made.id, office.actor(LEAD), office.actor(SECOND))
    client = sign_in(office.people[SECOND])
    version = again(made).version
    fields = {"inspected_on": DAY, "place": "文昌街 1 号", "result": "符合", "measure": "无需处理", "company_signature": "已签字",
              "company_person": "王五", "version": version}  # fmt: skip
    client.post(f"/inspections/{made.id}/record", data={**fields, "opinion": "检查未发现问题。"})
    assert again(made).lead_signed_at is not None  # nothing differed
    assert client.post(f"/inspections/{made.id}/record", data={**fields, "opinion": "另有一处须整改。"}).status_code == 303
    assert (again(made).lead_signed_at, again(made).second_signed_at) == (None, None)
    assert client.post(f"/inspections/{made.id}/record", data={**fields, "opinion": "迟到的内容"}).status_code == 409  # another was quicker


def test_one_person_is_not_two_inspectors(office, sign_in):
    with transaction():
        enterprise_id = firm(office).id
    client = sign_in(office.people[LEAD])
    one = office.people[LEAD].id
    data = {"kind": "食品销售者", "nature": "日常监督检查", "lead_id": one, "second_id": one}
    answer = client.post(f"/inspections/new/{enterprise_id}", data=data)
    assert answer.status_code == 422 and "两名检查人员不能是同一人" in answer.text
    station = client.post(f"/inspections/new/{enterprise_id}", data={**data, "second_id": office.people["station:抽样员"].id})
    assert station.status_code == 422  # he could not open the record of the county's enterprise
    other = client.post(f"/inspections/new/{enterprise_id}", data={**data, "second_id": office.people["other:抽样员"].id})
    assert other.status_code == 422


def test_refused_entry_and_nobody_found_have_no_findings(office, sign_in, made):
    from dataclasses import replace

    from app.domain.supervision_kinds import InspectionMeasure, InspectionResult
    from app.inspections import operations, recording

    lead, second = office.actor(LEAD), office.actor(SECOND)
    with transaction():
        operations.start(reread(lead, made.id), lead, clock.now())
        found = reread(lead, made.id)
        away = replace(CLEAN, result=InspectionResult.NOT_FOUND, measure=InspectionMeasure.OTHER, company_signature=None,
                       company_person=None, opinion="按登记的住所两次上门无人，电话停机。")  # fmt: skip
        recording.record(found, away, {}, lead)
        for one in (lead, second):
            recording.sign(found, one, clock.now())
        finishing.finish(found, lead, clock.now())
    assert again(made).result.value == "无法联系"


def test_a_correction_is_told_with_before_and_after(office, sign_in, made):
    with transaction():
        whole = recorded(made.id, office.actor(LEAD), office.actor(SECOND))
        finishing.finish(whole, office.actor(LEAD), clock.now())
    key = next(one for one in items(made, office) if one.key)
    fields = {"inspected_on": DAY, "result": "不符合", "measure": "责令改正", "opinion": "限期改正", "company_signature": "已签字",
              "company_person": "王五", f"answer-{key.id}": "不符合", f"note-{key.id}": "许可证过期", "version": again(made).version,
              "reason": "复核原始记录"}  # fmt: skip
    client = sign_in(office.people[LEAD])
    kept = again(made)
    assert client.post(f"/inspections/{made.id}/correct", data={**fields, "measure": "当场改正"}).status_code == 422
    assert client.post(f"/inspections/{made.id}/correct", data=fields).status_code == 303
    entry = history.entries_of("inspection", made.id)[-1]
    assert entry.comment == "复核原始记录" and "许可证过期" in entry.changes and '"符合"' in entry.changes
    assert again(made).result.value == "不符合" and kept.lead_signed_at is not None
    page = client.get(f"/inspections/{made.id}").text
    assert "许可证过期" in page and "复核原始记录" in page


def test_a_voided_inspection_owes_no_publication(office, sign_in, made):
    with transaction():
        finishing.finish(recorded(made.id, office.actor(LEAD), office.actor(SECOND)), office.actor(LEAD), clock.now())
    reviewer = sign_in(office.people["county:审核人"])
    assert reviewer.post(f"/inspections/{made.id}/void", data={"version": again(made).version, "reason": "对象错误"}).status_code == 303
    assert session().scalars(sa.select(LegalClock)).one().cancelled_at is not None


def test_files_are_kept_with_the_inspection(office, sign_in, made):
    with transaction():
        recorded(made.id, office.actor(LEAD), office.actor(SECOND), signed=False)
    lead, reader = sign_in(office.people[LEAD]), sign_in(office.people["county:审核人"])
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
    answer = lead.post(f"/inspections/{made.id}/files", data={"file": (io.BytesIO(png), "冰柜.png")})
    assert answer.status_code == 303
    assert lead.post(f"/inspections/{made.id}/files", data={"file": (io.BytesIO(b"MZ"), "a.exe")}).status_code == 422
    assert "冰柜.png" in reader.get(f"/inspections/{made.id}").text
    assert reader.post(f"/inspections/{made.id}/files", data={"file": (io.BytesIO(png), "b.png")}).status_code == 403
    from app.attachments.models import Attachment

    kept = session().scalars(sa.select(Attachment)).one()
    assert (kept.subject_kind, kept.subject_id) == ("inspection", made.id)
    assert lead.post(f"/inspections/{made.id}/files/{kept.id}/void", data={"reason": "拍错"}).status_code == 303
    assert lead.post(f"/inspections/{made.id}/files/{kept.id}/void", data={"reason": "拍错"}).status_code == 404


def test_paper(office, sign_in, made):
    """Two documents of the inspection, and an empty list to be written by hand."""
    from app.document_preview import pages

    with transaction():
        recorded(made.id, office.actor(LEAD), office.actor(SECOND), record=POOR, failing=("1.1",))
    client = sign_in(office.people[LEAD])
    result = client.get(f"/inspections/{made.id}/document?what=result")
    listed = client.get(f"/inspections/{made.id}/document?what=items")
    assert result.mimetype == listed.mimetype == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    words, rows = str(pages(result.data)), str(pages(listed.data))
    assert "好又多超市" in words and "不符合 1 项重点项" in words and "现场发现问题" in words and "已于" in words
    assert rows.count("★") == 15 and "现场发现问题" in rows
    blank = str(pages(client.get(f"/checklists/{made.checklist_id}/blank").data))
    assert "食品销售环节" in blank and "现场发现问题" not in blank and "{{" not in blank
    assert history.entries_of("inspection", made.id)[-1].step == "print"


def test_paper_tells_of_the_people_of_the_firm_to_whoever_may_see_them(office, sign_in, made):
    """In full for an inspector, and history says so; masked for who only counts."""
    from app.document_preview import pages

    with transaction():
        session().execute(sa.update(Enterprise).values(phone="13971234567", principal="欧阳建国"))
    for name, phone, person, said in ((LEAD, "13971234567", "欧阳建国", True), ("county:统计员", "139****4567", "欧***", False)):
        for what in ("result", "items"):
            words = str(pages(sign_in(office.people[name]).get(f"/inspections/{made.id}/document?what={what}").data))
            whole = "13971234567" in words or "欧阳建国" in words
            assert whole is (said and what == "result"), (name, what)
            assert what == "items" or (phone in words and person in words), (name, what)
            told = history.entries_of("inspection", made.id)[-1]
            assert (told.step, "含完整个人信息" in told.comment) == ("print", whole)


def test_the_list_and_its_workbook(office, sign_in, made):
    with transaction():
        other = planned(office, firm(office, "老街面馆", "餐饮服务提供者"), "餐饮服务提供者")
        finishing.finish(recorded(made.id, office.actor(LEAD), office.actor(SECOND)), office.actor(LEAD), clock.now())
    client = sign_in(office.people[LEAD])
    for asked, names in (
        ("", {"好又多超市", "老街面馆"}), ("?kind=餐饮服务提供者", {"老街面馆"}), ("?state=finished", {"好又多超市"}),
        ("?result=符合", {"好又多超市"}), ("?due=mine", {"老街面馆"}), ("?due=unpublished", {"好又多超市"}), ("?q=面馆", {"老街面馆"}),
        ("?since=2026-11-21", set()),
        (f"?inspector={office.people[SECOND].id}", {"好又多超市", "老街面馆"}), ("?nature=飞行检查", set()),
    ):  # fmt: skip
        page = client.get(f"/inspections/{asked}").text
        assert {name for name in ("好又多超市", "老街面馆") if name in page} == names, asked
    assert [row["企业名称"] for row in values_of(taken_out(client, "inspections", "state=planned"))] == ["老街面馆"]
    assert sign_in(office.people["other:抽样员"]).get(f"/inspections/{other.id}").status_code == 404
    assert "好又多超市" not in sign_in(office.people["other:抽样员"]).get("/inspections/").text


def test_pages_send_no_more_statements_for_more_rows(app, office, sign_in):
    from tests.queries import counting

    client, lead, second = sign_in(office.people[LEAD]), office.actor(LEAD), office.actor(SECOND)
    with transaction():
        many = [planned(office, firm(office, f"第{place}食堂", "餐饮服务提供者"), "餐饮服务提供者").id for place in range(12)]
    with counting(app) as few:
        client.get(f"/inspections/{many[0]}")
    with transaction():
        recorded(many[0], lead, second, signed=False)
    for address, most in (("/inspections/", 16), (f"/inspections/{many[0]}", few.count + 6), (f"/inspections/{many[0]}/record", 14)):
        with counting(app) as sent:
            assert client.get(address).status_code == 200
        assert sent.count <= most, sent


def test_both_databases_list_and_finish_alike(pg_app):
    """The list with every filter, and an inspection to its end, on PostgreSQL."""
    from tests.conftest import make_office

    with transaction():
        office = make_office()
    with transaction():
        made = planned(office)
        whole = recorded(made.id, office.actor(LEAD), office.actor(SECOND), failing=("1.1",), record=POOR)
        finishing.finish(whole, office.actor(LEAD), clock.now())
    lead = office.actor(LEAD)
    filters = queries.Filters(
        q="好又多", kind="食品销售者", inspector_id=lead.user_id, since=date(2026, 1, 1), until=date(2026, 12, 31), due=queries.UNPUBLISHED,
    )  # fmt: skip
    assert [row.number for row in queries.inspections(lead, filters, clock.today()).rows] == ["检〔2026〕1号"]
    assert queries.counts(lead, clock.today())[queries.UNPUBLISHED] == 1
    assert len(queries.of_enterprise(lead, made.enterprise_id)) == 1
