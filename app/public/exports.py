"""The current search as a file: the columns of the published lists, word for word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from app.domain.publications import FAILED_17, PASSED_14, heading
from app.publications.public_queries import PublicFilters, PublicItem
from app.spreadsheet_cells import CellValue, Column, write_csv
from app.spreadsheet_stream import TableSheet, write_table

ABOUT = "只含已公布且现行有效的内容；已更正的为更正后的内容，已撤回的不在其中。"
DAYS = frozenset({"处罚决定日期", "公示日期", "公示期至", "检查日期"})  # columns of days; those of the published lists are words
KIND, OFFICE = "清单种类", "公布单位"
HEADERS = (KIND, *dict.fromkeys(heading(name) for name in (*FAILED_17, *PASSED_14) if name != "serial"), OFFICE)


def rows(items: Iterable[PublicItem]) -> Iterator[tuple[CellValue, ...]]:
    """One line per batch."""
    for one in items:
        yield (one.kind.value, *(one[header] for header in HEADERS[1:-1]), one.org_name)


def xlsx(items: Iterable[PublicItem], said: str) -> bytes:
    """A workbook, its rows written as they are read."""
    return table_xlsx("抽检结果公示", HEADERS, rows(items), said)


def csv(items: Iterable[PublicItem]) -> bytes:
    return table_csv(HEADERS, rows(items))


def table_xlsx(title: str, headers: Sequence[str], found: Iterable[Sequence[CellValue]], said: str) -> bytes:
    """Any list with a sheet that says what it holds."""
    about: list[tuple[CellValue, CellValue]] = [("查询条件", said), ("说明", ABOUT)]
    sheets = [
        TableSheet(title, tuple(Column(one, "date" if one in DAYS else "text") for one in headers), found),
        TableSheet("说明", (Column("项目"), Column("内容")), about),
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "public.xlsx"
        write_table(path, sheets)
        return path.read_bytes()


def table_csv(headers: Sequence[str], found: Iterable[Sequence[CellValue]]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "public.csv"
        write_csv(path, headers, found)
        return path.read_bytes()


def conditions(filters: PublicFilters) -> str:
    """The search in words."""
    said = [
        f"关键词：{filters.q}" if filters.q else "", f"清单：{filters.kind.value}" if filters.kind else "",
        f"公布时间：{filters.year}年{f'{filters.month}月' if filters.month else ''}" if filters.year else "",
        f"分类：{filters.category}" if filters.category else "",
    ]  # fmt: skip
    return "，".join(part for part in said if part) or "全部"
