"""Whether the quantities of a case add up, in the unit of the goods and in kilograms (features D6, N9)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.domain.case_kinds import QuantityKind
from app.domain.case_record import BLOCKS, RECORDED, CaseRecord, faults
from app.domain.disposal import CaseMode, Element, elements, in_place
from app.domain.quantity_balance import Quantities, Quantity, mismatches, quantities, unit_mass, wholly_recalled

KINDS = dict(zip("购售存封毁他召", QuantityKind, strict=True))


def read(written: str) -> Quantities:
    """购100袋/50 售60袋: the lines of one case."""
    lines = []
    for each in written.split():
        amount, _, weight = each[1:].partition("/")
        number = amount.rstrip("袋盒箱瓶公斤吨g")
        lines.append(Quantity(KINDS[each[0]], Decimal(number), amount[len(number):], Decimal(weight) if weight else None))
    return quantities(lines)


@pytest.mark.parametrize(
    ("written", "spec", "said"),
    [
        ("", None, []),
        ("购100袋 售60袋 存30袋 封10袋", None, []),
        ("购100袋 售60袋 存10袋 封10袋 毁15袋 他5袋 召60袋", None, []),
        ("购100袋 售60袋 存30袋", None, ["少 10 袋"]),
        ("购100袋 售60袋 存50袋", None, ["多 10 袋"]),
        ("购100袋", None, ["少 100 袋"]),
        ("购100袋 售100袋 召101袋", None, ["召回 101 袋，多于已销售的 100 袋"]),
        ("售60袋", None, ["缺生产（购进）数量"]),
        # units differ: by the 规格, by what was weighed, or not at all
        ("购10箱 售240袋", "20g×24袋/箱", []),
        ("购10箱 售239袋", "20g×24袋/箱", ["少 0.02 公斤"]),
        ("购10箱/5 售2公斤 存3公斤", None, []),
        ("购10箱/5 售2公斤 存2.5公斤", None, ["少 0.5 公斤"]),
        ("购10箱 售2公斤 存3公斤", None, ["生产（购进）缺公斤数，无法核对"]),
        ("购1吨 售400公斤 存600公斤", None, []),
        ("购1吨 售400公斤 存0袋 封600公斤", None, []),  # nothing is nothing in any unit
        ("购100袋 售60袋 存40袋", "500g/袋", []),
        # the same unit, but the weights say something else
        ("购100袋/50 售60袋/30 存40袋/19", None, ["少 1 公斤"]),
        ("购100袋/40 售100袋/40", "500g/袋", ["折合 50 公斤", "折合 50 公斤"]),
        ("购0.3公斤 售0.1公斤 存0.2公斤", None, []),  # exact, not floating
    ],
)
def test_what_does_not_add_up(written: str, spec: str | None, said: list[str]) -> None:
    found = mismatches(read(written), spec)
    assert len(found) == len(said) and all(words in sentence for words, sentence in zip(said, found, strict=True)), found


@pytest.mark.parametrize(
    ("unit", "spec", "mass"),
    [
        ("公斤", None, "1"), ("KG", None, "1"), ("吨", None, "1000"), ("斤", "500g", "0.5"), ("袋", None, None),
        ("袋", "500g/袋", "0.5"), ("袋", "５００克／袋", "0.5"), ("袋", "净含量：500 g", "0.5"), ("盒", "500g/袋", None),
        ("箱", "2.5kg/箱", "2.5"), ("箱", "20g*24袋/箱", "0.480"), ("袋", "20g*24袋/箱", "0.02"), ("瓶", "250mL/瓶", None),
        ("袋", "散装", None),
    ],
)
def test_one_unit_in_kilograms(unit: str, spec: str | None, mass: str | None) -> None:
    assert unit_mass(unit, spec) == (None if mass is None else Decimal(mass))


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("售0袋", True), ("售60袋 召60袋", True), ("售60袋 召59袋", False), ("售60袋", False), ("召60袋", False),
        ("售2箱/30 召30公斤", True), ("售2箱 召30公斤", False),
    ],
)
def test_whether_everything_sold_was_recalled(written: str, whole: bool) -> None:
    assert wholly_recalled(read(written)) is whole


DAY = date(2026, 11, 20)
DONE = {"control_on": DAY, "control": "x", "cause_on": DAY, "cause": "x", "rectified_on": DAY, "rectification": "x"}


@pytest.mark.parametrize(
    ("given", "element", "lacking"),
    [
        ({}, Element.CONTROL, []),
        ({"seal_ordered": False, "recall_ordered": False}, Element.CONTROL, []),
        ({"seal_ordered": True}, Element.CONTROL, ["生产（购进）数量", "封存数量"]),
        ({"seal_ordered": True, "quantities": read("购9袋 封9袋")}, Element.CONTROL, []),
        ({"recall_ordered": True, "quantities": read("购9袋 售9袋")}, Element.CONTROL, ["召回数量", "召回级别"]),
        ({"recall_ordered": True, "recall_level": 2, "quantities": read("购9袋 售9袋 召5袋")}, Element.CONTROL, ["未完全召回原因"]),
        (
            {"recall_ordered": True, "recall_level": 2, "quantities": read("购9袋 售9袋 召5袋"), "not_recalled": "已食用"},
            Element.CONTROL, [],
        ),
        ({"quantities": read("购9袋 封8袋"), "quantity_note": "抽样用去 1 袋"}, Element.CONTROL, []),
        ({"cause_codes": "生产工艺"}, Element.CAUSE, []),
        # 追溯原料来源 is required when the cause is the material, and then what it found
        ({"cause_codes": "生产工艺、原料问题"}, Element.CAUSE, ["追溯原料来源"]),
        ({"cause_codes": "原料问题", "source_traced": True}, Element.CAUSE, ["不合格原料生产者"]),
        ({"cause_codes": "原料问题", "source_traced": False}, Element.CAUSE, ["未追查到的原因"]),
        ({"cause_codes": "原料问题", "source_traced": False, "untraced": "无进货凭证"}, Element.CAUSE, []),
        ({"rectify_ordered": True}, Element.RECTIFICATION, ["整改起始日期", "整改截止日期", "企业提交整改报告"]),
        ({"rectify_ordered": True, "rectify_from": DAY, "rectify_to": DAY, "rectify_report": False}, Element.RECTIFICATION, []),
        ({"recheck_passed": False}, Element.RECTIFICATION, ["复查验收合格的结论"]),
    ],
)  # fmt: skip
def test_what_one_answer_asks_for_besides(given: dict[str, object], element: Element, lacking: list[str]) -> None:
    found = elements(CaseMode.DISPOSE, CaseRecord(DAY, **DONE, **given))  # type: ignore[arg-type]
    assert list(next(state for state in found if state.element is element).lacking) == lacking


def test_an_unexplained_mismatch_is_lacking_in_its_own_words() -> None:
    record = CaseRecord(DAY, **DONE, quantities=read("购9袋 封8袋"))  # type: ignore[arg-type]
    control = elements(CaseMode.DISPOSE, record)[1]
    assert control.missing and "少 1 袋" in control.sentence


def test_five_things_in_place() -> None:
    found = in_place(elements(CaseMode.DISPOSE, CaseRecord(DAY, **DONE)))  # type: ignore[arg-type]
    assert [(state.element.value, state.done) for state in found] == [
        ("产品控制", True), ("原因排查", True), ("整改复查", True), ("行政处罚", False), ("信息公开", False),
    ]  # fmt: skip
    assert in_place(elements(CaseMode.NOTIFY, CaseRecord(DAY))) == ()


def test_every_field_belongs_to_one_block() -> None:
    assert sorted(name for names in BLOCKS.values() for name in names) == sorted(RECORDED)


@pytest.mark.parametrize(
    ("given", "faulty"),
    [
        ({"recall_level": 4}, "recall_level"),
        ({"goods_value": Decimal(-1)}, "goods_value"),
        ({"quantities": read("购9999999999999袋")}, "quantities"),
        ({"rectify_from": DAY, "rectify_to": date(2026, 11, 19)}, "rectify_to"),
    ],
)
def test_what_cannot_be_true(given: dict[str, object], faulty: str) -> None:
    assert list(faults(CaseRecord(DAY, **given), DAY)) == [faulty]  # type: ignore[arg-type]
    assert faults(CaseRecord(DAY, rectify_from=DAY, rectify_to=date(2026, 12, 20)), DAY) == {}  # a time given may lie ahead
