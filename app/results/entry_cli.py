"""``flask results enter``: a report typed in, by the same operation as the page."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app import clock
from app.commands import Answer
from app.db import transaction
from app.domain.actors import Actor
from app.domain.entry_rules import CELLS, COLUMNS, pasted, tidy
from app.domain.headers import normalise_header
from app.errors import NotFound, NotLikeThis
from app.results import entry, operations, proposing, queries, staging
from app.reviews import holding
from app.reviews import operations as reviews

TITLES = {normalise_header(title): name for name, titles in COLUMNS.items() for title in titles} | {name: name for name in CELLS}
LARGEST = 2_000_000


def rows_given(file: str | None, written: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a table with a header (commas or tabs; "-" is the standard input), and of ``--row``."""
    return [*(_table(_read(file)) if file else []), *map(_row, written)]


def _read(file: str) -> str:
    try:
        content = sys.stdin.buffer.read(LARGEST) if file == "-" else Path(file).read_bytes()[:LARGEST]
    except OSError as fault:
        raise NotFound(f"不能读取文件“{file}”，请核对路径") from fault
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotLikeThis("文件不是 UTF-8 或 GB18030 编码的文本：请另存为 CSV（UTF-8）后重试")


def _table(text: str) -> list[dict[str, str]]:
    head = text.partition("\n")[0]
    found = pasted(text, delimiter="\t" if "\t" in head else ",")
    if not found:
        raise NotLikeThis("文件中没有检验项目：请给出带表头的表格，至少有“检验项目”和“检验结果”两列")
    return found


def _row(written: str) -> dict[str, str]:
    """检验项目=铅;检验结果=0.05;结果单位=mg/kg, or the same with the short names."""
    cells = {}
    for part in written.replace("；", ";").split(";"):
        title, sign, text = part.partition("=")
        name = TITLES.get(normalise_header(title))
        if not part.strip():
            continue
        if not sign or name is None:
            raise NotLikeThis(f"“{part.strip()[:60]}”不能识别：请写成 栏目=内容，用分号隔开，如 检验项目=铅;检验结果=0.05")
        cells[name] = tidy(name, text)
    return cells


def enter(
    actor: Actor, number: str, rows: list[dict[str, str]], report_no: str, reported_on: datetime, received_on: datetime | None,
    laboratory: str | None, reason: str | None, preview: bool,
) -> Answer:  # fmt: skip
    sample = queries.sample_to_enter(actor, number)
    if sample is None:
        raise NotFound(f"没有可录入结果的样品“{number[:40]}”，请核对抽样编号，或该样品不在您的管辖范围内")
    day: date | None = received_on.date() if received_on else None
    entered = entry.Entered(report_no, reported_on.date(), day, staging.laboratory_named(laboratory), rows)
    typed = entry.completed(sample, entered, proposing.proposal(sample).items)
    prepared = entry.prepare_entry(actor, sample, typed.entered)
    told = entry.judged(prepared, typed.demands)
    data = _data(sample.number, typed, told)
    if preview:
        faults = [f"第 {fault.line} 行 {fault.message}" for fault in (*prepared.plan.errors, *typed.demands)]
        return Answer(data, [*_said(typed, told), *faults, "尚未写入；去掉 --preview 保存"])
    outcome = entry.to_write(prepared, reason, typed.demands)
    if outcome is None:
        return Answer(data, ["该报告已保存过，内容相同，未作更改"])
    with transaction():
        if holding.levels():
            review = reviews.submit_entry(sample, typed.entered, outcome, actor, clock.now(), reason=reason)
            return Answer(data | {"review": review.id}, [*_said(typed, told), f"已提交送审（第 {review.id} 号），批准后生效"])
        written = operations.enter(outcome, actor, clock.now(), reason=reason)
    data |= {"written": written.rows, "cases_opened": len(written.opened)}
    return Answer(data, [*_said(typed, told), f"已保存检验报告 {report_no}，共 {written.rows} 项，启动核查处置 {len(written.opened)} 件"])


def _data(number: str, typed: entry.Typed, told: entry.Judged) -> dict[str, Any]:
    conclusion = told.outcome.conclusion if told.outcome else None
    return {
        "number": number, "report_no": typed.entered.report_no, "written": 0, "cases_opened": 0, "errors": list(told.faults),
        "conclusion": {"supervision": conclusion.supervision.value, "monitoring": conclusion.monitoring.value} if conclusion else None,
        "rows": [
            {"line": line, "item": one.row.item, "verdict": one.row.verdict.value, "pending": one.row.pending}
            for line, one in sorted(told.lines.items())
            if one.row is not None
        ],
    }  # fmt: skip


def _said(typed: entry.Typed, told: entry.Judged) -> list[str]:
    return [
        f"{one.row.item}　{typed.entered.rows[line - 1].get('result', '')}　{'待核' if one.row.pending else one.row.verdict.value}"
        for line, one in sorted(told.lines.items())
        if one.row is not None
    ]
