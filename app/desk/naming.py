"""Which records a command is about: named one by one, or in a file of one column (批量办理的名单)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.errors import NotLikeThis
from app.text_files import decoded

LARGEST = 1024 * 1024  # bytes; a list of some hundred names has few


def named(arguments: Iterable[str], path: Path | None, heading: str) -> list[str]:
    """Each name once, in the order written: the arguments, then the file's column under this heading, or its only column.

    Raises NotLikeThis for a file that is no such list, or when nothing is named at all.
    """
    written = [*arguments, *(_column(path, heading) if path is not None else ())]
    found = list(dict.fromkeys(one.strip() for one in written if one.strip()))
    if not found:
        raise NotLikeThis(f"请写明要办理的{heading}，或用 --file 给出含“{heading}”一列的文件")
    return found


def _column(path: Path, heading: str) -> Sequence[str]:
    rows = [row for row in csv.reader(io.StringIO(_text(path))) if any(cell.strip() for cell in row)]
    titles = [cell.strip() for cell in rows[0]] if rows else []
    if heading in titles:
        place = titles.index(heading)
        return [row[place] for row in rows[1:] if len(row) > place]
    if any(len(row) > 1 for row in rows):
        raise NotLikeThis(f"文件“{path.name}”的第一行没有“{heading}”一列：请写明列名，或每行只写一个{heading}")
    return [row[0] for row in rows]


def _text(path: Path) -> str:
    content = path.read_bytes()
    if len(content) > LARGEST:
        raise NotLikeThis(f"文件“{path.name}”过大，请只保留要办理的记录")
    return decoded(content)
