"""What the address of a comparison says: figure, filter, area, period and moment; every page can be sent to a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import request

from app import clock
from app.authorize import current_actor
from app.comparisons import questions
from app.comparisons.questions import FILTERS, Question
from app.domain.actors import Actor
from app.domain.indicators import FORMULAS, Period
from app.errors import NotLikeThis
from app.indicators import frames, holdings, queries
from app.indicators.frames import Area, Frame
from app.indicators.yearly import NATION
from app.reference.comparison_rules import small_below
from app.reference_data.books import region_book

SPANS = ("", *(f"q{at}" for at in range(1, 5)), *(f"m{at}" for at in range(1, 13)))
YEARS_BACK = 10


@dataclass(frozen=True)
class Comparing:
    """One request: the question, its frame, and the arguments that ask the same again."""

    question: Question
    frame: Frame
    span: str
    as_of: str | None
    filters: dict[str, str]

    @property
    def args(self) -> dict[str, Any]:
        period = self.frame.period
        return {
            "figure": self.question.code, **self.filters, "area": self.frame.area.code, "year": period.year, "span": self.span or None,
            "to_date": "1" if period.cumulative and self.span else None, "as_of": self.as_of,
        }  # fmt: skip

    @property
    def as_of_input(self) -> str:
        as_of = self.frame.as_of
        return clock.office_time(as_of).strftime("%Y-%m-%dT%H:%M") if as_of else ""

    @cached_property
    def held(self) -> bool:
        """Whether the reader's office has anything to count in the area."""
        return holdings.any_in(self.frame)

    @property
    def threshold(self) -> int:
        return small_below(self.frame.today)

    @property
    def years(self) -> list[int]:
        last = clock.today().year
        return sorted({*range(last - YEARS_BACK, last + 1), self.frame.period.year}, reverse=True)

    @property
    def running(self) -> bool:
        """Whether the period still runs, so that it is compared with a longer one."""
        return self.frame.period.first <= self.frame.today < self.frame.period.last

    def areas(self) -> list[Area]:
        own = queries.own_region(self.frame.actor)
        return frames.offered(self.frame.area.book, self.frame.area.id, own.id if own else None)

    @property
    def about(self) -> str:
        """In words, for headings, workbooks and the history."""
        moment = f"，截至 {clock.office_time(self.frame.as_of):%Y-%m-%d %H:%M} 已登记的记录" if self.frame.as_of else ""
        return f"{self.question.title}，{self.frame.area.name}，{self.frame.period.label}{moment}"


def period(year: int, span: str, to_date: bool) -> Period:
    """A year, one quarter (q1) or month (m11) of it, or January up to its end."""
    if span not in SPANS:
        raise NotLikeThis(f"没有统计期“{span[:10]}”，请填写 q1 至 q4（季度）或 m1 至 m12（月份），不填为全年", field="span")
    frames.period(year)  # refuses years there are no figures for
    at = int(span[1:]) if span else None
    quarter, month = (at, None) if span.startswith("q") else (None, at)
    return Period(year, quarter=quarter, month=month, cumulative=to_date and bool(span))


def frame_of(actor: Actor, code: str | None, chosen: Period, as_of: str | None) -> Frame:
    """The area asked for, else the reader's own, else the nation."""
    book = region_book()
    own = None if code else queries.own_region(actor)
    found = frames.area_by_code(book, code or (own.code if own else NATION))
    return Frame(actor, found, chosen, frames.read_moment(as_of))


def comparing(figure: str = questions.FIGURE, fixed: bool = False) -> Comparing:
    """Read the address; ``figure`` is what is shown where it names none, or on a page that is about nothing else (``fixed``)."""
    span = _text("span")
    as_of = _text("as_of") or None
    chosen = period(whole("year") or clock.today().year, span, _text("to_date") == "1")
    frame = frame_of(current_actor(), _text("area") or None, chosen, as_of)
    filters = {name: value for name in FILTERS if (value := _text(name))}
    named = figure if fixed else _text("figure") or figure
    question = questions.question(frame.actor, named, filters, as_of=frame.as_of)
    return Comparing(question, frame, span, as_of, filters)


def _text(name: str) -> str:
    return (request.args.get(name) or "").strip()


def whole(name: str) -> int | None:
    written = _text(name)
    if not written:
        return None
    if not written.isascii() or not written.isdecimal() or len(written) > 9:
        raise NotLikeThis(f"“{written[:20]}”不是数字，请重新选择", field=name)
    return int(written)


def span_of(month: int) -> str:
    return f"m{month}"


def figures_offered() -> list[tuple[str, str]]:
    return [(code, FORMULAS[code].name) for code in questions.COMPARABLE]
