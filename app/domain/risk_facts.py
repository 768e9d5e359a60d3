"""静态要素 as an office writes them, read for a table of a rule set or refused in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from app.domain.risk_tables import BandTable, ChoiceTable, FactTable
from app.domain.rounding import plain

MOST_FACT: Final = Decimal(10) ** 9


class NotAFact(ValueError):
    """What was written is no value of this table; the message says what to write."""


def read_number(table: BandTable, written: str) -> Decimal:
    """A number as an office writes it. Raises NotAFact."""
    text = unicodedata.normalize("NFKC", written).replace(",", "").strip()
    try:
        value = Decimal(text) if text and all(sign in "0123456789." for sign in text) else None
    except InvalidOperation:
        value = None
    if value is None or value > MOST_FACT:
        raise NotAFact(f"{table.title}“{written[:20]}”不是数字：请填写不带单位的数字（{table.unit}）")
    return value


def read_fact(table: FactTable, value: str | Sequence[str]) -> str | tuple[str, ...]:
    """A fact tidied as it is kept: the number, the word, or the words. Raises NotAFact with what to write instead."""
    words = (value,) if isinstance(value, str) else tuple(value)
    if isinstance(table, BandTable):
        if len(words) != 1:
            raise NotAFact(f"{table.title}：请只填写一个数字")
        return plain(read_number(table, words[0]))
    if isinstance(table, ChoiceTable):
        unknown = [word for word in words if word not in table.by_word]
        if unknown or (len(words) > 1 and not table.several):
            known = "、".join(table.by_word)
            raise NotAFact(f"{table.title}“{'、'.join(unknown or words)[:40]}”：请从{known}中选择{'' if table.several else '一项'}")
        return words if table.several else words[0]
    unknown = [word for word in words if table.row(word) is None]
    if unknown:
        raise NotAFact(f"{table.title}：类别编号“{'、'.join(unknown)[:40]}”不在分值表中，请核对编号或先补充分级规则")
    return words
