"""A return that says nothing satisfies every equation: it is warned of, explained, and confirmed by whoever approves it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.chain import HistoryEntry
from app.db import session, transaction
from app.domain.indicators import Period
from app.domain.samples import Link
from app.domain.workflow import ReturnState
from app.errors import NotLikeThis
from app.exports import checking, operations, storing
from app.exports.models import MonthlyReturn
from tests.exports.conftest import CLERK, REVIEWER, batch

DECEMBER = Period(2026, month=12)
WHY = {"T-06": "本月未安排抽检", "T-07": "本月未安排抽检"}


def failing(found: MonthlyReturn) -> dict[str, str]:
    return {one.code: one.message for one in storing.rows(found.id) if not one.passed}


@pytest.fixture
def submitted(november: Any, sealed: Any, made: Any) -> MonthlyReturn:
    """December after a sealed November: nothing was sampled."""
    sealed()
    found, clerk = made(DECEMBER), november.actor(CLERK)
    with transaction():
        operations.explain(found, WHY, clerk)
    with transaction():
        operations.check(found, clerk, clock.now())
    return found  # type: ignore[no-any-return]


def test_an_empty_return_is_warned_of(november: Any, sealed: Any, made: Any) -> None:
    sealed()
    found = made(DECEMBER)
    told = failing(found)
    assert set(told) == {"T-06", "T-07"} and not any(one.blocking for one in storing.rows(found.id) if not one.passed)
    assert "2026年12月没有一个数值统计到批次，报表为空" in told["T-06"] and "任务完成情况 合计：上期 6，本期 0" in told["T-07"]
    with pytest.raises(NotLikeThis, match=r"逐条填写审核说明.*T-06"), transaction():
        operations.check(found, november.actor(CLERK), clock.now())
    with transaction():
        batch(november, 30, date(2026, 12, 2))
    with transaction():
        operations.remake(operations.prepare_again(found, clock.now()), november.actor(CLERK), clock.now())
    assert failing(found) == {}


def test_a_row_of_ten_batches_that_stays_away_is_told_and_one_of_a_few_is_not(november: Any, sealed: Any, made: Any) -> None:
    with transaction():
        for ordinal in range(40, 50):
            batch(november, ordinal, date(2026, 11, 3), link=Link.PRODUCTION)
        batch(november, 60, date(2026, 12, 3))
    sealed()
    assert f"环节与区域 {Link.PRODUCTION.value}" in failing(made(DECEMBER))["T-07"] and "食用农产品" not in failing(made(DECEMBER))["T-07"]


def test_a_january_is_held_against_the_december_before_and_a_february_not_against_what_january_cumulates(
    november: Any, sealed: Any, made: Any, monkeypatch: Any
) -> None:
    with transaction():
        batch(november, 30, date(2026, 12, 2))
    sealed(DECEMBER)
    monkeypatch.setenv("SHIAN_TODAY", "2027-03-02")
    january = made(Period(2027, month=1))
    assert set(failing(january)) == {"T-06", "T-07"}
    with transaction():
        batch(november, 31, date(2027, 1, 5))
        batch(november, 32, date(2027, 2, 5))
    sealed(Period(2027, month=1))
    assert failing(made(Period(2027, month=2))) == {}


def test_the_approver_confirms_what_he_has_seen(november: Any, submitted: MonthlyReturn, sign_in: Any) -> None:
    """On the page: the warnings and their explanations stand beside the box; without it nothing is approved."""
    client = sign_in(november.people[REVIEWER])
    page = client.get(f"/returns/{submitted.id}").text
    assert "有 2 条提示未通过" in page and checking.CONFIRM in page and "本月未安排抽检" in page
    assert "confirmed" not in sign_in(november.people[CLERK]).get(f"/returns/{submitted.id}").text
    sent = {"comment": "同意。", "version": submitted.version}
    client = sign_in(november.people[REVIEWER])
    refused = client.post(f"/returns/{submitted.id}/approve", data=sent)
    assert refused.status_code == 422 and "审核结果有 2 条未通过的提示：T-06" in refused.text
    session().expire_all()
    assert submitted.state is ReturnState.CHECKED
    stale = client.post(f"/returns/{submitted.id}/approve", data={**sent, "version": submitted.version - 1, "confirmed": "y"})
    assert "已被他人" in stale.text
    assert client.post(f"/returns/{submitted.id}/approve", data={**sent, "confirmed": "y"}).status_code == 303
    with transaction():
        operations.seal(submitted, november.actor(CLERK), clock.now())
    asked = sa.select(HistoryEntry.changes).where(HistoryEntry.subject_kind == "monthly_return", HistoryEntry.step == "approve")
    told = json.loads(session().scalars(asked.order_by(HistoryEntry.seq.desc())).first() or "")
    assert told["已确认的提示"] == [None, "T-06、T-07"]
    for address in ("", "/cover"):
        page = client.get(f"/returns/{submitted.id}{address}").text
        assert "报表为空" in page and "审批人" in page and "确认" in page, address


def test_the_command_wants_the_same(app: Any, november: Any, submitted: MonthlyReturn) -> None:
    def run(*args: str, who: str) -> Any:
        return app.test_cli_runner().invoke(args=["exports", *args, "--as", who])

    name = f"#{submitted.id}"
    refused = run("approve", name, who="county-reviewer")
    assert refused.exit_code == 1 and "--confirm" in refused.stderr and "T-07" in refused.stderr
    assert run("approve", name, "--confirm", who="county-statistician").exit_code == 1  # his own
    done = run("approve", name, "--confirm", who="county-reviewer")
    assert done.exit_code == 0 and "已确认提示 T-06" in done.stdout


def test_a_return_without_warnings_asks_for_nothing(november: Any, made: Any, sign_in: Any) -> None:
    found = made()
    with transaction():
        operations.check(found, november.actor(CLERK), clock.now())
    client = sign_in(november.people[REVIEWER])
    assert "confirmed" not in client.get(f"/returns/{found.id}").text
    assert client.post(f"/returns/{found.id}/approve", data={"comment": "", "version": found.version}).status_code == 303
    asked = sa.select(HistoryEntry.changes).where(HistoryEntry.subject_kind == "monthly_return", HistoryEntry.step == "approve")
    assert not any("已确认的提示" in (changes or "") for changes in session().scalars(asked))
