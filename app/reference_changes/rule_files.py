"""规则表 as files: an uploaded table becomes its text, and the text a workbook."""

from __future__ import annotations

import tempfile
from pathlib import Path

from app import clock, files
from app import taken_out as out
from app.domain.actors import Actor
from app.errors import NotLikeThis
from app.reference_changes.models import ReferenceChange
from app.reference_changes.rule_tables import RuleTable, content_on, rows_of, written
from app.spreadsheet_cells import Column, write_csv
from app.spreadsheet_stream import TableSheet, write_table
from app.spreadsheets import UnreadableFile, read_workbook


def text_of(sha256: str, filename: str) -> str:
    """The first sheet of an uploaded .csv or .xlsx that has content, as the text of a rule file."""
    try:
        book = read_workbook(files.path_of(sha256), filename)
    except UnreadableFile as fault:
        raise NotLikeThis(str(fault), field="file") from fault
    rows = next((sheet.rows for sheet in book.sheets if sheet.rows), [])
    if not rows:
        raise NotLikeThis("文件中没有内容，请先下载现行的表，在其中修改后上传", field="file")
    width = len(rows[0][1])
    return written([[*cells, *[""] * (width - len(cells))] for _, cells in rows])


def comma_separated(content: str) -> bytes:
    """The text as a file for spreadsheet programs: no cell is a formula there, and uploaded again it says the same."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.csv"
        header, *rows = rows_of(content)
        write_csv(path, header, rows)
        return path.read_bytes()


def taken_out(table: RuleTable, ending: str, actor: Actor) -> bytes:
    """The edition in force today as a file; who took it out, and which bytes, is in the history."""
    content = content_on(table)
    made = workbook(table, content) if ending == "xlsx" else comma_separated(content)
    said = f"规则表 {table.code}，{ending}，{clock.today()} 施行的版本"
    out.note(ReferenceChange.__tablename__, None, f"规则表：{table.title}", said, actor, made, len(rows_of(content)) - 1)
    return made


def workbook(table: RuleTable, content: str) -> bytes:
    header, *rows = rows_of(content)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{table.code}.xlsx"
        write_table(path, [TableSheet(table.title, [Column(name) for name in header], [[cell or None for cell in row] for row in rows])])
        return path.read_bytes()
