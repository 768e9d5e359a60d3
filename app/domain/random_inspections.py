"""双随机抽查: how heavy an enterprise weighs, how many are drawn, who forms which team, what a finished inspection proposes.

国务院《关于在市场监管领域全面推行部门联合“双随机、一公开”监管的意见》（国发〔2019〕5号）; two inspectors at least: 行政处罚法第四十二条.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from app.domain.drawing import CannotDraw, teams
from app.domain.supervision_kinds import Grade, InspectionMeasure, InspectionResult, RandomOutcome

UNGRADED: Final = "UNGRADED"
LISTED: Final = "LISTED"
NEVER: Final = "NEVER"
POINTS: Final = (*(grade.value for grade in Grade), UNGRADED, LISTED, NEVER)
PARTNERS: Final = 2  # members whom each department that takes part adds to a team
LEAST: Final = 2


def weight(points: Mapping[str, int], grade: Grade | None, *, listed: bool, never: bool) -> tuple[int, str]:
    """The weight of an enterprise and why, in words; never below 1."""
    found = points.get(grade.value if grade else UNGRADED, 1)
    why = [f"{grade.value}级风险 {found}" if grade else f"未评定风险等级 {found}"]
    for applies, code, words in ((listed, LISTED, "在严重违法失信名单中"), (never, NEVER, "从未检查")):
        if applies and points.get(code):
            found += points[code]
            why.append(f"{words}加 {points[code]}")
    return max(found, 1), "，".join(why)


def highest(grades: Iterable[Grade]) -> Grade | None:
    """就高不就低: of an enterprise with several kinds the riskiest grade counts."""
    return max(grades, key=lambda grade: grade.value, default=None)


def number_to_draw(take: int | None, permille: int | None, listed: int) -> int:
    """抽取户数: as given, or the permille of the list rounded up, so that «不低于 3%» holds."""
    if take is not None:
        return take
    return -(-listed * (permille or 0) // 1000)


def coverage(inspected: int, registered: int) -> Fraction | None:
    """抽查覆盖率; None where there was no register."""
    return Fraction(inspected, registered) if registered else None


def unfit(valid_from: date, valid_to: date | None, from_on: date, to_on: date) -> str | None:
    """Why a certificate does not hold on every day of the programme."""
    if valid_from > from_on:
        return f"执法证自 {valid_from} 起有效，晚于抽查开始日期"
    if valid_to is not None and valid_to < to_on:
        return f"执法证有效期至 {valid_to}，早于抽查结束日期"
    return None


# ---------------------------------------------------------------- teams

@dataclass(frozen=True, slots=True)
class Person:
    """检查人员, in the order drawn; ``department`` None is our own."""

    id: int
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a team; one who stepped back stays with the reason."""

    person: int
    replaced_why: str | None = None


Team = tuple[Seat, ...]
StepsBack = Callable[[int, int], str | None]  # of a person and a place: why he may not inspect there


def assign(places: Sequence[int], drawn: Sequence[Person], size: int, steps_back: StepsBack) -> list[Team]:
    """A team for each enterprise: ``size`` of our own in turn, and of each department that takes part its people in turn.

    Nobody inspects where he must step back: the next in the order drawn who is free to takes the place. Raises CannotDraw when
    a team of our own cannot be formed; a department that has nobody left sends somebody itself.
    """
    own = [person.id for person in drawn if person.department is None]
    if size < LEAST:
        raise CannotDraw(f"每组检查人员不得少于 {LEAST} 人")
    if len(own) < size:
        raise CannotDraw(f"可参加抽查的本部门检查人员只有 {len(own)} 人，少于每组 {size} 人：请补充检查人员名录或核对回避理由")
    found = [list(team) for team in _of_group(places, own, size, steps_back, strict=True)]
    for department in dict.fromkeys(person.department for person in drawn if person.department):
        people = [person.id for person in drawn if person.department == department]
        joining = _of_group(places, people, min(PARTNERS, len(people)), steps_back, strict=False)
        for team, seats in zip(found, joining, strict=True):
            team.extend(seats)
    return [tuple(team) for team in found]


def _of_group(places: Sequence[int], people: Sequence[int], size: int, steps_back: StepsBack, *, strict: bool) -> list[list[Seat]]:
    return [
        _seats(place, team, _others(people, ordinal * size + size, team), steps_back, strict=strict)
        for ordinal, (place, team) in enumerate(zip(places, teams(len(places), people, size), strict=True))
    ]


def _others(people: Sequence[int], start: int, team: Sequence[int]) -> list[int]:
    """Who comes next, round and round, without those already in the team."""
    turned = [people[(start + step) % len(people)] for step in range(len(people))]
    return [person for person in turned if person not in team]


def _seats(place: int, team: Sequence[int], others: Sequence[int], steps_back: StepsBack, *, strict: bool) -> list[Seat]:
    seats, waiting = [], list(team)
    spare = iter(others)
    while waiting:
        person = waiting.pop(0)
        why = steps_back(person, place)
        seats.append(Seat(person, why))
        if why is None:
            continue
        following = next(spare, None)
        if following is not None:
            waiting.append(following)
        elif strict:
            raise CannotDraw("有检查对象因回避找不到足够的检查人员：请补充检查人员名录，或核对回避理由后重新冻结名单")
    return seats


def substitute(drawn: Sequence[int], seated: Iterable[int], after: int, free: Callable[[int], bool]) -> int | None:
    """递补: the next in the order drawn after the one who steps back, not yet in the team and free to inspect there."""
    taken = set(seated)
    start = drawn.index(after) + 1 if after in drawn else 0
    turned = [drawn[(start + step) % len(drawn)] for step in range(len(drawn))]
    return next((person for person in turned if person not in taken and free(person)), None)


# ---------------------------------------------------------------- results

def proposed_outcome(result: InspectionResult, measure: InspectionMeasure | None) -> RandomOutcome:
    """抽查结果 that a finished inspection proposes."""
    if result is InspectionResult.MEETS:
        return RandomOutcome.CLEAR
    if result is InspectionResult.OBSTRUCTED:
        return RandomOutcome.OBSTRUCTED
    if result is InspectionResult.NOT_FOUND:
        return RandomOutcome.UNREACHABLE
    ordered = measure in (InspectionMeasure.RECTIFY, InspectionMeasure.ON_THE_SPOT)
    return RandomOutcome.CORRECTED if ordered else RandomOutcome.FILED
