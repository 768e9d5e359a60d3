"""``flask retests …``: the same operations as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from flask import Flask

from app import clock, history
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.case_kinds import Side
from app.domain.documents import DocumentKind
from app.domain.permissions import Permission, permits
from app.domain.retests import Feasibility, Ground
from app.domain.workflow import RetestState
from app.errors import NotAllowed, NotFound, NotLikeThis
from app.labels import label, step_label
from app.official_documents.queries import delivered_on
from app.retests import designating_cli, documents, feasibility, laboratories_cli, operations, queries, testing_cli
from app.retests.cli_group import DAY, day, group, one, standing
from app.retests.models import Retest
from app.retests.operations import Written
from app.sampling import queries as samples
from app.sampling.models import Sample

__all__ = ["designating_cli", "laboratories_cli", "testing_cli"]
SIDES = {side.value: side for side in Side}
GROUNDS = {each.name.lower(): each for each in Ground} | {each.value: each for each in Ground}
STATES = (queries.RUNNING, queries.OVERDUE, queries.ALL, *(state.value for state in RetestState))


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _told(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "number": row.number, "sample": row.sample_number, "product": row.product_name, "side": row.side.value,
        "applicant": row.applicant, "applied_on": row.applied_on, "state": row.state.value, "state_word": label(row.state),
        "laboratory": row.laboratory, "conclusion": row.conclusion.value if row.conclusion else None, "clock": row.clock,
        "due_on": row.due_on,
    }  # fmt: skip


@command(group, "list", permission=Permission.RETEST_LIST)
@click.option("--state", type=click.Choice(STATES), default=queries.RUNNING, show_default=True, help="状态")
@click.option("--side", type=click.Choice(list(SIDES)), help="申请人身份")
@click.option("--word", help="复检编号、抽样编号、申请人、样品、复检机构")
def list_(actor: Actor, state: str, side: str | None, word: str | None) -> Answer:
    """列出复检，新的在前."""
    filters = queries.Filters(state, SIDES[side] if side else None, word=word)
    data = [_told(row) for row in queries.every_retest(actor, filters, clock.today())]
    shown = ("number", "sample", "applicant", "state_word", "clock", "due_on")
    lines = ["　".join(str(each[name]) for name in shown if each[name]) for each in data]
    return Answer(data, [*lines, f"共 {len(data)} 件"])


@command(group, "show", permission=Permission.RETEST_READ)
@click.argument("number")
def show(actor: Actor, number: str) -> Answer:
    """一件复检：申请、项目、期限、抽取和办理记录."""
    found = one(actor, number)
    drawing = queries.drawing_of(found)
    data = {
        "id": found.id, "number": found.number, "sample": found.sample.number, "state": found.state.value, "side": found.side.value,
        "applicant": found.applicant, "served_on": found.served_on, "applied_on": found.applied_on, "received_on": found.received_on,
        "decided_on": found.decided_on, "decision": found.decision, "feasibility": (found.feasibility or "").splitlines(),
        "laboratory": found.laboratory.name if found.laboratory else None, "drawing": drawing.number if drawing else None,
        "handed_on": found.handed_on, "arrived_on": found.arrived_on, "seal_intact": found.seal_intact, "report_no": found.report_no,
        "conclusion": found.conclusion.value if found.conclusion else None, "told_on": found.told_on,
        "payer": found.payer.value if found.payer else None, "fee": found.fee,
        "items": [
            {"item": item.item, "wanted": item.wanted, "feasible": item.feasible, "why": item.why, "first": item.first_result,
             "result": item.result, "unit": item.unit, "verdict": item.verdict.value if item.verdict else None}
            for item in found.items
        ],
        "clocks": [
            {"code": each.code, "name": each.name, "due_on": each.due_on, "done_on": each.done_on, "why": each.why.splitlines(),
             "cancelled": each.cancelled_at is not None}
            for each in queries.clocks_of(found.id)
        ],
        "history": [
            {"at": clock.office_time(entry.at).isoformat(timespec="seconds"), "step": step_label(operations.KIND, entry.step),
             "who": entry.actor_name, "comment": entry.comment}
            for entry in history.entries_of(operations.KIND, found.id)
        ],
    }  # fmt: skip
    lines = [f"{found.number}　{found.applicant}　{label(found.state)}"]
    live = (each for each in queries.clocks_of(found.id) if each.cancelled_at is None)
    lines += [f"{each.name}　{each.due_on}　{'已办' if each.done_on else '计时中'}" for each in live]
    return Answer(data, lines)


# ---------------------------------------------------------------- may it be done, and registering

def _sample(actor: Actor, number: str, permission: Permission) -> Sample:
    found = samples.sample_numbered(actor, number)
    if found is None:
        raise NotFound(f"没有找到样品“{number}”，或不在您的管辖范围内")
    if not permits(actor, permission, found):
        raise NotAllowed("您没有办理该样品复检的权限，请用 --as 指明用户")
    return found


@command(group, "check", permission=Permission.RETEST_READ)
@click.argument("sample")
@click.option("--side", type=click.Choice([Side.SAMPLED.value, Side.PRODUCER.value]), default=Side.SAMPLED.value, show_default=True)
def check(actor: Actor, sample: str, side: str) -> Answer:
    """一批样品能否复检：逐项、期限、备份样品，及其理由."""
    found = _sample(actor, sample, Permission.RETEST_READ)
    operations.refuse_unfit(found)
    answer = feasibility.of_sample(found, SIDES[side], clock.today())
    return Answer({"sample": found.number, "side": side, **judged(answer)}, [f"{found.number}　{side}", *answer.lines])


def judged(found: Feasibility) -> dict[str, Any]:
    return {
        "feasible": found.feasible, "window": list(found.window), "backup": found.backup, "warnings": list(found.warnings),
        "refusals": [{"ground": each.ground.name.lower(), "sentence": each.sentence} for each in found.refusals],
        "items": [
            {"item": each.name, "wanted": each.wanted, "feasible": each.feasible, "why": each.why} for each in found.items
        ],
    }  # fmt: skip


@command(group, "apply", permission=Permission.RETEST_HANDLE)
@click.argument("sample")
@click.option("--side", type=click.Choice(list(SIDES)), default=Side.SAMPLED.value, show_default=True, help="申请人身份")
@click.option("--applicant", help="申请人；不填取抽样单载明的名称")
@click.option("--contact", help="联系方式")
@click.option("--served", type=DAY, help="收到检验结论日期；不填取送达记录")
@click.option("--applied", type=DAY, help="申请日期（邮寄的为寄出日期）；默认今天")
@click.option("--received", type=DAY, help="收到申请材料日期；默认今天")
@click.option("--item", "items", multiple=True, help="申请复检的项目，可重复；不填为全部不合格项目")
@click.option("--reason", required=True, help="申请理由")
def apply(actor: Actor, sample: str, **asked: Any) -> Answer:
    """登记复检申请."""
    found = _sample(actor, sample, Permission.RETEST_HANDLE)
    side, today = SIDES[asked["side"]], clock.today()
    name = asked["applicant"] or (found.producer_name if side is Side.PRODUCER else found.sampled_name if side is Side.SAMPLED else None)
    if not name:
        raise NotLikeThis("请用 --applicant 填写申请人")
    names = asked["items"] or tuple(feasibility.named(queries.failing_rows(found.id)))
    written = Written(
        side, name, asked["contact"], day(asked["served"]) or delivered_on(found.id, side), day(asked["applied"]) or today,
        day(asked["received"]) or today, asked["reason"], names,
    )  # fmt: skip
    with transaction():
        made = operations.apply(found, written, actor, clock.now())
    answer = feasibility.of_retest(one(actor, str(made.id)), today)
    return Answer({"id": made.id, "number": made.number, **judged(answer)}, [f"已登记：{made.number}", *answer.lines])


@command(group, "edit", permission=Permission.RETEST_HANDLE)
@click.argument("number")
@click.option("--side", type=click.Choice(list(SIDES)), help="申请人身份")
@click.option("--applicant", help="申请人")
@click.option("--contact", help="联系方式")
@click.option("--served", "served_on", type=DAY, help="收到检验结论日期")
@click.option("--applied", "applied_on", type=DAY, help="申请日期")
@click.option("--received", "received_on", type=DAY, help="收到申请材料日期")
@click.option("--item", "items", multiple=True, help="申请复检的项目，可重复")
@click.option("--reason", help="申请理由")
def edit(actor: Actor, number: str, **asked: Any) -> Answer:
    """修改尚未决定的申请；没有写出的保持不变."""
    found = one(actor, number, Permission.RETEST_HANDLE)
    kept = {name: getattr(found, name) for name in operations.WRITTEN} | {"items": [item.item for item in found.items if item.wanted]}
    typed: dict[str, Any] = {name: day(value) if isinstance(value, datetime) else value for name, value in asked.items() if value}
    if "side" in typed:
        typed["side"] = SIDES[typed["side"]]
    with transaction():
        changed = operations.edit(found, Written(**{**kept, **typed}), actor, clock.now())
    return standing(actor, found, "已保存" if changed else "内容没有变化")


# ---------------------------------------------------------------- decided

def _decide(actor: Actor, number: str) -> Retest:
    return one(actor, number, Permission.RETEST_DECIDE)


@command(group, "accept", permission=Permission.RETEST_DECIDE)
@click.argument("number")
@click.option("--on", type=DAY, help="作出决定日期；默认今天")
@click.option("--comment", help="意见")
def accept(actor: Actor, number: str, on: datetime | None, comment: str | None) -> Answer:
    """受理（须用 --as 指明决定人，不得为登记人）；有法定不予复检情形的不能受理."""
    found = _decide(actor, number)
    with transaction():
        operations.accept(found, day(on) or clock.today(), actor, clock.now(), comment)
    return standing(actor, found, "已受理")


@command(group, "decline", permission=Permission.RETEST_DECIDE)
@click.argument("number")
@click.option("--ground", type=click.Choice(list(GROUNDS)), required=True, help="不予受理的情形")
@click.option("--comment", required=True, help="书面理由")
@click.option("--on", type=DAY, help="作出决定日期；默认今天")
def decline(actor: Actor, number: str, ground: str, comment: str, on: datetime | None) -> Answer:
    """不予受理（须用 --as 指明决定人，不得为登记人）."""
    found = _decide(actor, number)
    with transaction():
        operations.decline(found, day(on) or clock.today(), GROUNDS[ground], actor, clock.now(), comment)
    return standing(actor, found, "已作不予受理决定")


@command(group, "terminate", permission=Permission.RETEST_DECIDE)
@click.argument("number")
@click.option("--comment", required=True, help="理由")
@click.option("--on", type=DAY, help="日期；默认今天")
def terminate(actor: Actor, number: str, comment: str, on: datetime | None) -> Answer:
    """终止复检：备份样品不能用，或申请人不预付费用."""
    found = _decide(actor, number)
    with transaction():
        operations.terminate(found, day(on) or clock.today(), actor, clock.now(), comment)
    return standing(actor, found, "已终止，原检验结论有效")


@command(group, "withdraw", permission=Permission.RETEST_HANDLE)
@click.argument("number")
@click.option("--comment", required=True, help="理由")
@click.option("--on", type=DAY, help="日期；默认今天")
def withdraw(actor: Actor, number: str, comment: str, on: datetime | None) -> Answer:
    """登记申请人撤回."""
    found = one(actor, number, Permission.RETEST_HANDLE)
    with transaction():
        operations.withdraw(found, day(on) or clock.today(), actor, clock.now(), comment)
    return standing(actor, found, "申请人已撤回，原检验结论有效")


@command(group, "document", permission=Permission.DOCUMENT_MAKE)
@click.argument("number")
@click.argument("kind", type=click.Choice(["retest-acceptance", "retest-refusal", "retest-designation"]))
def document(actor: Actor, number: str, kind: str) -> Answer:
    """起草受理、不予受理、确定复检机构通知书；之后用 flask documents 制发."""
    found = one(actor, number, Permission.DOCUMENT_MAKE)
    with transaction():
        made = documents.draft(found, next(each for each in DocumentKind if each.code == kind), actor, clock.now())
    return Answer({"id": made.id, "kind": made.kind}, [f"已起草：{made.kind}（序号 {made.id}），请核对后制发"])
