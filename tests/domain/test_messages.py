"""休息日免打扰 and the words of a message."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from app.domain.messages import LONGEST_TITLE, Told, digest_due, shown_from

OFF = {date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 23)}  # a weekend and a day in lieu


def working(day: date) -> bool:
    return day not in OFF


@pytest.mark.parametrize(
    ("moment", "urgent", "shown"),
    [
        (datetime(2026, 11, 20, 19, 30), False, datetime(2026, 11, 20, 19, 30)),  # a working day, however late
        (datetime(2026, 11, 21, 9, 0), False, datetime(2026, 11, 24, 8, 0)),  # a day off: the next working morning
        (datetime(2026, 11, 23, 23, 59), False, datetime(2026, 11, 24, 8, 0)),
        (datetime(2026, 11, 21, 9, 0), True, datetime(2026, 11, 21, 9, 0)),  # a 24-hour report does not wait
    ],
)
def test_quiet_on_days_off(moment: datetime, urgent: bool, shown: datetime) -> None:
    assert shown_from(moment, working, urgent) == shown


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (datetime(2026, 11, 20, 7, 59), False),
        (datetime(2026, 11, 20, 8, 0), True),
        (datetime(2026, 11, 20, 17, 59), True),  # the worker was not running in the morning
        (datetime(2026, 11, 20, 18, 0), False),  # too late to be of use
        (datetime(2026, 11, 21, 9, 0), False),
    ],
)
def test_one_digest_a_working_morning(moment: datetime, due: bool) -> None:
    assert digest_due(moment, working) is due


def test_the_morning_begins_when_the_office_says() -> None:
    assert not digest_due(datetime(2026, 11, 20, 8, 15), working, time(8, 30))


def test_words() -> None:
    told = Told("待审核案件", "CZ〔2026〕1号", "退回", "科长", "请补充进货票据")
    assert told.to_decide == "待审核案件：CZ〔2026〕1号"
    assert told.outcome == "待审核案件 CZ〔2026〕1号：退回（科长）"
    assert told.text == "科长：退回，意见：请补充进货票据"
    assert len(Told("案", "长" * 300, "退回", "人").outcome) == LONGEST_TITLE
