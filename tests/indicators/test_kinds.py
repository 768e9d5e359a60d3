"""品种清单: every number of it opens its batches, within the reader's records; the workbook and the command say the same."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.chain import HistoryEntry
from app.db import session
from app.domain.samples import Domain
from tests.indicators.conftest import Batch, Books

ADDRESS = "/indicators/jizhou/T4/records/denominator?year=2026&area=120119"
WHEAT, RICE = "粮食加工品/小麦粉/小麦粉", "粮食加工品/大米/大米"


@pytest.fixture
def reader(office: Any, sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(office.people["county:统计员"])
    return client


@pytest.fixture
def reached(books: Books) -> None:
    """Two of wheat flour, one of them finer than a 品种; one of rice; one known only by its 大类; one without a category; one elsewhere."""
    finer = session().scalars(sa.text("SELECT path FROM food_category WHERE path LIKE '粮食加工品/小麦粉/小麦粉/%' LIMIT 1")).first()
    books.add(
        Batch(category=WHEAT), Batch(category=finer or WHEAT), Batch(category=RICE), Batch(category="肉制品"), Batch(category=None),
        Batch(category=RICE, org="other"), Batch(category=RICE, domain=Domain.DRUG),
    )  # fmt: skip


def opened(client: FlaskClient, page: str) -> list[tuple[int, list[str]]]:
    """Each number of the page that opens batches, with the batches of its list, page after page."""
    found = []
    for address, number in re.findall(r'<a href="([^"]+kind=[^"]+)"[^>]*>([\d,]+)</a>', page):
        listed, at = [], address.replace("&amp;", "&")
        count = 0
        while at:
            text = client.get(at).text
            listed += re.findall(r">(DBJ\d+)</a>", text)
            count = int(re.search(r"完成批次 ([\d,]+)</b>", text)[1].replace(",", ""))  # type: ignore[index]
            following = re.search(r'rel="next" href="([^"]+)"', text)
            at = following[1].replace("&amp;", "&") if following else ""
        assert count == len(listed)
        found.append((int(number.replace(",", "")), listed))
    return found


def test_every_number_opens_its_batches(reached: None, books: Books, reader: FlaskClient) -> None:
    page = reader.get(ADDRESS).text
    found = opened(reader, page)
    assert [(number, len(listed)) for number, listed in found] == [(number, number) for number, _ in found]
    every, other, *kinds = [set(listed) for _, listed in found]
    assert len(kinds) == 2 and sorted(map(len, kinds)) == [1, 2] and len(other) == 2
    assert every == other.union(*kinds) and len(every) == len(other) + sum(map(len, kinds))  # each batch stands in one list
    assert "DBJ6" not in every  # of another county's office
    books.many(Batch(category=RICE), 25)
    assert (26, 26) in [(number, len(listed)) for number, listed in opened(reader, reader.get(ADDRESS).text)]


def test_each_opens_the_batches_of_the_own_organisation(reached: None, office: Any, sign_in: Any) -> None:
    client = sign_in(office.people["other:统计员"])
    (every, rice) = opened(client, client.get(ADDRESS).text)
    assert every == rice == (1, ["DBJ6"])
    assert sign_in(office.people["lab:承检机构"]).get(f"{ADDRESS}&kind={RICE}").status_code == 403


def test_a_kind_that_is_none_is_refused(reached: None, reader: FlaskClient) -> None:
    refused = reader.get(f"{ADDRESS}&kind=没有这个品种")
    assert refused.status_code == 422 and "请从品种清单中重新选择" in refused.text


def test_the_workbook_says_what_the_page_says(reached: None, reader: FlaskClient) -> None:
    page = reader.get(ADDRESS).text
    assert "format=xlsx" in page
    book = openpyxl.load_workbook(io.BytesIO(reader.get(f"{ADDRESS}&format=xlsx").data))
    rows = [[cell.value for cell in row] for row in book["品种清单"].iter_rows(min_row=2)]
    assert {"/".join(row[:3]): row[3] for row in rows if row[4] == "已抽到"} == {WHEAT: 2, RICE: 1}
    said = {row[0].value: row[1].value for row in book["导出说明"].iter_rows()}
    missing = sum(row[4] == "未抽到" for row in rows)
    assert f"未抽到的品种（{missing}）" in page and said["未抽到的品种"] == missing and said["完成批次"] == 5
    noted = session().scalars(sa.select(HistoryEntry.comment).where(HistoryEntry.step == "export")).one()
    assert noted is not None and f"品种清单；共 {len(rows)} 行；SHA-256 " in noted


def test_the_batches_of_a_kind_are_taken_out_by_the_dialog(reached: None, app: Any, reader: FlaskClient, tmp_path: Any) -> None:
    page = reader.get(f"{ADDRESS}&kind={RICE}").text
    dialog = re.search(r'href="(/downloads/[^"]+)"', page)
    assert dialog is not None and reader.get(dialog[1].replace("&amp;", "&")).status_code == 200


def test_the_command(reached: None, app: Any, tmp_path: Any) -> None:
    def run(*more: str, who: str = "county-statistician") -> Any:
        asked = ("indicators", "kinds", "--plan", "jizhou", "--area", "120119", "--year", "2026", *more, "--as", who)
        return app.test_cli_runner().invoke(args=list(asked))

    told = json.loads(run("--no", "T4", "--json").stdout)
    assert (told["covered"], told["batches"], told["other"]) == ({WHEAT: 2, RICE: 1}, 5, 2)
    assert json.loads(run("--no", "T4", "--kind", RICE, "--json").stdout) == ["DBJ3"]
    output = tmp_path / "kinds.xlsx"
    assert run("--no", "T4", "--output", str(output)).exit_code == 0 and output.exists()
    refused = run("--no", "13")
    assert refused.exit_code == 1 and "不按品种计数" in refused.stderr
    assert run("--no", "T4", "--output", str(output), "--kind", RICE).exit_code == 1
    assert run("--no", "T4", who="lab-laboratory").exit_code != 0
