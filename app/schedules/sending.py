"""A workbook as the answer to a request."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

from flask import Response

from app.sending import send_file
from app.spreadsheet_stream import TableSheet, write_table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(sheets: Sequence[TableSheet], name: str) -> Response:
    """Made in a file that goes with the request; no cache keeps it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.xlsx"
        write_table(path, list(sheets))
        content = path.read_bytes()
    response = send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
