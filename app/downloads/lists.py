"""清单: what every list that can be taken out says of itself (导出的来源).

A feature declares its lists in ``list_sources.py``; pages, commands and the worker know nothing but these declarations. Rows
come in parts found by key, so that an export of any size holds one part at a time and asks a bounded number of questions.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, Literal

import sqlalchemy as sa

import app as package
from app import clock
from app.blinding import hides, is_blind, shown
from app.db import read_once, session
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotFound
from app.keyset import counted
from app.labels import label
from app.spreadsheet_cells import CellValue, Column

PART = 500
FieldKind = Literal["text", "date", "moment", "integer", "decimal", "percent"]
MOMENT = "yyyy-mm-dd hh:mm"
READY = frozenset({str, int, Decimal, date, type(None)})
Parts = Callable[..., Iterable[Sequence[Any]]]  # of an actor and filters; by key also of the columns that are needed
Count = Callable[[Actor, Any, int], int]
Some = Callable[..., Sequence[Any]]  # of an actor, filters and ids; by key also of the columns that are needed
Prepare = Callable[[Actor, Sequence[Any], bool], Any]
Turn = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One column that can be taken: its heading, what kind of thing stands in it, where it comes from."""

    title: str
    value: Callable[[Any], Any]
    kind: FieldKind = "text"
    default: bool = True
    personal: bool = False  # masked unless un-masking was asked for with a reason
    each: Callable[[], Turn] | None = None  # of a list in columns: makes what turns a value into a cell, asked once for equal ones

    reads: tuple[str, ...] | None = None  # of a list in columns: the columns it needs of the rows; None: every one

    @property
    def column(self) -> Column:
        return Column(self.title, "date", number_format=MOMENT) if self.kind == "moment" else Column(self.title, self.kind)


def column(
    title: str, value: str | int | Callable[[Any], Any], kind: FieldKind = "text", *, default: bool = True, personal: bool = False,
    each: Callable[[], Turn] | None = None, reads: tuple[str, ...] | None = None,
) -> Field:
    """A column by the name of an attribute, by the place in a tuple, or by what works it out of the row."""
    getter = attrgetter(value) if isinstance(value, str) else itemgetter(value) if isinstance(value, int) else value
    return Field(title, getter, kind, default, personal, each, reads)


def columns_of(columns: Iterable[Column], *, off: Iterable[str] = ()) -> tuple[Field, ...]:
    """The columns of a table whose rows are tuples."""
    left_out = frozenset(off)
    return tuple(column(one.header, place, one.kind, default=one.header not in left_out) for place, one in enumerate(columns))


def as_shown(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Any]:
    """The rows as this actor may see them."""
    return [shown(row, actor) for row in part]


def worked_out(cells: Callable[[Any], Any]) -> Prepare:
    """Rows from which something is worked out first, a tuple of cells as a rule."""
    return lambda actor, part, whole: [cells(shown(row, actor)) for row in part]


@dataclass(frozen=True, kw_only=True)
class ListSource:
    """One list of the product that can be taken out."""

    code: str
    title: str
    permission: Permission
    endpoints: tuple[str, ...]  # the pages that show it
    asked: Callable[[Mapping[str, Any]], Any]  # the filters, from an address or from what a job kept of it
    words: Callable[[Any], str]  # the filters in words
    fields: tuple[Field, ...]
    parts: Parts
    count: Count  # how many, counted no further than the limit
    some: Some | None = None  # of these ids the rows that stand in the list: what was ticked (勾选)
    ticks: str = "ticked"  # what the boxes beside the rows are called on its page; each begins with the id
    prepare: Prepare = as_shown
    in_columns: bool = False  # ``prepare`` makes one object of a part, and every field takes its whole column from it
    unit: str = "条"
    marked_apart: bool = False  # who took it out stands on a sheet of its own, because the rows may be corrected and imported again
    home: str | None = None  # the page to go back to, where no page shows just this list
    fields_of: Callable[[Any], tuple[Field, ...]] | None = None  # every column, where they depend on the filter

    def columns(self, filters: Any) -> tuple[Field, ...]:
        """Every column that can be taken under these filters."""
        return self.fields if self.fields_of is None else self.fields_of(filters)

    def chosen(self, filters: Any, titles: Iterable[str] | None) -> tuple[Field, ...]:
        """The columns named, in that order; those that stand there by default where none is named or known."""
        every = self.columns(filters)
        known = {one.title: one for one in every}
        found = tuple(known[title] for title in dict.fromkeys(titles or ()) if title in known)
        return found or tuple(one for one in every if one.default)

    @property
    def has_people(self) -> bool:
        return any(one.personal for one in self.fields)

    def rows(self, fields: Sequence[Field], actor: Actor, filters: Any, ids: Sequence[int] | None = None) -> Iterable[Sequence[Any]]:
        """The rows in parts, with what these columns need of them; with ``ids`` those of them alone."""
        needed = [one.reads for one in fields if one.reads is not None]
        names = (frozenset(chain.from_iterable(needed)),) if self.in_columns and len(needed) == len(fields) else ()
        if ids is None:
            return self.parts(actor, filters, *names)
        found = self.some(actor, filters, ids, *names) if self.some is not None else ()
        return [found] if found else []

    def how_many(self, actor: Actor, filters: Any, ids: Sequence[int] | None, most: int) -> int:
        """Rows, counted no further than the limit; with ``ids`` how many of them stand in the list."""
        if ids is None:
            return self.count(actor, filters, most)
        return len(self.some(actor, filters, ids)) if self.some is not None else 0

    def block(self, fields: Sequence[Field], actor: Actor, part: Sequence[Any], whole: bool) -> list[Sequence[Any]]:
        """These columns of a part, as this actor may see them."""
        prepared = self.prepare(actor, part, whole)
        if self.in_columns:
            return [one.value(prepared) for one in fields]
        rows = prepared if isinstance(prepared, list) else list(prepared)
        return [_as_cells(list(map(one.value, rows))) for one in fields]

    def turns(self, fields: Sequence[Field]) -> list[Turn | None]:
        """By column, what makes a cell of its values; made anew for every export."""
        return [(cell if one.each is None else one.each()) if self.in_columns else None for one in fields]


_words: dict[int, str] = {}  # members are there once and for all, so their ids may stand for them: looked up a million times


def cell(value: Any) -> CellValue:
    """A value of a row as a cell: words for states, the office's clock for moments, "、" between many."""
    if type(value) in READY:
        return value  # type: ignore[no-any-return]
    if isinstance(value, Enum):
        return _words.get(id(value)) or _words.setdefault(id(value), label(value))
    if isinstance(value, datetime):
        return clock.office_time(value).replace(tzinfo=None)
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(str(cell(one)) for one in value) or None
    return value  # type: ignore[no-any-return]


def _as_cells(column: list[Any]) -> list[CellValue]:
    return column if READY.issuperset(map(type, column)) else [cell(value) for value in column]


class Part:
    """The rows of one part by column, as this actor may see them."""

    def __init__(self, actor: Actor, rows: Sequence[Any], whole: bool) -> None:
        self.actor, self.rows, self.whole = actor, rows, whole
        self.blind = is_blind(actor)
        self._columns = dict(zip(rows[0]._fields, zip(*rows, strict=True), strict=True))

    def __getitem__(self, name: str) -> Sequence[Any]:
        column = self._columns[name]
        return [None] * len(column) if self.blind and hides(self.rows[0], name) else column


def stored(title: str, name: str, kind: FieldKind = "text", **other: Any) -> Field:
    """A column of a list in columns, as it stands in the rows."""
    return Field(title, itemgetter(name), kind, reads=(name,), **other)


# ---------------------------------------------------------------- rows by key

Statement = Callable[[Actor, Any], sa.Select[Any]]


def by_key(statement: Statement, key: Any, *, ids: Statement | None = None, ascending: bool = False) -> dict[str, Any]:
    """``parts``, ``count`` and ``some`` of a statement whose rows have an ``id``, found by key: never OFFSET, no row lost above a limit.

    ``ids`` is the same list without its columns, where that cannot be made of the statement itself.
    """

    def ordered(actor: Actor, filters: Any, names: Collection[str] | None) -> sa.Select[Any]:
        return _part(statement(actor, filters), key, ascending, names)

    def parts(actor: Actor, filters: Any, names: Collection[str] | None = None) -> Iterator[Sequence[Any]]:
        asked = ordered(actor, filters, names)
        last = sa.bindparam("last_key", type_=key.type)
        following = asked.where(key > last if ascending else key < last)  # one statement for every part, made out once
        read = _reader(asked)
        rows = read(asked, {})
        while rows:
            yield rows
            if len(rows) == PART:
                read_once()
            rows = read(following, {"last_key": rows[-1].id})

    def some(actor: Actor, filters: Any, wanted: Sequence[int], names: Collection[str] | None = None) -> Sequence[Any]:
        asked = ordered(actor, filters, names).where(key.in_(wanted[:PART]))
        return _reader(asked)(asked, {})

    def count(actor: Actor, filters: Any, most: int) -> int:
        if ids is not None:
            return counted(ids(actor, filters), most)
        return counted(statement(actor, filters).order_by(None).with_only_columns(key, maintain_column_froms=True), most)

    return {"parts": parts, "count": count, "some": some}


def _part(statement: sa.Select[Any], key: Any, ascending: bool, names: Collection[str] | None) -> sa.Select[Any]:
    """One part in the order of its key, with no more columns than are needed."""
    asked = statement.order_by(None).order_by(key if ascending else key.desc()).limit(PART)
    if names is None:
        return asked
    needed = [one for one in asked.selected_columns if one.key == key.key or one.key in names]
    return asked.with_only_columns(*needed, maintain_column_froms=True)


def _reader(statement: sa.Select[Any]) -> Callable[[sa.Select[Any], Mapping[str, Any]], Sequence[Any]]:
    """What gets the rows of a statement like this one. Plain columns need no ORM, which would take each of them in hand once more."""
    described = statement.column_descriptions
    if all(one.get("entity") is not one["expr"] for one in described):
        return lambda asked, given: session().connection().execute(asked, given).all()
    if len(described) == 1:
        return lambda asked, given: session().scalars(asked, given).all()
    return lambda asked, given: session().execute(asked, given).all()


def at_once(rows: Callable[[Actor, Any], Sequence[Any]]) -> dict[str, Any]:
    """``parts`` and ``count`` of a list that is worked out as a whole and short by its nature."""

    def parts(actor: Actor, filters: Any) -> Iterator[Sequence[Any]]:
        found = rows(actor, filters)
        yield from (found[start : start + PART] for start in range(0, len(found), PART))

    return {"parts": parts, "count": lambda actor, filters, most: len(rows(actor, filters))}


# ---------------------------------------------------------------- filters in words

def spoken(**names: str | tuple[str, Callable[[Any], Any]]) -> Callable[[Any], str]:
    """The filters in words: by attribute (or key) the word for it, and for ids what turns one into a name."""

    def words(filters: Any) -> str:
        said = []
        for name, told in names.items():
            value = filters.get(name) if isinstance(filters, Mapping) else getattr(filters, name)
            if value in (None, "", False, ()):
                continue
            title, word = told if isinstance(told, tuple) else (told, cell)
            said.append(f"{title}：{'是' if value is True else word(value)}")
        return "，".join(said) or "全部"

    return words


def everything(asked: Mapping[str, Any]) -> None:
    """A list without conditions."""


def no_words(filters: Any) -> str:
    return "全部"


# ---------------------------------------------------------------- the register

_sources: dict[str, ListSource] = {}
_loaded: list[bool] = []


def register(*sources: ListSource) -> None:
    for source in sources:
        if _sources.setdefault(source.code, source) is not source:
            raise RuntimeError(f"two lists are called {source.code!r}")


def every() -> Mapping[str, ListSource]:
    """Every list of the product, by code."""
    if not _loaded:
        for found in pkgutil.iter_modules(package.__path__):
            if found.ispkg and find_spec(f"app.{found.name}.list_sources") is not None:
                import_module(f"app.{found.name}.list_sources")
        _loaded.append(True)
    return _sources


def source_of(code: str) -> ListSource:
    found = every().get(code)
    if found is None:
        raise NotFound(f"没有清单“{code[:40]}”，可用的清单见 flask downloads lists")
    return found


def of_page(endpoint: str | None) -> ListSource | None:
    """The list that a page shows."""
    return next((source for source in every().values() if endpoint in source.endpoints), None)
