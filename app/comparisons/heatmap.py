"""类别×月份 (热力图): a figure for every food category and month, down the tree from 大类 to 品种; every cell is a number first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.comparisons import counting
from app.comparisons.by_part import branches
from app.comparisons.parts import Parts, parts
from app.comparisons.questions import Question
from app.comparisons.tables import Cell, Column, Opens, Row, Table, measured, told
from app.domain.indicators import Figure, Kind
from app.domain.shades import SHADES, shades
from app.errors import NotLikeThis
from app.indicators.frames import Frame
from app.indicators.groups import By
from app.indicators.residents import residents
from app.indicators.tables import written
from app.reference_data.books import category_book

WHOLE = "合计"


@dataclass(frozen=True, slots=True)
class Box:
    """One cell: its figure, how dark it is (0 is none), and where it leads."""

    figure: Figure | None
    shade: int
    opens: Opens | None

    @property
    def shown(self) -> str:
        return "" if self.figure is None else written(self.figure)

    @property
    def basis(self) -> str:
        """The counts behind the number, for its title."""
        one = self.figure
        if one is None or one.numerator is None:
            return "没有记录"
        return f"{one.numerator:,}" + ("" if one.denominator is None else f" ÷ {one.denominator:,}")


@dataclass(frozen=True, slots=True)
class Line:
    key: str | None
    label: str
    boxes: Sequence[Box]
    whole: Box
    below: bool

    @property
    def cells(self) -> Sequence[Box]:
        """The months and their sum."""
        return (*self.boxes, self.whole)


@dataclass(frozen=True)
class Map:
    node: int | None
    way: Sequence[tuple[int | None, str]]
    months: Sequence[int]
    lines: Sequence[Line]
    legend: Sequence[tuple[int, str]]
    table: Table


def heat_map(frame: Frame, question: Question, node: int | None = None) -> Map:
    """The months of the frame's period; the right column and the last row are computed from the same counts."""
    if question.asked.of_enterprises or not counting.divisible(question.formula):
        raise NotLikeThis(f"“{question.name}”不由抽检批次或案件逐件计数，没有类别和月份，不能画热力图，请改选其他指标", field="figure")
    divided = parts(frame, By.CATEGORY.value, node)
    found = counting.by_category_and_month(frame, question, divided)
    months = [month for month in frame.period.months if _begun(frame, month)]
    people = residents(frame) if question.formula.kind is Kind.PER_THOUSAND else None
    reader = _Reader(question, divided, found, months, node, people.residents if people else None)
    lines = reader.lines()
    return Map(node, way(node), months, lines, reader.legend, reader.table(frame, lines))


def _begun(frame: Frame, month: int) -> bool:
    return (frame.period.year, month) <= (frame.today.year, frame.today.month)


def way(node: int | None) -> list[tuple[int | None, str]]:
    """From all categories down to the one shown."""
    found: list[tuple[int | None, str]] = []
    if node is None:
        return [(None, "全部大类")]
    book = category_book()
    while node is not None:
        found.append((node, book.by_id(node).name))
        node = book.by_id(node).parent_id
    return [(None, "全部大类"), *reversed(found)]


class _Reader:
    def __init__(
        self, question: Question, divided: Parts, found: Mapping[tuple[str, int], Figure], months: Sequence[int], node: int | None,
        people: int | None,
    ) -> None:  # fmt: skip
        self.question, self.divided, self.months, self.node, self.people = question, divided, months, node, people
        self.found = {cell: one for cell, one in found.items() if cell[1] in set(months)}
        values = {cell: one.value for cell, one in self.found.items() if one.value is not None}
        self.scale = shades(values.values())
        self.above = {} if node is None else above(node)
        self.shade = {cell: self.scale.of(value) for cell, value in values.items()}
        self.by_part = _grouped(self.found, 0)
        self.by_month = _grouped(self.found, 1)

    @property
    def legend(self) -> list[tuple[int, str]]:
        places, unit = self.question.formula.places, self.question.formula.unit
        return [(at, self.scale.words(at, places, unit)) for at in range(1, SHADES + 1) if self.scale.used(at)]

    def lines(self) -> list[Line]:
        keys = self.divided.keys(list(self.by_part))
        opened = branches(keys)
        lines = [self._line(key, self.divided.label(key), key in opened) for key in keys]
        return [*lines, self._total()]

    def _line(self, key: str, label: str, below: bool) -> Line:
        boxes = [self._box(key, month) for month in self.months]
        whole = self._sum(self.by_part[key], {"group": key})
        return Line(key, label, boxes, whole, below)

    def _total(self) -> Line:
        boxes = [self._sum(self.by_month.get(month, ()), {"group": None, "span": f"m{month}"}) for month in self.months]
        return Line(None, WHOLE, boxes, self._sum(list(self.found.values()), {"group": None}), False)

    def _box(self, key: str, month: int) -> Box:
        figure = self.found.get((key, month))
        where = {"group": key, "span": f"m{month}", "to_date": None}
        return Box(figure, self.shade.get((key, month), 0), self._opens(figure, where))

    def _sum(self, found: Sequence[Figure], where: dict[str, Any]) -> Box:
        figure = counting.combined(self.question, found, self.people) if found else None
        return Box(figure, 0, self._opens(figure, {**where, **({"to_date": None} if "span" in where else {})}))

    def _opens(self, figure: Figure | None, where: dict[str, Any]) -> Opens | None:
        """The whole of a node is asked by its own part of the tree above it, or by nothing at the top."""
        if figure is None:
            return None
        rate = figure.denominator is not None and self.question.formula.kind is not Kind.PER_THOUSAND
        by: dict[str, Any] = {"by": By.CATEGORY.value, "node": self.node}
        if where.get("group") is None:
            by = {} if self.node is None else {"by": By.CATEGORY.value, **self.above}
        return Opens("records", {**where, **by, "side": "denominator" if rate else "numerator"})

    def table(self, frame: Frame, lines: Sequence[Line]) -> Table:
        columns = [Column("category", "食品类别"), *(Column(f"m{month}", f"{month}月", "number") for month in self.months)]
        columns.append(Column("whole", WHOLE, "number"))
        rows = [
            Row((told(line.label), *(_cell(box) for box in (*line.boxes, line.whole))), whole=line.key is None) for line in lines
        ]
        return Table(f"{self.question.title}：类别×月份　{frame.area.name}　{frame.period.label}", columns, rows)


def _grouped(found: Mapping[tuple[str, int], Figure], by: int) -> dict[Any, list[Figure]]:
    """The figures by part (0) or by month (1)."""
    groups: dict[Any, list[Figure]] = {}
    for cell, figure in found.items():
        groups.setdefault(cell[by], []).append(figure)
    return groups


def above(node: int) -> dict[str, Any]:
    """The node as a part of what lies above it."""
    return {"node": category_book().by_id(node).parent_id, "group": str(node)}


def _cell(box: Box) -> Cell:
    return Cell(None, "—") if box.figure is None else measured(box.figure, box.opens)
