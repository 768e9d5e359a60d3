"""``flask plans …``: the same operations as the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from flask import Flask
from werkzeug.datastructures import FileStorage

from app import clock, uploads
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.samples import Level, Purpose
from app.domain.written import Fault
from app.errors import NotFound, NotLikeThis, Refused
from app.labels import label
from app.plans import importing, issuing, operations, queries, showing, successors, workbooks
from app.plans.importing import FilePlan
from app.plans.models import SamplingPlan
from app.plans.naming import ground
from app.reference_data.books import region_book
from app.sampling.imports import Action

SHOWN_FAULTS = 20
LARGEST_ID = 2**63 - 1

plans = click.Group("plans", help="抽检计划：查看、新建、送审、下达、导入、导出")


def register(app: Flask) -> None:
    app.cli.add_command(plans)


def _plan(actor: Actor, number: int) -> SamplingPlan:
    found = queries.plan(actor, number) if 0 < number <= LARGEST_ID else None
    if found is None:
        raise NotFound(f"没有编号为 {number} 的计划，或不在您的管辖范围内")
    return found


def _told(plan: SamplingPlan) -> dict[str, Any]:
    return {
        "id": plan.id, "year": plan.year, "name": plan.name, "level": plan.level.value, "purpose": plan.purpose.value,
        "special": plan.special, "area": region_book().code(plan.region_id), "total": plan.total, "state": plan.state.value,
        "edition": plan.edition, "issued_at": plan.issued_at, "parent": plan.parent_id,
    }  # fmt: skip


@command(plans, "list", permission=Permission.PLAN_READ)
@click.option("--year", type=click.IntRange(2000, 2099), help="年度，不填为本年度")
def list_(actor: Actor, year: int | None) -> Answer:
    """列出一年的抽检计划。"""
    found = queries.plans(actor, year or clock.today().year)
    lines = [
        f"{one.id:>5}  {one.title}　{one.level.value}{one.purpose.value}　{one.total} 批　{label(one.state)}　第 {one.edition} 版"
        for one in found
    ]
    return Answer([_told(one) for one in found], lines or ["没有抽检计划"])


@command(plans, "show", permission=Permission.PLAN_READ)
@click.argument("plan_id", type=int)
def show(actor: Actor, plan_id: int) -> Answer:
    """显示计划及其批次。"""
    plan = _plan(actor, plan_id)
    land, quotas = ground(plan), queries.quotas_by_cell(plan_id)
    cells = sorted(quotas, key=land.sort_key)
    lines = [f"{plan.title}：{label(plan.state)}，总批次 {plan.total}，第 {plan.edition} 版"]
    lines += [f"  {land.words(cell)}　{quotas[cell]}" for cell in cells]
    return Answer({**_told(plan), "quotas": {cell.key: quotas[cell] for cell in cells}}, lines)


@command(plans, "create", permission=Permission.PLAN_CREATE)
@click.option("--year", type=click.IntRange(2000, 2099), required=True, help="年度")
@click.option("--name", required=True, help="计划名称")
@click.option("--level", type=click.Choice([one.value for one in Level]), required=True, help="组织级别")
@click.option("--purpose", type=click.Choice([one.value for one in Purpose]), required=True, help="检验目的")
@click.option("--area", required=True, help="区划代码")
@click.option("--total", type=click.IntRange(0, 1_000_000), required=True, help="总批次")
@click.option("--special", is_flag=True, help="专项")
@click.option("--parent", type=int, help="上级计划的编号")
def create(
    actor: Actor, year: int, name: str, level: str, purpose: str, area: str, total: int, special: bool, parent: int | None
) -> Answer:
    """新建计划草稿。"""
    if not name.strip() or len(name) > 100:
        raise NotLikeThis("计划名称应为 1 至 100 个字")
    if area not in dict(showing.areas(actor)):
        raise NotLikeThis(f"没有区划代码“{area[:20]}”，或不在本单位管辖范围内")
    if parent is not None:
        _plan(actor, parent)
    header = operations.Header(
        year, name.strip(), Level(level), Purpose(purpose), showing.area_id(area), total, special=special, parent_id=parent
    )
    with transaction():
        made = operations.create(header, actor, clock.now())
    return Answer(_told(made), [f"已新建第 {made.id} 号计划：{made.title}"])


Take = Callable[[SamplingPlan, Actor, str | None], None]


def _step(name: str, words: str, permission: Permission, take: Take) -> None:
    @command(plans, name, permission=permission)
    @click.argument("plan_id", type=int)
    @click.option("--comment", help="意见或原因")
    def run(actor: Actor, plan_id: int, comment: str | None) -> Answer:
        plan = _plan(actor, plan_id)
        with transaction():
            take(plan, actor, comment)
        return Answer(_told(plan), [f"{plan.title}：{label(plan.state)}"])

    run.help = words


E, A, R = Permission.PLAN_EDIT, Permission.PLAN_APPROVE, Permission.PLAN_ISSUE
_step("submit", "提交审核。", E, lambda plan, who, why: operations.submit(plan, who, clock.now(), why))
_step("recall", "撤回送审。", E, lambda plan, who, why: operations.recall(plan, who))
_step("return", "退回，须写原因。", A, lambda plan, who, why: operations.send_back(plan, who, why))
_step("approve", "审核通过，须由另一人办理（加 --as）。", A, lambda plan, who, why: operations.approve(plan, who, clock.now(), why))
_step("issue", "下达计划。", R, lambda plan, who, why: issuing.issue(plan, who, clock.now(), why))
_step("amend", "调整已下达的计划，须写原因。", E, lambda plan, who, why: operations.amend(plan, who, why))
_step("close", "结束计划，须写原因。", R, lambda plan, who, why: operations.close(plan, who, why))
_step("void", "作废草稿，须写原因。", E, lambda plan, who, why: operations.void(plan, who, why))


@command(plans, "successors", permission=Permission.PLAN_EDIT)
@click.argument("plan_id", type=int)
@click.option("--confirm", is_flag=True, help="改到接替的名称；不带此项只列出")
def to_successors(actor: Actor, plan_id: int, confirm: bool) -> Answer:
    """列出仍写停用分类、区划的批次，改到接替的名称。"""
    plan = _plan(actor, plan_id)
    offered = successors.offers(plan)
    if not confirm:
        rows = [{"cell": one.cell.key, "batches": one.batches, "to": one.target_words, "refusal": one.refusal} for one in offered]
        lines = [f"{one.words} {one.batches} 批：{one.refusal or f'可改到{one.target_words}'}" for one in offered]
        return Answer(rows, lines or ["计划中没有停用的名称"])
    with transaction():
        found = successors.move(plan, [one.cell.key for one in offered], actor, clock.now())
    rows = [{"cell": one.offer.cell.key, "to": one.offer.target_words, "refusal": one.refusal} for one in found]
    return Answer(rows, successors.told(found))


@command(plans, "export", permission=Permission.PLAN_READ)
@click.argument("plan_id", type=int)
@click.option("--items", is_flag=True, help="导出检验项目，不带此项导出批次")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写入的文件")
def export(actor: Actor, plan_id: int, items: bool, out: Path) -> Answer:
    """导出计划批次或检验项目。"""
    plan = _plan(actor, plan_id)
    content = (workbooks.item_export if items else workbooks.quota_export)(plan, actor.name, clock.now())
    out.write_bytes(content)
    return Answer({"file": str(out), "bytes": len(content)}, [f"已导出到 {out}"])


@command(plans, "import", permission=Permission.PLAN_EDIT)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--plan", "plan_id", type=int, required=True, help="计划编号")
@click.option("--items", is_flag=True, help="文件是检验项目，不带此项为批次")
@click.option("--confirm", is_flag=True, help="确认导入；不带此项只预览")
@click.option("--skip-refused", is_flag=True, help="跳过有误的行，导入其余")
@click.option("--comment", help="原因，调整中的计划必填")
def import_(actor: Actor, file: Path, plan_id: int, items: bool, confirm: bool, skip_refused: bool, comment: str | None) -> Answer:
    """预览或导入计划批次、检验项目。"""
    plan = _plan(actor, plan_id)
    kind = queries.ITEM_IMPORT if items else queries.QUOTA_IMPORT
    name, sha256 = uploads.keep(FileStorage(BytesIO(file.read_bytes()), file.name))
    found = importing.prepare(kind, plan, sha256, name)
    told, faults = _read(found, sha256), _faults(found.faults)
    if found.says_nothing_new:
        return Answer(told, [importing.UNCHANGED])
    if not confirm:
        return Answer(told, [f"预览：{_counted(found)}。确认导入请加 --confirm", *faults])
    try:
        with transaction():
            batch = importing.stage(kind, plan, found, actor, name, sha256, clock.now())
            importing.confirm(batch, plan, found, actor, clock.now(), comment, skip_refused=skip_refused)
    except Refused as refusal:
        return Answer(told, [refusal.sentence, *faults], refused=True)
    return Answer({**told, "batch": batch.id}, [f"已导入（第 {batch.id} 次导入）：{_counted(found)}", *faults])


def _read(found: FilePlan, sha256: str) -> dict[str, Any]:
    counts = found.counts
    return {
        "sha256": sha256, "rows": len(found.rows), "new": counts[Action.NEW], "changed": counts[Action.CHANGED],
        "unchanged": counts[Action.UNCHANGED], "refused": counts[Action.REFUSED], "batch": None,
        "errors": [
            {"sheet": one.sheet, "line": one.line, "column": one.column, "value": one.value, "message": one.message} for one in found.faults
        ],
    }  # fmt: skip


def _counted(found: FilePlan) -> str:
    return "，".join(f"{action.value} {found.counts[action]}" for action in Action)


def _faults(faults: Sequence[Fault]) -> list[str]:
    shown = [f"第 {one.line} 行 {one.column}“{one.value[:40]}”：{one.message}" for one in faults[:SHOWN_FAULTS]]
    return [*shown, f"……共 {len(faults)} 处错误，加 --json 查看全部"] if len(faults) > SHOWN_FAULTS else shown
