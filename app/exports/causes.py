"""Why a record is counted at one of two moments only: read from the versions of batches and the history between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.figure_differences import Reason
from app.exports.figures import DENOMINATOR, NUMERATOR
from app.exports.made import Counted
from app.indicators import difference_batches, differences
from app.indicators.difference_parts import Difference, Event
from app.indicators.figures import Asked
from app.indicators.frames import Area, Frame
from app.indicators.records import Side
from app.sampling.models import BatchFact

SIDES = {NUMERATOR: Side.NUMERATOR, DENOMINATOR: Side.DENOMINATOR, "未判定": Side.BESIDE}
PART = 500


@dataclass(frozen=True, slots=True)
class Cause:
    """What a record was, what it is, and what happened to it in between."""

    before: str = "—"
    after: str = "—"
    reasons: tuple[str, ...] = (Reason.UNKNOWN.value,)
    events: tuple[Event, ...] = ()


@dataclass
class Causes:
    """Causes between a return's moment and a later one; each question of the figures is asked once."""

    then: Frame
    at: datetime
    _asked: dict[Any, Mapping[str, Cause]] = field(default_factory=dict)
    _batches: dict[str, Cause] = field(default_factory=dict)

    def of(self, figure: Counted | None, numbers: Iterable[str]) -> Mapping[str, Cause]:
        """A cause of each of these records of a figure."""
        numbers = list(dict.fromkeys(numbers))
        known = self._by_question(figure) if figure is not None else {}
        rest = [number for number in numbers if number not in known and number not in self._batches]
        self._batches |= self._by_batch(rest)
        return {number: known.get(number) or self._batches[number] for number in numbers}

    def _frames(self, period: Any, area: Area | None) -> tuple[Frame, Frame]:
        then = self.then.over(period) if area is None else self.then.within(area).over(period)
        return then, Frame(then.actor, then.area, then.period, self.at)

    def _by_question(self, figure: Counted) -> Mapping[str, Cause]:
        """By the very definition of the figure; a part of a breakdown is explained by the whole it belongs to."""
        source, side = figure.source, SIDES.get(figure.side)
        asked: Asked | None = getattr(source, "asked", None)
        if asked is None or side is None:
            return {}
        area = getattr(source, "area", None)
        key = asked, source.period, area.id if area is not None else None, side
        if key not in self._asked:
            then, now = self._frames(source.period, area)
            found = differences.between(then, now, asked, side)
            self._asked[key] = {one.listed or one.number: _cause(one) for one in found.every}
        return self._asked[key]

    def _by_batch(self, numbers: list[str]) -> dict[str, Cause]:
        """What happened to the batch, where the figure itself does not tell."""
        ids = _sample_ids(numbers)
        now = Frame(self.then.actor, self.then.area, self.then.period, self.at)
        told = difference_batches.events(list(ids.values()), self.then, now)
        found = {}
        for number in numbers:
            events = tuple(told.get(ids.get(number, -1), ()))
            reasons = tuple(dict.fromkeys(reason.value for event in events for reason in event.reasons))
            found[number] = Cause(reasons=reasons, events=events) if events else Cause()
        return found


def _cause(one: Difference) -> Cause:
    return Cause(one.before, one.after, tuple(reason.value for reason in one.reasons), one.events)


def _sample_ids(numbers: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(numbers), PART):
        asked = sa.select(BatchFact.sample_number, BatchFact.sample_id).where(BatchFact.sample_number.in_(numbers[start : start + PART]))
        found |= {number: sample_id for number, sample_id in session().execute(asked.distinct())}
    return found
