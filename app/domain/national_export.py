"""The sampling sheets inside the national system's result export (国家抽检系统导出).

Each row repeats the whole sheet beside one item. The repeated cells must agree; where they do not, somebody has edited the
file, and choosing one of the values would be a guess.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from operator import itemgetter

from app.domain.headers import Header, match_headers
from app.domain.result_columns import NATIONAL_COLUMNS, REPORT_COLUMNS, RESULT_COLUMNS
from app.domain.samples import Domain, Level, Purpose
from app.domain.sheet_fields import RawSheet, organiser_level, product_domain, sheet_fields
from app.domain.written import Fault, NotADate, present, written_date

OF_THE_REPORT = {*REPORT_COLUMNS, "report_no"}

TakeSheet = Callable[[int, str, str, tuple[str, ...]], None]


@dataclass(frozen=True)
class WrittenReport:
    """检验报告 as the export describes it."""

    report_no: str
    line: int
    fields: dict[str, str]
    reported_on: date | None


@dataclass(frozen=True)
class WrittenSheet:
    """抽样单 as the export describes it, in our own field names."""

    number: str
    line: int
    sheet: str
    fields: dict[str, str]
    dates: dict[str, date]
    samplers: tuple[str, ...]
    extra: dict[str, str]
    purpose: Purpose | None
    level: Level | None
    domain: Domain
    reports: tuple[WrittenReport, ...]
    faults: tuple[Fault, ...]


@dataclass
class _Draft:
    """The cells of one sheet while its rows are still coming."""

    sheet: str
    line: int
    titles: dict[str, str]
    cells: dict[str, str]
    extra: dict[str, str]
    reports: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


class SheetCollector:
    """Gathers the sheets of a file while its rows are read."""

    def __init__(self) -> None:
        self._drafts: dict[str, _Draft] = {}

    def reader(self, name: str, header: Header) -> TakeSheet:
        """A function that takes the sheet's columns of one row."""
        return _SheetReader(name, header, self._drafts).take

    def sheets(self) -> dict[str, WrittenSheet]:
        return {number: _finished(number, draft) for number, draft in self._drafts.items()}


class _SheetReader:
    def __init__(self, name: str, header: Header, drafts: dict[str, _Draft]) -> None:
        match = match_headers(header.cells, {**RESULT_COLUMNS, **NATIONAL_COLUMNS})
        self._name, self._header, self._drafts = name, header, drafts
        self._places = {column: place for column, place in match.columns.items() if column in NATIONAL_COLUMNS}
        self._titles = {column: " ".join(header.cells[place].split()) for column, place in self._places.items()}
        self._unknown = match.unknown
        self._pick = itemgetter(*self._places.values(), len(header.cells))
        self._last: tuple[str, str, tuple[str, ...]] = ("", "", ())

    def take(self, line: int, number: str, report: str, cells: tuple[str, ...]) -> None:
        picked = self._pick(cells)
        if self._last == (number, report, picked):  # nearly every row repeats the one above
            return
        self._last = (number, report, picked)
        written = {column: text for column, text in zip(self._places, picked, strict=False) if present(text)}
        of_report = {column: written.pop(column) for column in OF_THE_REPORT & written.keys()}
        draft = self._drafts.get(number)
        if draft is None:
            extra = {text.strip(): cells[place] for place, text in self._unknown if present(cells[place])}
            draft = self._drafts[number] = _Draft(self._name, line, self._titles, written, extra)
        else:
            self._agree(draft, line, draft.cells, written, f"第 {draft.line} 行")
        first, known = draft.reports.setdefault(report, (line, of_report))
        self._agree(draft, line, known, of_report, f"第 {first} 行")

    def _agree(self, draft: _Draft, line: int, known: dict[str, str], now: dict[str, str], where: str) -> None:
        """Blank cells below a filled one are merged cells; different ones are a fault."""
        for column, text in now.items():
            before = known.setdefault(column, text)
            if before is not text and before.split() != text.split():
                message = f"与{where}同一编号的内容“{before.strip()[:40]}”不一致：请核对后改成一致"
                draft.faults.append(Fault(line, self._titles[column], text, message, self._name))


def _finished(number: str, draft: _Draft) -> WrittenSheet:
    reports, report_faults = _reports(draft)
    first = next(iter(draft.reports.values()), (0, {}))[1]
    raw = RawSheet(draft.line, {**draft.cells, **_dated(first)}, draft.extra, draft.titles, draft.sheet)
    read = sheet_fields(raw)
    missing = [
        raw.fault(column, f"{title}为空：请填写")
        for column, title in (
            ("product_name", "样品名称"),
            ("sampled_name", "被抽样单位名称"),
            ("sampled_on", "抽样时间"),
        )
        if column not in read.texts
    ]
    written_purpose = read.texts.get("purpose")
    return WrittenSheet(
        number=number,
        line=draft.line,
        sheet=draft.sheet,
        fields={**read.texts, "number": number},
        dates=read.dates,
        samplers=read.samplers,
        extra=read.extra,
        purpose=Purpose(written_purpose) if written_purpose else None,
        level=organiser_level(read.texts.get("report_class_a", ""), read.texts.get("organiser", "")),
        domain=product_domain(read.texts.get("level1", "")),
        reports=reports,
        faults=(*draft.faults, *missing, *read.faults, *report_faults),
    )


def _dated(report: dict[str, str]) -> dict[str, str]:
    return {column: report[column] for column in ("received_on", "reported_on", "report_kind") if column in report}


def _reports(draft: _Draft) -> tuple[tuple[WrittenReport, ...], list[Fault]]:
    reports: list[WrittenReport] = []
    faults: list[Fault] = []
    for place, (report_no, (line, fields)) in enumerate(draft.reports.items()):
        report = WrittenReport(report_no, line, {column: text.strip() for column, text in fields.items()}, None)
        try:
            report = replace(report, reported_on=written_date(fields.get("reported_on", "")))
        except NotADate as problem:
            if place:  # the first report's date is read, and complained of, with the sheet
                title = draft.titles["reported_on"]
                faults.append(Fault(line, title, fields["reported_on"], str(problem), draft.sheet))
        reports.append(report)
    return tuple(reports), faults
