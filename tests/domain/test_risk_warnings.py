"""消费提示、风险预警: figures with their counts, dated texts, and a draft that says nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain import risk_warnings as rules
from app.domain.reporting_kinds import WarningKind
from app.domain.risk_warnings import Finding, ItemFinding
from app.domain.samples import ItemClass, Link
from app.reference.problems import BrokenReference
from app.reference.warning_texts import COLUMNS, read_warning_texts, warning_texts

TODAY = date(2026, 11, 20)
REWORDED = date(2026, 11, 27)
TEXTS = warning_texts(REWORDED)
ITEMS = (ItemFinding("腐霉利", ItemClass.PESTICIDE, 3, 98), ItemFinding("铅", ItemClass.METAL, 1, 120), ItemFinding("没见过的", None, 1, 4))
FOUND = Finding(
    "蓟州区市场监督管理局", "蓟州区", date(2026, 1, 1), TODAY, judged=120, failed=4, items=ITEMS, category="蔬菜", link=Link.CIRCULATION
)


@pytest.mark.parametrize("kind", WarningKind)
def test_every_figure_of_a_draft_is_one_of_the_finding(kind: WarningKind) -> None:
    written = rules.body(kind, FOUND, TEXTS)
    assert "2026年1月1日至2026年11月20日" in written
    assert "已判定120批次，不合格4批次，不合格率3.33%（4/120）" in written
    assert "腐霉利（不合格3批次，检验98批次）、铅（不合格1批次，检验120批次）、没见过的（不合格1批次，检验4批次）" in written
    counted = {"2026", "1", "11", "20", "120", "4", "3.33", "3", "98"}
    told = set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"GB ?\d+|12315", "", rules.basis(FOUND))))
    assert told <= counted


def test_consumers_and_producers_are_told_different_things() -> None:
    tip, alert = (rules.body(kind, FOUND, TEXTS) for kind in WarningKind)
    assert "蔬菜水果食用前用流动清水冲洗" in tip and "12315" in tip and "各有关单位" not in tip
    assert "安全间隔期用药，建立用药记录" in alert and alert.startswith("各有关单位：") and "流动清水" not in alert
    assert rules.title(WarningKind.TIP, FOUND) == "关于蔬菜腐霉利、铅等问题的消费提示"


def test_words_that_were_changed_are_an_edition_of_their_own() -> None:
    """A day before it still reads what was proposed then; each code has one text on every day."""
    before, after = ({one.code: one for one in warning_texts(day)} for day in (REWORDED - timedelta(days=1), REWORDED))
    assert before.keys() == after.keys() and len(after) == len(warning_texts(REWORDED))
    assert {code for code, one in after.items() if one != before[code]} == {"PESTICIDE_BANNED", "PRESERVATIVE", "OTHER"}
    assert "发现问题的请拨打12315反映" in before["OTHER"].consumer and "发现问题的请拨打12315反映" not in after["OTHER"].consumer


@pytest.mark.parametrize(
    ("items", "once", "stays"),
    [
        # The additive's text narrows to 预包装食品 what the pesticide's says of all food; the metal's says the same in fewer words.
        ((("腐霉利", ItemClass.PESTICIDE), ("糖精钠", ItemClass.ADDITIVE), ("铅", ItemClass.METAL)), "从正规渠道购买", "饮食多样化"),
        # 质量 and 微生物 both speak of the conditions on the label: the longer advice is the one that stays.
        ((("蛋白质", ItemClass.QUALITY), ("菌落总数", ItemClass.MICROBE)), "按标签要求的条件贮存", "开封后尽快食用"),
        ((("腐霉利", ItemClass.PESTICIDE), ("克百威", ItemClass.PESTICIDE)), "流动清水", "焯水后烹调"),
        ((("没见过的", None),), "12315", "保留购物凭证"),
    ],
)  # fmt: skip
def test_no_advice_is_given_twice_in_other_words(items: tuple[tuple[str, ItemClass | None], ...], once: str, stays: str) -> None:
    found = replace(FOUND, items=tuple(ItemFinding(name, kind, 1, 9) for name, kind in items))
    advice = rules.body(WarningKind.TIP, found, TEXTS).partition("二、消费建议")[2]
    assert advice.count(once) == 1 and stays in advice
    assert [int(one) for one in re.findall(r"（(\d+)）", advice)] == list(range(1, advice.count("（") + 1))


@pytest.mark.parametrize(
    ("item", "item_class", "code"),
    [
        ("腐霉利", ItemClass.PESTICIDE, "PESTICIDE"), ("克百威", ItemClass.PESTICIDE, "PESTICIDE_BANNED"),
        ("酸价(以脂肪计)", ItemClass.QUALITY, "RANCIDITY"), ("过氧化值（以脂肪计）", ItemClass.QUALITY, "RANCIDITY"),
        ("沙门氏菌", ItemClass.MICROBE, "MICROBE_PATHOGEN"), ("没见过的", None, "OTHER"),
    ],
)  # fmt: skip
def test_an_item_is_explained_by_its_own_text_else_by_that_of_its_class(item: str, item_class: ItemClass | None, code: str) -> None:
    found = rules.text_of(item, item_class, TEXTS)
    assert found is not None and found.code == code


def test_every_class_has_a_text_and_none_is_passed_off_as_verified() -> None:
    assert {one.item_class for one in TEXTS if not one.items} == set(ItemClass)
    assert {one.confidence for one in read_warning_texts()} == {"待核"}
    assert len(rules.unchecked(FOUND, TEXTS)) == 3
    assert warning_texts(date(2020, 12, 31)) == ()


def test_few_batches_are_said_to_be_few() -> None:
    few = Finding("某局", "某县", date(2026, 1, 1), TODAY, judged=29, failed=1, items=ITEMS[:1])
    assert few.small and "样本量小" in rules.basis(few)
    assert not FOUND.small and "样本量小" not in rules.basis(FOUND)


@pytest.mark.parametrize(
    ("from_on", "to_on", "fault"),
    [
        (date(2026, 2, 1), date(2026, 1, 1), "起始日期晚于截止日期"), (date(2026, 11, 21), date(2026, 11, 22), "晚于今天"),
        (date(2025, 1, 1), date(2026, 1, 2), "不得超过 366 天"), (date(2026, 1, 1), TODAY, None),
        (date(2024, 1, 1), date(2024, 12, 31), None),
    ],
)  # fmt: skip
def test_a_period_that_cannot_be(from_on: date, to_on: date, fault: str | None) -> None:
    said = rules.span_fault(from_on, to_on, TODAY)
    assert (said is None) if fault is None else (said is not None and fault in said)


@pytest.mark.parametrize(("url", "good"), [("https://x.gov.cn/1", True), (None, True), ("javascript:alert(1)", False), ("/x", False)])
def test_only_addresses_of_the_web_are_kept(url: str | None, good: bool) -> None:
    assert (rules.url_fault(url) is None) is good


def test_a_faulty_file_of_texts_is_refused_whole(tmp_path) -> None:
    row = "A,没有这类,,含义,危害,建议,要求,2021-01-01,,来源,待核"
    (tmp_path / "warning_texts.csv").write_text(f"{','.join(COLUMNS)}\n{row}\n", encoding="utf-8")
    with pytest.raises(BrokenReference, match="item_class"):
        read_warning_texts(tmp_path)
