"""The limits of the program, collected while its candidates are being found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.gaps import Book, Line, Reserve, Spot, reserves
from app.domain.gaps_candidates import Food, Pair
from app.domain.gaps_caps import ByEnterprise, CapRow, Headroom, Window, concerns, headroom, in_force, windows
from app.domain.gaps_program import Limit, LimitKind
from app.domain.gaps_weeks import Laboratory, Week
from app.domain.quotas import Cell
from app.domain.samples import Level, Link
from app.domain.sampling_kinds import CapSubject

ANY = 9_999


@dataclass(frozen=True, slots=True)
class Within:
    """The lines and reserves of a spot, and what they leave by the end of each month."""

    lines: Sequence[Line]
    kept: Sequence[Reserve]
    most: Mapping[int, int]
    by_month: bool  # a line of it is divided by month


class Spots:
    """The lines and reserves of a plan by spot, each looked up once."""

    def __init__(self, book: Book, months: Sequence[int]) -> None:
        self._book, self._months = book, months
        self._reserves: dict[Cell, list[Reserve]] = {}
        for reserve in reserves(book):
            self._reserves.setdefault(reserve.line.cell, []).append(reserve)
        self._known: dict[Spot, Within] = {}
        self._open = {(cell, month): line.open_by(month) for cell, line in book.lines.items() for month in months}

    def of(self, spot: Spot) -> Within:
        found = self._known.get(spot)
        if found is None:
            found = self._known[spot] = self._within(self._book.holding(spot))
        return found

    def _within(self, lines: Sequence[Line]) -> Within:
        cells = {line.cell for line in lines}
        kept = [one for line in lines for one in self._reserves.get(line.cell, ()) if not cells & one.finer]
        reserve = min((one.most for one in kept), default=ANY)
        most = {month: min((self._open[cell, month] for cell in cells), default=0) for month in self._months}
        return Within(lines, kept, {month: min(reserve, open_) for month, open_ in most.items()}, any(line.months for line in lines))


class QuotaLimits:
    """Σ per line up to each month ≤ what is open by then; Σ outside the parts ≤ what the parts leave."""

    def __init__(self, months: Sequence[int]) -> None:
        self._months = months
        self._lines: dict[Cell, tuple[Line, list[tuple[int, int]]]] = {}
        self._reserves: dict[tuple[Cell, frozenset[Cell]], tuple[Reserve, list[int]]] = {}

    def note(self, lines: Sequence[Line], kept: Sequence[Reserve], month: int, one: int) -> None:
        for line in lines:
            self._lines.setdefault(line.cell, (line, []))[1].append((month, one))
        for reserve in kept:
            self._reserves.setdefault((reserve.line.cell, reserve.finer), (reserve, []))[1].append(one)

    def limits(self) -> list[Limit]:
        found = []
        for line, members in self._lines.values():
            for month in self._months if line.months else self._months[-1:]:
                inside = tuple(one for at, one in members if at <= month)
                found.append(Limit(LimitKind.QUOTA, inside, line.open_by(month)))
        for reserve, ones in self._reserves.values():
            found.append(Limit(LimitKind.RESERVE, tuple(ones), reserve.most))
        return found


class CapLimits:
    """频次上限 by enterprise (and 大类, for a producer) and window."""

    def __init__(
        self, caps: Iterable[CapRow], earlier: ByEnterprise, weeks: Sequence[Week], foods: Mapping[int, Food]
    ) -> None:
        caps, months = list(caps), sorted({week.month for week in weeks})
        first = weeks[0].first if weeks else None
        self._rules: list[tuple[CapRow, Window]] = [
            (cap, window)
            for subject in (CapSubject.UNIT, CapSubject.PRODUCER)
            for cap in (in_force(caps, first, subject) if first else ())
            for window in (windows(cap, months, first) if first else ())
        ]
        self._earlier, self._foods = earlier, foods
        self._rooms: dict[tuple[int, int, int | None], Headroom] = {}
        self._members: dict[tuple[int, int, int | None], list[int]] = {}
        self._of: dict[tuple[Link, Level], list[int]] = {}

    def _concerning(self, link: Link, level: Level) -> list[int]:
        key = (link, level)
        if key not in self._of:
            self._of[key] = [
                number for number, (cap, _) in enumerate(self._rules)
                if concerns(cap, link, level) and (cap.subject is CapSubject.UNIT or link is Link.PRODUCTION)
            ]  # fmt: skip
        return self._of[key]

    def of(self, pair: Pair, level: Level, month: int) -> list[tuple[int, int, int | None]]:
        """The keys of the caps that a batch of the pair in the month counts under."""
        found = []
        for number in self._concerning(pair.link, level):
            cap, window = self._rules[number]
            root = root_of(pair, self._foods) if cap.subject is CapSubject.PRODUCER else None
            if month not in window.months or (root is None and cap.subject is CapSubject.PRODUCER):
                continue
            key = (number, pair.firm.id, root)
            if key not in self._rooms:
                self._rooms[key] = headroom(cap, window, (pair.firm.id, root), self._earlier)
            found.append(key)
        return found

    def rooms(self, keys: Iterable[tuple[int, int, int | None]]) -> list[Headroom]:
        return [self._rooms[key] for key in keys]

    def note(self, keys: Iterable[tuple[int, int, int | None]], one: int) -> None:
        for key in keys:
            self._members.setdefault(key, []).append(one)

    def limits(self) -> list[Limit]:
        found = []
        for key, members in self._members.items():
            room = self._rooms[key]
            kind = LimitKind.UNIT_CAP if room.cap.subject is CapSubject.UNIT else LimitKind.PRODUCER_CAP
            found.append(Limit(kind, tuple(members), room.most))
        return found


def root_of(pair: Pair, foods: Mapping[int, Food]) -> int | None:
    """大类 of the food."""
    return foods[pair.food_id].line[-1] if pair.food_id is not None and pair.food_id in foods else None


def month_rooms(weeks: Sequence[Week], laboratories: Sequence[Laboratory]) -> dict[int, int]:
    """What the laboratories take in the weeks of each month; empty where no capacity has been entered."""
    found: dict[int, int] = {}
    for week in weeks if laboratories else ():
        found[week.month] = found.get(week.month, 0) + sum(lab.room(week) for lab in laboratories)
    return found
