"""Exports too long to wait for (后台导出)."""

from __future__ import annotations

from app import clock
from app.authorize import current_actor
from app.db import transaction
from app.downloads import operations, queries
from app.errors import NotFound
from app.jobs import Run, handles


@handles(queries.JOB)
def list_export(run: Run) -> str:
    """Write the workbook and offer it to whoever asked; begun anew after a power cut, never two files of one export."""
    actor, at = current_actor(), clock.now()
    begun = queries.export(actor, run.payload["export_id"])
    if begun is None:
        raise NotFound("没有找到这次导出的登记，请在列表中重新导出")
    if begun.rows is not None:
        return f"已导出 {begun.rows} 条"
    source = operations.source_for(actor, begun.list_code)
    wanted = operations.wanted(source, begun.query, begun.columns, run.payload["reason"], actor)
    expected = max(run.payload["rows"], 1)
    written, content = operations.made(
        wanted, actor, at, lambda rows: run.progress(rows * 100 // expected, f"已写入 {rows} {source.unit}")
    )
    with transaction():
        run.hold()
        begun = queries.export(actor, run.payload["export_id"])
        assert begun is not None
        operations.keep(begun, wanted, written, content, actor, at)
        old = operations.withdraw_old(actor, at)
    operations.forget(old)
    return f"已导出 {written.rows} {source.unit}"
