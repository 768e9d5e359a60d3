"""The words of 审核公式: cell addresses, numbers, signs and function names, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.return_rule_nodes import Reference

MOST_CELLS = 2_000  # of one SUM
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
TOKEN = re.compile(
    r"""\s*(?:
    (?P<cell>(?:\[(?P<template>[^\[\]]+)\]\s*)?(?:(?P<sheet>'(?:[^']|'')+'|[\w.]+)[!！])?
        \$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>[0-9]{1,7})(?![^\W且或]|[!！(（])
        (?:[:：]\$?(?P<to_column>[A-Za-z]{1,3})\$?(?P<to_row>[0-9]{1,7})(?![^\W且或]))?)
    |(?P<number>[0-9]{1,20}(?:\.[0-9]{1,10})?(?![^\W且或]|\.))
    |(?P<word>[A-Za-z]+|且|或)
    |(?P<sign>＜＝|＞＝|＜＞|<=|>=|<>|[-+*/=<>(),±≤≥≠×÷＋－＊／＝＜＞（），])
    )""",
    re.VERBOSE,
)
SAME = {
    "≤": "<=", "≥": ">=", "≠": "<>", "×": "*", "÷": "/", "＋": "+", "－": "-", "＊": "*", "／": "/", "＝": "=", "＜": "<", "＞": ">",
    "＜＝": "<=", "＞＝": ">=", "＜＞": "<>", "（": "(", "）": ")", "，": ",", "且": "AND", "或": "OR",
}  # fmt: skip


class RuleFault(ValueError):
    """The text is no rule: what is wrong and at which character, counted from 1."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(f"审核公式第 {position} 个字符处：{reason}")
        self.position = position


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    start: int
    end: int
    found: re.Match[str]


def tokens(text: str) -> Iterator[Token]:
    at = 0
    while text[at:].strip():
        found = TOKEN.match(text, at)
        if found is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise RuleFault(f"“{text[at]}”不能这样写，请检查单元格地址、数字和符号", at + 1)
        kind = next(name for name in ("cell", "number", "word", "sign") if found[name] is not None)
        written = found[kind]
        yield Token(kind, SAME.get(written, written.upper() if kind == "word" else written), found.start(kind), found.end(), found)
        at = found.end()


def reference(token: Token, column: int, row: int) -> Reference:
    sheet = token.found["sheet"]
    if sheet is not None and sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    template = token.found["template"]
    return Reference(template.strip() if template else None, sheet, f"{_letters(column)}{row}")


def cells(token: Token) -> list[Reference]:
    columns = sorted((column_of(token, "column"), column_of(token, "to_column")))
    rows = sorted((row_of(token, "row"), row_of(token, "to_row")))
    if (columns[1] - columns[0] + 1) * (rows[1] - rows[0] + 1) > MOST_CELLS:
        raise RuleFault(f"一个区域最多 {MOST_CELLS} 个单元格", token.start + 1)
    return [
        reference(token, column, row) for row in range(rows[0], rows[1] + 1) for column in range(columns[0], columns[1] + 1)
    ]


def column_of(token: Token, name: str) -> int:
    number = 0
    for letter in token.found[name].upper():
        number = number * 26 + ord(letter) - 64
    if number > LAST_COLUMN:
        raise RuleFault(f"没有“{token.found[name]}”列，最后一列是 XFD", token.start + 1)
    return number


def row_of(token: Token, name: str) -> int:
    row = int(token.found[name])
    if not 1 <= row <= LAST_ROW:
        raise RuleFault(f"没有第 {row} 行", token.start + 1)
    return row


def _letters(column: int) -> str:
    written = ""
    while column:
        column, rest = divmod(column - 1, 26)
        written = chr(65 + rest) + written
    return written
