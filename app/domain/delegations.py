"""审批委托: what may be left to whom, and when. Dates are the office's calendar days, both ends included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

LONGEST = 31  # days, where an installation says nothing else: being away, not a change of posts


@dataclass(frozen=True, slots=True)
class Period:
    """Who leaves his approvals to whom, from one day to another."""

    from_user_id: int
    to_user_id: int
    from_on: date
    to_on: date

    def meets(self, other: Period) -> bool:
        """Do they share a day?"""
        return self.from_on <= other.to_on and other.from_on <= self.to_on


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why not, and at which field of the form."""

    sentence: str
    field: str


def complaint(wanted: Period, granted: Iterable[Period], today: date, longest: int = LONGEST) -> Complaint | None:
    """Why this delegation cannot be granted beside those that have been, or None."""
    return _of_dates(wanted, today, longest) or _of_people(wanted, [each for each in granted if each.meets(wanted)])


def _of_dates(wanted: Period, today: date, longest: int) -> Complaint | None:
    if wanted.from_on < today:
        return Complaint(f"委托不能从过去的日期开始，开始日期最早为今天（{today}）", "from_on")
    if wanted.to_on < wanted.from_on:
        return Complaint("结束日期不能早于开始日期，请核对", "to_on")
    days = (wanted.to_on - wanted.from_on).days + 1
    if days > longest:
        return Complaint(f"一次委托最长 {longest} 天（本次为 {days} 天），离岗时间更长的请调整岗位授权", "to_on")
    return None


def _of_people(wanted: Period, meeting: Iterable[Period]) -> Complaint | None:
    """Nobody stands in through two people: who is away takes nothing over, and who has taken over passes nothing on."""
    if wanted.from_user_id == wanted.to_user_id:
        return Complaint("不能委托给自己，请选择另一人", "to_user")
    for each in meeting:
        dates = f"{each.from_on} 至 {each.to_on}"
        if (each.from_user_id, each.to_user_id) == (wanted.from_user_id, wanted.to_user_id):
            return Complaint(f"{dates} 已委托给该人，日期有重叠；如需改期，请先收回原委托", "from_on")
        if each.from_user_id == wanted.to_user_id:
            return Complaint(f"该人在 {dates} 已将审批委托给他人，不能受托，请选择其他人", "to_user")
        if each.to_user_id == wanted.from_user_id:
            return Complaint(f"您在 {dates} 受他人委托，委托不得转委托；请先请委托人改委托他人", "from_on")
    return None
