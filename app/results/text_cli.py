"""``flask results texts``: how every text of results and limits is read, in files or among the stored rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from app import clock
from app.commands import Answer, command
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.text_report import TextLine, Written, text_lines, written_rows
from app.errors import NotLikeThis
from app.results import text_queries
from app.spreadsheet_cells import Column, write_csv
from app.spreadsheet_reports import ReportSheet, write_report
from app.spreadsheets import UnreadableFile, read_workbook

COLUMNS = (
    Column("类别"), Column("原文"), Column("单位"), Column("行数", "integer"), Column("系统读作"), Column("不判定的原因"),
)  # fmt: skip
SHOWN = 50


def add_to(group: click.Group) -> None:
    """Put the command into ``flask results``."""
    asked = texts
    for option in (
        click.option("--undecided", is_flag=True, help="只列不判定的写法"),
        click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="写入 .xlsx 或 .csv 文件"),
        click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    ):
        asked = option(asked)
    command(group, "texts", permission=Permission.SAMPLE_LIST)(asked)


def texts(actor: Actor, files: Sequence[Path], output: Path | None, undecided: bool) -> Answer:
    """列出检验结果和限量的全部写法、系统怎样读、哪些不判定及原因；FILES 为空时列已入库的结果."""
    rows = _read(files) if files else text_queries.stored(actor)
    every = text_lines(rows)
    lines = [line for line in every if line.why] if undecided else every
    if output is not None:
        _write(output, lines, actor)
    open_ones = sum(bool(line.why) for line in every)
    told = [f"共 {len(every)} 种写法，其中不判定 {open_ones} 种（{sum(rows.values())} 行）"]
    told += [f"已写入 {output}"] if output else [_told(line) for line in lines[:SHOWN]]
    if output is None and len(lines) > SHOWN:
        told.append(f"……只显示前 {SHOWN} 种，共 {len(lines)} 种；加 --output 写入文件可看全部")
    return Answer({"texts": len(every), "undecided": open_ones, "lines": [_data(line) for line in lines]}, told)


def _read(files: Sequence[Path]) -> Counter[Written]:
    found: Counter[Written] = Counter()
    for file in files:
        try:
            rows = written_rows(read_workbook(file, file.name).sheets)
        except UnreadableFile as fault:
            raise NotLikeThis(f"{file.name}：{fault}") from fault
        if not rows:
            raise NotLikeThis(f"{file.name} 没有“检验结果”或“最大允许限”列，请核对表头")
        found += rows
    return found


def _told(line: TextLine) -> str:
    unit = f" [{line.unit}]" if line.unit else ""
    why = f"；不判定：{line.why}" if line.why else ""
    return f"{line.what} {line.rows}行 “{' '.join(line.text.split())[:60]}”{unit} → {line.read_as}{why}"


def _data(line: TextLine) -> dict[str, Any]:
    return line._asdict()


def _write(output: Path, lines: Sequence[TextLine], actor: Actor) -> None:
    if not output.parent.is_dir():
        raise NotLikeThis(f"没有文件夹“{output.parent}”，请先建立或改用其他位置")
    if output.suffix.lower() == ".csv":
        write_csv(output, [column.header for column in COLUMNS], lines)
    elif output.suffix.lower() == ".xlsx":
        at = clock.now()
        open_ones = sum(bool(line.why) for line in lines)
        said = f"{len(lines)} 种写法，其中不判定 {open_ones} 种；{actor.name} {at:%Y-%m-%d %H:%M} 导出"
        sheet = ReportSheet("写法清单", "检验结果和限量的写法清单", said, COLUMNS, lines)
        write_report(output, [sheet], author=actor.name, made_at=at)
    else:
        raise NotLikeThis(f"“{output.name}”请以 .xlsx 或 .csv 结尾")
