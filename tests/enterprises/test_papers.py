"""Station, people, product categories, former names and licences of an enterprise: by form, import, page and command."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa

from app import history
from app.db import session, transaction
from app.enterprises.models import (
    Enterprise,
    EnterpriseCategory,
    EnterpriseFormerName,
    EnterpriseLicence,
    EnterpriseStatus,
)
from tests.downloads.taking import taken_out, values_of
from tests.enterprises.conftest import HEADER, as_csv, cells_of, code_of, every, only, row_of, typed

PEOPLE = {"principal": "张三丰", "phone": "13812341234"}


def correction(found: Enterprise, **changes: Any) -> dict[str, Any]:
    return typed(**{"version": str(found.version), "reason": "", **changes})


def told(found: Enterprise) -> list[dict[str, Any]]:
    session().expire_all()
    return [json.loads(entry.changes or "{}") for entry in history.entries_of("enterprise", found.id)]


def licences() -> list[tuple[Any, ...]]:
    """Number, validity, main, ended."""
    session().expire_all()
    rows = session().scalars(sa.select(EnterpriseLicence).order_by(EnterpriseLicence.id))
    return [(row.number, str(row.valid_to) if row.valid_to else None, row.main, row.ended_at is not None) for row in rows]


# ---------------------------------------------------------------- people, station, categories

def test_people_are_masked_and_shown_whole_only_on_record(office: Any, clerk: Any, register: Any, sign_in: Any) -> None:
    found = register(**PEOPLE)
    for page in (clerk.get(f"/enterprises/{found.id}").text, clerk.get(f"/enterprises/{found.id}/correct").text):
        assert "张**" in page
        assert "138****1234" in page
        assert "13812341234" not in page
        assert "张三丰" not in page
    assert told(found)[0]["联系电话"] == [None, "138****1234"]
    whole = clerk.post(f"/enterprises/{found.id}/unmask").text
    assert "张三丰" in whole
    assert "13812341234" in whole
    entry = history.entries_of("enterprise", found.id)[-1]
    assert (entry.step, entry.comment) == ("unmask", "查看：法定代表人（负责人）、联系电话")
    counting_clerk = sign_in(office.people["county:统计员"])
    assert counting_clerk.post(f"/enterprises/{found.id}/unmask").status_code == 403


def test_an_empty_input_keeps_people_and_a_stroke_clears_them(clerk: Any, register: Any) -> None:
    found = register(**PEOPLE)
    clerk.post(f"/enterprises/{found.id}/correct", data=correction(found, address="东街 9 号", principal="", phone="/"))
    assert (only().principal, only().phone) == ("张三丰", None)
    assert told(found)[1] == {"地址": ["文昌街 1 号", "东街 9 号"], "联系电话": ["138****1234", None]}


def test_the_station_is_the_owner_or_below_it(office: Any, clerk: Any, register: Any, sign_in: Any) -> None:
    found = register(station=str(office.orgs["station"].id))
    assert office.orgs["station"].name in clerk.get(f"/enterprises/{found.id}").text
    page = clerk.get(f"/enterprises/?station_id={office.orgs['station'].id}").text
    assert re.findall(r'<td[^>]*><a href="/enterprises/(\d+)">', page) == [
        str(found.id)
    ]
    city = sign_in(office.people["city:抽样员"])
    answer = city.post("/enterprises/new", data=typed(credit_code=code_of(2), region="500156", station=str(office.orgs["station"].id)))
    assert (answer.status_code, "不属于该企业的管辖单位" in answer.text) == (422, True)


def test_product_categories_by_form_and_by_import(clerk: Any, register: Any, upload: Any, confirm: Any) -> None:
    found = register(categories="糕点；0101 小麦粉")
    page = clerk.get(f"/enterprises/{found.id}").text
    assert "0101 小麦粉" in page
    kept = clerk.post(f"/enterprises/{found.id}/correct", data=correction(found, categories="没有这种食品"))
    assert (kept.status_code, "没有识别出“没有这种食品”" in kept.text) == (422, True)
    row = row_of(1, 产品类别="0102 大米；月球食品", 企业名称=found.name, 地址=found.address or "")
    batch = upload(as_csv([row], (*HEADER, "产品类别")))
    assert "没有识别出产品类别“月球食品”" in clerk.get(f"/enterprises/import/{batch.id}").text
    confirm(batch)
    rows = session().execute(sa.select(EnterpriseCategory.code, EnterpriseCategory.name)).all()
    assert [tuple(row) for row in rows] == [("0102", "大米")]


def test_the_export_masks_people_and_comes_back_without_a_change(clerk: Any, register: Any, command: Any, office: Any) -> None:
    register(**PEOPLE, categories="糕点；0101 小麦粉", station=str(office.orgs["station"].id))
    content = taken_out(clerk, "enterprises")
    row = dict(zip(*cells_of(content)[:2], strict=True))
    assert (row["法定代表人（负责人）"], row["联系电话"], row["责任监管所"]) == ("张**", "138****1234", office.orgs["station"].name)
    status, data, said = command(content, "--confirm", name="export.xlsx")
    assert (status, data["unchanged"], data["errors"]) == (0, 1, [])
    assert "完全一致" in said


# ---------------------------------------------------------------- former names

def test_a_former_name_finds_the_enterprise_in_list_and_import(clerk: Any, register: Any, upload: Any, confirm: Any) -> None:
    found = register(credit_code="", name="老王小作坊（一店）", address="文昌街1号")
    clerk.post(f"/enterprises/{found.id}/correct", data=correction(found, credit_code="", name="老王食品厂", address="文昌街1号"))
    row = session().scalars(sa.select(EnterpriseFormerName)).one()
    assert (row.name, row.enterprise_id) == ("老王小作坊（一店）", found.id)
    page = clerk.get("/enterprises/?q=老王小作坊(一店)").text
    assert "曾用名：老王小作坊（一店）" in page
    batch = upload(as_csv([row_of(1, 统一社会信用代码="", 企业名称="老王小作坊(一店)", 许可证号="JY777")]))
    assert (batch.new_count, batch.changed_count) == (0, 1)
    assert "是“老王食品厂”的曾用名" in clerk.get(f"/enterprises/import/{batch.id}").text
    confirm(batch)
    assert (only().name, only().licence_no) == ("老王食品厂", "JY777")
    again = clerk.post("/enterprises/new", data=typed(credit_code="", name="老王小作坊（一店）", address="文昌街1号"))
    assert (again.status_code, "曾用此名称" in again.text) == (422, True)


# ---------------------------------------------------------------- merged records

def test_a_merged_record_is_out_of_the_way(clerk: Any, register: Any, command: Any) -> None:
    kept, gone = register(), register(name="重复店", credit_code=code_of(2), address="东街")
    with transaction():
        row = session().get_one(Enterprise, gone.id)
        row.status, row.merged_into_id = EnterpriseStatus.MERGED, kept.id
    clerk.get("/enterprises/")  # what was said of registering it
    assert "重复店" not in clerk.get("/enterprises/").text
    assert "重复店" in clerk.get("/enterprises/?status=已合并").text
    answer = clerk.get(f"/enterprises/{gone.id}/correct")
    assert (answer.status_code, f"已合并到“{kept.name}”" in answer.text) == (409, True)
    _, data, _ = command(as_csv([row_of(2)]))
    assert "已合并到其他档案" in data["errors"][0]["message"]
    _, data, _ = command(as_csv([row_of(3, 状态="已合并")]))
    assert "没有“已合并”这种状态" in data["errors"][0]["message"]
    assert clerk.post("/enterprises/new", data=typed(credit_code=code_of(9), standing="已合并")).status_code == 422


# ---------------------------------------------------------------- licences

def test_the_main_licence_is_kept_alike_whoever_changes_it(clerk: Any, register: Any, upload: Any, confirm: Any) -> None:
    found = register()
    assert licences() == [("JY11201190001234", "2028-11-20", True, False)]
    clerk.post(f"/enterprises/{found.id}/correct", data=correction(found, licence_until="2030-01-01"))
    assert licences() == [("JY11201190001234", "2030-01-01", True, False)]  # the same licence
    confirm(upload(as_csv([row_of(1, 企业名称=found.name, 地址=found.address or "", 许可证号="JY2", 许可证有效期="2031-01-01")])))
    assert licences() == [("JY11201190001234", "2030-01-01", False, True), ("JY2", "2031-01-01", True, False)]
    now = only()
    third = {"version": now.version, "number": "JY3", "kind": "备案", "valid_to": "2027-01-01", "main": "y"}
    answer = clerk.post(f"/enterprises/{now.id}/licences", data=third)
    assert answer.status_code == 303, answer.text
    assert (only().licence_no, only().licence_kind, str(only().licence_until)) == ("JY3", "备案", "2027-01-01")
    assert [row[2] for row in licences()] == [False, False, True]
    clerk.post(f"/enterprises/{now.id}/correct", data=correction(only(), licence_no="", licence_kind="", licence_until=""))
    assert licences()[2][2:] == (False, True)


def test_licences_are_renewed_ended_and_never_deleted(clerk: Any, register: Any) -> None:
    found = register()
    at = f"/enterprises/{found.id}/licences"
    first = session().scalars(sa.select(EnterpriseLicence.id)).one()
    sent = {"version": found.version, "licence_id": first, "number": "JY11201190001234", "valid_to": "2033-11-20", "reason": "到期延续"}
    assert clerk.post(at, data=sent).status_code == 303
    assert licences() == [("JY11201190001234", "2028-11-20", False, True), ("JY11201190001234", "2033-11-20", True, False)]
    again = clerk.post(at, data=sent)  # the second click
    assert (again.status_code, "刚被更新（也可能是重复提交）" in again.text, len(licences())) == (409, True, 2)
    twice = clerk.post(at, data={"version": only().version, "number": "JY11201190001234"})
    assert (twice.status_code, "已登记在该企业名下" in twice.text) == (422, True)
    early = clerk.post(at, data={"version": only().version, "number": "JY9", "issued_on": "2026-01-02", "valid_to": "2026-01-01"})
    assert (early.status_code, "有效期早于发证日期" in early.text, 'value="JY9"' in early.text) == (422, True, True)
    clerk.post(at, data={"version": only().version, "number": "SC5", "valid_to": "2029-01-01"})
    second = session().scalar(sa.select(sa.func.max(EnterpriseLicence.id) - 1))
    silent = clerk.post(f"{at}/end", data={"version": only().version, "licence_id": second})
    assert (silent.status_code, "请填写原因" in silent.text) == (422, True)
    assert clerk.post(f"{at}/end", data={"version": only().version, "licence_id": second, "reason": "注销"}).status_code == 303
    assert only().licence_no == "SC5"  # what is left is the main one now
    page = clerk.get(at).text
    assert "到期延续" in page
    assert "失效的许可证" in page
    assert told(found)[1]["许可证"] == ["经营许可证 JY11201190001234（至 2028-11-20）", "JY11201190001234（至 2033-11-20）"]


def test_due_licences_by_page_export_and_command(app: Any, office: Any, clerk: Any, stranger: Any, register: Any) -> None:
    register(name="过期店", licence_until="2026-11-01", station=str(office.orgs["station"].id))
    register(name="将到期店", credit_code=code_of(2), licence_until="2027-02-18")  # the ninetieth day
    register(name="尚早店", credit_code=code_of(3), licence_until="2027-02-19")
    register(name="注销店", credit_code=code_of(4), licence_until="2026-11-01", standing="注销")
    register(stranger, name="外县店", credit_code=code_of(5), licence_until="2026-11-01", region="500156")

    def names(query: str = "") -> list[str]:
        return re.findall(r'<td[^>]*><a href="/enterprises/\d+/licences">([^<]+)</a>', clerk.get(f"/enterprises/licences{query}").text)

    assert names() == ["过期店", "将到期店"]
    assert (names("?due=已过期"), names("?due=90天内到期"), names("?due=90天后到期")) == (["过期店"], ["将到期店"], ["尚早店"])
    assert names(f"?station_id={office.orgs['station'].id}") == ["过期店"]
    rows = values_of(taken_out(clerk, "licences", "due=已过期"))
    assert [(row["企业名称"], row["剩余天数"]) for row in rows] == [("过期店", -19)]
    result = app.test_cli_runner().invoke(args=["enterprises", "licences", "--due", "90天内到期", "--json"])
    assert {one["enterprise"] for one in json.loads(result.stdout)} == {"将到期店"}


def test_licence_commands(app: Any, office: Any, register: Any) -> None:
    register()
    run = app.test_cli_runner().invoke
    base = ["enterprises", "licence-add", code_of(1)]
    assert run(args=[*base, "JY2", "--until", "2031-01-01", "--replaces", "JY11201190001234", "--reason", "换证"]).exit_code == 0
    assert run(args=[*base, "JY3", "--until", "2027-13-01"]).exit_code == 1
    assert run(args=[*base, "JY3"]).exit_code == 0
    assert run(args=["enterprises", "licence-main", code_of(1), "JY3"]).exit_code == 0
    assert run(args=["enterprises", "licence-end", code_of(1), "JY2", "--reason", "吊销"]).exit_code == 0
    assert licences() == [
        ("JY11201190001234", "2028-11-20", False, True), ("JY2", "2031-01-01", False, True), ("JY3", None, True, False),
    ]  # fmt: skip


@pytest.mark.parametrize(("person", "status"), [("county:审核人", 403), ("lab:承检机构", 404), ("other:抽样员", 404)])
def test_who_may_keep_licences(office: Any, sign_in: Any, register: Any, person: str, status: int) -> None:
    found = register()
    answer = sign_in(office.people[person]).post(f"/enterprises/{found.id}/licences", data={"version": found.version, "number": "X1"})
    assert (answer.status_code, len(licences()), len(every())) == (status, 1, 1)


def test_what_belongs_to_an_enterprise_moves_with_it(office: Any, sign_in: Any, register: Any) -> None:
    found = register(categories="糕点")
    city = sign_in(office.people["city:抽样员"])
    assert city.post(f"/enterprises/{found.id}/correct", data=correction(found, region="500156", name="搬家店")).status_code == 303
    moved = (EnterpriseLicence, EnterpriseCategory, EnterpriseFormerName)
    assert {row for model in moved for row in session().scalars(sa.select(model.org_id))} == {office.orgs["other"].id}
