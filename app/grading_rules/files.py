"""A rule set as a file: JSON as the program keeps it, or a workbook with one value a row; read back with every fault named."""

from __future__ import annotations

import json
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app import taken_out as out
from app.domain.actors import Actor
from app.domain.json_shapes import NotJson, parse
from app.domain.risk_rule_data import write
from app.domain.risk_rule_leaves import NotAPlace, gathered, leaves
from app.domain.risk_rules import RuleSet
from app.errors import NotLikeThis
from app.filters import format_datetime
from app.grading_rules import operations
from app.grading_rules.models import RiskRuleSet
from app.spreadsheet_cells import Column
from app.spreadsheet_gate import ReadLimits, UnreadableFile
from app.spreadsheet_stream import TableSheet, write_table
from app.spreadsheets import read_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET = "分级规则"
HEADERS = ("位置", "字段路径", "值")
MOST_BYTES = 5 * 1024 * 1024
DEEPEST = 12


def as_json(rules: RuleSet) -> bytes:
    return (json.dumps(write(rules), ensure_ascii=False, indent=1) + "\n").encode()


def as_workbook(rules: RuleSet, who: str, at: datetime) -> bytes:
    """One value a row; the third column may be changed and the file read in again."""
    told = [
        ("规则", f"{rules.title}（{rules.code}）"), ("依据", rules.source), ("导出", f"{who}　{format_datetime(at)}"),
        ("怎样修改", "只改“分级规则”表的“值”一列；要加一行（如多一档），把该行的字段路径照上一行往下编号；“（空）”表示没有上限或未填"),
        ("怎样导入", "在“分级规则”页面点“从文件起草”，选择本文件；有误的地方会逐条指出，不会写入"),
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.xlsx"
        columns = [Column(header, width=width) for header, width in zip(HEADERS, (52, 46, 40), strict=True)]
        write_table(path, (
            TableSheet(SHEET, columns, leaves(write(rules))),
            TableSheet("说明", [Column("项目", width=12), Column("内容", width=90)], told),
        ))  # fmt: skip
        return path.read_bytes()


def taken_out(rules: RuleSet, row: RiskRuleSet | None, ending: str, actor: Actor, at: datetime) -> bytes:
    """The set as a file; who took it out, and which bytes, is in the history. ``row`` is None for a set that the program ships."""
    content = as_json(rules) if ending == "json" else as_workbook(rules, actor.name, at)
    edition = f"#{row.edition}" if row else f"@{rules.valid_from}"
    out.note(
        RiskRuleSet.__tablename__, row.id if row else None, rules.title, f"{rules.code}{edition}，{ending}", actor, content,
        org_id=row.org_id if row else None,
    )  # fmt: skip
    return content


def read_file(path: Path, filename: str) -> RuleSet:
    """The rule set of an uploaded file, by its ending. Raises NotLikeThis with every fault."""
    if path.stat().st_size > MOST_BYTES:
        raise NotLikeThis("文件超过 5 MB，不像是分级规则文件，请核对", field="file")
    if filename.lower().endswith(".json"):
        try:
            value = parse(path.read_bytes(), deepest=DEEPEST)
        except NotJson as fault:
            raise NotLikeThis(f"文件不能读取：{str(fault).replace('请求内容', '文件内容')}", field="file") from fault
    elif filename.lower().endswith(".xlsx"):
        value = _of_workbook(path, filename)
    else:
        raise NotLikeThis("请选择 .json 或 .xlsx 文件（可先导出一版，修改后再导入）", field="file")
    return operations.checked(value)


def _of_workbook(path: Path, filename: str) -> Any:
    try:
        book = read_workbook(path, filename, ReadLimits())
        sheet = next((one for one in book.sheets if one.name == SHEET), book.sheets[0])
        _, head = sheet.rows[0]
        places = [[str(cell).strip() for cell in head].index(header) for header in HEADERS[1:]]
        rows = [(line, str(cells[places[0]]).strip(), str(cells[places[1]]).strip()) for line, cells in sheet.rows[1:]]
        return gathered(row for row in rows if row[1])
    except UnreadableFile as fault:
        raise NotLikeThis(str(fault), field="file") from fault
    except (ValueError, IndexError) as fault:
        told = str(fault) if isinstance(fault, NotAPlace) else "表头应有“字段路径”“值”两列：请从本系统导出一版，在其中修改"
        raise NotLikeThis(told, field="file") from fault


def filename(rules: RuleSet, edition: int | None, today: date) -> str:
    return f"{rules.title.replace('/', '-')}{f'第{edition}版' if edition else ''}{today}"
