"""复检: may it be done, and why not; the order of its days; what a conclusion means; who may be drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.domain.case_kinds import RetestConclusion, RetestPayer
from app.domain.deadline_rules import DeadlineRule, Unit
from app.domain.deadlines import Deadline, due
from app.domain.retest_laboratories import FirstLaboratory, Listed, exclusions
from app.domain.retests import (
    ARTICLES,
    Application,
    Backup,
    Feasibility,
    Ground,
    Item,
    bearer,
    concluded,
    day_fault,
    judge,
    money_faults,
)
from app.domain.samples import Verdict
from app.domain.working_days import WorkingDays

TODAY = date(2026, 11, 20)  # a Friday
SERVED = date(2026, 11, 12)  # seven working days from it end on 11-23
RULE = DeadlineRule(
    "RETEST_APPLY", "申请复检", "食品生产经营者", "收到检验结论", 7, Unit.WORKING_DAY, "《食品安全抽样检验管理办法》第30条",
    date(2019, 10, 1), None, "令第15号", "已核",
)  # fmt: skip
CALENDAR = WorkingDays({}, {}, {2026})
LEAD, CADMIUM, COLI = Item("铅", False), Item("镉", False), Item("大肠菌群", True)
BACKUP = Backup(True, None, "0.5kg", "kg", Decimal(1), date(2027, 6, 1), date(2027, 5, 18))


def window(served_on: date = SERVED) -> Deadline:
    return due(RULE, served_on, CALENDAR)


def asked(on: date = TODAY, **values: object) -> Application:
    return replace(Application(on, SERVED, True, window(), CALENDAR.working_days_between(on, window().due)), **values)  # type: ignore[arg-type]


def answer(items: tuple[Item, ...] = (LEAD,), backup: Backup = BACKUP, application: Application | None = None) -> Feasibility:
    return judge(items, backup, application or asked(), TODAY)


@pytest.mark.parametrize(("items", "backup", "application", "grounds"), [
    ((LEAD,), BACKUP, asked(), []),
    ((LEAD,), BACKUP, asked(date(2026, 11, 23)), []),  # the last day is in time
    ((LEAD,), BACKUP, asked(date(2026, 11, 24)), [Ground.LATE]),
    ((LEAD,), BACKUP, asked(date(2026, 12, 24)), [Ground.LATE]),
    ((LEAD,), BACKUP, asked(due=None, served_on=None, left=None), []),  # nobody can say that it is late
    ((COLI,), BACKUP, asked(), [Ground.MICROBIAL]),
    ((COLI, Item("沙门氏菌", True)), BACKUP, asked(), [Ground.MICROBIAL]),
    ((LEAD, COLI), BACKUP, asked(), []),  # lead can be tested again
    ((replace(LEAD, wanted=False), COLI), BACKUP, asked(), [Ground.MICROBIAL]),  # but it was not asked for
    ((LEAD,), replace(BACKUP, expires_on=date(2026, 11, 19)), asked(), [Ground.SHELF_LIFE]),
    ((LEAD,), replace(BACKUP, expires_on=TODAY), asked(), []),  # the last day of shelf life
    ((LEAD,), replace(BACKUP, expires_on=None), asked(), []),
    ((LEAD,), replace(BACKUP, gone="备份样品已于 2026-11-01 处置（焚烧）"), asked(), [Ground.NO_BACKUP]),
    ((LEAD,), replace(BACKUP, quantity="0"), asked(), [Ground.NO_BACKUP]),
    ((LEAD,), replace(BACKUP, quantity="0kg"), asked(), [Ground.NO_BACKUP]),
    ((LEAD,), replace(BACKUP, quantity=None), asked(), []),
    ((LEAD,), replace(BACKUP, recorded=False), asked(), []),  # nobody can say that it is gone
    ((LEAD,), replace(BACKUP, keep_until=date(2026, 11, 1)), asked(), []),  # it may still be there
    ((LEAD,), BACKUP, asked(entitled=False), [Ground.NOT_ENTITLED]),
    (
        (COLI,), replace(BACKUP, expires_on=date(2026, 1, 1), gone="备份样品已处置"), asked(date(2026, 12, 1)),
        [Ground.LATE, Ground.MICROBIAL, Ground.SHELF_LIFE, Ground.NO_BACKUP],
    ),
])  # fmt: skip
def test_the_law_refuses(items: tuple[Item, ...], backup: Backup, application: Application, grounds: list[Ground]) -> None:
    """办法 30, 31."""
    found = answer(items, backup, application)
    assert [each.ground for each in found.refusals] == grounds
    assert found.feasible is (not grounds)
    assert all(ARTICLES[each.ground] in each.sentence for each in found.refusals)


@pytest.mark.parametrize(("items", "backup", "application", "said"), [
    ((LEAD, COLI), BACKUP, asked(), "大肠菌群为微生物指标，不予复检：其他项目无论复检结果如何，样品结论仍为不合格"),
    ((LEAD, replace(CADMIUM, wanted=False)), BACKUP, asked(), "镉没有申请复检：其他项目无论复检结果如何，样品结论仍为不合格"),
    ((LEAD,), BACKUP, asked(proven=False), "收到检验结论日期 2026-11-12 没有送达回证证明"),
    ((LEAD,), BACKUP, asked(served_on=None, due=None), "没有收到检验结论的日期，无法判断申请是否逾期"),
    ((LEAD,), BACKUP, asked(date(2026, 11, 11)), "申请日期 2026-11-11 早于收到检验结论日期 2026-11-12"),
    ((LEAD,), replace(BACKUP, recorded=False), asked(), "没有备份样品入库记录"),
    ((LEAD,), replace(BACKUP, quantity="/"), asked(), "备份样品数量没有登记"),
    ((LEAD,), replace(BACKUP, quantity="200g"), asked(), "备份样品 200g，不到抽样数量 1kg 的一半"),
    ((LEAD,), replace(BACKUP, expires_on=None), asked(), "没有载明保质期"),
    ((LEAD,), replace(BACKUP, expires_on=date(2026, 11, 25)), asked(), "保质期至 2026-11-25，还有 5 天"),
    ((LEAD,), replace(BACKUP, keep_until=date(2026, 11, 1)), asked(), "法定保存期至 2026-11-01，已经届满"),
    ((LEAD,), BACKUP, asked(others=("另有复检 复检〔2026〕1号",)), "另有复检 复检〔2026〕1号"),
])  # fmt: skip
def test_what_only_warns(items: tuple[Item, ...], backup: Backup, application: Application, said: str) -> None:
    found = answer(items, backup, application)
    assert found.feasible
    assert [each for each in found.warnings if said in each] != []


@pytest.mark.parametrize("backup", [
    BACKUP,  # half of what was taken
    replace(BACKUP, quantity="2袋", unit="袋", taken=Decimal(4)),
    replace(BACKUP, quantity="2袋"),  # kilograms and bags cannot be compared
    replace(BACKUP, taken=None),
    replace(BACKUP, quantity="适量"),
])  # fmt: skip
def test_nothing_is_said_of_a_quantity_that_cannot_be_compared(backup: Backup) -> None:
    assert [each for each in answer(backup=backup).warnings if "一半" in each] == []


def test_every_item_has_its_own_answer() -> None:
    found = answer((LEAD, COLI, replace(CADMIUM, wanted=False)))
    told = [(each.name, each.wanted, each.feasible) for each in found.items]
    assert told == [("铅", True, True), ("大肠菌群", True, False), ("镉", False, True)]
    late = answer((LEAD, COLI), application=asked(date(2026, 12, 1)))
    assert [each.feasible for each in late.items] == [False, False]
    assert "微生物" in (late.items[1].why or "")  # of the two reasons, the one that can never be mended
    assert "逾期" in (late.items[0].why or "")


@pytest.mark.parametrize(("on", "registered", "said"), [
    (TODAY, True, "至 2026-11-23；2026-11-20 提出申请，还有 1 个工作日"),
    (date(2026, 11, 23), True, "至 2026-11-23；2026-11-23 提出申请，最后一天"),
    (date(2026, 11, 25), True, "至 2026-11-23；2026-11-25 提出申请，已逾期 2 个工作日"),
    (TODAY, False, "至 2026-11-23；按 2026-11-20 提出申请计算，还有 1 个工作日"),
])  # fmt: skip
def test_the_window_is_said_in_words_with_its_reason(on: date, registered: bool, said: str) -> None:
    found = answer(application=asked(on, registered=registered))
    assert found.window[0] == said
    assert "7 个工作日" in found.window[2]


@pytest.mark.parametrize(("backup", "said"), [
    (BACKUP, "0.5kg，保质期至 2027-06-01，法定保存期至 2027-05-18，已登记入库"),
    (replace(BACKUP, quantity="2", unit="袋", recorded=False), "2袋，保质期至 2027-06-01，法定保存期至 2027-05-18，没有入库记录"),
    (replace(BACKUP, quantity="/", expires_on=None, keep_until=None), "数量没有登记，保质期不明，保存期没有计算，已登记入库"),
    (replace(BACKUP, gone="备份样品已处置"), "备份样品已处置"),
])  # fmt: skip
def test_the_backup_sample_is_said_with_its_quantity_and_days(backup: Backup, said: str) -> None:
    assert answer(backup=backup).backup == said


def test_what_was_shown_is_kept_line_by_line() -> None:
    lines = answer((LEAD, COLI), replace(BACKUP, expires_on=date(2026, 11, 1))).lines
    assert lines[0].startswith("申请期限：至 2026-11-23")
    assert any(line.startswith("大肠菌群：不予复检") for line in lines)
    assert any(line.startswith("不予复检：复检备份样品超过保质期：保质期至 2026-11-01") for line in lines)
    assert any(line.startswith("提示：") for line in lines)


# ---------------------------------------------------------------- its days

DATES = {
    "applied_on": date(2026, 11, 2), "received_on": date(2026, 11, 3), "decided_on": date(2026, 11, 4), "designated_on": date(2026, 11, 6),
    "handed_on": None, "arrived_on": None,
}  # fmt: skip


@pytest.mark.parametrize(("name", "written", "said"), [
    ("handed_on", date(2026, 11, 6), None),
    ("handed_on", date(2026, 11, 5), "移交备份样品日期不能早于确定复检机构日期（2026-11-06）"),
    ("decided_on", date(2026, 11, 2), "作出决定日期不能早于收到申请材料日期（2026-11-03）"),
    ("told_on", date(2026, 11, 21), "通知复检结论日期不能晚于今天（2026-11-20）"),
    ("redesignated_on", date(2026, 11, 5), "不能早于确定复检机构日期（2026-11-06）"),  # after all that has been
    ("prepaid_on", date(2026, 11, 5), "不能早于确定复检机构日期"),
])  # fmt: skip
def test_no_step_lies_before_the_step_before_it(name: str, written: date, said: str | None) -> None:
    found = day_fault(DATES, name, written, TODAY)
    assert found is None if said is None else said in (found or "")


# ---------------------------------------------------------------- conclusion and costs

P, F = Verdict.PASS, Verdict.FAIL


@pytest.mark.parametrize(("verdicts", "conclusion", "payer"), [
    ([P], RetestConclusion.PASS, RetestPayer.ORGANISER),
    ([P, P], RetestConclusion.PASS, RetestPayer.ORGANISER),
    ([F], RetestConclusion.FAIL, RetestPayer.APPLICANT),
    ([P, F], RetestConclusion.FAIL, None),  # the office decides
])  # fmt: skip
def test_what_a_conclusion_means(verdicts: list[Verdict], conclusion: RetestConclusion, payer: RetestPayer | None) -> None:
    assert (concluded(verdicts), bearer(verdicts)) == (conclusion, payer)


ORGANISER, APPLICANT = RetestPayer.ORGANISER, RetestPayer.APPLICANT


@pytest.mark.parametrize(("payer", "lawful", "fee", "prepaid", "refunded", "field"), [
    (ORGANISER, ORGANISER, Decimal(800), TODAY, TODAY, None),
    (ORGANISER, ORGANISER, Decimal(800), TODAY, None, None),  # not refunded yet
    (APPLICANT, APPLICANT, None, None, None, None),
    (APPLICANT, None, Decimal(0), None, None, None),
    (APPLICANT, ORGANISER, Decimal(800), TODAY, None, "payer"),
    (APPLICANT, APPLICANT, Decimal(800), TODAY, TODAY, "refunded_on"),
    (ORGANISER, ORGANISER, Decimal(800), None, TODAY, "refunded_on"),
    (ORGANISER, ORGANISER, Decimal(800), TODAY, date(2026, 11, 1), "refunded_on"),
    (ORGANISER, ORGANISER, Decimal(-1), TODAY, TODAY, "fee"),
    (ORGANISER, ORGANISER, Decimal("1e9"), TODAY, TODAY, "fee"),
])  # fmt: skip
def test_who_bears_the_costs(
    payer: RetestPayer, lawful: RetestPayer | None, fee: Decimal | None, prepaid: date | None, refunded: date | None, field: str | None
) -> None:
    """条例 42."""
    assert list(money_faults(payer, lawful, fee, prepaid, refunded)) == ([] if field is None else [field])


# ---------------------------------------------------------------- who may be drawn

YEAR = date(2026, 1, 1)
FIRST = FirstLaboratory(7, frozenset({"衡清食品检验中心"}))


@pytest.mark.parametrize(("listed", "said"), [
    (Listed(1, "甲院", YEAR, None), None),
    (Listed(1, "甲院", YEAR, TODAY), None),  # its last day
    (Listed(1, "甲院", YEAR, date(2026, 11, 19)), "已于 2026-11-19 退出名录"),
    (Listed(1, "甲院", date(2026, 11, 21), None), "名录自 2026-11-21 起有效"),
    (Listed(1, "甲院", YEAR, None, laboratory_org_id=7), "初检机构"),  # linked with the organisation
    (Listed(1, "衡清食品检验中心", YEAR, None), "初检机构"),  # or named so
    (Listed(2, "乙院", YEAR, None), "本次复检中已不能承担：设备检修"),
    (Listed(3, "丙院", YEAR, None), "回避：与申请人有委托检验关系"),
    (Listed(4, "丁院", YEAR, None, own=False), "重复"),  # of the list above, and in our own
])  # fmt: skip
def test_who_takes_no_part_in_the_draw(listed: Listed, said: str | None) -> None:
    """办法 32."""
    rows = [listed, Listed(9, "丁院", YEAR, None)]
    found = exclusions(rows, TODAY, FIRST, {2: "设备检修"}, {3: "与申请人有委托检验关系"})
    assert 9 not in found
    assert listed.key not in found if said is None else said in found[listed.key]
