"""Large files of enterprises, read and written outside the request (后台导入)."""

from __future__ import annotations

from app import clock
from app.authorize import current_actor
from app.collecting import put_off
from app.db import transaction
from app.domain.workflow import BatchState
from app.enterprises import importing, imports, queries
from app.errors import NotFound
from app.jobs import Run, handles
from app.sampling.imports import Action

LARGE_BYTES = 1 << 20  # what is larger is not even parsed while somebody waits
LARGE_ROWS = 5_000
STAGE, CONFIRM = "enterprise_stage", "enterprise_confirm"


@handles(STAGE)
@put_off()
def stage(run: Run) -> str:
    """Read and compare with the register; the preview then waits for somebody to confirm it."""
    actor = current_actor()
    run.progress(5, "正在读取文件")
    plan = imports.prepare(actor, run.payload["sha256"], run.payload["filename"])
    if plan.says_nothing_new:
        return importing.UNCHANGED
    run.progress(80, "正在生成预览")
    with transaction():
        run.hold()
        importing.stage(plan, actor, run.payload["filename"], run.payload["sha256"], clock.now())
    return f"已校验 {len(plan.rows)} 家企业，请在预览页确认"


@handles(CONFIRM)
@put_off()
def confirm(run: Run) -> str:
    """Read and plan again, then write everything in one transaction."""
    actor = current_actor()
    batch = queries.batch(actor, run.payload["batch_id"])
    if batch is None:
        raise NotFound("没有找到该导入批次，可能已不在您的管辖范围内")
    if run.attempt > 1 and batch.state is BatchState.CONFIRMED:
        return "已导入"  # a worker stopped after the commit and before saying so
    run.progress(5, "正在读取文件")
    plan = imports.prepare(actor, batch.sha256, batch.filename)
    run.progress(50, "正在写入")
    with transaction():
        run.hold()
        importing.confirm(batch, plan, actor, clock.now(), seen=run.payload["seen"], skip_refused=run.payload["skip_refused"])
    counts = plan.counts
    return f"已导入：新增 {counts[Action.NEW]} 家，更正 {counts[Action.CHANGED]} 家，未变 {counts[Action.UNCHANGED]} 家"
