"""写法清单: every distinct text of results and limits, how it was read, and what is 不判定 and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from app.domain.headers import Header, Row, find_header
from app.domain.judging import Judgement, judge
from app.domain.limit_texts import Op
from app.domain.limits import Limit, row_limit
from app.domain.numerals import is_blank
from app.domain.readings import Reading, ReadingKind, read_result
from app.domain.rounding import plain
from app.domain.samples import Verdict
from app.domain.unread import why_limit, why_result

RESULT, LIMIT, TOGETHER = "检验结果", "限量", "结果与限量"
TEXT_COLUMNS: dict[str, tuple[str, ...]] = {
    "result": ("检验结果", "检测结果"),
    "unit": ("结果单位", "单位"),
    "low": ("最小允许限", "标准最小允许限"),
    "low_unit": ("最小允许限单位", "标准最小允许限单位", "允许限单位"),
    "high": ("最大允许限", "限量值", "标准最大允许限", "允许限", "标准限值"),
    "high_unit": ("最大允许限单位", "标准最大允许限单位", "允许限单位"),
}


class Written(NamedTuple):
    """The cells of one row that a verdict is made of."""

    result: str = ""
    unit: str = ""
    low: str = ""
    low_unit: str = ""
    high: str = ""
    high_unit: str = ""

    @property
    def limit(self) -> Limit | None:
        """As the rows of an import are read: a minimum in a unit of its own carries it along."""
        low = self.low
        if self.high and self.low_unit != self.high_unit and not is_blank(low) and not is_blank(self.low_unit):
            low = f"{low} {self.low_unit}"
        return row_limit(low, self.high, self.high_unit if self.high else self.low_unit)


class TextLine(NamedTuple):
    """One text of the list. `why` is empty where the text can be judged by."""

    what: str
    text: str
    unit: str
    rows: int
    read_as: str
    why: str


class HasRows(Protocol):
    """A sheet of a workbook."""

    @property
    def rows(self) -> Sequence[Row]: ...


def written_rows(sheets: Iterable[HasRows]) -> Counter[Written]:
    """The rows of every sheet that has a column of results or of limits."""
    found: Counter[Written] = Counter()
    for sheet in sheets:
        header = find_header(sheet.rows, TEXT_COLUMNS, least=1)
        if header is not None:
            found.update(_written(header, cells) for line, cells in sheet.rows if line > header.line)
    return found


def _written(header: Header, cells: Sequence[str]) -> Written:
    places = header.match.columns
    return Written(*(
        cells[places[name]].strip() if name in places and places[name] < len(cells) else "" for name in Written._fields
    ))  # fmt: skip


def text_lines(rows: Mapping[Written, int]) -> list[TextLine]:
    """Every distinct text with its number of rows; what is 不判定 first, then the most frequent."""
    found: Counter[tuple[str, str, str, str, str]] = Counter()
    for row, count in rows.items():
        reading, unit = read_result(row.result, row.unit)
        limit = row.limit
        if reading.kind is not ReadingKind.BLANK:
            why = why_result(row.result) if reading.kind is ReadingKind.TEXT else ""
            found[RESULT, row.result, row.unit, reading_words(reading, unit), why] += count
        if limit is not None:
            why = why_limit(limit.text) if limit.op is Op.TEXT else ""
            words = "文字" if limit.op is Op.TEXT else limit.words()
            found[LIMIT, _limit_text(row), row.high_unit or row.low_unit, words, why] += count
        if together := _together(reading, unit, limit):
            found[TOGETHER, f"{row.result} ／ {_limit_text(row)}", row.unit, together.verdict.value, together.reason] += count
    lines = [TextLine(*key[:3], count, *key[3:]) for key, count in found.items()]
    return sorted(lines, key=lambda line: (not line.why, -line.rows, line.what, line.text))


def _together(reading: Reading, unit: str, limit: Limit | None) -> Judgement | None:
    """A result and a limit that are both understood, and still nothing follows."""
    if reading.kind in (ReadingKind.BLANK, ReadingKind.TEXT) or limit is None or limit.op is Op.TEXT:
        return None
    judgement = judge(reading, unit, limit)
    return judgement if judgement.verdict is Verdict.UNDECIDED else None


def why_undecided(result: str, unit: str, limit: str) -> str:
    """The reason for a stored writing whose rows keep none, because the laboratory's verdict stands."""
    reading, own = read_result(result, unit)
    return judge(reading, own, row_limit(None, limit)).reason


def _limit_text(row: Written) -> str:
    shown = [text for text in (row.low, row.high) if not is_blank(text)]
    return " ～ ".join(shown)


def reading_words(reading: Reading, unit: str) -> str:
    """数值 0.32 mg/kg, 小于 0.05, 5 个结果：480；530."""
    own = reading.unit or unit
    if reading.kind is ReadingKind.SERIES:
        return f"{len(reading.series)} 个结果：{'；'.join(_part_words(part) for part in reading.series)} {own}".rstrip()
    return f"{_part_words(reading)} {own}".rstrip() if reading.value is not None else reading.kind.value


def _part_words(reading: Reading) -> str:
    if reading.value is None:
        return reading.kind.value
    if reading.kind is ReadingKind.NOT_DETECTED:
        return f"未检出（检出限 {plain(reading.value)}）"
    sign = {ReadingKind.BELOW: "≤" if reading.inclusive else "<", ReadingKind.ABOVE: "≥" if reading.inclusive else ">"}
    return f"{sign.get(reading.kind, '')}{plain(reading.value)}"
