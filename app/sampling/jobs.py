"""Exports too long to wait for (后台导出)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from app import clock, history
from app.attachments import operations as attachments
from app.authorize import current_actor
from app.db import transaction
from app.errors import NotAllowed
from app.jobs import Run, handles
from app.sampling import exports, queries
from app.sampling.asked import filters_asked
from app.sampling.models import Sample


@handles(exports.JOB)
def sample_export(run: Run) -> str:
    """Write the workbook and offer it to whoever asked; made again from the start after a power cut."""
    actor, at = current_actor(), clock.now()
    filters = filters_asked(run.payload["filters"])
    if actor.user_id is None:
        raise NotAllowed("后台导出须由登录用户提交，请登录后在样品列表中重新导出")
    expected = max(queries.counted(actor, filters, run.payload.get("rows") or 1), 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "samples.xlsx"
        made = exports.write(
            path, actor, filters, at, lambda rows: run.progress(rows * 100 // expected, f"已写入 {rows} 批")
        )
        content = path.read_bytes()
    with transaction():
        run.hold()
        name = f"{exports.FILENAME}{clock.today()}.xlsx"
        kept = attachments.keep(actor, "job", run.job_id, actor.org_id, name, exports.XLSX, content, at)
        run.attachment_id = kept.id
        history.record(
            Sample.__tablename__, None, "export", actor, org_id=actor.org_id, name=exports.FILENAME,
            comment=f"{exports.conditions(filters)}；共 {made.rows} 批；SHA-256 {made.sha256}",
        )  # fmt: skip
    return f"已导出 {made.rows} 批"
