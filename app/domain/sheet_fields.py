"""One sampling sheet from its raw cells (抽样单字段): combined columns split, dates read, choices made.

Used for sheets that arrive as sheets and for those that arrive as the sample columns of a result export.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.one_line import one_line
from app.domain.samples import Domain, Level, Purpose
from app.domain.sheet_columns import DATE_KINDS
from app.domain.written import Fault, NotADate, present, word, written_date

DATE_FIELDS = ("made_on", "sampled_on", "arrived_on", "received_on", "reported_on")
REGIONS = ("sampled", "producer", "third_party")
REPORT_KINDS = ("合格报告", "一般不合格报告", "一般问题报告", "一般不合格(问题)报告", "24小时限时报告")
OLD_PURPOSES = {"评价抽检": Purpose.EVALUATION}
LEVEL_WORDS = {
    "总局": Level.NATIONAL,
    "转移地方": Level.NATIONAL,  # paid for by the State, organised by the province on its behalf
    "转移支付": Level.NATIONAL,
    "国抽": Level.NATIONAL,
    "国家级": Level.NATIONAL,
    "省级": Level.PROVINCIAL,
    "省抽": Level.PROVINCIAL,
    "市级": Level.CITY,
    "市抽": Level.CITY,
    "县级": Level.COUNTY,
    "县抽": Level.COUNTY,
}
DATE_ORDER = (
    ("made_on", "生产（购进）日期", "sampled_on", "抽样日期"),
    ("sampled_on", "抽样日期", "received_on", "接样日期"),
    ("received_on", "接样日期", "reported_on", "报告日期"),
)
IN_LINES = frozenset({"remark", "conclusion", "samplers"})  # what is said in sentences, and names that stand one below the other
NAMES_SEPARATOR = re.compile(r"[、,，;；\n]")


@dataclass(frozen=True)
class RawSheet:
    """Cells of one sheet by field, as written; `titles` are the user's own column names."""

    line: int
    cells: Mapping[str, str]
    extra: Mapping[str, str]
    titles: Mapping[str, str]
    sheet: str = ""

    def fault(self, field: str, message: str, blocking: bool = True) -> Fault:
        title = self.titles.get(field, field)
        return Fault(self.line, title, self.cells.get(field, ""), message, self.sheet, blocking)


@dataclass(frozen=True)
class SheetFields:
    """One sampling sheet in our own field names; what is absent has no entry, what has no field is in `extra`."""

    texts: dict[str, str]
    dates: dict[str, date]
    samplers: tuple[str, ...]
    extra: dict[str, str]
    faults: tuple[Fault, ...]


def sheet_fields(raw: RawSheet) -> SheetFields:
    """Read one sheet, reporting every fault in it."""
    texts = {field: text for field, value in raw.cells.items() if (text := present(value if field in IN_LINES else one_line(value)))}
    extra = dict(raw.extra)
    _split_combined(texts)
    _join_regions(texts)
    faults = _choose_options(texts, raw)
    date_source = _choose_made_on(texts, extra)
    dates, date_faults = _read_dates(texts, raw, date_source)
    samplers = tuple(part.strip() for part in NAMES_SEPARATOR.split(texts.get("samplers", "")) if part.strip())
    return SheetFields(texts, dates, samplers, extra, (*faults, *date_faults, *_order_faults(dates, raw)))


def _split_combined(texts: dict[str, str]) -> None:
    """Undo 食品分类 and 报送分类 where an export has put several fields into one column."""
    levels = ("level1", "level2", "level3", "level4")
    for combined, fields in (("categories", levels), ("report_classes", ("report_class_a", "report_class_b"))):
        parts = re.split(r"-*>|/", texts.pop(combined, ""), maxsplit=len(fields) - 1)
        for field, part in zip(fields, parts, strict=False):
            if part.strip():
                texts.setdefault(field, part.strip())
    for level in levels:
        if level in texts:
            texts[level] = "".join(texts[level].split())  # "食用农产 品" occurs


def _join_regions(texts: dict[str, str]) -> None:
    for owner in REGIONS:
        parts = [texts.pop(f"{owner}_{step}", "") for step in ("province", "city", "county")]
        if any(parts):
            texts.setdefault(f"{owner}_region", "/".join(part for part in parts if part))


def _choose_options(texts: dict[str, str], raw: RawSheet) -> list[Fault]:
    """A printed page lists every option of an unfilled choice; that means nothing was chosen."""
    if sum(kind in word(texts.get("report_kind", "")) for kind in REPORT_KINDS) > 1:
        del texts["report_kind"]
    written = texts.pop("purpose", "")
    if word(texts.pop("evaluation", "")) == "是":
        written = Purpose.EVALUATION  # wins over 检验目的, where evaluation tasks may still say 监督抽检
    try:
        purpose = chosen_purpose(written)
    except ValueError as problem:
        return [raw.fault("purpose", str(problem))]
    if purpose is not None:
        texts["purpose"] = purpose
    return []


def chosen_purpose(text: str) -> Purpose | None:
    """检验目的; None where nothing, or everything, is chosen."""
    bare = word(text)
    chosen = {purpose for purpose in Purpose if purpose in bare}
    if chosen == {Purpose.SUPERVISION, Purpose.MONITORING}:
        return Purpose.COMBINED
    if not bare or len(chosen) > 1:
        return None
    if bare in OLD_PURPOSES or bare in chosen:
        return OLD_PURPOSES.get(bare) or Purpose(bare)
    raise ValueError(f"检验目的“{text}”不认识：请填写{'、'.join(Purpose)}之一")


def _choose_made_on(texts: dict[str, str], extra: dict[str, str]) -> str:
    """One date and its kind, from whichever date columns are filled; returns the field the date came from."""
    if texts.get("made_on") in DATE_KINDS:  # some exports name the kind in the column that is headed as a date
        texts.setdefault("date_kind", texts.pop("made_on"))
    filled = {kind: texts.pop(kind) for kind in DATE_KINDS if kind in texts}
    kind = texts.get("date_kind", "")
    source = kind if kind in filled else next(iter(filled), "")
    if not source or ("made_on" in texts and kind):
        source = "made_on"
    else:
        filled["made_on"] = texts.pop("made_on", filled[source])
        texts["made_on"] = filled[source]
        texts.setdefault("date_kind", source)
    extra.update({name: value for name, value in filled.items() if value != texts.get("made_on")})
    return source


def _read_dates(texts: dict[str, str], raw: RawSheet, date_source: str) -> tuple[dict[str, date], list[Fault]]:
    dates: dict[str, date] = {}
    faults: list[Fault] = []
    for field in DATE_FIELDS:
        try:
            if (day := written_date(texts.get(field, ""))) is not None:
                dates[field] = day
                texts[field] = day.isoformat()
        except NotADate as problem:
            faults.append(raw.fault(date_source if field == "made_on" else field, str(problem)))
    return dates, faults


def _order_faults(dates: Mapping[str, date], raw: RawSheet) -> list[Fault]:
    """Dates out of order are shown and not refused: real files have them and the office decides."""
    return [
        raw.fault(late, f"{late_name}早于{early_name}：请核对", blocking=False)
        for early, early_name, late, late_name in DATE_ORDER
        if early in dates and late in dates and dates[late] < dates[early]
    ]


def organiser_level(*texts: str) -> Level | None:
    """组织级别 from 报送分类 or 省抽国抽; None if neither says."""
    return next((level for text in texts for key, level in LEVEL_WORDS.items() if key in word(text)), None)


def product_domain(level1: str) -> Domain:
    """产品领域 of a food sheet: 食用农产品 is a domain of its own."""
    return Domain.AGRICULTURAL if word(level1) == Domain.AGRICULTURAL else Domain.FOOD
