"""一户一档: how far the archive of an enterprise is complete, and when an element counts as filled."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

LONGEST_VALUE = 1000


class ElementForm(StrEnum):
    """要素以何种形式填写."""

    TEXT = "文字"
    FILE = "文件"
    EITHER = "文字或文件"


class HasCode(Protocol):
    """An element as the dated list has it."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def required(self) -> bool: ...


AnElement = TypeVar("AnElement", bound=HasCode)


@dataclass(frozen=True, slots=True)
class Completeness:
    """完整度: how many of the required elements are on file, and which are not."""

    done: int
    of: int
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """An archive of which nothing is required is not complete: nobody has said what belongs into it."""
        return self.of > 0 and not self.missing

    @property
    def words(self) -> str:
        return f"{self.done}/{self.of} 项" if self.of else "没有规定要素"


def completeness(elements: Iterable[HasCode], filled: Collection[str]) -> Completeness:
    """Of the elements that are required, how many have a value or paper on file."""
    required = [element for element in elements if element.required]
    missing = tuple(element.name for element in required if element.code not in filled)
    return Completeness(len(required) - len(missing), len(required), missing)


def together(groups: Iterable[Iterable[AnElement]]) -> tuple[AnElement, ...]:
    """The elements of an enterprise of several kinds: each code once, required when one of its kinds requires it."""
    found: dict[str, AnElement] = {}
    for group in groups:
        for element in group:
            known = found.get(element.code)
            if known is None or (element.required and not known.required):
                found[element.code] = element
    return tuple(found.values())


def complaint(form: ElementForm, value: str | None, has_file: bool) -> str:
    """Why this does not fill the element; "" if it does."""
    if len(value or "") > LONGEST_VALUE:
        return f"内容超过 {LONGEST_VALUE} 个字：请精简，或上传文件"
    if form is ElementForm.TEXT and not value:
        return "请用文字填写，不能只上传文件"
    if form is ElementForm.FILE and not has_file:
        return "请上传文件，不能只填写文字"
    return "" if value or has_file else "请填写内容或上传文件"
