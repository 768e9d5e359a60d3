"""许可证 of an enterprise: what may be written, how one is said, and what becomes of the main one when the register says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONGEST_SCOPE, LONGEST_OFFICE, LONGEST_REASON = 500, 200, 300
NO_NUMBER = "请填写许可证号"
NOT_YET = "发证日期不能晚于今天，请核对"
WRONG_ORDER = "有效期早于发证日期，请核对两个日期"


@dataclass(frozen=True, slots=True)
class LicenceEntry:
    """登记内容 of one licence."""

    kind: str | None
    number: str | None
    valid_to: date | None = None
    scope: str | None = None
    issued_by: str | None = None
    issued_on: date | None = None


def complaint(entry: LicenceEntry, today: date) -> tuple[str, str] | None:
    """The field and what is wrong with it; None when the licence may be recorded."""
    if not entry.number:
        return "number", NO_NUMBER
    if entry.issued_on is not None and entry.issued_on > today:
        return "issued_on", NOT_YET
    if entry.issued_on is not None and entry.valid_to is not None and entry.valid_to < entry.issued_on:
        return "valid_to", WRONG_ORDER
    return None


def licence_words(kind: str | None, number: str | None, valid_to: date | None) -> str:
    """经营许可证 JY11201190001234（至 2028-11-20）."""
    named = " ".join(part for part in (kind, number) if part) or "许可证"
    return f"{named}（至 {valid_to}）" if valid_to else named


class MainChange(StrEnum):
    """What becomes of the main licence when the register's columns say otherwise."""

    NOTHING = "不变"
    ENTER = "登记"  # there was none
    AMEND = "更正"  # the same licence: kind or validity corrected, or its number filled in
    END = "失效"  # the columns were emptied
    PROMOTE = "改为主证"  # another licence in hand is the one meant
    REPLACE = "换证"  # another number: the one before is ended, not overwritten


def main_change(
    before: tuple[str | None, str | None, date | None] | None, after: tuple[str | None, str | None, date | None], *, others_have: bool
) -> MainChange:
    """``before`` is kind, number and validity of the main licence, ``after`` what the register says now.

    ``others_have``: another licence in hand bears the number that is said now.
    """
    if not any(after):
        return MainChange.END if before is not None else MainChange.NOTHING
    if before == after:
        return MainChange.NOTHING
    if others_have and (before is None or before[1] != after[1]):
        return MainChange.PROMOTE
    if before is None:
        return MainChange.ENTER
    same = before[1] == after[1] or not before[1] or not after[1]
    return MainChange.AMEND if same else MainChange.REPLACE
