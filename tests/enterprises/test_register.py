"""One enterprise: registered, corrected, shown; who may, and what is refused with which sentence."""

from __future__ import annotations

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.chain import HistoryEntry, verify_chain
from app.db import session, transaction
from app.disposal.models import DisposalCase
from app.domain.disposal import CaseMode, Party
from app.domain.enterprises import LENGTHS, STATUSES
from app.domain.samples import Supervision
from app.domain.workflow import CaseState, SampleState
from app.enterprises import operations
from app.enterprises.details import Details
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.errors import Refused
from app.sampling.models import Sample
from tests.conftest import make_office
from tests.enterprises.conftest import code_of, every, only, typed
from tests.queries import counting


def kinds(found: Enterprise) -> set[tuple[str, str]]:
    rows = session().execute(
        sa.select(EnterpriseKind.kind, EnterpriseKind.subkind).where(EnterpriseKind.enterprise_id == found.id)
    )
    return {(kind, subkind) for kind, subkind in rows}


def told(found: Enterprise) -> list[dict[str, Any]]:
    """The changes of every entry of its history."""
    session().expire_all()
    return [json.loads(entry.changes or "{}") for entry in history.entries_of("enterprise", found.id)]


def test_the_words_are_those_of_the_columns() -> None:
    assert tuple(word.value for word in EnterpriseStatus if word is not EnterpriseStatus.MERGED) == STATUSES
    columns = Enterprise.__table__.c
    for name in ("name", "address", "area_type", "licence_kind", "licence_no"):
        assert columns[name].type.length == LENGTHS[name]
    assert EnterpriseKind.__table__.c.subkind.type.length == LENGTHS["subkind"]


# ---------------------------------------------------------------- registering

def test_registering_an_enterprise(office: Any, clerk: Any) -> None:
    full_width = code_of(1).translate({mark: mark + 0xFEE0 for mark in range(33, 127)}).lower()
    answer = clerk.post("/enterprises/new", data=typed(credit_code=f" {full_width} ", kinds=["食品销售者"], subkinds_3="学校食堂、小餐饮"))
    assert answer.status_code == 303
    found = only()
    assert (found.name, found.credit_code, found.org_id) == ("蓟州区好又多超市", code_of(1), office.orgs["county"].id)
    assert kinds(found) == {("食品销售者", "/"), ("餐饮服务提供者", "学校食堂"), ("餐饮服务提供者", "小餐饮")}
    assert found.initials == "jzqhydcs"
    page = clerk.get(answer.location).text
    for words in ("餐饮服务提供者（学校食堂、小餐饮）", code_of(1), "天津市蓟州区", "蓟州区市场监督管理局", "2028-11-20"):
        assert words in page
    assert told(found)[0]["统一社会信用代码"] == [None, code_of(1)]
    assert verify_chain().broken == []


WRONG = code_of(1)[:-1] + ("0" if code_of(1)[-1] != "0" else "1")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "请填写企业名称"),
        ({"name": " \u200b "}, "请填写企业名称"),  # what cannot be seen is nothing
        ({"name": "甲" * 10_000}, "企业名称不得超过 200 个字"),
        ({"address": "街" * 10_000}, "地址不得超过 300 个字"),
        ({"subkinds_3": "堂" * 10_000}, "细分类型不得超过 40 个字"),
        ({"credit_code": WRONG}, "校验位不符"),
        ({"credit_code": "120225000012345"}, "请填入“许可证号”"),  # the licence number of before 2015
        ({"credit_code": "1202250000123"}, "请填入“许可证号”"),
        ({"credit_code": code_of(1)[:-1]}, "应为 18 位，现为 17 位"),
        ({"credit_code": "9.11202E+17"}, "科学计数"),
        ({"credit_code": "😀" * 18}, "前 8 位应为数字"),
        ({"credit_code": "9" * 10_000}, "请核对是否粘贴错了内容"),
        ({"credit_code": "", "address": ""}, "没有统一社会信用代码的企业须填写地址"),
        ({"kinds": []}, "请至少选择一个企业类型"),
        ({"kinds": ["杂货店"]}, "error-summary"),
        ({"region": "天津/天津/没有区"}, "没有识别出该区域"),
        ({"region": "500156"}, "由其他单位管辖"),  # 武隆区 belongs to the other county bureau
        ({"licence_until": "2028-13-01"}, "error-summary"),
        ({"licence_until": "0001-01-01"}, "年份应在 1990 至 2100"),
        ({"standing": "倒闭"}, "error-summary"),
        ({"area_type": "月球"}, "error-summary"),
    ],
)
def test_refuses_what_cannot_be(clerk: Any, change: dict[str, Any], sentence: str) -> None:
    answer = clerk.post("/enterprises/new", data=typed(**change))
    assert (answer.status_code, every()) == (422, [])
    assert sentence in answer.text
    assert change.get("address") is not None or "文昌街 1 号" in answer.text  # what was typed stays


def test_strange_names_are_stored_as_they_are_and_shown_as_text(clerk: Any, register: Any) -> None:
    found = register(name="<script>alert(1)</script>😀\x01{{7*7}}")
    assert found.name == "<script>alert(1)</script>😀 {{7*7}}"
    page = clerk.get(f"/enterprises/{found.id}").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;😀 {{7*7}}" in page


def test_a_code_is_registered_once_and_says_whose_it_is_only_to_its_bureau(clerk: Any, stranger: Any, register: Any) -> None:
    register()
    again = clerk.post("/enterprises/new", data=typed(name="另一家"))
    assert (again.status_code, "已登记为“蓟州区好又多超市”" in again.text) == (422, True)
    other = stranger.post("/enterprises/new", data=typed(name="另一家", region="500156"))
    assert (other.status_code, "已由其他单位登记" in other.text, "好又多" in other.text) == (422, True, False)
    assert len(every()) == 1


def test_without_a_code_an_enterprise_exists_once_per_name_and_address(clerk: Any, register: Any) -> None:
    register(credit_code="", name="老王小作坊（一店）")
    again = clerk.post("/enterprises/new", data=typed(credit_code="", name="老王小作坊(一店)", address="文昌街１号"))
    assert (again.status_code, "已有同名同址的企业“老王小作坊（一店）”" in again.text) == (422, True)
    coded = clerk.post("/enterprises/new", data=typed(name="老王小作坊（一店）"))
    assert (coded.status_code, "补填统一社会信用代码" in coded.text) == (422, True)
    register(credit_code="", name="老王小作坊（一店）", address="西街 2 号")
    assert len(every()) == 2


def test_of_two_people_at_once_one_wins(app: Any, office: Any, sign_in: Any) -> None:
    clients = [sign_in(office.people[name]) for name in ("county:抽样员", "county:统计员")]
    session().commit()
    start, answers = threading.Barrier(2), []

    def send(client: Any, name: str) -> None:
        start.wait()
        answers.append(client.post("/enterprises/new", data=typed(name=name)).status_code)

    threads = [threading.Thread(target=send, args=(client, f"店{place}")) for place, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers.count(303), len(every())) == (1, 1)
    assert set(answers) - {303} <= {409, 422}


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_of_many_at_once_one_wins_on_either_database(request: Any, database: str) -> None:
    app = request.getfixturevalue(database)
    with transaction():
        people = make_office()
    actor = people.actor("county:抽样员")
    session().rollback()

    def enter(serial: int) -> str:
        with app.app_context():
            try:
                with transaction():
                    operations.create(Details(f"店{serial}", code_of(1), frozenset({("小作坊", "/")})), actor, clock.now())
            except Refused as refusal:
                return type(refusal).__name__
            return "登记"

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(enter, range(6)))
    session().rollback()
    assert (said.count("登记"), len(every())) == (1, 1)
    assert set(said) <= {"登记", "NotLikeThis", "NotAllowedNow"}


def test_a_station_registers_for_itself(office: Any, sign_in: Any, register: Any) -> None:
    assert register(sign_in(office.people["station:抽样员"])).org_id == office.orgs["station"].id


# ---------------------------------------------------------------- correcting

def correction(found: Enterprise, **changes: Any) -> dict[str, Any]:
    return typed(**{"version": str(found.version), "reason": "", **changes})


def test_a_former_name_stays_readable(clerk: Any, register: Any) -> None:
    found = register()
    address = f"/enterprises/{found.id}"
    data = correction(found, name="蓟州区好又多商贸有限公司", reason="营业执照变更")
    assert clerk.post(f"{address}/correct", data=data).status_code == 303
    page = clerk.get(address).text
    assert "曾用名" in page
    assert "蓟州区好又多超市（至 2026-11-20）" in page
    for words in ("营业执照变更", "企业名称：蓟州区好又多超市 → 蓟州区好又多商贸有限公司"):
        assert words in page
    assert told(found)[1] == {"企业名称": ["蓟州区好又多超市", "蓟州区好又多商贸有限公司"]}  # before and after, and nothing else
    assert only().initials == "jzqhydsmyxgs"


def test_the_second_saver_is_told_and_keeps_what_was_typed(clerk: Any, register: Any) -> None:
    found = register()
    address, stale = f"/enterprises/{found.id}/correct", correction(found, address="东街 9 号")
    assert clerk.post(address, data=correction(found, kinds=["食品销售者", "小作坊"])).status_code == 303  # only the kinds
    answer = clerk.post(address, data=stale)
    assert answer.status_code == 409
    assert "刚被他人修改" in answer.text
    assert 'value="东街 9 号"' in answer.text
    assert re.search(r"企业类型</th><td>小作坊；食品销售者</td><td>食品销售者", answer.text)
    assert only().address == "文昌街 1 号"
    version = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)
    assert version and int(version[1]) == only().version  # having seen it, one may save
    assert clerk.post(address, data=stale | {"version": version[1], "kinds": ["食品销售者", "小作坊"]}).status_code == 303
    assert (only().address, kinds(only())) == ("东街 9 号", {("食品销售者", "/"), ("小作坊", "/")})


def test_nothing_changed_is_nothing_saved(clerk: Any, register: Any) -> None:
    found = register()
    answer = clerk.post(f"/enterprises/{found.id}/correct", data=correction(found))
    assert (answer.status_code, "内容没有变化" in answer.text, len(told(found))) == (422, True, 1)


def test_the_form_shows_what_stands(clerk: Any, register: Any) -> None:
    found = register(kinds=["小作坊"], subkinds_1="糕点", licence_kind="备案")
    page = clerk.get(f"/enterprises/{found.id}/correct").text
    assert re.search(r'value="糕点"', page)
    assert re.search(r'<option selected value="备案">', page)
    assert re.search(r"checked[^>]*value=\"小作坊\"", page)
    assert 'value="天津市蓟州区"' in page


def test_a_correction_may_not_take_a_code_in_use(clerk: Any, register: Any) -> None:
    register()
    found = register(credit_code=code_of(2), name="乙店", address="东街 2 号")
    answer = clerk.post(f"/enterprises/{found.id}/correct", data=correction(found, name="乙店", address="东街 2 号"))
    assert (answer.status_code, "已登记为“蓟州区好又多超市”" in answer.text) == (422, True)


def test_an_enterprise_that_moves_to_another_county_goes_to_its_bureau(office: Any, sign_in: Any, register: Any) -> None:
    found = register()
    city = sign_in(office.people["city:抽样员"])
    assert city.post(f"/enterprises/{found.id}/correct", data=correction(found, region="500156")).status_code == 303
    assert only().org_id == office.orgs["other"].id


# ---------------------------------------------------------------- who may

@pytest.mark.parametrize(
    ("person", "reads", "writes", "imports"),
    [
        ("county:抽样员", 200, 200, 200),
        ("county:统计员", 200, 200, 200),
        ("county:办案人", 200, 200, 403),  # imports are for those who import samples
        ("county:审核人", 200, 403, 403),
        ("county:局领导", 200, 403, 403),
        ("city:抽样员", 200, 200, 200),  # the bureau above
        ("lab:承检机构", 403, 403, 403),
        ("county:系统管理员", 403, 403, 403),
        ("county:审计管理员", 403, 403, 403),
        ("other:抽样员", 404, 404, 200),  # another county's enterprise is not there; its own list and import are
        ("station:抽样员", 404, 404, 200),  # a station does not see what its county registered
    ],
)
def test_who_may_read_and_write(office: Any, sign_in: Any, register: Any, person: str, reads: int, writes: int, imports: int) -> None:
    found = register()
    client = sign_in(office.people[person])
    answer = client.get(f"/enterprises/{found.id}").status_code
    correct = client.get(f"/enterprises/{found.id}/correct").status_code
    assert (403 if answer == 404 and reads == 403 else answer) == reads
    assert (403 if correct == 404 and writes == 403 else correct) == writes
    assert client.post(f"/enterprises/{found.id}/correct", data=correction(found, name="改名")).status_code in (
        {303} if writes == 200 else {403, 404}
    )
    assert client.get("/enterprises/import").status_code == imports
    if writes in (403,):
        assert client.post("/enterprises/new", data=typed(credit_code=code_of(9))).status_code == 403


def test_buttons_are_for_those_who_may(office: Any, sign_in: Any, register: Any) -> None:
    found = register()
    leader, handler = (sign_in(office.people[f"county:{role}"]) for role in ("局领导", "办案人"))
    assert "登记企业</a>" not in leader.get("/enterprises/").text
    assert f"/enterprises/{found.id}/correct" not in leader.get(f"/enterprises/{found.id}").text
    page = handler.get("/enterprises/").text
    assert ("登记企业</a>" in page, "导入企业</a>" in page) == (True, False)


@pytest.mark.parametrize("address", ["/enterprises/0", "/enterprises/99999999999999999999", "/enterprises/import/99999999999999999999"])
def test_an_id_that_is_none(clerk: Any, address: str) -> None:
    assert clerk.get(address).status_code == 404


# ---------------------------------------------------------------- what belongs to it

def test_samples_under_its_code_are_linked_when_it_is_registered(office: Any, register: Any, sample: Any) -> None:
    mine = sample("S1", sampled_credit_code=code_of(1))
    theirs = sample("S2", org="other", sampled_credit_code=code_of(1))
    elsewhere = sample("S3", sampled_credit_code=code_of(2))
    found = register()
    session().expire_all()
    assert [session().get_one(Sample, one.id).sampled_enterprise_id for one in (mine, theirs, elsewhere)] == [found.id, found.id, None]
    assert session().get_one(Sample, mine.id).version == 1  # nobody's open form is refused for it
    assert told(found)[0]["关联样品"] == [None, "2 批"]


def test_samples_are_linked_when_a_code_is_corrected_and_never_taken_from_another(clerk: Any, register: Any, sample: Any) -> None:
    first = register(credit_code=code_of(1))
    kept = sample("S1", sampled_credit_code=code_of(3), sampled_enterprise_id=first.id)  # somebody said so
    free = sample("S2", sampled_credit_code=code_of(3))
    second = register(credit_code="", name="乙店", address="东街 2 号")
    data = correction(second, credit_code=code_of(3), name="乙店", address="东街 2 号")
    assert clerk.post(f"/enterprises/{second.id}/correct", data=data).status_code == 303
    session().expire_all()
    assert session().get_one(Sample, kept.id).sampled_enterprise_id == first.id
    assert session().get_one(Sample, free.id).sampled_enterprise_id == second.id
    assert told(second)[1] == {"统一社会信用代码": [None, code_of(3)], "关联样品": [None, "1 批"]}


def test_the_page_shows_its_samples_by_part(clerk: Any, register: Any, sample: Any) -> None:
    found = register()
    for number in range(22):
        sample(f"T{number:02d}", sampled_enterprise_id=found.id, supervision=Supervision.FAIL if number < 3 else Supervision.PASS)
    sample("V01", sampled_enterprise_id=found.id, state=SampleState.VOIDED)
    sample("P01", producer_id=found.id, product_name="月饼")
    sample("X01", org="other", sampled_enterprise_id=found.id)
    page = clerk.get(f"/enterprises/{found.id}").text
    assert "共 22 批，不合格 3 批，合格 19 批，下面列出最近 20 批" in page
    assert "共 1 批，合格 1 批。" in page
    shown = set(re.findall(r">([TVPX]\d\d)</a>", page))
    assert shown == {f"T{number:02d}" for number in range(2, 22)} | {"P01"}  # the latest; nothing voided, nothing of others


def test_the_page_shows_the_cases_of_its_part(office: Any, clerk: Any, register: Any, sample: Any) -> None:
    found = register()
    batch = sample("S1", sampled_enterprise_id=found.id, supervision=Supervision.FAIL)
    with transaction():
        for party, number in ((Party.CIRCULATION, "核处〔2026〕1号"), (Party.PRODUCTION, "核处〔2026〕2号")):
            session().add(
                DisposalCase(
                    org_id=office.orgs["county"].id, sample_id=batch.id, number=number, party=party, mode=CaseMode.DISPOSE,
                    state=CaseState.OPEN, opened_at=clock.now(), received_on=date(2026, 11, 18), due_on=date(2027, 2, 16),
                )
            )  # fmt: skip
    page = clerk.get(f"/enterprises/{found.id}").text
    assert "核处〔2026〕1号" in page  # the shop's own
    assert "核处〔2026〕2号" not in page  # the producer's


def test_a_licence_that_runs_out_is_pointed_out(clerk: Any, register: Any) -> None:
    found = register(licence_until="2026-11-01")
    assert "许可证已于 2026-11-01 到期，已过期 19 天" in clerk.get(f"/enterprises/{found.id}").text
    assert "已过期" in clerk.get("/enterprises/").text
    with transaction():
        session().get_one(Enterprise, found.id).status = EnterpriseStatus.CLOSED
    assert "已过期" not in clerk.get(f"/enterprises/{found.id}").text  # a closed enterprise renews nothing


def test_the_page_asks_as_much_for_many_samples_as_for_none(app: Any, clerk: Any, register: Any, sample: Any) -> None:
    number = register().id
    clerk.get(f"/enterprises/{number}")
    with counting(app) as few:
        clerk.get(f"/enterprises/{number}")
    for serial in range(15):
        sample(f"T{serial:02d}", sampled_enterprise_id=number, producer_id=number)
    with counting(app) as many:
        clerk.get(f"/enterprises/{number}")
    assert many.count == few.count, many


def test_what_is_refused_leaves_no_history(clerk: Any) -> None:
    before = session().scalar(sa.select(sa.func.count(HistoryEntry.id)))
    clerk.post("/enterprises/new", data=typed(credit_code=WRONG))
    session().rollback()
    assert session().scalar(sa.select(sa.func.count(HistoryEntry.id))) == before
