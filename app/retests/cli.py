"""``flask retests …``: the same operations as the pages."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

import click
from flask import Flask

from app import clock, history
from app.commands import Answer, command
from app.db import transaction
from app.domain import drawing as rules
from app.domain.actors import Actor
from app.domain.case_kinds import Side
from app.domain.documents import DocumentKind
from app.domain.permissions import Permission, permits
from app.domain.retests import Feasibility, Ground
from app.domain.workflow import DrawingState, RetestState
from app.drawings import operations as drawings
from app.drawings import queries as drawing_queries
from app.errors import NotAllowed, NotAllowedNow, NotFound, NotLikeThis
from app.labels import label, step_label
from app.official_documents.queries import delivered_on
from app.retests import designating, documents, feasibility, laboratories_cli, operations, queries, testing_cli
from app.retests.cli_group import DAY, day, group, one
from app.retests.models import Retest
from app.retests.operations import Written
from app.sampling import queries as samples
from app.sampling.models import Sample

__all__ = ["laboratories_cli", "testing_cli"]
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


# ---------------------------------------------------------------- decided

def _decide(actor: Actor, number: str) -> Retest:
    return one(actor, number, Permission.RETEST_DECIDE)


def _state(actor: Actor, found: Retest, said: str) -> Answer:
    now = one(actor, str(found.id))
    return Answer({"id": now.id, "number": now.number, "state": now.state.value}, [f"{now.number}：{said}（{label(now.state)}）"])


@command(group, "accept", permission=Permission.RETEST_DECIDE)
@click.argument("number")
@click.option("--on", type=DAY, help="作出决定日期；默认今天")
@click.option("--comment", help="意见")
def accept(actor: Actor, number: str, on: datetime | None, comment: str | None) -> Answer:
    """受理（须用 --as 指明决定人，不得为登记人）；有法定不予复检情形的不能受理."""
    found = _decide(actor, number)
    with transaction():
        operations.accept(found, day(on) or clock.today(), actor, clock.now(), comment)
    return _state(actor, found, "已受理")


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
    return _state(actor, found, "已作不予受理决定")


@command(group, "terminate", permission=Permission.RETEST_DECIDE)
@click.argument("number")
@click.option("--comment", required=True, help="理由")
@click.option("--on", type=DAY, help="日期；默认今天")
def terminate(actor: Actor, number: str, comment: str, on: datetime | None) -> Answer:
    """终止复检：备份样品不能用，或申请人不预付费用."""
    found = _decide(actor, number)
    with transaction():
        operations.terminate(found, day(on) or clock.today(), actor, clock.now(), comment)
    return _state(actor, found, "已终止，原检验结论有效")


@command(group, "withdraw", permission=Permission.RETEST_HANDLE)
@click.argument("number")
@click.option("--comment", required=True, help="理由")
@click.option("--on", type=DAY, help="日期；默认今天")
def withdraw(actor: Actor, number: str, comment: str, on: datetime | None) -> Answer:
    """登记申请人撤回."""
    found = one(actor, number, Permission.RETEST_HANDLE)
    with transaction():
        operations.withdraw(found, day(on) or clock.today(), actor, clock.now(), comment)
    return _state(actor, found, "申请人已撤回，原检验结论有效")


# ---------------------------------------------------------------- the laboratory

@command(group, "freeze", permission=Permission.DRAWING_MAKE)
@click.argument("number")
@click.option("--avoid", multiple=True, metavar="编号=理由", help="须回避的复检机构，可重复")
def freeze(actor: Actor, number: str, avoid: tuple[str, ...]) -> Answer:
    """冻结复检机构名单并公布承诺；之后由见证人给出公开词抽取."""
    found = one(actor, number)
    listed = {each.entry.code: each.laboratory.id for each in designating.proposed(found, clock.today())}
    avoided = {}
    for written in avoid:
        code, _, reason = written.partition("=")
        if code.strip() not in listed or not reason.strip():
            raise NotLikeThis(f"“{written[:40]}”看不懂：请写成 编号=理由，编号应在名录中")
        avoided[listed[code.strip()]] = reason.strip()
    with transaction():
        made = designating.freeze(found, actor, clock.now(), secrets.token_bytes(rules.SECRET_BYTES), avoided=avoided)
    data = {"id": found.id, "drawing": made.number, "pool_sha256": made.pool_sha256, "commitment": made.commitment}
    return Answer(data, [f"名单已冻结：{made.number}", f"名单校验值 {made.pool_sha256}", f"承诺 {made.commitment}"])


@command(group, "draw", permission=Permission.DRAWING_REVEAL)
@click.argument("number")
@click.option("--word", required=True, help="见证人在冻结名单之后给出的公开词")
@click.option("--witness", required=True, help="见证人")
def draw(actor: Actor, number: str, word: str, witness: str) -> Answer:
    """从冻结的名单中抽取一个复检机构."""
    found = one(actor, number)
    drawing = drawing_queries.drawing(actor, found.drawing_id) if found.drawing_id is not None else None
    if drawing is None or drawing.state is DrawingState.VOIDED:
        raise NotAllowedNow("还没有冻结名单，请先用 flask retests freeze 冻结")
    with transaction():
        drawings.draw(drawing, actor, word, clock.now(), witness=witness, seen=drawing.version)
    chosen = designating.drawn(one(actor, number))
    assert chosen is not None
    data = {"drawing": drawing.number, "laboratory": chosen.name, "seed": drawing.seed}
    return Answer(data, [f"{drawing.number} 抽取结果：{chosen.name}"])


@command(group, "designate", permission=Permission.RETEST_HANDLE)
@click.argument("number")
@click.option("--on", type=DAY, help="确定日期；默认今天")
@click.option("--reason", help="名录中只有一个可以承担时，直接确定的书面理由")
def designate(actor: Actor, number: str, on: datetime | None, reason: str | None) -> Answer:
    """按抽取结果确定复检机构."""
    found = one(actor, number, Permission.RETEST_HANDLE)
    with transaction():
        chosen = designating.designate(found, day(on) or clock.today(), actor, clock.now(), reason)
    return _state(actor, found, f"已确定{chosen.name}")


@command(group, "redesignate", permission=Permission.RETEST_HANDLE)
@click.argument("number")
@click.option("--comment", required=True, help="复检机构书面说明的理由")
@click.option("--on", type=DAY, help="收到书面说明日期；默认今天")
def redesignate(actor: Actor, number: str, comment: str, on: datetime | None) -> Answer:
    """复检机构不能承担，退回重新抽取."""
    found = one(actor, number, Permission.RETEST_HANDLE)
    with transaction():
        designating.redesignate(found, day(on) or clock.today(), actor, clock.now(), comment)
    return _state(actor, found, "请重新冻结名单并抽取")


@command(group, "document", permission=Permission.DOCUMENT_MAKE)
@click.argument("number")
@click.argument("kind", type=click.Choice(["retest-acceptance", "retest-refusal", "retest-designation"]))
def document(actor: Actor, number: str, kind: str) -> Answer:
    """起草受理、不予受理、确定复检机构通知书；之后用 flask documents 制发."""
    found = one(actor, number, Permission.DOCUMENT_MAKE)
    with transaction():
        made = documents.draft(found, next(each for each in DocumentKind if each.code == kind), actor, clock.now())
    return Answer({"id": made.id, "kind": made.kind}, [f"已起草：{made.kind}（序号 {made.id}），请核对后制发"])
