"""每页行数: chosen once in the pager of any list, remembered for the person, asked of the database without one more question."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import session, transaction
from app.desk.models import UserPreference
from app.disposal.models import DisposalCase
from tests.downloads.test_downloads import stock
from tests.queries import counting


def shown(page: str) -> int:
    return page.count('name="sample" value="')


def test_the_number_of_rows_is_remembered_for_the_person(app: Any, office: Any, sign_in: Any) -> None:
    stock(office, 25)
    client, other = sign_in(office.people["county:办案人"]), sign_in(office.people["county:统计员"])
    page = client.get("/sampling/?state=registered").text
    assert shown(page) == 20 and "每页" in page
    at = re.search(r'name="at" value="([^"]*)"', page)
    assert at is not None and at[1] == "/sampling/?state=registered"
    answer = client.post("/rows-per-page", data={"rows": "10", "at": "/sampling/?state=registered&x=1"})
    assert (answer.status_code, answer.location) == (303, "/sampling/?state=registered&x=1")
    with counting(app) as ten:
        page = client.get("/sampling/").text
    assert shown(page) == 10 and "共 <b>25</b> 条" in page
    older = re.search(r'rel="next" href="([^"]*)"', page)
    assert older is not None and shown(client.get(older[1].replace("&amp;", "&")).text) == 10
    with counting(app) as usual:
        assert shown(other.get("/sampling/").text) == 20  # nobody else's
    assert ten.count == usual.count
    assert shown(client.get("/sampling/?size=50").text) == 25  # an address says what it says
    assert client.post("/rows-per-page", data={"rows": "100", "at": "/sampling/"}).status_code == 303
    assert shown(client.get("/sampling/").text) == 25
    assert session().scalar(sa.select(sa.func.count()).select_from(UserPreference)) == 1


@pytest.mark.parametrize(("sent", "to"), [
    ({"rows": "50", "at": "//elsewhere.example/"}, "/"), ({"rows": "50", "at": "https://elsewhere.example/"}, "/"), ({"rows": "50"}, "/"),
])  # fmt: skip
def test_it_leads_nowhere_else(office: Any, sign_in: Any, sent: Any, to: str) -> None:
    assert sign_in(office.people["county:办案人"]).post("/rows-per-page", data=sent).location == to


@pytest.mark.parametrize("rows", ["", "7", "x", "5000", "-1", "１０"])
def test_no_other_number(office: Any, sign_in: Any, rows: str) -> None:
    answer = sign_in(office.people["county:办案人"]).post("/rows-per-page", data={"rows": rows, "at": "/sampling/"})
    assert answer.status_code == 422 and "每页行数可选" in answer.text


# ---------------------------------------------------------------- 跳转

def test_a_jump_begins_at_the_sample_of_that_number(office: Any, sign_in: Any) -> None:
    stock(office, 25)
    client = sign_in(office.people["county:办案人"])
    assert "从抽样编号" in client.get("/sampling/").text
    there = client.get("/sampling/?start=xbj261201199%20" + "00000012").text  # as people write a number
    numbers = re.findall(r"XBJ261201199(\d{8})</a>", there)
    assert [int(one) for one in numbers] == list(range(12, 0, -1))
    unknown = client.get("/sampling/?start=XBJ0").text
    assert "没有编号为“XBJ0”的样品" in unknown and shown(unknown) == 20
    other = sign_in(office.people["other:统计员"]).get("/sampling/?start=XBJ26120119900000012").text
    assert "没有编号为" in other


def test_a_further_page_leads_back_to_the_first_and_a_folded_list_says_what_it_is_asked(office: Any, sign_in: Any) -> None:
    client = sign_in(office.people["county:系统管理员"])
    assert client.post("/rows-per-page", data={"rows": "10", "at": "/users"}).status_code == 303
    page = client.get("/users?state=active").text
    assert "首页</a>" not in page
    said = re.search(r'filter-summary">([^<]*)<', page)
    assert said is not None and "状态" in said[1] and "正常" in said[1]
    assert "filter-summary" not in client.get("/users").text
    older = re.search(r'rel="next" href="([^"]*)"', page)
    assert older is not None
    further = client.get(older[1].replace("&amp;", "&")).text
    first = re.search(r'href="([^"]*)">首页</a>', further)
    assert first is not None and first[1] == "/users?state=active"


# ---------------------------------------------------------------- 待办 above the list

def test_a_list_says_what_of_it_waits_for_its_reader_as_the_home_page_does(
    office: Any, sign_in: Any, awaiting_case: Any, open_cases: Any, batch: Any
) -> None:
    reviewer, handler = sign_in(office.people["county:审核人"]), sign_in(office.people["county:办案人"])
    card = re.compile(r"待审核案件\s*<b class=\"tab-count\">(\d+)</b>")
    found = card.search(reviewer.get("/disposal/").text)
    assert found is not None and found[1] == "1"
    home = re.search(r"待审核案件.*?todo-count\">(\d+)<", reviewer.get("/").text, re.S)
    assert home is not None and home[1] == found[1]
    assert card.search(handler.get("/disposal/").text) is None  # it is his own: another decides
    assert "我办理的案件" in handler.get("/disposal/").text
    assert "待审核案件" not in reviewer.get("/enterprises/").text


def test_nearly_due_is_what_the_lamp_says(office: Any, sign_in: Any, open_cases: Any, batch: Any) -> None:
    cases = open_cases(*(batch(f"XC2612011912345001{ordinal}") for ordinal in range(3)))
    with transaction():
        session().get_one(DisposalCase, cases[0].id).due_on = date(2026, 11, 23)  # the next working day
        session().get_one(DisposalCase, cases[1].id).due_on = date(2026, 11, 19)
    page = sign_in(office.people["county:审核人"]).get("/disposal/?state=live&light=amber").text
    assert re.search(r"将到期 <span class=\"tab-count\">1</span>", page) and cases[0].number in page and cases[2].number not in page
    assert re.search(r"超期未办结 <span class=\"tab-count\">1</span>", page)
