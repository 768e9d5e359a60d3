"""The State Council's notice on holidays (国务院办公厅关于部分节假日安排的通知), read as it is published.

    春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）上班。

What a sentence says is checked against itself: the day of the week, and the number of days. A sentence without 放假 or 上班 (鼓励…) is
no arrangement and is left aside.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_HEADING = re.compile(r"(?:^|(?<=[\n。;]))[ \t]*(?:[一二三四五六七八九十]+、|\d+[.、])?[ \t]*([^\s\n。;:,()\d]{2,20}):", re.MULTILINE)
_WORD = re.compile(r"放假|上班")
_BRACKET = r"(?:\(([^()]*)\))?"
_DAY = re.compile(
    rf"(?:(\d{{4}})年)?(\d{{1,2}})月(\d{{1,2}})日{_BRACKET}"
    rf"(?:\s*(?:至|到|-|—|~)\s*(?:(\d{{4}})年)?(?:(\d{{1,2}})月)?(\d{{1,2}})日{_BRACKET})?"
)
_COUNT = re.compile(r"^(?:调休)?(?:,?共)?(\d{1,2})天")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_WEEK = "一二三四五六日"
LONGEST_RUN = 31
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class NamedDay:
    """One day of a notice: 放假, or 上班 on what would be a weekend."""

    day: date
    working: bool
    name: str


class UnreadableText(ValueError):
    """What cannot be read, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("；".join(faults))


def read_text(text: str, year: int) -> list[NamedDay]:
    """Every day that the notice for ``year`` names, in order. Raises UnreadableText with all faults at once."""
    written = unicodedata.normalize("NFKC", text).replace("；", ";").replace("～", "~")
    faults: list[str] = []
    days: list[NamedDay] = []
    for name, body in _items(written):
        try:
            days += _read_item(name, body, year)
        except UnreadableText as fault:
            faults += fault.faults
    faults += [f"{day} 在通知中出现两次，请核对原文" for day in _twice(days)]
    if not days and not faults:
        faults.append("没有读出放假或调休的日期，请粘贴通知正文，如“春节：2月15日至23日放假调休，共9天。2月14日（周六）上班。”")
    if faults:
        raise UnreadableText(faults)
    return sorted(days, key=lambda one: one.day)


def _items(text: str) -> Iterator[tuple[str, str]]:
    heads = list(_HEADING.finditer(text))
    for number, head in enumerate(heads):
        end = heads[number + 1].start() if number + 1 < len(heads) else len(text)
        body = re.sub(r"\s+", "", text[head.end() : end])
        if _WORD.search(body):
            yield head[1].strip(), body


def _read_item(name: str, body: str, year: int) -> list[NamedDay]:
    days: list[NamedDay] = []
    faults: list[str] = []
    for sentence in re.split(r"[。;]", body):
        at = 0
        for word in _WORD.finditer(sentence):
            try:
                days += _read_clause(name, sentence[at : word.start()], word[0], sentence[word.end() :], year)
            except ValueError as fault:
                faults.append(f"{name}：{fault}")
            at = word.end()
    if faults:
        raise UnreadableText(faults)
    return days


def _read_clause(name: str, dates: str, word: str, after: str, year: int) -> list[NamedDay]:
    """The days named before 放假 or 上班. A sentence that names none (放假期间…) arranges nothing."""
    found = [day for match in _DAY.finditer(dates) for day in _run(match, name, year)]
    said = _COUNT.match(after)
    if word == "放假" and found and said and int(said[1]) != len(found):
        raise ValueError(f"写明共 {said[1]} 天，按日期数出 {len(found)} 天，请核对原文")
    if word == "上班" and (plain := [day for day in found if day.weekday() < _WEEK.index("六")]):
        raise ValueError(f"{plain[0]} 不是周末，不会是调休上班日，请核对年份")
    return [NamedDay(day, word == "上班", name) for day in found]


def _run(match: re.Match[str], name: str, year: int) -> list[date]:
    first_year, first_month, first_day, first_told, last_year, last_month, last_day, last_told = match.groups()
    month = int(first_month)
    crossing = last_month is not None and int(last_month) < month
    new_year = month == DECEMBER and (crossing or "元旦" in name)
    first = _date(int(first_year) if first_year else year - 1 if new_year else year, month, int(first_day))
    _check_weekday(first, first_told)
    if last_day is None:
        return [first]
    turned = first.year + 1 if crossing else first.year
    last = _date(int(last_year) if last_year else turned, int(last_month) if last_month else month, int(last_day))
    _check_weekday(last, last_told)
    if not 0 <= (last - first).days < LONGEST_RUN:
        raise ValueError(f"{first} 至 {last} 的起止日期不合理，请核对原文")
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{year}年{month}月{day}日不是有效日期，请核对原文") from None


def _check_weekday(day: date, told: str | None) -> None:
    """周六 in brackets must be one: the quickest way to see that the wrong year was chosen."""
    found = _WEEKDAY.search(told or "")
    if found and _WEEK.index(found[1].replace("天", "日")) != day.weekday():
        raise ValueError(f"{day} 是周{_WEEK[day.weekday()]}，原文写的是周{found[1]}，请核对年份")


def _twice(days: list[NamedDay]) -> list[date]:
    seen: set[date] = set()
    again = []
    for one in days:
        if one.day in seen:
            again.append(one.day)
        seen.add(one.day)
    return again
