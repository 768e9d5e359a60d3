"""A rule set as a list of single values, one a row, and back: the form in which it travels in a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from app.domain.risk_rule_words import FIELDS, place

STEP: Final = re.compile(r"([a-z_]{1,30})|\[([0-9]{1,3})\]")
PATH: Final = re.compile(r"[a-z_]{1,30}(\[[0-9]{1,3}\])?(\.[a-z_]{1,30}(\[[0-9]{1,3}\])?){0,4}")
EMPTY: Final = "（空）"
YES_NO: Final = {"是": True, "否": False}
FLAGS: Final = frozenset({"whole", "several", "inclusive", "needs_decision", "proposal"})
WHOLE: Final = frozenset({"least", "years", "steps", "furthest", "most_up", "most_down", "places"})
INTEGER: Final = re.compile(r"-?[0-9]{1,4}")


class NotAPlace(ValueError):
    """A row that names no place of a rule set; the message says which."""


def leaves(value: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(place in words, path, value as text) of every value."""
    yield from _leaves(value, value, "")


def _leaves(whole: Any, here: Any, path: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(here, dict):
        for name, one in here.items():
            yield from _leaves(whole, one, f"{path}.{name}" if path else name)
    elif isinstance(here, list):
        for at, one in enumerate(here):
            yield from _leaves(whole, one, f"{path}[{at}]")
    else:
        yield place(whole, path) or FIELDS.get(path, path), path, _text(here)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return EMPTY if value is None else str(value)


def gathered(rows: Iterable[tuple[int, str, str]]) -> dict[str, Any]:
    """The value of rows (line, path, text). Raises NotAPlace."""
    made: dict[str, Any] = {}
    for line, path, text in rows:
        if not PATH.fullmatch(path):
            raise NotAPlace(f"第 {line} 行的字段路径“{path[:40]}”无法识别：请不要改动该列，新增的行照上一行的写法编号")
        _put(made, path, _value(path, text), line)
    return made


def _value(path: str, text: str) -> Any:
    name = path.rpartition(".")[2]
    if text == EMPTY or (not text and name in ("upto", "points", "most", "valid_to")):
        return None
    if name in FLAGS:
        return YES_NO.get(text, text)
    whole = name in WHOLE or (name == "most" and path.startswith("frequencies"))
    return int(text) if whole and INTEGER.fullmatch(text) else text


def _put(made: dict[str, Any], path: str, value: Any, line: int) -> None:
    here: Any = made
    steps = [int(step[2]) if step[2] is not None else step[1] for step in STEP.finditer(path)]
    for at, step in enumerate(steps):
        last = at == len(steps) - 1
        below: Any = value if last else ([] if isinstance(steps[at + 1], int) else {})
        if isinstance(step, int):
            if not isinstance(here, list) or step > len(here):
                raise NotAPlace(f"第 {line} 行的字段路径“{path}”不连续：请从 [0] 起依次编号")
            if step == len(here):
                here.append(below)
        elif not isinstance(here, dict):
            raise NotAPlace(f"第 {line} 行的字段路径“{path}”与前面的行不一致，请核对")
        else:
            here.setdefault(step, below)
        here = here[step]
