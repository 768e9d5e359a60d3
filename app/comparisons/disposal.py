"""处置绩效: completion, punctuality, working days, filing and publication of cases side by side, by area or by organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.comparisons import counting
from app.comparisons.counting import PartFigure
from app.comparisons.parts import ORG, WAYS, parts
from app.comparisons.questions import Question
from app.comparisons.tables import Cell, Column, Opens, Row, Table, measured, told
from app.domain.indicators import FORMULAS, Condition
from app.domain.intervals import is_small
from app.errors import NotLikeThis
from app.indicators.frames import Frame
from app.indicators.groups import By

FIGURES: Final = (
    "disposal_rate", "disposal_on_time_rate", "case_days", "case_filing_rate", "penalty_disclosure_rate", "inspection_disclosure_rate",
)  # fmt: skip
OF_BATCHES: Final = FIGURES[:4]
BYS: Final = (By.AREA.value, ORG)


@dataclass(frozen=True)
class Disposal:
    by: str
    parts: Sequence[tuple[str | None, str]]
    figures: Mapping[str, Mapping[str | None, PartFigure]]
    table: Table


def disposal(frame: Frame, conditions: Sequence[Condition], by: str, threshold: int) -> Disposal:
    """Every figure of every part; a filter on batches does not reach penalties and inspections, which then are left out."""
    if by not in BYS:
        raise NotLikeThis("处置绩效只能按地区（area）或经办单位（org）比较", field="by")
    divided = parts(frame, by)
    codes = OF_BATCHES if conditions else FIGURES
    found = {
        code: {one.key: one for one in counting.figures(frame, Question(code, FORMULAS[code], tuple(conditions)), divided)}
        for code in codes
    }
    keys = divided.keys([key for figures in found.values() for key in figures if key is not None])
    shown: list[tuple[str | None, str]] = [*((key, divided.label(key)) for key in keys), (None, counting.WHOLE)]
    return Disposal(by, shown, found, _table(frame, by, shown, found, threshold))


def _table(
    frame: Frame, by: str, shown: Sequence[tuple[str | None, str]], found: Mapping[str, Mapping[str | None, PartFigure]], threshold: int
) -> Table:
    columns = [Column("part", WAYS[by])]
    for code in found:
        formula = FORMULAS[code]
        unit = "" if formula.unit == "%" else f"（{formula.unit}）"
        columns += [Column(code, formula.name + unit, "number"), Column(f"{code}_counts", "计数")]
    rows = [Row((told(label), *_cells(by, key, found, threshold)), whole=key is None) for key, label in shown]
    notes = [FORMULAS[code].definition for code in found]
    notes.append(f"“*”表示分母少于 {threshold}，样本量小，仅供参考。按经办单位时，批次按其所属单位，案件、处罚和检查按办理单位。")
    return Table(f"处置绩效：按{WAYS[by]}　{frame.area.name}　{frame.period.label}", columns, rows, notes)


def _cells(by: str, key: str | None, found: Mapping[str, Mapping[str | None, PartFigure]], threshold: int) -> list[Cell]:
    cells: list[Cell] = []
    for code, figures in found.items():
        one = figures.get(key)
        if one is None or one.figure.numerator is None:
            cells += [told(None), told(None)]
            continue
        where = {"figure": code, "by": by if key else None, "group": key, "side": "denominator"}
        mark = "*" if is_small(one.figure.denominator, threshold) else ""
        cells.append(measured(one.figure))
        cells.append(told(f"{one.figure.numerator:,} ÷ {one.figure.denominator:,}{mark}", Opens("records", where)))
    return cells
