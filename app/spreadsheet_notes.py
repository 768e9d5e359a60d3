"""What a user may not see in a sheet of his own, in words (读取提示): hidden rows and columns, formulas, spoilt codes."""

from __future__ import annotations

from collections.abc import Sequence

from app.spreadsheet_scan import SheetMarks, column_letters, spans

SHOWN = 10


def notes_of(marks: SheetMarks, spoilt: Sequence[str], last_row: int, last_column: int) -> list[str]:
    """Sentences that go on from the name of the sheet; what lies beyond the last cell is nobody's content."""
    found = [
        _hidden_rows([line for line in marks.hidden_rows if line <= last_row]),
        _hidden_columns([span for span in marks.hidden_columns if span[0] <= last_column], last_column),
        _formulas(marks),
    ]
    if spoilt:
        some = "、".join(spoilt[:5]) + ("等" if len(spoilt) > 5 else "")
        found.append(f"{some} {len(spoilt)} 个长编码是数字格式，Excel 已丢失末几位：请把该列设为文本后重新填写")
    return [note for note in found if note]


def _hidden_rows(lines: Sequence[int]) -> str:
    if not lines:
        return ""
    ranges = spans(lines)
    some = "、".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges[:SHOWN])
    more = f"等共 {len(lines)} 行" if len(ranges) > SHOWN else "行"
    return f"第 {some} {more}被隐藏或筛选掉，已读取，请核对"


def _hidden_columns(ranges: Sequence[tuple[int, int]], last_column: int) -> str:
    if not ranges:
        return ""
    columns = sorted({column for first, last in ranges for column in range(first, min(last, last_column) + 1)})
    some = "、".join(map(column_letters, columns[:SHOWN])) + (f" 等 {len(columns)} 列" if len(columns) > SHOWN else " 列")
    return f"的 {some}被隐藏，已读取，请核对"


def _formulas(marks: SheetMarks) -> str:
    with_result = sorted((row, column) for row, column in marks.formulas if column not in marks.errors.get(row, {}))
    if not with_result:
        return ""
    some = "、".join(f"{column_letters(column)}{row}" for row, column in with_result[:5])
    return f"有 {len(with_result)} 个单元格是公式（{some}{' 等' if len(with_result) > 5 else ''}），按文件保存的计算结果读取，请核对"
