"""个人信息遮蔽: what a reader without the right to the whole may see (GB/T 35273; 138****1234).

Free text is searched as well: a phone number typed into a comment is as personal as one in its own column.
"""

from __future__ import annotations

import re

_BEFORE, _AFTER = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_MOBILE = re.compile(_BEFORE + r"(1[3-9]\d)\d{4}(\d{4})" + _AFTER)
_LANDLINE = re.compile(_BEFORE + r"(0\d{2,3}[- ]?)\d{3,4}(\d{4})" + _AFTER)
# 居民身份证号码: region, date of birth, sequence, check digit; a 统一社会信用代码 of digits alone has no such date
_IDENTITY = re.compile(
    _BEFORE + r"([1-9]\d{5})(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{2}(\d[\dXx])" + _AFTER
)
_NUMBERS = re.compile(r"[0-9A-Za-z@][0-9A-Za-z@._\- ]{4,}[0-9A-Za-z]")
_WORDS = re.compile(r"[^\W\d_a-zA-Z]+")


def mask(text: str) -> str:
    """The text with every phone and identity number in it made unreadable but recognisable to its owner."""
    text = _IDENTITY.sub(r"\1**********\2", text)
    text = _MOBILE.sub(r"\1****\2", text)
    return _LANDLINE.sub(r"\1****\2", text)


def mask_name(name: str) -> str:
    """张三 is shown as 张*, 欧阳修 as 欧**."""
    return name[:1] + "*" * (len(name) - 1)


def mask_wholly(value: str) -> str:
    """Of a value known to be personal: the ends of a long one, nothing of a short one."""
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 11 else "****"


def mask_person(text: str) -> str:
    """张三 13812341234 as 张* 138****1234: names and numbers of people, however they stand beside each other."""
    return _WORDS.sub(lambda found: mask_name(found[0]), _NUMBERS.sub(lambda found: _number(found[0]), text))


def _number(written: str) -> str:
    hidden = mask(written)
    return hidden if hidden != written else mask_wholly(written)
