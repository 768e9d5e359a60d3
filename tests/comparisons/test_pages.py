"""Pages of 比较分析: every number opens a list of exactly so many records, and sums of parts are the whole."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.domain.samples import Level, Link, Purpose, Supervision
from tests.indicators.conftest import Batch, Books
from tests.queries import counting

FAIL, OPEN = Supervision.FAIL, Supervision.OPEN
PAGES = (
    "regions", "years", "heatmap", "items", "parts", "levels", "disposal", "balance", "what-if", "forecast", "score", "what-if/pending",
    "records", "items/records",
)  # fmt: skip


@pytest.fixture
def reader(office: Any, sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(office.people["county:统计员"])
    return client


@pytest.fixture
def some(books: Books) -> Books:
    """Two years, several months, towns, links and levels; some without category or town."""
    one = Batch()
    books.add(
        one, replace(one, supervision=FAIL), replace(one, supervision=OPEN, link=Link.CATERING, level=None),
        replace(one, region="120119100", category="糕点", reported_on=date(2026, 10, 9)),
        replace(one, region="120119100", category=None, supervision=FAIL, link=None, reported_on=date(2026, 3, 9)),
        replace(one, reported_on=date(2025, 11, 3), level=Level.CITY), replace(one, reported_on=date(2025, 10, 3), supervision=FAIL),
        replace(one, purpose=Purpose.MONITORING, supervision=Supervision.NONE, reported_on=date(2026, 11, 9)),
    )  # fmt: skip
    return books


def get(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (response.status_code, address, re.findall(r"<p>(.*?)</p>", response.text))
    return response.text


def numbers(page: str) -> list[tuple[str, str]]:
    """(shown, address) of every link from a number to records."""
    found = re.findall(r'<a href="(/comparisons/(?:items/)?records\?[^"]*)"[^>]*>([^<]*)</a>', page)
    return [(shown, html.unescape(address)) for address, shown in found]


def counted(page: str) -> str:
    """The number that a list says it has."""
    match = re.search(r"<b>[^<]*? ([\d,]+)</b>", page)
    assert match is not None
    return match[1]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers_without_a_single_record(reader: FlaskClient, page: str) -> None:
    get(reader, f"/comparisons/{page}?area=120119&year=2026")


@pytest.mark.parametrize(
    "address",
    [
        "regions?area=120119&year=2026", "regions?area=120119&year=2026&figure=batch_count", "regions?area=120000&year=2026",
        "parts?by=link&area=120119&year=2026", "parts?by=laboratory&area=120119&year=2026", "parts?by=source&area=120119&year=2026",
        "parts?by=org&area=120000&year=2026", "parts?by=level&area=120119&year=2026&figure=problem_rate",
        "parts?by=category&area=120119&year=2026&figure=batches_per_thousand", "years?area=120119&year=2026&span=m11",
        "years?area=120119&year=2026&figure=batch_count", "years?area=120119&year=2026&span=q4&figure=jizhou:13",
    ],
)
def test_the_list_behind_a_number_has_that_many(some: Books, reader: FlaskClient, address: str) -> None:
    page = get(reader, f"/comparisons/{address}")
    found = [(shown, link) for shown, link in numbers(page) if re.fullmatch(r"[\d,]+", shown)]
    assert found
    for shown, link in found:
        assert counted(get(reader, link)) == shown, link


def test_parts_add_up_and_the_unplaced_are_shown(some: Books, reader: FlaskClient) -> None:
    page = get(reader, "/comparisons/regions?area=120119&year=2026&figure=batch_count")
    rows = re.findall(r"<tr[^>]*>\s*<td[^>]*>(.*?)</td>\s*<td class=\"num\">.*?>([\d,]+)</a>", page, re.DOTALL)
    found = {re.sub(r"<[^>]*>", "", name).strip(): int(number) for name, number in rows}
    whole = found.pop("合计")
    assert whole == sum(found.values()) == 6
    assert [name for name in found if name.startswith("未分类")]


def test_a_heat_map_opens_its_cells_and_its_branches(some: Books, reader: FlaskClient) -> None:
    page = get(reader, "/comparisons/heatmap?area=120119&year=2026&figure=batch_count")
    found = numbers(page)
    assert found and "未分类" in page and "heat-1" in page
    for shown, link in found:
        assert counted(get(reader, link)) == shown
    branch = re.search(r'<a href="([^"]*)" title="展开下级类别">肉制品', page)
    assert branch is not None
    below = get(reader, html.unescape(branch[1]))
    assert "未细分（只记到肉制品）" in below
    for shown, link in numbers(below):
        assert counted(get(reader, link)) == shown
    rates = get(reader, "/comparisons/heatmap?area=120119&year=2026")
    for _, link in numbers(rates):
        get(reader, link)
    assert 'title="1 ÷ 2"' in rates


def test_a_rate_of_few_says_so(some: Books, reader: FlaskClient) -> None:
    page = get(reader, "/comparisons/regions?area=120119&year=2026")
    assert "样本量小（" in page and "～" in page and "威尔逊" in page


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("regions?figure=nothing", "jizhou:13"),
        ("regions?figure=balance", "各部分不能相加"),
        ("regions?figure=reported", "填报指标"),
        ("regions?figure=incident_count&link=流通", "不能按抽样环节筛选"),
        ("regions?figure=jizhou:13&domain=食品", "请不要再选产品领域"),
        ("regions?figure=pass_rate&purpose=瞎写", "监督抽检、"),
        ("regions?span=x9", "q1 至 q4"),
        ("regions?year=1999", "2000 至 2100"),
        ("regions?area=999999", "蓟州区 120119"),
        ("parts?by=nothing", "laboratory"),
        ("parts?by=laboratory&figure=disposal_rate", "请另选分组方式"),
        ("parts?by=category&node=999999999", "重新进入"),
        ("parts?by=link&figure=sampling_coverage", "只能按地区比较"),
        ("heatmap?figure=sampling_coverage", "不能画热力图"),
        ("items?item_class=没有", "农药残留"),
        ("disposal?by=link", "经办单位"),
        ("what-if?target=一百", "请填写如 98"),
        ("what-if?target=101", "0 至 100"),
        ("forecast?target=-1", "不小于 0"),
        ("forecast?plan=nowhere", "jizhou、"),
        ("records?side=middle", "重新进入"),
        ("records?by=link&group=水里", "重新进入"),
        ("items/records?side=all", "重新进入"),
        ("score?plan=nowhere", "jizhou、"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_way_out(reader: FlaskClient, address: str, sentence: str) -> None:
    response = reader.get(f"/comparisons/{address}")
    assert response.status_code == 422, response.text
    assert sentence in response.text


@pytest.mark.parametrize("page", PAGES[:11])
def test_a_page_is_a_workbook_with_the_same_numbers(some: Books, reader: FlaskClient, page: str) -> None:
    from openpyxl import load_workbook

    response = reader.get(f"/comparisons/{page}?area=120119&year=2026&format=xlsx")
    assert response.status_code == 200 and "no-store" in response.headers["Cache-Control"]
    book = load_workbook(io.BytesIO(response.data))
    assert book.sheetnames[-1] == "导出说明"
    if page == "regions":
        rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
        assert rows[0][:4] == ["抽样地区", "合格批次", "已判定批次", "未判定批次"] and rows[0][4] == "抽检合格率（%）"
        assert rows[-1][:5] == ["合计", 2, 4, 1, 50]


def test_the_handing_out_is_written_down(some: Books, reader: FlaskClient) -> None:
    import sqlalchemy as sa

    from app.chain import HistoryEntry
    from app.db import session

    reader.get("/comparisons/regions?area=120119&year=2026&format=xlsx")
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.subject_kind == "comparison")).one()
    assert "抽检合格率，蓟州区，2026年" in (entry.comment or "")


@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("regions", 15), ("years", 18), ("heatmap", 18), ("items", 16), ("parts", 15), ("levels", 14), ("disposal", 26), ("balance", 14),
        ("what-if", 14), ("forecast", 18), ("score", 34), ("records", 14),
    ],
)  # fmt: skip
def test_a_page_asks_a_bounded_number_of_questions(app: Any, some: Books, reader: FlaskClient, page: str, most: int) -> None:
    address = f"/comparisons/{page}?area=120119&year=2026"
    get(reader, address)
    with counting(app) as sent:
        get(reader, address)
    assert sent.count <= most, sent


def test_who_may_not_read_figures_may_not_compare(office: Any, sign_in: Any) -> None:
    laboratory = sign_in(next(person for key, person in office.people.items() if key.endswith("承检机构")))
    assert laboratory.get("/comparisons/regions").status_code == 403
