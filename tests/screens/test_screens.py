"""大屏: the same figures as the plan's table, every one of them opens its records, in few statements and without a script."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from app.db import transaction
from app.domain.reporting_states import WarningState
from app.domain.samples import Domain, Supervision
from app.indicators import queries
from app.risk_warnings.models import PublicWarning
from tests.flows.supervision.risk_warnings import warning
from tests.indicators.conftest import Batch, Books
from tests.queries import counting

# Each table is read once for all figures, and each book asks once per page whether it is still the one in memory.
STATEMENTS = 32


@pytest.fixture
def books(office: Any) -> Books:
    made = Books(office.orgs)
    agricultural = {"domain": Domain.AGRICULTURAL, "category": "食用农产品"}
    passed, failed = Batch(**agricultural), Batch(**agricultural, supervision=Supervision.FAIL)
    made.add(*[passed] * 6, failed, Batch(domain=Domain.FOOD))
    return made


@pytest.fixture
def reader(books: Books, sign_in: Any, office: Any) -> Any:
    return sign_in(office.people["county:审核人"])


def test_it_shows_what_the_plans_table_shows(reader: Any) -> None:
    page, table = reader.get("/screen/?plan=jizhou").text, reader.get("/indicators/jizhou").text
    values = re.findall(r'class="value"><a href="([^"]+)">([^<]+)</a>', page)
    assert len(values) >= 3
    for address, value in values:
        assert f">{value}</a>" in table or f">{value}<" in table, value
        assert reader.get(unescape(address)).status_code == 200, address
    assert "85.71%" in page and "样本量小" in page  # 6 of 7, and that is few
    assert "落后" in page and "未达到" in page  # a light has words
    assert "蓟州区食品安全抽检大屏" in page and "数据截至" in page


def test_every_link_of_the_figures_opens_its_records(reader: Any) -> None:
    page = reader.get("/screen/").text
    links = {unescape(one) for one in re.findall(r'href="(/[^"]+)"', page) if "/static/" not in one}
    links |= {unescape(one) for one in re.findall(r'xlink:href="(/[^"]+)"|href="(/indicators[^"]+)"', page) for one in one if one}
    assert any("group=" in one for one in links) and any("month=11" in one for one in links)
    for one in sorted(links):
        assert reader.get(one).status_code == 200, one


def test_the_groups_add_up_to_the_whole(reader: Any) -> None:
    row = re.compile(r'<tr(?: class="(total)")?><th scope="row">.*?>([\d,]+)</a> ÷ <a [^>]+>([\d,]+)</a>', re.DOTALL)
    rows = row.findall(reader.get("/screen/").text)
    parts = [(int(top), int(under)) for total, top, under in rows if not total]
    (whole,) = [(int(top), int(under)) for total, top, under in rows if total]
    assert (sum(top for top, _ in parts), sum(under for _, under in parts)) == whole == (6, 7)


def test_it_needs_no_script_and_asks_for_itself_again(reader: Any, app: Any) -> None:
    page = reader.get("/screen/").text
    assert '<meta http-equiv="refresh" content="300">' in page and "<script" not in page and "style=" not in page
    assert "site-menu" not in page
    app.config["SCREEN_SECONDS"] = 0
    assert "http-equiv" not in reader.get("/screen/").text


def test_few_statements_however_many_records(reader: Any, books: Books, app: Any) -> None:
    reader.get("/screen/")
    with counting(app) as first:
        assert reader.get("/screen/").status_code == 200
    books.many(Batch(domain=Domain.AGRICULTURAL, category="食用农产品"), 200)
    reader.get("/screen/")
    with counting(app) as more:
        reader.get("/screen/")
    assert more.count <= first.count <= STATEMENTS, first


def test_any_plan_may_be_shown(reader: Any) -> None:
    plans = queries.plans()
    assert len(plans) >= 5
    for one in plans:
        page = reader.get(f"/screen/?plan={one.code}")
        assert page.status_code == 200 and one.name in page.text, one.code


@pytest.mark.parametrize("query", ["plan=none", "plan=jizhou&area=999999", "plan=jizhou&year=x"])
def test_what_cannot_be_asked_is_refused(query: str, reader: Any) -> None:
    assert reader.get(f"/screen/?{query}").status_code == 422


def test_one_sees_what_one_may_see(reader: Any, office: Any, sign_in: Any) -> None:
    with transaction():
        made: PublicWarning = warning(office, WarningState.PUBLISHED)
    assert made.title in reader.get("/screen/").text
    theirs = sign_in(office.people["other:审核人"])
    assert made.title not in theirs.get("/screen/?plan=jizhou&area=120119").text
    assert "本单位没有该区域的记录" in theirs.get("/screen/?plan=jizhou&area=120119").text
    assert sign_in(office.people["lab:承检机构"]).get("/screen/").status_code == 403
