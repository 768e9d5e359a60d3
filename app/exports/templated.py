"""A return on a form of the authority above (报表模板): its cells counted, its file filled, its 审核公式 asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app import files
from app.db import session
from app.domain.indicators import Period, describe, provenance_hash
from app.domain.return_mapping import PLACE
from app.domain.return_rule_nodes import Comparison, Unanswered
from app.domain.return_rules import Cell, Lookup, Reference, RuleFault, Unreadable, parse
from app.domain.return_specs import ListSpec, TextSpec
from app.errors import NotFound
from app.exports.made import Counted, Made, Stamp
from app.exports.printing import rows_from_json, rows_to_json, told
from app.indicators.figures import Asked
from app.indicators.frames import Area, Frame
from app.return_templates import filling
from app.return_templates.counting import Counter, figures_of
from app.return_templates.filling import CellSource, Filled, FilledCell
from app.return_templates.models import ReturnTemplate
from app.spreadsheet_cells import CellValue
from app.spreadsheet_packages import Package
from app.spreadsheet_reports import Shown
from app.spreadsheet_scan import column_letters

DEEPEST = 12  # formulas of the form that add up formulas
TEXT_LIKE = ("—", "/", "")


@dataclass(frozen=True, slots=True)
class Question:
    """How a figure of a form is counted again."""

    asked: Asked
    period: Period
    area: Area


@dataclass(frozen=True)
class FilledForm:
    """The form with what stands in its cells. ``texts`` are those that name what is known only when it is sealed."""

    template: ReturnTemplate
    cells: Sequence[FilledCell]
    texts: Sequence[tuple[str, str, str]]
    words: Mapping[str, str]
    figures: Sequence[Counted]
    listed: frozenset[tuple[str, str]] = frozenset()  # the cells of lists written downward: records, in words
    _opened: dict[str, Any] = field(default_factory=dict, compare=False)

    def content(self, stamp: Stamp) -> bytes:
        words = {**self.words, **stamp.texts}
        texts = {(sheet, cell): PLACE.sub(lambda match: words.get(match[1], ""), text) for sheet, cell, text in self.texts}
        cells = [replace(one, value=texts.get((one.sheet, one.cell), one.value)) for one in self.cells]
        return filling.written(self.template, Filled(cells))

    def cells_by_address(self) -> Mapping[tuple[str, str], Any]:
        texts = {(sheet, cell) for sheet, cell, _ in self.texts}  # numbered when sealed
        return {(one.sheet, one.cell): one.value for one in self.cells if (one.sheet, one.cell) not in texts}

    def kept(self) -> Mapping[str, Any]:
        return {
            "template": self.template.id, "template_sha256": self.template.sha256, "words": dict(self.words),
            "texts": [list(one) for one in self.texts], "listed": sorted(list(one) for one in self.listed),
            "cells": [[one.sheet, one.cell, one.name, rows_to_json([[one.value]])[0][0]] for one in self.cells],
        }  # fmt: skip

    def value(self, sheet: str | None, cell: str) -> Cell:
        return self._value(sheet, cell, 0)

    def _value(self, sheet: str | None, cell: str, depth: int) -> Cell:
        """A cell that we fill, a number of the form itself, or a formula of the form as far as the rules' language reads it."""
        name = sheet if sheet is not None else self.package.sheets[0].name
        if "values" not in self._opened:
            self._opened["values"] = {(one.sheet, one.cell): one.value for one in self.cells}
        if (name, cell) in self._opened["values"]:
            return _number(self._opened["values"][name, cell])
        xml = self.package.sheet(name)
        if xml is None:
            return Unreadable("所在的工作表不存在")
        places = {f"{column_letters(place.column)}{row.number}": place for row in xml.rows for place in row.cells}
        place = places.get(cell)
        if place is None:
            return None
        if place.formula is not None:
            return self._formula(name, place.formula, depth)
        return None if not place.value else _number(Decimal(place.value)) if place.type in ("", "n") else Unreadable("是模板中的文字")

    def _formula(self, sheet: str, formula: str, depth: int) -> Cell:
        def look(of: Reference) -> Cell:
            return self._value(of.sheet or sheet, of.cell, depth + 1)

        try:
            node = parse(f"({formula}) = 0").node
            if depth > DEEPEST or not isinstance(node, Comparison):
                return Unreadable("是模板中的公式，嵌套过深")
            return node.left.number(look)
        except RuleFault:
            return Unreadable("是模板中的公式，不能核算，请改为引用它的组成单元格")
        except Unanswered as reason:
            return Unreadable(f"是模板中的公式，其中{reason}")

    @property
    def package(self) -> Package:
        if "package" not in self._opened:
            self._opened["package"] = Package(files.read(self.template.sha256))
        return self._opened["package"]  # type: ignore[no-any-return]

    def with_words_of(self, other: FilledForm) -> FilledForm:
        """This form with the other's lists in their words, where both list the very same records."""
        if self.listed != other.listed or self._lists() != other._lists():
            return self
        words = {(one.sheet, one.cell): one.value for one in other.cells}
        cells = [
            replace(one, value=words[one.sheet, one.cell]) if (one.sheet, one.cell) in self.listed else one for one in self.cells
        ]
        return replace(self, cells=cells, _opened={})

    def _lists(self) -> list[tuple[str, str | None, str | None]]:
        return [(one.sheet, one.cell, one.sha256) for one in self.figures if one.side == LISTED]


LISTED = "名单"


def _number(value: Any) -> Cell:
    if value is None or (isinstance(value, str) and value in TEXT_LIKE):
        return None
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return Unreadable(f"填的是文字“{str(value)[:20]}”")
    return value


# ---------------------------------------------------------------- counted

def template_of(template_id: int) -> ReturnTemplate:
    found = session().get(ReturnTemplate, template_id)
    if found is None:
        raise NotFound("报表所用的模板已不存在，请联系系统管理员")
    return found


def form(template: ReturnTemplate, frame: Frame, particulars: Mapping[str, str]) -> FilledForm:
    """Count every cell. Raises NotLikeThis, naming the cell that cannot be filled."""
    mapped = filling.mapping(template)
    cells = filling.counted_cells(mapped, frame, particulars).cells
    texts = [(one.sheet, one.cell, one.spec.text) for one in mapped if isinstance(one.spec, TextSpec)]
    single = {(one.sheet, one.cell) for one in mapped if not isinstance(one.spec, ListSpec)}
    counter = Counter(frame)
    questions = [counter.question(of) for one in mapped for of in figures_of(one.spec)]
    known = {
        (one.asked.formula.code, describe(one.asked.conditions), one.period.label): Question(one.asked, one.period, one.area)
        for one in questions
    }
    figures = [_figure(one, source, known) for one in cells for source in one.sources]
    listed = frozenset((one.sheet, one.cell) for one in cells) - single
    return FilledForm(template, cells, texts, dict(filling.texts(frame, particulars)), figures, listed)


def _figure(cell: FilledCell, source: CellSource, known: Mapping[tuple[str, str, str], Question]) -> Counted:
    listed = tuple(source.numbers) if source.side not in ("填报", "任务数", "数值") else None
    return Counted(
        cell.sheet[:100], cell.cell, cell.name[:200], source.definition[:40], source.version, source.filter[:300], source.period[:40],
        source.side[:20], told(cell.value), listed, provenance_hash(listed) if listed is not None else None,
        known.get((source.definition, source.filter, source.period)),
    )  # fmt: skip


def form_from(kept: Mapping[str, Any], figures: Sequence[Counted]) -> FilledForm:
    """The form that was kept."""
    cells = [FilledCell(sheet, cell, name, _read(value)) for sheet, cell, name, value in kept["cells"]]
    texts = [(sheet, cell, text) for sheet, cell, text in kept["texts"]]
    listed = frozenset((sheet, cell) for sheet, cell in kept["listed"])
    return FilledForm(template_of(kept["template"]), cells, texts, kept["words"], figures, listed)


def _read(value: Any) -> CellValue:
    found = rows_from_json([[value]])[0][0]
    return None if isinstance(found, Shown) else found


def lookup(made: Made, others: Mapping[str, Made | None]) -> Lookup:
    """What a rule of the form is told: its own cells, and those of the other forms of the same office and period."""

    def look(of: Reference) -> Cell:
        if of.template is None:
            return made.value(of.sheet, of.cell)
        other = others.get(of.template)
        return other.value(of.sheet, of.cell) if other is not None else Unreadable(f"找不到同一单位、同一统计期的“{of.template}”报表")

    return look


def named(org_ids: Sequence[int], word: str) -> list[int]:
    """The editions of the form that a rule names by code or title."""
    asked = sa.select(ReturnTemplate.id).where(sa.or_(ReturnTemplate.code == word, ReturnTemplate.title == word))
    return list(session().scalars(asked.where(ReturnTemplate.org_id.in_(org_ids))))
