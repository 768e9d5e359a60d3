"""Filters as plans write them."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from app.domain.fact_filters import from_words
from app.domain.indicators import FORMULAS, BadFilter, Condition, Field, describe, parse_filter, write_filter

PLANS = Path(os.environ.get("SHIAN_SHARED_DATA", "../shared/data")).parent / "plans"

# Every distinct formula and filter of the five plans.
IN_PLANS = [
    ("batches_per_thousand", "domain in (食品;食用农产品)", "产品领域：食品、食用农产品"),
    (
        "batches_per_thousand",
        "domain in (食品;食用农产品); item group in (农药残留;兽药残留)",
        "产品领域：食品、食用农产品；检验项目类别：农药残留、兽药残留",
    ),
    ("pass_rate", "domain = 食用农产品", "产品领域：食用农产品"),
    (
        "pass_rate",
        "domain in (食品;食用农产品); purpose = 评价性抽检",
        "产品领域：食品、食用农产品；检验目的：评价性抽检",
    ),
    ("pass_rate", "domain = 工业产品; stage = 生产", "产品领域：工业产品；抽样环节：生产"),
    ("batch_count", "domain = 药品; organiser level = 县级", "产品领域：药品；组织级别：县级"),
    ("disposal_rate", "domain in (药品;医疗器械;化妆品)", "产品领域：药品、医疗器械、化妆品"),
    ("disposal_rate", "domain = 工业产品; stage = 生产", "产品领域：工业产品；抽样环节：生产"),
    ("rectification_rate", "domain = 工业产品; organiser level = 国家级", "产品领域：工业产品；组织级别：国家级"),
    ("incident_count", "domain = 食品; severity >= 重大", "产品领域：食品；事故级别：重大及以上"),
    ("filing_rate", "producer type = 小作坊", "主体类型：小作坊"),
    ("grading_rate", "producer type = 食盐经营者", "主体类型：食盐经营者"),
    ("sampling_coverage", "producer type = 食品生产企业; status = 在产", "主体类型：食品生产企业；经营状态：在产"),
    ("category_coverage", "domain in (食品;食用农产品)", "产品领域：食品、食用农产品"),
    ("inspection_coverage", "producer type = 食品生产企业; category = 肉制品", "主体类型：食品生产企业；类别：肉制品"),
    (
        "inspection_coverage",
        "producer type = 食盐经营者; subtype = 零售; area type = 学校周边",
        "主体类型：食盐经营者；细分类型：零售；区域类型：学校周边",
    ),
    (
        "inspection_coverage",
        "producer type = 化妆品经营企业; risk = 高; inspection type = 飞行检查",
        "主体类型：化妆品经营企业；风险等级：高；检查类型：飞行检查",
    ),
    (
        "inspection_coverage",
        "producer type in (第一类医疗器械备案生产企业;第二类医疗器械生产企业)",
        "主体类型：第一类医疗器械备案生产企业、第二类医疗器械生产企业",
    ),
    ("random_inspection_coverage", "producer type = 直销企业", "主体类型：直销企业"),
    (
        "self_inspection_report_rate",
        "producer type = 食盐经营者; subtype = 定点批发",
        "主体类型：食盐经营者；细分类型：定点批发",
    ),
    ("penalty_disclosure_rate", "", "不限"),
    ("reported", "", "不限"),
]


@pytest.mark.parametrize(("code", "written", "described"), IN_PLANS)
def test_filters_of_the_plans(code: str, written: str, described: str) -> None:
    conditions = parse_filter(written)
    FORMULAS[code].check(conditions)
    assert describe(conditions) == described
    assert write_filter(conditions) == written


@pytest.mark.skipif(not PLANS.is_dir(), reason="the plans are not beside this checkout")
@pytest.mark.parametrize("table", ["indicators.csv", "text_targets.csv"])
def test_every_row_of_the_plans_can_be_computed_or_reported(table: str) -> None:
    with (PLANS / table).open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    assert rows
    for row in rows:
        FORMULAS[row["formula"]].check(parse_filter(row["filter"]))


@pytest.mark.parametrize(
    ("written", "conditions"),
    [
        ("domain = 食品", (Condition(Field.DOMAIN, ("食品",)),)),
        ("  domain=食品 ", (Condition(Field.DOMAIN, ("食品",)),)),
        ("domain ＝ 食品；stage ＝ 生产", (Condition(Field.DOMAIN, ("食品",)), Condition(Field.LINK, ("生产",)))),
        ("domain in （食品；食用农产品）", (Condition(Field.DOMAIN, ("食品", "食用农产品")),)),  # Chinese keyboard
        ("severity ≥ 重大", (Condition(Field.SEVERITY, ("重大",), at_least=True),)),
        ("category = 水果制品(含干枸杞)", (Condition(Field.CATEGORY, ("水果制品(含干枸杞)",)),)),
    ],
)
def test_filter_as_typed(written: str, conditions: tuple[Condition, ...]) -> None:
    assert parse_filter(written) == conditions


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("domain", "无法识别"),
        ("domain = 食品;", "无法识别"),
        ("domain != 食品", "无法识别"),
        ("colour = 红", "没有名为“colour”的筛选项"),
        ("domain = 食物", "“食物”不是产品领域的取值"),
        ("stage = 零售", "不是抽样环节的取值"),
        ("purpose in (监督抽检;)", "空白"),
        ("domain >= 食品", "没有高低次序"),
        ("severity >= 严重", "不是事故级别的取值"),
        ("domain = 食品; domain = 药品", "出现了两次"),
        ("item group = 农药残留", "合并统计"),  # a batch only remembers residues of either kind
        ("item group = 微生物污染", "不是检验项目类别的取值"),
    ],
)
def test_a_filter_nobody_could_count_is_refused(written: str, message: str) -> None:
    with pytest.raises(BadFilter, match=message):
        parse_filter(written)


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("batch_count", "producer type = 小作坊"),
        ("disposal_rate", "severity >= 重大"),
        ("incident_count", "stage = 生产"),
        ("reported", "domain = 食品"),
    ],
)
def test_a_filter_that_the_records_do_not_have_is_refused(code: str, written: str) -> None:
    with pytest.raises(BadFilter, match="请删去这一条件"):
        FORMULAS[code].check(parse_filter(written))


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        (Condition(Field.SEVERITY, ("重大",), at_least=True), ("重大", "特别重大")),
        (Condition(Field.SEVERITY, ("重大",)), ("重大",)),
        (Condition(Field.LINK, ("生产", "流通")), ("生产", "流通")),
    ],
)
def test_at_least_names_the_ranks_above(condition: Condition, allowed: tuple[str, ...]) -> None:
    assert condition.allowed == allowed


def test_a_condition_says_whether_rows_without_a_value_are_meant() -> None:
    assert Condition(Field.LINK, ("未分类",)).includes_missing
    assert not Condition(Field.LINK, ("生产",)).includes_missing


@pytest.mark.parametrize(("words", "written"), [
    ("产品领域：食品、食用农产品；检验目的：监督抽检", "domain in (食品;食用农产品); purpose = 监督抽检"),
    ("事故级别：较大及以上", "severity >= 较大"),
    ("抽样环节=未分类;组织级别＝县级", "stage = 未分类; organiser level = 县级"),
    ("domain in (食品;食用农产品); purpose = 监督抽检", "domain in (食品;食用农产品); purpose = 监督抽检"),
    ("颜色：红", "颜色：红"),
    ("", ""),
])  # fmt: skip
def test_a_filter_may_be_typed_in_the_words_it_is_shown_in(words: str, written: str) -> None:
    assert from_words(words) == written
    if "颜色" not in words:
        assert from_words(describe(parse_filter(written)) if written else "") == written
