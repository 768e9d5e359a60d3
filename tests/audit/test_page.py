"""审计日志: who may read it, what it says, how it is narrowed and turned over."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import history
from app.accounts.models import User
from app.audit.words import SUBJECTS, changes_of
from app.config import ROOT
from app.db import session, transaction
from app.domain import workflow
from app.domain.actors import Channel
from app.domain.formulas import FORMULAS
from app.domain.workflow import SampleState
from app.paging import USUAL as PAGE
from tests.conftest import Office
from tests.queries import counting

SignIn = Callable[[User], FlaskClient]


def note(office: Office, who: str, kind: str = "sample", step: str = "export", **words: object) -> None:
    actor = office.actor(who)
    session().rollback()
    token = history.channel.set(Channel.COMMAND)
    with transaction():
        history.record(kind, 1, step, actor, org_id=actor.org_id, **words)
    history.channel.reset(token)


def rows(text: str) -> list[str]:
    body = re.search(r"<tbody>(.*?)</tbody>", text, re.S)
    return re.findall(r"<tr>(.*?)</tr>", body.group(1), re.S) if body else []


# ---------------------------------------------------------------- who


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("county:审计管理员", 200),
        ("county:系统管理员", 403),  # 三员分立: the system administrator does not read the log
        ("county:安全管理员", 403),
        ("county:局领导", 403),
        ("county:抽样员", 403),
        ("lab:承检机构", 403),
    ],
)
def test_who_reads_it(office: Office, sign_in: SignIn, who: str, status: int):
    assert sign_in(office.people[who]).get("/audit/").status_code == status


def test_nothing_can_be_posted(office: Office, sign_in: SignIn):
    assert sign_in(office.people["county:审计管理员"]).post("/audit/").status_code in (400, 405)


def test_an_auditor_reads_his_organisation_and_those_below(office: Office, sign_in: SignIn):
    for place in ("county", "station", "other", "city"):
        note(office, f"{place}:抽样员", name=f"NAME-{place}")
    seen = {
        reader: {place for place in ("county", "station", "other", "city") if f"NAME-{place}" in page}
        for reader in ("county", "city", "other")
        for page in [sign_in(office.people[f"{reader}:审计管理员"]).get("/audit/").text]
    }
    assert seen == {
        "county": {"county", "station"},
        "city": {"county", "station", "other", "city"},
        "other": {"other"},
    }


# ---------------------------------------------------------------- what it says


def test_words_of_the_office(office: Office, sign_in: SignIn):
    note(
        office, "county:抽样员", step="correct", name="GC2601", comment="地址写错",
        changes={"sampled_address": ("兴华大街1号", "兴华大街2号"), "state": (None, SampleState.REPORTED), "imported": (True, False)},
    )
    text = rows(sign_in(office.people["county:审计管理员"]).get("/audit/").text)[0]
    flat = re.sub(r"<[^>]+>|\s", "", text)
    for words in ("样品GC2601", "更正样品信息", "地址写错", "被抽样单位地址：兴华大街1号", "兴华大街2号", "已出报告", "命令行", "是", "否"):
        assert words in flat, words
    assert "correct" not in flat
    assert "reported" not in flat


@pytest.mark.parametrize(
    ("name", "personal", "shown"),
    [
        ("contact", "13812345678", "138****5678"),
        ("remark", "电话13812345678转告", "138****5678"),  # typed into free text
        ("remark", "身份证110101199003078515", "110101**********15"),
        ("phone", "022-29142000", "022****2000"),
        ("remark", "022-29142000", "022-****2000"),
    ],
)
def test_personal_data_is_masked(office: Office, sign_in: SignIn, name: str, personal: str, shown: str):
    note(office, "county:抽样员", step="edit", comment=f"原为 {personal}", changes={name: (None, personal)})
    text = sign_in(office.people["county:审计管理员"]).get("/audit/").text
    assert re.sub(r"\D", "", personal) not in re.sub(r"[-]", "", text)
    assert shown in text


def test_numbers_that_are_not_personal_stay():
    """A credit code and a sample number are not phone or identity numbers."""
    stored = '{"credit_code":[null,"91120119MA05XXXX1X"],"number":[null,"XBJ26120119371930001"],"quantity":[null,"2.5"]}'
    assert [one.after for one in changes_of("sample", stored)] == ["91120119MA05XXXX1X", "XBJ26120119371930001", "2.5"]


@pytest.mark.parametrize(
    ("kind", "name", "value", "said"),
    [
        ("sample", "supervision", '"合格"', ("监督结论", "合格")),
        ("sample", "imported", "true", ("是否进口", "是")),
        ("sample", "remark", '""', ("备注", "—")),
        # the words of the form on which it was written
        ("disposal_case", "served_on", '"2026-11-20"', ("检验报告送达日期", "2026-11-20")),
        ("disposal_case", "due_provisional", "false", ("期限暂定", "否")),
        # moments are kept in UTC and read in Shanghai
        ("user_account", "locked_until", '"2026-11-20T01:30:00"', ("锁定至", "2026-11-20 09:30")),
        ("enterprise", "kinds", '["食品生产","餐饮服务"]', ("企业类型", "食品生产、餐饮服务")),
        ("plan_indicator", "formula", '"balance"', ("计算方法", FORMULAS["balance"].name)),
        ("plan_indicator", "filter", '"domain in (食品;食用农产品)"', ("统计范围", "产品领域：食品、食用农产品")),
        # an entry that names its field in words keeps them
        ("organisation", "上级机构", '"天津市市场监督管理委员会"', ("上级机构", "天津市市场监督管理委员会")),
    ],
)
def test_fields_and_values_are_told_in_words(kind: str, name: str, value: str, said: tuple[str, str]):
    (change,) = changes_of(kind, f'{{"{name}":[null,{value}]}}')
    assert (change.field, change.before, change.after) == (said[0], "—", said[1])


def test_a_handler_is_named(office: Office):
    handler = office.people["county:办案人"]
    (change,) = changes_of("disposal_case", f'{{"handler_id":[null,{handler.id}]}}')
    assert (change.field, change.after) == ("经办人", handler.name)


def test_markup_is_shown_as_typed(office: Office, sign_in: SignIn):
    note(office, "county:抽样员", comment="<script>alert(1)</script>")
    text = sign_in(office.people["county:审计管理员"]).get("/audit/").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


# ---------------------------------------------------------------- narrowing and turning


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"subject": "甲"}, {"甲一", "甲二"}),
        ({"subject": "%"}, set()),  # a wildcard is a character like any other
        ({"kind": "enterprise"}, {"乙"}),
        ({"actor": "统计"}, {"乙"}),
        ({"step": "export"}, {"甲一"}),
        ({"channel": "page"}, set()),
        ({"channel": "command"}, {"甲一", "甲二", "乙"}),
        ({"since": "2026-11-20", "until": "2026-11-20"}, {"甲一", "甲二", "乙"}),
        ({"since": "2026-11-21"}, set()),
        ({"until": "2026-11-19"}, set()),
        ({"step": "no such", "subject": "甲"}, {"甲一", "甲二"}),  # nonsense asks nothing
        ({"since": "昨天", "subject": "甲"}, {"甲一", "甲二"}),
    ],
)
def test_filters(office: Office, sign_in: SignIn, query: dict[str, str], found: set[str]):
    note(office, "county:抽样员", step="export", name="甲一")
    note(office, "county:抽样员", step="edit", name="甲二")
    note(office, "county:统计员", kind="enterprise", step="edit", name="乙")
    answer = sign_in(office.people["county:审计管理员"]).get("/audit/", query_string=query)
    assert answer.status_code == 200
    shown = "".join(rows(answer.text))
    assert {name for name in ("甲一", "甲二", "乙") if name in shown} == found


def test_pages_meet_without_gap_or_overlap(office: Office, sign_in: SignIn):
    actor = office.actor("county:抽样员")
    session().rollback()
    with transaction():
        for number in range(2 * PAGE + 7):
            history.record("sample", number, "export", actor, org_id=actor.org_id, name=f"N{number:04d}")
    client, address, seen = sign_in(office.people["county:审计管理员"]), "/audit/?kind=sample", []
    first_pages = []
    for _ in range(3):
        text = client.get(address).text
        first_pages.append(re.findall(r"N\d{4}", text))
        seen += first_pages[-1]
        link = re.search(r'rel="next" href="([^"]+)"', text)
        previous = re.search(r'rel="prev" href="([^"]+)"', text)
        address = link.group(1).replace("&amp;", "&") if link else ""
    assert seen == [f"N{number:04d}" for number in reversed(range(2 * PAGE + 7))]
    assert address == ""  # the last page offers no further one
    assert previous is not None
    back = client.get(previous.group(1).replace("&amp;", "&")).text
    assert re.findall(r"N\d{4}", back) == first_pages[1]


def test_the_address_gives_nothing_but_the_query(office: Office, sign_in: SignIn):
    """``_external`` and ``_scheme`` in the address must not reach url_for."""
    actor = office.actor("county:抽样员")
    session().rollback()
    with transaction():
        for number in range(PAGE + 1):
            history.record("sample", number, "export", actor, org_id=actor.org_id)
    client = sign_in(office.people["county:审计管理员"])
    text = client.get("/audit/?_external=1&_scheme=javascript&_anchor=x&kind=sample").text
    link = re.search(r'rel="next" href="([^"]+)"', text)
    assert link is not None
    assert link.group(1).startswith("/audit/?kind=sample&amp;before=")


def test_statements_do_not_grow_with_the_rows(app: Flask, office: Office, sign_in: SignIn):
    client = sign_in(office.people["county:审计管理员"])
    note(office, "county:抽样员", name="一")
    client.get("/audit/")
    with counting(app) as few:
        client.get("/audit/")
    for number in range(30):
        note(office, "county:抽样员", name=f"多{number}")
    with counting(app) as many:
        client.get("/audit/")
    assert many.count == few.count, many


def test_every_kind_of_record_has_its_word() -> None:
    """The page names the kind of each entry; a table's name means nothing to an auditor."""
    assert set(workflow.TABLES) - set(SUBJECTS) == set()
    written = [path.read_text(encoding="utf-8") for path in Path(ROOT, "app").rglob("*.py")]
    recorded = {match[1] for text in written for match in re.finditer(r'history\.record\(\s*"(\w+)"', text)}
    assert recorded - set(SUBJECTS) == set()
