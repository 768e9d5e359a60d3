"""``flask urgent …``: the same operations as the pages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import blinding, clock, history
from app.commands import Answer, command
from app.db import transaction
from app.domain import urgent as rules
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.urgent import Recipient, Told
from app.domain.workflow import UrgentState
from app.errors import NotFound, NotLikeThis
from app.filters import format_datetime
from app.labels import label, state_label, step_label
from app.printing import operations as printing
from app.urgent import operations, queries
from app.urgent.clock import stored
from app.urgent.form_fields import Filled, authorities, in_words, visible
from app.urgent.models import UrgentReport
from app.urgent.printing import document
from app.urgent.queries import ALL_STATES, LIVE_STATES, Filters

group = click.Group("urgent", help="限时报告：列出、查看、填报、签收、打印")
KIND = UrgentReport.__tablename__
STATES = {"未签收": LIVE_STATES, "全部": ALL_STATES, **{label(state): state.value for state in UrgentState}}
RECIPIENTS = {"组织": Recipient.ORGANISER, "抽样地": Recipient.PLACE, "生产地": Recipient.PRODUCER}


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _found(actor: Actor, number: str) -> UrgentReport:
    found = queries.numbered(actor, number)
    if found is None:
        raise NotFound(f"没有找到限时报告“{number[:40]}”，请核对限时报告编号或抽样编号，或该样品不在您的管辖范围内")
    return found


def _clock(row: Any) -> dict[str, Any]:
    live, now = row.state is not UrgentState.CANCELLED, clock.now()
    return {
        "confirmed_at": format_datetime(row.confirmed_at), "due_at": format_datetime(row.due_at),
        "reported_at": format_datetime(row.reported_at) if row.reported_at else None,
        "acknowledged_at": format_datetime(row.acknowledged_at) if row.acknowledged_at else None,
        "remaining": rules.remaining(row.due_at, now, row.reported_at) if live else None,
        "light": rules.light(row.due_at, now, row.reported_at).value if live else None,
    }  # fmt: skip


@command(group, "list", permission=Permission.URGENT_LIST)
@click.option("--state", type=click.Choice(list(STATES)), default="未签收", show_default=True, help="状态")
def list_(actor: Actor, state: str) -> Answer:
    """列出限时报告，时限近的在前。"""
    rows = queries.every_report(actor, Filters(STATES[state]), clock.now())
    data = [
        {"id": row.id, "number": row.number, "sample": row.sample_number, "product": row.product_name, "items": row.items,
         "trigger": row.trigger, "state": label(row.state), "org": row.org_name, **_clock(row)}
        for row in rows
    ]  # fmt: skip
    lines = [
        f"{one['number']}　{one['sample']}　{one['items']}　{one['state']}　{one['due_at']}　{one['remaining'] or '不再计时'}"
        for one in data
    ]
    return Answer(data, [*lines, f"共 {len(data)} 件"])


@command(group, "show", permission=Permission.URGENT_READ)
@click.argument("number")
def show(actor: Actor, number: str) -> Answer:
    """一件限时报告：触发原因、时限的由来、填报内容、办理记录。"""
    report = _found(actor, number)
    data = {
        "id": report.id, "number": report.number, "sample": report.sample.number, "product": report.sample.product_name,
        "state": label(report.state), "items": report.items, "trigger": report.trigger, **_clock(report),
        "why": (report.due_why or "").splitlines(), "article": report.due_article, "form": in_words(visible(report, actor)),
        "history": [
            {"at": format_datetime(entry.at), "step": step_label(KIND, entry.step), "state": state_label(KIND, entry.to_state),
             "who": entry.actor_name, "comment": blinding.comment(entry)}
            for entry in history.entries_of(KIND, report.id)
        ],
    }  # fmt: skip
    lines = [f"{report.number}　{report.sample.number}　{label(report.state)}", report.trigger, *data["why"]]
    return Answer(data, [*lines, f"时限 {data['due_at']}，{data['remaining'] or '不再计时'}"])


def _moment(written: str) -> datetime:
    for style in ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"):
        try:
            return stored(datetime.strptime(written.strip(), style))  # noqa: DTZ007 - the office's wall clock
        except ValueError:
            continue
    raise NotLikeThis(f"“{written[:30]}”不是时间，请写成 2026-11-20 09:30")


def _told(report: UrgentReport, written: tuple[str, ...], actor: Actor) -> list[Told]:
    """组织=单位,时间,方式,接报人; the authority may be left empty where the system knows it."""
    known, found = authorities(report, actor), {}
    for one in written:
        name, _, rest = one.partition("=")
        parts = [part.strip() for part in rest.replace("，", ",").split(",")]
        if name not in RECIPIENTS or len(parts) != 4:
            raise NotLikeThis("报告对象请写成“组织=单位,2026-11-20 09:30,电话,张三”，对象为组织、抽样地或生产地，单位可留空")
        recipient = RECIPIENTS[name]
        found[recipient] = Told(recipient, parts[0] or known[recipient], _moment(parts[1]), parts[2], parts[3])
    return [found.get(recipient) or Told(recipient, known[recipient], None, "", "") for recipient in Recipient]


@command(group, "report", permission=Permission.URGENT_REPORT)
@click.argument("number")
@click.option("--told", multiple=True, required=True, help="组织|抽样地|生产地=单位,时间,方式,接报人；可多次")
@click.option("--measures", required=True, help="已采取的措施")
@click.option("--contact", required=True, help="联系人")
@click.option("--phone", required=True, help="联系电话（办公）")
@click.option("--confirmed-at", help="确认时间，如 2026-11-20 09:30；不填沿用登记的时间")
@click.option("--reason", help="更正理由；已填报的再次填报即为更正，必须填写")
def report_(
    actor: Actor, number: str, told: tuple[str, ...], measures: str, contact: str, phone: str, confirmed_at: str | None,
    reason: str | None,
) -> Answer:  # fmt: skip
    """填报限时报告；已填报的为更正。"""
    found = _found(actor, number)
    confirmed = _moment(confirmed_at) if confirmed_at else found.confirmed_at
    form = Filled(confirmed, _told(found, told, actor), measures, contact, phone)
    with transaction():
        if found.state in (UrgentState.REPORTED, UrgentState.ACKNOWLEDGED):
            operations.correct(found, form, actor, reason or "", clock.now())
        else:
            operations.report(found, form, actor, clock.now())
    return Answer({"number": found.number, "state": label(found.state), **_clock(found)}, [f"已填报：{found.number}，等待签收"])


@command(group, "acknowledge", permission=Permission.URGENT_ACKNOWLEDGE)
@click.argument("number")
@click.option("--comment", help="签收意见")
def acknowledge(actor: Actor, number: str, comment: str | None) -> Answer:
    """签收限时报告。"""
    found = _found(actor, number)
    with transaction():
        operations.acknowledge(found, actor, clock.now(), comment)
    return Answer({"number": found.number, "state": label(found.state), **_clock(found)}, [f"已签收：{found.number}"])


@command(group, "print", permission=Permission.URGENT_READ)
@click.argument("number")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写入的 .docx 文件")
def print_(actor: Actor, number: str, output: Path) -> Answer:
    """打印限时报告情况表。"""
    found = _found(actor, number)
    made = document(found, actor)
    with transaction():
        printing.record(made, [found], actor, clock.now())
    output.write_bytes(made.content)
    return Answer({"number": found.number, "sha256": made.sha256, "output": str(output)}, [f"已生成{made.kind.value}：{output}"])
