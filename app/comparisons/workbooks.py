"""A page of comparisons as a workbook."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

from flask import request, send_file
from flask.typing import ResponseReturnValue

from app import clock
from app.comparisons.exports import sheets
from app.comparisons.tables import Table
from app.domain.actors import Actor
from app.spreadsheet_stream import write_table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KIND = "comparison"


def wants_workbook() -> bool:
    return request.args.get("format") == "xlsx"


def content_of(tables: Sequence[Table], about: str, actor: Actor) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "comparison.xlsx"
        write_table(path, sheets(tables, about, actor, clock.now()))
        return path.read_bytes()


def handed_out(content: bytes, name: str) -> ResponseReturnValue:
    """Kept out of caches: it holds what only this reader may see."""
    response = send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"{name}{clock.today()}.xlsx")
    response.headers["Cache-Control"] = "private, no-store"
    return response
