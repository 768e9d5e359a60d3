"""Filling a form of the authority above (填报): what stands in each mapped cell, and the workbook with exactly those cells.

    counted = filling.counted(template, frame, {"填报单位": "…", "制表人": "…"})
    content = filling.written(template, counted)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from app import clock, files
from app.db import session
from app.domain.cell_addresses import Cell, cell
from app.domain.return_mapping import PLACE, read_spec
from app.domain.return_specs import BadSpec, ListSpec, Spec, TextSpec
from app.errors import NotLikeThis
from app.indicators.frames import Frame
from app.return_templates.counting import CellSource, Counter, figures_of
from app.return_templates.lists import rows_of
from app.return_templates.models import ReturnCell, ReturnTemplate
from app.spreadsheet_cells import CellValue
from app.spreadsheet_filling import UnfitCell, filled
from app.spreadsheet_gate import UnreadableFile

__all__ = ["CellSource", "Filled", "FilledCell", "counted", "written"]


@dataclass(frozen=True, slots=True)
class FilledCell:
    """One cell with what it was counted from."""

    sheet: str
    cell: str
    name: str
    value: CellValue
    sources: Sequence[CellSource] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """Every cell of a return, in the order of the mapping."""

    cells: list[FilledCell] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MappedCell:
    """A mapping as read: where, what it is called, what it takes."""

    sheet: str
    cell: str
    name: str
    spec: Spec


def mapping(template: ReturnTemplate) -> list[MappedCell]:
    """The mapped cells of a template. Raises NotLikeThis where one cannot be read by this version of the program."""
    statement = sa.select(ReturnCell).where(ReturnCell.template_id == template.id).order_by(ReturnCell.ordinal, ReturnCell.id)
    found = []
    for row in session().scalars(statement):
        try:
            found.append(MappedCell(row.sheet, row.cell, row.name, read_spec(row.spec)))
        except BadSpec as fault:
            raise NotLikeThis(f"{row.sheet}!{row.cell}（{row.name}）：{fault}") from None
    return found


def counted(template: ReturnTemplate, frame: Frame, particulars: Mapping[str, str]) -> Filled:
    """What stands in the cells for the frame's area, period and moment. Raises NotLikeThis, naming the cell."""
    return counted_cells(mapping(template), frame, particulars)


def counted_cells(cells: Sequence[MappedCell], frame: Frame, particulars: Mapping[str, str]) -> Filled:
    counter, words = Counter(frame), texts(frame, particulars)
    _prepare(counter, cells)
    found = Filled()
    for one in cells:
        if isinstance(one.spec, TextSpec):
            text = PLACE.sub(lambda match: words.get(match[1], ""), one.spec.text)
            found.cells.append(FilledCell(one.sheet, one.cell, one.name, text))
        elif isinstance(one.spec, ListSpec):
            found.cells.extend(_listed(one, one.spec, frame))
        else:
            value, sources = counter.value(one.spec)
            found.cells.append(FilledCell(one.sheet, one.cell, one.name, value, sources))
    return found


def _prepare(counter: Counter, cells: Sequence[MappedCell]) -> None:
    faults, fit = [], []
    for one in cells:
        try:
            for of in figures_of(one.spec):
                counter.question(of)
            fit.append(one.spec)
        except NotLikeThis as fault:
            faults.append(f"{one.sheet}!{one.cell}（{one.name}）：{fault.sentence}")
    if faults:
        raise NotLikeThis("；".join(faults[:10]) + (f"；等 {len(faults)} 处" if len(faults) > 10 else ""))
    counter.prepare(fit)


def texts(frame: Frame, particulars: Mapping[str, str]) -> Mapping[str, str]:
    """The words that a text may name; what nobody has said yet stays empty."""
    moment = clock.office_time(frame.as_of) if frame.as_of else None
    own = {
        "区域": frame.area.name, "期间": frame.period.label, "年度": str(frame.period.year),
        "月份": str(frame.period.months[-1]), "数据截至": f"{moment:%Y-%m-%d %H:%M}" if moment else "",
    }  # fmt: skip
    return {**own, **{name: value for name, value in particulars.items() if value}}


def _listed(one: MappedCell, spec: ListSpec, frame: Frame) -> list[FilledCell]:
    """The rows of a list, and the text for none. What does not fit is refused: nothing is cut off silently."""
    rows, sources = rows_of(spec.name, frame)
    if len(rows) > spec.most:
        raise NotLikeThis(
            f"{one.sheet}!{one.cell}（{one.name}）：{frame.period.label}{spec.name}共 {len(rows)} 行，模板只留了 {spec.most} 行。"
            f"请在模板中为该列表留足 {len(rows)} 行，并作为新版上传"
        )
    at = cell(one.cell)
    found: list[FilledCell] = []
    if not rows:
        first = Cell(at.row, spec.columns[0][0])
        return [FilledCell(one.sheet, str(first), f"{one.name}·说明", spec.empty or None, sources)]
    for down, row in enumerate(rows):
        for column, name in spec.columns:
            value = row[name]
            told = sources if not found else ()
            found.append(FilledCell(one.sheet, str(Cell(at.row + down, column)), f"{one.name}·{name}·{down + 1}", value, told))
    return found


def written(template: ReturnTemplate, filled_cells: Filled) -> bytes:
    """The template's own file with these cells. Raises NotLikeThis."""
    content = files.read(template.sha256)
    try:
        return filled(content, {(one.sheet, one.cell): one.value for one in filled_cells.cells})
    except (UnfitCell, UnreadableFile) as fault:
        raise NotLikeThis(f"模板“{template.title}”：{fault}") from None
