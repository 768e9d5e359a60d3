"""What refuses a sample beside the faults of its own cells: its state, whose it is, dates, and texts too long to keep."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import itemgetter

from app import clock
from app.domain.result_headers import title_of
from app.domain.result_rows import WrittenRow, WrittenTable
from app.domain.workflow import SampleState
from app.domain.written import Fault
from app.labels import label
from app.reference_data.books import item_book
from app.reference_data.standing import item_ended, standings
from app.results.known import KnownSample

NOT_TESTED = (SampleState.REFUSED, SampleState.NOT_FOUND, SampleState.REJECTED)
# what the columns hold; 检验结果, 检验依据, 判定依据 and 说明 are kept to the length that parsing allows
LONGEST = {
    "item": 200,
    "report_no": 100,
    "unit": 40,
    "min_limit": 200,
    "min_unit": 40,
    "max_limit": 200,
    "max_unit": 40,
    "lod": 200,
    "lod_unit": 40,
    "lod_kind": 20,
}
_LENGTHS = {name: WrittenRow._fields.index(name) for name in LONGEST}
SHORTEST = min(LONGEST.values())


def faults_of(
    table: WrittenTable, known: Mapping[str, KnownSample], reported_on: date | None
) -> Iterator[Fault]:
    """Our own faults of a file."""
    seen: set[str] = set()
    today = clock.today()
    long = _has_too_long(table.rows)
    for row in table.rows:
        if long:
            yield from _too_long(row)
        if row.number in seen:
            continue
        seen.add(row.number)
        sample = known.get(row.number)
        if sample is not None:
            yield from _standing(row, sample)
            yield from _sent_back(row, sample)
            yield from _dates(table, row, sample, reported_on, today)
        elif table.layout == "national":
            yield from _dates(table, row, None, reported_on, today)
    yield from _retired(table, reported_on or today)


def _retired(table: WrittenTable, day: date) -> Iterator[Fault]:
    """Each retired item once, at its first row: its results are kept, and the laboratory is told what to write."""
    if not standings():
        return
    book, known = item_book(), set[str]()
    for row in table.rows:
        if row.item not in known:
            known.add(row.item)
            gone = item_ended(book.resolve(row.item).name, day)
            if gone is not None:
                yield Fault(row.line, title_of(row.headers, "item"), row.item, gone.remedy, row.sheet, blocking=False)


def _has_too_long(rows: Sequence[WrittenRow]) -> bool:
    """Is there any such cell? Texts repeat so much that each column is asked for its different ones."""
    return any(
        len(text) > LONGEST[name] for name, place in _LENGTHS.items() for text in set(map(itemgetter(place), rows))
    )


def _too_long(row: WrittenRow) -> Iterator[Fault]:
    for name, place in _LENGTHS.items():
        text = str(row[place])
        if len(text) > SHORTEST and len(text) > LONGEST[name]:
            message = f"超过 {LONGEST[name]} 个字：请核对是否填错了列"
            yield Fault(row.line, title_of(row.headers, name), f"{text[:60]}…", message, row.sheet)


def _standing(row: WrittenRow, sample: KnownSample) -> Iterator[Fault]:
    if sample.state in NOT_TESTED:
        message = f"抽样单 {row.number} 的状态是“{label(sample.state)}”，没有样品可检：请核对编号"
        yield Fault(row.line, title_of(row.headers, "number"), row.number, message, row.sheet)


def _sent_back(row: WrittenRow, sample: KnownSample) -> Iterator[Fault]:
    """退修: what is wrong with the sheet would be wrong in the report as well."""
    if sample.state is SampleState.RETURNED:
        message = f"抽样单 {row.number} 已退回修改，更正后才能录入检验结果：请联系抽样单位"
        yield Fault(row.line, title_of(row.headers, "number"), row.number, message, row.sheet)


def taken(
    table: WrittenTable, drafts: Collection[str], others: Collection[str], said: Iterable[Fault]
) -> Iterator[Fault]:
    """An export may bring new sheets, so a number that is somebody else's must be refused.

    Where the sheet would be refused in any case, for its place or because this actor registers none, nothing is added:
    the answer is that of a number which nobody has. Only who sampled in his own area under a number in use learns that.
    """
    refused = {(fault.sheet, fault.line) for fault in said if fault.blocking}
    for number, sheet in table.sheets.items():
        if number in others and number in drafts and (sheet.sheet, sheet.line) not in refused:
            message = f"抽样编号 {number} 不能由本单位录入结果：请核对编号，或由抽样地的监管部门导入"
            yield Fault(sheet.line, "抽样编号", number, message, sheet.sheet)


def _dates(
    table: WrittenTable, row: WrittenRow, sample: KnownSample | None, given: date | None, today: date
) -> Iterator[Fault]:
    """A report is dated, not in the future, and not before the sampling."""
    sheet = table.sheets.get(row.number)
    sampled_on = sample.sampled_on if sample else sheet.dates.get("sampled_on") if sheet else None
    written = [(r.line, r.reported_on, "reported_on" in r.fields) for r in sheet.reports] if sheet else []
    for line, day, unreadable in written or [(row.line, None, False)]:
        day = day or given
        if day is None and sheet is not None:
            if unreadable:
                continue  # complained of with the sheet
            yield Fault(line, "报告日期", "", "报告日期为空：请填写", row.sheet)
        elif day is not None and day > today:
            yield Fault(line, "报告日期", day.isoformat(), "报告日期晚于今天：请核对", row.sheet)
        elif day is not None and sampled_on is not None and day < sampled_on:
            message = f"报告日期早于抽样日期 {sampled_on.isoformat()}：请核对"
            yield Fault(line, "报告日期", day.isoformat(), message, row.sheet)
