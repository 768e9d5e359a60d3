"""Large result files, read and written outside the request (后台导入)."""

from __future__ import annotations

from datetime import date
from typing import Any

from app import clock
from app.authorize import current_actor
from app.collecting import put_off
from app.db import transaction
from app.domain.workflow import BatchState
from app.errors import NotFound
from app.jobs import Run, handles
from app.results import intake, operations, queries, staging
from app.results.staging import Options
from app.reviews import holding
from app.reviews import operations as reviews

LARGE_ROWS = staging.LARGE_ROWS
LARGE_BYTES = 3 << 20  # about as many rows: what is larger is not even parsed while somebody waits
STAGE, CONFIRM = "import_stage", "import_confirm"


def as_payload(options: Options) -> dict[str, Any]:
    day = options.reported_on
    return {
        "layout": options.layout,
        "reported_on": day.isoformat() if day else None,
        "laboratory_org_id": options.laboratory_org_id,
        "layout_mapping_id": options.layout_mapping_id,
    }


def _options(payload: Any) -> Options:
    day = payload["reported_on"]
    return Options(
        payload["layout"], date.fromisoformat(day) if day else None, payload["laboratory_org_id"],
        layout_mapping_id=payload.get("layout_mapping_id"),
    )  # fmt: skip


@handles(STAGE)
@put_off()
def stage(run: Run) -> str:
    """Read, check and judge; the preview is then waiting for somebody to confirm it."""
    actor = current_actor()
    run.progress(5, "正在读取文件")
    options = _options(run.payload)
    table = staging.read_table(run.payload["sha256"], run.payload["filename"], staging.headers_for(actor, options))
    run.progress(40, f"已读取 {len(table.rows)} 行，正在校验和判定")
    prepared = staging.prepare(actor, table, options)
    run.progress(80, "正在生成预览")
    intake.keep_pages(prepared)
    with transaction():
        run.hold()
        staged = intake.stage(actor, run.payload["filename"], run.payload["sha256"], prepared, clock.now())
    if staged.identical:
        return staged.sentence
    if table.headers_unclear:
        return "没有认出表头，请打开本次导入，指明各列分别是什么"
    return f"已校验 {prepared.plan.rows} 行、{len(prepared.outcomes)} 批样品，请在预览页确认"


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
    prepared = staging.prepare_again(actor, batch, _options(run.payload))
    intake.keep_pages(prepared)
    run.progress(60, "正在写入")
    given = {"skip_refused": run.payload["skip_refused"], "seen": run.payload["seen"]}
    if holding.levels():
        with transaction():
            run.hold()
            reviews.submit_import(batch, prepared, actor, clock.now(), **given)
        return "已提交送审，批准后生效，请到“结果审核”查看"
    with transaction():
        run.hold()
        written = operations.confirm(batch, prepared, actor, clock.now(), **given)
    return f"已导入 {written.samples} 批样品、{written.rows} 行结果，启动核查处置 {len(written.opened)} 件"
