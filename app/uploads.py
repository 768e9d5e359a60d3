"""Uploaded tables on their way to a preview (上传暂存): kept whole by their digest before anything reads them."""

from __future__ import annotations

from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage

from app import files
from app.attachments.operations import safe_name
from app.authorize import can
from app.domain import workflow
from app.domain.workflow import BatchStep
from app.errors import NotLikeThis
from app.results.models import ImportBatch


def keep(file: FileStorage) -> tuple[str, str]:
    """Keep the upload; its file name and digest.

    Raises NotLikeThis when it is empty or too large.
    """
    limit = current_app.config["MAX_UPLOAD"]
    name = safe_name(file.filename or "")
    content = file.stream.read(limit + 1)
    if not name or not content:
        raise NotLikeThis("文件没有内容或没有文件名，请重新选择文件", field="file")
    if len(content) > limit:
        raise NotLikeThis(f"文件超过 {limit >> 20} MB：请拆分成几个文件分别上传", field="file")
    return name, files.store(content).sha256


def steps(batch: ImportBatch) -> set[str]:
    """The steps this reader may take with the batch now."""
    found = ((step, workflow.arrow("import_batch", batch.state, step)) for step in BatchStep)
    return {step.value for step, arrow in found if arrow is not None and can(arrow.permission, batch)}


def preview_of(batch: ImportBatch) -> dict[str, Any]:
    """The kept preview, complete whatever version of the program wrote it."""
    empty: dict[str, Any] = {"columns": [], "rows": [], "cut": 0, "changes": [], "faults": [], "remarks": []}
    return empty | (batch.preview or {})
