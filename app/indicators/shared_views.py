"""What the pages of the figures share: their blueprint, the names of the lists and how a workbook is sent."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app import taken_out
from app.db import transaction
from app.domain.actors import Actor
from app.indicators import records
from app.indicators.queries import Planned
from app.indicators.records import Side
from app.sending import send_file
from app.spreadsheet_stream import TableSheet

bp = Blueprint("indicators", __name__, url_prefix="/indicators")
SIDES = {Side.NUMERATOR: "分子", Side.DENOMINATOR: "分母", Side.BESIDE: "另列"}


def sides(planned: Planned) -> list[tuple[Side, str]]:
    """Every list that the figure has."""
    found = [(side, records.part_of(planned.formula, side)) for side in Side]
    return [(side, f"{SIDES[side]}：{part}") for side, part in found if part is not None]


def workbook(planned: Planned, sheets: Sequence[TableSheet], name: str, actor: Actor, comment: str) -> ResponseReturnValue:
    """A list as a workbook; who took it out is in the history."""
    return handed_out("plan_indicator", planned.row.id, planned.row.name, sheets, name, actor, comment)


def handed_out(
    kind: str, subject_id: int, title: str, sheets: Sequence[TableSheet], name: str, actor: Actor, comment: str
) -> ResponseReturnValue:
    content, rows = taken_out.made(sheets)
    with transaction():
        taken_out.note(kind, subject_id, title, comment, actor, content, rows)
    response = send_file(io.BytesIO(content), taken_out.XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
