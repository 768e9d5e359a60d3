"""抽检结果公示 by page: what waits, a list drafted, approved by another person, published as a workbook that our own import reads."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from docx import Document

from app import files, history
from app.announcements import imports
from app.db import session, transaction
from app.disposal.models import CasePublication, DisposalCase
from app.domain import publications as rules
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState
from app.domain.samples import Level, Purpose
from app.enterprises.imports import read
from app.publications import candidates, public_queries, queries, statistics
from app.publications.models import Publication
from app.publications.public_queries import PublicFilters
from app.reference_data.books import category_book
from app.retests.models import Retest
from app.sampling.models import Sample
from tests.publications.conftest import (
    FAILED,
    HANDLER,
    OTHER,
    PASSED,
    REPORTED,
    REVIEWER,
    SECOND,
    TODAY,
    batch,
    draft,
    failing,
    fresh,
    go,
    items_of,
)
from tests.ripples.conftest import retest_of

S = PublicationState
NEW = {
    "kind": "不合格", "title": "关于2026年第1期食品监督抽检不合格情况的公告", "from_on": "2026-10-01", "to_on": "2026-11-20", "key": "k1",
    "foreword": "声明：排名不分先后。",
}  # fmt: skip
ISSUED = {"announcement_no": "2026年第1号", "published_on": "2026-11-20", "channel": "本局门户网站", "url": "https://example.gov.cn/1"}


def only() -> Publication:
    session().expire_all()
    return session().scalars(sa.select(Publication)).one()


# ---------------------------------------------------------------- what waits

def names(found: Any) -> list[str]:
    return [one.row.number for one in found]


def test_what_waits_and_why_not(office: Any, app: Any) -> None:
    actor, none = office.actor(HANDLER), candidates.Filters()
    batch(office, PASSED)
    batch(office, SECOND, on=date(2026, 11, 18))  # due in three weeks
    failing(office, FAILED)
    failing(office, OTHER, on=date(2026, 11, 12))  # 送达 presumed on 11-23: the term has not ended
    batch(office, "XC26120119460010005", purpose=Purpose.MONITORING)  # never
    batch(office, "XC26120119460010006", organiser_level=Level.PROVINCIAL)  # the province's own
    batch(office, "XC26120119460010007", purpose=Purpose.EVALUATION)  # by setting
    batch(office, "XC26120119460010008", organiser_org_id=office.orgs["city"].id)  # the city's
    assert sorted(names(candidates.passed(actor, none, TODAY).rows)) == [PASSED, SECOND]
    assert names(candidates.failed(actor, none, TODAY)) == [FAILED]
    held = candidates.held(actor, none, TODAY)
    assert names(held) == [OTHER] and "按最迟送达日推算" in held[0].ready.hold.reason and "第88条" in held[0].ready.hold.article
    late, passes = candidates.overdue(actor, none, TODAY)
    assert (sorted(names(late)), passes) == ([PASSED], 1)  # the failure became final on 11-02 only
    assert candidates.counts(actor, none, TODAY) == {"passed": 2, "failed": 1, "held": 1, "overdue": 1}
    first = candidates.passed(actor, candidates.Filters(to_on=REPORTED), TODAY).rows
    assert names(first) == [PASSED] and first[0].ready.due_on == date(2026, 11, 9) and "待核" in first[0].ready.due_why
    app.config["PUBLICATION_EVALUATION"] = True
    assert "XC26120119460010007" in names(candidates.passed(actor, none, TODAY).rows)


def test_a_running_retest_holds_and_a_concluded_one_frees(office: Any) -> None:
    actor, none = office.actor(HANDLER), candidates.Filters()
    failing(office, FAILED)
    made = retest_of(office, FAILED)  # 复检中
    assert "复检正在办理" in candidates.held(actor, none, TODAY)[0].ready.hold.reason
    with transaction():
        session().execute(
            sa.update(Retest).where(Retest.id == made.id).values(
                state="concluded", conclusion="复检不合格", concluded_on=date(2026, 11, 18), result_received_on=date(2026, 11, 19)
            )
        )  # fmt: skip
    ready = candidates.failed(actor, none, TODAY)[0].ready
    assert (ready.free_on, ready.hold) == (date(2026, 11, 19), None)


def test_the_page_of_what_waits(office: Any, people: Any) -> None:
    batch(office, PASSED)
    failing(office, FAILED)
    client = people(HANDLER)
    page = client.get("/publications/candidates?tab=failed").text
    assert FAILED in page and "没有登记检验结果通知书的送达" in page and "起草不合格公示" in page
    assert "超期" in client.get("/publications/candidates?tab=overdue&from_on=2026-10-01&category=食用农产品").text
    assert FAILED not in client.get("/publications/candidates").text
    assert people("county:抽样员").get("/publications/candidates").status_code == 403
    assert "起草公示" in client.get("/publications/new?kind=不合格&from_on=2026-10-01&to_on=2026-11-20").text


# ---------------------------------------------------------------- the course

def words_of(answer: Any) -> str:
    """Everything a Word file says, in its paragraphs and its tables."""
    assert answer.status_code == 200
    document = Document(io.BytesIO(answer.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_from_a_draft_to_the_website(office: Any, people: Any) -> None:
    sample_id = failing(office, FAILED, sampled_name="张三（3号摊位）", sampled_address="文昌街东塔村2号", brand="青山")
    client, reviewer = people(HANDLER), people(REVIEWER)
    assert client.post("/publications/new", data=NEW).status_code == 303
    assert client.post("/publications/new", data=NEW).status_code == 303  # the second click
    made = only()
    assert (made.number, made.state, made.due_on) == ("公示〔2026〕1号", S.DRAFT, date(2026, 11, 27))
    page = client.get(f"/publications/{made.id}").text
    assert "张*（3号摊位）" in page and "张三" not in page and "已遮蔽" in page and "毒死蜱║0.9mg/kg║≤0.2mg/kg" in page
    assert people("other:审核人").get(f"/publications/{made.id}").status_code == 404
    sent = {"version": made.version, "comment": "请审批"}
    assert client.post(f"/publications/{made.id}/submit", data=sent).status_code == 303
    assert client.post(f"/publications/{made.id}/submit", data=sent).status_code == 409
    assert client.post(f"/publications/{made.id}/approve", data={"version": only().version}).status_code == 403
    assert reviewer.post(f"/publications/{made.id}/approve", data={"version": only().version, "comment": "同意公布。"}).status_code == 303
    assert f"/publications/{made.id}/list.xlsx" in client.get(f"/publications/{made.id}").text  # the website comes first
    taken = client.get(f"/publications/{made.id}/list.xlsx")
    listed = list(openpyxl.load_workbook(io.BytesIO(taken.data)).worksheets[0].iter_rows(values_only=True))[-1]
    assert "张*（3号摊位）" in listed and "毒死蜱║0.9mg/kg║≤0.2mg/kg" in listed
    assert people("other:审核人").get(f"/publications/{made.id}/list.xlsx").status_code == 404
    for typed, said in (({"published_on": "2026-12-01"}, "不能晚于今天"), ({"published_on": "2026-10-01"}, "最晚的报告日期"),
                        ({"url": "example"}, "http://"), ({"channel": ""}, "请填写公布渠道"), ({"announcement_no": ""}, "请填写公告号")):
        refused = client.post(f"/publications/{made.id}/publish", data={**ISSUED, **typed, "version": only().version})
        assert refused.status_code == 422 and said in refused.text
    assert client.post(f"/publications/{made.id}/publish", data={**ISSUED, "version": only().version}).status_code == 303
    found = only()
    assert (found.state, found.announcement_no, found.published_on) == (S.PUBLISHED, "2026年第1号", TODAY)
    assert files.intact(files.path_of(found.sha256 or ""), found.sha256 or "")
    item = items_of(found)[0]
    assert item.content_sha256 == rules.fingerprint(item.content)
    assert [one.step for one in history.entries_of("publication", found.id)] == ["draft", "submit", "approve", "export", "publish"]
    entries = session().scalars(sa.select(CasePublication)).all()  # typed once, in the list
    told = {(one.document_no, one.published_on, one.url) for one in entries}
    assert told == {("2026年第1号", TODAY, "https://example.gov.cn/1")} and len({one.case_id for one in entries}) == len(entries)
    assert client.get(f"/publications/{made.id}/list.xlsx").status_code == 409  # the kept one is the one that counts
    assert "张*" in client.get(f"/publications/{found.id}/notice").text
    told = words_of(client.get(f"/publications/{found.id}/notice.docx"))
    for word in ("2026年第1号", "第四十六条", "共 1 批次", "张*（3号摊位）", "毒死蜱║0.9mg/kg║≤0.2mg/kg", "不合格产品清单", "2026年11月"):
        assert word in told, word
    assert "张三" not in told and "{" not in told and "（待审批）" not in told
    assert people("other:审核人").get(f"/publications/{found.id}/notice.docx").status_code == 404
    case = session().scalars(sa.select(DisposalCase).where(DisposalCase.sample_id == sample_id)).first()
    assert case is not None
    for address in (f"/sampling/{sample_id}", f"/disposal/{case.id}"):
        page = client.get(address).text
        assert "2026年第1号" in page and "公布中" in page


def test_a_published_workbook_is_read_back_by_our_own_import(office: Any, tmp_path: Path) -> None:
    failing(office, FAILED, brand="青山", spec="500g/袋", made_on=date(2026, 10, 1), batch_no="A1", task_source="县抽")
    batch(office, PASSED, sampled_name="=1+1超市")
    for kind, number in ((PublicList.FAILED, "2026年第1号"), (PublicList.PASSED, "2026年第2号")):
        found = go(office, draft(office, kind), S.PUBLISHED, number)
        kept = queries.workbook_of(found)
        assert kept is not None and found.sha256 == kept.sha256
        sheet = read(kept.sha256, kept.filename).sheets[0]
        assert kind.value in sheet.rows[0][1][0] and list(sheet.rows[1][1]) == [rules.heading(name) for name in rules.layout(kind)]
        plan = imports.prepare(office.actor("county:统计员"), kept.sha256, kept.filename)
        assert not plan.faults and not plan.table.faults
        row, item = plan.rows[0].row, items_of(found)[0]
        for name, text in item.content["fields"].items():
            if name not in ("items", "province"):
                assert row.texts.get(name, "/") == text, name
        assert (row.texts["notice_no"], row.noticed_on) == (number, TODAY)
        assert [(one.item, one.result, one.limit) for one in row.items] == (
            [("毒死蜱", "0.9mg/kg", "≤0.2mg/kg")] if kind is PublicList.FAILED else []
        )


def test_what_changed_since_the_draft_is_not_published(office: Any, people: Any) -> None:
    sample_id = batch(office, PASSED)
    batch(office, SECOND)
    made = draft(office, PublicList.PASSED)
    other_id = items_of(made)[1].sample_id
    with transaction():
        session().get_one(Sample, sample_id).product_name = "油麦菜"
        session().get_one(Sample, other_id).pending_items = 1
    client = people(HANDLER)
    assert "起草后记录已变化" in client.get(f"/publications/{made.id}").text
    refused = client.post(f"/publications/{made.id}/submit", data={"version": made.version})
    assert refused.status_code == 409 and "食品名称现为“油麦菜”" in refused.text
    assert client.post(f"/publications/{made.id}/refresh", data={"version": fresh(made.id).version}).status_code == 303
    left = items_of(made)
    assert [(one.sample_number, one.ordinal, one.content["fields"]["product"]) for one in left] == [(PASSED, 1, "油麦菜")]
    assert go(office, made, S.SUBMITTED).state is S.SUBMITTED


def test_a_batch_stands_in_one_list_only(office: Any, people: Any) -> None:
    batch(office, PASSED)
    batch(office, SECOND)
    ids = [row.id for row in session().execute(sa.select(Sample.id).where(Sample.number == PASSED))]
    first = draft(office, PublicList.PASSED, ids=ids)
    assert [one.sample_number for one in items_of(first)] == [PASSED]
    second = draft(office, PublicList.PASSED)
    assert [one.sample_number for one in items_of(second)] == [SECOND]
    refused = people(HANDLER).post("/publications/new", data=NEW | {"kind": "合格"})
    assert refused.status_code == 409 and "没有可以公布的批次" in refused.text and NEW["title"] in refused.text
    go(office, first, S.VOIDED)
    assert names(candidates.passed(office.actor(HANDLER), candidates.Filters(), TODAY).rows) == [PASSED]


def test_edited_and_taken_out(office: Any, people: Any) -> None:
    batch(office, PASSED)
    batch(office, SECOND)
    made, client = draft(office, PublicList.PASSED), people(HANDLER)
    ids = [one.id for one in items_of(made)]
    sent = {"title": "新标题", "announcement_no": "2026年第9号", "foreword": "", "version": made.version, "drop": ids}
    assert "至少保留一批" in client.post(f"/publications/{made.id}/edit", data=sent).text
    assert client.post(f"/publications/{made.id}/edit", data=sent | {"drop": ids[:1], "version": fresh(made.id).version}).status_code == 303
    assert [(one.id, one.ordinal) for one in items_of(made)] == [(ids[1], 1)]
    go(office, made, S.PUBLISHED, "2026年第9号")
    other = draft(office, PublicList.PASSED)
    taken = client.post(f"/publications/{other.id}/edit", data=sent | {"drop": [], "version": fresh(other.id).version})
    assert taken.status_code == 422 and "已用于 公示〔2026〕1号" in taken.text


# ---------------------------------------------------------------- what the public reads

def test_the_public_reads_published_words_and_nothing_else(office: Any) -> None:
    spinach = category_book().resolve("食用农产品/蔬菜/叶菜类蔬菜/菠菜")
    failing(office, FAILED, sampled_name="张三", remark="内部备注：举报线索", category_id=spinach.id if spinach else None)
    batch(office, PASSED)
    go(office, draft(office), S.PUBLISHED)
    go(office, draft(office, PublicList.PASSED), S.APPROVED)
    found = public_queries.items(PublicFilters()).rows
    told = [(one["抽样编号"], one["被抽样单位名称"], one.notice_no, one.corrected) for one in found]
    assert told == [(FAILED, "张*", "2026年第1号", False)]
    assert "举报" not in str(found[0]) and "张三" not in str(found[0])
    assert list(found[0].cells)[:2] == ["抽样编号", "序号"] and len(found[0].cells) == 17
    for filters, number in (
        (PublicFilters(q="菠菜 毒死蜱"), 1), (PublicFilters(q="张三"), 0), (PublicFilters(q="%"), 0),
        (PublicFilters(kind=PublicList.PASSED), 0),
        (PublicFilters(year=2026), 1), (PublicFilters(year=2025), 0), (PublicFilters(category="食"), 0),
        (PublicFilters(category="食用农产品"), 1),
    ):  # fmt: skip
        assert len(public_queries.items(filters).rows) == number, filters
    assert public_queries.item(found[0].id) is not None and public_queries.item(0) is None
    assert list(public_queries.years()) == [2026]
    assert [(one.announcement_no, one.nature) for one in public_queries.notices().rows] == [("2026年第1号", PublicNature.FIRST)]


# ---------------------------------------------------------------- lists and figures

def test_list_workbook_and_figures(office: Any, people: Any) -> None:
    batch(office, PASSED)
    batch(office, SECOND, on=date(2026, 10, 30))
    client = people(HANDLER)
    ids = list(session().scalars(sa.select(Sample.id).where(Sample.number == SECOND)))
    go(office, draft(office, PublicList.PASSED, ids=ids), S.PUBLISHED)
    page = client.get("/publications/?state=published&kind=合格&q=菠菜&from_on=2026-11-01").text
    assert "公示〔2026〕1号" in page and "按期公示率" in page
    assert "公示〔2026〕1号" not in client.get("/publications/?state=withdrawn").text
    assert "/downloads/lists/publications?" in client.get("/publications/?state=published").text
    assert client.get("/publications/export").status_code == 404
    assert people("lab:承检机构").get("/publications/").status_code == 403
    tally = statistics.tally(office.actor(HANDLER), 2026, TODAY)
    assert (tally.due, tally.on_time, tally.late, tally.missing, tally.rate.shown) == (2, 1, 0, 1, "50.00%")


def test_each_number_of_the_rate_opens_the_batches_it_counts(office: Any, people: Any) -> None:
    batch(office, PASSED)
    batch(office, SECOND, on=date(2026, 10, 30))
    numbers = {number: session().scalars(sa.select(Sample.id).where(Sample.number == number)).one() for number in (PASSED, SECOND)}
    go(office, draft(office, PublicList.PASSED, ids=[numbers[SECOND]]), S.PUBLISHED)
    waiting = draft(office, PublicList.PASSED, ids=[numbers[PASSED]])  # on its way is not published: still counted as missing
    client, tally = people(HANDLER), statistics.tally(office.actor(HANDLER), 2026, TODAY)
    front = client.get("/publications/").text
    for side, count in (("due", tally.due), ("on_time", tally.on_time), ("late", tally.late), ("missing", tally.missing)):
        address = f"/publications/statistics?side={side}&year=2026"
        assert side == "on_time" or address.replace("&", "&amp;") in front
        page = client.get(address).text
        assert f"共 <b>{count}</b> 批" in page and page.count('href="/sampling/') - page.count('href="/sampling/"') >= count
        assert len(statistics.lines(office.actor(HANDLER), 2026, TODAY, statistics.LISTS[side])) == count
        for number in numbers:
            kept = {PASSED: ("due", "missing"), SECOND: ("due", "on_time")}[number]
            assert (f">{number}</a>" in page) == (side in kept)
    assert waiting.number in client.get("/publications/statistics?side=missing").text
    book = openpyxl.load_workbook(io.BytesIO(client.get("/publications/statistics?side=missing&format=xlsx").data))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == [PASSED]
    refused = client.get("/publications/statistics?side=other")
    assert refused.status_code == 422 and "没有这种清单" in refused.text
    assert client.get("/publications/statistics?year=3").status_code == 422
    assert people("lab:承检机构").get("/publications/statistics").status_code == 403
    assert statistics.lines(office.actor("other:办案人"), 2026, TODAY) == []


@pytest.mark.parametrize("path", ["abc", "999999", f"{2**70}"])
def test_unknown_addresses(path: str, people: Any, office: Any) -> None:
    assert people(HANDLER).get(f"/publications/{path}").status_code == 404
