"""The clocks of a case: computed again here with an independent calendar, and shown as computed."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from typing import Any

import chinese_calendar
import pytest
import sqlalchemy as sa

from app import clock
from app.db import session, transaction
from app.disposal import clocks
from app.disposal.models import DisposalCase
from app.domain.deadlines import DeadlineLight
from app.domain.samples import Confidence
from app.errors import NotLikeThis
from app.reference_data.books import calendar
from app.reference_data.models import CalendarYear, WorkDay
from app.sampling.models import Sample
from tests.conftest import make_app
from tests.disposal.conftest import again


def fifth_working_day(start: date) -> date:
    day, left = start, 5
    while left:
        day += timedelta(1)
        left -= chinese_calendar.is_workday(day)
    return day


def ninetieth_day(start: date) -> date:
    """90 calendar days; a last day of rest moves to the next working day (民法典 203)."""
    day = start + timedelta(90)
    while not chinese_calendar.is_workday(day):
        day += timedelta(1)
    return day


@pytest.mark.parametrize(
    ("received", "start_due", "due"),
    [
        # received on a Sunday that was worked; 国庆节 10-01 to 10-08 off, Saturday the 11th worked (调休)
        (date(2025, 9, 28), date(2025, 10, 11), date(2025, 12, 29)),
        (date(2025, 9, 30), date(2025, 10, 14), date(2025, 12, 29)),
        (date(2025, 7, 3), date(2025, 7, 10), date(2025, 10, 9)),  # the 90th day is 10-01: after the holiday
        (date(2025, 11, 20), date(2025, 11, 27), date(2026, 2, 24)),  # 02-18 lies in 春节
        (date(2026, 1, 4), date(2026, 1, 9), date(2026, 4, 7)),  # 清明节
        (date(2026, 4, 24), date(2026, 5, 6), date(2026, 7, 23)),
        (date(2026, 4, 30), date(2026, 5, 11), date(2026, 7, 29)),  # 劳动节, with 05-09 worked
    ],
)
def test_due_dates(received: date, start_due: date, due: date, app: Any) -> None:
    found = clocks.term(received, None)
    assert (found.start.due, found.done.due) == (start_due, due)
    assert (fifth_working_day(received), ninetieth_day(received)) == (start_due, due)
    assert found.done.why[0].startswith(f"{received:%m-%d} 收到") or found.done.why[0].startswith(f"{received} 收到")


def test_corrected_receipt_moves_both_clocks_and_says_why(case: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    """Received 2026-09-28 (报告 2026-09-25): the page shows what the calendar gives, with the reason in the timeline."""
    with transaction():
        sample = session().get_one(Sample, case.sample_id)
        sample.sampled_on, sample.reported_on = date(2026, 9, 1), date(2026, 9, 25)
    act("county:办案人", case, "claim")
    response = act("county:办案人", case, "record", received_on="2026-09-28", started_on="2026-09-29", reason="邮寄签收单为 9 月 28 日")
    assert response.status_code == 303
    found = again(case)
    assert (found.start_due_on, found.due_on) == (fifth_working_day(date(2026, 9, 28)), date(2026, 12, 28))
    assert found.due_on == ninetieth_day(date(2026, 9, 28)) and not found.due_provisional
    page = sign_in(office.people["county:办案人"]).get(f"/disposal/{case.id}").get_data(as_text=True)
    assert "2026-12-28" in page and str(found.start_due_on) in page
    assert "收到日期更正理由：邮寄签收单为 9 月 28 日" in page
    for line in (found.due_why or "").splitlines():
        assert line in page


@pytest.mark.parametrize(
    ("today", "left", "light", "words"),
    [
        (date(2026, 11, 20), 61, DeadlineLight.GREEN, "剩余 61 个工作日"),
        (date(2027, 2, 17), 1, DeadlineLight.AMBER, "剩余 1 个工作日"),
        (date(2027, 2, 18), 0, DeadlineLight.AMBER, "今天到期"),
        (date(2027, 2, 19), -1, DeadlineLight.RED, "已超 1 个工作日"),
    ],
)
def test_what_is_left(today: date, left: int, light: DeadlineLight, words: str, case: DisposalCase) -> None:
    """A case due on the day is not late; recording something does not start the clock again."""
    done = clocks.of_case(again(case), today)[1]
    assert (done.light, done.words) == (light, words)
    assert done.left == left == calendar().working_days_between(today, case.due_on)


def test_a_stopped_clock_is_judged_by_the_day_it_stopped(closed_case: DisposalCase) -> None:
    start, done = clocks.of_case(closed_case, date(2028, 1, 1))
    assert (start.light, start.words) == (DeadlineLight.GREEN, "已于 2026-11-20 完成")
    assert (done.light, done.left) == (DeadlineLight.GREEN, None)


def test_an_installation_may_count_from_the_start(seeded: Any, tmp_path: Any) -> None:
    """Whether the 90 days run from receipt or from the start is the province's rule."""
    shutil.copy(seeded, tmp_path / "shian.sqlite3")
    with make_app(tmp_path, DISPOSAL_START_EVENT="started").app_context():
        assert clocks.term(date(2026, 3, 2), None).done.due == ninetieth_day(date(2026, 3, 2))
        assert clocks.term(date(2026, 3, 2), date(2026, 3, 6)).done.due == ninetieth_day(date(2026, 3, 6))


def test_a_published_holiday_notice_moves_the_provisional_due_date(app: Any, case: DisposalCase) -> None:
    """2027 was guessed; once its notice is entered, 02-18 is a holiday and the case is due on the day after it."""
    assert case.due_on == date(2027, 2, 18) and case.due_provisional
    now = clock.now()
    with transaction():
        for row in session().scalars(sa.select(CalendarYear).where(CalendarYear.year == 2027)):
            row.superseded_at = now
        session().add(CalendarYear(year=2027, confirmed=True, source="国办发明电〔2026〕9号", recorded_at=now))
        session().add(
            WorkDay(
                day=date(2027, 2, 18), year=2027, working=False, name="春节", source="国办发明电〔2026〕9号",
                confidence=Confidence.VERIFIED, recorded_at=now,
            )
        )
    result = app.test_cli_runner().invoke(args=["cases", "recount", "--json"])
    assert json.loads(result.stdout) == [{"number": case.number, "due_on": "2027-02-19", "provisional": False}]
    assert again(case).due_on == date(2027, 2, 19)
    assert json.loads(app.test_cli_runner().invoke(args=["cases", "recount", "--json"]).stdout) == []


def test_a_day_before_the_law_is_refused(app: Any) -> None:
    with pytest.raises(NotLikeThis):
        clocks.term(date(2015, 1, 5), None)
