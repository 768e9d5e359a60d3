"""Taking a list out as a person does: the dialog, the button, the file."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
from flask.testing import FlaskClient

from app.downloads.lists import source_of


def pressed(client: FlaskClient, code: str, query: str = "", **form: Any) -> Any:
    """What the button of the dialog answers; every column that stands there by default is ticked unless ``column`` says otherwise."""
    source = source_of(code)
    ticked = [str(place) for place, one in enumerate(source.fields) if one.default]
    return client.post(f"/downloads/lists/{code}?{query}", data={"column": ticked, **form})


def taken_out(client: FlaskClient, code: str, query: str = "", **form: Any) -> bytes:
    """The workbook."""
    answer = pressed(client, code, query, **form)
    assert answer.status_code == 303, answer.text
    found = re.search(r"/downloads/(\d+)", answer.headers["Location"])
    assert found is not None
    return client.get(f"/downloads/{found[1]}/file").data  # type: ignore[no-any-return]


def rows_of(content: bytes) -> list[dict[str, Any]]:
    """The rows by heading, the last one (the mark of who took it out) included."""
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows())
    return [{head.value: cell for head, cell in zip(rows[0], row, strict=True)} for row in rows[1:]]


def values_of(content: bytes) -> list[dict[str, Any]]:
    """The same as values, without the last row."""
    return [{head: cell.value for head, cell in row.items()} for row in rows_of(content)[:-1]]
