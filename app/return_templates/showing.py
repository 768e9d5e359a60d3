"""What the pages of 报表模板 show: an edition with its sheets, what is mapped where, and where its steps lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.authorize import can
from app.domain import workflow
from app.domain.actors import Actor
from app.domain.cell_addresses import BadAddress, cell, letters
from app.domain.reporting_states import TemplateState, TemplateStep
from app.domain.return_specs import KINDS, Form, ListSpec
from app.domain.return_words import told
from app.filters import number
from app.return_templates import fitting, queries
from app.return_templates.filling import FilledCell, MappedCell, mapping
from app.return_templates.models import ReturnTemplate
from app.return_templates.operations import Uploaded
from app.spreadsheet_packages import Package, is_percent_format
from app.spreadsheet_shapes import Grid, GridCell, grid
from app.trail import trail

TONES = {
    TemplateState.DRAFT: "blue", TemplateState.SUBMITTED: "yellow", TemplateState.ADOPTED: "green", TemplateState.RETIRED: "neutral",
    TemplateState.VOIDED: "neutral",
}  # fmt: skip
LINKED = 4_000  # cells; more links than that make a page slow, and an address can be typed


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One cell of the preview. ``mapped`` is its name where something goes in, ``value`` what would stand there."""

    cell: GridCell
    mapped: str = ""
    first: str = ""  # where the mapping begins, for its link
    value: str | None = None


def page(row: ReturnTemplate, sheet: str | None) -> dict[str, Any]:
    """All that the page of one edition shows."""
    package, cells = queries.package(row), mapping(row)
    steps = {
        step.value
        for step in TemplateStep
        if (arrow := workflow.arrow(row.__tablename__, row.state, step)) is not None and can(arrow.permission, row)
    }
    chosen = sheet_named(package, sheet)
    return {
        "sheets": package.sheets, "sheet": chosen, "grid": shown_grid(package, chosen, cells), "steps": steps, "tones": TONES,
        "cells": [(one, KINDS[one.spec.kind], told(one.spec)) for one in cells], "rules": queries.rules(row.id),
        "faults": fitting.faults(package, cells) if "edit" in steps else [],
        "people": queries.person_names(row.created_by_id, row.proposed_by_id, row.adopted_by_id), "kinds": KINDS,
        "timeline": trail(row.__tablename__, row.id),
        "waiting": "等待审核（审核人不得为提交人本人）" if row.state is TemplateState.SUBMITTED else None,
    }  # fmt: skip


def sheet_named(package: Package, asked: str | None) -> str:
    """The sheet asked for, else the first that is not hidden."""
    names = [one.name for one in package.sheets]
    if asked in names:
        return str(asked)
    return next((one.name for one in package.sheets if not one.hidden), names[0])


def shown_grid(package: Package, sheet: str, cells: Sequence[MappedCell], filled: Sequence[FilledCell] = ()) -> dict[str, Any]:
    """The sheet's first rows with what goes where; ``filled`` are the values of a preview."""
    found = grid(package, sheet)
    assert found is not None
    owners = _owners(cells, sheet)
    values = {one.cell: shown_value(one) for one in filled if one.sheet == sheet}
    rows = [(ordinal, [_shown(one, owners, values) for one in line]) for ordinal, line in found.rows]
    return {"letters": found.letters, "rows": rows, "cut": found.cut, "linked": _size(found) <= LINKED}


def _size(found: Grid) -> int:
    return len(found.letters) * len(found.rows)


def _owners(cells: Sequence[MappedCell], sheet: str) -> Mapping[str, MappedCell]:
    return {str(at): one for one in cells if one.sheet == sheet for at in fitting.taken(one)}


def _shown(one: GridCell, owners: Mapping[str, MappedCell], values: Mapping[str, str]) -> ShownCell:
    owner = owners.get(one.address)
    if owner is None:
        return ShownCell(one)
    name = owner.name if not isinstance(owner.spec, ListSpec) else f"{owner.name}·{_field(owner.spec, one.address)}"
    return ShownCell(one, name, owner.cell, values.get(one.address, "") if values else None)


def _field(spec: ListSpec, address: str) -> str:
    column = address.rstrip("0123456789")
    return next((name for place, name in spec.columns if letters(place) == column), "")


def shown_value(one: FilledCell) -> str:
    """A value as the page prints it."""
    if one.value is None:
        return ""
    counted = isinstance(one.value, (int, Decimal)) and not isinstance(one.value, bool)
    return number(one.value) if counted else str(one.value)  # type: ignore[arg-type]


def usual_form(package: Package, sheet: str, at: str) -> dict[str, Any]:
    """写法 of a cell that the form itself shows as a percentage: 0.978 there, or it would read 9780.00%."""
    xml = package.sheet(sheet)
    try:
        style = xml.style_of(cell(at)) if xml is not None else ""
    except BadAddress:
        return {}
    return {"form": Form.FRACTION.value} if is_percent_format(package.format_of(style)) else {}


def next_edition(actor: Actor, code: str) -> dict[str, Any]:
    """The upload form for another edition of a form that exists: what it was called before."""
    former = queries.last_edition(actor.org_id, code) if code else None
    if former is None:
        return {}
    return {
        "code": former.code, "title": former.title, "period_kind": former.period_kind.value, "issuer": former.issuer,
        "document_no": former.document_no, "note": former.note,
    }  # fmt: skip


def carried(made: Uploaded) -> str:
    """How the mapping of the edition before was taken over, in one sentence."""
    if not made.carried and not made.lost:
        return "，请指定各单元格填什么"
    lost = f"；{len(made.lost)} 个没有沿用：{'；'.join(made.lost[:5])}" if made.lost else ""
    return f"，沿用了 {made.carried} 个单元格的对应关系{lost}"
