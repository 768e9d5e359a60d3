"""Figures and the numbers behind them, read by another system of the bureau: exactly those of the page and the workbook."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
import schemathesis
from openpyxl import load_workbook
from schemathesis import GenerationMode

from app import clock
from app.db import session
from app.domain.samples import Supervision
from tests.api.conftest import Program, places
from tests.api.test_contract import WRITTEN, conforms, in_process, shortened
from tests.indicators.conftest import Batch, Books

HERE = {"area": "120119", "year": "2026"}


@pytest.fixture
def reader(app: Any, lab: Any, issue: Any) -> Program:
    return Program(app, issue("county:统计员"))


def of(answer: Any, no: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in answer.json["indicators"] if one["no"] == no)
    return found


def test_the_figures_are_those_of_the_page(books: Books, reader: Program, sign_in: Any, office: Any) -> None:
    books.many(Batch(), 420)
    books.add(Batch(supervision=Supervision.FAIL))
    answer = reader.get("/indicators/jizhou", **HERE)
    assert answer.status_code == 200
    row = of(answer, "13")
    assert (row["value"], row["numerator"], row["denominator"], row["met"]) == ("0.53", 421, 795_516, False)
    assert row["population"]["residents"] == 795_516 and row["target"]["op"] == ">="
    page = sign_in(office.people["county:统计员"]).get("/indicators/jizhou", query_string=HERE).text
    cells = dict(re.findall(r'<tr id="no-(\w+)">.*?<td class="num"><b>(.*?)</b>', page, re.S))
    assert len(cells) == len(answer.json["indicators"])
    for one in answer.json["indicators"]:
        assert one["shown"] in re.sub(r"<[^>]+>", "", cells[one["no"]]), one["no"]
    assert (answer.json["area"]["name"], answer.json["period"]["last"], answer.json["as_of"]) == ("蓟州区", "2026-12-31", None)


def test_screen_workbook_and_interface_agree(books: Books, reader: Program, sign_in: Any, office: Any) -> None:
    """One built office: the page, the sheet of differences and the interface give the same number for the same moment."""
    then = clock.now() - timedelta(days=30)
    books.add(*[Batch()] * 7, at=then)
    books.add(*[Batch()] * 4)
    client = sign_in(office.people["county:统计员"])
    since = f"{clock.office_time(then + timedelta(days=1)):%Y-%m-%dT%H:%M}"
    content = client.get("/indicators/jizhou/13/differences", query_string={**HERE, "from": since, "format": "xlsx"}).data
    about = {row[0].value: row[1].value for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()}
    old, new = (of(reader.get("/indicators/jizhou", **HERE, **more), "13") for more in ({"as_of": since}, {}))
    assert (about["原计数"], about["现计数"]) == (old["numerator"], new["numerator"]) == (7, 11)
    assert (about["原数值"], about["现数值"]) == (old["shown"], new["shown"])
    assert f">{new['numerator']}</a>" in client.get("/indicators/jizhou", query_string=HERE).text


def test_the_numbers_counted_page_by_page(books: Books, reader: Program) -> None:
    made = books.add(*[Batch()] * 5, Batch(reported_on=date(2026, 3, 1)))
    found, cursor = [], None
    while True:
        answer = reader.get("/indicators/jizhou/13/records", **HERE, quarter=4, limit=2, **({"cursor": cursor} if cursor else {}))
        assert (answer.status_code, answer.json["count"], answer.json["side"]) == (200, 5, "numerator")
        found += answer.json["numbers"]
        if (cursor := answer.json["next_cursor"]) is None:
            break
    assert found == sorted(one.number for one in made[:5])
    assert answer.json["sha256"] == hashlib.sha256("\n".join(found).encode()).hexdigest()
    assert reader.get("/indicators/jizhou/13/records", **HERE, month=3).json["numbers"] == [made[5].number]
    assert reader.get("/indicators/jizhou/13/records", **HERE, month=3, cumulative="true", side="denominator").json["count"] == 0


def test_another_office_reads_its_own_figures(app: Any, books: Books, issue: Any) -> None:
    books.add(Batch())
    answer = Program(app, issue("other:统计员")).get("/indicators/jizhou/13/records", **HERE)
    assert (answer.status_code, answer.json["count"], answer.json["numbers"]) == (200, 0, [])


def test_who_may_not(app: Any, lab: Any, issue: Any) -> None:
    assert Program(app, issue()).get("/indicators/jizhou").status_code == 403  # a laboratory reads no figures
    assert Program(app, issue("county:统计员", scopes=["samples:read"])).get("/indicators/jizhou").status_code == 403
    assert Program(app, None).get("/indicators/jizhou").status_code == 401


@pytest.mark.parametrize(
    ("path", "query", "status", "place"),
    [
        ("/indicators/nowhere", {}, 404, None),
        ("/indicators/jizhou/999/records", {}, 404, None),
        ("/indicators/jizhou", {"area": "999999"}, 422, None),
        ("/indicators/jizhou", {"area": "蓟州"}, 422, "?area"),
        ("/indicators/jizhou", {"month": "3", "quarter": "1"}, 422, "?quarter"),
        ("/indicators/jizhou", {"year": "1999"}, 422, "?year"),
        ("/indicators/jizhou", {"as_of": "昨天"}, 422, "?as_of"),
        ("/indicators/jizhou", {"as_of": "9999-12-31T23:59:59Z"}, 422, "?as_of"),
        ("/indicators/jizhou", {"side": "numerator"}, 422, "?side"),
        ("/indicators/jizhou/13/records", {"side": "both"}, 422, "?side"),
        ("/indicators/jizhou/1/records", {}, 422, None),  # reported: there is no list
    ],
)
def test_refusals(reader: Program, path: str, query: dict[str, str], status: int, place: str | None) -> None:
    answer = reader.get(path, **query)
    assert answer.status_code == status
    assert answer.json["error"]["message"] and (place is None or place in places(answer))


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_generated_requests_are_answered_as_promised(app: Any, books: Books, lab: Any, issue: Any, mode: GenerationMode) -> None:
    schema, key = schemathesis.openapi.from_dict(shortened(WRITTEN)), issue("county:统计员")
    schema.app = in_process(app)
    books.add(Batch())
    session().commit()
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.startswith("/api/v1/indicators"):
            there = {"code": "jizhou"} | ({"no": "13"} if "{no}" in operation.path else {})
            wellformed = mode is GenerationMode.POSITIVE
            statuses = set(conforms(operation, key, mode, 12, **({"path_parameters": there} if wellformed else {})))
            assert statuses <= {200, 422} if wellformed else statuses & {404, 422}
