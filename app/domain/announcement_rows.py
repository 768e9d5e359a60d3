"""One row of a published list (公示名单的一行): who, what, when, and its items; or why it cannot be taken in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.domain.announcement_columns import TITLES, province_name
from app.domain.announcement_items import SEPARATOR, ListedItem, Outcome, read_item, split_cell
from app.domain.result_kinds import ListKind
from app.domain.written import ABSENT, FORMULA_ERRORS, SCIENTIFIC, Fault, NotADate, sample_number, written_date

LENGTHS: Mapping[str, int] = {
    "number": 60, "product": 300, "producer": 300, "producer_address": 400, "sampled": 300, "sampled_address": 400, "spec": 200,
    "brand": 200, "made": 200, "category": 200, "notice_no": 200, "task_source": 300, "laboratory": 200, "url": 500, "remark": 900,
}  # fmt: skip
NOTE = re.compile(r"\s*(?:注|声明|说明|备注|提示|合计|总计|排名|以上|附件|来源)")
NOTHING = ABSENT | {"无", "不详", "—/—"}
CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f·"
TORN_BLANK = re.compile(rf"(?<=[{CJK}])\s+|\s+(?=[{CJK}])")
LINE_BREAK = re.compile(rf"(?<=[{CJK}])[ \t]*[\r\n]+\s*|[ \t]*[\r\n]+\s*(?=[{CJK}])")
PARTY = re.compile(r"(?:^|[；;])([^：:；;]{2,12})[：:]([^；;]+)")
PRODUCERS = re.compile(r"(?:标称|标识|标示)?(?:受委托生产|被委托生产|受托生产|生产|制造|加工|养殖)(?:商|者|方|企业|单位|厂家?)?(?:名称)?")
DATE = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?|(?<!\d)20\d{6}(?!\d)")
BARE = re.compile(r"[\s0-9.]+")
NO_PRODUCT = "请填写食品名称"
NO_ITEM = "不合格公示须写明不合格项目：请补填，或删除该行"
TOO_LONG = "{}超过 {} 个字：请核对是否粘贴错了内容"
NO_VERDICT = "“{}”既不是合格也不是不合格：请核对"
UNSPLIT = "“{}”无法按“项目║检验结果║标准值”拆开，不作判定"


@dataclass(frozen=True, slots=True)
class Written:
    """The cells of one row, by field and by title, and what the list says of all its rows."""

    line: int
    sheet: str
    texts: Mapping[str, str]
    cells: Mapping[str, str]
    titles: Mapping[str, str]
    kind: ListKind
    size: int | None = None  # parts of 不合格项目║检验结果║标准值


@dataclass(slots=True)
class ListedRow:
    """One row: its fields, its items, and what is wrong with it."""

    line: int
    sheet: str
    cells: Mapping[str, str]
    titles: Mapping[str, str]
    kind: ListKind
    texts: dict[str, str] = field(default_factory=dict)
    items: list[ListedItem] = field(default_factory=list)
    made_on: date | None = None
    noticed_on: date | None = None
    made_is_notice: bool = False
    faults: list[Fault] = field(default_factory=list)
    sha256: str = ""
    ordinal: int = 1

    @property
    def unread(self) -> int:
        return sum(item.outcome is Outcome.TORN for item in self.items)

    @property
    def refused(self) -> bool:
        return any(fault.blocking for fault in self.faults)

    def fault(self, name: str, message: str, blocking: bool = True) -> None:
        title = self.titles.get(name, TITLES[name])
        self.faults.append(Fault(self.line, title, self.cells.get(title, ""), message, self.sheet, blocking))


def read_row(written: Written) -> ListedRow:
    """The row with every fault of it."""
    row = ListedRow(written.line, written.sheet, written.cells, written.titles, written.kind)
    for name, text in written.texts.items():
        if (said := plain(text)) and name not in {"items", "item", "result", "limit", "unit"}:
            row.texts[name] = said
    _kind(row)
    _parties(row)
    _dates(row)
    row.items = read_items(written)
    if row.kind is ListKind.FAIL and not row.items:
        row.fault("items" if "items" in row.titles else "item", NO_ITEM)
    if "product" not in row.texts:
        row.fault("product", NO_PRODUCT)
    _check(row, written)
    return row


def plain(text: str) -> str:
    """A cell on one line; a Chinese word broken over two is one word again. "" where it says that there is nothing."""
    joined = " ".join(LINE_BREAK.sub("", text.strip()).split())
    return "" if unicodedata.normalize("NFKC", joined) in NOTHING else joined


def _kind(row: ListedRow) -> None:
    verdict = row.texts.get("verdict", "").replace(" ", "")
    if verdict.startswith(("不合格", "不符合")):
        row.kind = ListKind.FAIL
    elif verdict.startswith(("合格", "符合")):
        row.kind = ListKind.PASS
    elif verdict:
        row.fault("verdict", NO_VERDICT.format(verdict[:20]))


# ---------------------------------------------------------------- who

def _parties(row: ListedRow) -> None:
    """Names torn by blanks are put together; of several named parties the one that made the food is the producer."""
    texts = row.texts
    for name in ("producer", "sampled"):
        if name in texts:
            texts[name] = TORN_BLANK.sub("", texts[name])
    producer, others = producer_of(texts.pop("producer", ""))
    if producer:
        texts["producer"] = producer
    more = [f"{label}：{texts[name]}" for name, label in (("shop", "网店商铺名称"), ("platform", "网抽平台名称")) if name in texts]
    told = [text for text in (texts.get("remark", ""), others, *more) if text]
    if told:
        texts["remark"] = "；".join(told)
    if "province" in texts and "sampled_address" not in texts:
        texts["sampled_address"] = province_name(texts["province"])
    if "batch_no" in texts:
        texts["made"] = "/".join(text for text in (texts.get("made", ""), texts["batch_no"]) if text)
    if "number" in texts:
        texts["number"] = sample_number(texts["number"])


def producer_of(written: str) -> tuple[str, str]:
    """The producer, and the other parties as written (供应商：…, 经销商：…), who made nothing."""
    named = [(label.strip(), name.strip()) for label, name in PARTY.findall(written)]
    if not named:
        return written, ""
    makers = [name for label, name in named if PRODUCERS.fullmatch(label)]
    others = [f"{label}：{name}" for label, name in named if not PRODUCERS.fullmatch(label)]
    return (makers[0], "；".join(others)) if len(makers) == 1 else ("", written)


# ---------------------------------------------------------------- when

def _dates(row: ListedRow) -> None:
    made, noticed = dates_in(row.texts.get("made", "")), dates_in(row.texts.get("noticed_on", ""))
    row.noticed_on = min(noticed) if noticed else None
    if row.texts.get("noticed_on") and not noticed:
        row.fault("noticed_on", "不是日期，按原文保存：请写成 2022-05-30 这样的日期", blocking=False)
    elif len(noticed) > 1:
        row.fault("noticed_on", f"有 {len(noticed)} 个日期，按最早的 {row.noticed_on} 登记", blocking=False)
    row.made_on = made[0] if len(made) == 1 else None
    row.made_is_notice = row.made_on is not None and row.made_on == row.noticed_on
    if row.made_is_notice:
        row.made_on = None


def dates_in(text: str) -> list[date]:
    """Every day named in a cell, once and in order: a date, several, one beside a batch number, or Excel's count of days."""
    folded = unicodedata.normalize("NFKC", text)
    found = [folded] if BARE.fullmatch(folded) else DATE.findall(folded)
    days: list[date] = []
    for one in found:
        try:
            day = written_date(one)
        except NotADate:
            continue
        if day is not None and day not in days:
            days.append(day)
    return days


# ---------------------------------------------------------------- items, and what is too much

def read_items(written: Written) -> list[ListedItem]:
    """The items of the row, from one cell or from cells of their own."""
    texts = written.texts
    cell = texts.get("items") or texts.get("item", "")
    if not plain(cell):
        return []
    if "items" not in texts and not SEPARATOR.search(cell):
        return [read_item(cell, texts.get("result", ""), texts.get("limit", ""), texts.get("unit", ""))]
    parts = split_cell(cell, written.size)
    if parts is None:
        shown = " ".join(cell.split())
        return [ListedItem(shown[:200], "", "", "", Outcome.TORN, UNSPLIT.format(shown[:60]), {"item": cell})]
    return [_item(*part) for part in parts]


def _item(name: str, result: str = "", *rest: str) -> ListedItem:
    unit, limit = rest if len(rest) == 2 else ("", rest[0] if rest else "")
    return read_item(name, result, limit, unit)


def _check(row: ListedRow, written: Written) -> None:
    for name, text in written.texts.items():
        if text.strip() in FORMULA_ERRORS:
            row.fault(name, f"单元格是公式错误 {text.strip()}：请改成文字")
    for name, text in row.texts.items():
        if len(text) > LENGTHS.get(name, 200):
            row.fault(name, TOO_LONG.format(TITLES[name], LENGTHS.get(name, 200)))
    if SCIENTIFIC.fullmatch(row.texts.get("number", "")):
        row.fault("number", "编号被 Excel 改成了科学计数，末几位已丢失，按原文保存，不能据此关联样品", blocking=False)
