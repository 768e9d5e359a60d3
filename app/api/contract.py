"""The interface's written contract (docs/openapi.yaml), read for its page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.config import ROOT

FILE = Path(ROOT, "docs", "openapi.yaml")
KINDS = {"string": "字符串", "integer": "整数", "boolean": "布尔值", "array": "数组", "object": "对象", "number": "数值"}


def document() -> dict[str, Any]:
    """The whole contract; nothing when this installation has none."""
    import yaml  # only one page asks for it

    if not FILE.is_file():
        return {}
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


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
