"""Counting a large return outside the request (后台生成报表)."""

from __future__ import annotations

from app import clock
from app.authorize import current_actor
from app.db import transaction
from app.exports import making, operations, queries, showing
from app.jobs import Run, handles


@handles(queries.MAKE_JOB)
def make(run: Run) -> str:
    """As the person who asked for it; asked twice it makes one draft."""
    actor, at = current_actor(), clock.now()
    run.progress(5, "正在按现有记录统计")
    prepared = operations.prepare(making.wish_of(run.payload, actor), actor, at)
    run.progress(80, "正在写入草稿和来源清单")
    with transaction():
        run.hold()
        made = operations.keep(prepared, actor, at)
    return f"{showing.heading(made)}草稿已生成，共 {len(prepared.made.figures)} 项数值"
