"""What a JSON body must look like, and every place where it does not (字段路径).

Nothing is guessed: a number where a text is asked for is refused, because a JSON number has lost its digits before anybody
reads it; a name that is not asked for is refused, because it is a misspelling of one that is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

MOST_FAULTS: Final = 100
UNKEEPABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # no database takes them all
TOKENS: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.S)
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
KINDS: Final[Mapping[type[Any], str]] = {
    dict: "对象", list: "数组", str: "字符串", bool: "布尔值", int: "数字", float: "数字", type(None): "null",
}  # fmt: skip


class NotJson(ValueError):
    """The text is no JSON that we read; the message is for the sender."""


@dataclass(slots=True)
class Faults:
    """Every fault found so far, by the path of its place."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, path: str, message: str) -> None:
        if len(self.found) < MOST_FAULTS:
            self.found.append((path, message))


class Shape(Protocol):
    """Checks one value, notes its faults and returns it tidied; what it returns beside a fault means nothing."""

    def read(self, value: Any, path: str, faults: Faults) -> Any: ...


def parse(body: bytes, *, deepest: int) -> Any:
    """The value of a JSON text in UTF-8.

    Raises NotJson for what is none, is nested too deeply, or names a field twice.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise NotJson("请求内容不是 UTF-8 编码") from None
    if _depth(text) > deepest:
        raise NotJson(f"请求内容嵌套超过 {deepest} 层")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except NotJson:
        raise
    except json.JSONDecodeError as error:
        raise NotJson(f"请求内容不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 个字符附近有误") from None
    except ValueError:
        raise NotJson("请求内容不是有效的 JSON：数字过长") from None


def _depth(text: str) -> int:
    depth = deepest = 0
    for token in TOKENS.finditer(text):
        if token[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token[0] in "]}":
            depth -= 1
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotJson(f"同一对象中字段“{shown(twice)}”出现了两次")
    return found


def _no_number(word: str) -> Any:
    raise NotJson(f"请求内容不是有效的 JSON：{word} 不是数字")


def shown(text: str) -> str:
    """Somebody else's text, short and fit to be repeated in a message."""
    return UNKEEPABLE.sub("?", text)[:40]


def _mismatch(wanted: str, value: Any) -> str:
    return f"应为{wanted}，收到的是{KINDS.get(type(value), '其他内容')}"


@dataclass(frozen=True, slots=True)
class Text:
    """字符串, without the blanks around it; ``words`` are the only ones allowed, beside nothing where nothing is allowed."""

    most: int
    least: int = 0
    words: tuple[str, ...] = ()

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        if not isinstance(value, str):
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            hint = "；数值请写成带引号的字符串，如 \"0.32\"" if number else ""
            return faults.add(path, _mismatch("字符串", value) + hint)
        text = value.strip()
        if UNKEEPABLE.search(text):
            return faults.add(path, "含有不能保存的控制字符，请删除")
        if len(text) < self.least:
            return faults.add(path, "不能为空")
        if len(text) > self.most:
            return faults.add(path, f"不超过 {self.most} 个字")
        if text and self.words and text not in self.words:
            return faults.add(path, f"“{shown(text)}”不是规定的写法，请填写{'、'.join(self.words)}之一")
        return text


@dataclass(frozen=True, slots=True)
class Day:
    """日期, written 2026-11-20."""

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        if not isinstance(value, str):
            return faults.add(path, _mismatch("日期字符串", value))
        try:
            if DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        return faults.add(path, f"“{shown(value)}”不是日期，请写成 2026-11-20")


@dataclass(frozen=True, slots=True)
class Whole:
    """整数."""

    least: int
    most: int

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            return faults.add(path, _mismatch("整数", value))
        return value if self.least <= value <= self.most else faults.add(path, f"应在 {self.least} 至 {self.most} 之间")


@dataclass(frozen=True, slots=True)
class Items:
    """数组 of things of one shape."""

    shape: Shape
    most: int
    least: int = 1

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        if not isinstance(value, list):
            return faults.add(path, _mismatch("数组", value))
        if not self.least <= len(value) <= self.most:
            return faults.add(path, f"应有 {self.least} 至 {self.most} 项，收到 {len(value)} 项")
        return [self.shape.read(one, f"{path}[{place}]", faults) for place, one in enumerate(value)]


@dataclass(frozen=True, slots=True)
class Record:
    """对象 with these fields and no others; ``null`` says the same as leaving the field out."""

    fields: Mapping[str, Shape]
    required: frozenset[str] = frozenset()

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        if not isinstance(value, dict):
            return faults.add(path, _mismatch("对象", value))
        for name in value:
            if name not in self.fields:
                faults.add(_below(path, shown(name)), "接口中没有这个字段，请核对拼写")
        found: dict[str, Any] = {}
        for name, shape in self.fields.items():
            if value.get(name) is not None:
                found[name] = shape.read(value[name], _below(path, name), faults)
            elif name in self.required:
                faults.add(_below(path, name), "缺少必填字段")
        return found


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
