"""A comparison as a table: one object that the page, the workbook and the command show, so that no number can differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from app.domain.indicators import ABSENT, Figure, Formula, Kind, Part, Trust, trust
from app.indicators.coverage import COVERED
from app.indicators.tables import written

Value = int | Decimal | str | None


@dataclass(frozen=True, slots=True)
class Opens:
    """Where a number leads: a page of this package and what its address says beside the frame."""

    page: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    title: str
    kind: Literal["text", "integer", "number"] = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """``value`` goes into workbooks and JSON, ``shown`` on the page."""

    value: Value
    shown: str
    opens: Opens | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    whole: bool = False


@dataclass(frozen=True)
class Table:
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[str] = field(default=())

    def plain(self) -> list[dict[str, Value]]:
        return [{c.key: cell.value for c, cell in zip(self.columns, row.cells, strict=True)} for row in self.rows]

    def sentences(self) -> list[str]:
        shown = ["　".join(f"{c.title} {cell.shown}" for c, cell in zip(self.columns, row.cells, strict=True)) for row in self.rows]
        return [self.title, *shown, *self.notes]


def told(value: str | None, opens: Opens | None = None, strong: bool = False) -> Cell:
    return Cell(value, value or "—", opens, strong)


def number(value: int | None, opens: Opens | None = None) -> Cell:
    """A count; what is nought opens nothing that would be worth reading, but is linked all the same: its list says so."""
    return Cell(value, "—" if value is None else f"{value:,}", opens if value is not None else None)


def rounded(written: str) -> Cell:
    """A number already rounded, in per cent or not, or —."""
    return Cell(None if written == ABSENT else Decimal(written.rstrip("%")), written)


def measured(figure: Figure, opens: Opens | None = None) -> Cell:
    """A value as it was rounded."""
    return Cell(None if figure.value is None else Decimal(figure.display), written(figure), opens, strong=True)


# ---------------------------------------------------------------- a figure as columns

def figure_columns(formula: Formula, prefix: str = "", lead: str = "") -> list[Column]:
    """Numerator, denominator, what stands beside, the value, and of a rate its interval and mark."""
    top, under = counted_words(formula)
    found = []
    if top:
        found.append(Column(f"{prefix}numerator", lead + top, "integer"))
    if under:
        found.append(Column(f"{prefix}denominator", lead + under, "integer"))
    if formula.beside is not None:
        found.append(Column(f"{prefix}beside", lead + formula.beside.value, "integer"))
    found.append(Column(f"{prefix}value", lead + headed(formula), "number"))
    if formula.unit == "%":
        found += [Column(f"{prefix}interval", lead + "95%置信区间"), Column(f"{prefix}mark", lead + "样本量")]
    return found


def counted_words(formula: Formula) -> tuple[str, str]:
    """What the numerator and the denominator are called; empty where there is none."""
    if formula.code in COVERED:
        rule = COVERED[formula.code]
        return rule.covered, rule.every
    if formula.code == "category_coverage":
        return "已覆盖品种", "计划品种"
    if formula.kind in (Kind.BALANCE, Kind.REPORTED):
        return "", ""
    under = "常住人口" if formula.kind is Kind.PER_THOUSAND else formula.denominator.value if formula.denominator else ""
    return formula.numerator.value if formula.numerator else "", under


def headed(formula: Formula) -> str:
    return formula.name if formula.unit in ("%", "") else f"{formula.name}（{formula.unit}）"


def figure_cells(formula: Formula, figure: Figure, where: Mapping[str, Any] | None, threshold: int) -> list[Cell]:
    """The cells of `figure_columns`; ``where`` is what the lists are narrowed by, None where there are none."""
    top, under = counted_words(formula)
    found = []
    if top:
        found.append(number(figure.numerator, listing("numerator", where)))
    if under:
        listed = where if formula.kind is not Kind.PER_THOUSAND else None  # residents have no records
        found.append(number(figure.denominator, listing("denominator", listed)))
    if formula.beside is not None:
        found.append(number(figure.undecided, listing("beside", where)))
    found.append(measured(figure))
    if formula.unit == "%":
        found += trust_cells(trust(figure, threshold))
    return found


def trust_cells(found: Trust | None) -> list[Cell]:
    if found is None or found.interval is None:
        return [Cell(None, "—"), Cell(None, "—")]
    return [told(found.interval.display), told(found.mark or "足够")]


def listing(side: str, where: Mapping[str, Any] | None) -> Opens | None:
    return None if where is None else Opens("records", {"side": side, **where})


def counts_parts(formula: Formula) -> bool:
    """Whether a formula counts batches one by one."""
    return isinstance(formula.numerator, Part)
