"""A list as a workbook: the columns chosen, people masked, and who took it out in the last row (水印行)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app import clock
from app.domain.actors import Actor
from app.downloads.lists import Field, ListSource
from app.errors import NotLikeThis
from app.spreadsheet_cells import Column
from app.spreadsheet_columns import Block
from app.spreadsheet_stream import LAST_ROW, ColumnSheet, TableSheet, write_table

MOST = LAST_ROW - 2  # the headings and the mark of who took it out


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is taken out: which list under which filters, which columns, and whether people are shown whole."""

    source: ListSource
    filters: Any
    fields: tuple[Field, ...]
    words: str
    whole: bool = False
    ids: tuple[int, ...] | None = None  # what was ticked (勾选); None: every row under the filters

    def how_many(self, actor: Actor, most: int) -> int:
        return self.source.how_many(actor, self.filters, self.ids, most)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    rows: int
    sha256: str


def write(path: Path, wanted: Wanted, actor: Actor, at: datetime, progress: Callable[[int], None] | None = None) -> Exported:
    """Write the workbook; one part of the rows is held at a time."""
    columns, turns = [one.column for one in wanted.fields], wanted.source.turns(wanted.fields)
    sheets: list[TableSheet] = [ColumnSheet(wanted.source.title, columns, parts=_blocks(wanted, actor, at), each=turns)]
    if wanted.source.marked_apart:
        sheets.append(TableSheet("导出说明", (Column("导出说明", width=80),), [[_mark_apart(wanted, actor, at)]]))
    rows = write_table(path, sheets, progress) - 1
    with path.open("rb") as file:
        return Exported(rows, hashlib.file_digest(file, "sha256").hexdigest())


def _blocks(wanted: Wanted, actor: Actor, at: datetime) -> Iterator[Block]:
    source, count = wanted.source, 0
    for part in source.rows(wanted.fields, actor, wanted.filters, wanted.ids):
        block = source.block(wanted.fields, actor, part, wanted.whole)
        count += len(block[0])
        if count > MOST:
            raise NotLikeThis(f"超过 {MOST} 行，一张工作表放不下，请缩小查询条件后分次导出")
        yield block
    if not source.marked_apart:
        yield [[watermark(wanted, actor, at, count)], *([None] for _ in wanted.fields[1:])]


def _mark_apart(wanted: Wanted, actor: Actor, at: datetime) -> str:
    return watermark(wanted, actor, at, wanted.how_many(actor, MOST))


def watermark(wanted: Wanted, actor: Actor, at: datetime, count: int) -> str:
    """导出人/时间/条件/行数, the last row of the table."""
    moment = f"{clock.office_time(at):%Y-%m-%d %H:%M}"
    return f"导出人：{actor.name}　导出时间：{moment}　查询条件：{wanted.words}　共 {count} {wanted.source.unit}"
