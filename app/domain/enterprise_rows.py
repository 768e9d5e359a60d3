"""Importing the enterprise register (企业档案导入): rows of somebody's table as typed values, with every fault in its cell.

Columns are found by name. An empty cell says nothing: what is on record stays. Which enterprise a row means, and whether
its place belongs to the importer, is asked elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from app.domain.enterprises import (
    LENGTHS,
    STATUS_WORDS,
    STATUSES,
    Kinds,
    NotAKind,
    clean,
    folded,
    read_kinds,
    read_subkinds,
)
from app.domain.headers import OF_TEMPLATE, Header, Row, find_header
from app.domain.written import FORMULA_ERRORS, Fault, NotADate, present, word, written_date

# Field -> headers; the first is the one in our own template and in the export of the register.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "credit_code": ("统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "营业执照/社会信用代码"),
    "name": ("企业名称", "单位名称", "市场主体名称", "经营者名称", "生产经营者名称", "名称"),
    "kinds": ("企业类型", "主体类型", "企业类别", "类型"),
    "subkinds": ("细分类型", "业态", "业态类型", "主体业态"),
    "region": ("所属区域", "所在地", "所在区域", "行政区划", "行政区域", "辖区"),
    "address": ("地址", "企业地址", "单位地址", "经营地址", "生产地址", "经营场所", "住所"),
    "area_type": ("区域类型",),
    "licence_kind": ("许可证类型", "许可类型"),
    "licence_no": ("许可证号", "许可证编号", "许可证书编号"),
    "licence_until": ("许可证有效期", "许可证有效期至", "有效期至", "有效期限"),
    "status": ("状态", "企业状态", "经营状态"),
    "station": ("责任监管所", "监管所", "所属监管所", "责任监管单位", "监管单位"),
    "principal": ("法定代表人（负责人）", "法定代表人", "负责人", "法定代表人/负责人", "法人代表"),
    "phone": ("联系电话", "电话", "手机", "联系方式"),
    "categories": ("产品类别", "食品类别", "许可类别", "许可食品类别"),
}
TITLES = {name: titles[0] for name, titles in ALIASES.items()}
PERSONAL = ("principal", "phone")  # shown masked; a masked value that comes back says nothing
HIDDEN = "含有“*”，是遮蔽后的内容，未读取：需要更正的请填写完整内容"
# free words, only their length is checked
COPIED = ("name", "region", "address", "area_type", "licence_kind", "licence_no", "station", *PERSONAL)
NO_HEADER = "没有找到表头：至少要有“企业名称”和“统一社会信用代码”或“地址”列，可下载导入模板对照"
Complaint = Callable[[str], tuple[str, str]]


@dataclass(frozen=True)
class EnterpriseRow:
    """One enterprise as written: absent values have no entry in `fields`."""

    line: int
    fields: Mapping[str, str]
    kinds: Kinds = frozenset()
    licence_until: date | None = None
    faults: tuple[Fault, ...] = ()
    sheet: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)  # the user's own column names

    def fault(self, name: str, message: str, blocking: bool = True) -> Fault:
        title = self.titles.get(name, TITLES[name])
        return Fault(self.line, title, self.fields.get(name, ""), message, self.sheet, blocking)

    @property
    def place_key(self) -> tuple[str, str]:
        """What tells an enterprise without a code from others."""
        return folded(self.fields.get("name")), folded(self.fields.get("address"))


@dataclass(frozen=True)
class EnterpriseTable:
    """What a file of enterprises says."""

    rows: tuple[EnterpriseRow, ...]
    faults: tuple[Fault, ...] = ()  # of the file as a whole; of one row they are with it
    remarks: tuple[str, ...] = ()
    header_lines: Mapping[str, int] = field(default_factory=dict)


class HasRows(Protocol):
    """A sheet of a workbook."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Row]: ...


def parse_enterprises(sheets: Iterable[HasRows], read_code: Complaint) -> EnterpriseTable:
    """Every sheet with the header of a register. `read_code` gives a credit code in one spelling and what is wrong with it."""
    rows: list[EnterpriseRow] = []
    faults: list[Fault] = []
    remarks: list[str] = []
    header_lines: dict[str, int] = {}
    for sheet in sheets:
        header = find_header(sheet.rows, ALIASES)
        if header is None or not _identifies(header):
            if sheet.name not in OF_TEMPLATE:
                remarks.append(f"工作表“{sheet.name}”没有企业档案的表头，未读取")
            continue
        header_lines[sheet.name] = header.line
        found = [_repeated(header, sheet.name, name, places) for name, places in header.match.duplicates]
        faults += found
        remarks += _ignored(header)
        if not found:
            reader = _Reader(sheet.name, header, read_code)
            rows += [row for line, cells in sheet.rows if line > header.line and (row := reader.row(line, cells))]
    if not header_lines:
        faults.append(Fault(0, "", "", NO_HEADER))
    return EnterpriseTable(_without_repeats(rows), tuple(faults), tuple(remarks), header_lines)


def _identifies(header: Header) -> bool:
    named = {*header.match.columns, *(name for name, _ in header.match.duplicates)}
    return "name" in named and bool(named & {"credit_code", "address"})


def _repeated(header: Header, sheet: str, name: str, places: Sequence[int]) -> Fault:
    title = " ".join(header.cells[places[0]].split())
    columns = "、".join(f"第 {place + 1} 列" for place in places)
    return Fault(header.line, title, title, f"列名“{title}”重复（{columns}），无法判断以哪一列为准：请只保留一列", sheet)


def _ignored(header: Header) -> list[str]:
    unknown = [" ".join(text.split()) for _, text in header.match.unknown if text.strip() != "错误原因"]
    return [f"以下列在企业档案中没有对应栏目，未读取：{'、'.join(unknown)}"] if unknown else []


class _Reader:
    """Rows of one sheet."""

    def __init__(self, sheet: str, header: Header, read_code: Complaint) -> None:
        self.sheet, self.columns, self.read_code = sheet, header.match.columns, read_code
        self.titles = {name: header.title(name) for name in self.columns}

    def row(self, line: int, cells: Sequence[str]) -> EnterpriseRow | None:
        """None for a line without anything of ours."""
        raw = {name: clean(cells[place]) for name, place in self.columns.items() if place < len(cells)}
        fields = {name: text for name, text in raw.items() if present(text)}
        if not fields:
            return None
        read = EnterpriseRow(line, fields, sheet=self.sheet, titles=self.titles)
        faults = [read.fault(name, f"单元格是公式错误 {text}：请改成文字") for name, text in fields.items() if text in FORMULA_ERRORS]
        faults += [*self._texts(read, fields), *_hidden(read, fields), *_identity(read, fields)]
        kinds, of_kinds = _kinds(read, fields)
        until, of_date = _until(read, fields)
        return replace(read, kinds=kinds, licence_until=until, faults=(*faults, *of_kinds, *of_date))

    def _texts(self, read: EnterpriseRow, fields: dict[str, str]) -> Iterable[Fault]:
        """Faults of the plain words, which are put into one spelling on the way."""
        for name in COPIED:
            if len(fields.get(name, "")) > LENGTHS[name]:
                yield read.fault(name, f"超过 {LENGTHS[name]} 个字：请核对是否粘贴错了内容")
        if "credit_code" in fields:
            code, complaint = self.read_code(fields["credit_code"])
            if complaint:
                yield read.fault("credit_code", complaint)
            fields["credit_code"] = code
        if "status" in fields:
            status = STATUS_WORDS.get(word(fields["status"]), word(fields["status"]))
            if status not in STATUSES:
                yield read.fault("status", f"没有“{status[:20]}”这种状态：请填写{'、'.join(STATUSES)}")
            fields["status"] = status


def _hidden(read: EnterpriseRow, fields: dict[str, str]) -> Iterable[Fault]:
    """What our own export has masked is taken out again: it says nothing."""
    for name in PERSONAL:
        if "*" in fields.get(name, ""):
            yield read.fault(name, HIDDEN, blocking=False)
            del fields[name]


def _identity(read: EnterpriseRow, fields: Mapping[str, str]) -> Iterable[Fault]:
    if "name" not in fields:
        yield read.fault("name", "企业名称为空：请填写")
    if "credit_code" not in fields and "address" not in fields:
        yield read.fault("address", "没有统一社会信用代码的企业须填写地址，以便与同名企业区分")


def _kinds(read: EnterpriseRow, fields: Mapping[str, str]) -> tuple[Kinds, list[Fault]]:
    try:
        kinds = read_kinds(fields.get("kinds", ""))
    except NotAKind as problem:
        return frozenset(), [read.fault("kinds", str(problem))]
    subkinds = fields.get("subkinds", "")
    if not subkinds:
        return kinds, []
    if len(kinds) != 1:
        return kinds, [read.fault("subkinds", "有一个企业类型时才能单独填写细分类型：请写在类型后的括号里，如“餐饮服务提供者（学校食堂）”")]
    try:
        return read_subkinds(next(iter(kinds))[0], subkinds), []
    except NotAKind as problem:
        return kinds, [read.fault("subkinds", str(problem))]


def _until(read: EnterpriseRow, fields: Mapping[str, str]) -> tuple[date | None, list[Fault]]:
    try:
        return written_date(fields.get("licence_until", "")), []
    except NotADate as problem:
        return None, [read.fault("licence_until", str(problem))]


def _without_repeats(rows: Iterable[EnterpriseRow]) -> tuple[EnterpriseRow, ...]:
    """An enterprise that stands twice in one file: the later row is refused and told where the first is."""
    by_code: dict[str, EnterpriseRow] = {}
    by_place: dict[tuple[str, str], EnterpriseRow] = {}
    checked = []
    for row in rows:
        code = row.fields.get("credit_code", "")
        first = by_code.setdefault(code, row) if code else row
        twin = by_place.setdefault(row.place_key, row)
        if first is not row:
            row = _refused(row, "credit_code", f"代码与{_whereabouts(first, row)}重复：请只保留一行")
        elif twin is not row and not (code and twin.fields.get("credit_code")):
            row = _refused(row, "name", f"名称、地址与{_whereabouts(twin, row)}相同：请只保留一行，或为两家都填写统一社会信用代码")
        checked.append(row)
    return tuple(checked)


def _whereabouts(first: EnterpriseRow, row: EnterpriseRow) -> str:
    return f"第 {first.line} 行" if first.sheet == row.sheet else f"工作表“{first.sheet}”第 {first.line} 行"


def _refused(row: EnterpriseRow, name: str, message: str) -> EnterpriseRow:
    return replace(row, faults=(*row.faults, row.fault(name, message)))
