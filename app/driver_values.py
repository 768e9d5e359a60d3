r"""Values as the drivers take them in bulk, without a look at the type of each by anybody else.

On PostgreSQL rows go by COPY in blocks of its text format: the driver can write them by itself, but only one call a row and
one search for a dumper a value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import islice
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

Put = Callable[[Any], Any]
BLOCK = 500  # rows
REMEMBERED = 50_000  # texts of one table
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def same(value: Any) -> Any:
    """A value that the driver takes as it is."""
    return value


def stored(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Put:
    """What turns a value of this column into the driver's. A word that the column does not list is a KeyError."""
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        words: dict[Any, Any] = {member: member.value for member in kind.enum_class}
        return {None: None, **words}.__getitem__
    if isinstance(kind, sa.types.TypeDecorator):  # sealed on its way, then stored as what it is made of
        sealed, put = kind.process_bind_param, stored(kind.impl_instance, dialect)
        return lambda value: put(sealed(value, dialect))
    if dialect.name == "postgresql":
        return _json if isinstance(kind, sa.JSON) else same
    return kind.dialect_impl(dialect).bind_processor(dialect) or same


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def in_order(rows: Iterable[Mapping[str, Any]], names: Sequence[str], put: Mapping[str, Put]) -> Iterator[list[Any]]:
    """The values of each row in the order of the names; only columns that need it are converted."""
    converted = [(place, put[name]) for place, name in enumerate(names) if put[name] is not same]
    pick = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    for row in rows:
        cells = list(pick(row))
        for place, convert in converted:
            cells[place] = convert(cells[place])
        yield cells


class Counted:
    """Rows, counted on their way to the driver."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.count, self._rows = 0, rows

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self._rows:
            self.count += 1
            yield row


# ---------------------------------------------------------------- the text format of COPY


def _text(value: str) -> str:
    return value if value.isprintable() and "\\" not in value else value.translate(ESCAPES)


NULL = "\\N"
WRITERS: dict[type[Any], Callable[[Any], str]] = {
    int: str,
    bool: lambda value: "t" if value else "f",
    date: str,
    datetime: str,
    Decimal: str,
    float: repr,
}


class _Texts(dict[str, str]):
    """Text -> how COPY writes it: units, verdicts and methods stand in every row."""

    def __missing__(self, value: str) -> str:
        text = _text(value)
        if len(self) < REMEMBERED:
            self[value] = text
        return text


def _line(row: Sequence[Any], texts: _Texts) -> str:
    return "\t".join(
        [
            texts[value] if type(value) is str else NULL if value is None else WRITERS[type(value)](value)
            for value in row
        ]
    )


def copied(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Blocks of lines. A type that nobody has thought of is a KeyError; a member of a list of words is its word."""
    source, texts = iter(rows), _Texts()
    while some := list(islice(source, BLOCK)):
        try:
            lines = [_line(row, texts) for row in some]
        except KeyError:
            lines = [_line([value.value if isinstance(value, Enum) else value for value in row], texts) for row in some]
        yield ("\n".join(lines) + "\n").encode()
