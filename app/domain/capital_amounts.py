"""大写金额: an amount of money in the characters that a decision and a receipt bear (正确填写票据和结算凭证的基本规定)."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "兆")
LARGEST = Decimal(10**16) - Decimal("0.01")
CENT = Decimal("0.01")


def in_words(amount: Decimal, prefix: str = "人民币") -> str:
    """人民币壹万贰仟叁佰元整. Raises ValueError for what is no amount: negative, more than two decimals, beyond 兆."""
    if not amount.is_finite() or not 0 <= amount <= LARGEST or amount != amount.quantize(CENT):
        raise ValueError(f"{amount} 不是金额")
    yuan, cents = divmod(int(amount.quantize(CENT).scaleb(2)), 100)
    jiao, fen = divmod(cents, 10)
    said = f"{_whole(yuan)}元" if yuan or not cents else ""
    if jiao:
        said += f"{DIGITS[jiao]}角"
    if fen:
        said += f"{'零' if yuan and not jiao else ''}{DIGITS[fen]}分"
    return prefix + said + ("" if fen else "整")


def _whole(number: int) -> str:
    """Groups of four digits. Between two groups stands one 零 where the lower begins with 0, or where whole groups are 0."""
    groups = [(place, number // 10_000**place % 10_000) for place in reversed(range(len(GROUPS)))]
    filled = [(place, value) for place, value in groups if value]
    if not filled:
        return DIGITS[0]
    said = _group(filled[0][1]) + GROUPS[filled[0][0]]
    for (above, _), (place, value) in pairwise(filled):
        apart = value < 1_000 or above - place > 1
        said += (DIGITS[0] if apart else "") + _group(value) + GROUPS[place]
    return said


def _group(value: int) -> str:
    """1 to 9999 without leading zeros; one 零 for any number of zeros between two digits."""
    said, gap = "", False
    for place in reversed(range(len(PLACES))):
        digit = value // 10**place % 10
        if not digit:
            gap = bool(said)
            continue
        said += (DIGITS[0] if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return said
