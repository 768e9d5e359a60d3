"""The grid of a plan (批次表): categories down, one axis across, the other axes held fixed by selectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.quota_lattice import AXES, Axis, Lattice
from app.domain.quotas import Cell, NotANumber, read_key, written_batches
from app.domain.samples import AreaType, Link
from app.plans.naming import Ground

COLUMN_AXES = (Axis.MONTH, Axis.REGION, Axis.LINK, Axis.AREA_TYPE)
NAMES = {Axis.MONTH: "month", Axis.REGION: "region_id", Axis.LINK: "link", Axis.AREA_TYPE: "area_type"}
ALL_FOODS = "全部食品"
MOST_ADDED = 200


@dataclass(frozen=True, slots=True)
class Slice:
    """Which plane of the lattice is shown: the axis across, and where the other axes are held."""

    across: Axis = Axis.MONTH
    held: Cell = field(default_factory=Cell)  # its category and its coordinate across are None

    def cell(self, category_id: int | None, coordinate: Any) -> Cell:
        return replace(self.held, category_id=category_id, **{NAMES[self.across]: coordinate})

    @property
    def query(self) -> dict[str, Any]:
        """As the address says it."""
        said = {"across": self.across.name.lower()}
        for axis in COLUMN_AXES:
            value = getattr(self.held, NAMES[axis])
            if value is not None:
                said[axis.name.lower()] = str(getattr(value, "value", value))
        return said


def slice_asked(args: Mapping[str, str], land: Ground) -> Slice:
    """The plane the address asks for; what it cannot mean is left out."""
    across = next((axis for axis in COLUMN_AXES if axis.name.lower() == args.get("across")), Axis.MONTH)
    region, month = _number(args.get("region")), _number(args.get("month"))
    held: dict[Axis, Any] = {
        Axis.REGION: region if region is not None and land.holds_region(region) else None,
        Axis.LINK: Link(args["link"]) if args.get("link") in list(Link) else None,
        Axis.MONTH: month if month is not None and 1 <= month <= 12 else None,
        Axis.AREA_TYPE: AreaType(args["area_type"]) if args.get("area_type") in list(AreaType) else None,
    }
    return Slice(across, Cell(**{NAMES[axis]: value for axis, value in held.items() if axis is not across}))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None


def columns(across: Axis, land: Ground) -> list[tuple[Any, str]]:
    """The coordinates across with their headings; the first is the undivided whole."""
    found: dict[Axis, list[tuple[Any, str]]] = {
        Axis.MONTH: [(month, f"{month}月") for month in range(1, 13)],
        Axis.LINK: [(link, link.value) for link in Link],
        Axis.AREA_TYPE: [(kind, kind.value) for kind in AreaType],
    }
    if across is Axis.REGION:
        found[across] = [(number, land.region_name(number)) for number in land.regions.children(land.area_id)]
    return [(None, "合计"), *found[across]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent: every field as written, the numbers that can be read, and the faults of those that cannot."""

    texts: Mapping[Cell, str] = field(default_factory=dict)
    wanted: Mapping[Cell, int | None] = field(default_factory=dict)  # where it differs from what the page showed
    seen: Mapping[Cell, int | None] = field(default_factory=dict)
    faults: Mapping[Cell, Sequence[str]] = field(default_factory=dict)
    strange: int = 0  # fields that name no cell


def read_typed(fields: Mapping[str, str]) -> Typed:
    """The cells of the sent form; their names are "q:" and the key."""
    seen = _seen(fields.get("seen", ""))
    texts: dict[Cell, str] = {}
    wanted: dict[Cell, int | None] = {}
    faults: dict[Cell, list[str]] = {}
    strange = 0
    for name, text in fields.items():
        if not name.startswith("q:"):
            continue
        cell = read_key(name[2:])
        if cell is None:
            strange += 1
            continue
        texts[cell] = text
        try:
            batches = written_batches(text)
        except NotANumber as fault:
            faults[cell] = [str(fault)]
            continue
        if batches != seen.get(cell):
            wanted[cell] = batches
    return Typed(texts, wanted, seen, faults, strange)


def _seen(text: str) -> dict[Cell, int | None]:
    found: dict[Cell, int | None] = {}
    for part in text.split(";"):
        key, _, number = part.partition("=")
        cell, batches = read_key(key), _number(number)
        if cell is not None and batches is not None:
            found[cell] = batches
    return found


@dataclass(frozen=True, slots=True)
class Box:
    """One input of the grid."""

    cell: Cell
    heading: str
    shown: str
    saved: str
    over: bool
    elsewhere: int  # what its finer cells outside this plane take along one axis
    faults: Sequence[str]


@dataclass(frozen=True, slots=True)
class GridRow:
    """One category with its boxes, and what is distributed of its whole."""

    id: int | None
    parent: int | None
    name: str
    path: str
    depth: int
    boxes: Sequence[Box]
    taken: int
    left: int | None

    @property
    def faulty(self) -> list[Box]:
        return [box for box in self.boxes if box.faults]


@dataclass(frozen=True, slots=True)
class Grid:
    """What the page shows."""

    plane: Slice
    headings: Sequence[str]
    rows: Sequence[GridRow]
    added: Sequence[int]
    seen: str
    sums: Sequence[int]  # of all 大类, per column
    left: Sequence[int | None]  # of the top row, per column
    hidden: Sequence[tuple[str, str, Sequence[str]]]  # faults outside this plane: (cell, what was typed, sentences)


class GridMaker:
    """Makes the grid of one plane from the numbers of the whole plan."""

    def __init__(self, land: Ground, quotas: Mapping[Cell, int], plane: Slice) -> None:
        self.land, self.quotas, self.plane = land, quotas, plane
        self.lattice = Lattice(quotas, land.trees)
        self.columns = columns(plane.across, land)
        self._outside = [axis for axis in AXES if axis not in (Axis.CATEGORY, plane.across)]

    def make(self, typed: Typed, faults: Mapping[Cell, Sequence[str]], added: Sequence[int] = ()) -> Grid:
        ids = self._shown_ids([*added, *(cell.category_id for cell in typed.texts if cell.category_id is not None)])
        rows = [self._row(None, typed, faults), *(self._row(number, typed, faults) for number in ids)]
        visible = {box.cell for row in rows for box in row.boxes}
        seen = ";".join(f"{box.cell.key}={box.saved}" for row in rows for box in row.boxes if box.saved)
        top = [self.land.trees.place(box.cell) for box in rows[0].boxes]
        hidden = [
            (self.land.words(cell) if self.land.complaint(cell) is None else cell.key, typed.texts.get(cell, ""), sentences)
            for cell, sentences in faults.items()
            if cell not in visible
        ]
        return Grid(
            self.plane, [heading for _, heading in self.columns], rows, added, seen,
            [self.lattice.taken(place, Axis.CATEGORY) for place in top],
            [self._left(box.cell) for box in rows[0].boxes], hidden,
        )  # fmt: skip

    def _shown_ids(self, more: Sequence[int]) -> list[int]:
        """Every 大类, every category with a number, and those just added, each with what lies above it."""
        book = self.land.categories
        wanted = {root.id for root in book.roots()}
        for number in {*more, *(cell.category_id for cell in self.quotas if cell.category_id is not None)}:
            if number in book:
                wanted.update(self.land.category_line(number))
        return sorted(wanted, key=self.land.category_line)

    def _row(self, category_id: int | None, typed: Typed, faults: Mapping[Cell, Sequence[str]]) -> GridRow:
        boxes = [self._box(self.plane.cell(category_id, at), heading, typed, faults) for at, heading in self.columns]
        whole = boxes[0].cell
        taken = self.lattice.largest(self.land.trees.place(whole))[1]
        if category_id is None:
            return GridRow(None, None, ALL_FOODS, ALL_FOODS, 0, boxes, taken, self._left(whole))
        node = self.land.categories.by_id(category_id)
        depth = len(self.land.category_line(category_id))
        return GridRow(category_id, node.parent_id, node.name, node.path, depth, boxes, taken, self._left(whole))

    def _left(self, cell: Cell) -> int | None:
        own = self.quotas.get(cell)
        return None if own is None else own - self.lattice.largest(self.land.trees.place(cell))[1]

    def _box(self, cell: Cell, heading: str, typed: Typed, faults: Mapping[Cell, Sequence[str]]) -> Box:
        own, place = self.quotas.get(cell), self.land.trees.place(cell)
        saved = "" if own is None else str(own)
        elsewhere = max(self.lattice.taken(place, axis) for axis in self._outside)
        over = own is not None and self.lattice.largest(place)[1] > own
        return Box(cell, heading, typed.texts.get(cell, saved)[:60], saved, over, elsewhere, faults.get(cell, ()))
