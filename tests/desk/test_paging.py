"""每页行数: chosen once in the pager of any list, remembered for the person, asked of the database without one more question."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import session
from app.desk.models import UserPreference
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
