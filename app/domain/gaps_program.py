"""The integer program behind 下一步抽什么, as plain numbers: what a choice is worth, and what it must not exceed.

Points are whole numbers, so that two choices compare exactly. A bonus is earned for a limited number of batches only (a producer
is covered by the first one): that is how returns diminish.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class LimitKind(StrEnum):
    """What forbids another batch."""

    QUOTA = "计划余量"
    RESERVE = "为细分计划保留的余量"
    UNIT_CAP = "被抽样单位频次上限"
    PRODUCER_CAP = "生产者同类食品频次上限"
    LABORATORY = "检验能力"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` batches over these candidates."""

    kind: LimitKind
    members: tuple[int, ...]
    most: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class Bonus:
    """``points`` for each of the first ``most`` batches over these candidates."""

    code: str
    members: tuple[int, ...]
    most: int
    points: int
    words: str
    subject: str = ""  # whom it is about, where the words do not say


@dataclass(frozen=True, slots=True)
class Program:
    """Choose whole numbers of batches per candidate: most points, every limit kept."""

    points: tuple[int, ...]  # per batch, by candidate
    uppers: tuple[int, ...]
    limits: tuple[Limit, ...] = ()
    bonuses: tuple[Bonus, ...] = ()

    @property
    def size(self) -> int:
        return len(self.points)


def value(program: Program, chosen: Sequence[int]) -> int:
    """The points of a choice."""
    plain = sum(points * number for points, number in zip(program.points, chosen, strict=True))
    return plain + sum(
        bonus.points * min(bonus.most, sum(chosen[one] for one in bonus.members)) for bonus in program.bonuses
    )


def shy(points: int, bound: int) -> str:
    """By how much a choice is at most short of the best possible, in tenths of a percent rounded up."""
    tenths = -(-(bound - points) * 1000 // bound) if bound > points else 0
    return f"{tenths // 10}.{tenths % 10}%"


def broken(program: Program, chosen: Sequence[int]) -> Iterator[Limit | int]:
    """The limits that a choice exceeds, and the candidates outside their own bounds."""
    for one, (number, upper) in enumerate(zip(chosen, program.uppers, strict=True)):
        if not 0 <= number <= upper:
            yield one
    for limit in program.limits:
        if sum(chosen[one] for one in limit.members) > limit.most:
            yield limit


def spread(program: Program, chosen: Sequence[int]) -> tuple[int, ...]:
    """The same points over more candidates: those alike in every limit and bonus share their batches.

    The solver heaps all batches on the first of them; an office takes several foods rather than one food many times.
    """
    found = list(chosen)
    if max(chosen, default=0) < 2:
        return tuple(found)
    for alike in _alike(program):
        left = sum(found[one] for one in alike)
        if left < 2:
            continue
        for one in alike:
            found[one] = 0
        while left:
            for one in alike:
                if left and found[one] < program.uppers[one]:
                    found[one], left = found[one] + 1, left - 1
    return tuple(found)


def _alike(program: Program) -> Iterator[list[int]]:
    """Candidates of equal points that no limit and no bonus tells apart, where there is more than one."""
    under: list[list[int]] = [[] for _ in range(program.size)]
    members = [*(one.members for one in program.limits), *(one.members for one in program.bonuses)]
    for place, ones in enumerate(members):
        for one in ones:
            under[one].append(place)
    groups: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for one, places in enumerate(under):
        groups.setdefault((program.points[one], tuple(places)), []).append(one)
    return (members for members in groups.values() if len(members) > 1)


def ranked(program: Program, chosen: Sequence[int]) -> list[tuple[int, int, list[tuple[Bonus, int]]]]:
    """The chosen candidates, most points first; each with its points and the bonuses that it is the one to earn.

    A bonus belongs to whoever comes first, so that the points of all lines add up to the value of the choice.
    """
    race = _Race(program, chosen)
    found = []
    while race.waiting:
        best = min(race.waiting, key=lambda one: (-race.worth[one], one))
        found.append((best, race.worth[best], race.finish(best)))
    return found


class _Race:
    """Who earns what while the chosen candidates are put in order."""

    def __init__(self, program: Program, chosen: Sequence[int]) -> None:
        self._program, self._chosen = program, chosen
        self._left = [bonus.most for bonus in program.bonuses]
        self._members = [[one for one in bonus.members if chosen[one]] for bonus in program.bonuses]
        self._earns: dict[int, list[int]] = {}
        for place, members in enumerate(self._members):
            for one in members:
                self._earns.setdefault(one, []).append(place)
        self.waiting = {one for one, number in enumerate(chosen) if number}
        self.worth = {one: self._worth(one) for one in self.waiting}
        self._largest = max((chosen[one] for one in self.waiting), default=0)

    def _worth(self, one: int) -> int:
        number = self._chosen[one]
        bonuses = sum(self._program.bonuses[place].points * min(self._left[place], number) for place in self._earns.get(one, ()))
        return self._program.points[one] * number + bonuses

    def finish(self, best: int) -> list[tuple[Bonus, int]]:
        """Take the candidate out; what it earns the others cannot earn again."""
        self.waiting.remove(best)
        earned = []
        for place in self._earns.get(best, ()):
            number = min(self._left[place], self._chosen[best])
            if not number:
                continue
            earned.append((self._program.bonuses[place], number))
            self._left[place] -= number
            if self._left[place] < self._largest:  # else nobody is worth less than before
                for one in self._members[place]:
                    if one in self.waiting:
                        self.worth[one] = self._worth(one)
        return earned
