"""The difference of one figure between two moments, record by record (差异说明).

What one moment counts and the other does not is found by asking the very lists that the figures open, as known then and now; what
happened in between is read from the versions of batches and from the history. 原数＋新增－减少＝现数.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.figure_differences import Reason
from app.domain.indicators import CasePart, Kind, Part, PopulationChoice, TallyPart
from app.errors import NotLikeThis
from app.indicators import difference_batches, difference_records, records
from app.indicators.counts import count
from app.indicators.difference_parts import Difference, Event, Key, Member, last_moment
from app.indicators.figures import Asked
from app.indicators.frames import Frame
from app.indicators.records import Side
from app.indicators.residents import residents

NOT_COUNTED = "未计入"
Members = Mapping[Any, Member]


@dataclass(frozen=True, slots=True)
class Differences:
    """原数, 现数 and every record between them. ``residents`` are those of both moments where the figure is per thousand."""

    side: Side
    count_then: int
    count_now: int
    gained: Sequence[Difference]
    lost: Sequence[Difference]
    changed: Sequence[Difference]
    residents: tuple[PopulationChoice | None, PopulationChoice | None] | None = None
    adjusted: bool = False  # another definition was in force

    @property
    def adds_up(self) -> bool:
        return self.count_then + len(self.gained) - len(self.lost) == self.count_now

    @property
    def every(self) -> Sequence[Difference]:
        return [*self.gained, *self.lost, *self.changed]

    @property
    def by_reason(self) -> Mapping[Reason, int]:
        """How many records each reason has a part in."""
        found: dict[Reason, int] = {}
        for one in self.every:
            for reason in one.reasons:
                found[reason] = found.get(reason, 0) + 1
        if self.residents is not None and self.residents[0] != self.residents[1]:
            found[Reason.POPULATION] = 1
        return found


def between(
    then: Frame, now: Frame, asked: Asked, side: Side, *, before: Asked | None = None, adjusting: Sequence[Event] = ()
) -> Differences:
    """What differs from ``then`` (which has a moment) to ``now``. ``before`` is the definition then, where it was another, and
    ``adjusting`` tells who has changed it and why."""
    _refuse(then, now)
    before = before or asked
    old, new = _members(then, before, side, then, now, asked), _members(now, asked, side, then, now, before)
    unadjusted = new if before == asked else _members(now, before, side, then, now, asked)
    gone, come = old.keys() - new.keys(), new.keys() - old.keys()
    both = [key for key in old.keys() & new.keys() if old[key].words != new[key].words]
    told = _events([*gone, *come, *both], then, now, asked, {**old, **new})
    defined = {key for key in gone if key in unadjusted} | {key for key in come if key not in unadjusted}
    definition = tuple(adjusting) or (Event(None, "—", (Reason.DEFINITION,), "口径调整"),)

    def listed(keys: Iterable[Key]) -> list[Difference]:
        found = [
            _difference(old.get(key), new.get(key), (*(definition if key in defined else ()), *told.get(key, ()))) for key in keys
        ]
        return sorted(found, key=lambda one: (one.number, one.id or 0))

    return Differences(
        side, _count(then, before, side, old), _count(now, asked, side, new), listed(come), listed(gone), listed(both),
        (residents(then), residents(now)) if asked.formula.kind is Kind.PER_THOUSAND else None, before != asked,
    )  # fmt: skip


def _refuse(then: Frame, now: Frame) -> None:
    if then.as_of is None:
        raise NotLikeThis("请选择较早的时点，如 2026-11-01 或 2026-11-01T17:30", field="from")
    if then.as_of >= last_moment(now):
        raise NotLikeThis("较早的时点应在较晚的时点之前，请重新选择", field="from")
    if (then.actor, then.area, then.period) != (now.actor, now.area, now.period):
        raise ValueError("both frames ask for the same area and period of the same reader")


def _difference(old: Member | None, new: Member | None, events: tuple[Event, ...]) -> Difference:
    shown = new or old
    assert shown is not None
    before, after = (one.words if one else NOT_COUNTED for one in (old, new))
    return Difference(shown.kind, shown.id, shown.number, shown.about, before, after, events, shown.listed)


# ---------------------------------------------------------------- by what the figure counts

def _members(frame: Frame, asked: Asked, side: Side, then: Frame, now: Frame, other: Asked) -> Members:
    part = records.part_of(asked.formula, side)
    if asked.of_enterprises:
        return difference_records.register_members(frame, asked, side)
    if asked.covers:
        return difference_records.kind_members(frame, asked, side)
    if isinstance(part, CasePart):
        return difference_records.due_members(frame, asked, side)
    if isinstance(part, TallyPart):
        return difference_records.tally_members(frame, asked, side)
    if isinstance(part, Part):
        return difference_batches.members(frame, asked, side, (then, now) if asked == other else None)
    return {}


def _events(keys: Sequence[Any], then: Frame, now: Frame, asked: Asked, seen: Members) -> Mapping[Any, list[Event]]:
    part = asked.formula.numerator
    if asked.of_enterprises:
        return difference_records.register_events(asked.formula.code, keys, then, now)
    if asked.covers:
        return difference_records.kind_events(keys, then, now)
    if isinstance(part, CasePart):
        return difference_records.due_events(keys, then, now, seen)
    if isinstance(part, TallyPart):
        return difference_records.tally_events(keys, then, now, seen)
    return difference_batches.events([key for key in keys if isinstance(key, int)], then, now)


def _count(frame: Frame, asked: Asked, side: Side, found: Members) -> int:
    """What the figure shows: of batches counted on its own, since only those that may differ have been listed."""
    part = records.part_of(asked.formula, side)
    if isinstance(part, Part) and not asked.covers:
        chosen = asked.chosen(part)
        assert chosen is not None
        return count(frame, [chosen])[chosen]
    return len(found)
