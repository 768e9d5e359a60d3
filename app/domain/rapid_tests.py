"""快检记录: its columns, what is wrong with one, and the rate of positives. A rapid test is never a batch and enters no figure.

The form and the import of a workbook read through the same function.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Protocol

from app.domain.headers import OF_TEMPLATE, Row, find_header
from app.domain.rounding import half_up
from app.domain.samples import Link
from app.domain.sampling_kinds import RapidResult
from app.domain.written import FORMULA_ERRORS, Fault, NotADate, present, word, written_date

# Field -> headers; the first is the one in our own template and export.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "tested_on": ("检测日期", "快检日期", "检测时间", "日期"),
    "sampled_name": ("被抽查单位", "被抽查人", "被检单位", "受检单位", "单位名称", "经营者名称", "市场名称"),
    "stall": ("摊位号", "摊位", "摊位号或姓名"),
    "credit_code": ("统一社会信用代码", "社会信用代码", "信用代码"),
    "region": ("所在地", "所属区域", "行政区划", "辖区"),
    "link": ("环节", "抽样环节"),
    "product_name": ("样品名称", "品种", "食品名称", "产品名称"),
    "category": ("食品分类", "食品类别"),
    "origin": ("产地", "原产地", "来源"),
    "item": ("检测项目", "检验项目", "项目"),
    "device": ("检测设备", "设备名称", "设备", "仪器"),
    "device_no": ("设备编号", "仪器编号"),
    "reagent": ("试剂名称", "试剂", "试剂盒", "检测卡"),
    "reagent_batch": ("试剂批号", "批号"),
    "reagent_until": ("试剂有效期", "试剂有效期至", "有效期至"),
    "result": ("检测结果", "结果", "结论", "判定"),
    "reading": ("检测读数", "读数", "检测值", "抑制率"),
    "testers": ("检测人员", "检测员", "检测人"),
    "told_at": ("告知时间", "告知当事人时间"),
    "objection": ("异议情况", "异议"),
    "measures": ("处理措施", "处置措施", "处理情况"),
    "remark": ("备注",),
}
TITLES = {name: titles[0] for name, titles in ALIASES.items()}
REQUIRED = ("tested_on", "sampled_name", "product_name", "item", "device", "reagent", "reagent_batch", "result", "testers")
LENGTHS: Mapping[str, int] = {
    "sampled_name": 200, "stall": 60, "credit_code": 18, "region": 200, "product_name": 200, "category": 200, "origin": 100,
    "item": 200, "device": 100, "device_no": 60, "reagent": 100, "reagent_batch": 60, "reading": 60, "testers": 200,
    "objection": 300, "measures": 500, "remark": 500,
}  # fmt: skip
RESULTS: Mapping[str, RapidResult] = {
    **{one.value: one for one in RapidResult}, "合格": RapidResult.NEGATIVE, "未检出": RapidResult.NEGATIVE,
    "不合格": RapidResult.POSITIVE, "检出": RapidResult.POSITIVE, "可疑": RapidResult.POSITIVE,
}  # fmt: skip
MOMENT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T ]*(\d{1,2})[:：时](\d{1,2})(?:[:：分]\d{0,2})?")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
NO_HEADER = "没有找到表头：至少要有“检测日期”“样品名称”“检测项目”和“检测结果”列，可下载导入模板对照"


@dataclass(slots=True)
class Reading:
    """What was written, read: values of fields without a list behind them, and (field, sentence) for each fault."""

    texts: dict[str, str]
    tested_on: date | None = None
    reagent_until: date | None = None
    told_at: datetime | None = None  # the office's wall clock
    link: Link | None = None
    result: RapidResult | None = None
    faults: list[tuple[str, str]] = field(default_factory=list)


def clean(text: str) -> str:
    return " ".join(CONTROL.sub(" ", text).split())


def read(written: Mapping[str, str], now: datetime) -> Reading:
    """Read one record; ``now`` is the office's wall clock."""
    texts = {name: text for name in ALIASES if (text := present(clean(written.get(name, ""))))}
    reading = Reading(texts)
    for name in REQUIRED:
        if name not in texts:
            reading.faults.append((name, f"请填写{TITLES[name]}"))
    for name, text in texts.items():
        if text in FORMULA_ERRORS:
            reading.faults.append((name, f"单元格是公式错误 {text}：请改成文字"))
        elif len(text) > LENGTHS.get(name, 40):
            reading.faults.append((name, f"{TITLES[name]}超过 {LENGTHS.get(name, 40)} 个字：请核对是否粘贴错了内容"))
    _words(reading)
    _dates(reading)
    reading.faults += _contradictions(reading, now)
    return reading


def _words(reading: Reading) -> None:
    if text := word(reading.texts.get("result", "")):
        reading.result = RESULTS.get(text)
        if reading.result is None:
            reading.faults.append(("result", f"没有“{text[:20]}”这种结果：请填写阴性、阳性或无效"))
    if text := word(reading.texts.get("link", "")):
        reading.link = next((one for one in Link if one.value == text or f"{one.value}环节" == text), None)
        if reading.link is None:
            reading.faults.append(("link", f"没有“{text[:20]}”这个环节：请填写{'、'.join(Link)}"))


def _dates(reading: Reading) -> None:
    for name in ("tested_on", "reagent_until"):
        try:
            setattr(reading, name, written_date(reading.texts.get(name, "")))
        except NotADate as problem:
            reading.faults.append((name, str(problem)))
    if text := reading.texts.get("told_at"):
        reading.told_at = _moment(text)
        if reading.told_at is None:
            reading.faults.append(("told_at", f"“{text[:30]}”不是时间：请写成 2026-11-20 09:30，四小时的异议期限从这一刻起算"))


def _moment(text: str) -> datetime | None:
    found = MOMENT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        return datetime(*map(int, found.groups())) if found else None  # type: ignore[arg-type]
    except ValueError:
        return None


def _contradictions(reading: Reading, now: datetime) -> Iterable[tuple[str, str]]:
    tested = reading.tested_on
    if tested is not None and tested > now.date():
        yield "tested_on", "检测日期不能晚于今天"
    expired = tested is not None and reading.reagent_until is not None and reading.reagent_until < tested
    if expired and reading.result in (RapidResult.NEGATIVE, RapidResult.POSITIVE):
        yield "reagent_until", "试剂在检测当日已过有效期：请核对有效期；确已过期的，结果应为“无效”，并更换试剂重新检测"
    if reading.told_at is not None and (reading.told_at > now or (tested is not None and reading.told_at.date() < tested)):
        yield "told_at", "告知时间应在检测日期之后、当前时间之前"


# ---------------------------------------------------------------- a table of them

@dataclass(frozen=True, slots=True)
class RapidRow:
    """One line of somebody's table."""

    line: int
    reading: Reading
    sheet: str
    titles: Mapping[str, str]

    def fault(self, name: str, message: str) -> Fault:
        return Fault(self.line, self.titles.get(name, TITLES[name]), self.reading.texts.get(name, ""), message, self.sheet)

    @property
    def faults(self) -> list[Fault]:
        return [self.fault(name, message) for name, message in self.reading.faults]


@dataclass(frozen=True, slots=True)
class RapidTable:
    """What a file of rapid tests says."""

    rows: Sequence[RapidRow]
    faults: Sequence[Fault]
    remarks: Sequence[str]
    header_lines: Mapping[str, int]


class HasRows(Protocol):
    """A sheet of a workbook."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Row]: ...


def parse(sheets: Iterable[HasRows], now: datetime) -> RapidTable:
    """Every sheet with the header of rapid tests."""
    rows: list[RapidRow] = []
    faults: list[Fault] = []
    remarks: list[str] = []
    headers: dict[str, int] = {}
    for sheet in sheets:
        header = find_header(sheet.rows, ALIASES)
        if header is None or not {"product_name", "item", "result"} <= {*header.match.columns}:
            if sheet.name not in OF_TEMPLATE:
                remarks.append(f"工作表“{sheet.name}”没有快检记录的表头，未读取")
            continue
        headers[sheet.name] = header.line
        twice = [TITLES[name] for name, _ in header.match.duplicates]
        faults += [Fault(header.line, title, "", f"列名“{title}”重复：请只保留一列", sheet.name) for title in twice]
        titles = {name: header.title(name) for name in header.match.columns}
        for line, cells in sheet.rows:
            written = {name: cells[place] for name, place in header.match.columns.items() if place < len(cells)}
            if line > header.line and any(present(text.strip()) for text in written.values()):
                rows.append(RapidRow(line, read(written, now), sheet.name, titles))
    return RapidTable(rows, faults if headers else [*faults, Fault(0, "", "", NO_HEADER)], remarks, headers)


# ---------------------------------------------------------------- counting

@dataclass(frozen=True, slots=True)
class Tally:
    """How many tests gave what; 阳性率＝阳性÷（阳性＋阴性）, invalid ones aside."""

    positive: int = 0
    negative: int = 0
    invalid: int = 0

    @property
    def tests(self) -> int:
        return self.positive + self.negative + self.invalid

    @property
    def rate(self) -> str:
        """阳性率 in percent with two places; "—" where nothing valid was tested."""
        valid = self.positive + self.negative
        return f"{half_up(Fraction(self.positive * 100, valid), 2)}%" if valid else "—"


def tally(counts: Mapping[RapidResult, int]) -> Tally:
    return Tally(*(counts.get(one, 0) for one in (RapidResult.POSITIVE, RapidResult.NEGATIVE, RapidResult.INVALID)))

