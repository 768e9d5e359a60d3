"""超期预测: how long cases took from a step to their end, and what that says about those still open. Working days throughout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FEWEST: Final = 5  # below this many finished cases nothing is foretold
LOW, HIGH = 10, 90  # the middle 80 %


class Outlook(StrEnum):
    """预测结论."""

    LATE = "预计超期"
    RISK = "可能超期"
    IN_TIME = "预计按期"
    UNKNOWN = "样本不足"


@dataclass(frozen=True, slots=True)
class Spread:
    """中位数 and the 80 % range of past durations, and of how many cases."""

    median: int
    low: int
    high: int
    cases: int


def spread(durations: Sequence[int]) -> Spread | None:
    """None where too few cases have ended to say anything."""
    ordered = sorted(durations)
    if len(ordered) < FEWEST:
        return None
    return Spread(_percentile(ordered, 50), _percentile(ordered, LOW), _percentile(ordered, HIGH), len(ordered))


def _percentile(ordered: Sequence[int], percent: int) -> int:
    """The smallest duration that at least so many per cent of the cases did not exceed (nearest rank)."""
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1]


def outlook(spent: int, left: int, past: Spread | None) -> Outlook:
    """``spent`` working days since the last step, ``left`` until the due date (negative when late)."""
    if left < 0:
        return Outlook.LATE
    if past is None:
        return Outlook.UNKNOWN
    term = spent + left
    if past.median > term:
        return Outlook.LATE
    return Outlook.RISK if past.high > term or spent > past.high else Outlook.IN_TIME
