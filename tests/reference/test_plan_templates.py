"""The five plans as data, and what their reader refuses."""

import csv
import os
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from app.reference import places, plan_templates
from app.reference.plan_templates import Nature, TargetPeriod, YearlyMeaning
from app.reference.problems import BrokenReference

TEMPLATES = plan_templates.read_plan_templates()
SHARED = Path(os.environ.get("SHIAN_SHARED_DATA", "../shared/data")).parent / "plans"


def indicator(plan: str, no: str) -> plan_templates.IndicatorTemplate:
    (found,) = [row for row in TEMPLATES.indicators if (row.plan, row.no) == (plan, no)]
    return found


def yearly(plan: str, no: str) -> dict[int, plan_templates.YearlyTarget]:
    return {row.year: row for row in TEMPLATES.yearly_targets if (row.plan, row.no) == (plan, no)}


def test_everything_is_there():  # S1
    assert len(TEMPLATES.indicators) == 119
    assert len(TEMPLATES.yearly_targets) == 76
    assert len(TEMPLATES.text_targets) == 56
    assert Counter(row.plan for row in TEMPLATES.indicators) == {
        "jizhou": 25,
        "jingmen": 16,  # its table skips number 6
        "liupanshui": 47,
        "wulong": 17,
        "yili": 14,
    }


def test_plans_belong_to_known_regions():
    book = places.read_regions()
    names = {plan.code: book.path(plan.region_code) for plan in TEMPLATES.plans}
    assert names["wulong"] == "重庆市/武隆区"
    assert names["yili"] == "新疆维吾尔自治区/伊犁州直"
    assert {(plan.from_year, plan.to_year) for plan in TEMPLATES.plans} == {(2021, 2025)}


@pytest.mark.parametrize(
    ("plan", "no", "base", "target", "op", "period", "nature"),
    [
        ("jizhou", "13", "5.28", "8", "≥", TargetPeriod.ANNUAL, Nature.EXPECTED),
        ("jizhou", "18", "0", "0", "≤", TargetPeriod.ANNUAL, Nature.BINDING),
        ("liupanshui", "18", None, "2", "≥", TargetPeriod.ANNUAL, Nature.BINDING),  # no base in the plan
        ("liupanshui", "35", None, "0.27", "<", TargetPeriod.ANNUAL, Nature.BINDING),
        ("wulong", "10", "4", "4", ">", TargetPeriod.ANNUAL, Nature.BINDING),
        ("wulong", "6", "2", "3", "≥", TargetPeriod.CUMULATIVE, Nature.EXPECTED),
    ],
)
def test_indicator(plan, no, base, target, op, period, nature):
    row = indicator(plan, no)
    assert row.base == (None if base is None else Decimal(base))
    assert (row.target, row.op, row.period, row.nature) == (Decimal(target), op, period, nature)


def test_comparators_are_the_four_signs():
    rows = (*TEMPLATES.indicators, *TEMPLATES.yearly_targets, *TEMPLATES.text_targets)
    assert {row.op for row in rows} == {"≥", ">", "≤", "<"}


def test_base_is_kept_as_printed():
    assert (indicator("wulong", "12").base, indicator("wulong", "12").base_written) == (Decimal("98"), ">98")


def test_both_contradicting_targets_are_kept_with_their_source():
    table, annex = indicator("wulong", "1"), yearly("wulong", "1")[2025]
    assert (table.target, annex.target) == (Decimal("4"), Decimal("4.1"))
    assert "专栏1" in table.source and "附件3" in annex.source


@pytest.mark.parametrize(
    ("no", "counted"),
    [
        ("8", ("基期值", "当年新增")),  # 7 + 0 + 2 + 1 + 1 + 1 = 12
        ("6", ("当年新增",)),  # 0 + 0 + 1 + 1 + 1 = 3
    ],
)
def test_additions_sum_to_the_target(no, counted):
    rows = yearly("wulong", no).values()
    assert sum(row.target for row in rows if row.meaning in counted) == indicator("wulong", no).target


def test_base_years_are_no_targets():
    bases = [row for row in TEMPLATES.yearly_targets if row.meaning is YearlyMeaning.BASE]
    assert {row.year for row in bases} == {2020}
    assert all(row.target == indicator(row.plan, row.no).base for row in bases)
    assert {row.no for row in TEMPLATES.yearly_targets if row.meaning is YearlyMeaning.ADDED} == {"6", "8"}


def test_text_targets_are_numbered_within_their_plan():
    numbers = [row.no for row in TEMPLATES.text_targets if row.plan == "jingmen"]
    assert numbers == [f"T{n}" for n in range(1, len(numbers) + 1)]
    (satisfied,) = [row for row in TEMPLATES.text_targets if (row.plan, row.no) == ("jingmen", "T4")]
    assert (satisfied.name, satisfied.target) == ("群众对食品安全满意度", Decimal("84"))  # its table says 83
    assert len({(row.plan, row.no) for row in TEMPLATES.text_targets}) == 56


@pytest.mark.skipif(not SHARED.is_dir(), reason="the plans' own files are not here")
@pytest.mark.parametrize("name", ["indicators.csv", "yearly_targets.csv", "text_targets.csv", "facts.csv"])
def test_shipped_rows_are_the_plans_rows(name):
    def cells(folder: Path) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    shipped, original = cells(plan_templates.HERE), cells(SHARED)
    assert [{column: row[column] for column in original[0]} for row in shipped] == original


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(plan_templates.HERE, tmp_path / "plans"))


@pytest.mark.parametrize(
    ("name", "line", "sentence"),
    [
        ("plans.csv", "yili,重名,654000,2021,2025,来源", "规划编号重复：yili"),
        ("plans.csv", "later,规划,654000,2026,2025,来源", "规划结束年 2025 早于起始年 2026"),
        (
            "indicators.csv",
            "nowhere,1,组,名,%,,,,2025,1,>=,end,预期性,reported,,来源",
            "规划 nowhere 不在 plans.csv 中",
        ),
        ("indicators.csv", "yili,1,组,名,%,,,,2025,1,>=,end,预期性,reported,,来源", "指标序号重复"),
        ("indicators.csv", "yili,99,组,名,%,,,,2026,1,>=,end,预期性,reported,,来源", "目标年份 2026 不在规划期"),
        ("indicators.csv", "yili,99,组,名,%,,,,2025,1,=>,end,预期性,reported,,来源", "“op”的值“=>”不在允许的范围内"),
        ("indicators.csv", "yili,99,组,名,%,,,,2025,九成,>=,end,预期性,reported,,来源", "“target”的值“九成”不是数值"),
        ("indicators.csv", "yili,99,组,名,%,,5,,2025,1,>=,end,预期性,reported,,来源", "请补填基期年份"),
        ("yearly_targets.csv", "wulong,99,2025,1,>=,水平,来源", "指标 wulong 99 不在 indicators.csv 中"),
        ("yearly_targets.csv", "wulong,13,2022,1,>=,基期值,来源", "应早于规划起始年"),
        ("yearly_targets.csv", "wulong,1,2025,1,>=,水平,来源", "指标年度重复"),
        ("text_targets.csv", "yili,四,名,%,2031,1,>=,reported,", "目标年份 2031 不在规划期"),
        ("facts.csv", "nowhere,2020,事,,,1,", "规划 nowhere 不在 plans.csv 中"),
    ],
)
def test_faulty_row(folder, name, line, sentence):
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(BrokenReference, match=sentence) as refusal:
        plan_templates.read_plan_templates(folder)
    assert refusal.value.problems[0].startswith(f"{name}:")


def test_the_next_plan_is_only_more_rows(folder):
    for name, line in {
        "plans.csv": "next,蓟州区“十五五”规划,120119,2026,2030,来源",
        "indicators.csv": "next,1,安全,抽检量,批次/千人,2025,8,8,2030,9,>=,annual,约束性,batches_per_thousand,,来源",
        "yearly_targets.csv": "next,1,2027,8.5,>=,水平,来源",
        "text_targets.csv": "next,第一章,覆盖率,%,2030,100,>=,reported,",
    }.items():
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    loaded = plan_templates.read_plan_templates(folder)
    assert len(loaded.indicators) == 120
    assert loaded.text_targets[-1].no == "T1"
