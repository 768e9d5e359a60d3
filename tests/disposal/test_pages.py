"""The list with its filters, one case's page, the export, and the commands."""

from __future__ import annotations

import hashlib
import io
import json
import re
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from app import clock, history
from app.db import session, transaction
from app.disposal import operations, paging
from app.disposal.models import DisposalCase
from app.domain.samples import Link
from app.domain.workflow import CaseState
from tests.disposal.conftest import again, build_batch
from tests.queries import counting


def text(response: Any) -> str:
    return response.get_data(as_text=True)


@pytest.fixture
def listed(office: Any, open_cases: Any) -> dict[str, DisposalCase]:
    """Cases of several states, parties and due dates (today is 2026-11-20)."""
    with transaction():
        samples = {
            name: build_batch(office, f"XC2612011912345{n:04d}", product_name=name, link=link)
            for n, (name, link) in enumerate(
                [("韭菜", Link.CIRCULATION), ("带鱼", Link.CATERING), ("酱油", Link.ONLINE), ("馒头", Link.PRODUCTION)]
            )
        }
    cases = dict(zip(samples, open_cases(*samples.values()), strict=True))
    handler, reviewer = office.people["county:办案人"].id, office.people["county:审核人"].id
    with transaction():
        late, soon = again(cases["韭菜"]), session().get_one(DisposalCase, cases["带鱼"].id)
        closed = session().get_one(DisposalCase, cases["馒头"].id)
        late.received_on, late.due_on = date(2026, 8, 20), date(2026, 11, 19)
        soon.received_on, soon.due_on, soon.handler_id = date(2026, 8, 24), date(2026, 11, 23), handler
        soon.state = CaseState.HANDLING
        closed.handler_id, closed.approved_by_id, closed.closed_on = handler, reviewer, date(2026, 11, 20)
        closed.state = CaseState.CLOSED
    return cases


@pytest.mark.parametrize(
    ("query", "products"),
    [
        ("", ["韭菜", "带鱼", "酱油"]),  # not yet closed, due soonest first
        ("state=all", ["韭菜", "带鱼", "酱油", "馒头"]),
        ("state=closed", ["馒头"]),
        ("state=open", ["韭菜", "酱油"]),
        ("state=handling&mine=1", ["带鱼"]),
        ("light=red", ["韭菜"]),
        ("light=amber", ["带鱼"]),
        ("light=green", ["酱油"]),
        ("party=网抽", ["酱油"]),
        ("q=带鱼", ["带鱼"]),
        ("q=核处[2026]3号", ["酱油"]),
        ("q=xc26120119123450000", ["韭菜"]),
        ("q=好又多", ["韭菜", "带鱼", "酱油"]),
        ("q=%25", []),  # a percent sign is a character, not a wildcard
        ("due_from=2026-11-20&due_to=2026-12-31", ["带鱼"]),
        # what nobody meant is no condition
        ("state=x&party=x&light=x&handler=x&due_from=x&after=x&before=..", ["韭菜", "带鱼", "酱油"]),
        ("handler=99999999999999999999", ["韭菜", "带鱼", "酱油"]),
        ("after=2026-11-19.99999999999999999999", ["韭菜", "带鱼", "酱油"]),
    ],
)
def test_the_list(query: str, products: list[str], listed: Any, sign_in: Any, office: Any) -> None:
    page = text(sign_in(office.people["county:办案人"]).get(f"/disposal/?{query}"))
    assert re.findall(r"<td>(韭菜|带鱼|酱油|馒头)<div", page) == products


def test_the_counts_are_those_of_the_lists_they_open(listed: Any, sign_in: Any, office: Any) -> None:
    client = sign_in(office.people["county:审核人"])
    page = text(client.get("/disposal/"))
    tabs = re.findall(r'href="(/disposal/\?[^"]*)"[^>]*>[^<]*<span class="tab-count">(\d+)</span>', page)
    assert len(tabs) == 10
    for address, count in tabs:
        listing = text(client.get(address.replace("&amp;", "&")))
        assert f"共 <b>{count}</b> 条" in listing


def test_keyset_pages_show_every_case_once(listed: Any, sign_in: Any, office: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(paging, "page_size", lambda: 1)
    client, address, seen = sign_in(office.people["county:办案人"]), "/disposal/?state=all", []
    while address:
        page = text(client.get(address.replace("&amp;", "&")))
        seen += re.findall(r"<td>(韭菜|带鱼|酱油|馒头)<div", page)
        later = re.search(r'rel="next" href="([^"]+)"', page)
        address = later[1] if later else ""
    assert seen == ["韭菜", "带鱼", "酱油", "馒头"]
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back and re.findall(r"<td>(韭菜|带鱼|酱油|馒头)<div", text(client.get(back[1].replace("&amp;", "&")))) == ["酱油"]


def test_the_station_below_and_the_city_above(listed: Any, sign_in: Any, office: Any) -> None:
    """The city sees its counties' cases, the county not those of another, the station not those of its county."""
    for person, count in (("city:审核人", 3), ("county:审核人", 3), ("station:办案人", 0), ("other:办案人", 0)):
        assert f"共 <b>{count}</b> 条" in text(sign_in(office.people[person]).get("/disposal/"))


def test_an_empty_list_says_where_cases_come_from(sign_in: Any, office: Any) -> None:
    assert "案件会自动出现在这里" in text(sign_in(office.people["county:办案人"]).get("/disposal/"))


@pytest.mark.parametrize("person", ["county:系统管理员", "lab:承检机构"])
def test_who_has_no_business_with_cases(person: str, case: DisposalCase, sign_in: Any, office: Any) -> None:
    client = sign_in(office.people[person])
    assert client.get("/disposal/").status_code == 403
    assert client.get(f"/disposal/{case.id}").status_code == 404


def test_one_page_tells_everything(closed_case: DisposalCase, sign_in: Any, office: Any) -> None:
    """Sample, failing items with limits, both clocks with reasons, elements, what was recorded, every step with its words."""
    page = text(sign_in(office.people["county:统计员"]).get(f"/disposal/{closed_case.id}"))
    for said in (
        "豇豆", "蓟州区文昌街好又多超市", "灭蝇胺", "1.2 mg/kg", "≤0.5 mg/kg", "R-XC26120119123450001", "2027-02-18",
        "启动核查处置", "《食品安全抽样检验管理办法》第45条", "封存 20 公斤", "同意。", "审核通过", "蓟州审核人", "用时 0 个工作日",
    ):  # fmt: skip
        assert said in page
    assert "铅(以Pb计)" not in page  # it passed
    assert "<form" not in page.split("<main", 1)[1].split("</main>", 1)[0]  # nothing to press for somebody who only reads


@pytest.mark.parametrize(
    ("state", "person", "buttons"),
    [
        ("open", "county:办案人", {"claim"}),
        ("open", "county:审核人", {"assign", "urge"}),
        ("handling", "county:办案人", {"record", "draft", "publish", "follow-up", "files"}),
        ("handling", "county:另一办案人", set()),
        ("handling", "county:审核人", {"assign", "urge"}),
        ("awaiting", "county:办案人", {"recall"}),
        ("awaiting", "county:审核人", {"approve", "return", "forward", "answer", "urge"}),
        ("awaiting", "county:局领导", {"approve", "return", "forward", "answer", "urge"}),
        ("awaiting", "county:抽样员", set()),
    ],
)
def test_buttons(state: str, person: str, buttons: set[str], case: DisposalCase, sign_in: Any, office: Any) -> None:
    """Shown to those who may press them now, and to nobody else."""
    handler, found = office.people["county:办案人"].id, again(case)
    with transaction():
        found.handler_id = handler if state != "open" else None
        found.submitted_by_id = handler if state == "awaiting" else None
        found.state = CaseState(state)
    page = text(sign_in(office.people[person]).get(f"/disposal/{case.id}"))
    assert set(re.findall(rf'action="/disposal/{case.id}/([\w-]+)"', page)) == buttons


def test_the_export_is_the_list_and_is_remembered(listed: Any, sign_in: Any, office: Any) -> None:
    response = sign_in(office.people["county:统计员"]).get("/disposal/export?state=all&party=流通")
    assert response.status_code == 200
    book = load_workbook(io.BytesIO(response.data))
    rows = list(book["核查处置案件"].values)
    assert [row[2] for row in rows] == ["样品名称", "韭菜"]
    assert dict(zip(rows[0], rows[1], strict=True))["期限灯"] == "超期"
    assert ("查询条件", "状态：全部，环节：流通") in list(book["导出说明"].values)
    entry = history.entries_of("disposal_case", None)[-1]  # type: ignore[arg-type]
    digest = hashlib.sha256(response.data).hexdigest()
    assert (entry.step, entry.comment) == ("export", f"状态：全部，环节：流通；共 1 件；SHA-256 {digest}")


# ---------------------------------------------------------------- commands

def run(app: Any, *args: str) -> tuple[int, Any, str]:
    result = app.test_cli_runner().invoke(args=["cases", *args])
    return result.exit_code, json.loads(result.stdout) if "--json" in args and result.stdout else None, result.stderr


def test_cases_on_the_command_line(app: Any, listed: Any) -> None:
    _, every, _ = run(app, "list", "--json")
    assert [(case["number"], case["state"], case["light"]) for case in every] == [
        ("核处〔2026〕1号", "待领取", "超期"), ("核处〔2026〕2号", "办理中", "临近"), ("核处〔2026〕3号", "待领取", "正常"),
        ("核处〔2026〕4号", "审核完毕", "正常"),
    ]  # fmt: skip
    assert [case["number"] for case in run(app, "list", "--overdue", "--json")[1]] == ["核处〔2026〕1号"]
    assert [case["product"] for case in run(app, "list", "--state", "办理中", "--json")[1]] == ["带鱼"]
    assert run(app, "list", "--state", "handling", "--json")[1] == run(app, "list", "--state", "办理中", "--json")[1]
    code, _, said = run(app, "list", "--state", "不存在")
    assert code == 1 and "没有“不存在”这种状态" in said


def test_one_case_on_the_command_line(app: Any, listed: Any) -> None:
    _, case, _ = run(app, "show", "核处[2026]3号", "--json")
    assert (case["state"], case["product"], case["missing"]) == (
        "待领取", "酱油", ["送达", "产品控制", "原因排查", "整改复查", "行政处罚", "信息公开"],
    )  # fmt: skip
    start, done, serve = case["clocks"]
    assert (start["code"], start["due"], start["remaining"]) == ("DISP_START", "2026-11-27", 5)
    assert (done["code"], done["due"], done["calendar"]) == ("DISP_DONE", "2027-02-18", "provisional")
    assert "《食品安全抽样检验管理办法》第45条" in done["article"] and len(done["why"]) >= 2
    assert (serve["code"], serve["due"], serve["remaining"]) == ("SERVE", "2026-11-27", 5)


def test_a_number_that_two_bureaus_have(app: Any, listed: Any, office: Any, open_cases: Any) -> None:
    with transaction():
        theirs = build_batch(office, "XC26500156123450001", org_id=office.orgs["other"].id)
    open_cases(theirs)
    code, _, said = run(app, "show", "核处〔2026〕1号")
    assert code == 1 and "--org" in said and "武隆区市场监督管理局" in said
    assert run(app, "show", "核处〔2026〕1号", "--org", "500156", "--json")[1]["sample"] == "XC26500156123450001"
    assert run(app, "show", "核处〔2026〕1号", "--as", "county-handler", "--json")[1]["product"] == "韭菜"


def test_a_number_nobody_has(app: Any) -> None:
    code, _, said = run(app, "show", "核处〔2026〕99号")
    assert code == 1 and "没有找到案件" in said


def test_opening_costs_no_statement_per_case(app: Any, office: Any) -> None:
    """200 cases out of a large import: a few statements per 500 samples."""
    with transaction():
        ids = [build_batch(office, f"XC2612011912347{n:04d}").id for n in range(120)]
    session().expunge_all()
    with transaction(), counting(app) as sent:
        operations.open_for_samples(ids, office.actor("county:统计员"), clock.now())
    assert sent.count < 40, sent
