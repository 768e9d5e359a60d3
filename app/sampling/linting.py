"""Checks asked for on the command line: of one registered sample, or of a file of sheets that are not registered yet."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from werkzeug.datastructures import FileStorage

from app import clock, uploads
from app.domain.actors import Actor
from app.domain.findings import Finding
from app.errors import NotFound
from app.exemptions import capping
from app.sampling import checking, imports, queries
from app.sampling.typing_in import UNREADABLE


def lint_sample(actor: Actor, number: str) -> list[tuple[str, list[Finding]]]:
    """Findings of one sample in the actor's scope."""
    sample = queries.sample_numbered(actor, number)
    if sample is None:
        raise NotFound(f"没有找到抽样单“{number[:40]}”，请核对编号，或用 --draft 指定未登记的抽样单文件")
    found = checking.findings_of([sample], actor, clock.today())[sample.id]
    return [(sample.number, found)]


def lint_file(actor: Actor, path: Path) -> list[tuple[str, list[Finding]]]:
    """Findings of each sheet of a file, its unreadable cells included; nothing is registered."""
    name, sha256 = uploads.keep(FileStorage(BytesIO(path.read_bytes()), path.name))
    plan = imports.prepare(actor, sha256, name)
    told: list[tuple[str, list[Finding]]] = [
        (path.name, [Finding(UNREADABLE, fault.column, fault.message, fault.blocking)]) for fault in plan.table.faults
    ]
    for sheet in plan.sheets:
        sample_id = sheet.sample.id if sheet.sample is not None else None
        found = [Finding(UNREADABLE, fault.column, fault.message, fault.blocking) for fault in sheet.faults]
        found += sheet.findings
        found += capping.findings(sheet.draft, actor, sample_id=sample_id)
        told.append((sheet.row.number or f"第 {sheet.row.line} 行", found))
    return told
