"""A return is approved, sealed and sent of complete data: after the last day of its period, counted after it too."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.attachments.models import Attachment
from app.db import session, transaction
from app.domain.indicators import Period
from app.domain.workflow import ReturnState
from app.errors import NotAllowedNow
from app.exports import ending, operations
from app.exports.models import MonthlyReturn
from tests.exports.conftest import CLERK, REVIEWER, carry_through
from tests.exports.test_life_of_a_return import numbers_in_cells


@pytest.fixture(autouse=True)
def after_the_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last day of the month: its batches are on record by then."""
    monkeypatch.setenv("SHIAN_TODAY", "2026-11-30")


@pytest.fixture
def early(november: Any, made: Any) -> MonthlyReturn:
    """November, made and checked on its last day."""
    found = made()
    with transaction():
        operations.check(found, november.actor(CLERK), clock.now())
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize(("period", "day"), [(Period(2026, month=2), "2026-03-01"), (Period(2026, quarter=4), "2027-01-01")])
def test_the_first_day_follows_the_real_last_day(period: Period, day: str) -> None:
    assert str(ending.earliest(period)) == day


def test_the_day_is_that_of_the_office(made: Any) -> None:
    """16:00 UTC on the last day is already the next month in Shanghai."""
    ending.refuse_early(Period(2026, month=11), datetime(2026, 11, 30, 16))
    with pytest.raises(NotAllowedNow, match="2026年11月尚未结束，报表最早可在 2026-12-01 批准、封存"):
        ending.refuse_early(Period(2026, month=11), datetime(2026, 11, 30, 15, 59))


def test_neither_approved_nor_sealed_before_its_period_is_over(november: Any, early: MonthlyReturn, monkeypatch: Any) -> None:
    """Made and checked on the last day; the day after it is made again first, for it does not hold the whole month."""
    clerk, reviewer = november.actor(CLERK), november.actor(REVIEWER)
    with pytest.raises(NotAllowedNow, match="最早可在 2026-12-01"), transaction():
        operations.approve(early, reviewer, clock.now())
    monkeypatch.setenv("SHIAN_TODAY", "2026-12-01")
    with pytest.raises(NotAllowedNow, match=r"数据截至 2026-11-30，当时2026年11月尚未结束.*退回后重新生成"), transaction():
        operations.approve(early, reviewer, clock.now())
    with transaction():
        operations.recall(early, clerk)
    with transaction():
        operations.remake(operations.prepare_again(early, clock.now()), clerk, clock.now())
    carry_through(november, early)
    assert early.state is ReturnState.SEALED and ending.notice(early) is None


def sealed_by_an_earlier_release(found: MonthlyReturn, state: ReturnState) -> None:
    with transaction():
        number = "旧〔2026〕1号" if state is ReturnState.SEALED else None
        values = {"state": state, "number": number, "sealed_at": clock.now(), "version": found.version + 1}
        session().execute(sa.update(MonthlyReturn).where(MonthlyReturn.id == found.id).values(**values))
    session().expire_all()


def test_what_an_earlier_release_let_through(november: Any, early: MonthlyReturn, monkeypatch: Any) -> None:
    """Approved too early it is not sealed; sealed too early it is not sent but corrected."""
    clerk = november.actor(CLERK)
    sealed_by_an_earlier_release(early, ReturnState.APPROVED)
    assert operations.recounted(early) is None
    with pytest.raises(NotAllowedNow, match="最早可在 2026-12-01"), transaction():
        operations.seal(early, clerk, clock.now())
    session().expire_all()
    sealed_by_an_earlier_release(early, ReturnState.SEALED)
    monkeypatch.setenv("SHIAN_TODAY", "2026-12-02")
    with pytest.raises(NotAllowedNow, match=r"数据只到 2026-11-30.*2026-12-01 及以后制作更正报"), transaction():
        operations.send(early, operations.Sending(clock.today(), "市局"), clerk, clock.now())
    with transaction():
        correction = operations.correct(early, "封存过早", clerk, clock.now())
    carry_through(november, correction)
    with transaction():
        operations.send(correction, operations.Sending(clock.today(), "市局"), clerk, clock.now())
    assert correction.state is ReturnState.SENT


def test_the_pages_and_the_workbook_say_so(november: Any, early: MonthlyReturn, sign_in: Any) -> None:
    """本期未结束 on every page of it, in the list, on the printed cover and in the workbook and its name; no button that would refuse."""
    clerk, reviewer = sign_in(november.people[CLERK]), sign_in(november.people[REVIEWER])
    assert "本期未结束" in clerk.get("/returns/").text and "最早在统计期次日" in clerk.get("/returns/new").text
    for page in ("", "/figures", "/differences", "/previous", "/cover"):
        assert "本期未结束" in clerk.get(f"/returns/{early.id}{page}").text, page
    assert ">批准</button>" not in reviewer.get(f"/returns/{early.id}").text
    refused = reviewer.post(f"/returns/{early.id}/approve", data={"version": early.version})
    assert refused.status_code == 409 and "最早可在 2026-12-01 批准、封存" in refused.text
    assert "草稿，未封存；本期未结束" in numbers_in_cells(early)["汇总", "A2"]
    assert session().get_one(Attachment, early.attachment_id).filename.endswith("_草稿_本期未结束.xlsx")


def test_the_commands_refuse_it_too(app: Any, november: Any, early: MonthlyReturn, tmp_path: Path, monkeypatch: Any) -> None:
    def run(*args: str, who: str | None = "county-reviewer") -> Any:
        return app.test_cli_runner().invoke(args=["exports", *args, *(["--as", who] if who else [])])

    refused = run("approve", f"#{early.id}")
    assert refused.exit_code == 1 and "最早可在 2026-12-01" in refused.stderr
    output = tmp_path / "r.xlsx"
    area = ("monthly", "--area", "120119", "--month", "2026-11", "--output", str(output))
    refused = run(*area, "--seal", who=None)
    assert refused.exit_code == 1 and "最早可在 2026-12-01" in refused.stderr and not output.exists()
    assert "草稿，未封存；本期未结束" in run(*area, who=None).stdout and output.exists()
    assert "（本期未结束）" in run("list").stdout and "最早可在 2026-12-01 重新生成" in run("show", f"#{early.id}").stdout
    assert {one["early"] for one in json.loads(run("list", "--json").stdout)} == {True}
    draft = session().scalars(sa.select(MonthlyReturn.id).order_by(MonthlyReturn.id.desc())).first()
    monkeypatch.setenv("SHIAN_TODAY", "2026-12-01")
    refused = run("seal", f"#{draft}", who=None)  # the operator at the machine: over, but counted before
    assert refused.exit_code == 1 and "请重新生成" in refused.stderr


def test_a_new_return_is_offered_of_the_month_that_is_over(november: Any, sign_in: Any) -> None:
    page, today = sign_in(november.people[CLERK]).get("/returns/new").text, clock.today()
    offered = re.search(r'<input[^>]*name="month"[^>]*>', page)
    assert offered and f'value="{(today.month - 2) % 12 + 1}"' in offered.group()
