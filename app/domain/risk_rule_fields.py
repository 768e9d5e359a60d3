"""A rule set as the fields of a form: each value under its path, rows added below a list, emptied rows taken away.

Only the shape is made here; ``risk_rule_data.read`` says what is wrong with what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

WHOLES: Final = frozenset({"least", "years", "steps", "furthest", "most_up", "most_down", "places"})
FLAGS: Final = frozenset({"whole", "several", "inclusive", "needs_decision"})
EMPTY: Final = frozenset({"upto", "points", "most", "maximum", "key_weight", "plain_weight"})  # left empty they are absent
MAIN: Final = frozenset({"upto", "points", "word", "code", "name", "kind", "steps"})  # a row with all of them empty is no row
INTEGER: Final = re.compile(r"-?[0-9]{1,4}")
NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
BLANK: Final[Mapping[str, Mapping[str, Any]]] = {
    "bands": {"upto": None, "points": None, "confidence": "待核"},
    "choices": {"word": "", "points": None, "confidence": "待核"},
    "classes": {"code": "", "name": "", "tier": "Ⅰ", "points": None, "confidence": "待核"},
    "records": {"word": "", "points": None, "most": None, "confidence": "待核"},
    "adjustments": {
        "kind": "", "steps": None, "furthest": None, "article": "", "needs_decision": True, "years": 1, "confidence": "待核",
    },
}  # fmt: skip
ROWS: Final[Mapping[str, str]] = {"bands": "bands", "choices": "choices", "classes": "rows", "records": "rows"}
OWN: Final[Mapping[str, Mapping[str, Any]]] = {
    "bands": {"unit": "", "whole": True, "missing": "缺项计0分"}, "choices": {"several": False, "missing": "必须填报"},
}  # fmt: skip
MOST_NEW: Final = 100


def filled(value: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """The rule set with what was typed in its place; fields that were not sent stay as they are."""
    made: dict[str, Any] = _typed("", dict(value), typed)
    if "kinds" in typed:
        made["kinds"] = [word for word in re.split(r"[、,，;；\s]+", typed["kinds"]) if word]
    made["adjustments"] = _rows("adjustments", value["adjustments"], BLANK["adjustments"], typed)
    made["components"] = [
        {**part, "tables": [
            _table(f"components[{at}].tables[{no}]", table, typed)
            for no, table in enumerate(part["tables"])
            if not typed.get(f"components[{at}].tables[{no}].remove")
        ]}
        for at, part in enumerate(made["components"])
    ]  # fmt: skip
    return made


def with_table(value: Mapping[str, Any], component: int, kind: str) -> dict[str, Any]:
    """The rule set with one more table to fill in, at the end of a component."""
    empty: dict[str, Any] = {"kind": kind, "code": "", "title": "", "most": None, "group": "", "remark": "", ROWS[kind]: []}
    empty |= OWN.get(kind, {})
    parts = [dict(part) for part in value["components"]]
    if component < len(parts):
        parts[component]["tables"] = [*parts[component]["tables"], empty]
    return {**value, "components": parts}


def _typed(path: str, here: Any, typed: Mapping[str, str]) -> Any:
    if isinstance(here, dict):
        return {name: _typed(f"{path}.{name}" if path else name, one, typed) for name, one in here.items()}
    if isinstance(here, list):
        return [_typed(f"{path}[{at}]", one, typed) for at, one in enumerate(here)]
    return _leaf(path, typed[path]) if path in typed else here


def _leaf(path: str, text: str) -> Any:
    name, text = path.rpartition(".")[2], text.strip()
    if name in FLAGS:
        return text == "1"
    if not text and (name in EMPTY or name in WHOLES):
        return None
    whole = name in WHOLES or (name == "most" and path.startswith("frequencies"))
    return int(text) if whole and INTEGER.fullmatch(text) else text


def _table(path: str, table: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    kind = table["kind"]
    if kind not in ROWS:
        return dict(table)
    rows = _rows(f"{path}.{ROWS[kind]}", table[ROWS[kind]], BLANK[kind], typed)
    return {**table, ROWS[kind]: _in_order(rows) if kind == "bands" else rows}


def _rows(path: str, rows: list[Any], blank: Mapping[str, Any], typed: Mapping[str, str]) -> list[Any]:
    """The rows as typed, with those that were added, without those that were emptied."""
    count = len(rows)
    while count < len(rows) + MOST_NEW and any(f"{path}[{count}].{name}" in typed for name in blank):
        count += 1
    made = [_typed(f"{path}[{at}]", {**blank, **(rows[at] if at < len(rows) else {})}, typed) for at in range(count)]
    return [row for row in made if any(row.get(name) not in (None, "") for name in MAIN)]


def _in_order(bands: list[Any]) -> list[Any]:
    """Bands by their upper limits, the open one last, so that a band can be added in between."""
    limits = [band["upto"] for band in bands]
    if all(limit is None or NUMBER.fullmatch(str(limit)) for limit in limits):
        return sorted(bands, key=lambda band: Decimal("Infinity") if band["upto"] is None else Decimal(str(band["upto"])))
    return bands
