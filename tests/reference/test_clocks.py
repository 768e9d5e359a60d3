"""The shipped work days and deadline rules, and what their reader refuses."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.deadlines import Pause, Standing, Unit, due, rule_in_force
from app.domain.working_days import DayKind
from app.reference import clocks
from app.reference.clocks import YearStatus
from app.reference.problems import BrokenReference

CALENDAR = clocks.read_working_days()
RULES = clocks.read_deadline_rules()


@pytest.mark.parametrize("year", range(2016, 2027))
def test_every_day_agrees_with_an_independent_calendar(year):
    chinese_calendar = pytest.importorskip("chinese_calendar")
    days = (date(year, 1, 1) + timedelta(n) for n in range(366))
    differing = [
        day for day in days if day.year == year and CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day)
    ]
    assert differing == []


def test_years_and_their_notices():
    status = {listed.year: listed.status for listed in clocks.read_calendar_years()}
    assert [year for year in status if status[year] is YearStatus.CONFIRMED] == list(range(2016, 2027))
    assert status[2027] is YearStatus.PROVISIONAL
    assert CALENDAR.provisional_years(date(2015, 12, 31), date(2027, 1, 1)) == (2015, 2027)


@pytest.mark.parametrize(
    ("day", "kind", "name", "year"),
    [
        (date(2025, 10, 6), DayKind.OFF, "国庆节、中秋节", 2025),
        (date(2025, 9, 28), DayKind.MAKEUP, "国庆节、中秋节", 2025),
        (date(2018, 12, 29), DayKind.MAKEUP, "元旦", 2019),  # belongs to the notice of the year after
        (date(2020, 2, 1), DayKind.OFF, "春节", 2020),  # the holiday lengthened in January 2020
    ],
)
def test_listed_days(day, kind, name, year):
    (listed,) = [row for row in clocks.read_work_days() if row.day == day]
    assert (listed.kind, listed.name, listed.year) == (kind, name, year)
    assert listed.source and listed.confidence == "已核"


def test_guessed_holidays_say_so():
    guessed = [row for row in clocks.read_work_days() if row.year > 2026]
    assert {row.confidence for row in guessed} == {"待核"}
    assert not CALENDAR.is_working_day(date(2027, 2, 8))  # 春节 2027, a Monday


WD, CD, HR, MO = Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.HOUR, Unit.MONTH


@pytest.mark.parametrize(
    ("code", "amount", "unit", "article"),
    [
        ("SHIP", 5, WD, "第20条"),
        ("REPORT", 20, WD, "第24条"),
        ("REPORT_AGRI", 10, WD, "处置规定"),
        ("KEEP_PASS", 3, MO, "第25条"),
        ("KEEP_FAIL", 6, MO, "第25条"),
        ("SUBMIT_PASS", 7, WD, "第26条"),
        ("SUBMIT_FAIL", 2, WD, "第26条"),
        ("URGENT", 24, HR, "第28条"),
        ("NOTIFY_ORIGIN", 5, WD, "第27条"),
        ("SERVE", 5, WD, "第29条"),
        ("RETEST_APPLY", 7, WD, "第30条"),
        ("RETEST_ACCEPT", 5, WD, "第32条"),
        ("RETEST_ORG", 5, WD, "第32条"),
        ("RETEST_ORG_REFUSE", 2, WD, "第32条"),
        ("RETEST_TRANSFER", 3, WD, "第33条"),
        ("RETEST_RESULT", 10, WD, "第35条"),
        ("RETEST_TELL", 5, WD, "第35条"),
        ("OBJ_SAMPLING_APPLY", 7, WD, "第37条"),
        ("OBJ_OTHER_APPLY", 7, WD, "第37条"),
        ("OBJ_CORRECT", 5, WD, "第38条"),
        ("OBJ_ACCEPT", 5, WD, "第38条"),
        ("OBJ_SAMPLING_DECIDE", 20, WD, "第39条"),
        ("OBJ_OTHER_DECIDE", 30, WD, "第39条"),
        ("DISP_START", 5, WD, "第43条"),
        ("DISP_CONTROL", 20, CD, "工作惯例"),
        ("DISP_DONE", 90, CD, "第45条"),
        ("DOC_KEEP", 24, MO, "第19条"),
        ("QUICK_RETEST", 4, HR, "第88条"),
        ("INSP_PUBLISH", 20, WD, "第39条"),
        ("PEN_PUBLISH", 20, WD, "公示规定"),
        ("PEN_PUBLISH_PUSH", 10, WD, "公示规定"),
        ("PEN_PUBLISH_OTHER", 10, WD, "公示规定"),
        ("CASE_FILE", 15, WD, "第18条"),
        ("CASE_DECIDE", 90, CD, "第64条"),
        ("RECALL_1", 10, WD, "召回管理办法"),
        ("RECALL_2", 20, WD, "召回管理办法"),
        ("RECALL_3", 30, WD, "召回管理办法"),
    ],
)
def test_limits_of_today(code, amount, unit, article):
    rule = rule_in_force(RULES, code, date(2026, 1, 1))
    assert (rule.amount, rule.unit) == (amount, unit)
    assert article in rule.article
    assert rule.actor and rule.trigger and rule.source


@pytest.mark.parametrize(
    ("code", "start", "amount"),
    [
        ("SUBMIT_PASS", date(2019, 9, 30), 10),  # 2014 text
        ("SUBMIT_PASS", date(2019, 10, 1), 7),  # Order 15
        ("RETEST_APPLY", date(2016, 3, 1), 7),  # 食品安全法 88, before Order 15
        ("CASE_FILE", date(2020, 3, 1), 15),  # before the 2021 revision
    ],
)
def test_predecessors(code, start, amount):
    assert rule_in_force(RULES, code, start).amount == amount


@pytest.mark.parametrize(
    ("code", "extension", "final"),
    [
        ("RETEST_APPLY", 0, True),  # late is not accepted
        ("RETEST_ORG", 5, True),
        ("RETEST_TRANSFER", 3, True),
        ("CASE_FILE", 15, True),
        ("CASE_DECIDE", 30, False),  # further by collective discussion
        ("DISP_DONE", None, False),  # by written approval, no length named
    ],
)
def test_extensions(code, extension, final):
    rule = rule_in_force(RULES, code, date(2026, 1, 1))
    assert (rule.extension, rule.extension_final) == (extension, final)
    assert rule.extension_note


def test_recalls_start_within_hours():
    assert [rule_in_force(RULES, f"RECALL_{n}", date(2026, 1, 1)).start_hours for n in (1, 2, 3)] == [24, 48, 72]


def test_limits_without_a_law_say_so():
    internal = {rule.code for rule in RULES if rule.standing is Standing.INTERNAL}
    assert internal == {"DISP_START", "DISP_CONTROL", "NOTIFY_ORIGIN", "ASSIST_REPLY", "TRANSFER_REPLY", "RESULT_PUBLISH", "PUBLIC_CORRECT"}
    assert {rule.confidence for rule in RULES if rule.standing is Standing.INTERNAL} == {"待核"}


@pytest.mark.parametrize(
    ("code", "start", "pauses", "extend", "last"),
    [
        ("RETEST_APPLY", date(2025, 9, 30), (), 0, date(2025, 10, 16)),  # 国庆、中秋 2025
        ("RETEST_ORG", date(2025, 9, 26), (), 5, date(2025, 10, 16)),  # once +5 working days
        ("DISP_DONE", date(2025, 7, 3), (), 0, date(2025, 10, 9)),  # moved past the holiday
        ("OBJ_OTHER_DECIDE", date(2025, 3, 3), (Pause(date(2025, 3, 10), date(2025, 3, 14)),), 0, date(2025, 4, 22)),
        ("SUBMIT_FAIL", date(2025, 12, 31), (), 0, date(2026, 1, 5)),  # 元旦 2026: 01-04 is worked
    ],
)
def test_shipped_clock(code, start, pauses, extend, last):
    rule = rule_in_force(RULES, code, start)
    assert due(rule, start, CALENDAR, pauses=pauses, extend=extend).due == last


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("work_days.csv", "calendar_years.csv", "deadline_rules.csv"):
        shutil.copy(clocks.HERE / name, tmp_path / name)
    return tmp_path


def append(path: Path, *lines: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "".join(f"{line}\n" for line in lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("2026-03-04,调休上班,春节,2026,来源,已核", "2026-03-04 不是周末，不能列为调休上班"),
        ("2026-10-01,放假,国庆节,2026,来源,已核", "重复"),
        ("2026-13-01,放假,国庆节,2026,来源,已核", "不是日期"),
        ("2026-11-02,休息,国庆节,2026,来源,已核", "不在允许的范围内（放假、调休上班）"),
        ("2026-11-02,放假,国庆节,2025,来源,已核", "不属于 2025 年的放假通知"),
        ("2026-11-02,放假,,2026,来源,已核", "“name”不能为空"),
        ("2026-11-02,放假,国庆节,2026,来源,大概", "confidence"),
    ],
)
def test_faulty_day_is_named_by_line(folder, line, sentence):
    path = folder / "work_days.csv"
    append(path, line)
    count = len(path.read_text(encoding="utf-8").splitlines())
    with pytest.raises(BrokenReference, match=sentence) as refusal:
        clocks.read_work_days(folder)
    assert refusal.value.problems[0].startswith(f"work_days.csv:{count} ")


def test_all_faults_at_once(folder):
    append(folder / "work_days.csv", "昨天,放假,国庆节,2026,来源,已核", "2026-11-02,放假,国庆节,很久,来源,已核")
    with pytest.raises(BrokenReference) as refusal:
        clocks.read_work_days(folder)
    assert len(refusal.value.problems) == 2


@pytest.mark.parametrize(
    ("name", "line", "sentence"),
    [
        ("work_days.csv", "2031-10-01,放假,国庆节,2031,来源,待核", "没有这一年，请补一行"),
        ("calendar_years.csv", "2031,confirmed,来源", "列为已公布，但 work_days.csv 没有这一年"),
        ("calendar_years.csv", "2020,confirmed,来源", "应排在 2030 之后且不重复"),
    ],
)
def test_days_and_years_must_agree(folder, name, line, sentence):
    append(folder / name, line)
    with pytest.raises(BrokenReference, match=sentence):
        clocks.read_working_days(folder)


RULE = "SHIP,样品移交,抽样人员,现场抽样,{amount},{unit},,{ext},{final},,,法定,第20条,{start},{end},来源,已核,"


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({}, "期限 SHIP 自 2024-01-01 起的规则与 2019-10-01 起的规则重叠"),
        ({"amount": "0"}, "“amount”应大于 0"),
        ({"amount": "五"}, "不是整数"),
        ({"unit": "天"}, "不在允许的范围内"),
        ({"end": "2023-01-01"}, "早于有效期起"),
        ({"ext": "5"}, "须同时填写或同时留空"),
        ({"ext": "5", "final": "也许"}, "extension_final"),
    ],
)
def test_faulty_rule(folder, cells, sentence):
    plain = {"amount": "5", "unit": "工作日", "ext": "", "final": "", "start": "2024-01-01", "end": ""}
    append(folder / "deadline_rules.csv", RULE.format(**{**plain, **cells}))
    with pytest.raises(BrokenReference, match=sentence):
        clocks.read_deadline_rules(folder)


def test_missing_column_and_missing_file(folder):
    (folder / "deadline_rules.csv").write_text("code,name\nSHIP,样品移交\n", encoding="utf-8")
    with pytest.raises(BrokenReference, match="缺少列：actor"):
        clocks.read_deadline_rules(folder)
    (folder / "calendar_years.csv").unlink()
    with pytest.raises(BrokenReference, match=r"calendar_years\.csv 无法读取"):
        clocks.read_calendar_years(folder)
