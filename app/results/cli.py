"""``flask results``: import a file of laboratory results, undo an import."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from flask import Flask
from werkzeug.datastructures import FileStorage

from app import clock, uploads
from app.announcements.import_cli import bring_in
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.result_import import Action
from app.domain.written import Fault
from app.errors import NotAllowed, NotFound, Refused
from app.layouts import operations as layouts
from app.layouts.naming import asked_by, named_mapping
from app.layouts.operations import Asked
from app.results import entry_cli, intake, operations, queries, row_cli, staging, text_cli
from app.results.staging import LAYOUTS, Options, Prepared
from app.reviews import holding
from app.reviews import operations as reviews

SHOWN_FAULTS = 20
ANNOUNCEMENT = "announcement"  # 公示名单: kept as findings, never as batches

group = click.Group("results", help="检验结果的导入与撤销")
text_cli.add_to(group)
row_cli.add_to(group)


def register(app: Flask) -> None:
    app.cli.add_command(group)


@command(group, "import", permission=Permission.IMPORT_STAGE)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--layout", type=click.Choice([*LAYOUTS, ANNOUNCEMENT]), default="auto", help="文件格式")
@click.option("--confirm", is_flag=True, help="校验无误后直接导入")
@click.option("--skip-refused", is_flag=True, help="有样品被拒收时，只导入其余样品")
@click.option("--reported-on", type=click.DateTime(["%Y-%m-%d"]), help="文件中没有报告日期时使用的报告日期")
@click.option("--laboratory", help="承检机构名称")
@click.option("--mapping", type=int, metavar="ID", help="按该列对照读取（见 flask layouts list）；不指明时按已保存的对照自动识别")
@click.option("--map", "pairs", multiple=True, metavar="我们的列名=文件的列名", help="指明各列，可重复；与 --confirm 同用时保存为列对照")
def import_file(
    actor: Actor,
    file: Path,
    layout: str,
    confirm: bool,
    skip_refused: bool,
    reported_on: datetime | None,
    laboratory: str | None,
    mapping: int | None,
    pairs: tuple[str, ...],
) -> Answer:
    """Preview a file; with --confirm, accept it."""
    if layout == ANNOUNCEMENT:
        if not permits(actor, Permission.FINDING_IMPORT):
            raise NotAllowed("您的岗位不能导入外部公示，请由抽样员或统计员导入")
        return bring_in(actor, file, confirm=confirm, skip_refused=skip_refused)
    day: date | None = reported_on.date() if reported_on else None
    options = Options(layout, day, staging.laboratory_named(laboratory), layout_mapping_id=named_mapping(actor, mapping))
    filename, sha256 = uploads.keep(FileStorage(BytesIO(file.read_bytes()), file.name))
    asked = asked_by(pairs, sha256, filename, staging.reports_for_itself(actor) or options.laboratory_org_id)
    known = {asked.checked().fingerprint: asked.checked()} if asked else staging.headers_for(actor, options)
    prepared = staging.prepare(actor, staging.read_table(sha256, filename, known), options)
    prepared.layout_mapping_id = prepared.layout_mapping_id or None  # what is asked for now has no number yet
    answer = summary(prepared, sha256)
    told = [*_told(prepared), *_faults(prepared.plan.errors)]
    if not confirm:
        return Answer(answer, [told[0], "尚未写入；确认无误后加 --confirm 导入", *told[1:]])
    try:
        return _accept(actor, filename, prepared, skip_refused, answer, asked)
    except Refused as refusal:
        return Answer(answer, [refusal.sentence, *told[1:]], refused=True)


def _accept(
    actor: Actor, filename: str, prepared: Prepared, skip_refused: bool, answer: dict[str, Any], asked: Asked | None
) -> Answer:
    at = clock.now()
    waiting = prepared.counts[Action.CONFLICT] and not skip_refused
    intake.keep_pages(prepared)
    with transaction():
        if asked is not None:
            prepared.layout_mapping_id = layouts.save(asked, actor, at).id
        staged = intake.stage(actor, filename, answer["sha256"], prepared, at)
        if waiting:
            said = f"已保存为第 {staged.batch.id} 次导入，尚未写入：请用 results conflicts decide 裁定后再次导入"
            return Answer({**answer, "batch": staged.batch.id}, [*_told(prepared), said], refused=True)
        if staged.identical:
            return Answer({**answer, "batch": staged.batch.id}, [staged.sentence])
        batch = staged.batch
        if holding.levels():
            review = reviews.submit_import(batch, prepared, actor, at, skip_refused=skip_refused)
            answer |= {"batch": batch.id, "cases_opened": 0, "review": review.id}
            return Answer(answer, [*_told(prepared), f"已提交送审（第 {review.id} 号），批准后生效", *_faults(prepared.plan.errors)])
        written = operations.confirm(batch, prepared, actor, at, skip_refused=skip_refused)
    answer |= {"batch": batch.id, "cases_opened": len(written.opened)}
    said = f"已导入（第 {batch.id} 次）：{written.samples} 批样品、{written.rows} 行结果，启动核查处置 {len(written.opened)} 件"
    told = _told(prepared)
    return Answer(answer, [told[0], said, *told[1:], *_faults(prepared.plan.errors)])


def summary(prepared: Prepared, sha256: str) -> dict[str, Any]:
    """The answer of an import. Before it is confirmed ``cases_opened`` is the number of batches that would need one."""
    counts = prepared.counts
    return {
        "layout": prepared.layout,
        "sha256": sha256,
        "rows": prepared.plan.rows,
        "samples": len(prepared.outcomes),
        "new": counts[Action.NEW],
        "changed": counts[Action.CHANGED],
        "unchanged": counts[Action.UNCHANGED],
        "refused": counts[Action.REFUSED],
        "errors": [
            {"line": fault.line, "column": fault.column, "value": fault.value, "message": fault.message}
            for fault in prepared.plan.errors
        ],
        "item_verdicts": {verdict.value: count for verdict, count in prepared.item_verdicts.items()},
        "conclusions": prepared.conclusions,
        "cases_opened": len(prepared.newly_nonconforming),
        "batch": None,
    } | ({"conflicts": counts[Action.CONFLICT]} if counts[Action.CONFLICT] else {})


def _told(prepared: Prepared) -> list[str]:
    """The counts, and what the reader had to say about the file."""
    counts = prepared.counts
    said = (
        f"共 {prepared.plan.rows} 行、{len(prepared.outcomes)} 批样品：新增 {counts[Action.NEW]}，变更 {counts[Action.CHANGED]}，"
        f"未变 {counts[Action.UNCHANGED]}，拒收 {counts[Action.REFUSED]}"
        + (f"，待裁定 {counts[Action.CONFLICT]}" if counts[Action.CONFLICT] else "")
    )
    remarks = list(prepared.table.remarks[:SHOWN_FAULTS])
    if prepared.layout_mapping_id is not None:
        remarks.append(f"按列对照 {prepared.layout_mapping_id} 读取")
    if prepared.table.headers_unclear:
        remarks.append("可用 --map 抽样编号=文件中的列名 逐列指明，或上传到页面后在“列对照”中选择")
    return [said, *remarks]


def _faults(faults: Sequence[Fault]) -> list[str]:
    shown = [
        f"第 {fault.line} 行 {fault.column}“{fault.value[:40]}”：{fault.message}" for fault in faults[:SHOWN_FAULTS]
    ]
    return [*shown, f"……共 {len(faults)} 处错误"] if len(faults) > SHOWN_FAULTS else shown


@command(group, "undo", permission=Permission.RESULT_UNDO)
@click.argument("batch", type=int)
@click.option("--reason", default="命令行撤销导入", help="撤销原因")
def undo(actor: Actor, batch: int, reason: str) -> Answer:
    """Take back one import; what was touched since stays and is named."""
    found = queries.batch(actor, batch)
    if found is None:
        raise NotFound(f"没有第 {batch} 次导入，或不在您的管辖范围内")
    with transaction():
        undone = operations.undo(found, actor, clock.now(), reason)
    lines = [
        f"已撤销第 {batch} 次导入：{len(undone.withdrawn)} 批样品的结果已撤回，撤销案件 {len(undone.cancelled)} 件"
    ]
    lines += [f"{number} 未撤销：{why}" for number, why in undone.kept]
    return Answer({"batch": batch, **undone.as_json}, lines)


DAY = click.DateTime(["%Y-%m-%d"])


@command(group, "enter", permission=Permission.RESULT_ENTER)
@click.argument("number")
@click.option("--file", type=click.Path(allow_dash=True), help="带表头的结果表（CSV 或制表符分隔）；- 为标准输入")
@click.option("--row", "written", multiple=True, metavar="栏目=内容;…", help="一个检验项目，如 检验项目=铅;检验结果=0.05；可重复")
@click.option("--report-no", required=True, help="报告书编号")
@click.option("--reported-on", type=DAY, required=True, help="报告日期")
@click.option("--received-on", type=DAY, help="收检日期")
@click.option("--laboratory", help="承检机构名称")
@click.option("--reason", help="更正原因（更正已登记的报告时）")
@click.option("--preview", is_flag=True, help="只预览判定，不保存")
def enter(actor: Actor, file: str | None, written: tuple[str, ...], **given: Any) -> Answer:
    """录入一批样品 NUMBER 的检验结果。"""
    rows = entry_cli.rows_given(file, written)
    if not rows:
        raise click.UsageError("请用 --file 或 --row 给出检验项目")
    return entry_cli.enter(actor, rows=rows, **given)
