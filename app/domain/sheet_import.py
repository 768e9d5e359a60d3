"""Importing sampling sheets (抽样单导入): pages of the national system as JSON, its 77-column export, our own template.

A column or key without a field of ours is kept in `extra` as written; nothing is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from app.domain.headers import OF_TEMPLATE, Header, Row, find_header, normalise_header
from app.domain.sheet_columns import ALIASES, GROUPED, GROUPS, IN_ORDER, OPTIONAL_LAST
from app.domain.sheet_fields import RawSheet, sheet_fields
from app.domain.written import FORMULA_ERRORS, Fault, number_complaint, present, sample_number

FIELD_OF = {normalise_header(alias): field for field, aliases in ALIASES.items() for alias in aliases}
GROUPED_FIELD_OF = {normalise_header(key): field for key, field in GROUPED.items()}
REQUIRED = {
    "number": "抽样编号",
    "product_name": "样品名称",
    "sampled_name": "被抽样单位名称",
    "sampled_on": "抽样日期",
}
MAX_TEXT = 2_000


@dataclass(frozen=True)
class SheetRow:
    """One sampling sheet of the file: absent values have no entry in `fields`; dates also typed, in `dates`."""

    line: int
    fields: dict[str, str]
    dates: dict[str, date]
    samplers: tuple[str, ...]
    extra: dict[str, str]
    faults: tuple[Fault, ...]

    @property
    def number(self) -> str:
        return self.fields.get("number", "")

    @property
    def refused(self) -> bool:
        return any(fault.blocking for fault in self.faults)


@dataclass(frozen=True)
class SheetTable:
    """What a file of sampling sheets says."""

    rows: tuple[SheetRow, ...]
    faults: tuple[Fault, ...] = ()  # of the file as a whole; of one sheet they are with it
    remarks: tuple[str, ...] = ()
    header_lines: Mapping[str, int] | None = None


class HasRows(Protocol):
    """A sheet of a workbook."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Row]: ...


def parse_sheet_json(text: str) -> SheetTable:
    """`{number: {"组_字段": value}}`, as copied from the national system's pages."""
    try:
        content = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_keep_pairs)
        pages = [(number, dict(fields)) for number, fields in content]
    except (ValueError, TypeError, RecursionError):
        message = "文件不是抽样单 JSON（应为“编号: {组_字段: 值}”）：请检查文件是否完整"
        return SheetTable((), (Fault(0, "", "", message),))
    rows = [_json_row(line, number, fields) for line, (number, fields) in enumerate(pages, 1)]
    return SheetTable(_without_repeats(rows))


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with its repeated keys: a number that stands twice must be seen."""


def _keep_pairs(pairs: list[tuple[str, Any]]) -> _Pairs:
    return _Pairs(pairs)


def _json_row(line: int, number: str, page: Mapping[str, Any]) -> SheetRow:
    cells: dict[str, str] = {}
    extra: dict[str, str] = {}
    titles: dict[str, str] = {}
    for key, value in page.items():
        text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
        field = _field(key)
        if field and field not in cells:
            cells[field], titles[field] = text, key
        elif text.strip():
            extra[key] = text
    row = _sheet_row(RawSheet(line, {"number": number, **cells}, extra, titles))
    if row.number != sample_number(number):
        fault = Fault(line, titles["number"], row.number, f"与外层编号“{number}”不一致：请核对")
        return replace(row, faults=(*row.faults, fault))
    return row


def _field(key: str) -> str | None:
    """The field of `组_字段`: by the whole key where groups share a name, else by the name alone."""
    whole = normalise_header(key)
    group, _, name = whole.partition("_")
    if name and group in GROUPS:
        return GROUPED_FIELD_OF.get(f"{GROUPS[group]}_{name}") or FIELD_OF.get(name)
    return FIELD_OF.get(whole)


def parse_sheet_table(sheets: Iterable[HasRows]) -> SheetTable:
    """Every sheet of a workbook that has the header of sampling sheets."""
    rows: list[SheetRow] = []
    faults: list[Fault] = []
    remarks: list[str] = []
    header_lines: dict[str, int] = {}
    for sheet in sheets:
        header = find_header(sheet.rows, ALIASES, least=3)
        if header is None or "number" not in header.match.columns:
            if sheet.name not in OF_TEMPLATE:
                remarks.append(f"工作表“{sheet.name}”没有抽样单的表头，未读取")
            continue
        header_lines[sheet.name] = header.line
        layout = _Layout(sheet.name, header, _heading_above(sheet.rows, header.line))
        faults.extend(layout.faults)
        if not layout.faults:
            rows.extend(layout.row(line, cells) for line, cells in sheet.rows if line > header.line)
    if not header_lines:
        faults.append(Fault(0, "", "", "没有找到表头：至少要有“抽样编号、样品名称、被抽样单位名称”这几列"))
    return SheetTable(_without_repeats(rows), tuple(faults), tuple(remarks), header_lines)


def _heading_above(rows: Sequence[Row], line: int) -> Sequence[str]:
    """The row of group names over the header, if there is one; its merged cells read as blanks."""
    above = next((cells for number, cells in rows if number == line - 1), ())
    named = [normalise_header(text) for text in above if text.strip()]
    return above if any(name in GROUPS for name in named) else ()


class _Layout:
    """Which column of one sheet holds which field."""

    def __init__(self, name: str, header: Header, groups: Sequence[str]) -> None:
        self.name, self.header = name, header
        self.faults: list[Fault] = []
        self._fields = self._by_group(groups) if groups else self._by_name()
        self._complain()
        self._titles = {field: self._title(place) for place, field in self._fields.items()}

    def _title(self, place: int) -> str:
        return " ".join(self.header.cells[place].split())

    def _by_group(self, groups: Sequence[str]) -> dict[int, str]:
        fields: dict[int, str] = {}
        group = ""
        for place, text in enumerate(self.header.cells):
            heading = normalise_header(groups[place]) if place < len(groups) else ""
            group = GROUPS.get(heading, heading) or group
            if field := _field(f"{group}_{text}" if group in GROUPS else text):
                fields[place] = field
        return fields

    def _by_name(self) -> dict[int, str]:
        places: dict[str, list[int]] = {}
        for place, text in enumerate(self.header.cells):
            places.setdefault(normalise_header(text), []).append(place)
        fields = {place: field for name, found in places.items() if (field := FIELD_OF.get(name)) for place in found}
        for name, meanings in IN_ORDER.items():
            found = places.get(name, [])
            if len(found) == len(meanings) or (name in OPTIONAL_LAST and len(found) == len(meanings) - 1):
                fields.update((place, field) for place, field in zip(found, meanings, strict=False) if field)
            elif found and any(meanings):
                self._ambiguous(
                    found, f"出现 {len(found)} 次，无法判断分别指什么：请在列名中写明，如“被抽样单位{name}”"
                )
        return fields

    def _complain(self) -> None:
        """A field with two columns: taking one of them would be a guess."""
        taken: dict[str, list[int]] = {}
        for place, field in self._fields.items():
            taken.setdefault(field, []).append(place)
        for found in taken.values():
            if len(found) > 1:
                titles = "、".join(f"“{self._title(place)}”（第 {place + 1} 列）" for place in found)
                self._ambiguous(found, f"这几列含义相同：{titles}：请只保留一列")

    def _ambiguous(self, found: Sequence[int], message: str) -> None:
        title = self._title(found[0])
        self.faults.append(Fault(self.header.line, title, title, message, self.name))

    def row(self, line: int, cells: Sequence[str]) -> SheetRow:
        padded = (*cells, *[""] * (len(self.header.cells) - len(cells)))
        raw = {field: padded[place] for place, field in self._fields.items()}
        extra: dict[str, str] = {}
        for place, text in enumerate(padded):
            if place not in self._fields and text.strip():
                extra[self._extra_key(place, extra)] = text
        return _sheet_row(RawSheet(line, raw, extra, self._titles, self.name))

    def _extra_key(self, place: int, extra: Mapping[str, str]) -> str:
        title = self._title(place) if place < len(self.header.cells) else ""
        key = title or f"第 {place + 1} 列"
        return key if key not in extra else f"{key}（第 {place + 1} 列）"


def _sheet_row(raw: RawSheet) -> SheetRow:
    read = sheet_fields(raw)
    faults = list(read.faults)
    number = read.texts["number"] = sample_number(read.texts.get("number", ""))
    if "report_no" in read.texts:  # the same key as in result files
        read.texts["report_no"] = sample_number(read.texts["report_no"])
    for field, title in REQUIRED.items():
        if not read.texts.get(field):
            faults.append(raw.fault(field, f"{title}为空：请填写"))
    if number and (complaint := number_complaint(number)):
        faults.append(raw.fault("number", complaint))
    for field, text in raw.cells.items():
        if text in FORMULA_ERRORS:
            faults.append(raw.fault(field, f"单元格是公式错误 {text}：请改成文字"))
        elif len(text) > MAX_TEXT:
            faults.append(raw.fault(field, f"超过 {MAX_TEXT} 个字：请核对是否粘贴错了内容"))
    return SheetRow(raw.line, read.texts, read.dates, read.samplers, read.extra, tuple(faults))


def _without_repeats(rows: Iterable[SheetRow]) -> tuple[SheetRow, ...]:
    """A number that stands twice in one file: the later sheet is refused and told where the first is."""
    first: dict[str, int] = {}
    checked = []
    for row in rows:
        earlier = first.setdefault(row.number, row.line) if present(row.number) else row.line
        if earlier != row.line:
            fault = Fault(row.line, "抽样编号", row.number, f"编号与第 {earlier} 行重复：请只保留一行")
            row = replace(row, faults=(*row.faults, fault))
        checked.append(row)
    return tuple(checked)
