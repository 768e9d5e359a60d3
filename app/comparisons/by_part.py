"""各部分并列: areas side by side, and the same figure by link, purpose, level, laboratory, source, month or organisation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.comparisons import counting
from app.comparisons.counting import PartFigure
from app.comparisons.parts import WAYS, Parts, parts
from app.comparisons.questions import Question
from app.comparisons.tables import Column, Opens, Row, Table, figure_cells, figure_columns, number, told
from app.domain.changes import ranks
from app.domain.indicators import UNCLASSIFIED
from app.domain.intervals import METHOD
from app.indicators.frames import Frame
from app.indicators.groups import By
from app.reference_data.books import category_book

UNRANKED = (None, UNCLASSIFIED)


@dataclass(frozen=True)
class Compared:
    """Every part with its rank, the whole last."""

    by: str
    found: Sequence[PartFigure]
    ranked: Sequence[int | None]
    table: Table

    @property
    def shown(self) -> list[PartFigure]:
        """The parts, without the whole."""
        return [one for one in self.found if one.key is not None]


def compared(frame: Frame, question: Question, by: str, threshold: int, node: int | None = None) -> Compared:
    """The parts of the figure in a frame; ``node`` opens a category."""
    divided = parts(frame, by, node)
    found = counting.figures(frame, question, divided)
    ranked = _ranks(found)
    columns = [Column("part", WAYS[by]), *figure_columns(question.formula), Column("rank", "位次", "integer")]
    opened = _opened(divided, frame, found)
    rows = [
        _row(one, rank, question, {"by": by, "node": node, "group": one.key} if one.key else {}, threshold, opened.get(one.key))
        for one, rank in zip(found, ranked, strict=True)
    ]
    notes = ["位次按精确值由高到低，并列者同位；未分类和合计不排位。", *([METHOD + "。"] if question.formula.unit == "%" else [])]
    title = f"{question.title}：按{WAYS[by]}　{frame.area.name}　{frame.period.label}"
    return Compared(by, found, ranked, Table(title, columns, rows, notes))


def _ranks(found: Sequence[PartFigure]) -> list[int | None]:
    own = iter(ranks([one.figure.value for one in found if one.key not in UNRANKED]))
    return [None if one.key in UNRANKED else next(own) for one in found]


def _row(one: PartFigure, rank: int | None, question: Question, where: dict[str, Any], threshold: int, below: Opens | None) -> Row:
    cells = [told(one.label, below), *figure_cells(question.formula, one.figure, where, threshold), number(rank)]
    return Row(tuple(cells), whole=one.key is None)


def _opened(divided: Parts, frame: Frame, found: Sequence[PartFigure]) -> dict[str | None, Opens]:
    """Where the name of a part leads: an area to its own parts, a category to what lies below it."""
    if divided.by == By.AREA.value:
        return {one.code: Opens("regions", {"area": one.code}) for one in frame.area.children if one.children}
    if divided.by == By.CATEGORY.value:
        return {key: Opens("parts_of", {"by": divided.by, "node": key}) for key in branches([one.key for one in found if one.key])}
    return {}


def branches(keys: Iterable[str]) -> frozenset[str]:
    """The categories that have others below them; the book is asked once, not for every row."""
    book = category_book()
    return frozenset(key for key in keys if key.isdecimal() and book.children(int(key)))
