"""``flask alerts …``: the same operations as the pages."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask

from app import clock
from app.alerts import anchors, forms, operations, queries, rollbacks
from app.alerts.jobs import verify
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.trust_kinds import AlertKind
from app.domain.trust_states import AlertState
from app.errors import NotFound
from app.labels import label

group = click.Group("alerts", help="安全告警：列出、处理、生成；校验锚点")


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _told(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "kind": row.kind.value, "text": row.text, "count": row.count, "first_at": row.first_at, "last_at": row.last_at,
        "state": label(row.state),
    }  # fmt: skip


def _line(one: dict[str, Any]) -> str:
    return f"{one['id']}　{clock.office_time(one['last_at']):%Y-%m-%d %H:%M}　{one['kind']}　{one['text']}　{one['state']}"


@command(group, "list", permission=Permission.ALERT_LIST)
@click.option("--state", type=click.Choice([one.value for one in AlertState]), help="open 待处理，handled 已处理")
@click.option("--kind", type=click.Choice([one.value for one in AlertKind]), help="告警种类")
def list_(actor: Actor, state: str | None, kind: str | None) -> Answer:
    """列出安全告警，新的在前。"""
    data = [_told(row) for row in queries.every_alert(actor, forms.filters_asked({"state": state or "", "kind": kind or ""}))]
    return Answer(data, [*(_line(one) for one in data), f"共 {len(data)} 条"])


@command(group, "handle", permission=Permission.ALERT_HANDLE)
@click.argument("alert_id", type=click.IntRange(1))
@click.option("--opinion", required=True, help="核实的情况和采取的措施")
def handle(actor: Actor, alert_id: int, opinion: str) -> Answer:
    """记录一条告警的处理情况（安全管理员，须用 --as 指明）。"""
    found = queries.alert(actor, alert_id)
    if found is None:
        raise NotFound(f"没有第 {alert_id} 号告警，请用 flask alerts list 核对，或该告警不在您的管辖范围内")
    with transaction():
        operations.handle(found, actor, opinion, clock.now(), seen=found.version)
    return Answer(_told(found), [f"已处理：{found.text}"])


@command(group, "collect", act=False)
def collect() -> Answer:
    """从办理记录中查找新的告警（后台任务每 20 秒做一次）。"""
    with transaction():
        count = operations.collect(clock.now())
    return Answer({"told": count}, [f"发现 {count} 项"])


@command(group, "anchor", act=False)
def anchor() -> Answer:
    """立即校验全部办理记录，并把锚点写到第二处（后台任务每夜做一次）。"""
    made = verify()
    assert made is not None
    data = {"seq": made.seq, "head": made.head, "entries": made.entries, "sound": made.sound, "fault": made.fault, "name": made.name}
    if not made.sound:
        return Answer(data, [made.fault or "", "请保全现场（备份数据库文件），停止使用并报告审计管理员"], refused=True)
    void = rollbacks.void()
    told = [f"{len(void)} 个锚点因回退作废，不计入异常"] if void else []
    return Answer(data, [*told, f"共 {made.entries} 条办理记录，校验链完好；锚点 第 {made.seq} 条 {made.head} 已写入 {made.name}"])


@command(group, "compare", act=False)
@click.argument("seq", type=click.IntRange(1))
@click.argument("head")
def compare(seq: int, head: str) -> Answer:
    """核对报表、案卷或锚点文件上的锚点：第 SEQ 条的校验值是否为 HEAD。"""
    fits, sentence = anchors.compare(seq, head)
    return Answer({"fits": fits, "sentence": sentence}, [sentence], refused=not fits)
