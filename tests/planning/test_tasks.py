"""抽检任务: a number per area, year, level and purpose, and what has been done of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import session
from app.domain.samples import Level, Purpose
from app.planning.models import SamplingTask
from tests.indicators.conftest import Batch, Books

TASK = {"year": "2026", "area": "120119", "level": "县级", "purpose": "监督抽检", "batches": "8"}


@pytest.fixture
def books(office: Any) -> Books:
    return Books(office.orgs)


@pytest.fixture
def statistician(office: Any, sign_in: Any) -> Any:
    return sign_in(office.people["county:统计员"])


def current() -> list[SamplingTask]:
    return list(session().scalars(sa.select(SamplingTask).where(SamplingTask.superseded_at.is_(None))))


def test_completion_counts_the_batches_of_its_level_and_purpose(books: Books, statistician: Any) -> None:
    assert statistician.post("/tasks/new", data=TASK).status_code == 303
    books.add(
        Batch(), Batch(region="120119101"), Batch(purpose=Purpose.MONITORING), Batch(level=Level.CITY),
        Batch(region="500156"), Batch(org="other"),
    )  # fmt: skip
    page = statistician.get("/tasks/?year=2026").text
    assert "<b>25.00%</b>" in page  # 2 of 8
    shown = statistician.get(f"/tasks/{current()[0].id}").text
    assert re.findall(r">(DBJ\d)</a>", shown) == ["DBJ1", "DBJ2"]


def test_more_than_the_task_is_more_than_a_hundred_per_cent(books: Books, statistician: Any) -> None:
    statistician.post("/tasks/new", data={**TASK, "batches": "2"})
    books.add(Batch(), Batch(), Batch())
    assert "<b>150.00%</b>" in statistician.get("/tasks/").text


def test_a_task_of_nought_has_no_completion(statistician: Any) -> None:
    statistician.post("/tasks/new", data={**TASK, "batches": "0"})
    assert "<b>—</b>" in statistician.get("/tasks/").text


def test_a_changed_number_supersedes_with_its_reason(statistician: Any) -> None:
    statistician.post("/tasks/new", data=TASK)
    first = current()[0].id
    assert "请填写变更任务数的原因" in statistician.post(f"/tasks/{first}", data={"batches": "10"}).text
    assert statistician.post(f"/tasks/{first}", data={"batches": "10", "reason": "市局追加任务"}).status_code == 303
    assert [row.batches for row in current()] == [10]
    page = statistician.get(f"/tasks/{current()[0].id}").text
    assert "市局追加任务" in page
    assert "已变更" in page  # the number before stays readable
    history = page.split("办理记录</h2>")[1]
    assert history.count("统计员") == 2 and "市局追加任务" in history  # who set it, and who changed it
    late = statistician.post(f"/tasks/{first}", data={"batches": "12", "reason": "再追加"})
    assert (late.status_code, "刚被他人变更过" in late.text) == (409, True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"batches": "-1"}, "任务数应为"),
        ({"batches": "多"}, "error-summary"),
        ({"batches": ""}, "请填写任务批次"),
        ({"year": "26"}, "2000 至 2100"),
        ({"area": "500156"}, "error-summary"),  # not the own area
        ({"level": "乡级"}, "error-summary"),
    ],
)
def test_refuses_what_is_no_task(statistician: Any, change: dict[str, str], sentence: str) -> None:
    response = statistician.post("/tasks/new", data={**TASK, **change})
    assert (response.status_code, current()) == (422, [])
    assert sentence in response.text


def test_one_number_for_one_thing(statistician: Any) -> None:
    statistician.post("/tasks/new", data=TASK)
    again = statistician.post("/tasks/new", data={**TASK, "batches": "9"})
    assert (again.status_code, "任务已编制" in again.text) == (422, True)


def test_who_sees_and_sets_tasks(office: Any, sign_in: Any, statistician: Any) -> None:
    statistician.post("/tasks/new", data=TASK)
    number = current()[0].id
    assert sign_in(office.people["county:抽样员"]).get(f"/tasks/{number}").status_code == 200
    assert sign_in(office.people["county:抽样员"]).post("/tasks/new", data=TASK).status_code == 403
    assert sign_in(office.people["other:统计员"]).get(f"/tasks/{number}").status_code == 404
    assert sign_in(office.people["lab:承检机构"]).get("/tasks/").status_code == 403
    assert "2025年还没有编制年度任务数" in statistician.get("/tasks/?year=2025").text
