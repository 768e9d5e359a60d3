"""公众查询页: off until it is opened; what is published and in force, and nothing else of any record."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from app import clock, files
from app.attachments.models import Attachment
from app.checklists.models import Checklist
from app.db import session, transaction
from app.domain.publications import content_of, fingerprint, searched
from app.domain.reporting_kinds import PublicList, PublicNature, WarningKind
from app.domain.reporting_states import PublicationState, WarningState
from app.domain.supervision_kinds import InspectionNature, InspectionResult
from app.domain.supervision_states import InspectionState
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.inspections.models import Inspection
from app.public import limits, queries
from app.publications.models import Publication, PublicationItem
from app.publications.public_queries import PublicFilters
from app.risk_warnings.models import PublicWarning
from tests.disposal.conftest import build_batch
from tests.queries import counting

CANARY = "金丝雀"  # stands in everything that nobody may read here
DAY = date(2026, 11, 12)
EVERY = ("/public/", "/public/notices/", "/public/tips/", "/public/inspections/", "/public/export.csv")


class Shelf:
    """Publications of the county, made as they stand in the tables."""

    def __init__(self, office: Any) -> None:
        self.office, self.org_id, self.samples = office, office.orgs["county"].id, 0

    def notice(self, number: str, kind: PublicList = PublicList.FAILED, **given: Any) -> Publication:
        values: dict[str, Any] = {
            "org_id": self.org_id, "number": f"公示{number}", "kind": kind, "nature": PublicNature.FIRST, "title": f"{number}期抽检信息",
            "announcement_no": f"2026年第{number}号", "state": PublicationState.PUBLISHED, "published_on": DAY, "created_at": clock.now(),
        }  # fmt: skip
        made = Publication(**values | given)
        session().add(made)
        session().flush()
        return made

    def item(self, notice: Publication, product: str, **given: Any) -> PublicationItem:
        self.samples += 1
        number = f"XC261201191234{self.samples:05d}"
        sample = build_batch(self.office, number)
        fields = {
            "number": number, "product": product, "producer": "某食品有限公司", "sampled": "文昌超市", "category": "蔬菜制品",
            "items": "灭蝇胺║1.2mg/kg║≤0.5mg/kg", "made": "2026-10-01",
        }  # fmt: skip
        content = content_of(fields, notice.kind, 14)
        made = PublicationItem(
            org_id=self.org_id, publication_id=notice.id, sample_id=sample.id, sample_number=number, ordinal=self.samples,
            content=content, content_sha256=fingerprint(content), search=searched(content), **given,
        )  # fmt: skip
        session().add(made)
        session().flush()
        return made


@pytest.fixture
def opened(app: Any) -> Any:
    app.config["PUBLIC_PAGE"] = True
    app.config["PUBLIC_PER_MINUTE"] = 10_000
    app.extensions.pop(limits.NAME, None)
    return app


@pytest.fixture
def shelf(opened: Any, office: Any) -> Shelf:
    return Shelf(office)


@pytest.fixture
def shown(shelf: Shelf) -> dict[str, Any]:
    """One list of failed and one of passed batches, in force."""
    with transaction():
        failed, passed = shelf.notice("1"), shelf.notice("2", PublicList.PASSED, published_on=date(2025, 3, 4))
        return {
            "failed": failed.id, "passed": passed.id, "bad": shelf.item(failed, "五香豇豆").id, "good": shelf.item(passed, "腌黄瓜").id,
        }  # fmt: skip


def workbook(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


# ---------------------------------------------------------------- off, and on for anybody

def test_off_there_is_no_such_page(app: Any, office: Any) -> None:
    client = app.test_client()
    for address in (*EVERY, "/public/items/1", "/public/notices/1", "/public/notices/1/file.xlsx", "/public/tips/1", "/public/export.xlsx"):
        assert client.get(address).status_code == 404, address
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize("address", ["/public/", "/public/notices/", "/public/tips/", "/public/inspections/"])
def test_anybody_reads_it_without_a_trace(address: str, shown: Any, opened: Any) -> None:
    answer = opened.test_client().get(address)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers and "Cookie" not in answer.headers.get("Vary", "")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text and "site-menu" not in answer.text and "csrf" not in answer.text and "style=" not in answer.text


def test_a_colleague_who_is_signed_in_reads_the_same(shown: Any, opened: Any, office: Any, sign_in: Any) -> None:
    """Or a proxy would hand his page to everybody."""
    theirs = sign_in(office.people["county:系统管理员"]).get("/public/")
    assert theirs.text == opened.test_client().get("/public/").text
    assert "Set-Cookie" not in theirs.headers


def test_what_is_not_there_is_refused_in_its_own_layout_and_kept_by_nobody(opened: Any, office: Any) -> None:
    for address in ("/public/items/1", "/public/notices/1", "/public/tips/99999999999999999999", "/public/notices/1/file.xlsx"):
        answer = opened.test_client().get(address)
        assert answer.status_code == 404 and "max-age" not in answer.headers["Cache-Control"], address
    assert "没有找到该信息" in opened.test_client().get("/public/items/1").text
    assert opened.test_client().post("/public/").status_code == 405
    assert "Allow: /public/" in opened.test_client().get("/robots.txt").text


def test_an_address_that_asks_too_often_waits(opened: Any, office: Any) -> None:
    opened.config["PUBLIC_PER_MINUTE"] = 10
    client = opened.test_client()
    assert {client.get("/public/tips/").status_code for _ in range(10)} == {200}
    refused = client.get("/public/tips/")
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) <= 60 and "访问过于频繁" in refused.text
    assert "max-age" not in refused.headers["Cache-Control"]
    forged = client.get("/public/tips/", headers={"X-Forwarded-For": "198.51.100.7"})
    assert forged.status_code == 429  # nobody's word for it
    assert client.get("/public/tips/", environ_base={"REMOTE_ADDR": "198.51.100.7"}).status_code == 200


# ---------------------------------------------------------------- searching

@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["腌黄瓜", "五香豇豆"]), ("q=豇豆", ["五香豇豆"]), ("q=灭蝇胺 文昌", ["五香豇豆"]), ("q=XC26120119123400002", ["腌黄瓜"]),
        ("kind=合格", ["腌黄瓜"]), ("year=2025", ["腌黄瓜"]), ("year=2026&month=11", ["五香豇豆"]), ("year=2026&month=10", []),
        ("category=蔬菜制品&kind=不合格", ["五香豇豆"]), ("category=蔬菜", []), ("q=%25", []),
        ("kind=x&year=y&month=z", ["腌黄瓜", "五香豇豆"]), ("month=10", ["腌黄瓜", "五香豇豆"]),
    ],
)  # fmt: skip
def test_search_list_and_files_agree(query: str, found: list[str], shown: Any, opened: Any) -> None:
    client = opened.test_client()
    page = client.get(f"/public/?{query}").text
    written = client.get(f"/public/export.csv?{query}").data.decode("utf-8-sig")
    for product in ("腌黄瓜", "五香豇豆"):
        assert (product in page) == (product in written) == (product in found)
    assert f"共 {len(found)} 条" in page and len(written.splitlines()) == len(found) + 1


def test_one_batch_its_announcement_and_the_workbook(shown: Any, opened: Any) -> None:
    client = opened.test_client()
    item = client.get(f"/public/items/{shown['bad']}").text
    assert "灭蝇胺║1.2mg/kg║≤0.5mg/kg" in item and "2026年第1号" in item and "蓟州区市场监督管理局" in item
    notice = client.get(f"/public/notices/{shown['failed']}").text
    assert "五香豇豆" in notice and "腌黄瓜" not in notice and "下载公布的清单" not in notice  # it has no file
    made = workbook(client.get("/public/export.xlsx?kind=不合格").data)
    assert "五香豇豆" in made and "腌黄瓜" not in made and "清单：不合格" in made


def test_files_are_bounded(shown: Any, opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "AT_ONCE", 1)
    assert [one["食品名称"] for one in queries.every_item(PublicFilters())] == ["腌黄瓜", "五香豇豆"]
    monkeypatch.setattr(queries, "MOST_ROWS", 1)
    assert [one["食品名称"] for one in queries.every_item(PublicFilters())] == ["腌黄瓜"]


def test_the_workbook_is_handed_out_while_all_of_it_stands(shown: Any, opened: Any) -> None:
    client, address = opened.test_client(), f"/public/notices/{shown['failed']}/file.xlsx"
    with transaction():
        stored = files.store(b"PK as published")
        notice = session().get_one(Publication, shown["failed"])
        kept = Attachment(
            org_id=notice.org_id, subject_kind="publication", subject_id=notice.id, filename="x.xlsx", sha256=stored.sha256,
            size=stored.size, mime="application/zip", created_at=clock.now(),
        )  # fmt: skip
        session().add(kept)
        session().flush()
        notice.attachment_id = kept.id
    assert client.get(address).data == b"PK as published"
    assert "下载公布的清单" in client.get(f"/public/notices/{shown['failed']}").text
    with transaction():
        session().get_one(PublicationItem, shown["bad"]).withdrawn_at = clock.now()
    assert client.get(address).status_code == 404
    page = client.get(f"/public/notices/{shown['failed']}").text
    assert "下载公布的清单" not in page and "有 1 批次已更正或撤回" in page and "五香豇豆" not in page


def test_a_page_of_the_list_asks_few_questions(shelf: Shelf, opened: Any) -> None:
    with transaction():
        notice = shelf.notice("1")
        for number in range(12):
            shelf.item(notice, f"豇豆{number}")
    opened.test_client().get("/public/")  # a process asks for changed settings at most every few seconds
    for address, most in (("/public/", 4), (f"/public/notices/{notice.id}", 3), (f"/public/items/{1}", 1)):
        with counting(opened) as sent:
            opened.test_client().get(address)
        assert sent.count <= most, sent


# ---------------------------------------------------------------- nothing else

def _hidden(shelf: Shelf) -> None:
    """One record of every kind and state that the public may not read; each says 金丝雀."""
    for at, state in enumerate(one for one in PublicationState if one is not PublicationState.PUBLISHED):
        hidden = shelf.notice(f"3{at}", state=state, title=CANARY, announcement_no=CANARY, foreword=CANARY)
        shelf.item(hidden, CANARY)
    notice = shelf.notice("8")
    shelf.item(notice, CANARY, withdrawn_at=clock.now(), withdrawn_reason=CANARY)
    wrong = shelf.item(notice, f"{CANARY}更正前")
    right = shelf.notice("9", nature=PublicNature.CORRECTION, corrects_id=notice.id)
    shelf.item(right, "更正后的豇豆", corrects_id=wrong.id)
    back = shelf.notice("10", nature=PublicNature.WITHDRAWAL, corrects_id=notice.id, reason=CANARY)
    shelf.item(back, CANARY, corrects_id=wrong.id)


def _hidden_tips(org_id: int) -> None:
    for at, state in enumerate(WarningState):
        kind = WarningKind.ALERT if state is WarningState.PUBLISHED else WarningKind.TIP
        session().add(_tip(org_id, at, state=state, kind=kind, title=CANARY, body=CANARY, basis=CANARY))
    session().add(_tip(org_id, 90, title=CANARY, body=CANARY, expires_on=date(2026, 11, 19)))  # expired
    session().add(_tip(org_id, 91, title="夏季慎食凉拌菜", body="烧熟煮透。\n及时食用。", basis=CANARY, audience=CANARY, channel=CANARY))


def _tip(org_id: int, at: int, **given: Any) -> PublicWarning:
    values: dict[str, Any] = {
        "org_id": org_id, "number": f"消费提示{at}", "kind": WarningKind.TIP, "state": WarningState.PUBLISHED, "findings": {},
        "published_on": DAY, "created_at": clock.now(),
    }  # fmt: skip
    return PublicWarning(**values | given)


def _inspection(shelf: Shelf, checklist: int, firm: str, **given: Any) -> Inspection:
    org_id, people = shelf.org_id, shelf.office.people
    enterprise = Enterprise(org_id=org_id, name=firm, status=EnterpriseStatus.ACTIVE, created_at=clock.now())
    session().add(enterprise)
    session().flush()
    values: dict[str, Any] = {
        "org_id": org_id, "number": f"检查{enterprise.id}", "enterprise_id": enterprise.id, "enterprise_name": firm, "kind": "食品销售者",
        "nature": InspectionNature.ROUTINE, "checklist_id": checklist, "state": InspectionState.FINISHED,
        "result": next(iter(InspectionResult)), "inspected_on": DAY, "finished_on": DAY, "publish_due_on": DAY, "published_on": DAY,
        "lead_id": people["county:抽样员"].id, "second_id": people["county:审核人"].id,
        "published_at": clock.now(), "published_where": CANARY, "opinion": CANARY, "company_person": CANARY, "created_at": clock.now(),
    }  # fmt: skip
    made = Inspection(**values | given)
    session().add(made)
    session().flush()
    return made


def _inspections(shelf: Shelf) -> None:
    one = session().scalars(sa.select(Checklist.id)).first()
    assert one is not None
    _inspection(shelf, one, "好又多超市有限公司")
    _inspection(shelf, one, "张小三")  # a person: his name is masked
    _inspection(shelf, one, f"{CANARY}未公示", published_on=None, published_at=None)
    _inspection(shelf, one, f"{CANARY}不公示", not_public="涉密")
    _inspection(shelf, one, f"{CANARY}作废", state=InspectionState.VOIDED, voided_at=clock.now())


def test_nothing_unpublished_withdrawn_or_superseded_is_anywhere(shown: Any, shelf: Shelf, opened: Any) -> None:
    with transaction():
        _hidden(shelf)
        _hidden_tips(shelf.org_id)
        _inspections(shelf)
    client, answers = opened.test_client(), {}
    addresses = [*EVERY, "/public/export.xlsx"]
    for kind, model in (("items", PublicationItem), ("notices", Publication), ("tips", PublicWarning)):
        ids = session().scalars(sa.select(model.id)).all()
        addresses += [f"/public/{kind}/{number}" for number in ids]
        addresses += [f"/public/notices/{number}/file.xlsx" for number in ids] if kind == "notices" else []
    for address in addresses:
        answer = client.get(address)
        answers[address] = answer.status_code
        told = workbook(answer.data) if address.endswith("export.xlsx") else answer.data.decode("utf-8-sig")
        assert CANARY not in told, address
    assert answers["/public/export.xlsx"] == 200
    assert sum(code == 200 for address, code in answers.items() if address.startswith("/public/tips/") and address != "/public/tips/") == 1
    assert "更正后的豇豆" in client.get("/public/").text and "已更正" in client.get("/public/").text
    assert "夏季慎食凉拌菜" in client.get("/public/tips/").text
    results = client.get("/public/inspections/").text
    assert "好又多超市有限公司" in results and "张小三" not in results and "张" in results and "共 2 条" in results


def test_no_answer_names_a_phone_or_an_id(shown: Any, opened: Any, shelf: Shelf) -> None:
    """The firm's word is masked even where the record has a number in its name."""
    with transaction():
        one = session().scalars(sa.select(Checklist.id)).first()
        assert one is not None
        _inspection(shelf, one, "某店（13812345678）")
    assert "13812345678" not in opened.test_client().get("/public/inspections/").text


def test_both_databases_answer_alike(pg_app: Any) -> None:
    from tests.conftest import make_office

    pg_app.config["PUBLIC_PAGE"] = True
    with transaction():
        shelf = Shelf(make_office())
        notice = shelf.notice("1")
        shelf.item(notice, "五香豇豆")
        _hidden(shelf)
        _hidden_tips(shelf.org_id)
        _inspections(shelf)
    client = pg_app.test_client()
    for address in (*EVERY, f"/public/notices/{notice.id}", "/public/?q=豇豆&year=2026&month=11&category=蔬菜制品"):
        answer = client.get(address)
        assert answer.status_code == 200 and CANARY not in answer.data.decode("utf-8-sig"), address
