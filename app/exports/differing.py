"""The difference of a return against the records at a later moment: figure by figure, record by record, with the cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.exports import building, storing
from app.exports.building import Moment
from app.exports.causes import Cause, Causes
from app.exports.keeping import Kept
from app.exports.made import Counted
from app.exports.models import MonthlyReturn

GAINED, LOST = "新增", "减少"
DEFINITION = "口径调整"
Key = tuple[str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """One record that only one of the two moments counts."""

    change: str
    number: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """One figure that says something else, or counts other records; ``then`` or ``now`` is None where only one of them has it."""

    then: Counted | None
    now: Counted | None
    count_then: int
    count_now: int
    records: Sequence[RecordDifference]
    note: str = ""

    @property
    def figure(self) -> Counted:
        found = self.now or self.then
        assert found is not None
        return found

    @property
    def value_then(self) -> str | None:
        return self.then.value if self.then else None

    @property
    def value_now(self) -> str | None:
        return self.now.value if self.now else None

    @property
    def reasons(self) -> Mapping[str, int]:
        found: dict[str, int] = {DEFINITION: len(self.records)} if self.note else {}
        for one in self.records:
            for reason in one.cause.reasons:
                found[reason] = found.get(reason, 0) + 1
        return found

    @property
    def reason_words(self) -> str:
        return "、".join(f"{reason} {number}" if number else reason for reason, number in self.reasons.items()) or "数值的其他依据变化"

    def numbers(self, change: str) -> list[str]:
        return [one.number for one in self.records if one.change == change]


@dataclass(frozen=True, slots=True)
class Moved:
    """One record with its cause, and every figure that it came into (+) or went out of (−)."""

    number: str
    cause: Cause
    figures: Sequence[str]


def by_record(rows: Iterable[FigureDifference]) -> list[Moved]:
    """The same differences told once a record."""
    found: dict[str, tuple[Cause, list[str]]] = {}
    for row in rows:
        for one in row.records:
            cause, figures = found.setdefault(one.number, (one.cause, []))
            if not cause.events and one.cause.events:
                found[one.number] = (one.cause, figures)
            figures.append(f"{'＋' if one.change == GAINED else '−'}{row.figure.place}")
    return [Moved(number, cause, list(dict.fromkeys(figures))) for number, (cause, figures) in sorted(found.items())]


def against(found: MonthlyReturn, at: datetime) -> list[FigureDifference]:
    """What the return would say differently as known at this moment. Raises NotAllowedNow for one without kept lists."""
    archive = storing.archive(found)
    if at <= found.as_of:
        return []
    now = building.build(found, Moment(at, found.chain_head)).figures
    return compared(with_lists(archive, building.kept_figures(found.id)), now, Causes(building.frame_of(found), at))


def of_correction(original: MonthlyReturn, now: Sequence[Counted], at: datetime) -> list[FigureDifference]:
    """What a correction says differently from the return it corrects."""
    if at <= original.as_of:
        return []
    then = with_lists(storing.archive(original), building.kept_figures(original.id))
    return compared(then, now, Causes(building.frame_of(original), at))


def with_lists(archive: Kept, figures: Iterable[Counted]) -> list[Counted]:
    """The figures that were kept, each with its list."""
    return [replace(one, numbers=archive.numbers(one.sha256)) for one in figures]


def compared(then: Sequence[Counted], now: Sequence[Counted], causes: Causes) -> list[FigureDifference]:
    before, after = _keyed(then), _keyed(now)
    keys = [*after, *(key for key in before if key not in after)]
    pairs = ((before.get(key), after.get(key)) for key in keys)
    return [_difference(old, new, causes) for old, new in pairs if not _same(old, new)]


def _keyed(figures: Iterable[Counted]) -> dict[Key, Counted]:
    """By place in the return; a row moves when another comes before it, so that its name says which it is."""
    found: dict[Key, Counted] = {}
    seen: Counter[tuple[str, str, str, str]] = Counter()
    for one in figures:
        key = (one.sheet, one.name, one.period, one.side)
        found[(*key, seen[key])] = one
        seen[key] += 1
    return found


def _same(one: Counted | None, other: Counted | None) -> bool:
    if one is None or other is None:
        lone = one or other
        return lone is not None and not lone.numbers and lone.value in (None, "0", "—")
    return (one.value, one.sha256) == (other.value, other.sha256)


def _difference(then: Counted | None, now: Counted | None, causes: Causes) -> FigureDifference:
    old, new = (Counter(one.numbers or () if one else ()) for one in (then, now))
    gained, lost = sorted((new - old).elements()), sorted((old - new).elements())
    told = causes.of(now or then, [*gained, *lost]) if gained or lost else {}
    records = [
        *(RecordDifference(GAINED, number, told[number]) for number in gained),
        *(RecordDifference(LOST, number, told[number]) for number in lost),
    ]
    return FigureDifference(then, now, old.total(), new.total(), records, _redefined(then, now))


def _redefined(then: Counted | None, now: Counted | None) -> str:
    if then is None or now is None:
        return ""
    before, after = ((one.definition, one.version, one.filter) for one in (then, now))
    return "" if before == after else f"{DEFINITION}：{' '.join(map(str, before))} → {' '.join(map(str, after))}"
