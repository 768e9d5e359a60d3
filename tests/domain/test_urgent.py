"""限时报告: every shipped rule, what is no reason, multiples over the limit, and a clock that does not stop on days off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.deadlines import DeadlineLight, due, rule_in_force
from app.domain.samples import ItemClass, Verdict
from app.domain.urgent import Recipient, Told, faults, light, multiple, remaining, triggers
from app.reference.clocks import read_deadline_rules, read_working_days
from app.reference.problems import BrokenReference
from app.reference.urgent_rules import read_urgent_rules, urgent_rules

FAIL, PROBLEM, PASS, OPEN = Verdict.FAIL, Verdict.PROBLEM, Verdict.PASS, Verdict.UNDECIDED
C = ItemClass
RULES = urgent_rules(date(2026, 11, 20))


@dataclass(frozen=True)
class Row:
    item: str
    item_class: ItemClass | None
    result_written: str | None
    unit: str | None
    limit_text: str | None
    verdict: Verdict = FAIL
    pending: bool = False


BY_RULE = [
    ("U-ILLEGAL", Row("苏丹红I", C.ILLEGAL, "12", "μg/kg", "不得检出")),
    ("U-PATHOGEN", Row("沙门氏菌", C.MICROBE, "检出；未检出；未检出；未检出；未检出", "/25g", "n=5,c=0,m=0 /25g")),
    ("U-PATHOGEN-M", Row("金黄色葡萄球菌", C.MICROBE, "1200；<10；<10；<10；<10", "CFU/g", "n=5,c=1,m=100,M=1000 CFU/g")),
    ("U-PEST-BANNED", Row("某禁用农药", C.PESTICIDE, "0.01", "mg/kg", "不得检出")),
    ("U-VET-BANNED", Row("金刚烷胺", C.VETERINARY, "1.5", "μg/kg", "不得检出")),
    ("U-VET-LISTED", Row("氯霉素", C.VETERINARY, "0.4", "μg/kg", "≤0.3 μg/kg")),
    ("U-PEST", Row("毒死蜱", C.PESTICIDE, "0.1", "mg/kg", "≤0.02 mg/kg")),  # exactly 5 times
    ("U-VET", Row("恩诺沙星", C.VETERINARY, "0.3", "mg/kg", "≤100 μg/kg")),  # 3 times, in another unit
    ("U-TOXIN", Row("黄曲霉毒素B1", C.TOXIN, "61", "μg/kg", "≤20 μg/kg")),
    ("U-METAL", Row("镉(以Cd计)", C.METAL, "0.15", "mg/kg", "≤0.05 mg/kg")),
    ("U-ORGANIC", Row("苯并[a]芘", C.ORGANIC, "30", "μg/kg", "≤10 μg/kg")),
    ("U-OTHER", Row("二氧化硫残留量", C.OTHER, "0.55", "g/kg", "≤0.1 g/kg")),
]


@pytest.mark.parametrize(("code", "row"), BY_RULE, ids=[code for code, _ in BY_RULE])
def test_each_rule_triggers(code, row):
    found = triggers(RULES, [row])
    assert [one.rule.code for one in found] == [code] and row.item in found[0].sentence


def test_the_laboratory_says_so_itself():
    found = triggers(RULES, [], ["合格报告", "24小时限时报告", None])
    assert [one.rule.code for one in found] == ["U-REPORT"]
    assert triggers(RULES, [], ["一般不合格报告"]) == []


def test_every_shipped_rule_has_its_case_and_says_how_sure_it_is():
    assert {rule.code for rule in RULES} == {code for code, _ in BY_RULE} | {"U-REPORT"}
    assert all(rule.source and rule.confidence == "待核" for rule in read_urgent_rules())


@pytest.mark.parametrize("row", [
    Row("苏丹红I", C.ILLEGAL, "未检出", "μg/kg", "不得检出", OPEN),
    Row("苏丹红I", C.ILLEGAL, "<0.5", "μg/kg", None, OPEN),
    Row("甲醛", C.ILLEGAL, "2", "mg/kg", "≤10 mg/kg", PASS),  # within a limit that there is
    Row("苏丹红I", C.ILLEGAL, "12", "μg/kg", "不得检出", OPEN, pending=True),  # 待核 is not confirmed
    Row("金黄色葡萄球菌", C.MICROBE, "500；500；<10；<10；<10", "CFU/g", "n=5,c=1,m=100,M=1000 CFU/g"),  # 不合格, but not over M
    Row("菌落总数", C.MICROBE, "500000", "CFU/g", "≤10000 CFU/g"),  # hygiene, no pathogen
    Row("毒死蜱", C.PESTICIDE, "0.0999", "mg/kg", "≤0.02 mg/kg"),
    Row("毒死蜱", C.PESTICIDE, "9", "mg/kg", "≤0.02 mg/kg", PASS),  # two people decided that it passes
    Row("酸价", C.QUALITY, "50", "mg/g", "≤3 mg/g"),
    Row("镉(以Cd计)", C.METAL, "超标", "mg/kg", "≤0.05 mg/kg"),  # no number
], ids=str)  # fmt: skip
def test_what_is_no_reason(row):
    assert triggers(RULES, [row]) == []


def test_a_detection_without_a_limit_and_a_problem_item_are_reasons():
    assert triggers(RULES, [Row("罗丹明B", C.ILLEGAL, "0.3", "mg/kg", None, OPEN)])
    assert triggers(RULES, [Row("黄曲霉毒素B1", C.TOXIN, "200", "μg/kg", "≤20 μg/kg", PROBLEM)])


def test_a_rule_holds_from_its_day():
    assert urgent_rules(date(2013, 12, 31)) == ()


@pytest.mark.parametrize(("written", "unit", "limit", "times"), [
    ("0.1", "mg/kg", "≤0.02 mg/kg", Decimal("5.00")),
    ("0.3", "mg/kg", "≤100 μg/kg", Decimal("3.00")),
    ("0.07", "mg/kg", "≤0.03 mg/kg", Decimal("2.33")),
    ("1.44", "×10³ μg/kg", "≤100", Decimal("14.40")),  # a bare limit is in the result's unit, less its multiplier
    ("检出", "/25g", "不得检出", None),
    ("5", "mg/kg", "≥10 mg/kg", None),
])  # fmt: skip
def test_how_many_times_the_limit(written, unit, limit, times):
    assert multiple(Row("某", None, written, unit, limit)) == times


def test_a_broken_rule_file_is_named(tmp_path: Path):
    head = "code,name,test,item_class,items,factor,reason,valid_from,valid_to,source,confidence\n"
    (tmp_path / "urgent_rules.csv").write_text(
        head + "A,甲,超限倍数,农药残留,,,r,2020-01-01,,s,待核\nB,乙,不合格,,,,r,2020-01-01,,s,待核\n"
        "C,丙,检出,,,,r,2020-01-01,,s,待核\n", encoding="utf-8",
    )  # fmt: skip
    with pytest.raises(BrokenReference) as told:
        read_urgent_rules(tmp_path)
    assert len(told.value.problems) == 3


# ---------------------------------------------------------------- the clock

@pytest.mark.parametrize(("confirmed", "ends"), [
    ("2026-11-20T23:40", "2026-11-21T23:40"),  # across midnight, into a Saturday
    ("2026-09-30T17:00", "2026-10-01T17:00"),  # the eve of the National Day: hours do not stop
    ("2026-12-31T10:05", "2027-01-01T10:05"),  # across the year
])  # fmt: skip
def test_twenty_four_hours_do_not_stop_on_days_off(confirmed, ends):
    begin = datetime.fromisoformat(confirmed)
    found = due(rule_in_force(read_deadline_rules(), "URGENT", begin.date()), begin, read_working_days())
    assert found.due_at == datetime.fromisoformat(ends)
    assert "第28条" in found.article and any("节假日不扣除" in line for line in found.why)


NOON = datetime(2026, 11, 21, 12)


@pytest.mark.parametrize(("left", "reported", "lamp", "said"), [
    (timedelta(hours=23, minutes=59), None, DeadlineLight.GREEN, "剩余 23 小时 59 分"),
    (timedelta(hours=8), None, DeadlineLight.AMBER, "剩余 8 小时 0 分"),
    (timedelta(0), None, DeadlineLight.AMBER, "剩余 0 分"),  # the last minute is not late
    (timedelta(minutes=-1), None, DeadlineLight.RED, "已超 1 分"),
    (timedelta(hours=-76), None, DeadlineLight.RED, "已超 3 天 4 小时"),
    (timedelta(hours=-30), NOON - timedelta(hours=31), DeadlineLight.GREEN, "按时报告"),  # judged by when it was made
    (timedelta(hours=-30), NOON - timedelta(hours=29), DeadlineLight.RED, "逾期 1 小时 0 分报告"),
])  # fmt: skip
def test_the_light_of_the_hours(left, reported, lamp, said):
    assert (light(NOON + left, NOON, reported), remaining(NOON + left, NOON, reported)) == (lamp, said)


def told(recipient: Recipient, hours: float | None = -1, **changed) -> Told:
    at = None if hours is None else NOON + timedelta(hours=hours)
    return Told(recipient, **({"authority": "某局", "at": at, "way": "电话", "person": "王五"} | changed))


@pytest.mark.parametrize(("one", "producer", "wrong"), [
    (told(Recipient.PRODUCER), True, False),
    (told(Recipient.PRODUCER, None, way="", person=""), True, True),
    (told(Recipient.PRODUCER, None, way="", person=""), False, False),  # 食用农产品 without a producer
    (told(Recipient.PRODUCER, way=""), False, True),
    (told(Recipient.PRODUCER, 1), True, True),  # in the future
    (told(Recipient.PRODUCER, -5), True, True),  # before it was confirmed
])  # fmt: skip
def test_what_cannot_be_true_of_the_form(one, producer, wrong):
    others = [told(Recipient.ORGANISER), told(Recipient.PLACE)]
    found = faults(NOON - timedelta(hours=2), [*others, one], NOON, has_producer=producer)
    assert bool(found) is wrong
    assert "confirmed_at" in faults(NOON + timedelta(minutes=1), others, NOON, has_producer=False)
