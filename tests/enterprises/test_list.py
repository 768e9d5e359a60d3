"""The list of enterprises: found by name, initials, code and licence; paged, and taken out as a workbook."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.chain import HistoryEntry
from app.db import session, transaction
from app.enterprises import operations
from app.enterprises.details import Details
from app.enterprises.operations import Registered
from app.results.models import ImportBatch
from tests.downloads.taking import pressed, taken_out
from tests.enterprises.conftest import batch_now, cells_of, code_of
from tests.queries import counting


@pytest.fixture
def many(office: Any, upload: Any) -> Any:
    """Register so many enterprises at once."""

    def enter(count: int, org: str = "county", first: int = 100) -> list[int]:
        actor = office.actor(f"{org}:抽样员")
        session().rollback()
        with transaction():
            batch = ImportBatch(
                org_id=office.orgs[org].id, kind="enterprises", layout="enterprises", state="confirmed", filename="x",
                sha256="0" * 64, created_at=clock.now(),
            )  # fmt: skip
            session().add(batch)
            session().flush()
            found = [
                Registered(Details(f"第{serial}店", code_of(serial), frozenset({("小作坊", "/")})), office.orgs[org].id)
                for serial in range(first, first + count)
            ]
            return operations.create_many(found, actor, clock.now(), batch.id, "导入文件：x")

    return enter


def listed(client: Any, query: str = "") -> list[str]:
    """Names on the page."""
    return re.findall(r'<td[^>]*><a href="/enterprises/\d+">([^<]+)</a>', client.get(f"/enterprises/{query}").text)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["丙（天津）贸易公司", "长春堂药店", "文昌食堂"]),  # newest first
        ("?q=贸易", ["丙（天津）贸易公司"]),
        ("?q=丙(天津)", ["丙（天津）贸易公司"]),  # half-width brackets find full-width ones
        ("?q=cct", ["长春堂药店"]),
        ("?q=zct", ["长春堂药店"]),  # 长 is read in two ways
        ("?q=WCST", ["文昌食堂"]),
        ("?q=cst", ["文昌食堂"]),  # any part of the initials, as of the name
        (f"?q={code_of(2)}", ["长春堂药店"]),
        (f"?q={code_of(2)[:14]}", ["丙（天津）贸易公司", "长春堂药店", "文昌食堂"]),
        ("?q=JY9", ["文昌食堂"]),
        ("?q=%25", []),
        ("?q=' OR 1=1 --", []),
        ("?kind=餐饮服务提供者", ["文昌食堂"]),
        ("?status=停产", ["长春堂药店"]),
        ("?region_id=0&status=x&kind=y&q=", ["丙（天津）贸易公司", "长春堂药店", "文昌食堂"]),  # no conditions at all
        ("?q=食堂&kind=食品销售者", []),
    ],
)
def test_filters(clerk: Any, register: Any, query: str, found: list[str]) -> None:
    register(name="文昌食堂", credit_code=code_of(1), kinds=["餐饮服务提供者"], licence_no="JY9001")
    register(name="长春堂药店", credit_code=code_of(2), standing="停产")
    register(name="丙（天津）贸易公司", credit_code=code_of(3))
    assert listed(clerk, query) == found
    if not found:
        assert "没有符合条件的企业" in clerk.get(f"/enterprises/{query}").text


def test_a_region_with_everything_below_it(clerk: Any, register: Any) -> None:
    register()
    page = clerk.get("/enterprises/").text
    region = re.search(r'<option value="(\d+)">天津市蓟州区</option>', page)
    city = re.search(r'<option value="(\d+)">天津市</option>', page)
    other = re.search(r'<option value="(\d+)">重庆市武隆区</option>', page)
    assert region and city and other
    shown = [len(listed(clerk, f"?region_id={found[1]}")) for found in (region, city, other)]
    assert shown == [1, 1, 0]


def test_scope(clerk: Any, stranger: Any, register: Any, office: Any, sign_in: Any) -> None:
    register(name="蓟州店")
    register(stranger, name="武隆店", credit_code=code_of(2), region="500156")
    assert (listed(clerk), listed(stranger)) == (["蓟州店"], ["武隆店"])
    city = sign_in(office.people["city:局领导"])
    assert listed(city) == ["武隆店", "蓟州店"]
    assert "武隆区市场监督管理局" in city.get("/enterprises/").text  # whose it is


def test_pages_by_key_without_a_gap_or_a_repeat(app: Any, clerk: Any, many: Any) -> None:
    many(45)
    seen: list[str] = []
    query, page = "?kind=小作坊", ""
    while True:
        page = clerk.get(f"/enterprises/{query}").text
        seen += listed(clerk, query)
        older = re.search(r'rel="next" href="/enterprises/([^"]+)"', page)
        if older is None:
            break
        query = older[1].replace("&amp;", "&")
    assert seen == [f"第{serial}店" for serial in range(144, 99, -1)]
    newer = re.search(r'rel="prev" href="/enterprises/([^"]+)"', page)
    assert newer and listed(clerk, newer[1].replace("&amp;", "&"))[-1] == "第105店"
    assert "共 <b>45</b> 条" in page


def test_a_full_page_asks_as_much_as_a_short_one(app: Any, clerk: Any, many: Any) -> None:
    many(2)
    clerk.get("/enterprises/")
    with counting(app) as short:
        clerk.get("/enterprises/?size=100")
    many(98, first=1000)
    with counting(app) as full:
        clerk.get("/enterprises/?size=100")
    assert full.count == short.count <= 17, full


# ---------------------------------------------------------------- 导出

def test_the_export_says_what_the_list_says_and_is_on_record(clerk: Any, stranger: Any, register: Any) -> None:
    register(name="=1+1", credit_code=code_of(1), kinds=["小作坊"], subkinds_3="学校食堂")
    register(name="不在条件内", credit_code=code_of(2))
    register(stranger, name="别县", credit_code=code_of(3), region="500156", kinds=["小作坊"])
    content = taken_out(clerk, "enterprises", "kind=小作坊")
    rows = cells_of(content)
    assert rows[0][:4] == ["统一社会信用代码", "企业名称", "企业类型", "所属区域"]
    assert [row[:3] for row in rows[1:]] == [[code_of(1), "=1+1", "小作坊；餐饮服务提供者（学校食堂）"]]  # text, not a formula
    ((_,), (told,)) = cells_of(content, 1)
    assert "查询条件：企业类型：小作坊" in told and "共 1 家" in told
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "export")).one()
    assert entry.comment and entry.comment.startswith("企业类型：小作坊；列：") and "；共 1 家；SHA-256 " in entry.comment


def test_what_was_exported_can_be_imported_and_changes_nothing(clerk: Any, register: Any, command: Any) -> None:
    register(kinds=["食品销售者"], subkinds_3="学校食堂、小餐饮")
    register(name="老王小作坊（一店）", credit_code="", kinds=["小作坊"])
    status, told, said = command(taken_out(clerk, "enterprises"), "--confirm", name="export.xlsx")
    assert (status, told["unchanged"], told["errors"], told["batch"]) == (0, 2, [], None)
    assert "完全一致" in said


def test_an_export_too_long_to_wait_for_is_left_to_the_worker(clerk: Any, many: Any) -> None:
    many(5_001)
    assert "5,000+" in clerk.get("/downloads/lists/enterprises?kind=小作坊").text
    answer = pressed(clerk, "enterprises", "kind=小作坊")
    assert answer.status_code == 303 and "已转为后台导出" in clerk.get(answer.location).text


def test_the_list_of_imports_leads_here(clerk: Any, many: Any) -> None:
    many(1)
    batch = session().scalars(sa.select(ImportBatch.id)).one()
    assert f"/enterprises/import/{batch}" in clerk.get("/imports").text
    assert batch_now(batch).kind == "enterprises"
