"""What differs between two editions of a rule set, place by place, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from app.domain.risk_rule_words import FIELDS, own_name

NAMED: Final = ("code", "name", "word", "grade", "kind")
NONE: Final = "（无）"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place and what stood and stands there; （无） where there is nothing."""

    place: str
    before: str
    after: str


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """Every difference of two rule sets as JSON values. Rows are matched by code or name, bands by their order."""
    return list(_values((), before, after))


def _values(path: tuple[str, ...], before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from _values((*path, FIELDS.get(name, name)), before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list) and any(isinstance(one, dict) for one in [*before, *after]):
        yield from _rows(path, before, after)
    else:
        yield Difference("·".join(path), _shown(before), _shown(after))


def _rows(path: tuple[str, ...], before: list[Any], after: list[Any]) -> Iterator[Difference]:
    old, new = _keyed(before), _keyed(after)
    for key in [*old, *(key for key in new if key not in old)]:
        row = new.get(key, old.get(key))
        name = own_name(row) or f"{path[-1]}第 {key} 行"
        yield from _values((*path[:-1], name), old.get(key), new.get(key))


def _keyed(rows: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for at, row in enumerate(rows, 1):
        key = next((str(row[name]) for name in NAMED if isinstance(row, dict) and row.get(name) and name != "kind"), "")
        if not key and isinstance(row, dict) and "steps" in row:
            key = str(row["kind"])
        found[key if key and key not in found else str(at)] = row
    return found


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        told = [f"{FIELDS.get(name, name)} {_shown(one)}" for name, one in value.items() if not isinstance(one, list | dict) and one != ""]
        return "，".join(told)[:200]
    if isinstance(value, list):
        return "、".join(_shown(one) for one in value)[:200]
    if isinstance(value, bool):
        return "是" if value else "否"
    return NONE if value is None or value == "" else str(value)
