"""The interface's written contract (docs/openapi.yaml), read for its page.

Only the YAML that the file is written in is understood: indented mappings and lists, texts of one line, ``|`` blocks, and
JSON for what stands on one line. A test holds this reading against a complete one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.config import ROOT

FILE = Path(ROOT, "docs", "openapi.yaml")
ENTRY = re.compile(r"""("[^"]*"|'[^']*'|[^\s"'#:\[{][^:]*):(?: +(.*))?""")
WORDS = {"true": True, "false": False, "null": None}
KINDS = {"string": "字符串", "integer": "整数", "boolean": "布尔值", "array": "数组", "object": "对象", "number": "数值"}


def document() -> dict[str, Any]:
    """The whole contract; nothing when this installation has none."""
    return read(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}


def read(text: str) -> Any:
    return _Reader(text.splitlines()).block()


class _Reader:
    """Reads blocks by their indentation."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines, self.at = list(lines), 0

    def _ahead(self) -> tuple[int, str] | None:
        """Indentation and content of the next line that says something."""
        while self.at < len(self.lines):
            content = self.lines[self.at].strip()
            if content and not content.startswith("#"):
                return len(self.lines[self.at]) - len(self.lines[self.at].lstrip()), content
            self.at += 1
        return None

    def block(self) -> Any:
        ahead = self._ahead()
        if ahead is None:
            return None
        indent, content = ahead
        if content.startswith("- "):
            return list(self._items(indent))
        return dict(self._entries(indent))

    def _items(self, indent: int) -> Iterator[Any]:
        while (ahead := self._ahead()) is not None and ahead[0] == indent and ahead[1].startswith("- "):
            rest = ahead[1][2:].strip()
            if ENTRY.fullmatch(rest):  # the item is a mapping that begins on the line of its dash
                self.lines[self.at] = " " * (indent + 2) + rest
                yield self.block()
            else:
                self.at += 1
                yield _scalar(rest)

    def _entries(self, indent: int) -> Iterator[tuple[str, Any]]:
        while (ahead := self._ahead()) is not None and ahead[0] == indent:
            match = ENTRY.fullmatch(ahead[1])
            if match is None:
                raise ValueError(f"line {self.at + 1}: {ahead[1]}")
            self.at += 1
            yield str(_unquoted(match[1])), self._value(indent, match[2] or "")

    def _value(self, indent: int, written: str) -> Any:
        if written == "|":
            return self._literal(indent)
        return _scalar(written) if written else self.block()

    def _literal(self, indent: int) -> str:
        start = self.at
        while self.at < len(self.lines) and (not (line := self.lines[self.at]).strip() or line.startswith(" " * (indent + 1))):
            self.at += 1
        return "\n".join(line.strip() for line in self.lines[start : self.at]).rstrip("\n") + "\n"


def _unquoted(text: str) -> str:
    return text[1:-1] if text[0] in "\"'" and text[-1] == text[0] else text


def _scalar(text: str) -> Any:
    if text[0] in "[{\"":
        return json.loads(text)
    if text in WORDS:
        return WORDS[text]
    return int(text) if re.fullmatch(r"-?[0-9]+", text) else float(text) if re.fullmatch(r"-?[0-9]+\.[0-9]+", text) else _unquoted(text)


# ---------------------------------------------------------------- for the page

@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body or an answer, or one parameter, in words."""

    name: str
    kind: str
    required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One address and what may be done there."""

    method: str
    path: str
    summary: str
    description: str
    scope: str
    parameters: Sequence[Field]
    sent: Sequence[Field]
    answered: Sequence[Field]
    example: str
    answers: Sequence[tuple[str, str]]


def operations(contract: Mapping[str, Any]) -> list[Operation]:
    """Every operation in the order of the file."""
    return [
        _operation(contract, method, path, found)
        for path, methods in contract.get("paths", {}).items()
        for method, found in methods.items()
    ]


def _operation(contract: Mapping[str, Any], method: str, path: str, found: Mapping[str, Any]) -> Operation:
    body = _json_of(found.get("requestBody", {}))
    answers = {status: _resolved(contract, answer) for status, answer in found["responses"].items()}
    return Operation(
        method.upper(), path, found["summary"], found["description"].strip(), found["x-scope"],
        [_parameter(contract, _resolved(contract, one)) for one in found.get("parameters", [])],
        list(_fields(contract, body.get("schema", {}))),
        list(_fields(contract, _json_of(answers["200"]).get("schema", {}))),
        json.dumps(body["example"], ensure_ascii=False, indent=2) if "example" in body else "",
        [(status, answer["description"]) for status, answer in answers.items()],
    )  # fmt: skip


def _json_of(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    content: Mapping[str, Any] = holder.get("content", {}).get("application/json", {})
    return content


def _resolved(contract: Any, node: Any) -> Any:
    if "$ref" not in node:
        return node
    for part in node["$ref"].removeprefix("#/").split("/"):
        contract = contract[part]
    return contract


def _parameter(contract: Mapping[str, Any], one: Mapping[str, Any]) -> Field:
    places = {"query": "查询参数", "path": "地址", "header": "请求头"}
    kind = _kind(_resolved(contract, one["schema"]))
    return Field(one["name"], f"{places[one['in']]}，{kind}", one.get("required", False), one["description"])


def _fields(contract: Mapping[str, Any], schema: Mapping[str, Any], above: str = "") -> Iterator[Field]:
    """Fields of a schema and of everything below it, each by its path."""
    schema = _resolved(contract, schema)
    if schema.get("type") == "array":
        yield from _fields(contract, schema["items"], f"{above}[]")
    for name, node in schema.get("properties", {}).items():
        found, path = _resolved(contract, node), f"{above}.{name}" if above else name
        yield Field(path, _kind(found), name in schema.get("required", ()), found.get("description", ""))
        yield from _fields(contract, found, path)


def _kind(schema: Mapping[str, Any]) -> str:
    kind = {"date": "日期"}.get(schema.get("format", ""), KINDS[schema["type"]])
    words = "、".join(str(word) for word in schema.get("enum", ()) if word)
    return f"{kind}：{words}" if words else kind
