"""审核公式: what may be written, what it comes to, and what is refused."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.return_rules import Reference, RuleFault, Unreadable, parse

CELLS = {
    "C5": 12, "C6": 5, "C7": 7, "C8": None,
    "D5": 3, "D6": 0, "E5": Decimal("97.80"), "E6": Decimal("97.806"), "F5": Unreadable("填的是文字“见附注”"),
    "汇总!C5": 12, "分类（合格率）!C5": 12, "[核查处置月报]汇总!C5": 11, "F9": Decimal("NaN"), "G9": Decimal("1e999999"),
}  # fmt: skip


def cell(of: Reference):
    return CELLS.get(str(of), Unreadable("没有这个单元格"))


@pytest.mark.parametrize(
    ("text", "passed", "sentence"),
    [
        ("C5 = C6 + C7", True, "C5 = 12，C6 + C7 = 12"),
        ("C5 = SUM(C6:C7)", True, "C5 = 12，SUM(C6:C7) = 12"),
        ("c5=sum(c6:c8)", True, "c5 = 12，sum(c6:c8) = 12"),  # an empty cell counts as nothing in a sum; small letters do
        ("C5 ＝ SUM（C6：C7）", True, "C5 = 12，SUM（C6：C7） = 12"),  # typed full-width
        ("SUM($C$6:$C$7, D5, 1) = 16", True, "SUM($C$6:$C$7, D5, 1) = 16，16"),
        ("C5 = C6", False, "C5 = 12，C6 = 5，应为 C5 = C6，相差 7"),
        ("C6 >= C5", False, "C6 = 5，C5 = 12，应为 C6 >= C5"),
        ("C6 ≤ C5", True, "C6 = 5，C5 = 12"),
        ("C5 ≠ 12", False, "C5 = 12，12，应为 C5 <> 12"),
        ("汇总!C5 = '分类（合格率）'!C5", True, "汇总!C5 = 12，'分类（合格率）'!C5 = 12"),
        ("C5 = [核查处置月报]汇总!C5", False, "C5 = 12，[核查处置月报]汇总!C5 = 11，应为 C5 = [核查处置月报]汇总!C5，相差 1"),
        ("E5 = E6 ± 0.01", True, "E5 = 97.8，E6 = 97.806"),
        ("E5 = E6 ± 0.001", False, "E5 = 97.8，E6 = 97.806，应为 E5 = E6，相差 0.006，超过允许误差 0.001"),
        ("ROUND(E6, 1) = E5", True, "ROUND(E6, 1) = 97.8，E5 = 97.8"),
        ("ROUND(2.5, 0) = 3", True, "ROUND(2.5, 0) = 3，3"),  # half up
        ("ABS(D5 - C5) = 9", True, "ABS(D5 - C5) = 9，9"),
        ("D5 * 2 + C6 / 2 = 8.5", True, "D5 * 2 + C6 / 2 = 8.5，8.5"),  # products before sums
        ("(D5 + C6) * 2 = 16", True, "(D5 + C6) * 2 = 16，16"),
        ("-D5 + 3 = 0", True, "-D5 + 3 = 0，0"),
        ("D5 / C7 = 0.4286", False, "D5 / C7 = 约 0.4286，0.4286，应为 D5 / C7 = 0.4286，相差 约 0.0000"),  # exact, not as shown
        ("C5 / D6 = 0", False, "C5 / D6 = 空，0，C5 / D6 为空（没有填数，或除数为零），不能比较"),
        ("C8 = D5 / D6", True, "C8 与 D5 / D6 均为空，不作比较"),
        ("C8 = 0", False, "C8 = 空，0，C8 为空（没有填数，或除数为零），不能比较"),
        ("C8 + D5 = 3", True, "C8 + D5 = 3，3"),
        ("F5 = 1", False, "无法比较“F5 = 1”：F5 填的是文字“见附注”"),
        ("Z9 = 1", False, "无法比较“Z9 = 1”：Z9 没有这个单元格"),
        ("F9 = G9", False, "无法比较“F9 = G9”：F9 数值过大或不是有限的数"),
        ("G9 > 0", False, "无法比较“G9 > 0”：G9 数值过大或不是有限的数"),
        ("C5 = 12 且 D5 = 4", False, "D5 = 3，4，应为 D5 = 4，相差 1"),
        ("C5=12且D5=3", True, "C5 = 12，12；D5 = 3，3"),
        ("C5 = 1 OR D5 = 3", True, "D5 = 3，3"),
        ("C5 = 1 或 D5 = 4 且 C6 = 5", False, "C5 = 12，1，应为 C5 = 1，相差 11；D5 = 3，4，应为 D5 = 4，相差 1"),
        ("(C5 = 1 or D5 = 3) and C6 = 5", True, "D5 = 3，3；C6 = 5，5"),
        ("OR(C5 = 1, AND(D5 = 3, C6 = 5))", True, "D5 = 3，3；C6 = 5，5"),
    ],
)  # fmt: skip
def test_a_rule_comes_to_an_outcome(text, passed, sentence) -> None:
    outcome = parse(text).check(cell)
    assert (outcome.passed, outcome.sentence) == (passed, sentence)


def test_both_numbers_are_told_exactly() -> None:
    outcome = parse("D5 / C7 = 1").check(cell)
    assert (outcome.left, outcome.right) == (Fraction(3, 7), Fraction(1))


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 1, "公式不完整"),
        ("C5", 1, "这里要一个比较"),
        ("C5 = ", 5, "公式不完整"),
        ("C5 = 1 2", 8, "多余"),
        ("C5 = 汇总", 6, "不能这样写"),
        ("C5 = __import__('os')", 6, "不能这样写"),
        ("C5 = MAX(C6:C7)", 6, "可用的函数"),
        ("C5 = C6:C7", 6, "只能写在 SUM"),
        ("C5 = (C6 + C7", 14, "应为“)”"),
        ("C5 < C6 < C7", 9, "不能连续比较"),
        ("C5 <= C6 ± 1", 10, "只有等于"),
        ("C5 = C6 ± D5", 11, "应为一个数"),
        ("ROUND(C5) = 1", 9, "应为“,”"),
        ("ROUND(C5, 1.5) = 1", 11, "0 至 10 的整数"),
        ("(C5 = 1) + 2 = 3", 1, "不能是比较"),
        ("C5 = 1 且 C6", 10, "这里要一个比较"),
        ("AND(C5, C6 = 1)", 5, "这里要一个比较"),
        ("C0 = 1", 1, "没有第 0 行"),
        ("XFE1 = 1", 1, "最后一列是 XFD"),
        ("C5 = SUM(A1:Z9999)", 10, "最多 2000 个单元格"),
        ("C5 = 1.", 6, "不能这样写"),
        ("C5 = 1e5", 6, "不能这样写"),
        ("(" * 40 + "C5" + ")" * 40 + " = 1", 22, "嵌套超过"),
        ("C5 = " + "-" * 60 + "1", 27, "嵌套超过"),
        ("C5 = 1 或 " * 80 + "C5 = 1", 501, "过长"),
    ],
)  # fmt: skip
def test_a_fault_is_refused_with_its_place(text, position, words) -> None:
    with pytest.raises(RuleFault, match=re.escape(words)) as refused:
        parse(text)
    assert refused.value.position == position and f"第 {position} 个字符处" in str(refused.value)


def test_references_name_every_cell_once() -> None:
    rule = parse("C5 + 汇总!$B$2 = SUM(C5:D6) 且 [核查处置月报]'表 1''A'!aa10 > 0")
    assert [str(one) for one in rule.references] == ["C5", "汇总!B2", "D5", "C6", "D6", "[核查处置月报]表 1'A!AA10"]
    assert rule.references[-1] == Reference("核查处置月报", "表 1'A", "AA10")


ATOMS = ["C5", "D6", "汇总!A1", "[表二]B3", "0", "2.5", "SUM(C5:D9, 1)", "ABS(-C5)", "ROUND(D6 / C5, 2)", "(C5 * (D6 - 1))"]
numbers, signs = st.sampled_from(ATOMS), st.sampled_from([" = ", " <> ", " < ", "≤", " > ", "≥"])
comparisons = st.builds(lambda a, o, b, sign, c: f"{a} {o} {b}{sign}{c}", numbers, st.sampled_from("+-*/"), numbers, signs, numbers)
rules = st.lists(comparisons, min_size=1, max_size=3).map(" 且 ".join)
cells = (
    st.none() | st.integers() | st.decimals() | st.fractions() | st.builds(Unreadable, st.just("是文字")) | st.just(Decimal(0))
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rules, st.lists(cells, min_size=1, max_size=5))
def test_what_was_read_always_comes_to_an_outcome(text, values) -> None:
    rule = parse(text)
    outcome = rule.check(lambda of: values[sum(map(ord, str(of))) % len(values)])
    assert outcome.sentence and outcome.passed in (True, False)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet="C5汇总!'[]()（）+-*/=<>±.,:$ 且或ANDSUMROUNDabs019", max_size=40))
def test_any_text_is_read_or_refused(text) -> None:
    try:
        rule = parse(text)
    except RuleFault as fault:
        assert 1 <= fault.position <= len(text) + 1
    else:
        assert rule.check(cell).sentence
