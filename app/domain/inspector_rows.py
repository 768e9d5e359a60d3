"""检查人员名录导入: rows of somebody's table as typed values, with every fault in its cell. Columns are found by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from app.domain.enterprises import clean
from app.domain.headers import OF_TEMPLATE, Header, Row, find_header
from app.domain.written import FORMULA_ERRORS, Fault, NotADate, present, written_date

# Field -> headers; the first is the one in our own template and in the export of the list.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "检查人员", "执法人员", "执法人员姓名"),
    "certificate_no": ("执法证号", "证件号", "执法证件号", "执法证编号", "证号"),
    "department": ("部门", "所在部门", "单位", "联合部门"),
    "speciality": ("专长", "业务专长", "检查类别"),
    "username": ("用户名", "系统用户名", "账号"),
    "valid_from": ("有效期起", "有效期自", "发证日期", "生效日期"),
    "valid_to": ("有效期止", "有效期至", "失效日期"),
}
TITLES = {name: titles[0] for name, titles in ALIASES.items()}
LENGTHS: Mapping[str, int] = {"name": 100, "certificate_no": 60, "department": 200, "speciality": 200, "username": 100}
NO_HEADER = "没有找到表头：至少要有“姓名”和“执法证号”列，可下载导入模板对照"


@dataclass(frozen=True)
class InspectorRow:
    """One person as written: absent values have no entry in `fields`."""

    line: int
    fields: Mapping[str, str]
    valid_from: date | None = None
    valid_to: date | None = None
    faults: tuple[Fault, ...] = ()
    sheet: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    def fault(self, name: str, message: str) -> Fault:
        return Fault(self.line, self.titles.get(name, TITLES[name]), self.fields.get(name, ""), message, self.sheet)


@dataclass(frozen=True)
class InspectorTable:
    """What a file of inspectors says."""

    rows: tuple[InspectorRow, ...]
    faults: tuple[Fault, ...] = ()  # of the file as a whole
    remarks: tuple[str, ...] = ()
    header_lines: Mapping[str, int] = field(default_factory=dict)


class HasRows(Protocol):
    """A sheet of a workbook."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Row]: ...


def parse_inspectors(sheets: Iterable[HasRows]) -> InspectorTable:
    """Every sheet with the header of the list; a certificate that stands twice is refused the second time."""
    rows: list[InspectorRow] = []
    faults: list[Fault] = []
    remarks: list[str] = []
    lines: dict[str, int] = {}
    for sheet in sheets:
        header = find_header(sheet.rows, ALIASES)
        if header is None or not {"name", "certificate_no"} <= {*header.match.columns, *(name for name, _ in header.match.duplicates)}:
            if sheet.name not in OF_TEMPLATE:
                remarks.append(f"工作表“{sheet.name}”没有检查人员名录的表头，未读取")
            continue
        lines[sheet.name] = header.line
        faults += [_repeated(header, sheet.name, places) for _, places in header.match.duplicates]
        if not header.match.duplicates:
            rows += [row for line, cells in sheet.rows if line > header.line and (row := _row(sheet.name, header, line, cells))]
    if not lines:
        faults.append(Fault(0, "", "", NO_HEADER))
    return InspectorTable(_without_repeats(rows), tuple(faults), tuple(remarks), lines)


def _repeated(header: Header, sheet: str, places: Sequence[int]) -> Fault:
    title = " ".join(header.cells[places[0]].split())
    return Fault(header.line, title, title, f"列名“{title}”重复，无法判断以哪一列为准：请只保留一列", sheet)


def _row(sheet: str, header: Header, line: int, cells: Sequence[str]) -> InspectorRow | None:
    """None for a line without anything of ours."""
    columns = header.match.columns
    raw = {name: clean(cells[place]) for name, place in columns.items() if place < len(cells)}
    fields = {name: text for name, text in raw.items() if present(text)}
    if not fields:
        return None
    read = InspectorRow(line, fields, sheet=sheet, titles={name: header.title(name) for name in columns})
    faults = [read.fault(name, f"单元格是公式错误 {text}：请改成文字") for name, text in fields.items() if text in FORMULA_ERRORS]
    faults += [
        read.fault(name, f"超过 {longest} 个字：请核对是否粘贴错了内容")
        for name, longest in LENGTHS.items()
        if len(fields.get(name, "")) > longest
    ]
    faults += [read.fault(name, f"{TITLES[name]}为空：请填写") for name in ("name", "certificate_no") if name not in fields]
    days, of_days = _days(read, fields)
    return replace(read, valid_from=days.get("valid_from"), valid_to=days.get("valid_to"), faults=(*faults, *of_days))


def _days(read: InspectorRow, fields: Mapping[str, str]) -> tuple[dict[str, date | None], list[Fault]]:
    found: dict[str, date | None] = {}
    faults = []
    for name in ("valid_from", "valid_to"):
        try:
            found[name] = written_date(fields.get(name, ""))
        except NotADate as problem:
            faults.append(read.fault(name, str(problem)))
    first, last = found.get("valid_from"), found.get("valid_to")
    if first and last and last < first:
        faults.append(read.fault("valid_to", f"有效期止早于有效期起（{first}）：请核对"))
    return found, faults


def _without_repeats(rows: Iterable[InspectorRow]) -> tuple[InspectorRow, ...]:
    first: dict[str, InspectorRow] = {}
    checked = []
    for row in rows:
        number = row.fields.get("certificate_no", "")
        earlier = first.setdefault(number, row) if number else row
        if earlier is not row:
            row = replace(row, faults=(*row.faults, row.fault("certificate_no", f"执法证号与第 {earlier.line} 行重复：请只保留一行")))
        checked.append(row)
    return tuple(checked)
