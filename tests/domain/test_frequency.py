"""加密频次: which rule holds, the factor and the sentence, against figures worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.frequency import Found, propose
from app.reference.planning_rules import HERE, frequency_rules, light_rule, read_frequency_rules, read_light_rules
from app.reference.problems import BrokenReference

RULES = frequency_rules(date(2026, 11, 20))
OVERALL = Found(1000, 21)  # 2.1 %


@pytest.mark.parametrize(
    ("category", "found", "factor", "words"),
    [
        (
            "蔬菜制品", Found(42, 3), "1.5",
            "上年 42 批不合格 3 批，不合格率 7.14%（95% 置信区间 2.46%–19.01%），全县平均 2.10%，"
            "不合格率的95%区间下限高于全县平均，建议频次 ×1.5",
        ),
        (
            "糕点", Found(10, 1), "1.2",
            "上年 10 批不合格 1 批，不合格率 10.00%（95% 置信区间 1.79%–40.42%），全县平均 2.10%，"
            "不合格率高于全县平均，批次少、尚不能确定，建议频次 ×1.2",
        ),
        (
            "糕点", Found(100, 2), "1",
            "上年 100 批不合格 2 批，不合格率 2.00%（95% 置信区间 0.55%–7.00%），全县平均 2.10%，频次不变",
        ),
        ("婴幼儿配方食品", Found(0, 0), "1.2", "上年没有判定批次，专供婴幼儿的主辅食品，应作为抽检重点，建议频次 ×1.2"),
        ("糕点", Found(0, 0), "1", "上年没有判定批次，频次不变"),
    ],
)  # fmt: skip
def test_the_proposal(category: str, found: Found, factor: str, words: str) -> None:
    advice = propose(category, found, OVERALL, RULES, "全县", "上年")
    assert (str(advice.factor), advice.sentence) == (factor, words)


def test_half_a_batch_is_a_batch() -> None:
    advice = propose("蔬菜制品", Found(42, 3), OVERALL, RULES, "全县", "上年")
    assert [advice.batches(quota) for quota in (0, 1, 10, 21)] == [0, 2, 15, 32]


def test_the_greatest_factor_and_every_reason() -> None:
    advice = propose("婴幼儿配方食品", Found(42, 3), OVERALL, RULES, "全县", "上年")
    assert str(advice.factor) == "1.5"
    assert {rule.code for rule in advice.rules} == {"FAIL_SURE", "INFANT"}


def test_the_shipped_rules_are_sound() -> None:
    assert light_rule("PLAN_PACE", date(2026, 1, 1)).amber_within * 100 == 10
    names = {line.split(",")[0] for line in (HERE / "categories.csv").read_text(encoding="utf-8").splitlines()}
    assert {rule.category for rule in read_frequency_rules() if rule.category} <= names
    assert all(rule.source for rule in (*read_frequency_rules(), *read_light_rules()))
    with pytest.raises(BrokenReference, match="PLAN_PACE"):
        light_rule("PLAN_PACE", date(2000, 1, 1))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("0.10", "1.10"), "0 与 1 之间"),
        (("2016-01-01", "昨天"), "不是日期"),
        (("已", "已"), None),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, change: tuple[str, str], sentence: str | None) -> None:
    text = (HERE / "light_rules.csv").read_text(encoding="utf-8")
    doubled = text + text.splitlines()[1] + "\n" if sentence is None else text.replace(*change)
    (tmp_path / "light_rules.csv").write_text(doubled, encoding="utf-8")
    with pytest.raises(BrokenReference, match=sentence or "有效期重叠"):
        read_light_rules(tmp_path)


@pytest.mark.parametrize(
    ("change", "sentence"), [((",1.5,", ",0.5,"), "1 与 10"), (("区间下限高于平均,,", "区间下限高于平均,糕点,"), "只在按食品类别")]
)
def test_a_broken_rule_of_frequency_is_named(tmp_path: Path, change: Any, sentence: str) -> None:
    text = (HERE / "frequency_rules.csv").read_text(encoding="utf-8").replace(*change)
    (tmp_path / "frequency_rules.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenReference, match=sentence):
        read_frequency_rules(tmp_path)
