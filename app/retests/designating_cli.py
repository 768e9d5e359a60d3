"""``flask retests freeze, draw, designate, redesignate``: the laboratory, drawn with a word that a witness gives afterwards."""

from __future__ import annotations

import secrets
from datetime import datetime

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain import drawing as rules
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.workflow import DrawingState
from app.drawings import operations as drawings
from app.drawings import queries as drawing_queries
from app.errors import NotAllowedNow, NotLikeThis
from app.retests import designating
from app.retests.cli_group import DAY, day, group, one, standing


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
    return standing(actor, found, f"已确定{chosen.name}")


@command(group, "redesignate", permission=Permission.RETEST_HANDLE)
@click.argument("number")
@click.option("--comment", required=True, help="复检机构书面说明的理由")
@click.option("--on", type=DAY, help="收到书面说明日期；默认今天")
def redesignate(actor: Actor, number: str, comment: str, on: datetime | None) -> Answer:
    """复检机构不能承担，退回重新抽取."""
    found = one(actor, number, Permission.RETEST_HANDLE)
    with transaction():
        designating.redesignate(found, day(on) or clock.today(), actor, clock.now(), comment)
    return standing(actor, found, "请重新冻结名单并抽取")
