"""The pages of the figures: the table of a plan, its records, parts and months."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import clock
from app.db import session, transaction
from app.disposal.models import CaseMode, DisposalCase, Party
from app.domain.samples import Domain, Level, Link, Purpose, Supervision
from app.domain.workflow import CaseState
from app.indicators.models import Plan, PlanIndicator
from tests.indicators.conftest import Batch, Books
from tests.queries import counting

FAIL, OPEN = Supervision.FAIL, Supervision.OPEN


@pytest.fixture
def reader(office: Any, sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(office.people["county:统计员"])
    return client


def get(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (response.status_code, re.findall(r"<p>(.*?)</p>", response.text))
    return response.text


def case(
    sample: Any, due_on: date, closed_on: date | None = None, party: Party = Party.PRODUCTION, **more: Any
) -> DisposalCase:
    """A disposal case as its own package leaves it."""
    closing = {}
    if closed_on is not None:
        closing = {
            "closed_on": closed_on, "closed_at": clock.end_of_day(closed_on), "state": CaseState.CLOSED,
            "handler_id": PEOPLE["handler"], "submitted_by_id": PEOPLE["handler"], "approved_by_id": PEOPLE["approver"],
        }  # fmt: skip
    values = {
        "org_id": sample.org_id, "sample_id": sample.id, "number": f"HC-{sample.number}-{party.value}", "party": party,
        "mode": CaseMode.DISPOSE, "state": CaseState.OPEN, "opened_at": clock.now() - timedelta(days=100),
        "received_on": date(2026, 8, 1), "due_on": due_on,
    }  # fmt: skip
    return DisposalCase(**{**values, **closing, **more})


PEOPLE: dict[str, int] = {}


@pytest.fixture
def closers(office: Any) -> None:
    PEOPLE.update(handler=office.people["county:办案人"].id, approver=office.people["county:审核人"].id)


# ---------------------------------------------------------------- the table


def test_the_plans_lead_to_their_tables(reader: FlaskClient) -> None:
    page = get(reader, "/indicators/")
    assert page.count("套用到蓟州区") == 4  # every plan but its own may be shown for this county
    assert "/indicators/wulong?year=2026&amp;area=120119" in page


@pytest.mark.parametrize(
    ("plan", "rows", "says"),
    [
        (
            "jizhou",
            31,
            ["约束性", "预期性", "≥8（2025年目标）", "2020年常住人口795516人", "口径版本：第1版"],
        ),
        ("jingmen", 31, ["≥83", "≥84"]),  # the table and the text differ: both are shown, each with its source
        ("liupanshui", 67, ["≤3", "&lt;0.27"]),
        ("wulong", 31, ["&gt;98", "&gt;4"]),
        ("yili", 15, ["≤1（2025年目标）"]),
    ],
)
def test_one_table_holds_every_indicator_of_a_plan(reader: FlaskClient, plan: str, rows: int, says: list[str]) -> None:
    page = get(reader, f"/indicators/{plan}?area=120119&year=2026")
    found = re.findall(r'<tr id="no-(T?\d+)">', page)
    assert (
        len(found)
        == len(set(found))
        == session().scalar(
            sa.select(sa.func.count())
            .select_from(PlanIndicator)
            .join(Plan, Plan.id == PlanIndicator.plan_id)
            .where(Plan.code == plan)
        )
    )
    assert len(found) == rows
    assert [words for words in says if words not in page] == []


def test_conflicting_targets_and_additions_are_both_shown(reader: FlaskClient) -> None:
    page = get(reader, "/indicators/wulong?year=2025")
    assert "≥4.1" in page
    assert "另载：≥4" in page
    assert "当年新增 1" in page


def test_figures_are_linked_to_numerator_and_denominator(books: Books, reader: FlaskClient) -> None:
    books.many(Batch(), 4200)
    page = get(reader, "/indicators/jizhou?year=2026")
    assert "<b>5.28</b>" in page
    assert 'title="查看分子所统计的记录">4,200</a> ÷ 795,516' in page  # a population has no records to open


@pytest.mark.parametrize("plan", ["jizhou", "liupanshui"])
def test_the_table_asks_the_database_a_bounded_number_of_questions(
    app: Any, books: Books, reader: FlaskClient, closers: None, plan: str
) -> None:
    made = books.add(*[replace(Batch(), domain=domain, supervision=FAIL) for domain in Domain])
    with transaction():
        session().add_all([case(one, date(2026, 11, 6)) for one in made])
    get(reader, f"/indicators/{plan}?area=120119")  # the books are read once
    with counting(app) as sent:
        get(reader, f"/indicators/{plan}?area=120119")
    # who is signed in and his unread messages, and the table; records of cases, transfers, inspections and reports; the register
    # once, and last year's with what was merged since for each of two
    assert sent.count <= 5 + 23, sent


# ---------------------------------------------------------------- whose places

NOT_OURS = "本单位没有该区域的记录"


def cell(page: str, no: str) -> str:
    row = re.search(rf'<tr id="no-{no}">(.*?)</tr>', page, re.DOTALL)
    assert row is not None
    return re.sub(r"\s+", " ", row[1])


@pytest.mark.parametrize(
    ("who", "area", "ours"),
    [
        ("county:统计员", "420800", False),  # another place: neither an organisation nor a record
        ("county:统计员", "420802", False),
        ("county:统计员", "120119", True),  # the reader's own
        ("county:统计员", "120119100", True),  # in it
        ("county:统计员", "120000", True),  # around it
        ("city:统计员", "120119", True),  # a county below the reader's organisation
    ],
)
def test_a_place_of_which_the_office_holds_nothing_has_no_figure(
    office: Any, sign_in: Any, who: str, area: str, ours: bool
) -> None:
    page = get(sign_in(office.people[who]), f"/indicators/jingmen?area={area}&year=2026")
    row = cell(page, "17")
    assert (NOT_OURS in page) is not ours
    assert (NOT_OURS in row and "未达到" not in row and "红灯" not in row and "<b>—</b>" in row) is not ours


def test_one_batch_of_a_place_gives_it_figures(books: Books, reader: FlaskClient) -> None:
    books.add(Batch(region="420802", domain=Domain.INDUSTRIAL))
    assert NOT_OURS not in get(reader, "/indicators/jingmen?area=420800&year=2026")
    assert NOT_OURS in get(reader, "/indicators/jingmen?area=520200&year=2026")


@pytest.mark.parametrize("kind", ["chart", "breakdown", "records/numerator"])
def test_the_pages_below_say_so_too(reader: FlaskClient, kind: str) -> None:
    assert NOT_OURS in get(reader, f"/indicators/jingmen/14/{kind}?area=420800&year=2026")


def test_the_command_of_the_whole_office_counts_nought(show: Any) -> None:
    row = show("jingmen", "420800")["14"]
    assert (row["value"], row["numerator"], row["met"], row["light"]) == ("0.00", 0, False, "红灯")


@pytest.mark.parametrize(
    ("who", "plan", "shown"),
    [
        ("county:统计员", "jingmen", "120119"),  # a plan of another place is read for one's own
        ("county:统计员", "jizhou", "120119"),
        ("city:统计员", "jizhou", "120119"),  # the plan's county lies in the reader's city
    ],
)
def test_the_area_shown_first(office: Any, sign_in: Any, who: str, plan: str, shown: str) -> None:
    page = get(sign_in(office.people[who]), f"/indicators/{plan}?year=2026")
    assert f'<option value="{shown}" selected>' in page


# ---------------------------------------------------------------- records


@pytest.fixture
def variety(books: Books, closers: None) -> Books:
    """Batches of every kind, cases in every state, in two bureaus."""
    kinds = [
        Batch(purpose=purpose, domain=domain, supervision=supervision, link=link, level=level, residue=residue, region=region)
        for purpose, supervision, residue in [
            (Purpose.SUPERVISION, Supervision.PASS, True), (Purpose.SUPERVISION, FAIL, False),
            (Purpose.SUPERVISION, OPEN, False), (Purpose.EVALUATION, Supervision.PASS, True),
            (Purpose.COMBINED, FAIL, True), (Purpose.MONITORING, Supervision.NONE, False),
        ]
        for domain, link, level, region in [
            (Domain.FOOD, Link.PRODUCTION, Level.COUNTY, "120119101"), (Domain.AGRICULTURAL, Link.CATERING, None, "120119"),
            (Domain.INDUSTRIAL, Link.PRODUCTION, Level.CITY, "120119100"), (Domain.DRUG, None, Level.COUNTY, "120119"),
            (Domain.DEVICE, Link.CIRCULATION, Level.COUNTY, "120119"),
        ]
    ]  # fmt: skip
    made = books.add(*kinds, replace(kinds[0], category="粮食加工品/小麦粉/小麦粉"), replace(kinds[0], category=None))
    books.add(*[replace(one, org="other") for one in kinds[:7]])
    failing = [one for one in made if one.supervision is FAIL]
    with transaction():
        for turn, sample in enumerate(failing):
            closed = date(2026, 11, 2 + turn) if turn % 2 else None
            session().add(case(sample, date(2026, 11, 6), closed))
            if turn % 3 == 0:  # falls due with the later case, and a notified one is not ours
                session().add(case(sample, date(2026, 11, 10), date(2026, 11, 9), Party.CIRCULATION))
                session().add(case(sample, date(2026, 12, 10), None, Party.CATERING, mode=CaseMode.NOTIFY))
    return books


PLANS = [
    ("jizhou", "120119"),
    ("liupanshui", "120119"),
    ("wulong", "120119"),
    ("jingmen", "120000"),
    ("yili", "100000"),
]


@pytest.mark.parametrize(("plan", "area"), PLANS)
def test_every_list_holds_exactly_what_the_figure_counts(
    variety: Books, reader: FlaskClient, show: Any, listed: Any, plan: str, area: str
) -> None:
    """For every indicator that the records can answer, in the command and on the page, as this reader sees it."""
    checked = 0
    for no, row in show(plan, area, **{"as": "county-statistician"}).items():
        if row["numerator"] is None:
            continue
        found = listed(plan, no, area, **{"as": "county-statistician"})
        assert len(found["numerator"]) == len(set(found["numerator"])) == row["numerator"]
        per_thousand = "每千人" in row["definition"]
        if row["denominator"] is not None and not per_thousand:
            assert len(found["denominator"]) == row["denominator"]
            assert set(found["numerator"]) <= set(found["denominator"])  # a rate's numerator is part of its denominator
        if "品种抽检覆盖率" not in row["definition"]:
            _lists(reader, plan, no, area, found)
        checked += 1
    assert checked >= {"yili": 0}.get(plan, 3)


RECORD = r'<a href="/(?:disposal|transfers)/\d+" title="([^"]+)"'  # cases and transfers are listed by their own numbers


def _lists(reader: FlaskClient, plan: str, no: str, area: str, found: dict[str, list[str]]) -> None:
    for side, numbers in found.items():
        if not numbers:
            continue
        page = get(reader, f"/indicators/{plan}/{no}/records/{side}?area={area}&year=2026&size=100")
        assert sorted(re.findall(r">(DBJ\d+)</a>", page) or re.findall(RECORD, page)) == numbers
        assert f"<b>{len(numbers)}</b> 条" in page


def test_disposal_counts_a_batch_when_its_latest_case_falls_due(variety: Books, show: Any) -> None:
    row = show("liupanshui", "120119")["27"]  # 药品、医疗器械、化妆品
    assert (row["numerator"], row["denominator"]) == (2, 4)


def test_as_of_before_the_closing_the_batch_was_open(variety: Books, show: Any) -> None:
    then = show("liupanshui", "120119", as_of="2026-11-01")["27"]
    assert (then["numerator"], then["denominator"]) == (0, 0)  # nothing had fallen due


def test_lists_are_paged_by_key(books: Books, reader: FlaskClient) -> None:
    books.many(Batch(), 45)
    address = "/indicators/jizhou/13/records/numerator?year=2026"
    seen: list[str] = []
    while address:
        page = get(reader, address)
        seen += re.findall(r">(DBJ\d+)</a>", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert sorted(seen) == sorted(f"DBJ{number}" for number in range(1, 46))


def test_a_population_has_no_list(reader: FlaskClient) -> None:
    assert reader.get("/indicators/jizhou/13/records/denominator?year=2026").status_code == 422
    assert reader.get("/indicators/jizhou/13/records/everything?year=2026").status_code == 404
    assert reader.get("/indicators/jizhou/999/records/numerator?year=2026").status_code == 404


def test_each_reads_the_figures_of_the_own_organisation(books: Books, office: Any, sign_in: Any) -> None:
    books.add(Batch(), Batch(org="station"), Batch(org="other"))
    address = "/indicators/jizhou/13/records/numerator?year=2026&area=120119"
    for name, numbers in {
        "county:统计员": ["DBJ1", "DBJ2"],  # and those below it
        "other:统计员": ["DBJ3"],
        "station:抽样员": ["DBJ2"],
        "city:局领导": ["DBJ1", "DBJ2", "DBJ3"],
    }.items():
        page = get(sign_in(office.people[name]), address)
        assert re.findall(r">(DBJ\d)</a>", page) == numbers
        assert "统计范围：" in page


@pytest.mark.parametrize("name", ["lab:承检机构", "county:系统管理员", "county:审计管理员"])
def test_figures_are_for_the_bureau(office: Any, sign_in: Any, name: str) -> None:
    assert sign_in(office.people[name]).get("/indicators/jizhou").status_code == 403


def test_categories_without_a_batch_are_named(books: Books, reader: FlaskClient, show: Any) -> None:
    books.add(Batch(category="粮食加工品/小麦粉/小麦粉"), Batch(category="肉制品"))
    row = show("jizhou")["T4"]
    assert row["numerator"] == 1  # 肉制品 alone does not say which 品种
    page = get(reader, "/indicators/jizhou/T4/records/denominator?year=2026")
    assert f"未抽到的品种（{row['denominator'] - 1}）" in page
    assert "粮食加工品/大米/大米" in page


# ---------------------------------------------------------------- parts and months


def _cells(row: str) -> list[tuple[str, int]]:
    """The addresses and numbers of a row of the breakdown."""
    found = re.findall(r'<a href="([^"]+records[^"]+)">([\d,]+)</a>', row)
    return [(address.replace("&amp;", "&"), int(number.replace(",", ""))) for address, number in found]


@pytest.mark.parametrize("by", ["category", "link", "area", "level", "purpose", "month"])
@pytest.mark.parametrize(("plan", "no"), [("jizhou", "13"), ("jizhou", "14"), ("jingmen", "T2"), ("liupanshui", "27")])
def test_parts_sum_to_the_whole_and_open_their_records(
    variety: Books, reader: FlaskClient, plan: str, no: str, by: str
) -> None:
    page = get(reader, f"/indicators/{plan}/{no}/breakdown?area=120119&year=2026&by={by}")
    rows = [row for text in re.findall(r"<tr>(.*?)</tr>", page, re.S) if (row := _cells(text))]
    parts, whole = rows[:-1], rows[-1]
    assert parts
    for at, (_, total) in enumerate(whole):
        assert sum(row[at][1] for row in parts) == total
    for address, number in (cell for row in rows for cell in row):
        listed = get(reader, f"{address}&size=100")
        assert len(re.findall(r">DBJ\d+</a>", listed)) == number
    if by == "link" and no == "13":
        assert "未分类" not in page  # 食品 and 食用农产品 all have a link
    if by == "level":
        assert ("未分类" in page) == (no != "27")  # never dropped where there is none


def test_a_city_is_split_into_counties_and_what_only_names_the_city(books: Books, office: Any, sign_in: Any) -> None:
    books.add(Batch(region="420802"), Batch(region="420881"), Batch(region="420800"))
    page = get(sign_in(office.people["city:统计员"]), "/indicators/jingmen/14/breakdown?year=2026&by=area&area=420800")
    assert [
        page.count(words) for words in ("<td>东宝区</td>", "<td>钟祥市</td>", "<td>未分类（只记到荆门市）</td>")
    ] == [1, 1, 1]


def test_months_stand_against_the_pace_and_open_their_records(books: Books, reader: FlaskClient) -> None:
    books.add(*[Batch(reported_on=date(2026, month, 9)) for month in (1, 3, 3, 11)])
    page = get(reader, "/indicators/jizhou/13/chart?year=2026")
    assert page.count("chart-svg") == 2
    assert 'class="pace"' in page
    opened = re.search(r'href="([^"]*month=3)"', page)
    assert opened
    assert "<b>2</b> 条" in get(reader, opened[1].replace("&amp;", "&"))
    assert "style=" not in page.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize(
    ("plan", "no"), [("jizhou", "14"), ("jizhou", "19"), ("liupanshui", "27"), ("liupanshui", "33")]
)
def test_rates_and_counts_have_months_too(variety: Books, reader: FlaskClient, plan: str, no: str) -> None:
    page = get(reader, f"/indicators/{plan}/{no}/chart?area=120119&year=2026")
    assert "11月" in page
    for address, number in re.findall(r'<a href="([^"]+records[^"]+)" title="[^"]+">([\d,]+)</a>', page):
        assert len(re.findall(r">DBJ\d+</a>", get(reader, address.replace("&amp;", "&") + "&size=100"))) == int(number)


@pytest.mark.parametrize("view", ["chart", "breakdown"])
def test_what_has_no_parts_says_so(reader: FlaskClient, view: str) -> None:
    response = reader.get(f"/indicators/jizhou/1/{view}")
    assert response.status_code == 422
    assert "没有分组和分月数据" in response.text


def test_the_moment_goes_from_page_to_page(books: Books, reader: FlaskClient) -> None:
    sample, _ = books.add(Batch(), Batch(), at=clock.now() - timedelta(days=2))
    books.rewrite(sample, Batch(), basis="作废", voided=True)
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    page = get(reader, f"/indicators/jizhou?year=2026&as_of={yesterday}T12:00")
    opened = re.search(r'href="([^"]+/13/records/numerator[^"]+)" title="[^"]+">2</a>', page)
    assert opened
    assert len(re.findall(r">DBJ\d</a>", get(reader, opened[1].replace("&amp;", "&")))) == 2
    assert "之后的更正不计入" in page


@pytest.mark.parametrize("query", ["year=20x6", "year=99", "area=1", "as_of=then", "month=13"])
def test_an_address_that_means_nothing_is_refused(reader: FlaskClient, query: str) -> None:
    assert reader.get(f"/indicators/jizhou?{query}").status_code == 422
