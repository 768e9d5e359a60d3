"""A figure by group (分组统计) and by month (进度): the same definition over the parts, which sum to the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.domain.indicators import CasePart, Figure, Kind, Period, PopulationChoice, Selection, TallyPart, expected
from app.indicators import cases, tallies
from app.indicators.counts import count, count_by
from app.indicators.figures import Asked, disposed, divided
from app.indicators.frames import Frame
from app.indicators.groups import By, Groups
from app.indicators.residents import residents, residents_of
from app.indicators.tables import progress_days


@dataclass(frozen=True, slots=True)
class Share:
    """One group with its figure; ``key`` None is the whole."""

    key: str | None
    label: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a year with its own figure, the figure from January, and what was due by then."""

    month: int
    figure: Figure
    to_date: Figure
    expected: Fraction | None
    expected_to_date: Fraction | None


def breakdown(frame: Frame, asked: Asked, by: By) -> list[Share]:
    """The groups that have records, then the whole, counted on its own."""
    groups = Groups(frame, by)
    if isinstance(asked.formula.numerator, CasePart):
        return _of_cases(frame, asked, groups)
    if isinstance(asked.formula.numerator, TallyPart):
        return _of_tallies(frame, asked, groups)
    counts = _grouped(groups, count_by(frame, asked.parts, by))
    people = _people(frame, asked, groups)
    shown = [key for key in groups.keys if any(counts[part].get(key) for part in asked.parts)]
    shares = [
        Share(
            key,
            groups.label(key),
            divided(asked, {part: counts[part].get(key, 0) for part in asked.parts}, people[key]),
        )
        for key in shown
    ]
    whole = divided(asked, count(frame, asked.parts), people[WHOLE])
    return [*shares, Share(None, "合计", whole)]


WHOLE = ""


def _grouped(groups: Groups, counted: Mapping[Selection, Mapping[object, int]]) -> dict[Selection, dict[str, int]]:
    found: dict[Selection, dict[str, int]] = {}
    for part, numbers in counted.items():
        sums = found.setdefault(part, {})
        for value, number in numbers.items():
            key = groups.key(value)
            sums[key] = sums.get(key, 0) + number
    return found


def _people(frame: Frame, asked: Asked, groups: Groups) -> dict[str, PopulationChoice | None]:
    """Areas are divided by their own residents; other groups by all, so that they sum to the whole."""
    if asked.formula.kind is not Kind.PER_THOUSAND:
        return dict.fromkeys([*groups.keys, WHOLE])
    everybody = residents(frame)
    found: dict[str, PopulationChoice | None] = dict.fromkeys([*groups.keys, WHOLE], everybody)
    if groups.by is By.AREA:
        own = residents_of(frame, [one.id for one in groups.areas])
        found |= dict.fromkeys(groups.keys)
        found |= {one.code: own[one.id] for one in groups.areas}
    return found


def _of_cases(frame: Frame, asked: Asked, groups: Groups) -> list[Share]:
    batches = cases.matching(cases.due_batches(frame), asked.conditions)
    parted: dict[str, list[cases.DueBatch]] = {}
    for one in batches:
        parted.setdefault(groups.key_of(one.batch), []).append(one)
    shares = [
        Share(key, groups.label(key), disposed(asked.formula, parted[key], frame))
        for key in groups.keys
        if key in parted
    ]
    return [*shares, Share(None, "合计", disposed(asked.formula, batches, frame))]


def _of_tallies(frame: Frame, asked: Asked, groups: Groups) -> list[Share]:
    records = tallies.matching(tallies.rows(frame, asked.formula), asked.conditions)
    parted: dict[str, list[tallies.Tally]] = {}
    for one in records:
        key = groups.key(one.day.year * 100 + one.day.month) if groups.by is By.MONTH else groups.key_of(one.batch)
        parted.setdefault(key, []).append(one)
    shares = [
        Share(key, groups.label(key), tallies.tallied(asked.formula, parted[key], frame)) for key in groups.keys if key in parted
    ]
    return [*shares, Share(None, "合计", tallies.tallied(asked.formula, records, frame))]


# ---------------------------------------------------------------- months


def months(frame: Frame, asked: Asked, target: Decimal | None) -> list[Month]:
    """The months of the frame's year that have begun. ``target`` is that of the year, None for a rate."""
    year = frame.period.year
    begun = [month for month in range(1, 13) if date(year, month, 1) <= frame.today]
    whole = frame.over(Period(year))
    figures = _figures(whole, asked, begun)
    return [
        Month(
            month,
            *figures[month],
            *(_due(whole.over(Period(year, month=month, cumulative=c)), target) for c in (False, True)),
        )
        for month in begun
    ]


def _figures(frame: Frame, asked: Asked, begun: Sequence[int]) -> dict[int, tuple[Figure, Figure]]:
    if isinstance(asked.formula.numerator, CasePart):
        return _case_months(frame, asked, begun)
    return _tally_months(frame, asked, begun) if isinstance(asked.formula.numerator, TallyPart) else _months(frame, asked, begun)


def _due(frame: Frame, target: Decimal | None) -> Fraction | None:
    """What is due by the end of the month, or by today where it still runs."""
    return None if target is None else expected(target, *progress_days(frame))


def _months(frame: Frame, asked: Asked, begun: Sequence[int]) -> dict[int, tuple[Figure, Figure]]:
    counts = count_by(frame, asked.parts, By.MONTH)
    people = residents(frame) if asked.formula.kind is Kind.PER_THOUSAND else None
    running: dict[Selection, int] = dict.fromkeys(asked.parts, 0)
    found = {}
    for month in begun:
        key = frame.period.year * 100 + month
        own = {part: counts[part].get(key, 0) for part in asked.parts}
        running = {part: running[part] + own[part] for part in asked.parts}
        found[month] = divided(asked, own, people), divided(asked, running, people)
    return found


def _case_months(frame: Frame, asked: Asked, begun: Sequence[int]) -> dict[int, tuple[Figure, Figure]]:
    batches = cases.matching(cases.due_batches(frame), asked.conditions)
    found = {}
    for month in begun:
        spans = [
            frame.over(Period(frame.period.year, month=month, cumulative=cumulative)) for cumulative in (False, True)
        ]
        own, to_date = (disposed(asked.formula, cases.of_period(batches, one.period), one) for one in spans)
        found[month] = own, to_date
    return found


def _tally_months(frame: Frame, asked: Asked, begun: Sequence[int]) -> dict[int, tuple[Figure, Figure]]:
    records = tallies.matching(tallies.rows(frame, asked.formula), asked.conditions)
    found = {}
    for month in begun:
        spans = [frame.over(Period(frame.period.year, month=month, cumulative=cumulative)) for cumulative in (False, True)]
        own, to_date = (tallies.tallied(asked.formula, tallies.of_period(records, one.period), one) for one in spans)
        found[month] = own, to_date
    return found
