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
from app.indicators.records import Side, Slice, numbers, part_of, records, where
from app.sampling.models import BatchFact
from app.spreadsheet_reports import FIRST_ROW, Shown

FOOD = Condition(Field.DOMAIN, (Domain.FOOD.value, Domain.AGRICULTURAL.value))
NUMERATOR, DENOMINATOR = "分子", "分母"
SIDES = ((Side.NUMERATOR, NUMERATOR), (Side.DENOMINATOR, DENOMINATOR))


@dataclass(frozen=True, slots=True)
class Source:
    """数据来源 of one figure: enough to count it again, and a hash to prove the list. ``cell`` is where the figure stands."""

    sheet: str
    name: str
    asked: Asked
    period: Period
    side: str
    numbers: Sequence[str]
    cell: str | None = None

    @property
    def definition(self) -> str:
        return self.asked.formula.name

    @property
    def version(self) -> int:
        return self.asked.formula.version

    @property
    def filter(self) -> str:
        return describe(self.asked.conditions)

    @property
    def count(self) -> int:
        return len(self.numbers)

    @property
    def sha256(self) -> str:
        return provenance_hash(self.numbers)


@dataclass
class Ledger:
    """Every figure of one return, in the order printed, with its source."""

    frame: Frame
    sources: list[Source] = field(default_factory=list)
    _lists: dict[tuple[Asked, Side, Period, Slice | None], list[str]] = field(default_factory=dict)

    def figure(self, sheet: str, name: str, asked: Asked, period: Period, cell: str | None = None) -> Figure:
        """The figure of a definition over a period; its records go to the sources."""
        frame = self.frame.over(period)
        answer = answers(frame, [asked])[asked].figure
        self.cite(sheet, name, asked, period, cells=(cell, cell))
        return answer

    def cite(
        self, sheet: str, name: str, asked: Asked, period: Period, group: Slice | None = None,
        cells: tuple[str | None, str | None] = (None, None),
    ) -> None:  # fmt: skip
        """Remember the record lists behind a figure; a population has none. ``cells`` are where its two counts are to be seen."""
        for (side, words), cell in zip(SIDES, cells, strict=True):
            if asked.covers or part_of(asked.formula, side) is not None:
                found = self.numbers(asked, side, period, group)
                self.sources.append(Source(sheet, name, asked, period, words, found, cell))

    def numbers(self, asked: Asked, side: Side, period: Period, group: Slice | None = None) -> list[str]:
        """The sorted 抽样编号 behind one side of a figure, of one group where asked."""
        key = (asked, side, period, group)
        if key not in self._lists:
            self._lists[key] = _listed(self.frame.over(period), asked, side, group)
        return self._lists[key]


def _listed(frame: Frame, asked: Asked, side: Side, group: Slice | None) -> list[str]:
    if group is not None:
        return _grouped(frame, asked, side, group)
    if asked.covers:
        both = records(frame, asked.formula, asked.conditions)
        return both.numerator if side is Side.NUMERATOR else both.denominator
    return numbers(frame, asked, side)


def _grouped(frame: Frame, asked: Asked, side: Side, group: Slice) -> list[str]:
    part = part_of(asked.formula, side)
    assert isinstance(part, Part)
    statement = sa.select(BatchFact.sample_number).where(*where(frame, asked, part, group))
    return list(session().scalars(statement.order_by(BatchFact.sample_number)))


def counted(level: str | None, purpose: Purpose | None) -> tuple[Condition, ...]:
    """Food and agricultural batches of a level (or of none known) and a purpose, where given."""
    found: list[Condition] = [FOOD]
    if level is not None:
        found.append(Condition(Field.LEVEL, (level.value if isinstance(level, Level) else level,)))
    if purpose is not None:
        found.append(Condition(Field.PURPOSE, (purpose.value,)))
    return tuple(found)


def asked(code: str, conditions: Sequence[Condition] = ()) -> Asked:
    return Asked(FORMULAS[code], tuple(conditions))


def place(column: str, rows_before: int) -> str:
    """The address of a cell of a printed table, below its heading, particulars and header."""
    return f"{column}{FIRST_ROW + rows_before + 1}"


def shown(figure: Figure) -> Shown | str:
    """The figure as a cell: the number displayed with its decimals, or "—"."""
    return Shown(Decimal(figure.display), figure.places) if figure.value is not None else "—"


def top(figure: Figure) -> int | str:
    return figure.numerator if figure.numerator is not None else "—"


def under(figure: Figure) -> int | str:
    return figure.denominator if figure.denominator is not None else "—"
