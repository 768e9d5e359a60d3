"""豁免统计: per month and kind, each figure with the list of exactly its records."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest

from app.db import transaction
from app.disposal import queries as cases
from app.disposal.models import DisposalCase
from app.disposal.queries import ALL_STATES, Filters
from app.domain.workflow import CaseState
from app.exemptions import queries, tallies
from tests.disposal.conftest import batch, case, open_cases
from tests.exemptions.test_exemptions import grant

__all__ = ["batch", "case", "open_cases"]
SINCE = date(2025, 11, 20)


@pytest.fixture
def closed(batch: Any, open_cases: Callable[..., list[DisposalCase]], office: Any) -> list[DisposalCase]:
    """Three closed in two months, the first two with elements exempted, and one still open."""
    found = open_cases(*(batch(f"XC2612011912345000{ordinal}") for ordinal in range(1, 5)))
    reviewer, handler = office.people["county:审核人"].id, office.people["county:办案人"].id
    texts = ("送达：不适用\n整改复查：企业已注销", "整改复查：企业已注销", None)
    for each, text, day in zip(found, texts, (date(2026, 11, 3), date(2026, 10, 31), date(2026, 11, 3)), strict=False):
        with transaction():
            each.handler_id, each.submitted_by_id, each.approved_by_id = handler, handler, reviewer
            each.exempted, each.exempted_by_id, each.closed_on = text, reviewer if text else None, day
            each.state = CaseState.CLOSED
    return found


def test_cases_are_counted_by_the_month_they_were_closed_in(closed: list[DisposalCase], office: Any):
    found = tallies.of_cases(office.actor("county:统计员"), SINCE)
    assert [(each.month, each.cases, each.elements) for each in found] == [
        ("2026-11", 1, {"送达": 1, "整改复查": 1}), ("2026-10", 1, {"整改复查": 1}),
    ]  # fmt: skip
    assert tallies.of_cases(office.actor("other:统计员"), SINCE) == []


def test_each_figure_opens_exactly_its_records(closed: list[DisposalCase], office: Any):
    for place, month in enumerate(("2026-11", "2026-10")):
        listed = cases.every_case(office.actor("county:统计员"), Filters(ALL_STATES, exempted=month), date(2026, 11, 20))
        assert [row.id for row in listed] == [closed[place].id]


def test_the_page_and_the_command_tell_of_both_kinds(closed: list[DisposalCase], office: Any, sign_in: Any, app: Any):
    grant(office)
    page = sign_in(office.people["county:统计员"]).get("/exemptions/counts").get_data(as_text=True)
    links = ("/disposal/?state=all&amp;exempted=2026-11", "month=2026-11&amp;rule=C-UNIT")
    for said in ("2026-10", "办结要件免除", "整改复查 1，送达 1", *links):
        assert said in page
    run = app.test_cli_runner().invoke
    told = json.loads(run(args=["exemptions", "counts", "--as", "county-statistician", "--json"]).stdout)
    assert [(each["month"], each["kind"] == "办结要件免除", each["records"]) for each in told if each["month"] == "2026-10"] == [
        ("2026-10", True, 1)
    ]
    assert run(args=["exemptions", "counts", "--since", "2026-12-01", "--as", "county-statistician"]).output == "没有豁免\n"


def test_the_laboratory_counts_nothing(office: Any, sign_in: Any):
    assert sign_in(office.people["lab:承检机构"]).get("/exemptions/counts").status_code == 403


def test_the_approved_and_the_declined_open_lists_of_their_own(office: Any, sign_in: Any):
    """The number beside a link is how many rows the list behind it has."""
    grant(office)
    (line,) = [one for one in tallies.lines(office.actor("county:统计员"), SINCE) if one.endpoint == "exemptions.index"]
    assert line.approved == 1
    reader, actor = sign_in(office.people["county:统计员"]), office.actor("county:统计员")
    asked = [(line.approved, line.of_approved), *((one.number, one.query) for one in line.parts if one.query)]
    assert len(asked) == 3
    page = reader.get("/exemptions/counts").get_data(as_text=True)
    for number, query in asked:
        assert f'href="/exemptions/?{urlencode(query).replace("&", "&amp;")}">{number}</a>' in page
        assert len(queries.exemptions(actor, queries.filters_asked(query)).rows) == number
