"""Merged cells (合并单元格): a reader sees the content in the first cell only, its writer meant all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain.headers import Row

Range = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1


def filled_down(rows: Iterable[Row], merged: Sequence[Range]) -> tuple[Iterable[Row], list[Range]]:
    """The rows with vertically merged cells filled, and the ranges for which that was done.

    Only rows that have content of their own are filled: an empty row inside a tall note does not become one.
    """
    tall = [span for span in merged if span[2] > span[0]]
    if not tall:
        return rows, []
    filled = list(rows)
    place_of = {line: place for place, (line, _) in enumerate(filled)}
    used: list[Range] = []
    for span in tall:
        if _fill(filled, place_of, span):
            used.append(span)
    return filled, used


def _fill(rows: list[Row], place_of: dict[int, int], span: Range) -> bool:
    top, column, bottom = span[0], span[1] - 1, span[2]
    first = place_of.get(top)
    if first is None or column >= len(rows[first][1]) or not (text := rows[first][1][column]).strip():
        return False
    changed = False
    for place in range(first + 1, len(rows)):
        line, cells = rows[place]
        if line > bottom:
            break
        if column < len(cells) and not cells[column].strip():
            rows[place] = line, (*cells[:column], text, *cells[column + 1 :])
            changed = True
    return changed
