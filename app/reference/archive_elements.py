"""Reader of the elements of an enterprise's archive (archive_elements.csv): what 一户一档 must and may hold, by kind of enterprise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from app.domain.archives import ElementForm
from app.domain.enterprises import KINDS
from app.reference import editions
from app.reference.problems import CONFIDENCES, Row, read_rows, refuse

HERE: Final = Path(__file__).parent
FILE: Final = "archive_elements.csv"
COLUMNS: Final = (
    "kind", "code", "name", "required", "form", "personal", "hint", "valid_from", "valid_to", "source", "confidence",
)  # fmt: skip
YES: Final = "是"
YES_OR_NO: Final = (YES, "否")
FORMS: Final = tuple(form.value for form in ElementForm)
LONGEST_CODE: Final = 40


@dataclass(frozen=True, slots=True)
class Element:
    """档案要素. One code means the same thing for every kind of enterprise that has it."""

    kind: str
    code: str
    name: str
    required: bool
    form: ElementForm
    personal: bool
    hint: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str


def read_archive_elements(folder: Path = HERE) -> tuple[Element, ...]:
    """Every element in the order of the file, predecessors included.

    Raises BrokenReference: an element of one kind that holds twice on one day, or a code with two meanings, is refused by file and line.
    """
    rows = read_rows(folder / FILE, COLUMNS, _element)
    refuse(
        [
            f"{row.place} {element.kind}的要素 {element.code} 自 {element.valid_from} 起的规定与 {other.valid_from} 起的规定重叠"
            for at, (row, element) in enumerate(rows)
            for _, other in rows[:at]
            if (other.kind, other.code) == (element.kind, element.code) and _overlap(element, other)
        ]
        + [
            f"{row.place} 要素 {element.code} 在{other.kind}是“{other.form}”、{'含' if other.personal else '不含'}个人信息，须一致"
            for at, (row, element) in enumerate(rows)
            for _, other in rows[:at]
            if other.code == element.code and (other.form, other.personal) != (element.form, element.personal)
        ]
        + [f"{row.place} 编号“{element.code}”超过 {LONGEST_CODE} 个字" for row, element in rows if len(element.code) > LONGEST_CODE]
    )
    return tuple(element for _, element in rows)


def _overlap(one: Element, other: Element) -> bool:
    earlier, later = sorted((one, other), key=lambda element: element.valid_from)
    return earlier.valid_to is None or later.valid_from <= earlier.valid_to


def _element(row: Row) -> Element:
    return Element(
        row.choice("kind", KINDS), row.text("code"), row.text("name"), row.choice("required", YES_OR_NO) == YES,
        ElementForm(row.choice("form", FORMS)), row.choice("personal", YES_OR_NO) == YES, row.text("hint"), row.day("valid_from"),
        row.optional_day("valid_to"), row.text("source"), row.choice("confidence", CONFIDENCES),
    )  # fmt: skip


@cache
def _read(folder: Path) -> tuple[Element, ...]:
    return read_archive_elements(folder)


def _of(on: date) -> tuple[Element, ...]:
    return _read(editions.folder(FILE, on))


def in_force(kind: str, on: date) -> tuple[Element, ...]:
    """The elements of one kind of enterprise that hold on the day, in the order of the file."""
    return tuple(
        element
        for element in _of(on)
        if element.kind == kind and element.valid_from <= on and (element.valid_to is None or on <= element.valid_to)
    )


def kinds(on: date) -> tuple[str, ...]:
    """The kinds of enterprise that have elements on the day, in the order of the file."""
    return tuple(dict.fromkeys(element.kind for element in _of(on) if in_force(element.kind, on)))
