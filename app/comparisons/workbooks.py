"""A page of comparisons as a workbook."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue

from app import clock, taken_out
from app.comparisons.exports import sheets
from app.comparisons.tables import Table
from app.domain.actors import Actor
from app.sending import send_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KIND = "comparison"


def wants_workbook() -> bool:
    return request.args.get("format") == "xlsx"


def content_of(tables: Sequence[Table], about: str, actor: Actor) -> bytes:
    return taken_out.made(sheets(tables, about, actor, clock.now()))[0]


def note(tables: Sequence[Table], about: str, actor: Actor, content: bytes, name: str) -> None:
    """Who took it out is in the history."""
    taken_out.note(KIND, None, name, about, actor, content, sum(len(table.rows) for table in tables))


def handed_out(content: bytes, name: str) -> ResponseReturnValue:
    """Kept out of caches: it holds what only this reader may see."""
    response = send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"{name}{clock.today()}.xlsx")
    response.headers["Cache-Control"] = "private, no-store"
    return response
