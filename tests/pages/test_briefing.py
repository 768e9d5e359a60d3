"""晨间一页: its counts are those of the lists they open, and what changed is counted from the last working morning."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.db import transaction
from app.disposal.models import DisposalCase
from app.domain.states import CaseStep
from app.history import advance
from app.pages import briefing
from app.reference_data.books import calendar
from tests.disposal.conftest import batch, case, open_cases
from tests.queries import counting

__all__ = ["batch", "case", "open_cases"]
TODAY = date(2026, 11, 20)  # a Friday


@pytest.fixture
def several(batch: Any, open_cases: Any) -> Callable[[int], list[DisposalCase]]:
    return lambda number: open_cases(*(batch(f"XC26120119{ordinal:09d}") for ordinal in range(1, number + 1)))


def claimed(office: Any, found: DisposalCase, due_on: date, who: str = "county:办案人") -> None:
    with transaction():
        found.handler_id, found.due_on = office.people[who].id, due_on
        advance(found, CaseStep.CLAIM, office.actor(who), asked=True)


@pytest.mark.parametrize(
    ("today", "since"),
    [
        (date(2026, 11, 20), "2026-11-19"),  # Friday: since Thursday morning
        (date(2026, 11, 23), "2026-11-20"),  # Monday: since Friday morning
    ],
)
def test_since_the_last_working_morning(office: Any, today: date, since: str) -> None:
    begun = clock.office_time(briefing.last_morning(today, calendar()))
    assert (begun + timedelta(microseconds=1)).strftime("%Y-%m-%d %H:%M") == f"{since} 00:00"


def test_the_counts_of_each_person_open_as_many_cases(several: Any, office: Any, sign_in: Any) -> None:
    late, later, near, far = several(4)
    for found, due_on in ((late, TODAY - timedelta(days=9)), (later, TODAY - timedelta(days=1)), (near, TODAY)):
        claimed(office, found, due_on)
    claimed(office, far, TODAY + timedelta(days=60))
    (one,) = briefing.late_by_person(office.actor("county:审核人"), TODAY, calendar())
    assert (one.late, one.near) == (2, 1)
    client = sign_in(office.people["county:审核人"])
    page = client.get("/morning").text
    assert "按人：" in page and "等我办理" in page
    yesterday = TODAY - timedelta(days=1)
    listed = client.get(f"/disposal/?state=live&handler={one.id}&due_to={yesterday}").text
    assert f'href="/disposal/?due_to={yesterday}&amp;state=live&amp;handler={one.id}"' in page
    assert late.number in listed and later.number in listed and near.number not in listed


def test_unclaimed_cases_are_nobodys(several: Any, office: Any) -> None:
    (found,) = several(1)
    with transaction():
        found.due_on = TODAY - timedelta(days=1)
    (nobody,) = briefing.late_by_person(office.actor("county:审核人"), TODAY, calendar())
    assert (nobody.id, nobody.name, nobody.late) == (0, "未领取", 1)


def test_changes_open_the_steps_they_count(several: Any, office: Any, sign_in: Any) -> None:
    for found in several(3):
        claimed(office, found, TODAY)
    since = briefing.last_morning(TODAY, calendar())
    reviewer = office.actor("county:审核人")
    counts = {(one.kind, one.step): one.count for one in briefing.changed(reviewer, since)}
    assert counts["disposal_case", "claim"] == 3
    page = sign_in(office.people["county:审核人"]).get("/morning/changes?kind=disposal_case&step=claim").text
    assert page.count("/disposal/") >= 3
    assert [one for one in briefing.changed(office.actor("otherlab:承检机构"), since) if one.kind == "disposal_case"] == []


def test_the_page_is_for_supervisors_and_asks_as_much_for_many_as_for_few(app: Flask, several: Any, office: Any, sign_in: Any) -> None:
    cases = several(8)
    claimed(office, cases[0], TODAY)
    assert sign_in(office.people["county:抽样员"]).get("/morning").status_code == 403
    client = sign_in(office.people["county:审核人"])
    client.get("/morning")
    with counting(app) as few:
        client.get("/morning")
    for found in cases[1:]:
        claimed(office, found, TODAY)
    with counting(app) as many:
        client.get("/morning")
    assert many.count <= few.count + 1, many


def test_the_command_says_what_the_page_counts(app: Flask, several: Any, office: Any) -> None:
    (found,) = several(1)
    claimed(office, found, TODAY - timedelta(days=1))
    runner = app.test_cli_runner()
    told = runner.invoke(args=["morning", "--as", office.people["county:审核人"].username, "--json"])
    assert told.exit_code == 0, told.output
    page = json.loads(told.stdout)
    assert [(one["late"], one["near"]) for one in page["people"]] == [(1, 0)] and page["day"] == TODAY.isoformat()
    assert runner.invoke(args=["morning"]).exit_code == 1  # for nobody
    assert runner.invoke(args=["morning", "--as", office.people["county:抽样员"].username]).exit_code == 1
