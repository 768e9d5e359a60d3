"""批量督促: each ticked case by itself, with an outcome for each; the second click changes nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import session
from app.desk.models import BulkAction
from app.disposal.models import CaseUrging, DisposalCase
from tests.conftest import enter_as
from tests.disposal.conftest import again


def outcomes(text: str) -> list[tuple[str, ...]]:
    body = re.search(r"<tbody>(.*?)</tbody>", text, re.S).group(1)
    rows = [re.findall(r"<td.*?</td>", row, re.S) for row in body.split("</tr>")[:-1]]
    return [tuple(re.sub(r"<[^>]+>", "", cell).strip() for cell in row) for row in rows]


@pytest.fixture
def handled(case: DisposalCase, act: Any) -> DisposalCase:
    assert act("county:办案人", case, "claim").status_code == 303
    return again(case)


def test_what_one_refuses_does_not_hold_up_the_others(handled, app, office):
    asked = {"level": "提醒", "due_on": "2026-11-25", "urge_reason": "临近期限", "key": "k1"}
    tick = [f"{handled.id}.{handled.version}", "999999.1"]
    reviewer = enter_as(app, office.people["county:审核人"])
    answer = reviewer.post("/disposal/urge", data={**asked, "case": tick})
    assert answer.status_code == 303
    page = reviewer.get(answer.location).text
    told = {number: (result, said) for number, result, said in outcomes(page)}
    assert "共 2 条，办成 1 条" in page and told[handled.number][0] == "办成"
    assert told["第 999999 号"][0] == "未办成" and "不在您的管辖范围内" in told["第 999999 号"][1]
    assert session().scalar(sa.select(sa.func.count()).select_from(CaseUrging)) == 1
    again = reviewer.post("/disposal/urge", data={**asked, "case": tick})  # the second click
    assert again.location == answer.location
    assert session().scalar(sa.select(sa.func.count()).select_from(CaseUrging)) == 1
    assert session().scalar(sa.select(sa.func.count()).select_from(BulkAction)) == 1

    later = reviewer.post("/disposal/urge", data={**asked, "key": "k3", "case": tick})  # not twice a day: refused row by row
    assert "办成 0 条" in reviewer.get(later.location).text
    other = enter_as(app, office.people["county:另一审核人"])
    assert other.get(answer.location).status_code == 404  # the outcome is shown to whoever asked for it
    assert enter_as(app, office.people["county:办案人"]).post("/disposal/urge", data={**asked, "case": tick}).status_code == 403
    stranger = enter_as(app, office.people["other:审核人"])
    answer = stranger.post("/disposal/urge", data={**asked, "key": "k2", "case": tick})
    assert "办成 0 条" in stranger.get(answer.location).text and handled.number not in stranger.get(answer.location).text


def test_what_was_asked_wrongly_is_refused_before_the_first(handled, app, office):
    reviewer, tick = enter_as(app, office.people["county:审核人"]), [f"{handled.id}.{handled.version}"]
    good = {"level": "提醒", "due_on": "2026-11-25", "urge_reason": "临近期限", "case": tick}
    for fault, said in (
        ({"case": []}, "勾选"), ({"due_on": ""}, "要求完成日期"), ({"urge_reason": " "}, "事由"), ({"level": "x"}, "选"),
        ({"case": [f"{number}.1" for number in range(1, 202)]}, "一次最多"),
    ):  # fmt: skip
        answer = reviewer.post("/disposal/urge", data={**good, **fault})
        assert answer.status_code == 422 and said in answer.text, fault
    assert session().scalar(sa.select(sa.func.count()).select_from(BulkAction)) == 0
    assert session().get(DisposalCase, handled.id) is not None
