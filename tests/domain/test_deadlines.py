"""Legal clocks: every case names the article or the defect it guards against."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from app.domain.deadlines import (
    CannotCount,
    DeadlineLight,
    DeadlineRule,
    Pause,
    Standing,
    Unit,
    add_months,
    due,
    keep_until,
    light,
    remaining_working_days,
    rule_in_force,
)
from app.domain.working_days import WorkingDays

GOLDEN_WEEK = {date(2025, 10, 1) + timedelta(n): "国庆节、中秋节" for n in range(8)}
MAKEUPS = {date(2025, 9, 28): "国庆节", date(2025, 10, 11): "国庆节", date(2026, 2, 28): "春节"}
CALENDAR = WorkingDays(GOLDEN_WEEK, MAKEUPS, {2023, 2024, 2025, 2026})


def rule(amount: int, unit: Unit, **other: object) -> DeadlineRule:
    plain = DeadlineRule(
        "TEST",
        "申请复检",
        "食品生产经营者",
        "收到检验结论",
        amount,
        unit,
        "第30条",
        date(2019, 10, 1),
        None,
        "来源",
        "已核",
    )
    return replace(plain, **other)


WD, CD, MO, HR = Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH, Unit.HOUR


@pytest.mark.parametrize(
    ("amount", "unit", "start", "last"),
    [
        (7, WD, date(2025, 9, 30), date(2025, 10, 16)),  # 办法 30: 国庆 left out, 10-11 counted
        (5, WD, date(2025, 9, 26), date(2025, 10, 10)),  # 办法 20: 09-28 Sunday counted
        (2, WD, date(2025, 10, 3), date(2025, 10, 10)),  # 办法 26: received inside the holiday
        (90, CD, date(2025, 7, 3), date(2025, 10, 9)),  # 办法 45 + 民法典 203: 10-01 is a holiday
        (90, CD, date(2025, 6, 30), date(2025, 9, 28)),  # 民法典 203: a make-up Sunday is a working day
        (90, CD, date(2025, 3, 10), date(2025, 6, 9)),  # 民法典 203: 06-08 is a Sunday
        (90, CD, date(2024, 2, 1), date(2024, 5, 1)),  # Feb 29 is a day like any other
        (90, CD, date(2023, 12, 2), date(2024, 3, 1)),  # across the year and Feb 29
        (3, MO, date(2023, 11, 30), date(2024, 2, 29)),  # 民法典 202: no 30 February, the month's last day
        (3, MO, date(2024, 11, 29), date(2025, 2, 28)),  # the same in a common year
        (6, MO, date(2025, 8, 31), date(2026, 2, 28)),  # a Saturday, but worked
        (3, MO, date(2025, 5, 12), date(2025, 8, 12)),  # 民法典 202: the corresponding day
        (24, MO, date(2024, 2, 29), date(2026, 2, 28)),  # 办法 19: two years from Feb 29
    ],
)
def test_due_date(amount, unit, start, last):
    assert due(rule(amount, unit), start, CALENDAR).due == last


@pytest.mark.parametrize(
    ("amount", "unit", "start", "pauses", "extend", "last"),
    [
        (10, WD, date(2025, 3, 3), (), 0, date(2025, 3, 17)),
        (10, WD, date(2025, 3, 3), (("2025-03-05", "2025-03-06"),), 0, date(2025, 3, 19)),  # both ends do not count
        (10, WD, date(2025, 3, 3), (("2025-03-08", "2025-03-09"),), 0, date(2025, 3, 17)),  # a weekend costs nothing
        (10, WD, date(2025, 3, 3), (("2025-03-05", "2025-03-06"), ("2025-03-06", "2025-03-07")), 0, date(2025, 3, 20)),
        (10, WD, date(2025, 3, 3), (("2025-02-20", "2025-03-03"),), 0, date(2025, 3, 17)),  # over before it counts
        (10, WD, date(2025, 3, 3), (("2025-03-18", "2025-04-18"),), 0, date(2025, 3, 17)),  # begins after the end
        (10, WD, date(2025, 3, 3), (), 5, date(2025, 3, 24)),  # 办法 32: +5 working days
        (90, CD, date(2025, 7, 3), (("2025-07-10", "2025-07-19"),), 0, date(2025, 10, 11)),  # ends on a worked Saturday
        (90, CD, date(2025, 7, 3), (), 30, date(2025, 10, 31)),  # 程序规定 64: one period of 120 days
        (3, MO, date(2025, 5, 12), (("2025-06-01", "2025-06-02"),), 0, date(2025, 8, 14)),
        (1, CD, date(2025, 9, 30), (("2025-10-09", "2025-10-09"),), 0, date(2025, 10, 10)),  # not moved into a pause
    ],
)
def test_pause_and_extension(amount, unit, start, pauses, extend, last):
    stopped = [Pause(date.fromisoformat(first), date.fromisoformat(end)) for first, end in pauses]
    assert due(rule(amount, unit), start, CALENDAR, pauses=stopped, extend=extend).due == last


@pytest.mark.parametrize(
    ("amount", "start", "last", "at"),
    [
        (24, date(2025, 9, 30), date(2025, 10, 1), None),  # 限时报告: no rest on a holiday
        (4, date(2025, 9, 30), date(2025, 9, 30), None),  # 食品安全法 88: same day
        (4, datetime(2025, 9, 30, 22, 30), date(2025, 10, 1), datetime(2025, 10, 1, 2, 30)),
        (24, datetime(2025, 9, 30, 9, 0), date(2025, 10, 1), datetime(2025, 10, 1, 9, 0)),
        (72, date(2024, 2, 27), date(2024, 3, 1), None),
    ],
)
def test_hours(amount, start, last, at):
    deadline = due(rule(amount, HR), start, CALENDAR)
    assert (deadline.due, deadline.due_at, deadline.calendar) == (last, at, "confirmed")


def test_reasons_in_words():
    deadline = due(rule(7, WD), date(2025, 9, 30), CALENDAR)
    assert deadline.why == (
        "09-30 收到检验结论，国庆节、中秋节 8 天不计，10-11 调休计入 → 10-16",
        "申请复检：7 个工作日，起算日不计；依据第30条",
    )
    assert (deadline.article, deadline.calendar) == ("第30条", "confirmed")


@pytest.mark.parametrize(
    ("changes", "call", "words"),
    [
        ({}, {"extend": 2}, "延长 2 个工作日：法规未规定延长，请核对审批依据"),
        ({"extension_note": "经同意"}, {"extend": 1}, "延长 1 个工作日：经同意"),
        ({}, {"pauses": [Pause(date(2025, 10, 9), date(2025, 10, 9))]}, "中止 1 天不计 →"),
        (
            {},
            {"pauses": [Pause(date(2025, 10, 9), date(2025, 10, 9))]},
            "中止 2025-10-09 至 2025-10-09：法规未规定中止",
        ),
        ({"confidence": "待核", "source": "凭经验"}, {}, "本期限待核：凭经验"),
        ({"standing": Standing.INTERNAL}, {}, "（内部管理）"),
        ({"start_hours": 24}, {}, "24 小时内须启动"),
    ],
)
def test_reasons_name_what_is_unusual(changes, call, words):
    deadline = due(rule(7, WD, **changes), date(2025, 9, 30), CALENDAR, **call)
    assert words in "\n".join(deadline.why)


def test_moved_last_day_is_explained():
    deadline = due(rule(90, CD), date(2025, 7, 3), CALENDAR)
    assert (
        "最后一日 2025-10-01 是休息日（国庆节、中秋节），顺延至下一个工作日 2025-10-09（民法典第203条）" in deadline.why
    )
    assert deadline.why[0] == "07-03 收到检验结论 → 10-09"  # holidays inside a calendar period do count


@pytest.mark.parametrize(
    ("amount", "unit", "start", "certainty"),
    [
        (7, WD, date(2026, 12, 29), "provisional"),  # ends 2027-01-08: 元旦 2027 is only guessed
        (2, WD, date(2026, 12, 29), "confirmed"),  # ends 2026-12-31
        (90, CD, date(2026, 10, 31), "provisional"),  # ends on a Friday of 2027, whose notice may move it
        (90, CD, date(2022, 12, 31), "confirmed"),  # a calendar period asks only about its last day
        (1, WD, date(2022, 12, 31), "confirmed"),  # the starting day is not counted
    ],
)
def test_calendar_certainty(amount, unit, start, certainty):
    deadline = due(rule(amount, unit), start, CALENDAR)
    assert deadline.calendar == certainty
    assert ("2027 年放假安排" in deadline.why[-1]) is (certainty == "provisional")


@pytest.mark.parametrize(
    ("changes", "extend", "sentence"),
    [
        (
            {"extension": 0, "extension_final": True, "extension_note": "逾期不予受理"},
            1,
            "不得延长：逾期不予受理",
        ),  # 办法 30
        (
            {"extension": 5, "extension_final": True, "extension_note": "限一次"},
            6,
            "最多延长 5 个工作日：限一次",
        ),  # 办法 32
        ({}, -1, "延长数 -1 无效"),
        ({}, 10**9, "延长数"),  # answered at once, not counted for minutes
    ],
)
def test_refused_extension(changes, extend, sentence):
    with pytest.raises(CannotCount, match=sentence):
        due(rule(7, WD, **changes), date(2025, 9, 30), CALENDAR, extend=extend)


def test_extension_open_at_the_top():
    further = rule(90, CD, extension=30, extension_final=False)  # 程序规定 64: 集体讨论 may go beyond 30 days
    assert due(further, date(2025, 3, 3), CALENDAR, extend=60).due == date(2025, 7, 31)


@pytest.mark.parametrize("start", [date(25, 9, 30), date(9999, 12, 31)])
def test_unreasonable_start_is_refused(start):
    with pytest.raises(CannotCount, match="起算日"):
        due(rule(7, WD), start, CALENDAR)


def test_impossible_pause_is_refused():
    with pytest.raises(CannotCount, match="早于开始日"):
        Pause(date(2025, 3, 2), date(2025, 3, 1))
    with pytest.raises(CannotCount, match="超过十年"):
        due(rule(7, WD), date(2025, 3, 3), CALENDAR, pauses=[Pause(date(2025, 3, 4), date(2125, 3, 4))])


@pytest.mark.parametrize(
    ("on", "amount"),
    [
        (date(2015, 2, 1), 10),  # first day of the predecessor
        (date(2019, 9, 30), 10),  # 2014 text, last day
        (date(2019, 10, 1), 7),  # Order 15, first day
        (date(2030, 1, 1), 7),  # no end
    ],
)
def test_rule_in_force(on, amount):
    old = rule(10, WD, valid_from=date(2015, 2, 1), valid_to=date(2019, 9, 30))
    assert rule_in_force([rule(7, WD), old], "TEST", on).amount == amount


@pytest.mark.parametrize(
    ("code", "on", "sentence"),
    [
        ("NONE", date(2025, 1, 1), "没有编号为 NONE 的期限"),
        ("TEST", date(2019, 9, 30), "没有有效规则（最早自 2019-10-01 起）"),
    ],
)
def test_no_rule(code, on, sentence):
    with pytest.raises(CannotCount, match=sentence):
        rule_in_force([rule(7, WD)], code, on)


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2025, 3, 3), 5),
        (date(2025, 3, 8), 1),  # a Saturday
        (date(2025, 3, 10), 0),  # due today
        (date(2025, 3, 12), -2),  # late
    ],
)
def test_remaining_working_days(today, left):
    assert remaining_working_days(today, date(2025, 3, 10), CALENDAR) == left


GREEN, AMBER, RED = DeadlineLight.GREEN, DeadlineLight.AMBER, DeadlineLight.RED


@pytest.mark.parametrize(
    ("start", "due_on", "today", "colour"),
    [
        (date(2025, 3, 3), date(2025, 3, 10), date(2025, 3, 3), GREEN),  # 5 left of 5
        (date(2025, 3, 3), date(2025, 3, 10), date(2025, 3, 4), GREEN),  # 4 left
        (date(2025, 3, 3), date(2025, 3, 10), date(2025, 3, 5), AMBER),  # 3 left
        (date(2025, 3, 3), date(2025, 3, 10), date(2025, 3, 10), AMBER),  # due today is not late
        (date(2025, 3, 3), date(2025, 3, 10), date(2025, 3, 11), RED),
        (
            date(2025, 3, 3),
            date(2025, 3, 7),
            date(2025, 3, 8),
            RED,
        ),  # a rest day after the due date is late all the same
        (date(2025, 3, 3), date(2025, 3, 31), date(2025, 3, 20), GREEN),  # 7 of 20 left
        (date(2025, 3, 3), date(2025, 3, 31), date(2025, 3, 21), AMBER),  # 6 of 20 left: 30 %
        (date(2025, 3, 3), date(2025, 3, 3), date(2025, 3, 3), AMBER),  # a term of zero days is not late
    ],
)
def test_light(start, due_on, today, colour):
    assert light(start, due_on, today, CALENDAR) is colour


@pytest.mark.parametrize(("done_on", "colour"), [(date(2025, 3, 10), GREEN), (date(2025, 3, 11), RED)])
def test_light_of_what_is_done_does_not_age(done_on, colour):
    assert light(date(2025, 3, 3), date(2025, 3, 10), date(2026, 1, 1), CALENDAR, done_on=done_on) is colour


@pytest.mark.parametrize(
    ("shelf_end", "until"),
    [
        (None, date(2025, 8, 12)),  # 办法 25: three months
        (date(2026, 1, 1), date(2025, 8, 12)),  # shelf life is longer
        (date(2025, 6, 1), date(2025, 6, 1)),  # shelf life ends first, a Sunday or not
        (date(2025, 8, 12), date(2025, 8, 12)),
    ],
)
def test_backup_sample_is_kept_until(shelf_end, until):
    assert keep_until(rule(3, MO), date(2025, 5, 12), shelf_end, CALENDAR).due == until


def test_shorter_shelf_life_is_explained():
    kept = keep_until(rule(3, MO), date(2025, 5, 12), date(2025, 6, 1), CALENDAR)
    assert kept.why[0] == "保质期至 2025-06-01，早于法定保存期 2025-08-12，保存至保质期结束"


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2025, 12, 1), 12, date(2026, 12, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_corresponding_day(start, count, end):  # 民法典 202
    assert add_months(start, count) == end
