"""大写金额, by the rules on 中文大写金额 (支付结算办法附一): where 零 stands and where 整."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.domain.capital_amounts import DIGITS, GROUPS, PLACES, in_words

AMOUNTS = [
    ("0", "零元整"),
    ("0.00", "零元整"),
    ("0.01", "壹分"),
    ("0.09", "玖分"),
    ("0.10", "壹角整"),
    ("0.5", "伍角整"),
    ("0.55", "伍角伍分"),
    ("1", "壹元整"),
    ("1.00", "壹元整"),
    ("1.01", "壹元零壹分"),  # 角位是0而分位不是0
    ("1.10", "壹元壹角整"),
    ("1.23", "壹元贰角叁分"),
    ("9", "玖元整"),
    ("10", "壹拾元整"),  # 壹拾, never 拾 alone
    ("10.05", "壹拾元零伍分"),
    ("11", "壹拾壹元整"),
    ("15.5", "壹拾伍元伍角整"),
    ("20", "贰拾元整"),
    ("100", "壹佰元整"),
    ("101", "壹佰零壹元整"),
    ("110", "壹佰壹拾元整"),
    ("111", "壹佰壹拾壹元整"),
    ("200.2", "贰佰元贰角整"),
    ("325.04", "叁佰贰拾伍元零肆分"),
    ("1000", "壹仟元整"),
    ("1001", "壹仟零壹元整"),
    ("1010", "壹仟零壹拾元整"),
    ("1011", "壹仟零壹拾壹元整"),
    ("1100", "壹仟壹佰元整"),
    ("1101", "壹仟壹佰零壹元整"),
    ("1110", "壹仟壹佰壹拾元整"),
    ("1234", "壹仟贰佰叁拾肆元整"),
    ("1409.50", "壹仟肆佰零玖元伍角整"),
    ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
    ("5000", "伍仟元整"),
    ("6007.14", "陆仟零柒元壹角肆分"),  # 连续两个0只写一个零
    ("10000", "壹万元整"),
    ("10001", "壹万零壹元整"),
    ("10010", "壹万零壹拾元整"),
    ("10100", "壹万零壹佰元整"),
    ("10101", "壹万零壹佰零壹元整"),
    ("11000", "壹万壹仟元整"),
    ("12300", "壹万贰仟叁佰元整"),
    ("12345.67", "壹万贰仟叁佰肆拾伍元陆角柒分"),
    ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
    ("50000", "伍万元整"),
    ("50000.05", "伍万元零伍分"),
    ("100000", "壹拾万元整"),
    ("100001", "壹拾万零壹元整"),
    ("101000", "壹拾万壹仟元整"),
    ("107000.53", "壹拾万柒仟元伍角叁分"),
    ("110000", "壹拾壹万元整"),
    ("1000000", "壹佰万元整"),
    ("1000100", "壹佰万零壹佰元整"),
    ("1001000", "壹佰万壹仟元整"),
    ("1010101.01", "壹佰零壹万零壹佰零壹元零壹分"),
    ("10000000", "壹仟万元整"),
    ("10203040.50", "壹仟零贰拾万叁仟零肆拾元伍角整"),
    ("99999999.99", "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ("100000000", "壹亿元整"),
    ("100000001", "壹亿零壹元整"),
    ("100001000", "壹亿零壹仟元整"),  # the whole group of 万 is 0
    ("100010000", "壹亿零壹万元整"),
    ("110000000", "壹亿壹仟万元整"),
    ("1000000000", "壹拾亿元整"),
    ("1020000300", "壹拾亿贰仟万零叁佰元整"),
    ("123456789012.34", "壹仟贰佰叁拾肆亿伍仟陆佰柒拾捌万玖仟零壹拾贰元叁角肆分"),
    ("1000000000000", "壹兆元整"),
    ("1000000000001", "壹兆零壹元整"),
    ("1000100000000", "壹兆零壹亿元整"),
    ("1100000000000", "壹兆壹仟亿元整"),
    ("9999999999999999.99", "玖仟玖佰玖拾玖兆玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
]


def test_the_table_is_long_enough_and_names_each_amount_once() -> None:
    assert len({amount for amount, _ in AMOUNTS}) == len(AMOUNTS) >= 60


@pytest.mark.parametrize(("amount", "words"), AMOUNTS)
def test_amount_in_words(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)) == f"人民币{words}"


@pytest.mark.parametrize("written", ["-0.01", "1.001", "10000000000000000", "NaN", "Infinity"])
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="不是金额"):
        in_words(Decimal(written))


def read(words: str) -> Decimal:
    """The reverse, by another way: every character adds what it stands for; 零 and 整 add nothing."""
    total = group = digit = Decimal()
    for character in words.removeprefix("人民币"):
        if character in DIGITS:
            digit = Decimal(DIGITS.index(character))
        elif character in PLACES and character:
            group, digit = group + digit * 10 ** PLACES.index(character), Decimal()
        elif character in GROUPS or character == "元":
            total += (group + digit) * Decimal(10_000) ** (GROUPS.index(character) if character != "元" else 0)
            group = digit = Decimal()
        elif character in "角分":
            total, digit = total + digit * (Decimal("0.1") if character == "角" else Decimal("0.01")), Decimal()
    return total


def test_what_is_written_reads_back_as_the_same_amount() -> None:
    step = 0
    for power in range(18):
        for factor in (1, 7, 10, 11, 101, 1001, 9090, 99999, 1_000_001):
            cents = factor * 10**power + step
            step = (step * 31 + 17) % 1_000
            if cents < 10**18:
                amount = Decimal(cents).scaleb(-2)
                words = in_words(amount)
                assert read(words) == amount, words
                assert "零零" not in words
