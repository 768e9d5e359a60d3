"""What the addresses of these pages ask for, and the addresses of what a figure counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request, url_for

from app import clock
from app.domain.turnaround import BINS, TIMED, Timing
from app.errors import NotLikeThis
from app.turnaround.queries import Filters, Laboratory
from app.turnaround.reading import Narrowed

WRITTEN = "~"  # before a laboratory's name that is no organisation of ours
FOODS = {"": None, "agri": True, "other": False}
STANDS: Mapping[str, frozenset[Timing]] = {
    "on_time": frozenset({Timing.ON_TIME}), "late": frozenset({Timing.LATE}), "timed": TIMED, "untimed": frozenset(Timing) - TIMED,
    "unknown": frozenset({Timing.UNKNOWN}), "wrong": frozenset({Timing.WRONG}), "unruled": frozenset({Timing.UNRULED}),
}  # fmt: skip
STAND_NAMES = {"timed": "可计时（按时和超期）", "untimed": "不能计时"}
YEAR = 365


def day(written: str | None, usual: date) -> date:
    if not written:
        return usual
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotLikeThis(f"日期“{written[:20]}”无法识别，请写成 2026-01-31") from None


def ordered(first: date, last: date) -> tuple[date, date]:
    if last < first:
        raise NotLikeThis("统计期间的止日早于起日，请核对")
    return first, last


def this_year() -> tuple[date, date]:
    """What is asked for when nothing is: from New Year to today."""
    today = clock.today()
    return date(today.year, 1, 1), today


def past_year() -> tuple[date, date]:
    today = clock.today()
    return today - timedelta(days=YEAR - 1), today


def period(usual: tuple[date, date]) -> tuple[date, date]:
    return ordered(day(request.args.get("from"), usual[0]), day(request.args.get("to"), usual[1]))


def laboratory_asked(written: str | None) -> Laboratory:
    if not written:
        return None
    if written.startswith(WRITTEN):
        return written[1:]
    if written.isascii() and written.isdecimal() and len(written) < 16:
        return int(written)
    raise NotLikeThis("没有这个检验机构，请从列表中重新选择")


def laboratory_word(laboratory: Laboratory) -> str | None:
    return None if laboratory is None else str(laboratory) if isinstance(laboratory, int) else WRITTEN + laboratory


@dataclass(frozen=True, slots=True)
class Asked:
    """The query of a page, and how to say it again."""

    filters: Filters
    narrowed: Narrowed

    @property
    def foods(self) -> str | None:
        return next((word for word, food in FOODS.items() if word and food is self.filters.agricultural), None)

    @property
    def stands(self) -> str | None:
        return next((word for word, timings in STANDS.items() if timings == self.narrowed.timings), None)

    def arguments(self, **changed: Any) -> dict[str, Any]:
        said: dict[str, Any] = {
            "from": self.filters.first.isoformat(), "to": self.filters.last.isoformat(),
            "laboratory": laboratory_word(self.filters.laboratory), "foods": self.foods, "stands": self.stands,
            "bar": self.narrowed.bar,
        } | changed  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}

    def reports(self, laboratory: Laboratory = None, stands: str | None = None, bar: int | None = None) -> str:
        chosen = laboratory if laboratory is not None else self.filters.laboratory
        return url_for("turnaround.reports", **self.arguments(laboratory=laboratory_word(chosen), stands=stands, bar=bar))


def stand_name(word: str) -> str:
    return STAND_NAMES.get(word) or next(iter(STANDS[word])).value


def asked() -> Asked:
    first, last = period(this_year())
    foods, stands, bar = request.args.get("foods", ""), request.args.get("stands", ""), request.args.get("bar", "")
    at = int(bar) if bar.isascii() and bar.isdecimal() and len(bar) < 3 and int(bar) < len(BINS) else None
    filters = Filters(first, last, laboratory_asked(request.args.get("laboratory")), FOODS.get(foods))
    return Asked(filters, Narrowed(STANDS.get(stands, frozenset(Timing)), at))


def page_asked() -> int:
    written = request.args.get("page", "")
    return max(1, int(written)) if written.isascii() and written.isdecimal() and len(written) < 7 else 1
