"""What a return asks of the figures: each is counted once, and remembered with its provenance (数据来源)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import sqlalchemy as sa

from app.db import session
from app.domain.indicators import FORMULAS, Condition, Field, Figure, Part, Period, describe, provenance_hash
from app.domain.samples import Domain, Level, Purpose
from app.indicators.figures import Asked, answers
from app.indicators.frames import Frame
from app.indicators.records import Side, Slice, numbers, part_of, where
from app.sampling.models import BatchFact
from app.spreadsheet_reports import Shown

FOOD = Condition(Field.DOMAIN, (Domain.FOOD.value, Domain.AGRICULTURAL.value))


@dataclass(frozen=True, slots=True)
class Source:
    """数据来源 of one figure: enough to count it again, and a hash to prove the list."""

    sheet: str
    name: str
    definition: str
    version: int
    filter: str
    period: str
    side: str
    count: int
    sha256: str


@dataclass
class Ledger:
    """Every figure of one return, in the order printed, with its source."""

    frame: Frame
    sources: list[Source] = field(default_factory=list)
    _lists: dict[tuple[Asked, Side, Period, Slice | None], list[str]] = field(default_factory=dict)

    def figure(self, sheet: str, name: str, asked: Asked, period: Period) -> Figure:
        """The figure of a definition over a period; its records go to the sources."""
        frame = self.frame.over(period)
        answer = answers(frame, [asked])[asked].figure
        self.cite(sheet, name, asked, period)
        return answer

    def cite(self, sheet: str, name: str, asked: Asked, period: Period, group: Slice | None = None) -> None:
        """Remember the record lists behind a figure; a population has none."""
        for side, words in ((Side.NUMERATOR, "分子"), (Side.DENOMINATOR, "分母")):
            if part_of(asked.formula, side) is None:
                continue
            found = self.numbers(asked, side, period, group)
            self.sources.append(
                Source(
                    sheet,
                    name,
                    asked.formula.name,
                    asked.formula.version,
                    describe(asked.conditions),
                    period.label,
                    words,
                    len(found),
                    provenance_hash(found),
                )
            )

    def numbers(self, asked: Asked, side: Side, period: Period, group: Slice | None = None) -> list[str]:
        """The sorted 抽样编号 behind one side of a figure, of one group where asked."""
        key = (asked, side, period, group)
        if key not in self._lists:
            frame = self.frame.over(period)
            self._lists[key] = numbers(frame, asked, side) if group is None else _grouped(frame, asked, side, group)
        return self._lists[key]


def _grouped(frame: Frame, asked: Asked, side: Side, group: Slice) -> list[str]:
    part = part_of(asked.formula, side)
    assert isinstance(part, Part)
    statement = sa.select(BatchFact.sample_number).where(*where(frame, asked, part, group))
    return list(session().scalars(statement.order_by(BatchFact.sample_number)))


def counted(level: Level | None, purpose: Purpose | None) -> tuple[Condition, ...]:
    """Food and agricultural batches of a level and a purpose, where given."""
    found: list[Condition] = [FOOD]
    if level is not None:
        found.append(Condition(Field.LEVEL, (level.value,)))
    if purpose is not None:
        found.append(Condition(Field.PURPOSE, (purpose.value,)))
    return tuple(found)


def asked(code: str, conditions: Sequence[Condition] = ()) -> Asked:
    return Asked(FORMULAS[code], tuple(conditions))


def shown(figure: Figure) -> Shown | str:
    """The figure as a cell: the number displayed with its decimals, or "—"."""
    return Shown(Decimal(figure.display), figure.places) if figure.value is not None else "—"


def top(figure: Figure) -> int | str:
    return figure.numerator if figure.numerator is not None else "—"


def under(figure: Figure) -> int | str:
    return figure.denominator if figure.denominator is not None else "—"
