"""Mappings that travel (对应关系文件): out and in as JSON or as a workbook, so that one county takes over another's work."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.domain.cell_addresses import BadAddress, cell
from app.domain.json_shapes import NotJson, parse
from app.domain.return_mapping import read_spec, write_spec
from app.domain.return_specs import BadSpec
from app.domain.return_words import told
from app.errors import NotLikeThis
from app.return_templates.filling import MappedCell
from app.spreadsheet_cells import Column
from app.spreadsheet_gate import UnreadableFile
from app.spreadsheet_stream import TableSheet, write_table
from app.spreadsheets import read_workbook

MOST_CELLS, MOST_RULES, DEEPEST = 2_000, 300, 8
KIND = "shian-return-mapping"
CELLS, RULES = "单元格对应关系", "审核公式"
CELL_COLUMNS = ("工作表", "单元格", "名称", "对应关系", "说明")
RULE_COLUMNS = ("编号", "公式", "提示", "性质")
BLOCKING = {"阻断": True, "提示": False}
Faults = list[str]


@dataclass(frozen=True, slots=True)
class RuleText:
    """审核公式 as written."""

    code: str
    expression: str
    message: str
    blocking: bool


@dataclass(frozen=True, slots=True)
class MappingFile:
    """What a file holds."""

    cells: Sequence[MappedCell]
    rules: Sequence[RuleText]


def as_json(title: str, cells: Sequence[MappedCell], rules: Sequence[RuleText]) -> bytes:
    value = {
        "kind": KIND, "title": title,
        "cells": [{"sheet": one.sheet, "cell": one.cell, "name": one.name, "spec": write_spec(one.spec)} for one in cells],
        "rules": [
            {"code": one.code, "expression": one.expression, "message": one.message, "blocking": one.blocking} for one in rules
        ],
    }  # fmt: skip
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def as_workbook(cells: Sequence[MappedCell], rules: Sequence[RuleText]) -> bytes:
    """The same as two tables; the column 对应关系 is what counts, 说明 only tells it in words."""
    words = {value: word for word, value in BLOCKING.items()}
    cell_rows = [
        [one.sheet, one.cell, one.name, json.dumps(write_spec(one.spec), ensure_ascii=False), told(one.spec)] for one in cells
    ]
    rule_rows = [[one.code, one.expression, one.message, words[one.blocking]] for one in rules]
    sheets = [
        TableSheet(CELLS, [Column(name) for name in CELL_COLUMNS], cell_rows),
        TableSheet(RULES, [Column(name) for name in RULE_COLUMNS], rule_rows),
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.xlsx"
        write_table(path, sheets)
        return path.read_bytes()


def read_file(filename: str, content: bytes) -> MappingFile:
    """The mapping of a file, every cell checked. Raises NotLikeThis with each fault."""
    if filename.lower().endswith(".json"):
        return _of_json(content)
    if filename.lower().endswith(".xlsx"):
        return _of_workbook(filename, content)
    raise NotLikeThis("请选择本系统导出的 .json 或 .xlsx 对应关系文件", field="file")


def _of_json(content: bytes) -> MappingFile:
    try:
        value = parse(content, deepest=DEEPEST)
    except NotJson as fault:
        raise NotLikeThis(f"文件无法读取：{str(fault).replace('请求内容', '文件')}", field="file") from None
    if not isinstance(value, dict) or value.get("kind") != KIND:
        raise NotLikeThis("这不是本系统导出的对应关系文件，请核对", field="file")
    faults: Faults = []
    cells = [_cell(one, f"第 {place} 个单元格", faults) for place, one in enumerate(_list(value, "cells", MOST_CELLS), 1)]
    rules = [_rule(one, f"第 {place} 条审核公式", faults) for place, one in enumerate(_list(value, "rules", MOST_RULES), 1)]
    return _whole(cells, rules, faults)


def _list(value: Mapping[str, Any], name: str, most: int) -> Sequence[Any]:
    found = value.get(name, [])
    if not isinstance(found, list) or len(found) > most:
        raise NotLikeThis(f"文件中的“{name}”应为不超过 {most} 项的列表，请核对", field="file")
    return found


def _of_workbook(filename: str, content: bytes) -> MappingFile:
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "mapping.xlsx"
            path.write_bytes(content)
            book = read_workbook(path, filename)
    except UnreadableFile as fault:
        raise NotLikeThis(str(fault), field="file") from None
    sheets = {sheet.name: sheet.rows for sheet in book.sheets}
    if CELLS not in sheets:
        raise NotLikeThis(f"文件中没有“{CELLS}”工作表，请选择本系统导出的对应关系文件", field="file")
    faults: Faults = []
    cells = [_row_cell(row, line, faults) for line, row in _body(sheets[CELLS], CELL_COLUMNS[:4], MOST_CELLS)]
    rules = [_row_rule(row, line, faults) for line, row in _body(sheets.get(RULES, []), RULE_COLUMNS, MOST_RULES)]
    return _whole(cells, rules, faults)


def _body(rows: Sequence[tuple[int, Sequence[str]]], columns: Sequence[str], most: int) -> Sequence[tuple[int, Mapping[str, str]]]:
    if not rows:
        return []
    header = [text.strip() for text in rows[0][1]]
    missing = [name for name in columns if name not in header]
    if missing or len(rows) > most + 1:
        raise NotLikeThis(f"对应关系文件缺少列：{'、'.join(missing)}" if missing else f"对应关系超过 {most} 行，请拆分", field="file")
    return [(line, dict(zip(header, cells, strict=False))) for line, cells in rows[1:] if any(cell.strip() for cell in cells)]


def _row_cell(row: Mapping[str, str], line: int, faults: Faults) -> MappedCell | None:
    where = f"第 {line} 行"
    try:
        spec = parse(row["对应关系"].encode(), deepest=DEEPEST)
    except NotJson:
        faults.append(f"{where}：“对应关系”不是本系统导出的写法，请勿改动引号和括号")
        return None
    return _cell({"sheet": row["工作表"], "cell": row["单元格"], "name": row["名称"], "spec": spec}, where, faults)


def _row_rule(row: Mapping[str, str], line: int, faults: Faults) -> RuleText | None:
    where, nature = f"审核公式第 {line} 行", row["性质"].strip()
    if nature not in BLOCKING:
        faults.append(f"{where}：性质请填写“阻断”或“提示”")
        return None
    return _rule({"code": row["编号"], "expression": row["公式"], "message": row["提示"], "blocking": BLOCKING[nature]}, where, faults)


def _cell(value: Any, where: str, faults: Faults) -> MappedCell | None:
    texts = {name: value.get(name) if isinstance(value, dict) else None for name in ("sheet", "cell", "name")}
    if not all(isinstance(text, str) and text.strip() for text in texts.values()):
        faults.append(f"{where}：请填写工作表、单元格和名称")
        return None
    sheet, at, name = (str(texts[key]).strip() for key in ("sheet", "cell", "name"))
    try:
        return MappedCell(sheet[:100], str(cell(at)), name[:200], read_spec(value.get("spec")))
    except (BadSpec, BadAddress) as fault:
        faults.append(f"{where}（{sheet[:20]}!{at[:12]}）：{fault}")
        return None


def _rule(value: Any, where: str, faults: Faults) -> RuleText | None:
    names = ("code", "expression", "message")
    texts = {name: value.get(name) if isinstance(value, dict) else None for name in names}
    if not all(isinstance(text, str) and text.strip() for text in texts.values()) or not isinstance(value.get("blocking"), bool):
        faults.append(f"{where}：请填写编号、公式、提示和性质")
        return None
    code, expression, message = (str(texts[name]).strip() for name in names)
    if len(code) > 40 or len(expression) > 500 or len(message) > 300:
        faults.append(f"{where}：编号不超过 40 个字，公式不超过 500 个字，提示不超过 300 个字")
        return None
    return RuleText(code, expression, message, value["blocking"])


def _whole(cells: Sequence[MappedCell | None], rules: Sequence[RuleText | None], faults: Faults) -> MappingFile:
    if faults:
        more = f"；等 {len(faults)} 处" if len(faults) > 10 else ""
        raise NotLikeThis("；".join(faults[:10]) + more, field="file")
    return MappingFile([one for one in cells if one], [one for one in rules if one])
