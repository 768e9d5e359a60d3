"""A table of 静态风险要素 as an office fills it in: one enterprise a row, one fact of the rule set a column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from app.domain.headers import OF_TEMPLATE, Row, find_header
from app.domain.one_line import one_line
from app.domain.risk_facts import NotAFact, read_fact
from app.domain.risk_rules import RuleSet
from app.domain.risk_tables import BandTable, ChoiceTable
from app.domain.written import Fault, NotADate, present, written_date
from app.grading.facts_form import asked_of

NO_HEADER = "没有找到表头：请使用本页下载的导入模板，表头须有“企业名称”或“统一社会信用代码”和至少一项静态要素"
NOBODY = "请填写统一社会信用代码，没有代码的填写企业全称"
WHO: Mapping[str, str] = {"credit_code": "统一社会信用代码", "name": "企业名称"}
WHEN: Mapping[str, str] = {"seen_on": "核实日期", "source": "来源"}
LONGEST_SOURCE = 300


@dataclass(slots=True)
class FactRow:
    """One line of somebody's table."""

    line: int
    sheet: str
    texts: Mapping[str, str]
    titles: Mapping[str, str]
    facts: dict[str, Any] = field(default_factory=dict)
    seen_on: date | None = None
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, name: str, message: str) -> None:
        self.faults.append(Fault(self.line, self.titles.get(name, name), self.texts.get(name, ""), message, self.sheet))

    @property
    def source(self) -> str | None:
        return self.texts.get("source") or None


@dataclass(slots=True)
class FactTable:
    """What a file says."""

    rows: list[FactRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    header_lines: dict[str, int] = field(default_factory=dict)


class HasRows(Protocol):
    """A sheet of a workbook."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Row]: ...


def titles_of(rules: RuleSet) -> dict[str, str]:
    """Every column by its name: who, the facts by the code of their table, when and where from."""
    facts = {asked.table.code: heading(asked.table) for asked in asked_of(rules)}
    return {**WHO, **facts, **WHEN}


def heading(table: Any) -> str:
    return f"{table.title}（{table.unit}）" if isinstance(table, BandTable) and table.unit else str(table.title)


def parse(sheets: Iterable[HasRows], rules: RuleSet, today: date) -> FactTable:
    """Every sheet that has the header of these facts."""
    titles, found = titles_of(rules), FactTable()
    bare = {asked.table.code: asked.table.title for asked in asked_of(rules)}
    aliases = {name: (title, *([bare[name]] if name in bare else [])) for name, title in titles.items()}
    for sheet in sheets:
        if sheet.name in OF_TEMPLATE:
            continue
        header = find_header(sheet.rows, aliases)
        if header is None or not set(WHO) & set(header.match.columns):
            found.remarks.append(f"工作表“{sheet.name}”没有静态要素的表头，未读取")
            continue
        found.header_lines[sheet.name] = header.line
        twice = [titles[name] for name, _ in header.match.duplicates]
        found.faults += [Fault(header.line, title, "", f"列名“{title}”重复：请只保留一列", sheet.name) for title in twice]
        found.remarks += [f"工作表“{sheet.name}”的“{title}”列不是静态要素，未读取" for _, title in header.match.unknown]
        own = {name: header.title(name) if name in header.match.columns else title for name, title in titles.items()}
        for line, cells in sheet.rows:
            texts = {
                name: present(cells[at] if name in bare else one_line(cells[at]))  # several choices may stand one below the other
                for name, at in header.match.columns.items() if at < len(cells)
            }  # fmt: skip
            if line > header.line and any(texts.values()):
                found.rows.append(_read(FactRow(line, sheet.name, texts, own), rules, today))
    if not found.header_lines:
        found.faults.append(Fault(0, "", "", NO_HEADER))
    return found


def _read(row: FactRow, rules: RuleSet, today: date) -> FactRow:
    for asked in asked_of(rules):
        written, table = row.texts.get(asked.table.code, ""), asked.table
        if not written:
            continue
        try:
            value = read_fact(table, split(written) if isinstance(table, ChoiceTable) and table.several else written)
        except NotAFact as fault:
            row.refuse(table.code, str(fault))
        else:
            row.facts[table.code] = value if isinstance(value, str) else list(value)
    if not (row.texts.get("credit_code") or row.texts.get("name")):
        row.refuse("credit_code", NOBODY)
    _read_day(row, today)
    if len(row.texts.get("source", "")) > LONGEST_SOURCE:
        row.refuse("source", f"来源不得超过 {LONGEST_SOURCE} 个字，请精简")
    if not row.facts and not row.faults:
        row.refuse("name", "这一行没有填写任何静态要素：请填写，或删去这一行")
    return row


def split(written: str) -> list[str]:
    """Several choices in one cell: separated by semicolons, because a choice itself may hold other marks."""
    return [word.strip() for word in written.replace("；", ";").split(";") if word.strip()]


def _read_day(row: FactRow, today: date) -> None:
    try:
        row.seen_on = written_date(row.texts.get("seen_on", ""))
    except NotADate as fault:
        row.refuse("seen_on", str(fault))
        return
    if row.seen_on is None:
        row.refuse("seen_on", "请填写核实日期，如 2026-11-20")
    elif row.seen_on > today:
        row.refuse("seen_on", "核实日期不得晚于今天，请核对")
