"""一户一档: filled by page and command, every version kept, complete on a day, listed with what is missing."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.archives import queries
from app.archives.models import ArchiveElement
from app.db import session, transaction
from app.enterprises import operations as register
from app.enterprises.details import Details
from app.enterprises.models import Enterprise
from tests.downloads.taking import taken_out, values_of
from tests.queries import counting

ALL = {
    "WORKSHOP_CERT": "登记证 2026-001", "RESPONSIBLE": "张三丰 13812341234", "STAFF": "6 人", "SITE": "文昌街 1 号，120 平方米",
    "PRODUCTS": "豆腐、豆干", "ADDITIVES": "不使用食品添加剂", "PROCESS": "浸泡、磨浆、煮浆、点卤",
    "PACKAGING": "散装", "SALES_AREA": "城关镇",
}  # fmt: skip


@pytest.fixture
def clerk(office: Any, sign_in: Any) -> Any:
    return sign_in(office.people["county:抽样员"])


@pytest.fixture
def workshop(office: Any) -> Any:
    def make(name: str = "老王豆腐坊", kind: str = "小作坊") -> Enterprise:
        actor = office.actor("county:抽样员")
        session().rollback()
        with transaction():
            found = register.create(Details(name, None, frozenset({(kind, "/")}), address=f"{name}街"), actor, clock.now())
        return found

    return make


def send(client: Any, enterprise: Enterprise, values: dict[str, str], **others: Any) -> Any:
    data = {"seen_on": str(clock.today()), "seen": queries.mark(enterprise.id)} | {f"value_{code}": text for code, text in values.items()}
    return client.post(f"/archives/{enterprise.id}/fill", data=data | others, content_type="multipart/form-data")


def test_filling_an_archive_until_it_is_complete(clerk: Any, workshop: Any) -> None:
    made = workshop()
    assert send(clerk, made, {code: text for code, text in ALL.items() if code != "PROCESS"}).status_code == 303
    page = clerk.get(f"/archives/{made.id}").text
    assert "8/9 项，还缺：生产工艺流程及关键控制点" in page
    assert "张** 138****1234" in page
    assert "13812341234" not in page + clerk.get(f"/archives/{made.id}/fill").text
    assert "8/9 项" in clerk.get(f"/enterprises/{made.id}").text
    picture = (io.BytesIO(b"%PDF-1.4 flow"), "流程图.pdf")
    rest = {code: text for code, text in ALL.items() if code not in ("PROCESS", "RESPONSIBLE")}
    assert send(clerk, made, rest, file_PROCESS=picture).status_code == 303
    page = clerk.get(f"/archives/{made.id}").text
    assert "流程图.pdf" in page
    assert "已建档" in page
    entry = history.entries_of("enterprise", made.id)[-1]
    assert json.loads(entry.changes or "") == {"档案·生产工艺流程及关键控制点": [None, "（附文件）"]}  # only what changed
    whole = clerk.post(f"/archives/{made.id}/unmask").text
    assert "张三丰 13812341234" in whole
    assert history.entries_of("enterprise", made.id)[-1].step == "unmask"


def test_a_new_value_keeps_the_one_before_and_withdrawing_says_why(clerk: Any, workshop: Any) -> None:
    made = workshop()
    send(clerk, made, ALL)
    assert send(clerk, made, ALL | {"PRODUCTS": "豆腐"}).status_code == 303
    page = clerk.get(f"/archives/{made.id}").text
    assert "以前的内容" in page
    assert "豆腐、豆干" in page
    data = {"code": "STAFF", "seen": queries.mark(made.id), "reason": ""}
    silent = clerk.post(f"/archives/{made.id}/withdraw", data=data)
    assert (silent.status_code, "请填写撤下的原因" in silent.text) == (422, True)
    assert clerk.post(f"/archives/{made.id}/withdraw", data=data | {"reason": "人数不实"}).status_code == 303
    assert "8/9 项" in clerk.get(f"/archives/{made.id}").text
    again = clerk.post(f"/archives/{made.id}/withdraw", data=data | {"reason": "人数不实"})
    assert again.status_code == 409
    assert session().scalar(sa.select(sa.func.count(ArchiveElement.id))) == 10


@pytest.mark.parametrize(
    ("values", "others", "sentence"),
    [
        ({"PRODUCTS": "长" * 1001}, {}, "不得超过 1000 个字"),
        ({"PRODUCTS": "豆腐"}, {"seen_on": "2026-11-21"}, "核实日期不能晚于今天"),
        ({"PRODUCTS": "豆腐"}, {"seen_on": ""}, "请填写核实日期"),
        ({}, {}, "内容没有变化"),
        ({"PRODUCTS": "豆腐"}, {"file_PROCESS": (io.BytesIO(b"MZ"), "a.exe")}, "不支持的附件类型"),
    ],
)
def test_what_is_refused_stays_in_the_form(clerk: Any, workshop: Any, values: dict[str, str], others: Any, sentence: str) -> None:
    made = workshop()
    answer = send(clerk, made, values, **others)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "豆腐" not in values.values() or "豆腐" in answer.text
    assert session().scalar(sa.select(sa.func.count(ArchiveElement.id))) == 0


def test_the_second_saver_and_the_second_click_are_told(clerk: Any, workshop: Any) -> None:
    made = workshop()
    stale = queries.mark(made.id)
    send(clerk, made, {"PRODUCTS": "豆腐"})
    answer = send(clerk, made, {"PRODUCTS": "豆干"}, seen=stale)
    assert (answer.status_code, "刚被更新（也可能是重复提交）" in answer.text, "豆干" in answer.text) == (409, True, True)
    mark = re.search(r'name="seen"[^>]*value="([^"]+)"', answer.text)
    assert mark and send(clerk, made, {"PRODUCTS": "豆干"}, seen=mark[1]).status_code == 303


def test_complete_on_a_day_is_asked_of_the_past_as_well(office: Any, clerk: Any, workshop: Any) -> None:
    whole, part, other = workshop(), workshop("半份作坊"), workshop("超市", "食品销售者")
    send(clerk, whole, ALL, seen_on=str(clock.today() - timedelta(days=5)))
    send(clerk, part, {"PRODUCTS": "豆腐"})
    today, earlier, before = clock.today(), clock.today() - timedelta(days=5), clock.today() - timedelta(days=6)

    def ids(on: date, as_of: Any = None) -> list[int]:
        return list(session().scalars(queries.complete("小作坊", on, as_of)))

    assert (ids(today), ids(earlier), ids(before)) == ([whole.id], [whole.id], [])
    assert ids(earlier, clock.end_of_day(earlier)) == []  # nobody had recorded it yet
    with transaction():
        row = session().scalars(sa.select(ArchiveElement).where(ArchiveElement.enterprise_id == whole.id).limit(1)).one()
        row.superseded_at = clock.end_of_day(today)
    assert ids(today) == []
    assert set(session().scalars(queries.registered("小作坊", today))) == {whole.id, part.id}
    assert other.id not in set(session().scalars(queries.registered("小作坊", today)))


def test_the_list_says_what_is_missing_and_goes_out(app: Any, office: Any, clerk: Any, workshop: Any) -> None:
    whole, part = workshop(), workshop("半份作坊")
    send(clerk, whole, ALL)
    send(clerk, part, {"PRODUCTS": "豆腐"})

    def names(query: str) -> list[str]:
        return re.findall(r'<td><a href="/archives/\d+">([^<]+)</a>', clerk.get(f"/archives/{query}").text)

    assert names("") == ["半份作坊", "老王豆腐坊"]
    assert (names("?complete=0"), names("?complete=1"), names("?kind=食盐经营者")) == (["半份作坊"], ["老王豆腐坊"], [])
    assert "应建档 2 家，必备要素齐备（已建档）1 家" in clerk.get("/archives/").text
    (row,) = values_of(taken_out(clerk, "archives", "complete=0"))
    assert row["企业名称"] == "半份作坊" and row["缺少的要素"]
    with counting(app) as few:
        clerk.get("/archives/")
    for number in range(10):
        workshop(f"作坊{number}")
    with counting(app) as many:
        clerk.get("/archives/")
    assert many.count == few.count, many


def test_commands(app: Any, office: Any, workshop: Any, tmp_path: Any) -> None:
    workshop()
    run = app.test_cli_runner().invoke
    paper = tmp_path / "证.pdf"
    paper.write_bytes(b"%PDF-1.4 x")
    assert run(args=["archives", "fill", "老王豆腐坊", "WORKSHOP_CERT", "--file", str(paper)]).exit_code == 0
    assert run(args=["archives", "fill", "老王豆腐坊", "RESPONSIBLE", "--value", "张三丰 13812341234"]).exit_code == 0
    assert run(args=["archives", "fill", "老王豆腐坊", "NONE", "--value", "x"]).exit_code == 1
    shown = run(args=["archives", "show", "老王豆腐坊"]).output
    assert "2/9 项" in shown
    assert "张** 138****1234" in shown
    assert run(args=["archives", "withdraw", "老王豆腐坊", "WORKSHOP_CERT", "--reason", "换证"]).exit_code == 0
    listed = json.loads(run(args=["archives", "list", "--incomplete", "--json"]).stdout)
    assert [(one["enterprise"], one["done"], one["of"]) for one in listed] == [("老王豆腐坊", 1, 9)]
    assert "待核" in run(args=["archives", "elements"]).output


@pytest.mark.parametrize(
    ("person", "reads", "writes"), [("county:审核人", 200, 403), ("lab:承检机构", 404, 404), ("other:抽样员", 404, 404)]
)
def test_who_may(office: Any, sign_in: Any, workshop: Any, person: str, reads: int, writes: int) -> None:
    made = workshop()
    client = sign_in(office.people[person])
    assert client.get(f"/archives/{made.id}").status_code == reads
    assert send(client, made, {"PRODUCTS": "豆腐"}).status_code == writes
