"""Result rows as laboratories and the national system write them (检验结果行).

Two layouts: `lab` is the sheet laboratories upload, `national` the export of the national system, which carries the
sampling sheet on every row. Rows without a number continue the sheet above, because merged cells read as blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from operator import attrgetter, itemgetter
from typing import Protocol

from app.domain.headers import OF_TEMPLATE, SEARCHED_ROWS, Row, match_headers, normalise_header
from app.domain.merged import filled_down
from app.domain.national_export import SheetCollector, WrittenSheet
from app.domain.result_blocks import BLOCK, DATE_CELL, LOD_PREFIX, MAX_TEXT, VALUES, BlockReader, WrittenRow
from app.domain.result_columns import (
    KIND_WORDS,
    NATIONAL_COLUMNS,
    ONLY_NATIONAL,
    REQUIRED,
    RESULT_COLUMNS,
    VERDICT_WORDS,
    Layout,
)
from app.domain.result_headers import REASON, Mapped, ResultHeader, find_result_header
from app.domain.result_notes import notes_on
from app.domain.written import (
    FORMULA_ERRORS,
    NO_RESULT,
    Fault,
    item_name,
    number_complaint,
    present,
    sample_number,
    word,
)

SHOWN_HEAD = SEARCHED_ROWS + 5
OTHER_KINDS = "分类"  # a column that may hold 检验类型 or the class of the item


@dataclass(frozen=True)
class WrittenTable:
    """What a result file says: rows, the sheets it describes (national layout) and every fault."""

    layout: Layout | None
    rows: list[WrittenRow]
    sheets: dict[str, WrittenSheet] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    remarks: tuple[str, ...] = ()  # rows passed over because they are notes under the table, and unknown columns
    header_lines: dict[str, int] = field(default_factory=dict)  # by sheet name, for the error workbook
    header_tops: dict[str, int] = field(default_factory=dict)  # the first of two header rows, where there are two
    headers_unclear: bool = True  # no header was known, or one lacks a column or has it twice: somebody must say
    mapping: int | None = None  # 导入格式对照 that it was read with
    heads: dict[str, Sequence[Row]] = field(default_factory=dict)  # the first rows of each sheet, for whoever maps the columns


_report_no = attrgetter("report_no")


def by_report(rows: Sequence[WrittenRow]) -> dict[str, Sequence[WrittenRow]]:
    """The rows of one sample by report; nearly always there is but one."""
    numbers = list(map(_report_no, rows))
    if numbers and numbers.count(numbers[0]) == len(numbers):
        return {numbers[0]: rows}
    found: dict[str, list[WrittenRow]] = {}
    for number, row in zip(numbers, rows, strict=True):
        found.setdefault(number, []).append(row)
    return dict(found)


class HasRows(Protocol):
    """A sheet of a workbook: rows with content, numbered as in the file. They are taken once, and may still be coming."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Iterable[Row]: ...


def detect_layout(header_row: Sequence[str]) -> Layout | None:
    """Which layout a header row belongs to; None for neither."""
    national = match_headers(header_row, NATIONAL_COLUMNS)
    found = national.columns.keys() | {name for name, _ in national.duplicates}
    if sum(name in found for name in ONLY_NATIONAL) >= 2:
        return "national"
    lab = match_headers(header_row, RESULT_COLUMNS)
    wanted = sum(name in lab.columns for name in REQUIRED["lab"])
    return "lab" if wanted >= 3 else None


def parse_results(sheets: Iterable[HasRows], mapped: Mapping[str, Mapped] | None = None) -> WrittenTable:
    """Read every sheet whose header is known; all those of one file have the layout of the first.

    ``mapped`` are the headers that somebody has mapped, by fingerprint.
    """
    table = _Table()
    for sheet in sheets:
        below, merged = filled_down(sheet.rows, getattr(sheet, "merged", ()))
        rows = iter(below)
        head = table.heads[sheet.name] = list(islice(rows, SHOWN_HEAD))
        header = find_result_header(head, mapped or {})
        layout = detect_layout(header.cells) if header else None
        if header is None or layout is None or table.layout not in (None, layout):
            if sheet.name not in OF_TEMPLATE:
                table.remarks.append(f"工作表“{sheet.name}”没有检验结果的表头，未读取")
            continue
        of_rows = table.read(sheet.name, chain(head, rows), header, layout)
        table.remarks += [*notes_on(sheet, header, merged), *of_rows]
    return table.finished()


class _Table:
    """A file while its sheets are read."""

    def __init__(self) -> None:
        self.layout: Layout | None = None
        self.rows: list[WrittenRow] = []
        self.faults: list[Fault] = []
        self.remarks: list[str] = []
        self.collector = SheetCollector()
        self.headers: dict[str, ResultHeader] = {}
        self.heads: dict[str, Sequence[Row]] = {}
        self.unclear = False

    def read(self, name: str, rows: Iterable[Row], header: ResultHeader, layout: Layout) -> Sequence[str]:
        """Take in the rows of a sheet; returns the remarks on them."""
        self.layout = layout
        self.headers[name] = header
        reader = _Reader(name, header, layout, self.collector)
        if reader.header_faults:
            self.unclear = True
        else:
            for some in reader.read(rows):
                self.rows.extend(some)
        self.faults.extend(reader.faults)
        return reader.remarks

    def finished(self) -> WrittenTable:
        if self.layout is None:
            message = "没有找到表头：至少要有“抽样编号、报告书编号、检验项目、检验结果”这几列"
            self.faults.append(Fault(0, "", "", message))
        mapping = next((header.mapped.key for header in self.headers.values() if header.mapped), None)
        return WrittenTable(
            self.layout, self.rows, self.collector.sheets(), tuple(self.faults), tuple(self.remarks),
            {name: header.line for name, header in self.headers.items()},
            {name: header.top for name, header in self.headers.items()},
            self.layout is None or self.unclear, mapping, self.heads,
        )  # fmt: skip


class _Reader:
    """Reads the rows of one sheet, carrying number and report downwards."""

    def __init__(self, name: str, header: ResultHeader, layout: Layout, collector: SheetCollector) -> None:
        self.name, self.header = name, header
        self.faults: list[Fault] = []
        self.remarks: list[str] = []
        self.columns = header.match.columns
        self.width = len(header.cells)
        # an absent column reads the empty cell that is appended to every row
        self._pick = itemgetter(*(self.columns.get(column, self.width) for column in RESULT_COLUMNS))
        self._number = self._report = ""
        self._blocks = BlockReader(name, header.cells, self.columns, header.title("kind") == OTHER_KINDS)
        self._take_sheet = collector.reader(name, header) if layout == "national" else None
        self.header_faults = list(self._check_header(layout))
        self.faults.extend(self.header_faults)

    def _check_header(self, layout: Layout) -> Iterator[Fault]:
        wanted = {**NATIONAL_COLUMNS, **RESULT_COLUMNS} if layout == "national" else RESULT_COLUMNS
        match = match_headers(self.header.cells, wanted)
        for column in REQUIRED[layout]:
            if column in match.missing:
                title = (RESULT_COLUMNS.get(column) or NATIONAL_COLUMNS[column])[0]
                yield Fault(self.header.line, title, "", f"缺少“{title}”列：请补上该列后重新上传", self.name)
        for _, indexes in match.duplicates:
            title = self.header.cells[indexes[0]].strip()
            places = "、".join(f"第 {index + 1} 列" for index in indexes)
            message = f"“{title}”出现了 {len(indexes)} 次（{places}）：请只保留一列"
            yield Fault(self.header.line, title, "", message, self.name)
        unknown = [text.strip() for _, text in match.unknown if normalise_header(text) != REASON]
        if layout == "lab" and unknown:
            titles = "、".join(unknown[:20])
            self.remarks.append(f"工作表“{self.name}”有不认识的列，原样保留：{titles}")

    def read(self, rows: Iterable[Row]) -> Iterator[Iterable[WrittenRow]]:
        """The rows below the header, in blocks."""
        below = (row for row in rows if row[0] > self.header.line)
        while block := list(islice(below, BLOCK)):
            plain = self._blocks.read(block)
            yield self._one_by_one(block) if plain is None else self._at_once(plain)

    def _at_once(self, rows: list[WrittenRow]) -> list[WrittenRow]:
        """What later rows carry on from these, and the sheets that these describe."""
        self._number, self._report = rows[-1].number, rows[-1].report_no
        if self._take_sheet is not None:
            for row in rows:
                self._take_sheet(row.line, row.number, row.report_no, (*row.cells, ""))
        return rows

    def _one_by_one(self, block: Iterable[Row]) -> Iterator[WrittenRow]:
        for line, cells in block:
            padded = (*cells, "") if len(cells) == self.width else self._padded(cells)
            if (row := self._row(line, padded, tuple(cells))) is not None:
                yield row

    def _padded(self, cells: Sequence[str]) -> tuple[str, ...]:
        return (*cells[: self.width], *[""] * (self.width + 1 - min(len(cells), self.width)))

    def _row(self, line: int, padded: tuple[str, ...], cells: tuple[str, ...]) -> WrittenRow | None:
        picked = self._pick(padded)
        (raw_number, raw_report, raw_item, result, unit, raw_verdict, method, basis, low, low_unit, high, high_unit, both,
         lod, lod_unit, lod_kind, raw_kind, note, product, client, *notes) = map(present, picked)  # fmt: skip
        if not (raw_item or result or raw_verdict) and self._is_remark(line, raw_number):
            return None
        number, report = self._carry(line, raw_number, raw_report)
        if not raw_item:
            self._fault(line, "item", picked[2], "检验项目为空：请填写项目名称")
        verdict = self._listed(line, "verdict", raw_verdict, VERDICT_WORDS)
        kind = self._listed(line, "kind", raw_kind, KIND_WORDS)
        if not FORMULA_ERRORS.isdisjoint(picked) or len(result) > MAX_TEXT or _may_be_a_date(result, low, high, lod):
            self._spoilt(line, picked)
        if lod and (prefixed := LOD_PREFIX.fullmatch(lod)):
            lod_kind, lod = lod_kind or prefixed[1].replace("检测低限", "测定低限"), prefixed[2]
        if self._take_sheet is not None and number:
            self._take_sheet(line, number, report, padded)
        return WrittenRow(
            line, self.name, number, report, item_name(raw_item), result, unit, verdict, method, basis,
            low, (low_unit or both) if low else "", high, (high_unit or both) if high else "",
            lod, lod_unit, lod_kind, kind, note, product, client, notes[0], notes[1], self.header.cells, cells,
        )  # fmt: skip

    def _is_remark(self, line: int, number: str) -> bool:
        """A line below the table: a note, a signature, a total; named to the user, not read."""
        if number and not number_complaint(sample_number(number)):
            return False
        self.remarks.append(f"工作表“{self.name}”第 {line} 行没有项目和结果，未读取：{number[:30]}")
        return True

    def _carry(self, line: int, raw_number: str, raw_report: str) -> tuple[str, str]:
        """Number and report of this row, from above where the cells are blank."""
        number, report = sample_number(raw_number), sample_number(raw_report)
        if not number and not self._number:
            self._fault(line, "number", raw_number, "抽样编号为空，上面也没有可沿用的编号：请填写")
        if number and number != self._number:
            self._number, self._report = number, ""
            if complaint := number_complaint(number):
                self._fault(line, "number", raw_number, complaint)
        self._report = report or self._report
        if not self._report:
            self._fault(line, "report_no", raw_report, "报告书编号为空：请填写")
        return self._number, self._report

    def _listed(self, line: int, column: str, text: str, words: Mapping[str, str]) -> str:
        if (found := words.get(text)) is not None or (found := words.get(word(text))) is not None:
            return found
        if self.header.title(column) != OTHER_KINDS:  # there the national export may hold the class of the item instead
            official = "、".join(dict.fromkeys(filter(None, words.values())))
            self._fault(line, column, text, f"“{text[:30]}”不是规定的写法：请填写{official}之一，或留空")
        return ""

    def _spoilt(self, line: int, picked: Sequence[str]) -> None:
        for column, text in zip(RESULT_COLUMNS, picked, strict=True):
            if text == NO_RESULT:
                self._fault(line, column, "", "单元格是公式，文件里没有保存计算结果：请用 Excel 打开并保存后上传，或改成数值、文字")
            elif text in FORMULA_ERRORS:
                self._fault(line, column, text, f"单元格是公式错误 {text}：请改成数值或文字")
            elif column in VALUES and DATE_CELL.fullmatch(text.strip()):
                message = "是日期或时间，可能是 Excel 把数值（如 3-5、1:10）自动改成的：请把单元格设为文本后按报告重新填写"
                self._fault(line, column, text, message)
            elif len(text) > MAX_TEXT:
                self._fault(line, column, text[:60] + "…", f"超过 {MAX_TEXT} 个字：请核对是否粘贴错了内容")

    def _fault(self, line: int, column: str, value: str, message: str) -> None:
        title = self.header.title(column) if column in self.columns else RESULT_COLUMNS[column][0]
        self.faults.append(Fault(line, title, value, message, self.name))


def _may_be_a_date(*values: str) -> bool:
    return any("-" in value or ":" in value for value in values)
