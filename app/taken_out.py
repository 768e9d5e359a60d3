"""What is taken out of the system outside the export dialog is on record like there: who, which filter, how many rows, which bytes."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from app import history
from app.domain.actors import Actor
from app.spreadsheet_stream import TableSheet, write_table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPLAINING = ("导出说明", "差异汇总")  # sheets that say what the others hold


def made(sheets: Sequence[TableSheet]) -> tuple[bytes, int]:
    """The workbook, and how many rows its lists have."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "taken.xlsx"
        written = write_table(path, sheets)
        content = path.read_bytes()
    return content, written - sum(len(list(sheet.rows)) for sheet in sheets if sheet.title in EXPLAINING)


def told(said: str, rows: int | None, content: bytes, unit: str = "行") -> str:
    """The words of the history; the digest tells later whether a file in somebody's hands is the one taken out."""
    counted = f"；共 {rows} {unit}" if rows is not None else ""
    return f"{said}{counted}；SHA-256 {hashlib.sha256(content).hexdigest()}"


def note(
    kind: str, subject_id: int | None, name: str, said: str, actor: Actor, content: bytes, rows: int | None = None, *,
    unit: str = "行", org_id: int | None = None,
) -> None:  # fmt: skip
    history.record(
        kind, subject_id, "export", actor, org_id=actor.org_id if org_id is None else org_id, name=name,
        comment=told(said, rows, content, unit),
    )  # fmt: skip
